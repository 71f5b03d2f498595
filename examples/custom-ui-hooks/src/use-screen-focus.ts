import { useLayoutEffect, useRef, type SyntheticEvent } from 'react';

/**
 * Moves the focus to a new screen: to its field, or to its title if it has no field. It does so only if the button that
 * was pressed, or the element that had the focus, was removed with the old screen. A user who is elsewhere on the page
 * stays there, whatever happens on the phone.
 *
 * Each screen must consist of new elements for this to work, so use its name as its `key`.
 */
export function useScreenFocus(screen: string) {
  const root = useRef<HTMLElement>(null);
  const place = useRef<Element | null>(null);
  const shown = useRef(screen);

  useLayoutEffect(() => {
    if (shown.current === screen) return;
    shown.current = screen;
    if (place.current === null || place.current.isConnected) return;
    const field = root.current?.querySelector('input');
    (field ?? root.current?.querySelector('h1'))?.focus();
  }, [screen]);

  return {
    ref: root,
    onFocus: (event: SyntheticEvent) => {
      place.current = event.target as Element;
    },
    // Safari doesn't focus a button when it is clicked.
    onClick: (event: SyntheticEvent) => {
      place.current = (event.target as Element).closest('button') ?? place.current;
    },
    // The user moved the focus elsewhere. React reports no blur for an element that is removed.
    onBlur: () => {
      place.current = null;
    },
  };
}
