// Writes dist/tokens.json: the design tokens of the style sheet. `npm run build` runs it.
import { readFileSync, writeFileSync } from 'node:fs';
import { designTokens } from './design-tokens.mjs';

const read = (path) => readFileSync(new URL(`../${path}`, import.meta.url), 'utf8');
const tokens = designTokens(read('src/styles/tokens.css'), read('docs/theming.md'));
writeFileSync(new URL('../dist/tokens.json', import.meta.url), `${JSON.stringify(tokens, null, 2)}\n`);
