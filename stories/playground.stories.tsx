import type { Meta, StoryObj } from '@storybook/react-vite';
import { useState } from 'react';
import { CIBA_ERROR_CODES, CibaLogin, type CibaErrorCode, type CibaEvent, type CibaLoginProps } from 'react-ciba';
import { createMemoryAdapter, type MemoryFaults, type PhoneAnswer } from 'react-ciba/adapters/memory';
import { expect, fn, userEvent } from 'storybook/test';
import { userOf } from './login.js';

type Fault = CibaErrorCode | 'hang' | 'none';

interface PlaygroundProps {
  /** What the phone does by itself; the buttons below the login can answer before that. */
  phone: PhoneAnswer;
  /** Seconds until the phone answers by itself. */
  after: number;
  /** Seconds that a request lives. */
  expiresIn: number;
  /** Seconds that each answer of the backend takes. */
  latency: number;
  /** Seconds until the login asks whether anybody is still there. */
  patience: number;
  /** What goes wrong when a request is sent; `hang` never answers. */
  sendingFails: Fault;
  /** What goes wrong with each poll. */
  pollingFails: Fault;
  /** What goes wrong when a code is checked. */
  codeFails: Fault;
  /** Whether the backend takes codes; 123456 is the right one. */
  codes: boolean;
  /** Wrong codes until the lock. */
  tries: number;
  /** Seconds that the lock holds. */
  lock: number;
  displayCode: string;
  deliveredTo: string;
  /** Who signs in; empty asks. */
  loginHint: string;
  identifier: NonNullable<CibaLoginProps['identifier']>;
  /** What is being approved. */
  transaction: string;
  onApproved: (session: unknown) => void;
  onEvent: (event: CibaEvent) => void;
}

function toFaults({ sendingFails, pollingFails, codeFails }: PlaygroundProps): MemoryFaults {
  return {
    ...(sendingFails !== 'none' && { initiate: sendingFails }),
    ...(pollingFails !== 'none' && { poll: pollingFails }),
    ...(codeFails !== 'none' && { verifyTotp: codeFails }),
  };
}

function LoginAndPhone(props: PlaygroundProps) {
  const { phone, after, expiresIn, latency, codes, tries, lock, displayCode, deliveredTo, transaction } = props;
  const [adapter] = useState(() =>
    createMemoryAdapter({
      phone,
      after,
      expiresIn,
      latency,
      totp: codes && { tries, lock },
      ...(displayCode && { displayCode }),
      ...(deliveredTo && { deliveredTo }),
      faults: toFaults(props),
    }),
  );
  const answer = (answerIt: (id: string) => void) => () => {
    for (const { id } of adapter.phone.requests) answerIt(id);
  };
  return (
    <>
      <CibaLogin
        adapter={adapter}
        loginHint={props.loginHint || undefined}
        identifier={props.identifier}
        patience={props.patience}
        transaction={transaction ? { title: transaction } : undefined}
        onApproved={props.onApproved}
        onEvent={props.onEvent}
      />
      <fieldset>
        <legend>The phone</legend>
        <button type="button" onClick={answer(adapter.phone.approve)}>
          Approve
        </button>{' '}
        <button type="button" onClick={answer(adapter.phone.deny)}>
          Deny
        </button>
      </fieldset>
    </>
  );
}

/** A login on a real clock. Another value of a control starts it over. */
function Playground({ onApproved, onEvent, ...controls }: PlaygroundProps) {
  return <LoginAndPhone key={JSON.stringify(controls)} {...controls} onApproved={onApproved} onEvent={onEvent} />;
}

const seconds = (max: number, min = 0) => ({ control: { type: 'range', min, max, step: 1 } }) as const;
const fault = { control: 'select', options: ['none', 'hang', ...CIBA_ERROR_CODES] } as const;

const meta = {
  title: 'Playground',
  component: Playground,
  tags: ['!autodocs'],
  args: {
    phone: 'ignore',
    after: 5,
    expiresIn: 120,
    latency: 0.3,
    patience: 60,
    sendingFails: 'none',
    pollingFails: 'none',
    codeFails: 'none',
    codes: true,
    tries: 3,
    lock: 30,
    displayCode: '',
    deliveredTo: 'Pixel 9',
    loginHint: 'ada@example.com',
    identifier: 'email',
    transaction: '',
    onApproved: fn(),
    onEvent: fn(),
  },
  argTypes: {
    phone: { control: 'inline-radio', options: ['approve', 'deny', 'ignore'] satisfies PhoneAnswer[] },
    after: seconds(60),
    expiresIn: seconds(300, 1),
    latency: { control: { type: 'range', min: 0, max: 10, step: 0.1 } },
    patience: seconds(300, 1),
    tries: { control: { type: 'range', min: 1, max: 10, step: 1 } },
    lock: seconds(300, 1),
    sendingFails: fault,
    pollingFails: fault,
    codeFails: fault,
    identifier: { control: 'inline-radio', options: ['email', 'username', 'phone'] },
  },
} satisfies Meta<typeof Playground>;

export default meta;
type Story = StoryObj<typeof meta>;

/** What happens is listed under Actions. */
export const Login: Story = {};

/** The phone of the playground works. */
export const ApprovedByHand: Story = {
  args: { latency: 0 },
  play: async ({ args, canvasElement }) => {
    const user = userOf(canvasElement);
    await user.press('start');
    await user.reaches('polling');
    await userEvent.click(user.canvas.getByRole('button', { name: 'Approve' }));
    await user.reaches('approved');
    await expect(args.onApproved).toHaveBeenCalledTimes(1);
  },
};
