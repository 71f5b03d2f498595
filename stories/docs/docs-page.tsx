import { Markdown } from '@storybook/addon-docs/blocks';
import './docs.css';

/** A page from docs/, with its links to other pages changed to point to Storybook's pages. */
export function DocsPage({ text }: { text: string }) {
  const linked = text
    // Markers for the test that compiles the blocks, and for Prettier.
    .replaceAll(/^```(tsx?) fragment$/gm, '```$1')
    .replaceAll(/^<!--.*-->$/gm, '')
    .replaceAll(/\]\((?:\.\.\/)?([a-z][\w-]*)\.md(?:#[\w-]+)?\)/g, '](./?path=/docs/engineering-$1--docs)')
    .replaceAll(/\]\(errors\/(README|\w+)\.md\)/g, '](./?path=/docs/engineering-errors--docs)')
    // Underscores in a name aren't emphasis.
    .replaceAll(/^#+ \w+$/gm, (heading) => heading.replaceAll('_', '\\_'))
    // Storybook doesn't contain the repository's other files.
    .replaceAll(/\[([^\]]+)\]\((?:\.\.\/|README\.md)[^)]*\)/g, '$1');
  return <Markdown>{linked}</Markdown>;
}
