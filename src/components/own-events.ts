import type { KeyboardEvent, SyntheticEvent } from 'react';

type Keys = Partial<Pick<KeyboardEvent, 'key' | 'ctrlKey' | 'metaKey'>>;

/** The parts that hold the app's own content. */
export const SLOTS =
  ':is([data-part=logo],[data-part=header],[data-part=help],[data-part=footer],[data-part=alternatives])';

function hideFromHost(event: SyntheticEvent & Keys): void {
  const { target, currentTarget: root, key, ctrlKey, metaKey } = event;
  // Escape closes the page's dialog, Tab leaves it, and the others are the page's shortcuts.
  if (key && (ctrlKey || metaKey || key === 'Escape' || key === 'Tab')) return;
  const part = target as Element;
  if (!root.contains(part) || root.contains(part.closest(SLOTS))) return;
  // This stops React only. Listeners on the document, such as those that close menus or count clicks, still run.
  event.isPropagationStopped = () => true;
}

/**
 * For the outermost element: hides the clicks, keys and text of a login from the React components around it. React
 * bubbles them even out of a portal: to a form that saves every change, a row that opens on a click, or a list with
 * arrow keys.
 */
export const OWN_EVENTS = {
  onClick: hideFromHost,
  onDoubleClick: hideFromHost,
  onKeyDown: hideFromHost,
  onKeyUp: hideFromHost,
  onBeforeInput: hideFromHost,
  onInput: hideFromHost,
  onChange: hideFromHost,
  onPaste: hideFromHost,
};

type Handler = (event: SyntheticEvent) => void;

/** Combines handlers: each returned handler calls all given ones of that name, in the given order. */
export function chainHandlers(...all: readonly object[]): Record<string, Handler> {
  const chained: Record<string, Handler> = {};
  for (const [name, handler] of all.flatMap((props) => Object.entries(props) as [string, Handler | undefined][])) {
    if (typeof handler !== 'function') continue;
    const { [name]: before } = chained;
    chained[name] = (event) => {
      before?.(event);
      handler(event);
    };
  }
  return chained;
}
