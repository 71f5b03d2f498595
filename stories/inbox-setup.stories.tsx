import type { Decorator, Meta, StoryObj } from '@storybook/react-vite';
import { CibaInbox } from 'react-ciba/inbox';
import type { RegisterAnswer } from 'react-ciba/inbox';
import { expect } from 'storybook/test';
import { NUMBER, THIS_PHONE } from '../test/support/test-inbox.js';
import type { TestInboxOptions } from '../test/support/test-inbox.js';
import { phoneOf, phoneTexts, StoryInbox } from './inbox.js';

import { inboxMessagesOf } from './locales.js';

const onPhone: Decorator = (Story) => (
  <main className="phone-screen">
    <Story />
  </main>
);

const meta = {
  title: 'States/Adding a phone',
  component: StoryInbox,
  subcomponents: { CibaInbox },
  decorators: [onPhone],
  parameters: { layout: 'fullscreen' },
  args: { inbox: { page: 'new' } },
  render: ({ messages, ...args }, { globals }) => (
    <StoryInbox {...args} messages={{ ...inboxMessagesOf(String(globals['locale'])), ...messages }} />
  ),
} satisfies Meta<typeof StoryInbox>;

export default meta;
type Story = StoryObj<typeof meta>;
type Play = NonNullable<Story['play']>;

const passkey: RegisterAnswer = { status: 'passkey', app: 'Example Shop', passkey: {} };
const withAnswers = (...register: RegisterAnswer[]): TestInboxOptions => ({ page: 'new', register });

/** Types the code of an invitation and continues. */
const entersCode: Play = async ({ canvasElement }) => {
  const phone = phoneOf(canvasElement);
  await phone.types('7K3M-Q2XP');
  await phone.press();
};

/** Enters the code, then presses the button for the passkey. */
const createsPasskey: Play = async (context) => {
  await entersCode(context);
  const phone = phoneOf(context.canvasElement);
  await phone.reads('text', phoneTexts()['inbox.setup.passkeyText']);
  await phone.press();
};

/** This browser is no phone yet. */
export const Code: Story = { play: ({ canvasElement }) => phoneOf(canvasElement).shows('setup') };

/** A code that is wrong, used or out of time. */
export const WrongCode: Story = {
  args: { inbox: withAnswers({ status: 'wrongCode' }) },
  play: async (context) => {
    await entersCode(context);
    await phoneOf(context.canvasElement).reads('error', phoneTexts()['inbox.setup.wrongCode']);
  },
};

export const CodeFailed: Story = {
  args: { inbox: { page: 'new', faults: { register: ['unavailable'] } } },
  play: async (context) => {
    await entersCode(context);
    await phoneOf(context.canvasElement).reads('error', phoneTexts()['inbox.setup.fault']);
  },
};

/** The code was right. */
export const Passkey: Story = {
  args: { inbox: withAnswers(passkey) },
  play: async (context) => {
    await entersCode(context);
    await phoneOf(context.canvasElement).reads('text', phoneTexts()['inbox.setup.passkeyText']);
  },
};

/** The user closed the passkey dialog. */
export const PasskeyDismissed: Story = {
  args: { inbox: withAnswers(passkey), passkeys: { dialog: 'dismissed' } },
  play: async (context) => {
    await createsPasskey(context);
    await phoneOf(context.canvasElement).reads('error', phoneTexts()['inbox.setup.dismissed']);
  },
};

/** A second phone. The first one must approve it, with this number. */
export const OtherPhone: Story = {
  args: { inbox: withAnswers(passkey, { status: 'waiting', number: NUMBER, expiresIn: 600 }) },
  play: async (context) => {
    await createsPasskey(context);
    await phoneOf(context.canvasElement).reads('display-code-value', NUMBER);
  },
};

/** The phone was added. */
export const Added: Story = {
  args: { inbox: withAnswers(passkey, { status: 'added', device: THIS_PHONE }) },
  play: async (context) => {
    await createsPasskey(context);
    const phone = phoneOf(context.canvasElement);
    await phone.shows('ready');
    await expect(await phone.find('[data-part="device"]')).toHaveTextContent(THIS_PHONE.name);
  },
};

/** A browser inside another app. */
export const InAppBrowser: Story = {
  args: { passkeys: { obstacle: 'inAppBrowser' } },
  play: ({ canvasElement }) => phoneOf(canvasElement).shows('noPasskey'),
};

export const NoScreenLock: Story = {
  args: { passkeys: { obstacle: 'noScreenLock' } },
  play: ({ canvasElement }) => phoneOf(canvasElement).shows('noPasskey'),
};

/** A browser without passkeys. */
export const NoPasskeys: Story = {
  args: { passkeys: { obstacle: 'unsupported' } },
  play: ({ canvasElement }) => phoneOf(canvasElement).shows('noPasskey'),
};
