import { expect, test } from 'vitest';
import { DEFAULT_THEME, readTheme, toArgs, toCss, toTokens } from '../../stories/themes/theme.js';
import type { Theme } from '../../stories/themes/theme.js';

const theme: Theme = {
  accent: '#0f766e',
  light: '#fffdf7',
  dark: '#16181d',
  radius: 2,
  font: 'serif',
  density: 'compact',
};

test('the built-in look needs no property', () => {
  expect(toCss(DEFAULT_THEME)).not.toContain('--ciba');
});

test('a theme is what differs from it, with both values where light and dark differ', () => {
  const css = toCss(theme, '.shop');
  expect(css).toMatch(/^\.shop \{\n/);
  expect(css).toContain('  --ciba-color-accent: #0f766e;\n');
  expect(css).toContain('  --ciba-color-surface: light-dark(#fffdf7, #16181d);\n');
  expect(css).toMatch(/--ciba-color-border: light-dark\(#[\da-f]{6}, #2b2f38\);/);
  expect(css).toContain('  --ciba-radius: 0.125rem;\n');
  expect(css).toContain('  --ciba-dial-size: 6.5rem;\n');
  expect(css).not.toContain('color-text');
});

test('its design tokens have the same values', () => {
  const { light, dark } = JSON.parse(toTokens(theme)) as Record<'light' | 'dark', Record<string, never>>;
  expect(light).toMatchObject({
    color: { accent: { $value: { hex: '#0f766e' } }, surface: { $value: { hex: '#fffdf7' } } },
    radius: { $value: { value: 0.125, unit: 'rem' } },
    'dial-size': { $value: { value: 6.5, unit: 'rem' } },
  });
  expect(light['font']).toMatchObject({ $type: 'fontFamily' });
  expect(dark).toMatchObject({ color: { surface: { $value: { hex: '#16181d' } } } });
});

test('its link is written as Storybook reads it', () => {
  expect(toArgs(theme)).toBe(
    'accent:!hex(0f766e);light:!hex(fffdf7);dark:!hex(16181d);radius:2;font:serif;density:compact',
  );
});

test.each([
  { accent: 'red' },
  { accent: '#fff' },
  { accent: 'rgba(0,0,0,0.5)' },
  { light: '#ffffff;}body{display:none' },
  { dark: null },
  { radius: -1 },
  { radius: 1000 },
  { radius: 'x' },
  { font: 'constructor' },
  { font: 'Comic Sans' },
  { density: '__proto__' },
  { density: undefined },
])('a link may say anything: %o is as in the default theme', (given) => {
  expect(readTheme(given)).toEqual(DEFAULT_THEME);
});
