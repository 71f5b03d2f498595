// @vitest-environment node
import { afterEach, expect, test, vi } from 'vitest';
import { closeRequestNotifications, notifyOfRequests } from 'react-ciba/inbox/service-worker';
import type { NotifyOfRequestsOptions } from 'react-ciba/inbox/service-worker';
import { deInbox } from 'react-ciba/locales/de';
import { enInbox } from 'react-ciba/locales/en';

const ORIGIN = 'https://approve.example';

interface Shown {
  readonly title: string;
  readonly body: string;
  readonly tag: string;
  readonly data: unknown;
  readonly closed: boolean;
  close(): void;
}

interface Tab {
  readonly url: string;
  focus(): Promise<unknown>;
}

/** A service worker's global scope as a browser has it, with the windows that are open. */
function startWorker(options?: NotifyOfRequestsOptions, tabs: readonly Tab[] = []) {
  const listeners = new Map<string, (event: object) => void>();
  const shown: Shown[] = [];
  const opened: string[] = [];
  const show = (title: string, { body = '', tag = '', data, ...rest }: NotificationOptions = {}) => {
    const notification = {
      ...rest,
      title,
      body,
      tag,
      data: data as unknown,
      closed: false,
      close() {
        notification.closed = true;
      },
    };
    const same = shown.findIndex((one) => one.tag === tag);
    shown.splice(same === -1 ? shown.length : same, 1, notification);
    return Promise.resolve();
  };
  const registration = {
    showNotification: show,
    getNotifications: () => Promise.resolve(shown.filter(({ closed }) => !closed)),
  } as unknown as ServiceWorkerRegistration;
  vi.stubGlobal('location', { origin: ORIGIN });
  vi.stubGlobal('registration', registration);
  vi.stubGlobal('clients', {
    matchAll: () => Promise.resolve(tabs),
    openWindow: (url: string) => Promise.resolve(opened.push(url)),
  });
  vi.stubGlobal('addEventListener', (type: string, listener: (event: object) => void) => listeners.set(type, listener));
  notifyOfRequests(options);

  /** Sends an event, and waits for what the worker keeps it alive for. */
  const send = async (type: string, event: object) => {
    const work: Promise<unknown>[] = [];
    listeners.get(type)?.({ ...event, waitUntil: (promise: Promise<unknown>) => work.push(promise) });
    await Promise.all(work);
  };
  return {
    shown,
    opened,
    registration,
    show,
    push: (payload: unknown) => send('push', { data: { json: () => payload } }),
    send,
    tap: (notification: Shown | undefined) => send('notificationclick', { notification }),
  };
}

afterEach(() => {
  vi.unstubAllGlobals();
});

const BELL = { tag: 'card-1', requester: 'Example Shop', page: '/phone' };

const tab = (url: string, focus: () => Promise<unknown> = () => Promise.resolve({})) => ({ url, focus: vi.fn(focus) });

test('a push names the requester alone, in the words of the inbox', async () => {
  const { shown, push } = startWorker({ icon: '/icon.png', badge: '/badge.png' });
  await push({ ...BELL, account: 'ada@example.com', amount: '1240.00' });
  expect(shown).toHaveLength(1);
  expect(shown[0]).toMatchObject({
    title: 'Example Shop',
    body: enInbox['inbox.push.request'],
    icon: '/icon.png',
    badge: '/badge.png',
  });
  expect(JSON.stringify(shown)).not.toMatch(/ada@|1240/);
  // A button could answer without the card, and an image could be anyone's.
  expect(shown[0]).not.toHaveProperty('actions');
});

test('a card has one notification, and another card one of its own', async () => {
  const { shown, push } = startWorker();
  await push(BELL);
  await push(BELL);
  await push({ ...BELL, tag: 'card-2' });
  expect(shown.map(({ tag }) => tag)).toEqual(['card-1', 'card-2']);
});

test('a change of the phones has its own text', async () => {
  const { shown, push } = startWorker();
  await push({ ...BELL, tag: 'devices', devices: true });
  expect(shown[0]?.body).toBe(enInbox['inbox.push.devices']);
});

test('the texts of a locale are taken', async () => {
  const { shown, push } = startWorker({ messages: deInbox });
  await push(BELL);
  expect(shown[0]?.body).toBe(deInbox['inbox.push.request']);
});

test('a push of another part of the app stays the app’s', async () => {
  const { shown, push, send } = startWorker();
  for (const payload of [{ title: 'Sale' }, null, 7, 'text', { ...BELL, tag: 1 }, { ...BELL, requester: undefined }]) {
    await push(payload);
  }
  await send('push', { data: null });
  await send('push', {
    data: {
      json: () => {
        throw new SyntaxError('no JSON');
      },
    },
  });
  expect(shown).toEqual([]);
});

test('a tap brings the open page to the front, and opens no second one', async () => {
  const page = tab(`${ORIGIN}/phone?from=home#top`);
  const { shown, opened, push, tap } = startWorker({}, [tab(`${ORIGIN}/`), page, tab('https://evil.example/phone')]);
  await push(BELL);
  await tap(shown[0]);
  expect(page.focus).toHaveBeenCalledOnce();
  expect(opened).toEqual([]);
  expect(shown[0]?.closed).toBe(true);
});

test.each([
  ['no page is open', []],
  ['only other pages are open', [tab(`${ORIGIN}/shop`), tab('https://evil.example/phone')]],
  ['the page can’t be brought to the front', [tab(`${ORIGIN}/phone`, () => Promise.reject(new TypeError('gone')))]],
])('a tap opens the page if %s', async (_, tabs) => {
  const { shown, opened, push, tap } = startWorker({}, tabs);
  await push(BELL);
  await tap(shown[0]);
  expect(opened).toEqual([`${ORIGIN}/phone`]);
});

test('a tap never leads to another origin', async () => {
  const { shown, opened, push, tap } = startWorker();
  await push({ ...BELL, page: 'https://evil.example/phone' });
  await tap(shown[0]);
  await push({ ...BELL, tag: 'card-2', page: '//evil.example/phone' });
  await tap(shown[1]);
  expect(opened).toEqual([`${ORIGIN}/`, `${ORIGIN}/`]);
});

test('a tap on one closes all of the inbox, because the page shows all cards', async () => {
  const { shown, push, show, tap } = startWorker();
  await push(BELL);
  await push({ ...BELL, tag: 'card-2' });
  await show('Sale', { tag: 'sale' });
  await tap(shown[0]);
  expect(shown.map(({ closed }) => closed)).toEqual([true, true, false]);
});

test('a tap on a notification of the app opens nothing', async () => {
  const { shown, opened, show, tap } = startWorker();
  await show('Sale', { tag: 'sale', data: { url: '/sale' } });
  await tap(shown[0]);
  expect(opened).toEqual([]);
  expect(shown[0]?.closed).toBe(false);
});

test('the page closes what was answered elsewhere', async () => {
  const { shown, push, show, registration } = startWorker();
  await push(BELL);
  await show('Sale', { tag: 'sale' });
  await closeRequestNotifications(registration);
  expect(shown.map(({ closed }) => closed)).toEqual([true, false]);
});
