import type { Meta, StoryObj } from '@storybook/react-vite';
import { CIBA_ERROR_CODES, CibaError, CibaLogin } from 'react-ciba';
import { expect, userEvent } from 'storybook/test';
import { StoryLogin, userOf } from './login.js';

const meta = {
  title: 'CibaLogin',
  component: StoryLogin,
  subcomponents: { CibaLogin },
  args: { loginHint: 'ada@example.com', backend: { deliveredTo: 'Pixel 9' } },
} satisfies Meta<typeof StoryLogin>;

export default meta;
type Story = StoryObj<typeof meta>;

/** Starts the sign-in and waits for the status that the backend leads to. */
const signIn =
  (status: string): NonNullable<Story['play']> =>
  async ({ canvasElement }) => {
    const user = userOf(canvasElement);
    await user.press('Sign in');
    await user.reaches(status);
  };

const alternatives = <a href="#password">Sign in with a password</a>;

export const Idle: Story = { args: { loginHint: undefined } };

export const IdleWithKnownUser: Story = {};

export const IdleWithAlternatives: Story = { args: { loginHint: undefined, alternatives } };

export const IdleWithInvalidAddress: Story = {
  args: { loginHint: undefined },
  play: async ({ canvasElement }) => {
    const { canvas, press } = userOf(canvasElement);
    const field = canvas.getByRole('textbox', { name: 'Email address' });
    await userEvent.type(field, 'ada');
    await press('Sign in');
    await expect(field).toHaveAccessibleDescription('Enter an email address, such as name@example.com.');
    await expect(field).toHaveFocus();
  },
};

export const IdleAfterCancel: Story = {
  play: async ({ canvasElement }) => {
    const user = userOf(canvasElement);
    await user.press('Sign in');
    await user.reaches('polling');
    await user.press('Cancel');
    await expect(
      await user.canvas.findByText(/may still show the request/, { selector: '[data-part="notice"]' }),
    ).toBeVisible();
  },
};

export const Pushing: Story = { args: { backend: { faults: { initiate: 'hang' } } }, play: signIn('pushing') };

export const Polling: Story = { play: signIn('polling') };

export const PollingWithDisplayCode: Story = {
  args: {
    backend: { deliveredTo: 'Pixel 9', displayCode: '47' },
    transaction: {
      title: 'Pay 120.00 EUR to Example Shop',
      details: [{ label: 'Order', value: '2026-0417' }],
    },
  },
  play: signIn('polling'),
};

export const PollingWithBadConnection: Story = {
  args: { backend: { faults: { poll: 'network' } } },
  play: async (context) => {
    await signIn('polling')(context);
    const { canvas } = userOf(context.canvasElement);
    await expect(
      await canvas.findByText(/The connection is poor/, { selector: '[data-part="notice"]' }, { timeout: 5000 }),
    ).toBeVisible();
  },
};

export const TotpEntry: Story = {
  play: async ({ canvasElement }) => {
    const user = userOf(canvasElement);
    await user.press('Sign in');
    await user.reaches('polling');
    await user.press('Use a code instead');
    await expect(await user.canvas.findByRole('textbox', { name: '6-digit code' })).toHaveFocus();
  },
};

export const TotpEntryWithoutPush: Story = {
  play: async ({ canvasElement }) => {
    const user = userOf(canvasElement);
    await user.press('Use a code instead');
    await user.reaches('totpEntry');
  },
};

export const TotpEntryAfterWrongCode: Story = {
  play: async ({ canvasElement }) => {
    const user = userOf(canvasElement);
    await user.press('Use a code instead');
    await user.enterCode('000000');
    const field = user.canvas.getByRole('textbox', { name: '6-digit code' });
    await expect(
      await user.canvas.findByText(/That code is not right/, { selector: '[data-part="error"]' }),
    ).toBeVisible();
    await expect(field).toHaveValue('');
    await expect(field).toHaveFocus();
  },
};

export const LockedOut: Story = {
  args: { backend: { totp: { tries: 1, lock: 60 } } },
  play: async ({ canvasElement }) => {
    const user = userOf(canvasElement);
    await user.press('Use a code instead');
    await user.enterCode('000000');
    await user.reaches('lockedOut');
  },
};

export const Finishing: Story = {
  args: { backend: { phone: 'approve', after: 0 }, onApproved: () => new Promise<void>(() => undefined) },
  play: signIn('approved'),
};

export const Approved: Story = {
  args: { backend: { phone: 'approve', after: 0 } },
  play: async (context) => {
    await signIn('approved')(context);
    await expect(
      await userOf(context.canvasElement).canvas.findByRole('heading', { name: 'You are signed in' }),
    ).toBeVisible();
  },
};

export const Denied: Story = {
  args: { backend: { phone: 'deny', after: 0 }, alternatives },
  play: signIn('denied'),
};

export const DeniedAndReported: Story = {
  args: { backend: { phone: 'deny', after: 0 } },
  play: async (context) => {
    await signIn('denied')(context);
    const user = userOf(context.canvasElement);
    await user.press('It wasn’t me');
    await expect(await user.canvas.findByText(/Thank you/, { selector: '[data-part="text"]' })).toBeVisible();
  },
};

export const Expired: Story = { args: { backend: { expiresIn: 1 } }, play: signIn('expired') };

export const TimedOut: Story = { args: { patience: 1 }, play: signIn('timedOut') };

export const Failed: Story = { args: { backend: { faults: { initiate: 'forbidden' } } }, play: signIn('failed') };

/** Every error code, each in a login of its own. */
export const FailedForEveryReason: Story = {
  parameters: { layout: 'padded' },
  render: () => (
    <>
      {CIBA_ERROR_CODES.map((code) => (
        <section key={code} aria-label={code}>
          <StoryLogin
            loginHint="ada@example.com"
            // Final at once: a passing fault would be tried again for a while first.
            backend={{ faults: { initiate: new CibaError(code, 'As the story asks for.', { retryable: false }) } }}
          />
        </section>
      ))}
    </>
  ),
  play: async ({ canvas, canvasElement }) => {
    for (const button of canvas.getAllByRole('button', { name: 'Sign in' })) await userEvent.click(button);
    for (const section of canvasElement.querySelectorAll('section')) await userOf(section).reaches('failed');
  },
};
