// What WCAG asks to be measured, measured in the page as the browser has laid it out and painted it.

import { contrastOf, over, toColor } from '../support/contrast.js';
import type { Color } from '../support/contrast.js';

/** What one sees of these elements, the front one first, where they lie over each other. */
function paintOf(elements: readonly Element[]): Color {
  const colors = elements.map((element) => toColor(getComputedStyle(element).backgroundColor));
  return [...colors, toColor('Canvas')].reduce(over);
}

/** The colour behind what an element draws around itself: its border, its focus ring. */
export function behind(element: Element): Color {
  const around: Element[] = [];
  for (let parent = element.parentElement; parent; parent = parent.parentElement) around.push(parent);
  return paintOf(around);
}

/** The contrast ratio of WCAG 2.2, from 1 to 21, of a CSS colour on what is behind it. */
export const contrast = (css: string, background: Color): number => contrastOf(toColor(css), background);

/** Whether sighted people get to see it. */
function isShown(element: Element): boolean {
  if (!element.checkVisibility({ visibilityProperty: true, opacityProperty: true })) return false;
  const { width, height } = element.getBoundingClientRect();
  return width > 1 && height > 1;
}

export interface VisibleText {
  readonly text: string;
  readonly element: Element;
  /** Where its lines are. */
  readonly boxes: readonly DOMRect[];
  readonly color: string;
}

/** Every text that is seen in an element, what was typed included. */
export function textsIn(root: Element): VisibleText[] {
  const texts: VisibleText[] = [];
  const walker = document.createTreeWalker(root, NodeFilter.SHOW_TEXT);
  while (walker.nextNode()) {
    const node = walker.currentNode;
    const element = node.parentElement;
    const text = node.textContent?.trim();
    // What is only announced is seen by nobody.
    if (!text || !element || !isShown(element) || element.closest('[data-part=announcer]')) continue;
    const range = document.createRange();
    range.selectNodeContents(node);
    const { color, fill } = getComputedStyle(element);
    const drawn = element instanceof SVGElement ? fill : color;
    texts.push({ text, element, boxes: [...range.getClientRects()], color: drawn });
  }
  for (const field of root.querySelectorAll('input')) {
    if (!field.value || !isShown(field)) continue;
    const { color } = getComputedStyle(field);
    texts.push({ text: field.value, element: field, boxes: [field.getBoundingClientRect()], color });
  }
  return texts;
}

/** The contrast of a text with what lies under it. */
export function contrastOfText({ text, boxes, color }: VisibleText): number {
  const [box] = boxes;
  if (!box) throw new Error(`"${text}" is nowhere.`);
  // The middle of its first characters: the middle of a wide field may be the gap between two boxes.
  const stack = document.elementsFromPoint(box.left + Math.min(box.width / 2, 12), box.top + box.height / 2);
  if (stack.length === 0) throw new Error(`"${text}" is outside of the window.`);
  return contrast(color, paintOf(stack));
}

/** Everything that a user can act on. */
export const controlsIn = (root: Element) =>
  [...root.querySelectorAll<HTMLElement>('button, input, select, textarea, summary, a[href], [tabindex="0"]')].filter(
    isShown,
  );

/** What an element is called in a failing test. */
export const nameOf = (element: Element) =>
  `<${element.localName} ${element.getAttribute('data-part') ?? ''}> ${element.textContent}`.trim();

/** What in a screen cannot be read without scrolling sideways, is cut off, or lies over something else. */
export function lostIn(root: HTMLElement): string[] {
  const page = document.documentElement;
  const lost: string[] = [];
  if (page.scrollWidth > page.clientWidth) lost.push(`the page scrolls sideways: ${page.scrollWidth} px`);
  if (root.scrollWidth > root.clientWidth) lost.push(`the card scrolls sideways: ${root.scrollWidth} px`);
  const texts = textsIn(root).filter(({ element }) => element.localName !== 'input');
  for (const { text, element, boxes } of texts) {
    if (boxes.some(({ left, right }) => left < 0 || right > page.clientWidth + 0.5)) lost.push(`outside: ${text}`);
    for (let box: Element | null = element; box && box !== root; box = box.parentElement) {
      if (getComputedStyle(box).overflow === 'visible') continue;
      if (box.scrollWidth > box.clientWidth || box.scrollHeight > box.clientHeight) lost.push(`cut: ${nameOf(box)}`);
    }
  }
  const drawn = texts.map(({ text, element, boxes }) => ({ text, boxes: boxes.map((box) => lettersIn(box, element)) }));
  for (const [index, { text, boxes }] of drawn.entries()) {
    for (const other of drawn.slice(index + 1)) {
      const meets = boxes.some((a) => other.boxes.some((b) => overlap(a, b) > 2));
      if (meets) lost.push(`"${text}" lies over "${other.text}"`);
    }
  }
  return lost;
}

/** The letters of a line: they are as high as the font size, and the line's box is higher. */
function lettersIn({ left, top, width, height }: DOMRect, element: Element): DOMRect {
  const size = Math.min(height, Number.parseFloat(getComputedStyle(element).fontSize));
  return new DOMRect(left, top + (height - size) / 2, width, size);
}

/** Pixels by which two boxes lie over each other in their narrower direction. */
function overlap(a: DOMRect, b: DOMRect): number {
  const wide = Math.min(a.right, b.right) - Math.max(a.left, b.left);
  const high = Math.min(a.bottom, b.bottom) - Math.max(a.top, b.top);
  return Math.min(wide, high);
}
