import { cdp, commands, server } from 'vitest/browser';
import type { BrowserCommand } from 'vitest/node';

export interface Point {
  readonly x: number;
  readonly y: number;
}

/** Presses the mouse at `from` and lets it go there, or at `to`; both in this page. */
export async function mouse(from: Point, to: Point = from): Promise<void> {
  // Drivers count from the corner of the page that holds this one, in which it may be drawn smaller.
  const frame = window.frameElement?.getBoundingClientRect() ?? { left: 0, top: 0, width: window.innerWidth };
  const scale = frame.width / window.innerWidth;
  const outside = ({ x, y }: Point) => ({ x: frame.left + x * scale, y: frame.top + y * scale });
  const [start, end] = [outside(from), outside(to)];
  if (server.browser !== 'chromium') {
    await commands.mouse(start, end);
    return;
  }
  const button = { button: 'left', clickCount: 1 };
  await chromium('Input.dispatchMouseEvent', { type: 'mouseMoved', ...start });
  await chromium('Input.dispatchMouseEvent', { type: 'mousePressed', ...start, ...button });
  if (to !== from) await chromium('Input.dispatchMouseEvent', { type: 'mouseMoved', ...end, ...button, buttons: 1 });
  await chromium('Input.dispatchMouseEvent', { type: 'mouseReleased', ...end, ...button });
}

/** A command of Chromium's DevTools protocol. */
export async function chromium(method: string, params: object): Promise<void> {
  await (cdp() as unknown as { send: (method: string, params: object) => Promise<unknown> }).send(method, params);
}

declare module 'vitest/browser' {
  interface BrowserCommands {
    /** Of projects.ts beside this file; Chromium does it by {@link chromium}. */
    mouse: (from: Point, to: Point) => Promise<void>;
  }
}

/** What `commands.mouse` does, on the driver's side. */
export type MouseCommand = BrowserCommand<[from: Point, to: Point]>;
