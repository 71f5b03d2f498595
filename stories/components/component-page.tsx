import { Canvas, Markdown, Title } from '@storybook/addon-docs/blocks';
import page from '../../docs/components.md?raw';
import '../docs/docs.css';

const [, ...sections] = page.split(/^### /m);

/** What docs/components.md says of one component, without the heading. */
function referenceOf(name: string): string {
  const section = sections.find((each) => each.startsWith(`${name}\n`));
  if (section === undefined) throw new Error(`docs/components.md has no ${name}. Run npm run docs:components.`);
  return section
    .slice(name.length)
    .replaceAll('```tsx fragment', '```tsx')
    .replaceAll(/\]\(#([\w-]+)\)/g, '](./?path=/docs/components-$1--docs)')
    .replaceAll(/^<!--.*-->$/gm, '');
}

interface ComponentPageProps {
  /** The component's name, as it is exported. */
  of: string;
  /** A story that shows it at work. */
  story?: object;
  /** Whether the story's play function runs. @default true */
  autoplay?: boolean;
}

/** The page about one component: a story that plays by itself, and its part of the reference. */
export function ComponentPage({ of, story, autoplay = true }: ComponentPageProps) {
  return (
    <>
      <Title>{of}</Title>
      {story && <Canvas of={story} sourceState="none" story={{ autoplay }} />}
      <Markdown>{referenceOf(of)}</Markdown>
    </>
  );
}
