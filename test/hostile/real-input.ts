import { commands, server, userEvent } from 'vitest/browser';
import { chromium } from '../engines/driver.js';
import type { Point } from '../engines/driver.js';

/** Where the middle of an element is in the outermost page, however many frames there are around it. */
function middleOf(element: Element): Point {
  element.scrollIntoView({ block: 'center' });
  const box = element.getBoundingClientRect();
  let point = { x: box.left + box.width / 2, y: box.top + box.height / 2 };
  for (let view = element.ownerDocument.defaultView; view?.frameElement; view = view.parent as typeof view) {
    const frame = view.frameElement.getBoundingClientRect();
    // A page that shows its tests may draw them smaller.
    const scale = frame.width / (view.frameElement as HTMLElement).offsetWidth;
    point = { x: frame.left + point.x * scale, y: frame.top + point.y * scale };
  }
  return point;
}

/** The mouse at a point, and one press of its button for each of these counts of clicks. */
async function pressAt(point: Point, counts: readonly number[]): Promise<void> {
  await chromium('Input.dispatchMouseEvent', { type: 'mouseMoved', ...point });
  for (const clickCount of counts) {
    const at = { ...point, button: 'left', clickCount };
    await chromium('Input.dispatchMouseEvent', { ...at, type: 'mousePressed' });
    await chromium('Input.dispatchMouseEvent', { ...at, type: 'mouseReleased' });
  }
}

/** Clicks as a mouse does, once or twice at the same point. The second click falls on whatever is there by then, and is Chromium's. */
export async function click(element: Element, times: 1 | 2 = 1): Promise<void> {
  const point = middleOf(element);
  if (server.browser === 'chromium') await pressAt(point, times === 1 ? [1] : [1, 2]);
  else await commands.mouse(point, point);
}

/**
 * The second click of a double click whose first one was elsewhere, as if the element had come below the pointer since.
 * Only Chromium's driver can.
 */
export const secondClick = (element: Element) => pressAt(middleOf(element), [2]);

/** Presses Enter, and keeps it down for so many repeats. Only Chromium's driver can. */
export async function holdEnter(repeats: number): Promise<void> {
  const key = { key: 'Enter', code: 'Enter', windowsVirtualKeyCode: 13, text: '\r' };
  await chromium('Input.dispatchKeyEvent', { type: 'keyDown', ...key });
  for (let repeat = 0; repeat < repeats; repeat += 1)
    await chromium('Input.dispatchKeyEvent', { type: 'keyDown', ...key, autoRepeat: true });
  await chromium('Input.dispatchKeyEvent', { type: 'keyUp', ...key });
}

/** Types with real keys, each with its events, into whatever has the focus. */
export async function type(text: string): Promise<void> {
  await userEvent.keyboard(text);
}
