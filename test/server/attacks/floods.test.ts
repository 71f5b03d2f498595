// @vitest-environment node
import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest';
import type { InitiateRequest } from '../../../src/contract/index.js';
import { createMemoryStore, forwardedClientAddress } from '../../../src/server/index.js';
import { limitedNetworks } from '../../../src/server/http/client-address.js';
import { advance, createApp, NO_LIMITS, ORIGIN, useFakeTime } from '../harness.js';
import type { TestBrowser } from '../harness.js';

type App = ReturnType<typeof createApp>;

const stops: (() => Promise<void>)[] = [];

beforeEach(useFakeTime);
afterEach(async () => {
  for (const stop of stops.splice(0)) await stop();
  vi.useRealTimers();
});

function createPingApp(options: Parameters<typeof createApp>[0] = {}): App {
  const app = createApp({ ping: true, limits: NO_LIMITS, ...options });
  stops.push(() => app.handler.stop());
  return app;
}

/** Opens a stream that stays open until its signal is aborted, and returns the status. */
async function openStream({ handler }: App, page: TestBrowser, signal?: AbortSignal, from = '192.0.2.1') {
  const headers = {
    'x-ciba-request': '1',
    'x-forwarded-for': from,
    cookie: Array.from(page.cookies, (pair) => pair.join('=')).join('; '),
  };
  const response = await handler(new Request(`${ORIGIN}/api/ciba/events`, { headers, signal: signal ?? null }));
  return response;
}

async function newBrowsers(app: App, count: number): Promise<TestBrowser[]> {
  const pages = Array.from({ length: count }, () => app.browser());
  for (const [n, page] of pages.entries()) await page.initiate(`user${n}@example.com`);
  return pages;
}

describe('S9: event streams', () => {
  async function flood(app: App, from?: (n: number) => string) {
    const pages = await newBrowsers(app, 600);
    const statuses: number[] = [];
    for (const [n, page] of pages.entries()) {
      for (let tab = 0; tab < 6; tab += 1) statuses.push((await openStream(app, page, undefined, from?.(n))).status);
    }
    return { opened: statuses.filter((status) => status === 200).length, last: statuses.at(-1) };
  }

  test('of 600 cookies at one address end in 429 with a time, and leave room for other addresses', async () => {
    const app = createPingApp({ clientAddress: forwardedClientAddress({ proxies: 1 }) });
    expect(await flood(app)).toEqual({ opened: 100, last: 429 });
    const page = app.browser();
    await page.initiate('ada@example.com');
    const refused = await openStream(app, page);
    expect(refused.headers.get('retry-after')).toBe('30');
    expect(await refused.json()).toMatchObject({ error: 'rateLimited', retryAfter: 30 });
    expect(app.events).toContainEqual({ type: 'limited', limit: 'streams', retryAfter: 30 });
    expect((await openStream(app, page, undefined, '198.51.100.7')).status).toBe(200);
  });

  test('of 600 cookies at addresses of one IPv6 /56 end in 429', async () => {
    const app = createPingApp({ clientAddress: forwardedClientAddress({ proxies: 1 }) });
    const everyNetwork = (n: number) => `2001:db8:1:${(n % 256).toString(16)}::${n}`;
    expect(await flood(app, everyNetwork)).toEqual({ opened: 400, last: 429 });
  });

  test('of 600 cookies end in 429 even if no address is known', async () => {
    expect(await flood(createPingApp())).toEqual({ opened: 2000, last: 429 });
  });

  test('that end make room again', async () => {
    const app = createPingApp({ clientAddress: () => '192.0.2.1' });
    const pages = await newBrowsers(app, 18);
    const hangUp = new AbortController();
    const open = async (signal?: AbortSignal) => {
      const statuses: number[] = [];
      for (const page of pages)
        for (let tab = 0; tab < 6; tab += 1) statuses.push((await openStream(app, page, signal)).status);
      return statuses.filter((status) => status === 200).length;
    };
    expect(await open(hangUp.signal)).toBe(100);
    expect(await open()).toBe(0);
    hangUp.abort();
    expect(await open()).toBe(100);
  });

  test('that one browser opens and closes again and again end in 429, and a minute later they open', async () => {
    const store = createMemoryStore();
    const subscribe = vi.spyOn(store, 'subscribe');
    const app = createPingApp({ store });
    const [page, other] = await newBrowsers(app, 2);
    if (!page || !other) throw new Error('There are no browsers.');
    const reopen = async () => {
      const hangUp = new AbortController();
      const { status } = await openStream(app, page, hangUp.signal);
      hangUp.abort();
      return status;
    };
    const statuses: number[] = [];
    for (let n = 0; n < 200; n += 1) statuses.push(await reopen());
    expect(statuses.filter((status) => status === 200)).toHaveLength(30);
    expect(statuses.at(-1)).toBe(429);
    expect(subscribe).toHaveBeenCalledTimes(30);
    expect((await openStream(app, other)).status).toBe(200);
    await advance(60);
    expect(await reopen()).toBe(200);
  });

  test('that many browsers of one address open and close again and again end in 429', async () => {
    const app = createPingApp({ clientAddress: () => '192.0.2.1' });
    let opened = 0;
    for (const page of await newBrowsers(app, 40)) {
      for (let n = 0; n < 20; n += 1) {
        const hangUp = new AbortController();
        if ((await openStream(app, page, hangUp.signal)).status === 200) opened += 1;
        hangUp.abort();
      }
    }
    expect(opened).toBe(500);
  });

  test('that could not subscribe take up no room', async () => {
    const store = createMemoryStore();
    let away = true;
    const subscribe: typeof store.subscribe = (...args) =>
      away ? Promise.reject(new Error('away')) : store.subscribe(...args);
    const app = createPingApp({ clientAddress: () => '192.0.2.1', store: { ...store, subscribe } });
    const pages = await newBrowsers(app, 30);
    for (const page of pages) for (let n = 0; n < 5; n += 1) expect((await openStream(app, page)).status).toBe(500);
    away = false;
    for (const page of pages) expect((await openStream(app, page)).status).toBe(200);
  });
});

describe('S9: notifications', () => {
  function notify({ handler }: App, token: string, from = '192.0.2.1') {
    return handler(
      new Request(`${ORIGIN}/api/ciba/ping`, {
        method: 'POST',
        headers: { 'content-type': 'application/json', authorization: `Bearer ${token}`, 'x-forwarded-for': from },
        body: '{"auth_req_id":"auth-req-id-1"}',
      }),
    );
  }
  const forged = (n: number) => `${String(n).padStart(43, 'a')}.${'b'.repeat(43)}`;

  async function waiting(options: Parameters<typeof createApp>[0] = {}) {
    const app = createPingApp(options);
    await app.browser().initiate('ada@example.com');
    const [asked] = app.backend.initiate.mock.calls[0] ?? [];
    return { ...app, token: (asked as InitiateRequest & { notificationToken: string }).notificationToken };
  }

  test('with forged tokens are limited per address', async () => {
    const limits = { ...NO_LIMITS, address: [{ points: 30, duration: 60 }] };
    const app = await waiting({ limits, clientAddress: forwardedClientAddress({ proxies: 1 }) });
    for (let n = 0; n < 30; n += 1) expect((await notify(app, forged(n))).status).toBe(401);
    const refused = await notify(app, forged(30));
    expect(refused.status).toBe(429);
    expect(refused.headers.get('retry-after')).toBe('60');
    expect((await notify(app, forged(31), '198.51.100.7')).status).toBe(401);
    await advance(60);
    expect((await notify(app, forged(32))).status).toBe(401);
  });

  test('with forged tokens are limited if no address is known', async () => {
    const app = await waiting({ limits: { ...NO_LIMITS, everyone: [{ points: 5, duration: 60 }] } });
    for (let n = 0; n < 5; n += 1) expect((await notify(app, forged(n))).status).toBe(401);
    expect((await notify(app, forged(5))).status).toBe(429);
  });

  test('of the provider are never limited by the forged ones, nor do they use up the starts', async () => {
    const limits = { address: [{ points: 2, duration: 60 }], everyone: [{ points: 2, duration: 60 }] };
    const app = await waiting({ limits, clientAddress: () => '192.0.2.1' });
    for (let n = 0; n < 5; n += 1) await notify(app, forged(n));
    expect((await notify(app, app.token)).status).toBe(204);
    expect((await app.browser().initiate('bob@example.com')).status).toBe(200);
  });

  test('repeated for one login are limited, so that they cannot make its browser poll without end', async () => {
    const app = await waiting();
    for (let n = 0; n < 10; n += 1) expect((await notify(app, app.token)).status).toBe(204);
    const refused = await notify(app, app.token);
    expect(refused.status).toBe(429);
    expect(app.events.filter(({ type }) => type === 'notified')).toHaveLength(10);
    expect(app.events).toContainEqual({ type: 'limited', limit: 'notifications', retryAfter: 60 });
    await advance(60);
    expect((await notify(app, app.token)).status).toBe(204);
  });
});

describe('S9: an address', () => {
  const keys = (address: string) => limitedNetworks(address).map(({ network }) => network);

  test.each([
    // The same IPv4 address, however it is written.
    '192.0.2.1',
    ' 192.0.2.1 ',
    '192.0.2.1:4711',
    '::ffff:192.0.2.1',
    '::FFFF:192.0.2.1',
    '::ffff:c000:201',
    '::ffff:c000:0201',
    '0:0:0:0:0:ffff:c000:201',
    '0000:0000:0000:0000:0000:ffff:192.0.2.1',
    '[::ffff:c000:201]:4711',
    '::ffff:c000:201%eth0',
    '::ffff:0:192.0.2.1',
    // NAT64, with the well-known prefix and with one for local use.
    '64:ff9b::192.0.2.1',
    '64:ff9b::c000:201',
    '0064:FF9B:0:0:0:0:C000:0201',
    '64:ff9b:1::192.0.2.1',
    '64:ff9b:1:abcd:1::c000:201',
    // 6to4 and Teredo: one IPv4 address has many of these.
    '2002:c000:201::1',
    '2002:c000:201:ffff:1:2:3:4',
    '2001:0:4136:e378:8000:63bf:3fff:fdfe',
    '2001::ffff:3fff:fdfe',
  ])('counts as the IPv4 address that it carries: %s', (address) => {
    expect(keys(address)).toEqual(['192.0.2.1']);
  });

  test.each([
    ['2001:db8:1:2::1', ['2001:db8:1:2::/64', '2001:db8:1:0::/56']],
    ['2001:db8:1:ff02:a:b:c:d', ['2001:db8:1:ff02::/64', '2001:db8:1:ff00::/56']],
    ['2001:DB8:0001:2::192.0.2.1', ['2001:db8:1:2::/64', '2001:db8:1:0::/56']],
    ['[2001:db8:1:2::1]:443', ['2001:db8:1:2::/64', '2001:db8:1:0::/56']],
    ['fe80::1%eth0', ['fe80:0:0:0::/64', 'fe80:0:0:0::/56']],
    ['::1', ['0:0:0:0::/64', '0:0:0:0::/56']],
    ['64:ff9c::c000:201', ['64:ff9c:0:0::/64', '64:ff9c:0:0::/56']],
    ['64:ff9b:2::c000:201', ['64:ff9b:2:0::/64', '64:ff9b:2:0::/56']],
    ['64:ff9b:1:c000:2:100::', ['64:ff9b:1:c000::/64', '64:ff9b:1:c000::/56']],
    ['2001:1::c000:201', ['2001:1:0:0::/64', '2001:1:0:0::/56']],
  ])('counts as its /64 and its /56: %s', (address, networks) => {
    expect(keys(address)).toEqual(networks);
  });

  test('of one /56 is limited over all of its /64 networks, to four times as much', async () => {
    let n = 0;
    const app = createApp({
      limits: { ...NO_LIMITS, address: [{ points: 2, duration: 60 }] },
      clientAddress: () => `2001:db8:1:${(n++ % 256).toString(16)}::1`,
    });
    const statuses = [];
    for (let start = 0; start < 10; start += 1) {
      statuses.push((await app.browser().initiate(`user${start}@example.com`)).status);
    }
    expect(statuses).toEqual([...Array<number>(8).fill(200), 429, 429]);
  });

  test.each([0, -1, 1.5, Number.NaN, Number.POSITIVE_INFINITY, '1', null, undefined, 2 ** 53])(
    'is not read behind %j proxies: that throws at once',
    (proxies) => {
      expect(() => forwardedClientAddress({ proxies: proxies as number })).toThrow(
        expect.objectContaining({ code: 'misconfigured', message: expect.stringContaining('proxies') as string }),
      );
    },
  );

  test('is not read without options', () => {
    expect(() => forwardedClientAddress(undefined as never)).toThrow(
      expect.objectContaining({ code: 'misconfigured' }),
    );
  });
});
