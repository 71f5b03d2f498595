import type { Meta, StoryObj } from '@storybook/react-vite';
import { useEffect, useState } from 'react';
import { CibaProvider } from 'react-ciba';
import type { Messages, Transaction } from 'react-ciba';
import type { MemoryAdapterOptions, MemorySession } from 'react-ciba/adapters/memory';
import { expect, fn, userEvent, waitFor, within } from 'storybook/test';
import { TicketLogin } from '../examples/custom-ui-hooks/src/ticket-login.js';
import { SplitLogin } from '../examples/custom-ui-parts/src/split-login.js';
import './custom-ui.css';
import { createStage } from './login.js';
import { messagesOf } from './locales.js';

interface CustomLoginProps {
  /** `hooks`: examples/custom-ui-hooks, built from hooks only. `parts`: examples/custom-ui-parts, built from the exported parts. */
  ui: 'hooks' | 'parts';
  /** The behavior of the backend and the phone. */
  backend?: MemoryAdapterOptions<MemorySession>;
  loginHint?: string;
  approvalTimeout?: number;
  transaction?: Transaction;
  onApproved?: (session: MemorySession) => unknown;
}

type Stage = ReturnType<typeof createStage>;
const stages = new WeakMap<Element, Stage>();

/** One of the two examples, unchanged, with its own backend and environment. */
function CustomLogin({ ui, backend = {}, ...options }: CustomLoginProps) {
  const [stage] = useState(() => createStage(backend));
  useEffect(() => {
    const timer = setInterval(() => void stage.pass(1), 1000);
    return () => clearInterval(timer);
  }, [stage]);
  const Login = ui === 'hooks' ? TicketLogin : SplitLogin;
  return (
    <CibaProvider environment={stage.environment}>
      <main className="custom-ui" data-ui={ui} ref={(main) => void (main && stages.set(main, stage))}>
        <Login adapter={stage.adapter} {...options} />
      </main>
    </CibaProvider>
  );
}

/** Acts as the user and finds elements by their text, because the two examples share no markup. */
function userOf(canvasElement: HTMLElement) {
  const canvas = within(canvasElement);
  const messages = messagesOf(document.documentElement.lang);
  type Key = { [Name in keyof Messages]: Messages[Name] extends string ? Name : never }[keyof Messages];
  return {
    canvas,
    press: async (key: Key) => userEvent.click(await canvas.findByRole('button', { name: messages[key] })),
    reads: (key: Key) => waitFor(() => expect(canvas.getByRole('heading')).toHaveTextContent(messages[key])),
    /** Finds visible text, ignoring the live region. */
    finds: async (key: Key) =>
      expect(await canvas.findByText(messages[key], { ignore: '[role="status"]' })).toBeVisible(),
    enterCode: async (code: string) => userEvent.type(await canvas.findByRole('textbox'), `${code}{Enter}`),
    stage: () => {
      const stage = stages.get(canvas.getByRole('main'));
      if (!stage) throw new Error('This story must render a CustomLogin.');
      return stage;
    },
  };
}

const meta = {
  title: 'Themes/Your own UI',
  component: CustomLogin,
  tags: ['!autodocs'],
  parameters: { layout: 'fullscreen', kitStyles: false },
  args: { ui: 'hooks', loginHint: 'ada@example.com', backend: { deliveredTo: 'Pixel 9', displayCode: '47' } },
} satisfies Meta<typeof CustomLogin>;

export default meta;
type Story = StoryObj<typeof meta>;
type Play = (user: ReturnType<typeof userOf>) => Promise<unknown>;

/** The same story twice: both UIs show the same content in their own way. */
const storyOf =
  (play: Play, args: Partial<CustomLoginProps> = {}) =>
  (ui: CustomLoginProps['ui']): Story => ({
    args: { ui, ...args },
    play: async ({ canvasElement }) => void (await play(userOf(canvasElement))),
  });

const idle = storyOf((user) => user.reads('idle.title'), { loginHint: '' });

const pushing = storyOf(
  async (user) => {
    await user.press('idle.start');
    await user.reads('pushing.title');
  },
  { backend: { faults: { initiate: 'hang' } } },
);

const polling = storyOf(async (user) => {
  await user.press('idle.start');
  await user.reads('polling.title');
});

const pollingLate = storyOf(
  async (user) => {
    await user.press('idle.start');
    await user.reads('polling.title');
    await user.stage().pass(95);
    await user.finds('polling.resend');
  },
  {
    backend: { deliveredTo: 'Pixel 9', displayCode: '83KM72QXP4' },
    transaction: { title: 'Pay 120.00 EUR to Example Shop', details: [{ label: 'Order', value: '2026-0417' }] },
  },
);

const offline = storyOf(async (user) => {
  await user.press('idle.start');
  await user.reads('polling.title');
  user.stage().setOnline(false);
  await user.finds('polling.offline');
});

const codeBesidePush = storyOf(async (user) => {
  await user.press('idle.start');
  await user.press('action.useCode');
  await user.reads('totpEntry.title');
  await user.enterCode('000000');
  await waitFor(() => expect(user.canvas.getByRole('textbox')).toBeInvalid());
});

const lockedOut = storyOf(
  async (user) => {
    await user.press('action.useCode');
    await user.enterCode('000000');
    await user.reads('lockedOut.title');
  },
  { backend: { totp: { attempts: 1, lockout: 60 } } },
);

const denied = storyOf(
  async (user) => {
    await user.press('idle.start');
    await user.stage().pass(1);
    await user.reads('denied.title');
  },
  { backend: { phone: 'deny', after: 0 } },
);

const expired = storyOf(async (user) => {
  await user.press('idle.start');
  await user.reads('polling.title');
  await user.stage().pass(122);
  await user.reads('expired.title');
});

const timedOut = storyOf(
  async (user) => {
    await user.press('idle.start');
    await user.reads('polling.title');
    await user.stage().pass(61);
    await user.reads('timedOut.title');
  },
  { approvalTimeout: 60 },
);

const failed = storyOf(
  async (user) => {
    await user.press('idle.start');
    await user.reads('error.unavailable.title');
  },
  { backend: { faults: { initiate: 'unavailable' } } },
);

const finishing = storyOf(
  async (user) => {
    await user.press('idle.start');
    await user.stage().pass(1);
    await user.reads('approved.finishingTitle');
  },
  { backend: { phone: 'approve', after: 0 }, onApproved: () => new Promise<void>(() => undefined) },
);

const byApproval = storyOf(
  async (user) => {
    await userEvent.type(await user.canvas.findByRole('textbox'), 'ada@example.com');
    await user.press('idle.start');
    await user.reads('polling.title');
    user.stage().adapter.phone.approve();
    await user.stage().pass(2);
    await user.reads('approved.title');
    await expect(user.stage().adapter.phone.rings).toBe(1);
  },
  { loginHint: '', onApproved: fn() },
);

const byCode = storyOf(
  async (user) => {
    await user.press('action.useCode');
    await user.enterCode('123456');
    await user.reads('approved.title');
    await expect(user.stage().adapter.phone.rings).toBe(0);
  },
  { onApproved: fn() },
);

export const TicketStart = idle('hooks');
export const TicketSending = pushing('hooks');
export const TicketWaiting = polling('hooks');
export const TicketWaitingLate = pollingLate('hooks');
export const TicketOffline = offline('hooks');
export const TicketCodeBesideRequest = codeBesidePush('hooks');
export const TicketLockedOut = lockedOut('hooks');
export const TicketDenied = denied('hooks');
export const TicketExpired = expired('hooks');
export const TicketStillThere = timedOut('hooks');
export const TicketFailed = failed('hooks');
export const TicketFinishing = finishing('hooks');
export const TicketSignInByApproval = byApproval('hooks');
export const TicketSignInByCode = byCode('hooks');

export const SplitStart = idle('parts');
export const SplitSending = pushing('parts');
export const SplitWaiting = polling('parts');
export const SplitWaitingLate = pollingLate('parts');
export const SplitOffline = offline('parts');
export const SplitCodeBesideRequest = codeBesidePush('parts');
export const SplitLockedOut = lockedOut('parts');
export const SplitDenied = denied('parts');
export const SplitExpired = expired('parts');
export const SplitStillThere = timedOut('parts');
export const SplitFailed = failed('parts');
export const SplitFinishing = finishing('parts');
export const SplitSignInByApproval = byApproval('parts');
export const SplitSignInByCode = byCode('parts');
