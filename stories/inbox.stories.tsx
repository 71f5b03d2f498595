import type { Decorator, Meta, StoryObj } from '@storybook/react-vite';
import { CibaInbox } from 'react-ciba/inbox';
import type { ShownAsk } from 'react-ciba/inbox';
import { expect, waitFor } from 'storybook/test';
import { NUMBER } from '../test/support/test-inbox.js';
import { phoneOf, phoneTexts, StoryInbox } from './inbox.js';
import type { StoryInboxProps } from './inbox.js';
import { inboxMessagesOf } from './locales.js';

const onPhone: Decorator = (Story) => (
  <main className="phone-screen">
    <Story />
  </main>
);

const meta = {
  title: 'States/Inbox',
  component: StoryInbox,
  subcomponents: { CibaInbox },
  decorators: [onPhone],
  parameters: { layout: 'fullscreen' },
  render: ({ messages, ...args }, { globals }) => (
    <StoryInbox {...args} messages={{ ...inboxMessagesOf(String(globals['locale'])), ...messages }} />
  ),
} satisfies Meta<typeof StoryInbox>;

export default meta;
type Story = StoryObj<typeof meta>;

const signIn: ShownAsk = { kind: 'signIn', account: 'Ada', from: 'Chrome on macOS, Berlin' };
const payment: ShownAsk = {
  kind: 'payment',
  amount: { value: '1240.00', currency: 'EUR' },
  payee: 'Example Shop GmbH',
  account: 'Ada',
  from: 'Chrome on macOS, Berlin',
  details: [{ label: 'Reference', value: 'Invoice 2026-0417' }],
};
const call: ShownAsk = { kind: 'call', account: 'Ada', details: [{ label: 'Agent', value: 'Grace, team Kiel' }] };
const task: ShownAsk = {
  kind: 'task',
  title: 'Delete 3 backups from March?',
  account: 'Ada',
  from: 'Assistant, run 4107',
};
const card = (
  shown: ShownAsk,
  more: Omit<NonNullable<NonNullable<StoryInboxProps['inbox']>['cards']>[number], 'shown'> = {},
) => ({
  inbox: { cards: [{ shown, ...more }] },
});

/** Types the number and presses Approve. */
const approves =
  (number = NUMBER): NonNullable<Story['play']> =>
  async ({ canvasElement }) => {
    const phone = phoneOf(canvasElement);
    if (number) await phone.types(number);
    await phone.approve();
  };

const shows =
  (state: string): NonNullable<Story['play']> =>
  ({ canvasElement }) =>
    phoneOf(canvasElement).shows(state);

/** Plays a step, then waits for a state. */
const then =
  (step: NonNullable<Story['play']>, state: string): NonNullable<Story['play']> =>
  async (context) => {
    await step(context);
    await phoneOf(context.canvasElement).shows(state);
  };

/** A sign-in, with the number that the other screen shows. */
export const SignIn: Story = { args: card(signIn), play: shows('reviewing') };

/** A payment: the amount in large letters. It needs no number. */
export const Payment: Story = { args: card(payment), play: shows('reviewing') };

/** A payment that the app wants a number for. */
export const PaymentWithNumber: Story = { args: card(payment, { digits: 4 }), play: shows('reviewing') };

/** A call from the app's own people, which the user confirms. */
export const Call: Story = { args: card(call), play: shows('reviewing') };

/** What an agent wants to do. */
export const Task: Story = { args: card(task), play: shows('reviewing') };

/** Anything else that the app asks. */
export const Other: Story = { args: card({ kind: 'other', account: 'Ada' }), play: shows('reviewing') };

/** Another phone of the user, which shows the number. */
export const AddingAPhone: Story = {
  args: card({ kind: 'device', account: 'Ada', details: [{ label: 'New phone', value: 'Fairphone 5' }] }),
  play: shows('reviewing'),
};

/** Half a minute left. */
export const HardlyAnyTimeLeft: Story = { args: card(signIn, { expiresIn: 29.5 }), play: shows('reviewing') };

/** The longest texts that a card can have, from right to left and without a place to break. */
export const LongTexts: Story = {
  args: card(
    {
      kind: 'payment',
      amount: { value: '123456789012.00', currency: 'EUR' },
      payee: 'Donaudampfschifffahrtselektrizitätenhauptbetriebswerkbauunterbeamteng',
      account: 'a'.repeat(80),
      from: 'شركة التجارة الإلكترونية المحدودة، برلين',
      details: [{ label: 'Reference', value: '0123456789'.repeat(8) }],
    },
    { digits: 8, requester: 'The Example Shop of Kiel, Schleswig and Holstein' },
  ),
  play: shows('reviewing'),
};

/** Half a number. Approve says what is missing. */
export const NumberIncomplete: Story = {
  args: card(signIn),
  play: async (context) => {
    await approves('47')(context);
    await waitFor(() => expect(context.canvasElement.querySelector('input')).toBeInvalid());
  },
};

/** A wrong number. The third one ends the card. */
export const WrongNumber: Story = {
  args: card(signIn),
  play: async (context) => {
    await approves('1111')(context);
    await phoneOf(context.canvasElement).reads('error', phoneTexts()['inbox.wrongNumber']);
  },
};

/** The third wrong number. */
export const Mismatched: Story = {
  args: card(signIn, { attemptsLeft: 1 }),
  play: then(approves('1111'), 'mismatched'),
};

/** The number is being compared. It can still be denied. */
export const Checking: Story = {
  args: { inbox: { cards: [{ shown: signIn }], faults: { challenge: ['hang'] } } },
  play: then(approves(), 'checking'),
};

/** The passkey dialog is open. It can still be denied. */
export const Verifying: Story = {
  args: { ...card(signIn), passkeys: { dialog: 'open' } },
  play: then(approves(), 'verifying'),
};

/** The user closed the passkey dialog. */
export const PasskeyDismissed: Story = {
  args: { ...card(signIn), passkeys: { dialog: 'dismissed' } },
  play: async (context) => {
    await approves()(context);
    await phoneOf(context.canvasElement).reads('error', phoneTexts()['inbox.dismissed']);
  },
};

/** The server refused the passkey. */
export const PasskeyRefused: Story = {
  args: { inbox: { cards: [{ shown: signIn }], faults: { approve: ['refused'] } } },
  play: async (context) => {
    await approves()(context);
    await phoneOf(context.canvasElement).reads('error', phoneTexts()['inbox.passkeyRefused']);
  },
};

/** The number couldn't be checked. */
export const CheckFailed: Story = {
  args: { inbox: { cards: [{ shown: payment }], faults: { challenge: ['unavailable'] } } },
  play: async (context) => {
    await approves('')(context);
    await phoneOf(context.canvasElement).reads('error', phoneTexts()['inbox.fault']);
  },
};

/** The answer is in transit. */
export const Sending: Story = {
  args: { inbox: { cards: [{ shown: signIn }], faults: { approve: ['hang'] } } },
  play: then(approves(), 'deciding'),
};

/** The server has the approval, but the app hasn't got it yet. */
export const Delivering: Story = {
  args: { inbox: { cards: [{ shown: signIn }], delivery: 'sending' } },
  play: then(approves(), 'sending'),
};

/** The answer couldn't be sent. It is kept. */
export const AnswerFailed: Story = {
  args: { inbox: { cards: [{ shown: signIn }], faults: { deny: ['network'] } } },
  play: then(({ canvasElement }) => phoneOf(canvasElement).deny(), 'failed'),
};

export const Approved: Story = { args: card(signIn), play: then(approves(), 'approved') };

export const PaymentApproved: Story = { args: card(payment), play: then(approves(''), 'approved') };

export const Denied: Story = {
  args: card(signIn),
  play: then(({ canvasElement }) => phoneOf(canvasElement).deny(), 'denied'),
};

export const Reported: Story = {
  args: { inbox: { cards: [{ shown: signIn }], quiet: 1200 } },
  play: then(({ canvasElement }) => phoneOf(canvasElement).report(), 'reported'),
};

/** The user approved, and noticed later that it wasn't theirs. */
export const ReportedAfterApproval: Story = {
  args: card(signIn),
  play: async (context) => {
    await then(approves(), 'approved')(context);
    await then(({ canvasElement }) => phoneOf(canvasElement).report(), 'reported')(context);
  },
};

/** The user's other phone was faster. */
export const AnsweredElsewhere: Story = {
  args: card(signIn, { id: 'card' }),
  play: then(async ({ canvasElement }) => {
    const phone = phoneOf(canvasElement);
    await phone.shows('reviewing');
    (await phone.inbox()).endElsewhere('card', 'approved');
  }, 'answeredElsewhere'),
};

/** The other screen withdrew the request. */
export const Cancelled: Story = {
  args: card(signIn, { id: 'card' }),
  play: then(async ({ canvasElement }) => {
    const phone = phoneOf(canvasElement);
    await phone.shows('reviewing');
    (await phone.inbox()).endElsewhere('card', 'cancelled');
  }, 'cancelled'),
};

export const Expired: Story = { args: card(signIn, { expiresIn: 0.4 }), play: shows('expired') };

/** The approval came after the end. */
export const TooLate: Story = {
  args: { inbox: { cards: [{ shown: signIn }], delivery: 'late' } },
  play: then(approves(), 'late'),
};

/** It isn't known whether the approval arrived. */
export const Unsure: Story = {
  args: { inbox: { cards: [{ shown: signIn }], delivery: 'unsure' } },
  play: then(approves(), 'unsure'),
};

/** One card is open. The others are rows, the one that ends first on top. */
export const Several: Story = {
  args: {
    inbox: {
      cards: [
        { shown: signIn, expiresIn: 60 },
        { shown: payment, expiresIn: 90 },
        { shown: task, expiresIn: 120 },
      ],
    },
  },
  play: async ({ canvasElement }) => {
    await phoneOf(canvasElement).shows('reviewing');
    await expect(canvasElement.querySelectorAll('[data-part="row"]')).toHaveLength(2);
  },
};

/** A card that comes while another is open joins the rows. */
export const AnotherArrives: Story = {
  args: card(signIn),
  play: async ({ canvasElement }) => {
    const phone = phoneOf(canvasElement);
    await phone.shows('reviewing');
    (await phone.inbox()).ring({ shown: payment });
    await phone.find('[data-part="row"]');
    await phone.reads('announcer', phoneTexts()['inbox.arrived'].slice(0, -1));
    await phone.click('[data-part="row"]');
    await phone.reads('hero', '1');
  },
};

export const NoRequests: Story = { play: shows('ready') };

export const Loading: Story = { args: { inbox: { faults: { list: ['hang'] } } }, play: shows('loading') };

export const Unreachable: Story = {
  args: { inbox: { faults: { list: ['unavailable'] } } },
  play: shows('unreachable'),
};

export const Offline: Story = { args: { inbox: { faults: { list: ['offline'] } } }, play: shows('unreachable') };

/** Cards are shown after a passkey. */
export const Locked: Story = { args: { inbox: { page: 'locked' } }, play: shows('locked') };

export const LockedPasskeyDismissed: Story = {
  args: { inbox: { page: 'locked' }, passkeys: { dialog: 'dismissed' } },
  play: async ({ canvasElement }) => {
    const phone = phoneOf(canvasElement);
    await phone.press();
    await phone.reads('error', phoneTexts()['inbox.setup.dismissed']);
  },
};

/** This phone is no longer one of the user's. */
export const Removed: Story = { args: { inbox: { page: 'removed' } }, play: shows('removed') };

const notifications = (permission: StoryInboxProps['permission'], push = false): StoryInboxProps => ({
  inbox: { pushKey: 'key', device: { push } },
  ...(permission && { permission }),
});

const notified =
  (status: string): NonNullable<Story['play']> =>
  async ({ canvasElement }) => {
    await phoneOf(canvasElement).find(`[data-part="notifications"][data-state="${status}"]`);
  };

export const NotificationsOff: Story = { args: notifications('off'), play: notified('off') };

/** The user turns them on, and off again. */
export const NotificationsOn: Story = {
  args: notifications('on', true),
  play: async (context) => {
    const phone = phoneOf(context.canvasElement);
    await notified('on')(context);
    await phone.click('[data-part="notifications"] button');
    await notified('off')(context);
    await phone.click('[data-part="notifications"] button');
    await notified('on')(context);
  },
};

export const NotificationsBlocked: Story = { args: notifications('blocked'), play: notified('blocked') };

/** On an iPhone, only a page on the Home Screen gets them. */
export const NotificationsHomeScreenFirst: Story = {
  args: notifications('homeScreenFirst'),
  play: notified('homeScreenFirst'),
};

export const NotificationsUnsupported: Story = { args: notifications('unsupported'), play: notified('unsupported') };

/** No bell rings for strangers for a while. Cards still come. */
export const NotificationsPaused: Story = { args: { inbox: { quiet: 1200 } }, play: shows('ready') };
