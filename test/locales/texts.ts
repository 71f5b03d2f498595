const SPOKEN_AND_SHOWN = ['aria-label', 'aria-valuetext', 'aria-description', 'placeholder', 'title', 'alt'];

/** Every text that a person sees or hears in an element. */
export function textsIn(container: Element): string[] {
  const attributes = [...container.querySelectorAll('*')].flatMap((element) =>
    SPOKEN_AND_SHOWN.map((name) => element.getAttribute(name)),
  );
  // A live region is read as a whole, in however many elements its text is.
  const nodes: (string | null)[] = [...container.querySelectorAll('[role="status"]')].map(
    (region) => region.textContent,
  );
  const walker = document.createTreeWalker(container, NodeFilter.SHOW_TEXT);
  while (walker.nextNode()) {
    const { parentElement, textContent } = walker.currentNode;
    if (!parentElement?.closest('[role="status"]')) nodes.push(textContent);
  }
  return [...nodes, ...attributes].filter((text) => text !== null).map((text) => text.replaceAll('\u00a0', ' ').trim());
}

/** Whether a text is in another one, as whole words: "Cancelar" is not "Cancel". */
export function has(whole: string, part: string): boolean {
  const at = whole.indexOf(part);
  if (at < 0) return false;
  return !/\p{L}/u.test((whole[at - 1] ?? '') + (whole[at + part.length] ?? ''));
}
