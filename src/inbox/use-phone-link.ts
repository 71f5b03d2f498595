import { useEffect } from 'react';
import { useLatest } from '../react/use-latest.js';

/** What the page's address carries: the code of an invitation, or the number of a request. */
export type PhoneLink = { readonly code: string } | { readonly number: string };

/** Reads `#add=7K3M-Q2XP` and `#4711`. */
export function readPhoneLink(hash: string): PhoneLink | null {
  const [, code] = /^#add=([\w-]{4,40})$/.exec(hash) ?? [];
  if (code !== undefined) return { code };
  const [, number] = /^#(\d{4,8})$/.exec(hash) ?? [];
  return number === undefined ? null : { number };
}

/** Takes the link out of the address bar, so that a reload or a copied address doesn't use it again. */
export function usePhoneLink(onLink: (link: PhoneLink) => void): void {
  const latest = useLatest(onLink);
  useEffect(() => {
    const read = () => {
      const link = readPhoneLink(location.hash);
      if (!link) return;
      history.replaceState(history.state, '', location.pathname + location.search);
      latest.current(link);
    };
    read();
    addEventListener('hashchange', read);
    return () => removeEventListener('hashchange', read);
  }, [latest]);
}
