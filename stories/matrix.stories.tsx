import type { Meta, StoryObj } from '@storybook/react-vite';
import { expect, waitFor } from 'storybook/test';
import { LOCALES } from './locales.js';
import { Matrix, STATES } from './matrix.js';

const WIDTHS = [280, 320, 375, 400, 768];

const meta = {
  title: 'Overview/Matrix',
  component: Matrix,
  parameters: { layout: 'fullscreen' },
  args: {
    state: 'Waiting, number to match',
    widths: [320, 400],
    themes: ['light', 'dark'],
    languages: ['en', 'ar', 'ja'],
  },
  argTypes: {
    state: { control: 'select', options: STATES },
    widths: { control: 'check', options: WIDTHS },
    themes: { control: 'inline-check', options: ['light', 'dark'] },
    languages: { control: 'inline-check', options: [...LOCALES.keys()] },
  },
} satisfies Meta<typeof Matrix>;

export default meta;
type Story = StoryObj<typeof meta>;

/** Pick a state, widths, themes and languages in the panel. */
export const AnyState: Story = {
  name: 'Matrix',
  play: async ({ args, canvasElement }) => {
    const cells = args.widths.length * args.themes.length * args.languages.length;
    await waitFor(() => expect(canvasElement.querySelectorAll('[data-played]')).toHaveLength(cells), {
      timeout: 20_000,
    });
  },
};
