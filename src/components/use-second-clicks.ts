import { useRef } from 'react';
import type { KeyboardEvent, MouseEvent } from 'react';
import useIsomorphicLayoutEffect from '../react/use-isomorphic-layout-effect.js';

/**
 * Stops the second click of a double click if the screen has changed since the first one, because the user aimed it at the
 * old screen. A screen accepts a second click only after a first click of its own. The browser counts the clicks, so there
 * is no timer, and single clicks are never delayed or ignored, however fast they are.
 */
export function useSecondClicks(screen: unknown) {
  const untouched = useRef(true);
  useIsomorphicLayoutEffect(() => {
    untouched.current = true;
  }, [screen]);

  return {
    onClickCapture: (event: MouseEvent) => {
      untouched.current &&= event.detail > 1;
      if (!untouched.current) return;
      event.preventDefault();
      event.stopPropagation();
    },
    // A key that is held down would click again and again.
    onKeyDownCapture: (event: KeyboardEvent) => {
      if (event.repeat && event.key === 'Enter') event.preventDefault();
    },
  };
}
