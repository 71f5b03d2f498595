import { useRef, type RefObject } from 'react';
import { activeElementOutsideBody } from '../react/dom.js';
import { useChangeEffect } from './use-change-effect.js';

/**
 * Moves the focus to a new screen: to its field if it has one, else to its title. It does so only if the user's own
 * action opened the screen, or if the focused element was removed with the old screen. It never takes the focus from
 * another element of the page.
 */
export function useScreenFocus(
  rootRef: RefObject<HTMLElement | null>,
  screen: string,
  onScreen: (focusOnTitle: boolean) => void,
) {
  const acted = useRef(false);
  const focused = useRef<Element | null>(null);

  useChangeEffect(screen, () => {
    const root = rootRef.current;
    if (!root) return;
    let onTitle = false;
    if (!activeElementOutsideBody(root) && (acted.current || focused.current?.isConnected === false)) {
      const title = root.querySelector<HTMLElement>('[data-part="title"]');
      const target = root.querySelector<HTMLElement>('input:not([disabled])') ?? title;
      target?.focus();
      onTitle = target === title;
    }
    acted.current = false;
    onScreen(onTitle);
  });

  return {
    onFocus: (event: { target: EventTarget }) => {
      focused.current = event.target as Element;
      // A click moves the focus first and is noted after that, so this only forgets older clicks.
      acted.current = false;
    },
    onBlur: () => {
      // The browser fires no blur event for an element that is removed, so such an element stays noted here.
      focused.current = null;
    },
    onClickCapture: (event: { target: EventTarget }) => {
      acted.current = (event.target as Element).closest('button') !== null;
    },
    onSubmitCapture: () => {
      acted.current = true;
    },
  };
}
