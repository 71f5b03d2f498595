// @vitest-environment node
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { expect, test } from 'vitest';
import { llmsFull, llmsIndex } from '../../scripts/llms.mjs';

const root = new URL('../../', import.meta.url);
const read = (path: string) => readFileSync(new URL(path, root), 'utf8');
const readme = read('README.md');
const index = read('docs/README.md');

test('llms.txt begins as its format wants it, and each of its links leads to a file', () => {
  const text = llmsIndex(readme, index);
  expect(text).toMatch(/^# react-ciba\n\n> Sign in by approving[^\n]+\n\n[^#]+\n\n## Get started\n/);
  const links = Array.from(text.matchAll(/\]\((?!https?:)([^)]+)\)/g), ([, link = '']) => link);
  expect(links.length).toBeGreaterThan(30);
  expect(links.filter((link) => !existsSync(new URL(link, root)))).toEqual([]);
});

test('llms-full.txt has every page of docs/ once, but the reference of the API', () => {
  const text = llmsFull(readme, index, read);
  const pages = readdirSync(new URL('docs', root)).filter((file) => file.endsWith('.md'));
  const there = Array.from(text.matchAll(/^<!-- docs\/([\w-]+\.md) -->$/gm), ([, file = '']) => file);
  expect(there.toSorted()).toEqual(pages.filter((file) => !['README.md', 'api.md'].includes(file)).toSorted());
  expect(text).toContain('# Get started');
});
