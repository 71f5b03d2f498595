// @vitest-environment node
import { readdirSync, readFileSync } from 'node:fs';
import { basename } from 'node:path';
import { fileURLToPath } from 'node:url';
import { expect, test } from 'vitest';

const root = fileURLToPath(new URL('../../', import.meta.url));
const page = readFileSync(`${root}docs/sessions.md`, 'utf8');

/** The requirements of OWASP ASVS 5.0, chapter V7, by section. */
const REQUIREMENTS = { '7.1': 3, '7.2': 4, '7.3': 2, '7.4': 5, '7.5': 3, '7.6': 2 };

const rows = page.split('\n').filter((line) => /^\| 7\.\d/.test(line));

test('docs/sessions.md has a row for each requirement of the chapter, with its status', () => {
  const numbers = rows.map((row) => /^\| (7\.\d\.\d)/.exec(row)?.[1]);
  const wanted = Object.entries(REQUIREMENTS).flatMap(([section, count]) =>
    Array.from({ length: count }, (_, n) => `${section}.${n + 1}`),
  );
  expect(numbers).toEqual(wanted);
  for (const row of rows) expect(row.split('|')[2]?.trim()).toMatch(/^(?:met|partly|not)$/);
});

test('docs/sessions.md names tests that exist', () => {
  const files = readdirSync(`${root}test`, { recursive: true, encoding: 'utf8' }).filter((path) =>
    /\.(?:test\.tsx?|keycloak\.ts)$/.test(path),
  );
  let named = 0;
  for (const row of rows) {
    const cell = row.split('|')[3] ?? '';
    for (const [, file = '', titles = ''] of cell.matchAll(/`([a-z][\w./-]*)`((?:,? "[^"]+")+)/g)) {
      const found = files.filter((path) => `/${path.replaceAll('\\', '/')}`.includes(`/${file}.`));
      expect(
        found.map((path) => basename(path)),
        file,
      ).toHaveLength(1);
      const source = readFileSync(`${root}test/${found[0]}`, 'utf8');
      for (const [, title = ''] of titles.matchAll(/"([^"]+)"/g)) {
        named += 1;
        expect(source, `${file}: ${title}`).toContain(title);
      }
    }
  }
  expect(named).toBeGreaterThan(10);
});
