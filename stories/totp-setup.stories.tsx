import type { Meta, StoryObj } from '@storybook/react-vite';
import { TotpSetup } from 'react-ciba/totp-setup';
import type { CibaErrorCode } from 'react-ciba';
import { expect, fn, userEvent, waitFor } from 'storybook/test';
import type { within } from 'storybook/test';
import { createTestEnrollment } from '../test/support/totp-enrollment.js';
import { messagesOf, setupMessagesOf } from './locales.js';

const BACKUP_CODES = ['7K2M-9QXR', '3FHT-WB8N', 'R5DJ-2MVC', 'N8PG-4TLS', 'Q2WX-6HKD', 'V9CB-3ZRF'];
const { enrollment } = createTestEnrollment();

/** The component's texts in the page's language. */
const texts = () => setupMessagesOf(document.documentElement.lang);

// Each story has its own backend with a real secret. An authenticator app that scans it shows the right code.
const meta = {
  title: 'States/Setting up codes',
  component: TotpSetup,
  args: { enrollment, onConfirmed: fn(), onFinished: fn() },
  // Applies the toolbar's language, because the provider only has the login's texts.
  render: (args, { globals }) => <TotpSetup {...args} messages={setupMessagesOf(String(globals['locale']))} />,
} satisfies Meta<typeof TotpSetup>;

export default meta;
type Story = StoryObj<typeof meta>;

export const Secret: Story = {
  play: async ({ canvas }) => {
    await waitFor(() => expect(canvas.getByRole('img', { name: texts()['setup.qrCode'] })).toBeVisible());
  },
};

export const Loading: Story = {
  args: { enrollment: { ...enrollment, begin: () => new Promise(() => undefined) } },
};

const unavailable = createTestEnrollment({ faults: ['unavailable'] });

export const BackendUnavailable: Story = {
  args: { enrollment: unavailable.enrollment },
  play: async ({ canvas }) => {
    await waitFor(() =>
      expect(
        canvas.getByRole('button', { name: messagesOf(document.documentElement.lang)['action.retry'] }),
      ).toBeVisible(),
    );
  },
};

const signedOut = createTestEnrollment({ faults: ['unauthorized'] });

export const SessionEnded: Story = {
  args: { enrollment: signedOut.enrollment },
  play: async ({ canvas }) => {
    await canvas.findByText(texts()['setup.sessionEndedTitle']);
  },
};

const refused = createTestEnrollment({ faults: ['forbidden'] });

export const Refused: Story = {
  args: { enrollment: refused.enrollment },
  play: async ({ canvas }) => {
    await canvas.findByText(texts()['setup.failedText']);
  },
};

const faults: CibaErrorCode[] = [];
const gone = createTestEnrollment({ faults });

export const SecretGone: Story = {
  args: { enrollment: gone.enrollment },
  play: async ({ canvas }) => {
    const field = await canvas.findByRole('textbox');
    faults.push('notFound');
    await userEvent.type(field, `${gone.code()}{Enter}`);
    await canvas.findByRole('button', { name: texts()['setup.startOver'] });
  },
};

const wrong = createTestEnrollment();

export const WrongCode: Story = {
  args: { enrollment: wrong.enrollment },
  play: async ({ canvas }) => {
    await waitFor(() => expect(canvas.getByRole('textbox')).toBeVisible());
    const right = Number(wrong.code());
    await userEvent.type(
      canvas.getByRole('textbox'),
      `${String((right + 500_000) % 1_000_000).padStart(6, '0')}{Enter}`,
    );
    await waitFor(() =>
      expect(canvas.getByRole('textbox')).toHaveAccessibleDescription(
        expect.stringContaining(messagesOf(document.documentElement.lang)['totpEntry.wrong']),
      ),
    );
  },
};

/** Copies the secret with a simulated clipboard that either works or fails. */
async function copySecret(canvas: ReturnType<typeof within>, writeText: () => Promise<void>) {
  const own = Object.getOwnPropertyDescriptor(navigator, 'clipboard');
  Object.defineProperty(navigator, 'clipboard', { configurable: true, value: { writeText } });
  try {
    await userEvent.click(await canvas.findByText(texts()['setup.secret']));
    await userEvent.click(await canvas.findByRole('button', { name: texts()['setup.copySecret'] }));
  } finally {
    if (own) Object.defineProperty(navigator, 'clipboard', own);
    else Reflect.deleteProperty(navigator, 'clipboard');
  }
}

export const SecretCopied: Story = {
  play: async ({ canvas }) => {
    await copySecret(canvas, () => Promise.resolve());
    await canvas.findByRole('button', { name: texts()['setup.copied'] });
  },
};

export const SecretNotCopied: Story = {
  play: async ({ canvas }) => {
    await copySecret(canvas, () => Promise.reject(new Error('Not allowed.')));
    await canvas.findByText(texts()['setup.copyFailed'], { selector: '[data-part="error"]' });
  },
};

const withCodes = createTestEnrollment({ backupCodes: BACKUP_CODES });

export const BackupCodes: Story = {
  args: { enrollment: withCodes.enrollment },
  play: async ({ canvas }) => {
    await waitFor(() => expect(canvas.getByRole('textbox')).toBeVisible());
    await userEvent.type(canvas.getByRole('textbox'), `${withCodes.code()}{Enter}`);
    await waitFor(() => expect(canvas.getByRole('list', { name: texts()['setup.backupCodes'] })).toBeVisible());
  },
};

const withoutCodes = createTestEnrollment();

export const Confirmed: Story = {
  args: { enrollment: withoutCodes.enrollment },
  play: async ({ args, canvas }) => {
    await waitFor(() => expect(canvas.getByRole('textbox')).toBeVisible());
    await userEvent.type(canvas.getByRole('textbox'), `${withoutCodes.code()}{Enter}`);
    await waitFor(() => expect(canvas.getByText(texts()['setup.confirmed'])).toBeVisible());
    await expect(args.onFinished).toHaveBeenCalledTimes(1);
  },
};
