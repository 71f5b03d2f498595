import type { Meta, StoryObj } from '@storybook/react-vite';
import { useState } from 'react';
import { CibaLogin } from 'react-ciba';
import type { CibaErrorCode, CibaEvent, CibaLoginProps } from 'react-ciba';
import { CIBA_ERROR_CODES } from '../src/contract/index.js';
import { createMemoryAdapter } from 'react-ciba/adapters/memory';
import type { MemoryFaults, PhoneAnswer } from 'react-ciba/adapters/memory';
import { expect, fn, userEvent } from 'storybook/test';
import { userOf } from './login.js';
import { Phone } from './phone.js';

type Fault = CibaErrorCode | 'hang' | 'none';

interface PlaygroundProps {
  /** The phone's automatic answer. You can answer first with the buttons next to the login. */
  phone: PhoneAnswer;
  /** Seconds until the phone answers automatically. */
  after: number;
  /** Lifetime of a request, in seconds. */
  expiresIn: number;
  /** Seconds between two polls. */
  interval: number;
  /** Seconds that each backend response takes. */
  latency: number;
  /** Seconds until the login asks whether the user is still there, or asks for a code. */
  approvalTimeout: number;
  timeoutAction: 'ask' | 'code';
  /** The error when a request is sent; `hang` never responds. */
  sendingFails: Fault;
  /** The error for each poll. */
  pollingFails: Fault;
  /** The error when a code is verified. */
  codeFails: Fault;
  /** Whether the backend accepts codes (123456 is valid), or the user has no authenticator app. */
  codes: 'taken' | 'notEnrolled' | 'none';
  /** Wrong codes until the lockout. */
  attempts: number;
  /** Duration of the lockout, in seconds. */
  lockout: number;
  displayCode: string;
  deliveredTo: string;
  /** The user who signs in. If empty, the login asks. */
  loginHint: string;
  identifier: NonNullable<CibaLoginProps['identifier']>;
  /** Shows a card, or no frame. */
  layout: NonNullable<CibaLoginProps['layout']>;
  /** Offers the code before the push, as for a login on the phone itself. */
  codeFirst: boolean;
  /** The link that opens the authenticator app. If empty, no link is shown. */
  appLink: string;
  /** The transaction to approve. */
  transaction: string;
  /** How the app handles the session: it accepts it, delays, or refuses it. */
  app: 'takes' | 'takesLong' | 'refuses';
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

async function handOver(app: PlaygroundProps['app']): Promise<void> {
  if (app === 'takesLong') await new Promise((resolve) => setTimeout(resolve, 5000));
  if (app === 'refuses') throw new Error('The app refused the session.');
}

function LoginAndPhone(props: PlaygroundProps) {
  const { phone, after, expiresIn, interval, latency, codes, attempts, lockout, displayCode, deliveredTo } = props;
  const [adapter] = useState(() =>
    createMemoryAdapter({
      phone,
      after,
      expiresIn,
      interval,
      latency,
      totp: codes === 'taken' ? { attempts, lockout } : codes === 'notEnrolled' && codes,
      ...(displayCode && { displayCode }),
      ...(deliveredTo && { deliveredTo }),
      faults: toFaults(props),
    }),
  );
  return (
    <div className="scene">
      <section aria-label="The app">
        <CibaLogin
          adapter={adapter}
          loginHint={props.loginHint || undefined}
          identifier={props.identifier}
          layout={props.layout}
          codeFirst={props.codeFirst}
          appLink={props.appLink || undefined}
          approvalTimeout={props.approvalTimeout}
          timeoutAction={props.timeoutAction}
          transaction={props.transaction ? { title: props.transaction } : undefined}
          onApproved={async (session) => {
            props.onApproved(session);
            await handOver(props.app);
          }}
          onEvent={props.onEvent}
        />
      </section>
      <Phone phone={adapter.phone} />
    </div>
  );
}

/** A login with a real clock. Changing a control restarts it. */
function Playground({ onApproved, onEvent, ...controls }: PlaygroundProps) {
  return <LoginAndPhone key={JSON.stringify(controls)} {...controls} onApproved={onApproved} onEvent={onEvent} />;
}

const seconds = (max: number, min = 0) => ({ control: { type: 'range', min, max, step: 1 } }) as const;
const fault = { control: 'select', options: ['none', 'hang', ...CIBA_ERROR_CODES] } as const;

const meta = {
  title: 'Overview/Playground',
  component: Playground,
  parameters: { layout: 'fullscreen' },
  args: {
    phone: 'ignore',
    after: 5,
    expiresIn: 120,
    interval: 1,
    latency: 0.3,
    approvalTimeout: 60,
    timeoutAction: 'ask',
    sendingFails: 'none',
    pollingFails: 'none',
    codeFails: 'none',
    codes: 'taken',
    attempts: 3,
    lockout: 30,
    displayCode: '',
    deliveredTo: 'Pixel 9',
    loginHint: 'ada@example.com',
    identifier: 'email',
    layout: 'card',
    codeFirst: false,
    appLink: '',
    transaction: '',
    app: 'takes',
    onApproved: fn(),
    onEvent: fn(),
  },
  argTypes: {
    phone: { control: 'inline-radio', options: ['approve', 'deny', 'ignore'] satisfies PhoneAnswer[] },
    after: seconds(60),
    expiresIn: seconds(300, 1),
    interval: seconds(30, 1),
    latency: { control: { type: 'range', min: 0, max: 10, step: 0.1 } },
    approvalTimeout: seconds(300, 1),
    timeoutAction: { control: 'inline-radio', options: ['ask', 'code'] },
    attempts: { control: { type: 'range', min: 1, max: 10, step: 1 } },
    lockout: seconds(300, 1),
    sendingFails: fault,
    pollingFails: fault,
    codeFails: fault,
    codes: { control: 'inline-radio', options: ['taken', 'notEnrolled', 'none'] },
    app: { control: 'inline-radio', options: ['takes', 'takesLong', 'refuses'] },
    identifier: { control: 'inline-radio', options: ['email', 'username', 'phone'] },
    layout: { control: 'inline-radio', options: ['card', 'inline'] },
  },
} satisfies Meta<typeof Playground>;

export default meta;
type Story = StoryObj<typeof meta>;

/** Events are listed in the Actions panel. */
export const Login: Story = {};

/** Approves on the playground's phone. */
export const ApprovedByHand: Story = {
  args: { latency: 0 },
  play: async ({ args, canvasElement }) => {
    const user = userOf(canvasElement);
    await user.press('start');
    await user.reaches('polling');
    await userEvent.click(await user.canvas.findByRole('button', { name: 'Approve' }));
    await user.reaches('approved');
    await expect(args.onApproved).toHaveBeenCalledTimes(1);
  },
};
