import { Markdown } from '@storybook/addon-docs/blocks';

/** A page of docs/ as it is, with its links to other pages leading to where Storybook has them. */
export function DocsPage({ text }: { text: string }) {
  const linked = text
    // Marks for the test that compiles the blocks.
    .replaceAll('```ts fragment', '```ts')
    .replaceAll(/\]\(([\w-]+)\.md(#[\w-]+)?\)/g, '](./?path=/docs/docs-$1--docs)');
  return <Markdown>{linked}</Markdown>;
}
