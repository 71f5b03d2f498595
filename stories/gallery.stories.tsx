import type { Meta, StoryObj } from '@storybook/react-vite';
import { CIBA_ERROR_CODES } from 'react-ciba';
import { expect } from 'storybook/test';
import loginMeta, * as loginStories from './ciba-login.stories.js';
import errorsMeta, * as errorStories from './errors.stories.js';
import './gallery.css';
import { StoryLogin, type LoginStory, type StoryLoginProps } from './login.js';

interface Picture {
  name: string;
  args: StoryLoginProps;
  story: LoginStory;
}

/** In the order in which the file has them, where Storybook notes it; a module's own is the alphabet's. */
function picturesOf(args: StoryLoginProps, stories: Record<string, unknown>): Picture[] {
  const names = (stories['__namedExportsOrder'] as string[] | undefined) ?? Object.keys(stories);
  return names
    .filter((name) => /^[A-Z]/.test(name))
    .map((name) => ({ name, args, story: stories[name] as LoginStory }));
}

const states = picturesOf(loginMeta.args, loginStories);
const errors = picturesOf(errorsMeta.args, errorStories);
const pictures = [...states, ...errors];

/** Every story of a login, each with its time standing still. */
function Gallery() {
  return (
    <div className="gallery">
      {pictures.map(({ name, args, story }) => (
        <figure key={name} data-story={name}>
          <figcaption>{name}</figcaption>
          <StoryLogin {...args} {...story.args} still />
        </figure>
      ))}
    </div>
  );
}

const meta = {
  title: 'Gallery',
  component: Gallery,
  parameters: { layout: 'fullscreen' },
} satisfies Meta<typeof Gallery>;

export default meta;
type Story = StoryObj<typeof meta>;

/** All states on one page, in the theme, direction and language of the toolbar. */
export const AllStates: Story = {
  play: async ({ canvasElement }) => {
    await expect(errors.map(({ name }) => name.toLowerCase()).toSorted()).toEqual(
      CIBA_ERROR_CODES.map((code) => code.toLowerCase()).toSorted(),
    );
    for (const { name, story } of pictures) {
      const figure = canvasElement.querySelector<HTMLElement>(`[data-story="${name}"]`);
      if (figure) await story.play?.({ canvasElement: figure });
    }
    // The logins moved the focus; a reviewer begins at the top.
    if (document.activeElement instanceof HTMLElement) document.activeElement.blur();
    window.scrollTo(0, 0);
  },
};
