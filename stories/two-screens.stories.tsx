import type { Meta, StoryObj } from '@storybook/react-vite';
import { QueryClient, QueryClientProvider } from '@tanstack/react-query';
import { useEffect, useState } from 'react';
import { CibaLogin } from 'react-ciba';
import type { CibaLoginProps, LoginStatus } from 'react-ciba';
import { CibaInbox } from 'react-ciba/inbox';
import type { InboxMessages } from 'react-ciba/inbox';
import { createMemoryAdapter } from 'react-ciba/adapters/memory';
import type { MemorySession } from 'react-ciba/adapters/memory';
import { expect, fn, userEvent, waitFor } from 'storybook/test';
import { createTestInbox, createTestPasskeys, NUMBER } from '../test/support/test-inbox.js';
import { createFilm, Filmstrip } from './filmstrip.js';
import type { Film } from './filmstrip.js';
import { phoneOf } from './inbox.js';
import { inboxMessagesOf } from './locales.js';
import { userOf } from './login.js';

/** A login's backend, whose phone is a test inbox. */
function createStage() {
  const backend = createMemoryAdapter({
    ...{ displayCode: NUMBER, displayCodeUse: 'enter' as const, interval: 0.2, expiresIn: 180 },
    deliveredTo: 'Pixel 9',
  });
  const inbox = createTestInbox({
    onEnd: (id, end) => (end === 'approved' ? backend.phone.approve(id) : backend.phone.deny(id)),
  });
  const rung = new Set<string>();
  /** Rings for new requests, and takes away what the shop withdrew. */
  const look = () => {
    const open = new Map(backend.phone.requests.map((request) => [request.id, request]));
    for (const [id, { loginHint, displayCode = NUMBER }] of open) {
      if (rung.has(id)) continue;
      rung.add(id);
      const shown = { kind: 'signIn', account: loginHint, from: 'Chrome on macOS, Berlin' } as const;
      inbox.ring({ id, shown, number: displayCode });
    }
    for (const id of rung) if (!open.has(id)) inbox.endElsewhere(id, 'cancelled');
  };
  return { backend, inbox, look, passkeys: createTestPasskeys() };
}

interface TwoScreensProps extends Pick<CibaLoginProps<MemorySession>, 'onApproved'> {
  messages?: InboxMessages;
}

/** The shop's page on a laptop, beside the user's phone. */
function TwoScreens({ messages, onApproved }: TwoScreensProps) {
  const [stage] = useState(createStage);
  const [client] = useState(() => new QueryClient({ defaultOptions: { queries: { retry: false } } }));
  useEffect(() => {
    const timer = setInterval(stage.look, 100);
    return () => clearInterval(timer);
  }, [stage]);
  return (
    <>
      <div className="scene two-screens">
        <section className="two-screens-shop" aria-label="Shop">
          <CibaLogin adapter={stage.backend} onApproved={onApproved} />
        </section>
        <section className="phone-screen" aria-label="Phone">
          <QueryClientProvider client={client}>
            <CibaInbox adapter={stage.inbox.adapter} passkeys={stage.passkeys} messages={messages} />
          </QueryClientProvider>
        </section>
      </div>
      <Filmstrip />
    </>
  );
}

const meta = {
  title: 'States/Two screens',
  component: TwoScreens,
  parameters: { layout: 'fullscreen' },
  args: { onApproved: fn() },
  render: (args, { globals }) => <TwoScreens {...args} messages={inboxMessagesOf(String(globals['locale']))} />,
} satisfies Meta<typeof TwoScreens>;

export default meta;
type Story = StoryObj<typeof meta>;

/** The person at both screens. Each step is a frame of the film. */
function personAt(canvasElement: HTMLElement, film: Film) {
  const shop = userOf(canvasElement.querySelector<HTMLElement>('.two-screens-shop') ?? canvasElement);
  const phoneElement = canvasElement.querySelector<HTMLElement>('.phone-screen') ?? canvasElement;
  const phone = phoneOf(phoneElement);
  const does = async (caption: string, act: () => Promise<void>) => {
    film.step(caption);
    await act();
  };
  return {
    shop: {
      starts: () =>
        does('The user sends the request', async () => {
          await shop.type('ada@example.com');
          await shop.submit();
          await shop.reaches('polling');
          await phone.shows('reviewing');
        }),
      cancels: () => does('The user cancels in the shop', () => shop.press('cancel')),
      retries: () => does('The user sends a new request', () => shop.press('retry')),
      reaches: (status: LoginStatus) => shop.reaches(status),
    },
    phone: {
      ...phone,
      enters: (number: string) =>
        does(`The phone: the user enters ${number}`, async () => {
          await userEvent.clear(await phone.find('input'));
          await phone.types(number);
        }),
      approve: () => does('The phone: Approve', phone.approve),
      deny: () => does('The phone: Deny', phone.deny),
      report: () => does('The phone: the user reports it', phone.report),
      done: () => does('The phone: Done', phone.press),
    },
  };
}

/** Plays a flow and films it. */
const filmed =
  (flow: (person: ReturnType<typeof personAt>, onApproved: unknown) => Promise<void>): NonNullable<Story['play']> =>
  async ({ args, canvasElement }) => {
    const film = createFilm(canvasElement);
    await flow(personAt(canvasElement, film), args.onApproved);
    film.end();
  };

/** The shop shows a number, and the phone asks for it. */
export const Approved: Story = {
  play: filmed(async ({ shop, phone }, onApproved) => {
    await shop.starts();
    await phone.enters(NUMBER);
    await phone.approve();
    await phone.shows('approved');
    await shop.reaches('approved');
    await phone.done();
    await phone.shows('ready');
    await expect(onApproved).toHaveBeenCalledTimes(1);
  }),
};

/** A wrong number costs an attempt and nothing else. */
export const WrongNumberFirst: Story = {
  name: 'A wrong number, then the right one',
  play: filmed(async ({ shop, phone }, onApproved) => {
    await shop.starts();
    await phone.enters('1111');
    await phone.approve();
    await waitFor(async () => expect(await phone.find('input')).toBeInvalid());
    await phone.enters(NUMBER);
    await phone.approve();
    await shop.reaches('approved');
    await expect(onApproved).toHaveBeenCalledTimes(1);
  }),
};

/** Someone else typed the address. The owner of the phone denies it. */
export const Denied: Story = {
  play: filmed(async ({ shop, phone }, onApproved) => {
    await shop.starts();
    await phone.deny();
    await phone.shows('denied');
    await shop.reaches('denied');
    await expect(onApproved).not.toHaveBeenCalled();
  }),
};

/** The owner of the phone didn't start it, and says so. */
export const Reported: Story = {
  play: filmed(async ({ shop, phone }) => {
    await shop.starts();
    await phone.report();
    await phone.shows('reported');
    await shop.reaches('denied');
  }),
};

/** The shop withdraws its request. The card says so. */
export const Cancelled: Story = {
  name: 'Canceled',
  play: filmed(async ({ shop, phone }) => {
    await shop.starts();
    await shop.cancels();
    await phone.shows('cancelled');
    await shop.reaches('idle');
  }),
};
