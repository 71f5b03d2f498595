// @vitest-environment node
import { readFileSync } from 'node:fs';
import { expect, test } from 'vitest';
import { CIBA_ERROR_CODES } from '../../src/contract/errors.js';
import { en } from '../../src/locales/en.js';

/** A text as the pages write it, with plain apostrophes. */
const plain = (text: string) => text.replaceAll('’', "'");

const texts = new Set(Object.values(en).flatMap((text) => (typeof text === 'string' ? [plain(text)] : [])));

test.each(CIBA_ERROR_CODES)('docs/errors/%s.md quotes the texts of its screen', (code) => {
  const page = readFileSync(new URL(`../../docs/errors/${code}.md`, import.meta.url), 'utf8');
  const seen = /^\*\*What the user sees\.\*\* (.+)$/m.exec(page)?.[1] ?? '';
  const quotes = Array.from(seen.matchAll(/"([^"]+)"/g), ([, quote = '']) => quote);
  expect(quotes.filter((quote) => !texts.has(quote))).toEqual([]);
  expect(quotes).toContain(plain(en[`error.${code}.title`]));
  expect(quotes).toContain(plain(en[`error.${code}.text`]));
});
