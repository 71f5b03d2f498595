'use client';

import { createContext, useCallback, useRef } from 'react';
import type { RefObject } from 'react';

/** Announces a text to screen readers. */
export type Announce = (text: string) => void;

export interface UseAnnouncerResult {
  readonly announce: Announce;
  /** For the live region: an empty element that must exist before the first announcement. */
  readonly regionRef: RefObject<HTMLDivElement | null>;
}

/** The live region of the nearest login, so that everything inside it shares one. */
export const AnnounceContext = createContext<Announce | null>(null);

/**
 * A polite live region. The text is written directly into the element, so announcing renders nothing.
 *
 * @example
 * function Saved() {
 *   const { announce, regionRef } = useAnnouncer();
 *   return (
 *     <>
 *       <button onClick={() => announce('Saved.')}>Save</button>
 *       <div ref={regionRef} role="status" />
 *     </>
 *   );
 * }
 */
export function useAnnouncer(): UseAnnouncerResult {
  const regionRef = useRef<HTMLDivElement>(null);
  const announce = useCallback((text: string) => {
    const region = regionRef.current;
    if (!region) return;
    // Screen readers only announce changes, so a trailing no-break space turns a repeated text into one.
    const repeat = region.textContent === text ? '\u00a0' : '';
    // Most texts are also shown. A separate element for the last word or punctuation mark sounds the same. `getByText`
    // of Testing Library reads the text of one element, so it finds only the shown text.
    const last = document.createElement('span');
    const start = text.search(/(\s\S*|\p{P}?)$/u);
    last.textContent = text.slice(start) + repeat;
    region.replaceChildren(text.slice(0, start), last);
  }, []);
  return { announce, regionRef };
}
