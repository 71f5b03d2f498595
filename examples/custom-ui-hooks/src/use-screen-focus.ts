import { useLayoutEffect, useRef, type SyntheticEvent } from 'react';

/**
 * Puts the focus on a new screen: on its field, or else on its title. It does so only where the user's place went with
 * the old screen: the button that was pressed, or the element that had the focus. Whoever is elsewhere on the page stays
 * there, whatever the phone does.
 *
 * For this, each screen must be made of new elements: give it its name as its `key`.
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
    // Safari gives the focus to no button that is clicked.
    onClick: (event: SyntheticEvent) => {
      place.current = (event.target as Element).closest('button') ?? place.current;
    },
    // The focus went elsewhere. An element that is removed says nothing.
    onBlur: () => {
      place.current = null;
    },
  };
}
