import type { Meta, StoryObj } from '@storybook/react-vite';
import { expect } from 'storybook/test';
import { signIn, StoryLogin, userOf } from './login.js';
import './theming.css';

/** The screens that show a theme best: waiting, a code entry with an error, and a final screen. */
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
  title: 'Themes/Examples',
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

/** The default look. */
export const NoTheme: Story = { name: 'No theme' };

/** Sets the accent, the radius and the font. Every other color is derived from the accent. */
export const ThreeProperties: Story = { name: 'Three properties', args: { className: 'three-properties' } };

/** examples/themes/gazette.css: ink on warm paper. */
export const Gazette: Story = { globals: { brand: 'gazette', theme: 'light' } };

export const GazetteDark: Story = { name: 'Gazette, dark', globals: { brand: 'gazette', theme: 'dark' } };

/** examples/themes/arcade.css: candy by day. */
export const Arcade: Story = { globals: { brand: 'arcade', theme: 'light' } };

/** examples/themes/arcade.css: neon by night. */
export const ArcadeDark: Story = { name: 'Arcade, dark', globals: { brand: 'arcade', theme: 'dark' } };

/** examples/themes/shadcn.css: in the manner of shadcn/ui. */
export const Shadcn: Story = { name: 'shadcn', globals: { brand: 'shadcn', theme: 'light' } };

export const ShadcnDark: Story = { name: 'shadcn, dark', globals: { brand: 'shadcn', theme: 'dark' } };
