import { Markdown } from '@storybook/addon-docs/blocks';
import './docs.css';

/** A page of docs/ as it is, with its links to other pages leading to where Storybook has them. */
export function DocsPage({ text }: { text: string }) {
  const linked = text
    // Marks for the test that compiles the blocks, and for prettier.
    .replaceAll(/^```(tsx?) fragment$/gm, '```$1')
    .replaceAll(/^<!--.*-->$/gm, '')
    .replaceAll(/\]\((?:\.\.\/)?([a-z][\w-]*)\.md(?:#[\w-]+)?\)/g, '](./?path=/docs/docs-$1--docs)')
    .replaceAll(/\]\(errors\/(README|\w+)\.md\)/g, '](./?path=/docs/docs-errors--docs)')
    // A name is no emphasis.
    .replaceAll(/^#+ \w+$/gm, (heading) => heading.replaceAll('_', '\\_'))
    // Storybook has no other file of the repository.
    .replaceAll(/\[([^\]]+)\]\((?:\.\.\/|README\.md)[^)]*\)/g, '$1');
  return <Markdown>{linked}</Markdown>;
}
