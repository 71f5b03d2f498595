import type { Meta } from '@storybook/react-vite';
import { CibaLogin } from 'react-ciba';
import { expect } from 'storybook/test';
import { StoryLogin, userOf } from './login.js';
import type { LoginStory } from './login.js';

// Inputs that the form rejects.
const meta = {
  title: 'States/Typing errors',
  component: StoryLogin,
  subcomponents: { CibaLogin },
} satisfies Meta<typeof StoryLogin>;

export default meta;

function refuses(identifier: 'email' | 'username' | 'phone', typed: string): LoginStory {
  return {
    args: { identifier },
    play: async ({ canvasElement }) => {
      const user = userOf(canvasElement);
      if (typed !== '') await user.type(typed);
      await user.submit();
      await user.reads('error', `identifier.${identifier}Invalid`);
      await expect(await user.find('input')).toHaveFocus();
    },
  };
}

export const NoEmailAddress = refuses('email', 'ada');

export const NoUsername = refuses('username', '');

export const NoPhoneNumber = refuses('phone', '12');

export const IncompleteCode: LoginStory = {
  args: { loginHint: 'ada@example.com' },
  play: async ({ canvasElement }) => {
    const user = userOf(canvasElement);
    await user.press('useCode');
    await user.enterCode('123');
    await expect(await user.find('[data-part="error"]')).toBeVisible();
    await expect(await user.find('input')).toHaveFocus();
  },
};

export const CodeOfLetters: LoginStory = {
  args: { loginHint: 'ada@example.com' },
  play: async ({ canvasElement }) => {
    const user = userOf(canvasElement);
    await user.press('useCode');
    await user.type('a');
    await user.reads('error', 'totpEntry.digitsOnly');
  },
};
