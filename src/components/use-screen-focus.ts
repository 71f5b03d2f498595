import { useRef } from 'react';
import type { KeyboardEvent, RefObject, SyntheticEvent } from 'react';
import { focusedElement, isSubmitKey } from '../react/dom.js';
import { SLOTS } from './own-events.js';
import { useChangeEffect } from './use-change-effect.js';

/** The field of a login's screen, or else its title, but never an element that the app put into a slot. */
export function focusTarget(root: Element): HTMLElement | null {
  const find = (part: string) => root.querySelector<HTMLElement>(`${part}:not(:scope ${SLOTS} *)`);
  return find('[data-part=input]') ?? find('[data-part=title]');
}

/**
 * Moves the focus to a new screen: to its field if it has one, else to its title. It does so only if the user's own
 * action opened the screen, or if the focused element was removed with the old screen. It never takes the focus from
 * another element of the page. Another `targetOf` focuses another element.
 */
export function useScreenFocus(
  rootRef: RefObject<HTMLElement | null>,
  screen: string,
  onScreen: (focusOnTitle: boolean) => void,
  targetOf = focusTarget,
) {
  const acted = useRef(false);
  const focused = useRef<Element | null>(null);

  useChangeEffect(screen, () => {
    const root = rootRef.current;
    if (!root) return;
    let onTitle = false;
    if (!focusedElement(root) && (acted.current || focused.current?.isConnected === false)) {
      const target = targetOf(root);
      target?.focus();
      // A window that isn't active fires no focus event.
      focused.current = target;
      onTitle = target?.dataset['part'] === 'title';
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
    onClickCapture: (event: SyntheticEvent) => {
      acted.current = !event.isPropagationStopped() && (event.target as Element).closest('button') !== null;
    },
    onKeyDownCapture: (event: KeyboardEvent) => {
      acted.current ||= isSubmitKey(event);
    },
  };
}
