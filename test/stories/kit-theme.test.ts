// @vitest-environment node
import { readFileSync } from 'node:fs';
import { expect, test } from 'vitest';
import { KIT_COLORS } from '../../.storybook/kit-theme.js';
import { designTokens } from '../../scripts/design-tokens.mjs';

const read = (path: string) => readFileSync(new URL(`../../${path}`, import.meta.url), 'utf8');

test.each(['light', 'dark'] as const)('Storybook has the colors of the kit: %s', (theme) => {
  const { color } = designTokens(read('src/styles/tokens.css'), read('docs/theming.md'))[theme];
  const kit = Object.keys(KIT_COLORS[theme]).map((name) => [name, color[name]?.$extensions['react-ciba'].css]);
  expect(KIT_COLORS[theme]).toEqual(Object.fromEntries(kit));
});
