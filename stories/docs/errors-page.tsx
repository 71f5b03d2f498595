import overview from '../../docs/errors/README.md?raw';
import { DocsPage } from './docs-page.js';

const pages = import.meta.glob<string>(['../../docs/errors/*.md', '!**/README.md'], {
  query: '?raw',
  import: 'default',
  eager: true,
});

/** All pages in docs/errors on one page, in the order of their table. */
export function ErrorsPage() {
  const codes = Array.from(overview.matchAll(/\]\((\w+)\.md\)/g), ([, code = '']) => code);
  const chapters = codes.map((code) => pages[`../../docs/errors/${code}.md`] ?? '');
  const text = [overview, ...chapters.map((chapter) => `#${chapter}`)]
    .join('\n\n')
    .replaceAll('[All codes](README.md)', '')
    // A code stands on this page, too.
    .replaceAll(/\[(`\w+`)\]\(\w+\.md\)/g, '$1');
  return <DocsPage text={text} />;
}
