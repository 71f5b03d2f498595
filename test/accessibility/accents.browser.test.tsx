import { afterEach, expect, test } from 'vitest';
import tokens from '../../src/styles/tokens.css?raw';
import { ACCENT_PAIRS, colorsOn, contrastOf } from '../support/contrast.js';
import type { Color } from '../support/contrast.js';

/** Eight steps of each channel, and the colors of well-known buttons: 523. */
const STEPS = [0, 36, 73, 109, 146, 182, 219, 255];
const ACCENTS = [
  ...STEPS.flatMap((red) => STEPS.flatMap((green) => STEPS.map((blue) => `rgb(${red} ${green} ${blue})`))),
  ...[
    '#2451d6',
    '#ffd400',
    '#0b2a6b',
    '#e11d48',
    '#10b981',
    '#111111',
    '#0f766e',
    '#f97316',
    '#7c3aed',
    '#64748b',
    '#fde047',
  ],
];

/** The sheet for browsers without relative colors: the condition can't hold. */
const withoutRelativeColors = tokens.replace(
  /@supports \(color: color\(from[^{]*\{/,
  '@supports (color: no-such-color) {',
);

const sheet = document.head.appendChild(document.createElement('style'));
afterEach(() => {
  document.body.replaceChildren();
  sheet.textContent = '';
  delete document.documentElement.dataset['theme'];
});

/** What each accent becomes. */
function painted(accents: readonly string[], colors: readonly string[]): Color[][] {
  return accents.map((accent) => {
    const around = document.body.appendChild(document.createElement('div'));
    around.style.setProperty('--ciba-color-accent', accent);
    const probe = around.appendChild(document.createElement('div'));
    probe.dataset['scope'] = 'ciba-login';
    return colorsOn(probe, colors);
  });
}

/** The worst contrast of each pair, with the accent that it is of. */
function worstOf(accents: readonly string[]) {
  const worst = ACCENT_PAIRS.map(({ name, least }) => ({ name, least, ratio: 21, accent: '' }));
  const colors = ACCENT_PAIRS.flatMap(({ front, back }) => [front, back]);
  painted(accents, colors).forEach((found, index) => {
    const accent = accents[index] ?? '';
    expect(
      found.filter(({ alpha }) => alpha < 1),
      accent,
    ).toEqual([]);
    worst.forEach((pair, at) => {
      const [front, back] = found.slice(2 * at) as [Color, Color];
      const ratio = contrastOf(front, back);
      if (ratio < pair.ratio) Object.assign(pair, { ratio, accent });
    });
  });
  return worst;
}

test('there are 523 accents', () => {
  expect(new Set(ACCENTS).size).toBe(523);
});

test.each([
  { theme: 'light', css: tokens, browser: 'with' },
  { theme: 'dark', css: tokens, browser: 'with' },
  { theme: 'light', css: withoutRelativeColors, browser: 'without' },
  { theme: 'dark', css: withoutRelativeColors, browser: 'without' },
])('$theme, $browser relative colors: any accent gives texts of 4.5 : 1 and more', ({ theme, css }) => {
  document.documentElement.dataset['theme'] = theme;
  sheet.textContent = css;
  const worst = worstOf(ACCENTS);
  for (const { name, least, ratio, accent } of worst) expect(ratio, `${name}: ${accent}`).toBeGreaterThanOrEqual(least);
});

test('the two sheets differ, so the fallback is what was measured', () => {
  expect(withoutRelativeColors).not.toBe(tokens);
  sheet.textContent = tokens;
  const [[exact] = []] = painted(['#ffd400'], ['var(--_solid)']);
  sheet.textContent = withoutRelativeColors;
  const [[mixed] = []] = painted(['#ffd400'], ['var(--_solid)']);
  expect(exact).toEqual({ red: 255, green: 212, blue: 0, alpha: 1 });
  expect(mixed).not.toEqual(exact);
});

test.each(['light', 'dark'])('%s: what is no opaque color still gives a login that can be read', (theme) => {
  document.documentElement.dataset['theme'] = theme;
  sheet.textContent = tokens;
  const bad = [
    'transparent',
    'none',
    'linear-gradient(red, blue)',
    'nonsense',
    '',
    'initial',
    '#ffd40001',
    'currentcolor',
  ];
  for (const { name, least, ratio, accent } of worstOf(bad))
    expect(ratio, `${name}: ${accent}`).toBeGreaterThanOrEqual(least);
});
