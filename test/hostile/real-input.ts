import { userEvent } from 'vitest/browser';
import { chromium, type Point } from '../engines/driver.js';

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

/** Clicks as a mouse does; the second click of two has `detail` 2 and falls on whatever is there by then. */
export async function click(element: Element, times = 1): Promise<void> {
  const point = middleOf(element);
  await chromium('Input.dispatchMouseEvent', { type: 'mouseMoved', ...point });
  for (let clickCount = 1; clickCount <= times; clickCount += 1) {
    const press = { ...point, button: 'left', clickCount };
    await chromium('Input.dispatchMouseEvent', { type: 'mousePressed', ...press });
    await chromium('Input.dispatchMouseEvent', { type: 'mouseReleased', ...press });
  }
}

/** Presses Enter, and keeps it down for so many repeats. */
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
