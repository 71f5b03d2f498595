// @vitest-environment node
import { execFileSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { dirname, normalize } from 'node:path';
import { fileURLToPath } from 'node:url';
import { expect, test } from 'vitest';

const root = fileURLToPath(new URL('../..', import.meta.url));

/** What npm would upload, without dist, which the tests of this project don't build. */
function packedFiles(): string[] {
  const report = execFileSync('npm', ['pack', '--dry-run', '--ignore-scripts', '--json'], {
    cwd: root,
    encoding: 'utf8',
    stdio: ['ignore', 'pipe', 'ignore'],
    shell: process.platform === 'win32',
  });
  const [{ files }] = JSON.parse(report) as [{ files: { path: string }[] }];
  return files.map(({ path }) => path).filter((path) => !path.startsWith('dist/'));
}

/** Each folder that a file is in. */
const foldersOf = (file: string): string[] => {
  const folder = dirname(file);
  return folder === '.' ? [] : [folder, ...foldersOf(folder)];
};

test('every link of a page in the package leads to a file or folder of the package', { timeout: 60_000 }, () => {
  const files = packedFiles();
  const pages = files.filter((file) => file.endsWith('.md'));
  expect(pages.length).toBeGreaterThan(40);
  const there = new Set([...files, ...files.flatMap(foldersOf)]);
  const dead = pages.flatMap((page) => {
    const text = readFileSync(`${root}/${page}`, 'utf8').replaceAll(/^```[\s\S]*?^```$/gm, '');
    return Array.from(text.matchAll(/(?:\]\(|\bsrc=")(?!https?:|#|mailto:)([^)#\s"]+)/g), ([, link = '']) => link)
      .filter((link) => !there.has(normalize(`${dirname(page)}/${link}`).replace(/\/$/, '')))
      .map((link) => `${page}: ${link}`);
  });
  expect(dead).toEqual([]);
});
