import { QueryClient, QueryClientProvider } from '@tanstack/react-query';
import { act, cleanup, render, screen, waitFor, within } from '@testing-library/react';
import { userEvent } from '@testing-library/user-event';
import { createHttpInboxAdapter } from 'react-ciba/adapters/http';
import { browserPasskeys, CibaInbox } from 'react-ciba/inbox';
import type {
  CibaInboxProps,
  InboxAdapter,
  NotificationPermissionState,
  PasskeyJson,
  Passkeys,
} from 'react-ciba/inbox';
import { en, enInbox } from 'react-ciba/locales/en';
import { handlerFetch } from 'react-ciba/testing';
import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest';
import { createSoftwarePasskey } from '../../src/testing/inbox-phone/passkey.js';
import { createFakeEnvironment } from '../support/fake-environment.js';
import { createTestInbox, createTestPasskeys } from '../support/test-inbox.js';
import type { TestInboxOptions } from '../support/test-inbox.js';
import { createApp, ORIGIN } from './harness.js';
import type { Page } from './harness.js';

type App = ReturnType<typeof createApp>;

beforeEach(() => {
  history.replaceState(null, '', '/phone');
});

afterEach(() => {
  history.replaceState(null, '', '/');
});

/** A page over the routes of a real inbox, with a passkey in software. */
function createPage(app: App) {
  const passkey = createSoftwarePasskey(ORIGIN);
  const passkeys = {
    create: vi.fn<Passkeys['create']>(async (options) => passkey.create(options)),
    get: vi.fn<Passkeys['get']>(async (options) => passkey.get(options)),
  };
  const http = createHttpInboxAdapter({ fetch: handlerFetch(app.inbox, { origin: ORIGIN }) });
  return { adapter: http as InboxAdapter, passkeys };
}

/** Adds the page's phone to Ada. */
async function addPhone(app: App, { adapter, passkeys }: ReturnType<typeof createPage>, subject = '1') {
  const { code } = await app.inbox.invite({ subject, name: 'Ada' });
  const options = await adapter.register({ code });
  if (options.status !== 'passkey') throw new Error(options.status);
  const response = await passkeys.create(options.passkey);
  expect(await adapter.register({ code, response, name: 'Pixel 9' })).toMatchObject({ status: 'added' });
}

async function open(page: Pick<CibaInboxProps, 'adapter' | 'passkeys'>, props: Partial<CibaInboxProps> = {}) {
  const world = createFakeEnvironment();
  const user = userEvent.setup();
  const client = new QueryClient({ defaultOptions: { queries: { retry: false, gcTime: Infinity } } });
  const tree = render(
    <QueryClientProvider client={client}>
      <CibaInbox {...page} environment={world.environment} {...props} />
    </QueryClientProvider>,
  );
  return { user, world, client, ...tree };
}

async function openPhone(props: Partial<CibaInboxProps> = {}, app = createApp()) {
  const page = createPage(app);
  await addPhone(app, page);
  return { app, page, ...(await open(page, props)) };
}

const region = () => document.querySelector('[data-part="announcer"]')?.textContent?.replace('\u00a0', '');
const field = (digits = 4) => screen.getByLabelText<HTMLInputElement>(`${digits}-digit number`);
const press = (name: string) => screen.findByRole('button', { name });

test('shows no requests, then a card as soon as somebody signs in, with who, from where and the number', async () => {
  const { app } = await openPhone();
  await screen.findByRole('heading', { level: 2, name: enInbox['inbox.empty.title'] });
  await act(() => app.ask({ from: 'Chrome on macOS, Berlin' }));
  const card = await screen.findByRole('article', { name: enInbox['inbox.signIn.title']('Example Shop') });
  expect(within(card).getByText(enInbox['inbox.from']('Example Shop')).closest('div')).toHaveTextContent(
    'Chrome on macOS, Berlin',
  );
  expect(within(card).getByText('Ada')).toBeVisible();
  expect(within(card).getByRole('heading', { level: 3, name: enInbox['inbox.signIn.question'] })).toBeVisible();
  expect(field()).toHaveValue('');
  expect(document.body).toHaveFocus();
  expect(region()).toBe(enInbox['inbox.arrived']);
  expect(screen.getByText('Pixel 9')).toBeVisible();
});

test('approves with the number and the passkey, and the login gets its session', async () => {
  const { app, page, user } = await openPhone();
  const { id, displayCode = '' } = await app.ask();
  await user.type(await screen.findByLabelText(enInbox['inbox.number'](4)), displayCode);
  await user.click(await press(enInbox['inbox.approve']));
  await screen.findByRole('heading', { level: 3, name: enInbox['inbox.approved.title'] });
  expect(page.passkeys.get).toHaveBeenCalledTimes(1);
  expect(await app.poll(id)).toMatchObject({ status: 'approved', session: { sub: '1' } });
  await waitFor(() => expect(screen.getByRole('heading', { name: enInbox['inbox.approved.title'] })).toHaveFocus());
  await user.click(await press(enInbox['inbox.done']));
  await screen.findByRole('heading', { level: 2, name: enInbox['inbox.empty.title'] });
});

test('says that the number is incomplete, and puts the focus into the field', async () => {
  const { app, page, user } = await openPhone();
  await app.ask();
  await user.type(await screen.findByLabelText(enInbox['inbox.number'](4)), '12');
  await user.click(await press(enInbox['inbox.approve']));
  expect(await screen.findByText(en['totpEntry.incomplete'](4), { selector: 'p' })).toBeVisible();
  expect(field()).toHaveFocus();
  expect(field()).toBeInvalid();
  expect(field()).toHaveAccessibleDescription(en['totpEntry.incomplete'](4));
  expect(page.passkeys.get).not.toHaveBeenCalled();
});

test('counts wrong numbers, empties the field, and the third one ends the card as denied', async () => {
  const { app, user } = await openPhone();
  const { id, displayCode } = await app.ask();
  const wrong = displayCode === '0000' ? '1111' : '0000';
  for (const left of [2, 1]) {
    await user.type(await screen.findByLabelText(enInbox['inbox.number'](4)), wrong);
    await user.click(await press(enInbox['inbox.approve']));
    await screen.findByText(`${enInbox['inbox.wrongNumber']} ${en['totpEntry.attemptsLeft'](left)}`, { selector: 'p' });
    expect(field()).toHaveValue('');
    expect(field()).toHaveFocus();
  }
  await user.type(field(), wrong);
  await user.click(await press(enInbox['inbox.approve']));
  await screen.findByRole('heading', { name: enInbox['inbox.mismatched.title'] });
  await screen.findByText(enInbox['inbox.mismatched.text'], { selector: 'p' });
  expect(await app.poll(id)).toMatchObject({ status: 'denied' });
});

test('denies without a number or a passkey, also while the passkey dialog is open', async () => {
  const { app, page, user } = await openPhone();
  const { id, displayCode = '' } = await app.ask();
  const closed = vi.fn();
  page.passkeys.get.mockImplementation(
    (_, signal) =>
      new Promise(() => {
        signal.addEventListener('abort', closed);
      }),
  );
  await user.type(await screen.findByLabelText(enInbox['inbox.number'](4)), displayCode);
  await user.click(await press(enInbox['inbox.approve']));
  await screen.findByText(enInbox['inbox.verifying'], { selector: 'p' });
  expect(await press(enInbox['inbox.approve'])).toHaveAttribute('aria-disabled', 'true');
  await user.click(await press(enInbox['inbox.deny']));
  await screen.findByRole('heading', { name: enInbox['inbox.denied.title'] });
  await waitFor(() => expect(closed).toHaveBeenCalledTimes(1));
  expect(await app.poll(id)).toMatchObject({ status: 'denied' });
});

test('reports: the request is denied, and the app hears of it', async () => {
  const onReport = vi.fn();
  const { app, user } = await openPhone({}, createApp({ onReport }));
  const { id } = await app.ask();
  await user.click(await press(enInbox['inbox.signIn.report']));
  await screen.findByRole('heading', { name: enInbox['inbox.reported.title'] });
  expect(screen.getByText(enInbox['inbox.reported.text'], { exact: false })).toBeVisible();
  expect(onReport).toHaveBeenCalledTimes(1);
  expect(await app.poll(id)).toMatchObject({ status: 'denied' });
});

test('reports an approval afterwards, and says that it had ended', async () => {
  const onReport = vi.fn();
  const { app, user } = await openPhone({}, createApp({ onReport }));
  const { displayCode = '' } = await app.ask();
  await user.type(await screen.findByLabelText(enInbox['inbox.number'](4)), displayCode);
  await user.click(await press(enInbox['inbox.approve']));
  await screen.findByRole('heading', { name: enInbox['inbox.approved.title'] });
  await user.click(await press(enInbox['inbox.signIn.report']));
  await screen.findByRole('heading', { name: enInbox['inbox.reported.title'] });
  expect(screen.getByText(enInbox['inbox.reported.late'], { selector: 'p' })).toBeVisible();
  expect(onReport).toHaveBeenCalledTimes(1);
});

test('a closed passkey dialog leaves the card open, with its number', async () => {
  const { app, page, user } = await openPhone();
  const { displayCode = '' } = await app.ask();
  page.passkeys.get.mockRejectedValueOnce(Object.assign(new Error('closed'), { name: 'NotAllowedError' }));
  await user.type(await screen.findByLabelText(enInbox['inbox.number'](4)), displayCode);
  await user.click(await press(enInbox['inbox.approve']));
  await screen.findByText(enInbox['inbox.dismissed'], { selector: 'p' });
  expect(field()).toHaveValue(displayCode);
  await user.click(await press(enInbox['inbox.approve']));
  await screen.findByRole('heading', { name: enInbox['inbox.approved.title'] });
});

test('a passkey that the server refuses leaves the card open', async () => {
  const { app, page, user } = await openPhone();
  const { displayCode = '' } = await app.ask();
  const other = createSoftwarePasskey(ORIGIN);
  page.passkeys.get.mockImplementationOnce(async (options) => other.get(options));
  await user.type(await screen.findByLabelText(enInbox['inbox.number'](4)), displayCode);
  await user.click(await press(enInbox['inbox.approve']));
  await screen.findByText(enInbox['inbox.passkeyRefused'], { selector: 'p' });
  await user.click(await press(enInbox['inbox.approve']));
  await screen.findByRole('heading', { name: enInbox['inbox.approved.title'] });
});

test('a payment shows the amount as its heading, who receives it, and needs no number', async () => {
  const { app, user } = await openPhone();
  const { id } = await app.ask({
    transaction: { title: 'Pay', amount: { value: '1240.00', currency: 'EUR' }, payee: 'Kiel Boats' },
  });
  const card = await screen.findByRole('article', { name: '€1,240.00' });
  expect(within(card).getByText('to Kiel Boats')).toBeVisible();
  expect(within(card).queryByRole('textbox')).toBeNull();
  await user.click(await press(enInbox['inbox.approve']));
  await screen.findByRole('heading', { name: enInbox['inbox.approved.title'] });
  expect(await app.poll(id)).toMatchObject({ status: 'approved' });
});

test('a card that the other screen withdrew, or another phone answered, says so', async () => {
  const app = createApp();
  const { user } = await openPhone({}, app);
  const first = await app.ask();
  await screen.findByRole('article');
  await act(async () => {
    await app.inbox.adapter.cancel?.(first, { signal: new AbortController().signal, actId: 'cancel' });
  });
  await screen.findByRole('heading', { name: enInbox['inbox.cancelled.title'] });
  await user.click(await press(enInbox['inbox.done']));
  await screen.findByRole('heading', { name: enInbox['inbox.empty.title'] });
});

test('a card whose time is over ends by the phone’s own clock', async () => {
  const { app, world } = await openPhone();
  await app.ask();
  await screen.findByRole('article');
  app.clock.now += 180_000;
  await act(() => world.advance(180_000));
  await screen.findByRole('heading', { name: enInbox['inbox.expired.title'] });
  expect(screen.queryByRole('button', { name: enInbox['inbox.approve'] })).toBeNull();
});

test('an answer that can’t be sent is kept and sent again', async () => {
  const app = createApp();
  const page = createPage(app);
  await addPhone(app, page);
  const deny = vi.spyOn(page.adapter, 'deny').mockRejectedValueOnce(new TypeError('Failed to fetch'));
  const { user } = await open(page);
  const { id } = await app.ask();
  await user.click(await press(enInbox['inbox.deny']));
  await screen.findByRole('heading', { name: enInbox['inbox.failed.title'] });
  await user.click(await press(en['action.retry']));
  await screen.findByRole('heading', { name: enInbox['inbox.denied.title'] });
  expect(deny).toHaveBeenCalledTimes(2);
  expect(await app.poll(id)).toMatchObject({ status: 'denied' });
});

test('several cards: the one that ends first is open, the others are rows, and Done leads on', async () => {
  const { app, user } = await openPhone();
  await app.ask({ kind: 'task', transaction: { title: 'Restart the server' }, requestedExpiry: 300 });
  await screen.findByRole('article', { name: 'Restart the server' });
  await act(() => app.ask({ requestedExpiry: 60 }));
  // The open card stays open, although the new one ends first.
  const others = await screen.findByRole('region', { name: enInbox['inbox.others'](1) });
  expect(screen.getByRole('article')).toHaveAccessibleName('Restart the server');
  await user.click(within(others).getByRole('button', { name: /^Sign in to Example Shop/ }));
  expect(await screen.findByRole('article', { name: enInbox['inbox.signIn.title']('Example Shop') })).toBeVisible();
  await waitFor(() =>
    expect(screen.getByRole('heading', { name: enInbox['inbox.signIn.title']('Example Shop') })).toHaveFocus(),
  );
  await user.click(await press(enInbox['inbox.deny']));
  await screen.findByRole('heading', { name: enInbox['inbox.denied.title'] });
  await user.click(await press(enInbox['inbox.done']));
  expect(await screen.findByRole('article', { name: 'Restart the server' })).toBeVisible();
  await waitFor(() => expect(screen.getByRole('heading', { name: 'Restart the server' })).toHaveFocus());
});

test('adds the phone by the link of an invitation, and takes it out of the address', async () => {
  const app = createApp();
  const { url } = await app.inbox.invite({ subject: '1', name: 'Ada' });
  history.replaceState(null, '', `/phone${new URL(url).hash}`);
  const { user } = await open(createPage(app));
  await user.click(await press(enInbox['inbox.setup.passkey']));
  await screen.findByRole('heading', { level: 2, name: enInbox['inbox.empty.title'] });
  expect(location.hash).toBe('');
  await waitFor(() => expect(region()).toBe(enInbox['inbox.setup.added']));
  expect(await app.inbox.devices('1')).toHaveLength(1);
});

test('adds the phone by a typed code, after a wrong one', async () => {
  const app = createApp();
  const { code } = await app.inbox.invite({ subject: '1', name: 'Ada' });
  const { user } = await open(createPage(app));
  await user.type(await screen.findByLabelText(enInbox['inbox.setup.code']), 'AAAA-AAAA{Enter}');
  await screen.findByText(enInbox['inbox.setup.wrongCode'], { selector: 'p' });
  await user.clear(screen.getByLabelText(enInbox['inbox.setup.code']));
  await user.type(screen.getByLabelText(enInbox['inbox.setup.code']), ` ${code.toLowerCase()} `);
  await user.clear(screen.getByLabelText(enInbox['inbox.setup.name']));
  await user.type(screen.getByLabelText(enInbox['inbox.setup.name']), 'Fairphone');
  await user.click(await press(enInbox['inbox.setup.continue']));
  await user.click(await press(enInbox['inbox.setup.passkey']));
  await screen.findByText('Fairphone');
  expect(await app.inbox.devices('1')).toMatchObject([{ name: 'Fairphone' }]);
});

test('a second phone shows a number, and is added once a phone of the user approves it', async () => {
  const app = createApp();
  const first = await app.phone();
  const { url } = await app.inbox.invite({ subject: '1', name: 'Ada' });
  history.replaceState(null, '', `/phone${new URL(url).hash}`);
  const { user, world } = await open(createPage(app));
  await user.click(await press(enInbox['inbox.setup.passkey']));
  await screen.findByRole('heading', { name: enInbox['inbox.setup.otherPhone.title'] });
  const number = document.querySelector('[data-part="display-code-value"]')?.textContent ?? '';
  expect(number).toMatch(/^\d{4}$/);
  const card = await (first as Page).card();
  expect(card.shown.kind).toBe('device');
  await first.approve(card.id, number);
  await act(() => world.advance(2000));
  await screen.findByRole('heading', { level: 2, name: enInbox['inbox.empty.title'] });
  expect(await app.inbox.devices('1')).toHaveLength(2);
});

test('a phone that was removed says so until the user adds it again', async () => {
  const { app, client, user } = await openPhone();
  await screen.findByRole('heading', { name: enInbox['inbox.empty.title'] });
  await app.inbox.removeDevices('1');
  await act(() => client.invalidateQueries());
  await screen.findByRole('heading', { name: enInbox['inbox.removed.title'] });
  await act(() => client.invalidateQueries());
  expect(screen.getByRole('heading', { name: enInbox['inbox.removed.title'] })).toBeVisible();
  await user.click(await press(enInbox['inbox.setup.title']));
  expect(await screen.findByLabelText(enInbox['inbox.setup.code'])).toBeVisible();
});

test('a locked inbox opens with the passkey', async () => {
  const app = createApp({ view: 'passkey' });
  const { user, page } = await openPhone({}, app);
  page.passkeys.get.mockRejectedValueOnce(Object.assign(new Error('closed'), { name: 'NotAllowedError' }));
  await user.click(await press(enInbox['inbox.locked.unlock']));
  await waitFor(() => expect(page.passkeys.get).toHaveBeenCalledTimes(1));
  await user.click(await press(enInbox['inbox.locked.unlock']));
  await screen.findByRole('heading', { name: enInbox['inbox.empty.title'] });
});

test('an inbox that can’t be reached says why, and asks again', async () => {
  const app = createApp();
  const page = createPage(app);
  await addPhone(app, page);
  vi.spyOn(page.adapter, 'list').mockRejectedValueOnce(new TypeError('Failed to fetch'));
  const { user } = await open(page);
  await user.click(await press(en['action.retry']));
  await screen.findByRole('heading', { name: enInbox['inbox.empty.title'] });
});

test('fills in the number of a link that the other screen showed', async () => {
  const { app } = await openPhone();
  const { displayCodeUrl = '', displayCode = '' } = await app.ask();
  await screen.findByRole('article');
  act(() => {
    location.hash = new URL(displayCodeUrl).hash;
  });
  await waitFor(() => expect(field()).toHaveValue(displayCode));
  expect(location.hash).toBe('');
});

/** A browser whose permission a test decides. */
function createNotifications(permission: NotificationPermissionState = 'off') {
  const notifications = {
    readPermission: vi.fn(() => permission),
    subscribe: vi.fn(async (_key: string): Promise<PasskeyJson> => {
      notifications.readPermission.mockReturnValue('on');
      return { endpoint: 'https://fcm.googleapis.com/fcm/send/a', keys: { p256dh: 'p', auth: 'a' } };
    }),
    unsubscribe: vi.fn(async () => undefined),
  };
  return notifications;
}

describe('notifications', () => {
  const push = { publicKey: 'public-key', privateKey: 'private', contact: 'mailto:ops@example.com' };
  const turnOn = enInbox['inbox.push.enable'];
  const turnOff = enInbox['inbox.push.disable'];

  test('are turned on and off with the passkey, and the server knows', async () => {
    const notifications = createNotifications();
    const { app, user, page } = await openPhone({ notifications }, createApp({ push }));
    expect(await screen.findByText(enInbox['inbox.push.off'])).toBeVisible();
    await user.click(await press(turnOn));
    expect(await press(turnOff)).toHaveFocus();
    expect(notifications.subscribe).toHaveBeenCalledExactlyOnceWith('public-key');
    expect(page.passkeys.get).toHaveBeenCalledTimes(1);
    expect(await app.inbox.devices('1')).toMatchObject([{ push: true }]);
    expect(region()).toBe(enInbox['inbox.push.on']);
    await user.click(await press(turnOff));
    await press(turnOn);
    expect(notifications.unsubscribe).toHaveBeenCalledTimes(1);
    expect(await app.inbox.devices('1')).toMatchObject([{ push: false }]);
  });

  test('a closed passkey dialog changes nothing, and a fault says so', async () => {
    const notifications = createNotifications();
    const { app, user, page } = await openPhone({ notifications }, createApp({ push }));
    page.passkeys.get.mockRejectedValueOnce(Object.assign(new Error('closed'), { name: 'NotAllowedError' }));
    await user.click(await press(turnOn));
    await waitFor(() => expect(screen.getByRole('button', { name: turnOn })).not.toHaveAttribute('aria-disabled'));
    expect(screen.queryByText(enInbox['inbox.fault'])).toBeNull();
    expect(await app.inbox.devices('1')).toMatchObject([{ push: false }]);
    vi.spyOn(page.adapter, 'push').mockRejectedValueOnce(new TypeError('Failed to fetch'));
    await user.click(await press(turnOn));
    expect(await screen.findByText(enInbox['inbox.fault'], { selector: 'p' })).toBeVisible();
  });

  test.each(['blocked', 'homeScreenFirst', 'unsupported'] as const)(
    '%s: says why, and offers no button',
    async (status) => {
      await openPhone({ notifications: createNotifications(status) }, createApp({ push }));
      expect(await screen.findByText(enInbox[`inbox.push.${status}`])).toBeVisible();
      expect(screen.queryByRole('button', { name: turnOn })).toBeNull();
    },
  );

  test('a server without keys has no switch, and an open card has the screen to itself', async () => {
    await openPhone({ notifications: createNotifications() });
    await screen.findByRole('heading', { level: 2, name: enInbox['inbox.empty.title'] });
    expect(screen.queryByText(enInbox['inbox.push.off'])).toBeNull();
    cleanup();
    const { app } = await openPhone({ notifications: createNotifications() }, createApp({ push }));
    await screen.findByText(enInbox['inbox.push.off']);
    await act(() => app.ask());
    await screen.findByRole('article');
    expect(screen.queryByText(enInbox['inbox.push.off'])).toBeNull();
  });
});

describe('a browser that can’t create passkeys', () => {
  test.each(['inAppBrowser', 'noScreenLock', 'unsupported'] as const)('%s: says what to do', async (reason) => {
    const page = createPage(createApp());
    await open({ ...page, passkeys: { ...page.passkeys, findObstacle: async () => reason } });
    await screen.findByRole('heading', { level: 2, name: enInbox['inbox.noPasskey.title'] });
    expect(await screen.findByText(enInbox[`inbox.noPasskey.${reason}`])).toBeVisible();
    expect(screen.queryByRole('textbox')).toBeNull();
  });

  test.each([
    ['Mozilla/5.0 (iPhone) AppleWebKit/605 Instagram 300.0', true, 'inAppBrowser'],
    ['Mozilla/5.0 (Linux; Android 14; wv) Chrome/120', true, 'inAppBrowser'],
    ['Mozilla/5.0 (Linux; Android 14) Chrome/120', false, 'noScreenLock'],
    ['Mozilla/5.0 (Linux; Android 14) Chrome/120', null, 'unsupported'],
    ['Mozilla/5.0 (Linux; Android 14) Chrome/120', true, null],
  ])('%s, screen lock %s: %s', async (userAgent, hasLock, reason) => {
    vi.spyOn(navigator, 'userAgent', 'get').mockReturnValue(userAgent);
    const api = { isUserVerifyingPlatformAuthenticatorAvailable: async () => hasLock };
    vi.stubGlobal('PublicKeyCredential', hasLock === null ? undefined : api);
    expect(await browserPasskeys.findObstacle?.()).toBe(reason);
    vi.unstubAllGlobals();
  });
});

describe('how an answer ended', () => {
  /** A page over a test inbox. */
  async function openTest(options: TestInboxOptions) {
    const inbox = createTestInbox({ cards: [{ id: 'card', shown: { kind: 'payment' } }], ...options });
    return { inbox, ...(await open({ adapter: inbox.adapter, passkeys: createTestPasskeys() })) };
  }

  test.each(['late', 'unsure'] as const)('%s: the screen never says that it was approved', async (delivery) => {
    const { user } = await openTest({ delivery });
    await user.click(await press(enInbox['inbox.approve']));
    expect(await screen.findByRole('heading', { name: enInbox[`inbox.${delivery}.title`] })).toBeVisible();
    expect(screen.getByText(enInbox[`inbox.${delivery}.text`])).toBeVisible();
    expect(screen.queryByText(enInbox['inbox.approved.title'])).toBeNull();
    // What was too late approved nothing, so there is nothing to report.
    const report = screen.queryByRole('button', { name: enInbox['inbox.payment.report'] });
    if (delivery === 'late') expect(report).toBeNull();
    else expect(report).toBeVisible();
  });

  test('answered elsewhere: the card says so, and can still be reported', async () => {
    const { inbox, user } = await openTest({});
    await screen.findByRole('article');
    await act(async () => void inbox.endElsewhere('card', 'approved'));
    expect(await screen.findByRole('heading', { name: enInbox['inbox.elsewhere.title'] })).toBeVisible();
    await user.click(await press(enInbox['inbox.payment.report']));
    expect(await screen.findByText(enInbox['inbox.reported.late'])).toBeVisible();
  });

  test('an answer that is still being delivered ends as soon as a list says how', async () => {
    const { inbox, user, client } = await openTest({ delivery: 'sending' });
    await user.click(await press(enInbox['inbox.approve']));
    await screen.findByRole('heading', { name: enInbox['inbox.sending.title'] });
    inbox.deliver('card', 'sent');
    await act(() => client.invalidateQueries());
    expect(await screen.findByRole('heading', { name: enInbox['inbox.approved.title'] })).toBeVisible();
  });
});
