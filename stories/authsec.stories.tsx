import type { Meta, StoryObj } from '@storybook/react-vite';
import { useState } from 'react';
import { CibaLogin } from 'react-ciba';
import { createAuthSecAdapter } from 'react-ciba/adapters/authsec';
import { createAuthSecEmulator } from 'react-ciba/testing';
import type { AuthSecEmulator, AuthSecKnobs } from 'react-ciba/testing';
import { expect, waitFor } from 'storybook/test';
import { messagesOf } from './locales.js';
import { userOf } from './login.js';

const ADA = 'ada@example.com';

interface AuthSecStoryProps {
  /** The user who signs in. */
  loginHint: string;
  /** The behavior of the emulated server. */
  knobs?: Partial<AuthSecKnobs>;
}

/** The emulator behind the current story: AuthSec's server and phone, inside the page. */
let emulator: AuthSecEmulator;

function AuthSecLogin({ loginHint, knobs = {} }: AuthSecStoryProps) {
  const [adapter] = useState(() => {
    emulator = createAuthSecEmulator({
      users: [{ email: ADA }, { email: 'nophone@example.com', phone: false }],
      knobs,
    });
    return createAuthSecAdapter({
      baseUrl: 'development',
      clientId: emulator.clientId,
      fetch: emulator.fetch,
    });
  });
  return <CibaLogin adapter={adapter} loginHint={loginHint} />;
}

const meta = {
  title: 'Engineering/Backends/AuthSec',
  component: AuthSecLogin,
  args: { loginHint: ADA },
} satisfies Meta<typeof AuthSecLogin>;

export default meta;
type Story = StoryObj<typeof meta>;

/** Waits for AuthSec's phone app. You can also use a code instead. */
export const Waiting: Story = {
  play: async ({ canvasElement }) => {
    const user = userOf(canvasElement);
    await user.press('start');
    await user.reaches('polling');
    await expect(emulator.phone.prompts).toHaveLength(1);
  },
};

export const SignedInByCode: Story = {
  play: async (context) => {
    await Waiting.play?.(context);
    const user = userOf(context.canvasElement);
    await user.press('useCode');
    await user.enterCode(await emulator.codeOf(ADA));
    await user.reaches('approved');
  },
};

/** Three wrong codes. The third one locks at once. */
export const LockedOut: Story = {
  play: async ({ canvasElement }) => {
    const user = userOf(canvasElement);
    await user.press('useCode');
    const wrong = String((Number(await emulator.codeOf(ADA)) + 500_000) % 1_000_000).padStart(6, '0');
    for (let tries = 2; tries > 0; tries--) {
      await user.enterCode(wrong);
      const left = messagesOf(document.documentElement.lang)['totpEntry.attemptsLeft'](tries);
      await waitFor(() => expect(canvasElement.querySelector('[data-part="error"]')).toHaveTextContent(left));
    }
    await user.enterCode(wrong);
    await user.reaches('lockedOut');
  },
};

/** A user without a phone sees the same text as a user unknown to AuthSec. */
export const NoPhone: Story = {
  args: { loginHint: 'nophone@example.com' },
  play: async ({ canvasElement }) => {
    const user = userOf(canvasElement);
    await user.press('start');
    await user.reaches('failed');
    await user.reads('title', 'error.unknownUser.title');
  },
};

/** Hardened servers require a client secret, which a page can't keep. Use the adapter on the server instead. */
export const WantsCredentials: Story = {
  args: { knobs: { auth: 'basic' } },
  play: async ({ canvasElement }) => {
    const user = userOf(canvasElement);
    await user.press('start');
    await user.reaches('failed');
  },
};
