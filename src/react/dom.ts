import type { KeyboardEvent } from 'react';

/**
 * The focused element, whether it is in the same document or shadow root, in one around it, or outside the frame. It is null
 * if nothing has the focus, so that moving the focus doesn't interrupt the user.
 */
export function focusedElement(element: Element): Element | null {
  let frame: Element | null = null;
  for (let inside: Element | null = element; inside; inside = frame) {
    let tree = inside.getRootNode() as Document | ShadowRoot;
    while (!tree.activeElement && 'host' in tree) tree = tree.host.getRootNode() as Document | ShadowRoot;
    const { activeElement: active } = tree;
    const page: Document = inside.ownerDocument;
    const view: Window | null = page.defaultView;
    // A page around the frame says that the frame has the focus if anything inside has it.
    if (active && active !== page.body && active !== frame) return active;
    frame = view?.frameElement ?? null;
    // A page of another origin around the frame says nothing. The user may be typing there.
    if (!frame && view !== view?.parent && !page.hasFocus()) return page.body;
  }
  return null;
}

/**
 * Whether a key submits the entered text, as it does in a form: Enter, unless it repeats or ends a composition. Safari ends
 * the composition before it fires the key event, and marks that event with the key code 229.
 */
export function isSubmitKey({ key, keyCode, repeat, nativeEvent }: KeyboardEvent): boolean {
  return key === 'Enter' && keyCode !== 229 && !repeat && !nativeEvent.isComposing;
}

/** Replaces a range of a field's text and fires an input event. React misses text that is set through the `value` property. */
export function replaceText(input: HTMLInputElement, text: string, start: number, end: number): void {
  input.setRangeText(text, start, end, 'end');
  input.dispatchEvent(new Event('input', { bubbles: true }));
}
