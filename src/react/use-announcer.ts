'use client';

import { createContext, useCallback, useRef, type RefObject } from 'react';

/** Says a text to screen readers. */
export type Announce = (text: string) => void;

export interface UseAnnouncerResult {
  readonly announce: Announce;
  /** Belongs on the live region, an empty element that is there before the first announcement. */
  readonly regionRef: RefObject<HTMLDivElement | null>;
}

/** The live region of the nearest login, so that everything inside it speaks with one voice. */
export const AnnounceContext = createContext<Announce | null>(null);

/**
 * One polite live region. The text is written straight into the region: announcing renders nothing.
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
    // A region whose text does not change says nothing: a trailing no-break space makes the repeat a change.
    region.textContent = region.textContent === text ? `${text}\u00a0` : text;
  }, []);
  return { announce, regionRef };
}
