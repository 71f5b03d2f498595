// @vitest-environment node
import { existsSync, readFileSync, statSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { describe, expect, test } from 'vitest';

const root = fileURLToPath(new URL('../../', import.meta.url));
const page = readFileSync(`${root}docs/threat-model.md`, 'utf8');

/** Rows of the tables, each with the folder that its tests are in. */
const rows = page.split('\n## ').flatMap((section) => {
  const folder = section.startsWith('The inbox') ? 'test/inbox' : 'test/server';
  return section
    .split('\n')
    .filter((line) => line.startsWith('| ') && !/^\| (?:attack|-+) /.test(line))
    .map((line) => ({
      folder,
      cells: line
        .split('|')
        .slice(1, -1)
        .map((cell) => cell.trim()),
    }));
});

/** The file of a test that a row names, or `null`. */
function findTest(name: string, folder: string): string | null {
  const kinds = ['.test.ts', '.redis.ts', '.keycloak.ts', '.ts', ''];
  const folders = [`${folder}/`, 'test/', 'test/keycloak/', 'bench/'];
  const found = folders.flatMap((place) => kinds.map((kind) => `${root}${place}${name}${kind}`)).find(existsSync);
  return found ?? null;
}

const testsOf = (cell: string) => [...cell.matchAll(/`([\w./-]+)`/g)].map(([, name = '']) => name);

/** Numbers of attacks, each with the file right before it. */
const numbered = rows.flatMap(({ folder, cells: [, , tests = ''] }) =>
  [...tests.matchAll(/`([\w./-]+)` \(([S\d, ]+)\)/g)].flatMap(([, name = '', numbers = '']) =>
    numbers.split(', ').map((number) => ({ number, file: findTest(name, folder) })),
  ),
);

describe('the threat model', () => {
  test('says of each attack how it is defended, what tests it, and what remains', () => {
    expect(rows.length).toBeGreaterThan(80);
    for (const { cells } of rows) {
      expect(cells, cells[0]).toHaveLength(4);
      const [attack, defense, tests, remains] = cells;
      expect(attack).not.toBe('');
      expect(defense, attack).not.toBe('');
      // What nothing tests isn't solved.
      if (tests === '') expect(remains, attack).toMatch(/^Not solved/);
    }
  });

  test('names tests that exist', () => {
    for (const { folder, cells } of rows) {
      const [attack, , tests = ''] = cells;
      for (const name of testsOf(tests)) expect(findTest(name, folder), `${attack}: ${name}`).not.toBeNull();
    }
  });

  test.each(Array.from({ length: 16 }, (_, index) => `S${index + 1}`))(
    'finds the tests of %s by its number',
    (number) => {
      const files = numbered.filter((row) => row.number === number).map(({ file }) => file);
      expect(files).not.toEqual([]);
      for (const file of files) {
        if (file === null || statSync(file).isDirectory()) throw new Error(`${number} names no file.`);
        expect(readFileSync(file, 'utf8'), file).toMatch(new RegExp(`['"\`]${number}: `));
      }
    },
  );
});
