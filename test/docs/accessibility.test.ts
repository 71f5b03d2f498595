// @vitest-environment node
import { readFile } from 'node:fs/promises';
import { expect, test } from 'vitest';
import { en } from '../../src/locales/en.js';

test('docs/accessibility.md calls every tab stop what the login calls it', async () => {
  const page = await readFile('docs/accessibility.md', 'utf8');
  const table = /^\| screen +\| stops[^]*?\n\n/m.exec(page)?.[0] ?? '';
  const stops = table
    .split('\n')
    .slice(2)
    .map((row) => row.split('|')[2] ?? '')
    .flatMap((cell) => cell.replaceAll(/\(.*?\)/g, '').split(/, | or |: /))
    .map((stop) => stop.trim())
    // What begins with a small letter describes a stop; the others are labels.
    .filter((stop) => /^\p{Lu}/u.test(stop));
  const texts = new Set<unknown>(Object.values(en));
  expect(stops.length).toBeGreaterThan(20);
  expect(stops.filter((stop) => !texts.has(stop))).toEqual([]);
});
