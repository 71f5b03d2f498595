// @vitest-environment node
import { readdirSync, readFileSync } from 'node:fs';
import { expect, test } from 'vitest';

const root = new URL('../../', import.meta.url);
const read = (path: string) => readFileSync(new URL(path, root), 'utf8');

const sheets = readdirSync(new URL('src/styles/', root)).map((file) => read(`src/styles/${file}`));
const tokens = read('src/styles/tokens.css');
const page = read('docs/theming.md');
const DARK = ":where(.dark, [data-theme='dark']";

/** What a piece of CSS sets, by property; the first one counts. */
function declarationsIn(css: string): Map<string, string> {
  const found = [...css.matchAll(/^\s+(--ciba-[\w-]+):\s*([^;]+);/gm)];
  return new Map(found.toReversed().map(([, name = '', value = '']) => [name, value]));
}

/** The cells of the page's table of properties. */
const rows = [...page.matchAll(/^\| `(--ciba-[\w-]+)` +\| (.*?) +\| (.*?) *\| (.+?) +\|$/gm)].map(
  ([, name = '', light = '', dark = '']) => ({ name, light, dark }),
);

/** Whether a cell shows the value; a long one may end early, with "…". */
function shows(cell: string, value: string | undefined): boolean {
  const text = cell.replace(/^`(.*)`$/, '$1');
  if (value === undefined) return !cell.startsWith('`');
  return text.endsWith('…') ? value.startsWith(text.slice(0, -1)) : text === value;
}

test('docs/theming.md has a row for each custom property of src/styles, and no other', () => {
  const used = new Set(sheets.flatMap((sheet) => sheet.match(/--ciba-[\w-]+/g) ?? []));
  expect(rows.map(({ name }) => name).toSorted()).toEqual([...used].toSorted());
});

test('and each row has the values of src/styles/tokens.css', () => {
  const light = declarationsIn(tokens);
  const dark = declarationsIn(tokens.slice(tokens.indexOf(DARK)));
  const wrong = rows.filter(
    ({ name, ...row }) => !shows(row.light, light.get(name)) || !shows(row.dark, dark.get(name)),
  );
  expect(wrong).toEqual([]);
});

test('dark is the same by the system and by data-theme', () => {
  const bySystem = tokens.slice(tokens.indexOf('@media (prefers-color-scheme: dark)'), tokens.indexOf(DARK));
  expect(declarationsIn(bySystem)).toEqual(declarationsIn(tokens.slice(tokens.indexOf(DARK))));
});

test.each(['arcade', 'gazette', 'shadcn'])('the theme %s sets no property that the kit does not have', (theme) => {
  const set = read(`examples/themes/${theme}.css`).match(/--ciba-[\w-]+/g) ?? [];
  expect([...new Set(set)].filter((name) => !rows.some((row) => row.name === name))).toEqual([]);
});

test('docs/theming.md and the story show the same three properties', () => {
  const three = /\.three-properties \{\n([^}]*)\}/.exec(read('stories/theming.css'))?.[1] ?? '';
  expect(three.match(/--ciba-/g)).toHaveLength(3);
  expect(page).toContain(three);
});
