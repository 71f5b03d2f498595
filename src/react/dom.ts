/** Which element of the same document or shadow root has the focus; null where none has. */
export function activeElementOutsideBody(element: Element): Element | null {
  const { activeElement } = element.getRootNode() as Document | ShadowRoot;
  return activeElement === element.ownerDocument.body ? null : activeElement;
}

/** Replaces a range of a field's text, and says so to whoever listens: React looks at its `value` property and misses what is set there. */
export function replaceText(input: HTMLInputElement, text: string, start: number, end: number): void {
  input.setRangeText(text, start, end, 'end');
  input.dispatchEvent(new Event('input', { bubbles: true }));
}
