import { useRef } from 'react';
import type { KeyboardEvent, MouseEvent, PointerEvent } from 'react';
import useIsomorphicLayoutEffect from '../react/use-isomorphic-layout-effect.js';

/** Longest time between the two taps of a double tap, in milliseconds. */
const DOUBLE_TAP_MS = 400;

/**
 * Stops the second click of a double click if the screen has changed since the first one, because the user aimed it at the
 * old screen. A screen accepts a second click only after a first click of its own. The browser counts the clicks, so there
 * is no timer, and single clicks are never delayed or ignored, however fast they are. For taps, iOS always counts 1. A tap
 * just after a change of the screen is therefore ignored, too.
 */
export function useSecondClicks(screen: unknown) {
  const untouched = useRef(true);
  const changedAt = useRef(0);
  const touches = useRef(false);
  useIsomorphicLayoutEffect(() => {
    untouched.current = true;
    changedAt.current = performance.now();
  }, [screen]);

  return {
    // A click itself doesn't say in every browser what made it.
    onPointerDownCapture: ({ pointerType }: PointerEvent) => {
      touches.current = pointerType === 'touch';
    },
    onClickCapture: (event: MouseEvent) => {
      const isEarlyTap = touches.current && event.detail > 0 && tappedAt(event) < changedAt.current + DOUBLE_TAP_MS;
      untouched.current &&= event.detail > 1 || isEarlyTap;
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

/** When a click happened, on the clock of this page. The time of an event in a frame counts from when the frame was opened. */
function tappedAt({ timeStamp, currentTarget }: MouseEvent): number {
  const { defaultView } = currentTarget.ownerDocument;
  return performance.now() - ((defaultView ?? window).performance.now() - timeStamp);
}
