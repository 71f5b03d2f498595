// Writes llms.txt, which lists the documentation for assistants (https://llmstxt.org), and llms-full.txt, which contains
// it. Both are in the package, and not in git. `npm run build` runs it.
import { readFileSync, writeFileSync } from 'node:fs';
import { pathToFileURL } from 'node:url';

/** A page of 240 kB that repeats the declarations of the package. Assistants open it when they need it. */
const REFERENCE = 'docs/api.md';

/** The first paragraph of a page, on one line. */
const introOf = (page) =>
  page
    .split(/\n{2,}/)
    .find((part) => !/^(#|<|!\[|```)/.test(part))
    .replaceAll('\n', ' ')
    .replaceAll(/\[([^\]]*)\]\([^)]*\)/g, '$1');

/** The index of the documentation, with its links from the root of the package. */
export function llmsIndex(readme, index) {
  const list = index.replace(/^# .*\n/, '').replaceAll(/\]\((?!https?:)([^)]+)\)/g, (_, target) => {
    return `](${target.startsWith('../') ? target.slice('../'.length) : `docs/${target}`})`;
  });
  return [
    '# react-ciba',
    `> ${introOf(readme)}`,
    'All paths are inside the package, for example `node_modules/react-ciba/docs/start.md`. llms-full.txt contains all pages but the API reference.',
    list.trim(),
    '',
  ].join('\n\n');
}

/** All pages that the index lists, in its order, each below its path. */
export function llmsFull(readme, index, read) {
  const listed = Array.from(index.matchAll(/\]\(((?!\.\.)[\w/-]+\.md)\)/g), ([, target]) => `docs/${target}`);
  const paths = [...new Set(listed)].filter((path) => path !== REFERENCE);
  const pages = [['README.md', readme], ...paths.map((path) => [path, read(path)])];
  return pages.map(([path, text]) => `<!-- ${path} -->\n\n${text.trim()}\n`).join('\n');
}

if (process.argv[1] && pathToFileURL(process.argv[1]).href === import.meta.url) {
  const root = new URL('../', import.meta.url);
  const read = (path) => readFileSync(new URL(path, root), 'utf8');
  const [readme, index] = [read('README.md'), read('docs/README.md')];
  writeFileSync(new URL('llms.txt', root), llmsIndex(readme, index).replace(/\n{3,}/g, '\n\n'));
  writeFileSync(new URL('llms-full.txt', root), llmsFull(readme, index, read));
}
