import type { Meta, StoryObj } from '@storybook/react-vite';
import { expect } from 'storybook/test';
import { leaveFocus, settle } from '../pictures.js';
import { SCREENS, StateMap } from './state-map.js';

const meta = {
  title: 'Overview/State map',
  component: StateMap,
  parameters: { layout: 'fullscreen' },
} satisfies Meta<typeof StateMap>;

export default meta;
type Story = StoryObj<typeof meta>;

/** Which screen follows which, and why. */
export const Map: Story = {
  name: 'State map',
  play: async ({ canvasElement }) => {
    for (const [status, { story }] of SCREENS) {
      const screen = canvasElement.querySelector<HTMLElement>(`[data-screen="${status}"]`);
      if (!screen) throw new Error(`The map doesn't show ${status}.`);
      await story.play?.({ canvasElement: screen });
      await expect(screen.querySelector('[data-part="root"]')).toHaveAttribute('data-state', status);
      settle(screen);
    }
    leaveFocus();
    window.scrollTo(0, 0);
  },
};
