import type { Meta, StoryObj } from '@storybook/react-vite';
import { expect, fn } from 'storybook/test';
import { signIn } from '../login.js';
import { leaveFocus } from '../pictures.js';
import { DENSITIES, DEFAULT_THEME, FONTS, MAX_RADIUS_PX } from './theme.js';
import { ThemeBuilder } from './theme-builder.js';

const color = { control: 'color' } as const;

const meta = {
  title: 'Themes/Theme Builder',
  component: ThemeBuilder,
  parameters: { layout: 'fullscreen', controls: { disable: true } },
  args: { ...DEFAULT_THEME, onCopy: fn() },
  // A link to a theme sets these.
  argTypes: {
    accent: color,
    light: color,
    dark: color,
    radius: { control: { type: 'range', min: 0, max: MAX_RADIUS_PX } },
    font: { control: 'select', options: Object.keys(FONTS) },
    density: { control: 'inline-radio', options: Object.keys(DENSITIES) },
  },
  play: async ({ canvasElement }) => {
    for (const screen of canvasElement.querySelectorAll<HTMLElement>('[data-screen="waiting"]')) {
      await signIn(screen, 'polling');
    }
    leaveFocus();
    window.scrollTo(0, 0);
    await expect(canvasElement.querySelectorAll('[data-passes]')).toHaveLength(20);
  },
} satisfies Meta<typeof ThemeBuilder>;

export default meta;
type Story = StoryObj<typeof meta>;

/** Pick, compare light and dark, and take the theme with you. */
export const Builder: Story = {};

/** Where one may end up. */
export const Finished: Story = {
  args: { accent: '#0f766e', light: '#fffdf7', dark: '#12110d', radius: 2, font: 'serif', density: 'roomy' },
};
