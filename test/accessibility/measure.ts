// What WCAG asks to be measured, measured in the page as the browser has laid it out and painted it.

interface Color {
  readonly red: number;
  readonly green: number;
  readonly blue: number;
  /** 0 to 1. */
  readonly alpha: number;
}

const canvas = document.createElement('canvas').getContext('2d', { willReadFrequently: true });

/** Reads any colour that CSS can write. */
function toColor(css: string): Color {
  if (!canvas) throw new Error('This browser has no canvas.');
  canvas.clearRect(0, 0, 1, 1);
  canvas.fillStyle = css;
  canvas.fillRect(0, 0, 1, 1);
  const [red = 0, green = 0, blue = 0, alpha = 0] = canvas.getImageData(0, 0, 1, 1).data;
  return { red, green, blue, alpha: alpha / 255 };
}

/** One colour painted over another. */
function over(top: Color, bottom: Color): Color {
  const alpha = top.alpha + bottom.alpha * (1 - top.alpha);
  const mix = (a: number, b: number) => (a * top.alpha + b * bottom.alpha * (1 - top.alpha)) / (alpha || 1);
  return {
    red: mix(top.red, bottom.red),
    green: mix(top.green, bottom.green),
    blue: mix(top.blue, bottom.blue),
    alpha,
  };
}

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

function luminance({ red, green, blue }: Color): number {
  const [r, g, b] = [red, green, blue].map((value) => {
    const part = value / 255;
    return part <= 0.04045 ? part / 12.92 : ((part + 0.055) / 1.055) ** 2.4;
  }) as [number, number, number];
  return 0.2126 * r + 0.7152 * g + 0.0722 * b;
}

/** The contrast ratio of WCAG 2.2, from 1 to 21, of a CSS colour on what is behind it. */
export function contrast(css: string, background: Color): number {
  const [a, b] = [luminance(over(toColor(css), background)), luminance(background)];
  return (Math.max(a, b) + 0.05) / (Math.min(a, b) + 0.05);
}

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
    if (!text || !element || !isShown(element)) continue;
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
