import type { Meta, StoryObj } from '@storybook/react-vite';
import { expect } from 'storybook/test';
import { signIn, StoryLogin, userOf } from './login.js';
import './theming.css';

/** What a theme has to dress: a wait, a code entry with a mistake in it, and an end. */
function ThemeSheet({ className = '' }: { className?: string }) {
  const backend = { deliveredTo: 'Pixel 9' };
  return (
    <div className={`theme-sheet ${className}`}>
      <div data-sheet="waiting">
        <StoryLogin loginHint="ada@example.com" backend={{ ...backend, displayCode: '47' }} still />
      </div>
      <div data-sheet="code">
        <StoryLogin loginHint="ada@example.com" backend={backend} still />
      </div>
      <div data-sheet="denied">
        <StoryLogin loginHint="ada@example.com" backend={{ ...backend, phone: 'deny', after: 0 }} still />
      </div>
    </div>
  );
}

const meta = {
  title: 'Theming',
  component: ThemeSheet,
  tags: ['!autodocs'],
  parameters: { layout: 'fullscreen' },
  play: async ({ canvasElement }) => {
    const sheet = (name: string) => canvasElement.querySelector<HTMLElement>(`[data-sheet="${name}"]`)!;
    await signIn(sheet('waiting'), 'polling');
    await signIn(sheet('denied'), 'denied', 1);
    await signIn(sheet('code'), 'polling');
    const user = userOf(sheet('code'));
    await user.press('useCode');
    await user.enterCode('000000');
    await user.reads('error', 'totpEntry.wrong');
    await expect(await user.find('input')).toHaveFocus();
  },
} satisfies Meta<typeof ThemeSheet>;

export default meta;
type Story = StoryObj<typeof meta>;

/** As it comes. */
export const NoTheme: Story = {};

/** Accent, the text on it, radius, font: everything else follows. */
export const FourProperties: Story = { args: { className: 'four-properties' } };

/** examples/themes/gazette.css: ink on warm paper. */
export const Gazette: Story = { globals: { brand: 'gazette', theme: 'light' } };

export const GazetteDark: Story = { globals: { brand: 'gazette', theme: 'dark' } };

/** examples/themes/arcade.css: candy by day. */
export const Arcade: Story = { globals: { brand: 'arcade', theme: 'light' } };

/** And neon by night. */
export const ArcadeDark: Story = { globals: { brand: 'arcade', theme: 'dark' } };
