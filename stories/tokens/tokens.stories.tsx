import type { Meta, StoryObj } from '@storybook/react-vite';
import { expect } from 'storybook/test';
import { TokenTable } from './token-table.js';

// Read from the style sheet itself, as react-ciba/tokens.json is.
const meta = {
  title: 'Tokens/All tokens',
  component: TokenTable,
  parameters: { layout: 'fullscreen' },
  play: async ({ canvasElement }) => {
    await expect(canvasElement.querySelectorAll('tbody tr').length).toBeGreaterThan(2);
  },
} satisfies Meta<typeof TokenTable>;

export default meta;
type Story = StoryObj<typeof meta>;

/** What a theme can set, in light and in dark. */
export const Colors: Story = { args: { kind: 'color' } };

export const SizesAndType: Story = { name: 'Sizes and type', args: { kind: 'size' } };

export const ShadowAndMotion: Story = { name: 'Shadow and motion', args: { kind: 'effect' } };
