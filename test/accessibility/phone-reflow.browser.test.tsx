import axe from 'axe-core';
import { afterEach, describe, expect, test, vi } from 'vitest';
import { cleanup } from 'vitest-browser-react';
import { emulateSettings, resizeWindow } from './emulate.js';
import { controlsIn, lostIn, nameOf } from './measure.js';
import { phoneScreens, showOnPhone } from './phone-stories.js';

vi.setConfig({ testTimeout: 120_000 });

/** The longest words, the other direction, and a script without spaces. */
const LOCALES = ['en', 'de', 'ar', 'ja'];

const sheet = new CSSStyleSheet();

afterEach(async () => {
  await cleanup();
  document.adoptedStyleSheets = [];
  await emulateSettings({});
  await resizeWindow(640, 1000);
});

async function lostOnAllScreens(locale: string): Promise<string[]> {
  const lost: string[] = [];
  for (const screen of phoneScreens) {
    const root = await showOnPhone(screen, { locale });
    lost.push(...lostIn(root).map((what) => `${screen.name}: ${what}`));
  }
  return lost;
}

describe.each(LOCALES)('%s', (locale) => {
  test('WCAG 1.4.10: 320 pixels wide, no word of the phone is cut', async () => {
    await resizeWindow(320, 640);
    expect(await lostOnAllScreens(locale)).toEqual([]);
  });

  test('WCAG 1.4.4: text twice as large on a phone', async () => {
    await resizeWindow(390, 844);
    sheet.replaceSync(':root { font-size: 200% }');
    document.adoptedStyleSheets = [sheet];
    expect(await lostOnAllScreens(locale)).toEqual([]);
  });
});

test.each(['light', 'dark'] as const)('%s: axe finds nothing on any screen, in Arabic either', async (theme) => {
  await resizeWindow(390, 844);
  const found: string[] = [];
  for (const locale of ['en', 'ar']) {
    for (const screen of phoneScreens) {
      const root = await showOnPhone(screen, { locale, theme });
      const { violations } = await axe.run(root);
      found.push(...violations.map(({ id, nodes }) => `${locale} ${screen.name}: ${id} ${nodes[0]?.html}`));
    }
  }
  expect(found).toEqual([]);
});

test('forced colors: every control has an edge, and no text is left out', async () => {
  await emulateSettings({ 'forced-colors': 'active' });
  await resizeWindow(390, 844);
  const bare: string[] = [];
  for (const screen of phoneScreens) {
    const root = await showOnPhone(screen);
    for (const control of controlsIn(root)) {
      const { borderStyle, borderWidth, outlineStyle } = getComputedStyle(control);
      // A link is underlined, a code field is drawn in boxes, and a row's edges are those of its list.
      const drawsItself = control.matches('a, input, [data-part=row]');
      if (!drawsItself && outlineStyle === 'none' && (borderStyle === 'none' || borderWidth === '0px'))
        bare.push(`${screen.name}: ${nameOf(control)}`);
    }
    bare.push(...lostIn(root).map((what) => `${screen.name}: ${what}`));
  }
  expect(bare).toEqual([]);
});
