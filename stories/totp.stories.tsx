import type { Meta, StoryObj } from '@storybook/react-vite';
import { useState } from 'react';
import { TotpForm, TotpInput, TotpPeriod, useTotp } from 'react-ciba';
import type { TotpFormProps, TotpInputProps } from 'react-ciba';
import { createMemoryAdapter } from 'react-ciba/adapters/memory';
import type { MemoryAdapterOptions, MemorySession } from 'react-ciba/adapters/memory';
import { expect, fn, userEvent, waitFor } from 'storybook/test';
import { messagesOf } from './locales.js';

/** The form's texts in the page's language. */
const texts = () => messagesOf(document.documentElement.lang);

function LabelledInput({ onValueChange, ...props }: TotpInputProps) {
  return (
    <>
      <label htmlFor="code">Code</label>
      <TotpInput
        id="code"
        // Leave out the event, because Storybook's action log would serialize the whole window from it.
        onValueChange={(value, { reason }) => onValueChange?.(value, { reason, event: null })}
        {...props}
      />
    </>
  );
}

const meta = {
  title: 'States/Code field',
  component: LabelledInput,
  subcomponents: { TotpInput, TotpForm },
  args: { onValueChange: fn(), onComplete: fn() },
} satisfies Meta<typeof LabelledInput>;

export default meta;
type Story = StoryObj<typeof meta>;

export const Empty: Story = {};

export const Typed: Story = {
  play: async ({ args, canvas }) => {
    await userEvent.type(canvas.getByRole('textbox'), '123456');
    await expect(args.onComplete).toHaveBeenCalledTimes(1);
    await expect(args.onComplete).toHaveBeenCalledWith('123456');
  },
};

export const Focused: Story = {
  args: { defaultValue: '123' },
  play: async ({ canvas }) => userEvent.click(canvas.getByText('Code')),
};

export const Groups: Story = { args: { groups: [3, 3], defaultValue: '123456' } };

export const GroupsWithSeparator: Story = { args: { length: 8, groups: [4, 4], separator: '·', defaultValue: '1234' } };

export const Masked: Story = { args: { mask: true, defaultValue: '1234' } };

export const LettersAndDigits: Story = {
  args: { length: 8, groups: [4, 4], alphabet: '23456789ABCDEFGHJKLMNPQRSTUVWXYZ' },
  play: async ({ args, canvas }) => {
    await userEvent.type(canvas.getByRole('textbox'), '7K2M9QXR');
    await expect(args.onComplete).toHaveBeenCalledWith('7K2M9QXR');
  },
};

export const Invalid: Story = { args: { defaultValue: '123456', 'aria-invalid': true } };

export const Disabled: Story = { args: { defaultValue: '123', disabled: true } };

export const ReadOnly: Story = { args: { defaultValue: '123456', readOnly: true } };

export const FourDigits: Story = { args: { length: 4, defaultValue: '12' } };

export const TenDigits: Story = { args: { length: 10, defaultValue: '1234567890' } };

/** The code entry alone, with the memory adapter. The valid code is 123456. */
function CodeEntry({
  backend = {},
  ...props
}: { backend?: MemoryAdapterOptions<MemorySession> } & Partial<TotpFormProps>) {
  const [adapter] = useState(() => createMemoryAdapter(backend));
  const totp = useTotp({ adapter, loginHint: 'ada@example.com' });
  if (totp.status === 'approved') return <p>Signed in.</p>;
  return <TotpForm {...totp.entry} {...props} />;
}

export const Form: Story = {
  render: () => <CodeEntry />,
  play: async ({ canvas }) => {
    await userEvent.type(canvas.getByRole('textbox'), '123456');
    await userEvent.click(canvas.getByRole('button', { name: texts()['totpEntry.submit'] }));
    await waitFor(() => expect(canvas.getByText('Signed in.')).toBeVisible());
  },
};

export const FormWithPeriod: Story = { render: () => <CodeEntry beside={<TotpPeriod />} /> };

export const FormThatSendsByItself: Story = {
  render: () => <CodeEntry autoSubmit />,
  play: async ({ canvas }) => {
    await userEvent.type(canvas.getByRole('textbox'), '123456');
    await waitFor(() => expect(canvas.getByText('Signed in.')).toBeVisible());
  },
};

export const FormWithIncompleteCode: Story = {
  render: () => <CodeEntry />,
  play: async ({ canvas }) => {
    await userEvent.type(canvas.getByRole('textbox'), '123');
    await userEvent.click(canvas.getByRole('button', { name: texts()['totpEntry.submit'] }));
    await expect(canvas.getByRole('textbox')).toHaveAccessibleDescription(
      expect.stringContaining(texts()['totpEntry.incomplete'](6)),
    );
  },
};

export const FormAfterTwoWrongCodes: Story = {
  render: () => <CodeEntry />,
  play: async ({ canvas }) => {
    for (const code of ['111111', '222222']) {
      await userEvent.type(canvas.getByRole('textbox'), `${code}{Enter}`);
      await waitFor(() => expect(canvas.getByRole('textbox')).toHaveValue(''));
    }
    await expect(canvas.getByRole('textbox')).toHaveAccessibleDescription(
      expect.stringContaining(texts()['totpEntry.attemptsLeft'](1)),
    );
  },
};

export const FormLockedOut: Story = {
  render: () => <CodeEntry backend={{ totp: { attempts: 1, lockout: 90 } }} />,
  play: async ({ canvas }) => {
    await userEvent.type(canvas.getByRole('textbox'), '111111{Enter}');
    await waitFor(() => expect(canvas.getByText(texts()['lockedOut.title'])).toBeVisible());
  },
};

export const FormWithoutConnection: Story = {
  render: () => <CodeEntry backend={{ faults: { verifyTotp: ['network'] } }} />,
  play: async ({ canvas }) => {
    await userEvent.type(canvas.getByRole('textbox'), '123456{Enter}');
    await waitFor(() =>
      expect(canvas.getByRole('textbox')).toHaveAccessibleDescription(
        expect.stringContaining(texts()['totpEntry.fault']),
      ),
    );
  },
};
