/** The focused element of the same document or shadow root, or null. */
export function activeElementOutsideBody(element: Element): Element | null {
  const { activeElement } = element.getRootNode() as Document | ShadowRoot;
  return activeElement === element.ownerDocument.body ? null : activeElement;
}

/** Replaces a range of a field's text and fires an input event. React misses text that is set through the `value` property. */
export function replaceText(input: HTMLInputElement, text: string, start: number, end: number): void {
  input.setRangeText(text, start, end, 'end');
  input.dispatchEvent(new Event('input', { bubbles: true }));
}
