import type { Meta, StoryObj } from '@storybook/react-vite';
import { useState } from 'react';
import { TotpForm, TotpInput, type CodeView, type TotpInputProps } from 'react-ciba';
import { expect, fn, userEvent } from 'storybook/test';

function LabelledInput(props: TotpInputProps) {
  return (
    <>
      <label htmlFor="code">6-digit code</label>
      <TotpInput id="code" {...props} />
    </>
  );
}

const meta = {
  title: 'TotpInput',
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
  play: async ({ canvas }) => userEvent.click(canvas.getByText('6-digit code')),
};

export const Invalid: Story = { args: { defaultValue: '123456', 'aria-invalid': true } };

export const Disabled: Story = { args: { defaultValue: '123', disabled: true } };

export const ReadOnly: Story = { args: { defaultValue: '123456', readOnly: true } };

export const EightDigits: Story = { args: { length: 8, defaultValue: '12345678' } };

const entry: CodeView = { verifying: false, problem: null, wrongCodes: 0, attemptsLeft: 3 };

/** A form whose check knows one right code. */
function CheckedForm() {
  const [code, setCode] = useState(entry);
  return (
    <TotpForm
      code={code}
      submitCode={() => {
        setCode(({ wrongCodes }) => ({
          verifying: false,
          problem: { kind: 'invalidCode' },
          wrongCodes: wrongCodes + 1,
          attemptsLeft: 2 - wrongCodes,
        }));
      }}
    />
  );
}

export const Form: Story = { render: () => <CheckedForm /> };

export const FormWithIncompleteCode: Story = {
  render: () => <CheckedForm />,
  play: async ({ canvas }) => {
    await userEvent.type(canvas.getByRole('textbox'), '123');
    await userEvent.click(canvas.getByRole('button', { name: 'Verify code' }));
    await expect(canvas.getByRole('textbox')).toHaveAccessibleDescription(/Enter all 6 digits/);
  },
};

export const FormAfterTwoWrongCodes: Story = {
  render: () => <CheckedForm />,
  play: async ({ canvas }) => {
    for (const code of ['111111', '222222']) {
      await userEvent.type(canvas.getByRole('textbox'), `${code}{Enter}`);
      await expect(canvas.getByRole('textbox')).toHaveValue('');
    }
    await expect(canvas.getByRole('textbox')).toHaveAccessibleDescription(/1 try left/);
  },
};
