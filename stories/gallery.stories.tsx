import type { Meta, StoryObj } from '@storybook/react-vite';
import { CIBA_ERROR_CODES } from '../src/contract/index.js';
import { expect } from 'storybook/test';
import loginMeta, * as loginStories from './ciba-login.stories.js';
import errorsMeta, * as errorStories from './errors.stories.js';
import './gallery.css';
import { StoryLogin } from './login.js';
import type { LoginStory, StoryLoginProps } from './login.js';

interface Picture {
  name: string;
  args: StoryLoginProps;
  story: LoginStory;
}

/** What Storybook calls a story without a name of its own. */
const inWords = (name: string) => name.replaceAll(/(?<=[a-z])(?=[A-Z])/g, ' ');

/** In file order if Storybook records it. A module's own exports are in alphabetical order. */
function picturesOf(args: StoryLoginProps, stories: Record<string, unknown>): Picture[] {
  const names = (stories['__namedExportsOrder'] as string[] | undefined) ?? Object.keys(stories);
  return names
    .filter((name) => /^[A-Z]/.test(name))
    .map((name) => ({ name, args, story: stories[name] as LoginStory }));
}

const states = picturesOf(loginMeta.args, loginStories);
const errors = picturesOf(errorsMeta.args, errorStories);
const pictures = [...states, ...errors];

/** All stories of a login, each with its clock stopped. */
function Gallery() {
  return (
    <div className="gallery">
      {pictures.map(({ name, args, story }) => (
        <figure key={name} data-story={name}>
          <figcaption>{story.name ?? inWords(name)}</figcaption>
          <StoryLogin {...args} {...story.args} still />
        </figure>
      ))}
    </div>
  );
}

const meta = {
  title: 'Overview/All states',
  component: Gallery,
  parameters: { layout: 'fullscreen' },
} satisfies Meta<typeof Gallery>;

export default meta;
type Story = StoryObj<typeof meta>;

/** All states on one page, in the toolbar's theme, direction and language. */
export const AllStates: Story = {
  play: async ({ canvasElement }) => {
    await expect(errors.map(({ name }) => name.toLowerCase()).toSorted()).toEqual(
      CIBA_ERROR_CODES.map((code) => code.toLowerCase()).toSorted(),
    );
    for (const { name, story } of pictures) {
      const figure = canvasElement.querySelector<HTMLElement>(`[data-story="${name}"]`);
      if (figure) await story.play?.({ canvasElement: figure });
    }
    // The logins moved the focus, but a reviewer starts at the top.
    if (document.activeElement instanceof HTMLElement) document.activeElement.blur();
    window.scrollTo(0, 0);
  },
};
