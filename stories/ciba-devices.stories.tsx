import type { Decorator, Meta, StoryObj } from '@storybook/react-vite';
import { QueryClient, QueryClientProvider } from '@tanstack/react-query';
import { useState } from 'react';
import { CibaDevices } from 'react-ciba/inbox';
import type { CibaDevicesProps, DeviceInfo } from 'react-ciba/inbox';
import { expect, userEvent, waitFor, within } from 'storybook/test';
import { createTestInbox, createTestPasskeys, THIS_PHONE } from '../test/support/test-inbox.js';
import type { TestInboxOptions, TestPasskeysOptions } from '../test/support/test-inbox.js';
import { phoneTexts } from './inbox.js';
import { inboxMessagesOf, messagesOf } from './locales.js';

const DAY_MS = 86_400_000;

const PHONES: readonly DeviceInfo[] = [
  { ...THIS_PHONE, current: true, push: true },
  {
    ...{ id: 'old', name: 'Fairphone 5', push: false, backedUp: false },
    ...{ addedAt: Date.now() - 200 * DAY_MS, usedAt: Date.now() - 30 * DAY_MS },
  },
];

export interface StoryDevicesProps extends Partial<Pick<CibaDevicesProps, 'messages'>> {
  readonly inbox?: TestInboxOptions;
  readonly passkeys?: TestPasskeysOptions;
}

/** The list with a backend and a client of its own, so that a story starts over each time it is opened. */
function StoryDevices({ inbox = {}, passkeys = {}, ...props }: StoryDevicesProps) {
  const [stage] = useState(() => ({
    inbox: createTestInbox({ devices: PHONES, ...inbox }),
    passkeys: createTestPasskeys(passkeys),
    client: new QueryClient({ defaultOptions: { queries: { retry: false } } }),
  }));
  return (
    <QueryClientProvider client={stage.client}>
      <CibaDevices adapter={stage.inbox.adapter} passkeys={stage.passkeys} {...props} />
    </QueryClientProvider>
  );
}

const onPhone: Decorator = (Story) => (
  <main className="phone-screen">
    <Story />
  </main>
);

const meta = {
  title: 'States/Phones',
  component: StoryDevices,
  subcomponents: { CibaDevices },
  decorators: [onPhone],
  parameters: { layout: 'fullscreen' },
  render: ({ messages, ...args }, { globals }) => (
    <StoryDevices {...args} messages={{ ...inboxMessagesOf(String(globals['locale'])), ...messages }} />
  ),
} satisfies Meta<typeof StoryDevices>;

export default meta;
type Story = StoryObj<typeof meta>;
type Play = NonNullable<Story['play']>;

const lists =
  (count: number): Play =>
  ({ canvas }) =>
    waitFor(() => expect(canvas.getAllByRole('listitem')).toHaveLength(count));

const asks: Play = async ({ canvas }) => {
  await userEvent.click(await canvas.findByRole('button', { name: (name) => name.includes('Fairphone 5') }));
  await waitFor(() => expect(canvas.getByRole('group')).toBeVisible());
};

const confirms: Play = async (context) => {
  await asks(context);
  const [remove] = within(context.canvas.getByRole('group')).getAllByRole('button');
  if (remove) await userEvent.click(remove);
};

/** This phone, which gets notifications, and an older one. */
export const Phones: Story = { play: lists(2) };

/** Whoever lost all phones has a new one, which answers sign-ins only for a day. */
export const Recovered: Story = {
  args: { inbox: { devices: [{ ...THIS_PHONE, current: true, recoveryUntil: Date.now() + DAY_MS }] } },
  play: async ({ canvas }) => {
    await waitFor(() => expect(canvas.getByText(phoneTexts()['inbox.signIn.only'], { exact: false })).toBeVisible());
  },
};

export const Question: Story = { play: asks };

export const Removed: Story = {
  play: async (context) => {
    await confirms(context);
    await lists(1)(context);
  },
};

/** The user closed the passkey dialog, or the backend refused. */
export const RemovalFailed: Story = {
  args: { passkeys: { dialog: 'dismissed' } },
  play: async (context) => {
    await confirms(context);
    await waitFor(() => expect(context.canvas.getByRole('alert')).toBeVisible());
  },
};

export const Unreachable: Story = {
  args: { inbox: { faults: { devices: ['unavailable'] } } },
  play: async ({ canvas }) => {
    const { lang } = document.documentElement;
    await waitFor(() =>
      expect(
        canvas.getByRole('button', { name: (name) => name.startsWith(messagesOf(lang)['action.retry']) }),
      ).toBeVisible(),
    );
  },
};

export const Loading: Story = { args: { inbox: { faults: { devices: ['hang'] } } } };
