import { afterEach, expect, test } from 'vitest';
import tokens from '../../src/styles/tokens.css?raw';

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

const TEXT = 4.5;

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

/** What each accent becomes, as the browser paints it: eight bits a channel. */
function painted(accents: readonly string[], colors: readonly string[]): number[][][] {
  const canvas = new OffscreenCanvas(1, 1).getContext('2d', { willReadFrequently: true });
  if (!canvas) throw new Error('This browser has no canvas.');
  return accents.map((accent) => {
    const around = document.body.appendChild(document.createElement('div'));
    around.style.setProperty('--ciba-color-accent', accent);
    return colors.map((color) => {
      const probe = around.appendChild(document.createElement('div'));
      probe.dataset['scope'] = 'ciba-login';
      probe.style.backgroundColor = color;
      canvas.clearRect(0, 0, 1, 1);
      canvas.fillStyle = getComputedStyle(probe).backgroundColor;
      canvas.fillRect(0, 0, 1, 1);
      return [...canvas.getImageData(0, 0, 1, 1).data];
    });
  });
}

function luminance(color: readonly number[]): number {
  const [red = 0, green = 0, blue = 0] = color.map((part) => {
    const value = part / 255;
    return value <= 0.04045 ? value / 12.92 : ((value + 0.055) / 1.055) ** 2.4;
  });
  return 0.2126 * red + 0.7152 * green + 0.0722 * blue;
}

function contrast(one: readonly number[], other: readonly number[]): number {
  const [a, b] = [luminance(one), luminance(other)];
  return (Math.max(a, b) + 0.05) / (Math.min(a, b) + 0.05);
}

const PAIRS = ['text on the button', 'ink on the surface', 'ink on the muted surface', 'ink on the soft disc'] as const;

/** The worst contrast of each pair, with the accent that it is of. */
function worstOf(accents: readonly string[]) {
  const colors = ['solid', 'on', 'ink', 'soft'].map((name) => `var(--_${name})`);
  const surfaces = ['var(--ciba-color-surface)', 'var(--ciba-color-surface-muted)'];
  const worst = PAIRS.map((pair) => ({ pair, ratio: 21, accent: '' }));
  painted(accents, [...colors, ...surfaces]).forEach(([solid, on, ink, soft, surface, muted], index) => {
    const pairs = [
      [on, solid],
      [ink, surface],
      [ink, muted],
      [ink, soft],
    ] as [number[], number[]][];
    expect(
      [solid, on, ink].map((color) => color?.[3]),
      accents[index],
    ).toEqual([255, 255, 255]);
    pairs.forEach(([front, back], pair) => {
      const ratio = contrast(front, back);
      const found = worst[pair];
      if (found && ratio < found.ratio) Object.assign(found, { ratio, accent: accents[index] });
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
  for (const { pair, ratio, accent } of worst) expect(ratio, `${pair}: ${accent}`).toBeGreaterThanOrEqual(TEXT);
});

test('the two sheets differ, so the fallback is what was measured', () => {
  expect(withoutRelativeColors).not.toBe(tokens);
  sheet.textContent = tokens;
  const [[exact] = []] = painted(['#ffd400'], ['var(--_solid)']);
  sheet.textContent = withoutRelativeColors;
  const [[mixed] = []] = painted(['#ffd400'], ['var(--_solid)']);
  expect(exact?.slice(0, 3)).toEqual([255, 212, 0]);
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
  for (const { pair, ratio, accent } of worstOf(bad)) expect(ratio, `${pair}: ${accent}`).toBeGreaterThanOrEqual(TEXT);
});
