import { Canvas, Markdown, Title } from '@storybook/addon-docs/blocks';
import page from '../../docs/components.md?raw';
import './docs.css';

const [, ...sections] = page.split(/^### /m);
/** The page of each component by its anchor in docs/components.md. */
const pages = new Map(
  sections.map((section) => {
    const name = (section.split('\n')[0] ?? '').toLowerCase();
    return [name.replaceAll('.', ''), `components-${name.replaceAll('.', '-')}--docs`];
  }),
);

/** The section about one component in docs/components.md, without its heading. */
function referenceOf(name: string): string {
  const section = sections.find((each) => each.startsWith(`${name}\n`));
  if (section === undefined) throw new Error(`docs/components.md has no ${name}. Run npm run docs:components.`);
  return section
    .slice(name.length)
    .replaceAll('```tsx fragment', '```tsx')
    .replaceAll(/\]\(#([\w-]+)\)/g, (_, anchor: string) => `](./?path=/docs/${pages.get(anchor)})`)
    .replaceAll(/^<!--.*-->$/gm, '');
}

interface ComponentPageProps {
  /** The component's name, as an app writes it. */
  of: string;
  /** A story that shows the component in use. */
  story?: object;
  /** Whether the story's play function runs. @default true */
  autoplay?: boolean;
}

/** The page about one component: a story that plays automatically, and its section in the reference. */
export function ComponentPage({ of, story, autoplay = true }: ComponentPageProps) {
  return (
    <>
      <Title>{of}</Title>
      {story && <Canvas of={story} sourceState="none" story={{ autoplay }} />}
      <Markdown>{referenceOf(of)}</Markdown>
    </>
  );
}
