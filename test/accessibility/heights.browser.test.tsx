import '@fontsource-variable/inter';
import inter from '@fontsource-variable/inter/files/inter-latin-wght-normal.woff2?url';
import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest';
import { cleanup, render } from 'vitest-browser-react';
import { CibaLogin } from 'react-ciba';
import { createMemoryAdapter } from 'react-ciba/adapters/memory';
import type { MemoryAdapterOptions, MemorySession } from 'react-ciba/adapters/memory';
import { LOCALES } from '../../stories/locales.js';
import { createFakeEnvironment } from '../support/fake-environment.js';
import { emulateSettings, resizeWindow } from './emulate.js';
import { root, screens, show } from './login-stories.js';
import { nameOf } from './measure.js';

vi.setConfig({ testTimeout: 60_000 });

const place = new CSSStyleSheet();
place.replaceSync(`.place { inline-size: 400px; max-inline-size: 100%; }
  .middle { display: grid; align-content: center; min-block-size: 100vh; }`);
/** Heights depend on the font, so all are measured in one. */
const font = new CSSStyleSheet();
font.replaceSync(`:root { --ciba-font: 'Inter Variable'; }`);

beforeEach(async () => {
  document.adoptedStyleSheets = [place, font];
  await emulateSettings({ 'prefers-reduced-motion': 'reduce' });
  await resizeWindow(640, 900);
  await Promise.all(
    ['400', '500', '600', '700'].map((weight) => document.fonts.load(`${weight} 1em 'Inter Variable'`)),
  );
});
afterEach(async () => {
  document.adoptedStyleSheets = [];
  await cleanup();
  await emulateSettings({});
  await resizeWindow(640, 1000);
});

/** Stories with something of the app's own in them, or with texts as long as they get, which need more. */
const ADDS_HEIGHT = /Alternatives|WithSlots|LongAddress|HostileTexts|Transaction|AppLink|Inline|^Denied$|CodeFirst$/;
const HEIGHT = 520;
const TITLE = 181;

const titleOffset = (login: Element) =>
  Math.round((login.querySelector('h2') as Element).getBoundingClientRect().top - login.getBoundingClientRect().top);

test('every screen has one height and its title in one place, but for the end that has no controls', async () => {
  const found: Record<string, unknown> = {};
  for (const screen of screens.filter(({ name }) => !ADDS_HEIGHT.test(name))) {
    const login = await show(screen);
    const measured = [Math.round(login.getBoundingClientRect().height), titleOffset(login)];
    const approved = login.dataset['state'] === 'approved';
    const expected = [HEIGHT, approved ? measured[1] : TITLE];
    if (String(measured) !== String(expected)) found[screen.name] = measured;
  }
  expect(found).toEqual({});
});

/** As wide as the widest of the fonts that systems come with. The lines stay as high. */
const WIDE_FONT = `@font-face { font-family: 'Wide'; src: url('${inter}'); font-weight: 100 900; size-adjust: 105%; }
  :root { --ciba-font: 'Wide'; }`;

test.each([...LOCALES.keys()])('%s: a wider font makes no screen higher than the others', async (locale) => {
  const wide = document.createElement('style');
  wide.textContent = WIDE_FONT;
  document.head.append(wide);
  document.adoptedStyleSheets = [place];
  await Promise.all(['400', '500', '600', '700'].map((weight) => document.fonts.load(`${weight} 1em 'Wide'`)));
  const found: Record<string, number> = {};
  for (const screen of screens.filter(({ name }) => !ADDS_HEIGHT.test(name))) {
    const height = Math.round((await show(screen, { locale })).getBoundingClientRect().height);
    if (height !== HEIGHT) found[screen.name] = height;
  }
  wide.remove();
  expect(found).toEqual({});
});

test('the measured height is the one of the sheet, at most 520', async () => {
  expect(HEIGHT).toBeLessThanOrEqual(520);
  const login = await show(screens[0]!);
  expect(getComputedStyle(login).minBlockSize).toBe(`${HEIGHT}px`);
});

/** A login with the given backend, in a place of the page that may be narrower than a card. */
async function open(backend: MemoryAdapterOptions<MemorySession> = {}) {
  const world = createFakeEnvironment();
  const adapter = createMemoryAdapter({ clock: world.environment.clock, deliveredTo: 'Pixel 9', ...backend });
  await render(
    <main className="middle">
      <div className="place">
        <CibaLogin adapter={adapter} environment={world.environment} loginHint="ada@example.com" />
      </div>
    </main>,
  );
  const settle = () => new Promise((resolve) => requestAnimationFrame(() => setTimeout(resolve)));
  return {
    world,
    adapter,
    pass: async (seconds: number) => {
      await world.advance(seconds * 1000);
      await settle();
    },
    press: async (verb: string) => {
      const button = await vi.waitFor(
        () => root().querySelector<HTMLElement>(`[data-verb="${verb}"]`) ?? Promise.reject(),
      );
      button.click();
      await settle();
    },
    reaches: (status: string) => expect.poll(() => root().dataset['state']).toBe(status),
    settle,
  };
}

/** Where each control is in the page. */
function controls(): Map<string, { readonly x: number; readonly y: number }> {
  const all = root().querySelectorAll<HTMLElement>('button, input, summary, a');
  return new Map(
    [...all].map((control) => {
      const { left, top } = control.getBoundingClientRect();
      return [control.dataset['verb'] ?? nameOf(control).replace(/ .*/, ''), { x: left, y: top }];
    }),
  );
}

/** The pixels that the control that moved most has moved, and its name. */
function movedSince(before: ReturnType<typeof controls>): { readonly most: number; readonly which: string } {
  let [most, which] = [0, 'none'];
  for (const [name, now] of controls()) {
    const was = before.get(name);
    const far = was ? Math.max(Math.abs(now.x - was.x), Math.abs(now.y - was.y)) : 0;
    if (far > most) [most, which] = [far, name];
  }
  return { most, which };
}

describe.each([320, 375, 1360])('%i pixels wide, while a screen stays no control moves', (width) => {
  beforeEach(() => resizeWindow(width, 900));

  test('waiting: the line, the help, a resend, the last seconds', async () => {
    const login = await open({ displayCode: '47' });
    await login.press('start');
    await login.reaches('polling');
    const before = controls();
    expect(before.size).toBe(4);
    const moments: [string, () => Promise<unknown>][] = [
      ['reconnecting', () => ((login.adapter.faults = { poll: 'network' }), login.pass(8))],
      ['offline', async () => (login.world.change({ online: false }), login.settle())],
      ['back', () => ((login.adapter.faults = {}), login.world.change({ online: true }), login.pass(5))],
      ['late', () => login.pass(20)],
      ['help', async () => (root().querySelector('summary')?.click(), login.settle())],
      ['help closed', async () => (root().querySelector('summary')?.click(), login.settle())],
      ['resend failed', () => ((login.adapter.faults = { initiate: 'unavailable' }), login.press('resend'))],
      ['the last seconds', () => login.pass(60)],
    ];
    for (const [moment, happen] of moments) {
      await happen();
      const { most, which } = movedSince(before);
      expect(most, `${moment}: ${which}`).toBeLessThanOrEqual(0.5);
    }
    expect(root().dataset['state']).toBe('polling');
  });

  test('code: digits, half a code, a wrong one, one that could not be checked', async () => {
    const login = await open({ totp: { attempts: 9, lockout: 60 } });
    await login.press('useCode');
    await login.reaches('totpEntry');
    const before = controls();
    const field = () => root().querySelector('input') as HTMLInputElement;
    const type = async (text: string) => {
      field().focus();
      document.execCommand('selectAll');
      document.execCommand('insertText', false, text);
      await login.settle();
    };
    for (const [text, faults] of [
      ['12', {}],
      ['000000', {}],
      ['123456', { verifyTotp: 'network' }],
    ] as const) {
      login.adapter.faults = faults;
      await type(text);
      await login.press('submitCode');
      await expect.poll(() => root().querySelector('[data-part="error"]')).toBeTruthy();
      const { most, which } = movedSince(before);
      expect(most, `${text}: ${which}`).toBeLessThanOrEqual(0.5);
    }
  });
});

test('the help opens below the card, and changes no box of it', async () => {
  const login = await open();
  await login.press('start');
  await login.reaches('polling');
  const boxes = () =>
    [root(), ...root().querySelectorAll('*:not([data-part="late-hint-panel"], [data-part="late-hint-panel"] *)')].map(
      (element) => JSON.stringify(element.getBoundingClientRect()),
    );
  const before = boxes();
  root().querySelector('summary')?.click();
  await login.settle();
  expect(boxes()).toEqual(before);
  const panel = root().querySelector('[data-part="late-hint-panel"]') as Element;
  expect(panel.getBoundingClientRect().height).toBeGreaterThan(50);
  expect(panel.getBoundingClientRect().top).toBeGreaterThanOrEqual(root().getBoundingClientRect().bottom - 2);
});

test.each([
  ['light', {}],
  ['dark', {}],
  ['light', { 'forced-colors': 'active' }],
  ['dark', { 'forced-colors': 'active' }],
] as const)(
  '%s %o: a lit tick is longer than one that went out, and stronger with forced colors',
  async (theme, more) => {
    await emulateSettings({ 'prefers-reduced-motion': 'reduce', 'prefers-color-scheme': theme, ...more });
    const waiting = screens.find(({ name }) => name === 'PollingNearTheEnd');
    if (!waiting) throw new Error('There is no story of the last seconds.');
    const login = await show(waiting, { theme });
    const look = (part: string) => getComputedStyle(login.querySelector(`[data-part="${part}"]`) as Element);
    const [lit, spent] = [look('dial-lit'), look('dial-track')];
    expect(parseFloat(lit.strokeWidth)).toBeGreaterThan(parseFloat(spent.strokeWidth) * 1.5);
    expect(lit.stroke).not.toBe(spent.stroke);
    if ('forced-colors' in more) expect(lit.stroke).toBe(getComputedStyle(login).color);
  },
);

test('the measure sees a control that moves', async () => {
  const login = await open();
  await login.press('start');
  await login.reaches('polling');
  const before = controls();
  root().prepend(document.createElement('p'));
  (root().firstElementChild as HTMLElement).style.blockSize = '300px';
  expect(movedSince(before).most).toBeGreaterThan(4);
});
