import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest';
import { createRoot } from 'react-dom/client';
import type { Root } from 'react-dom/client';
import { cdp } from 'vitest/browser';
import { CibaLogin } from 'react-ciba';
import type { CibaLoginProps } from 'react-ciba';
import { createMemoryAdapter } from 'react-ciba/adapters/memory';
import type { MemorySession } from 'react-ciba/adapters/memory';
import { en } from 'react-ciba/locales/en';
import tailwind3 from '@unocss/reset/tailwind.css?inline';
import pico from '@picocss/pico/css/pico.min.css?inline';
import bootstrap from 'bootstrap/dist/css/bootstrap.min.css?inline';
import bulma from 'bulma/css/bulma.min.css?inline';
import tailwind4 from 'tailwindcss/preflight.css?inline';
import kit from '../../src/styles/index.css?inline';
import { emulateSettings } from '../accessibility/emulate.js';
import { allowConsole } from '../setup/console.js';
import { openFrame } from './hosts.js';
import type { Frame } from './hosts.js';
import { click, type } from './real-input.js';

/** Tailwind 4 as an app gets it: the order of its layers, its reset, and a utility. */
const layered = `@layer theme, base, components, utilities;
@layer base { ${tailwind4.replace(/--theme\([^;]*\)/g, 'sans-serif')} }
@layer utilities { .border-8 { border: 8px solid rgb(1 2 3) } }`;

const UNLAYERED: Record<string, string> = {
  'Tailwind 3': tailwind3,
  'Tailwind 4 in no layer': tailwind4.replace(/--theme\([^;]*\)/g, 'sans-serif'),
  Pico: pico,
  Bulma: bulma,
  Bootstrap: bootstrap,
  'a reset of everything': '* { margin: 0; padding: 0; border: 0; box-sizing: content-box; letter-spacing: normal }',
  'fields of a page':
    'input { width: 100%; max-width: 12rem; height: 2rem; padding: 12px 20px; margin: 8px 0; letter-spacing: 2px; border: 3px solid; background: #eee; text-align: center; text-indent: 1rem; line-height: 3; box-shadow: inset 0 0 4px #000 }',
  'fields of a page, by their type':
    'input[type="text"] { display: block; position: static; width: 50% !important; min-height: 60px; padding-left: 40px; -webkit-appearance: textfield; float: right }',
};

const sheetsAround = (css: string, order: 'before' | 'after') => (order === 'before' ? [css, kit] : [kit, css]);

let root: Root | null = null;
let frame: Frame | null = null;

afterEach(() => {
  root?.unmount();
  frame?.remove();
  root = frame = null;
});

interface ShowOptions extends Partial<CibaLoginProps<MemorySession>> {
  html?: string;
  code?: boolean;
}

/** The code screen of a login, or the first screen, in a page with these sheets. */
async function show(
  sheets: readonly string[],
  { html = '<div id="app"></div>', code = true, ...props }: ShowOptions = {},
) {
  frame = await openFrame(html, { sheets });
  const { page } = frame;
  const adapter = createMemoryAdapter();
  root = createRoot(page.getElementById('app') as HTMLElement);
  root.render(<CibaLogin adapter={adapter} loginHint="ada@example.com" {...props} />);
  const button = (text: string) => [...page.querySelectorAll('button')].find(({ textContent }) => textContent === text);
  await expect.poll(() => button(en['idle.start'])).toBeDefined();
  const part = <T extends Element>(name: string) => page.querySelector(`[data-part="${name}"]`) as T;
  if (code) {
    button(en['action.useCode'])?.click();
    await expect.poll(() => part('slots')).not.toBeNull();
  }
  return { page, part, view: page.defaultView as Window };
}

type Shown = Awaited<ReturnType<typeof show>>;

/** How far the middle of each digit is from the middle of its box, and the field's edges from those of the boxes. */
function misplacement({ page, view }: Shown): number[] {
  const input = page.querySelector('[data-scope="totp-input"][data-part="input"]') as HTMLInputElement;
  const style = view.getComputedStyle(input);
  const pen = page.createElement('canvas').getContext('2d') as CanvasRenderingContext2D;
  // The shorthand is empty as soon as one of the font's variants has no place in it.
  pen.font = `${style.fontWeight} ${style.fontSize} ${style.fontFamily}`;
  const digit = pen.measureText('0').width;
  const px = (value: string) => Number.parseFloat(value) || 0;
  const box = input.getBoundingClientRect();
  const start = box.left + px(style.borderLeftWidth) + px(style.paddingLeft) + px(style.textIndent) - input.scrollLeft;
  const slots = [...page.querySelectorAll('[data-part="slot"]')].map((slot) => slot.getBoundingClientRect());
  const first = slots[0] as DOMRect;
  return [
    ...slots.map(
      (slot, index) => start + digit / 2 + index * (digit + px(style.letterSpacing)) - (slot.left + slot.width / 2),
    ),
    box.top - first.top,
    box.bottom - first.bottom,
  ].map((distance) => Math.round(Math.abs(distance)));
}

const IN_PLACE = [0, 0, 0, 0, 0, 0, 0, 0];

// The first, since it is said once a page.
test('a framework in no layer is named to the developer', async () => {
  const said = vi.spyOn(console, 'error').mockReturnValue();
  await show([kit, tailwind3]);
  expect(said).toHaveBeenCalledExactlyOnceWith(expect.stringContaining('#unlayered-styles'));
});

describe.each(Object.entries(UNLAYERED))('beside %s', (_name, css) => {
  beforeEach(() => allowConsole(/unlayered-styles/));

  test.each(['before', 'after'] as const)('loaded %s the kit, each digit stands in its box', async (order) => {
    const shown = await show(sheetsAround(css, order));
    const input = shown.page.querySelector('input') as HTMLInputElement;
    await click(input);
    await type('123456');
    expect(input.value).toBe('123456');
    expect(misplacement(shown)).toEqual(IN_PLACE);
    const { backgroundColor, backgroundImage, boxShadow } = shown.view.getComputedStyle(input);
    expect({ backgroundColor, backgroundImage, boxShadow }).toEqual({
      backgroundColor: 'rgba(0, 0, 0, 0)',
      backgroundImage: 'none',
      boxShadow: 'none',
    });
    expect(shown.page.documentElement.scrollWidth).toBeLessThanOrEqual(shown.view.innerWidth);
  });
});

describe('Tailwind 4 with its layers', () => {
  /** What the button looks like in a page that has the kit's sheet alone. */
  async function ownButton() {
    const { part, view } = await show([kit], { code: false });
    const { backgroundColor, padding } = view.getComputedStyle(part('button'));
    return [backgroundColor, padding];
  }

  test.each(['before', 'after'] as const)('loaded %s the kit, its reset wins over no part', async (order) => {
    const own = await ownButton();
    const { part, view } = await show(sheetsAround(layered, order), { code: false });
    const button = view.getComputedStyle(part('button'));
    expect([button.backgroundColor, button.padding]).toEqual(own);
    expect(view.getComputedStyle(part('title')).fontSize).toBe('22px');
  });

  test('its utilities win where the kit is loaded first', async () => {
    const { part, view } = await show([kit, layered], { code: false, className: 'border-8' });
    expect(view.getComputedStyle(part('root')).border).toBe('8px solid rgb(1, 2, 3)');
  });

  test('and where the app says the order before any sheet', async () => {
    const order = '@layer theme, base, ciba, components, utilities;';
    const [accent] = await ownButton();
    const { part, view } = await show([order, layered, kit], { code: false, className: 'border-8' });
    expect(view.getComputedStyle(part('root')).border).toBe('8px solid rgb(1, 2, 3)');
    expect(view.getComputedStyle(part('button')).backgroundColor).toBe(accent);
  });
});

test('a root of 10 px makes no login smaller', async () => {
  const sizes = ({ page, view }: Shown) =>
    [...page.querySelectorAll<HTMLElement>('[data-part="root"], [data-part="root"] *')].map((part) => {
      const { fontSize, paddingTop, gap } = view.getComputedStyle(part);
      return [part.dataset['part'], part.offsetWidth, part.offsetHeight, fontSize, paddingTop, gap];
    });
  const usual = sizes(await show([kit]));
  root?.unmount();
  frame?.remove();
  const small = sizes(await show([kit, 'html { font-size: 62.5% }']));
  expect(small.filter((size, index) => String(size) !== String(usual[index]))).toEqual([]);
});

test('a user who asked for larger text gets it', async () => {
  const { part, view } = await show([kit, 'html { font-size: 150% }']);
  expect(view.getComputedStyle(part('root')).fontSize).toBe('24px');
});

describe('nothing scrolls for what only screen readers get', () => {
  test.each(['ltr', 'rtl'])('%s', async (dir) => {
    const html = `<main dir="${dir}" style="height: 50vh; overflow: auto"><p style="height: 3000px">Terms</p><div id="app"></div></main>`;
    const { page, part, view } = await show([kit, 'body { margin: 0 }'], { html });
    part('announcer').textContent = 'Enter all 6 digits. '.repeat(40);
    const { scrollHeight, scrollWidth } = page.documentElement;
    expect([scrollHeight, scrollWidth]).toEqual([view.innerHeight, view.innerWidth]);
  });
});

describe('light and dark', () => {
  const surfaces = { light: 'rgb(255, 255, 255)', dark: 'rgb(22, 24, 29)' };
  afterEach(() => emulateSettings({}));

  test.each([
    ['dark', '', 'dark'],
    ['light', '', 'light'],
    ['light', 'class="dark"', 'dark'],
    ['light', 'data-theme="dark"', 'dark'],
    ['dark', 'class="light"', 'light'],
    ['dark', 'data-theme="light"', 'light'],
  ] as const)('a system that is %s, <div %s>: %s', async (system, mark, expected) => {
    await emulateSettings({ 'prefers-color-scheme': system });
    const { part, view } = await show([kit], { html: `<div ${mark}><div id="app"></div></div>`, code: false });
    expect(view.getComputedStyle(part('root')).backgroundColor).toBe(surfaces[expected]);
  });

  test.each([
    ['dark', 'class', 'light'],
    ['dark', 'data-theme', 'light'],
    ['light', 'class', 'dark'],
    ['light', 'data-theme', 'dark'],
  ] as const)('a system that is %s, <html %s="%s">', async (system, attribute, theme) => {
    await emulateSettings({ 'prefers-color-scheme': system });
    const { page, part, view } = await show([kit], { code: false });
    page.documentElement.setAttribute(attribute, theme);
    expect(view.getComputedStyle(part('root')).backgroundColor).toBe(surfaces[theme]);
  });
});

/** Lets the browser take this field for one that it filled in itself. */
async function pretendAutofill(input: HTMLInputElement): Promise<void> {
  const { send } = cdp() as unknown as { send: <T>(method: string, params: object) => Promise<T> };
  input.id = 'filled-in';
  await send('DOM.enable', {});
  await send('CSS.enable', {});
  await send('DOM.getDocument', { depth: -1, pierce: true });
  const { searchId } = await send<{ searchId: string }>('DOM.performSearch', { query: '#filled-in' });
  const found = { searchId, fromIndex: 0, toIndex: 1 };
  const { nodeIds } = await send<{ nodeIds: number[] }>('DOM.getSearchResults', found);
  await send('CSS.forcePseudoState', { nodeId: nodeIds[0], forcedPseudoClasses: ['autofill'] });
}

describe('what the browser filled in', () => {
  const TEXT = 'rgb(242, 243, 246)';
  afterEach(() => emulateSettings({}));

  test('covers no box of a code and stays readable', async () => {
    await emulateSettings({ 'prefers-color-scheme': 'dark' });
    const { part, view } = await show([kit]);
    const input = part<HTMLInputElement>('input');
    await pretendAutofill(input);
    expect(input.matches(':autofill')).toBe(true);
    const style = view.getComputedStyle(input);
    expect([style.backgroundClip, style.webkitTextFillColor]).toEqual(['text', TEXT]);
  });

  test('looks in the first field like what was typed', async () => {
    await emulateSettings({ 'prefers-color-scheme': 'dark' });
    const { part, view } = await show([kit], { code: false, loginHint: undefined });
    const input = part<HTMLInputElement>('input');
    await pretendAutofill(input);
    const style = view.getComputedStyle(input);
    expect(style.webkitTextFillColor).toBe(TEXT);
    expect(style.boxShadow).toContain('rgb(22, 24, 29)');
  });
});
