// @vitest-environment node
import { readFileSync } from 'node:fs';
import { describe, expect, test } from 'vitest';
import { designTokens } from '../../scripts/design-tokens.mjs';
import type { TokenGroup } from '../../scripts/design-tokens.mjs';

const read = (path: string) => readFileSync(new URL(`../../${path}`, import.meta.url), 'utf8');
const css = read('src/styles/tokens.css');
const { light, dark } = designTokens(css, read('docs/theming.md'));

const tokensOf = ({ color, ...others }: TokenGroup) => [...Object.values(color), ...Object.values(others)];

test('every custom property with a value is a token, but the one that the format has no type for', () => {
  const set = new Set(Array.from(css.matchAll(/^\s+(--ciba-[\w-]+):/gm), ([, name]) => name));
  set.delete('--ciba-color-scheme');
  for (const group of [light, dark]) {
    const properties = tokensOf(group).map(({ $extensions }) => $extensions['react-ciba'].property);
    expect(properties.toSorted()).toEqual([...set].toSorted());
  }
});

test('each token says what it is for', () => {
  expect(tokensOf(light).filter(({ $description }) => !$description)).toEqual([]);
});

describe('values in the format of the Design Tokens Community Group', () => {
  test.each([
    ['a color', light.color['surface-muted'], 'color', { colorSpace: 'srgb', hex: '#f5f6f8' }],
    ['a color in dark', dark.color['surface-muted'], 'color', { hex: '#1f2229' }],
    ['the accent in dark', dark.color['accent'], 'color', { hex: '#2451d6', components: [0.1412, 0.3176, 0.8392] }],
    ['a translucent color', light['edge'], 'color', { hex: '#121621', alpha: 0.09 }],
    ['a size', light['slot-gap'], 'dimension', { value: 0.5, unit: 'rem' }],
    ['a duration', light['duration'], 'duration', { value: 160, unit: 'ms' }],
  ])('%s', (_, token, type, value) => {
    expect(token?.$type).toBe(type);
    expect(token?.$value).toMatchObject(value);
  });

  test('lists', () => {
    expect(light['ease']).toMatchObject({ $type: 'cubicBezier', $value: [0.2, 0.8, 0.2, 1] });
    expect(light['font-code']?.$value).toContain('SF Mono');
    expect(dark['shadow']).toMatchObject({
      $type: 'shadow',
      $value: [
        { color: { hex: '#000000', alpha: 0.5 }, offsetY: { value: 1, unit: 'px' }, blur: { value: 2, unit: 'px' } },
        { spread: { value: -16, unit: 'px' } },
      ],
    });
  });
});

test('a theme replaces values in light and in dark', () => {
  const theme = { light: { 'color-accent': '#0f766e', radius: '2px' }, dark: { 'color-surface': '#000000' } };
  const themed = designTokens(css, read('docs/theming.md'), theme);
  expect(themed.light.color['accent']?.$value).toMatchObject({ hex: '#0f766e' });
  expect(themed.dark.color['accent']?.$value).toMatchObject({ hex: '#0f766e' });
  expect(themed.dark['radius']?.$value).toEqual({ value: 2, unit: 'px' });
  expect(themed.light.color['surface']).toEqual(light.color['surface']);
  expect(themed.dark.color['surface']?.$value).toMatchObject({ hex: '#000000' });
});
