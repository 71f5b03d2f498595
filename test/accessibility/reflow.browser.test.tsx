import { afterEach, describe, expect, test, vi } from 'vitest';
import { cleanup } from 'vitest-browser-react';
import { emulateSettings, resizeWindow } from './emulate.js';
import { screenNamed, screens, show } from './login-stories.js';
import { lostIn } from './measure.js';

/** 200 characters without a place to break. */
const LONG_ADDRESS = `${'a'.repeat(188)}@example.com`;

/** The longest words, the other direction, and a script without spaces. */
const LOCALES = ['en', 'de', 'ar', 'ja'];

vi.setConfig({ testTimeout: 60_000 });

const spacing = new CSSStyleSheet();

afterEach(async () => {
  await cleanup();
  document.adoptedStyleSheets = [];
  await emulateSettings({});
  await resizeWindow(640, 1000);
});

async function lostInAllScreens(locale: string): Promise<string[]> {
  const lost: string[] = [];
  for (const screen of screens) {
    const long = screen.args.loginHint && { loginHint: LONG_ADDRESS };
    const root = await show(screen, { locale, ...long });
    lost.push(...lostIn(root).map((what) => `${screen.name}: ${what}`));
  }
  return lost;
}

describe.each(LOCALES)('%s, and an address of 200 characters', (locale) => {
  test('WCAG 1.4.10: 320 pixels wide', async () => {
    await resizeWindow(320, 640);
    expect(await lostInAllScreens(locale)).toEqual([]);
  });

  test('WCAG 1.4.10: 1280 by 1024 pixels of the screen, zoomed to 400 %', async () => {
    await resizeWindow(320, 256, 4);
    expect(devicePixelRatio).toBe(4);
    expect(await lostInAllScreens(locale)).toEqual([]);
  });

  test('WCAG 1.4.4: text twice as large', async () => {
    await resizeWindow(640, 800);
    spacing.replaceSync(':root { font-size: 200% }');
    document.adoptedStyleSheets = [spacing];
    expect(await lostInAllScreens(locale)).toEqual([]);
  });

  test('WCAG 1.4.12: text spaced by the user', async () => {
    await resizeWindow(320, 640);
    spacing.replaceSync(`* {
      line-height: 1.5 !important;
      letter-spacing: 0.12em !important;
      word-spacing: 0.16em !important;
    }
    p { margin-block-end: 2em !important; }`);
    document.adoptedStyleSheets = [spacing];
    expect(await lostInAllScreens(locale)).toEqual([]);
  });
});

test('the measure finds a line that does not fit, a cut text, and one over another', async () => {
  await resizeWindow(320, 640);
  const root = await show(screenNamed('Polling'));
  expect(lostIn(root)).toEqual([]);
  const lostWith = (css: string) => {
    spacing.replaceSync(css);
    document.adoptedStyleSheets = [spacing];
    return lostIn(root).join();
  };
  expect(lostWith('h2 { white-space: nowrap; font-size: 5em }')).toMatch(/scrolls sideways.*outside: Check your phone/);
  expect(lostWith('h2 { block-size: 1rem; overflow: hidden }')).toContain('cut: <h2 title> Check your phone');
  expect(lostWith('h2 { margin-block-end: -2.5rem }')).toMatch(/"Check your phone" lies over "/);
});
