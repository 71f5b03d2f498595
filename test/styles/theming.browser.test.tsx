import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { page, userEvent } from 'vitest/browser';
import { cleanup, render } from 'vitest-browser-react';
import axe from 'axe-core';
import { CibaLogin, CibaProvider } from 'react-ciba';
import { createMemoryAdapter } from 'react-ciba/adapters/memory';
import { createFakeEnvironment } from '../support/fake-environment.js';
import tokens from '../../src/styles/tokens.css?raw';
import '../../src/styles/index.css';

const properties = [...new Set(tokens.match(/--ciba-[\w-]+/g))];

let sheet: HTMLStyleElement;
beforeEach(() => {
  sheet = document.head.appendChild(document.createElement('style'));
});
afterEach(async () => {
  sheet.remove();
  document.documentElement.removeAttribute('data-theme');
  await cleanup();
});

/** A start, and a code entry with a mistake in it, in an element that a theme may stand on. */
async function mount() {
  const { environment } = createFakeEnvironment();
  const login = <CibaLogin adapter={createMemoryAdapter({ clock: environment.clock })} loginHint="ada@example.com" />;
  await render(
    <CibaProvider environment={environment}>
      <div className="theme">{login}</div>
      <div className="theme">{login}</div>
    </CibaProvider>,
  );
  await page.getByRole('button', { name: 'Use authenticator code' }).first().click();
  await page.getByRole('textbox').click();
  await userEvent.keyboard('12{Enter}');
  await expect.element(page.getByRole('textbox')).toBeInvalid();
}

const part = (name: string) => document.querySelector(`[data-scope="ciba-login"][data-part="${name}"]`)!;
const primary = () => document.querySelector('[data-variant="primary"]')!;

describe.each(['light', 'dark'])('%s', (theme) => {
  test.each(['', 'initial', 'nonsense'])('no property that is set to "%s" makes a text unreadable', async (value) => {
    document.documentElement.dataset['theme'] = theme;
    await mount();
    const unreadable: unknown[] = [];
    for (const property of properties) {
      sheet.textContent = `:root { color-scheme: ${theme}; background: Canvas } .theme { ${property}: ${value}; }`;
      // It cannot tell what is behind the digits, where the boxes are.
      const places = { include: [['body']], exclude: [['[data-scope="totp-input"]']] };
      const { violations, incomplete } = await axe.run(places, { runOnly: 'color-contrast' });
      // The same colour twice is an incomplete result to axe, not a violation.
      const found = [...violations, ...incomplete].flatMap(({ nodes }) => nodes);
      if (found.length > 0) unreadable.push([property, found.map(({ html }) => html)]);
    }
    expect(unreadable).toEqual([]);
  });

  test('light-dark() in a theme goes by the login, whatever the page says', async () => {
    document.documentElement.dataset['theme'] = theme;
    await mount();
    sheet.textContent = '.theme { --ciba-color-surface: light-dark(rgb(251, 252, 253), rgb(4, 5, 6)); }';
    const expected = theme === 'light' ? 'rgb(251, 252, 253)' : 'rgb(4, 5, 6)';
    expect(getComputedStyle(part('root')).backgroundColor).toBe(expected);
    sheet.textContent += '.theme { --ciba-color-surface: revert-layer; }';
    expect(getComputedStyle(part('root')).backgroundColor).not.toBe(expected);
  });

  test('what a theme leaves out is as it was', async () => {
    document.documentElement.dataset['theme'] = theme;
    await mount();
    const looks = () => properties.map((name) => getComputedStyle(part('root')).getPropertyValue(name));
    const before = looks();
    sheet.textContent = '.theme { --ciba-color-accent: rebeccapurple; }';
    const changed = properties.filter((_, index) => looks()[index] !== before[index]);
    expect(changed).toEqual(['--ciba-color-accent']);
  });
});

test('a size that is set to nothing leaves a field to type in, on a page without sideways scroll', async () => {
  await mount();
  for (const property of properties.filter((name) => /size|gap|space|width|radius/.test(name))) {
    sheet.textContent = `.theme { ${property}: ; }`;
    const { width, height } = page.getByRole('textbox').element().getBoundingClientRect();
    expect([property, width > 100, height > 20]).toEqual([property, true, true]);
    expect(document.documentElement.scrollWidth).toBeLessThanOrEqual(innerWidth);
  }
});

/** What the browser paints, whatever color space the sheet writes it in. */
function painted(element: Element, property: 'backgroundColor' | 'fill'): string {
  const canvas = new OffscreenCanvas(1, 1).getContext('2d');
  if (!canvas) throw new Error('This browser has no canvas.');
  canvas.fillStyle = getComputedStyle(element)[property];
  canvas.fillRect(0, 0, 1, 1);
  return [...canvas.getImageData(0, 0, 1, 1).data].slice(0, 3).join();
}

describe('one property makes it yours', () => {
  test('the button, its hover, the dial, links and corners follow, wherever the theme stands', async () => {
    await mount();
    const disc = () => painted(part('dial-disc'), 'fill');
    const soft = disc();
    const ink = getComputedStyle(part('dial')).getPropertyValue('--_ink');
    sheet.textContent = `.theme { --ciba-color-accent: #0f766e; --ciba-radius: 0.5rem; }
      .theme * { transition: none !important; }`;
    expect(painted(primary(), 'backgroundColor')).toBe('15,118,110');
    expect(disc()).not.toBe(soft);
    expect(getComputedStyle(part('dial')).getPropertyValue('--_ink')).not.toBe(ink);
    expect(getComputedStyle(part('root')).borderStartStartRadius).toBe('16px');
    await userEvent.hover(primary());
    const hovered = getComputedStyle(primary()).backgroundColor;
    sheet.textContent += '.theme { --ciba-color-accent: #b91c1c; }';
    expect(getComputedStyle(primary()).backgroundColor).not.toBe(hovered);
  });

  test('and a theme that says what else it wants is taken at its word', async () => {
    await mount();
    sheet.textContent = `:root { --ciba-color-accent-text: rgb(251, 252, 253); --ciba-color-link: rgb(4, 5, 6); --ciba-radius-card: 3px; }`;
    expect(getComputedStyle(primary()).color).toBe('rgb(251, 252, 253)');
    expect(getComputedStyle(part('dial')).getPropertyValue('--_ink')).toBe('rgb(4, 5, 6)');
    expect(getComputedStyle(part('root')).borderStartStartRadius).toBe('3px');
  });
});

test('a theme wins over the kit without a layer, whatever the order of the sheets', async () => {
  document.head.prepend(sheet);
  sheet.textContent = ':root { --ciba-color-surface: rgb(251, 252, 253); } [data-part="title"] { font-size: 40px; }';
  await mount();
  expect(getComputedStyle(part('root')).backgroundColor).toBe('rgb(251, 252, 253)');
  expect(getComputedStyle(part('title')).fontSize).toBe('40px');
});
