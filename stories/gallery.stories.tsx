import type { Meta, StoryObj } from '@storybook/react-vite';
import { CIBA_ERROR_CODES } from '../src/contract/index.js';
import { expect } from 'storybook/test';
import loginMeta, * as loginStories from './ciba-login.stories.js';
import errorsMeta, * as errorStories from './errors.stories.js';
import './gallery.css';
import { StoryLogin } from './login.js';
import { leaveFocus, picturesOf } from './pictures.js';

const states = picturesOf(loginMeta.args, loginStories);
const errors = picturesOf(errorsMeta.args, errorStories);
const pictures = [...states, ...errors];

/** All stories of a login, each with its clock stopped. */
function Gallery() {
  return (
    <div className="gallery">
      {pictures.map(({ name, title, args }) => (
        <figure key={name} data-story={name}>
          <figcaption>{title}</figcaption>
          <StoryLogin {...args} still />
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
    leaveFocus();
    window.scrollTo(0, 0);
  },
};
