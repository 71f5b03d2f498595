// @vitest-environment node
import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest';
import { CibaError } from '../../src/contract/index.js';
import { createMemoryStore } from '../../src/server/index.js';
import { nameDevice } from '../../src/server/session/device-name.js';
import { advance, deferred, useFakeTime } from './harness.js';
import type { Session, TestBrowser } from './harness.js';
import {
  createCountingStore,
  createSession,
  createTokenApp,
  endsOf,
  requestOf,
  shownTo,
  signIn,
} from './token-backend.js';
import type { TokenApp } from './token-backend.js';

beforeEach(useFakeTime);
afterEach(() => void vi.useRealTimers());

const LAPTOP =
  'Mozilla/5.0 (Macintosh; Intel Mac OS X 10_15_7) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/140.0.0.0 Safari/537.36';
const PHONE =
  'Mozilla/5.0 (iPhone; CPU iPhone OS 18_0 like Mac OS X) AppleWebKit/605.1.15 (KHTML, like Gecko) Version/18.0 Mobile/15E148 Safari/604.1';

const ADA_HINT = 'ada@example.com';

const listed = async (page: TestBrowser) => (await page.get('sessions')).body['sessions'] as Record<string, unknown>[];
const idsOf = async (page: TestBrowser) => (await listed(page)).map(({ id }) => id);

/** Signs in once in each of so many browsers, a minute apart unless told otherwise. */
async function signInEverywhere(app: TokenApp, count: number, seconds = 60): Promise<TestBrowser[]> {
  const pages: TestBrowser[] = [];
  for (let times = 0; times < count; times += 1) {
    pages.push(await signIn(app, app.browser()));
    await advance(seconds);
  }
  return pages;
}

describe('the list of sessions', () => {
  test('tells device, times, method and level, the own one first, and nothing that signs in', async () => {
    const app = createTokenApp();
    const laptop = await signIn(app, app.browser(), createSession(), { userAgent: LAPTOP });
    const began = Date.now();
    await advance(60);
    const phone = await signIn(app, app.browser(), createSession(), { userAgent: PHONE });
    const sessions = await listed(phone);
    expect(sessions).toEqual([
      {
        id: expect.any(String) as string,
        device: { browser: 'Safari', system: 'iPhone' },
        createdAt: began + 60_000,
        lastUsedAt: began + 60_000,
        expiresAt: began + 60_000 + 3_600_000,
        method: 'push',
        acr: '1',
        current: true,
      },
      expect.objectContaining({ device: { browser: 'Chrome', system: 'macOS' }, createdAt: began, current: false }),
    ]);
    for (const { session } of [laptop, phone]) expect(JSON.stringify(sessions)).not.toContain(session);
    expect(await app.handler.listSessions(requestOf(phone))).toEqual(sessions);
    expect((await app.handler.listSessions('ada@example.com')).map(({ current }) => current)).toEqual([false, false]);
  });

  test('tells that a code signed in', async () => {
    const session = createSession();
    const app = createTokenApp({ totp: async () => ({ status: 'approved', session, account: 'ada@example.com' }) });
    const page = app.browser();
    await page.totp('ada@example.com', '123456');
    expect(await listed(page)).toEqual([expect.objectContaining({ method: 'code', current: true })]);
  });

  test('moves what was used last to the front, and drops what is idle', async () => {
    const app = createTokenApp({ sessionIdleLifetime: 1000 });
    const [first, second, third] = (await signInEverywhere(app, 3)) as [TestBrowser, TestBrowser, TestBrowser];
    const [, thirdsId, secondsId] = await idsOf(first);
    await advance(600);
    await first.get('session');
    await second.get('session');
    expect((await idsOf(first)).slice(1)).toEqual([secondsId, thirdsId]);
    await advance(400);
    expect((await idsOf(first)).slice(1)).toEqual([secondsId]);
    expect(await shownTo(third)).toBeNull();
  });

  test('costs three round trips, however many sessions there are', async () => {
    const counting = createCountingStore();
    const app = createTokenApp({ store: counting.store });
    const [page] = (await signInEverywhere(app, 5)) as [TestBrowser];
    await page.get('session');
    counting.take();
    await page.get('sessions');
    expect(counting.take()).toBe(3);
  });

  test('is for those who are signed in', async () => {
    const app = createTokenApp();
    expect((await app.browser().get('sessions')).status).toBe(404);
    expect(await app.handler.listSessions(requestOf(app.browser()))).toEqual([]);
    expect((await app.browser().post('end-other-sessions', {})).status).toBe(404);
    expect((await app.browser().post('end-session', { id: 'x' })).status).toBe(404);
  });
});

describe('whose sessions they are', () => {
  test("another account's are neither shown nor ended", async () => {
    const app = createTokenApp();
    const ada = await signIn(app, app.browser());
    const eve = await signIn(app, app.browser(), createSession({ sub: '2', name: 'Eve' }), { hint: 'eve@example.com' });
    const [adasId] = await idsOf(ada);
    expect(await idsOf(eve)).not.toContain(adasId);
    expect((await eve.post('end-session', { id: adasId })).body).toEqual({ ended: 0 });
    expect((await eve.post('end-other-sessions', {})).body).toEqual({ ended: 0 });
    expect(await app.handler.endSessions(requestOf(eve), { id: String(adasId) })).toBe(0);
    expect(await shownTo(ada)).toEqual({ name: 'Ada' });
  });

  test('hints that are typed in other ways are one user where the provider says so, and two where it says so', async () => {
    const app = createTokenApp({ authRequest: (loginHint) => ({ loginHint }) });
    const [byMail, byName] = [app.browser(), app.browser()];
    await signIn(app, byMail, createSession({ sub: '1' }), { hint: 'ada@example.com' });
    await signIn(app, byName, createSession({ sub: '1' }), { hint: 'ada' });
    // The handler folds these two hints into one for its limits, but they are two people.
    const other = await signIn(app, app.browser(), createSession({ sub: '3' }), { hint: 'ADA' });
    expect(await listed(byMail)).toHaveLength(2);
    expect(await listed(byName)).toHaveLength(2);
    expect(await listed(other)).toHaveLength(1);
    expect(await app.handler.listSessions('1')).toHaveLength(2);
  });

  test('without a name for the account and the user, only the very same hint counts', async () => {
    const app = createTokenApp({ authRequest: (loginHint) => ({ loginHint }) });
    const { expiresAt: _, ...session } = createSession();
    const pages: TestBrowser[] = [];
    for (const hint of ['ada', 'ada', 'ADA']) {
      pages.push(await signIn(app, app.browser(), session as ReturnType<typeof createSession>, { hint }));
      await advance(60);
    }
    expect(await Promise.all(pages.map(async (page) => (await listed(page)).length))).toEqual([2, 2, 1]);
    expect(await app.handler.listSessions('ada')).toHaveLength(2);
  });
});

describe('ending sessions', () => {
  test('one by its ID ends it at once and revokes its tokens', async () => {
    const app = createTokenApp();
    const [laptop, phone] = (await signInEverywhere(app, 2)) as [TestBrowser, TestBrowser];
    const [, phonesId] = await idsOf(laptop);
    expect((await laptop.post('end-session', { id: phonesId })).body).toEqual({ ended: 1 });
    expect(await shownTo(phone)).toBeNull();
    expect(await shownTo(laptop)).toEqual({ name: 'Ada' });
    expect(endsOf(app.events)).toEqual(['endedElsewhere']);
    expect(app.revoke).toHaveBeenCalledTimes(1);
    expect((await laptop.post('end-session', { id: phonesId })).body).toEqual({ ended: 0 });
  });

  test('the own one signs out, and takes the cookie away', async () => {
    const app = createTokenApp();
    const page = await signIn(app, app.browser());
    const [id] = await idsOf(page);
    await page.post('end-session', { id });
    expect(page.session).toBeUndefined();
    expect(app.events).toContainEqual({ type: 'signedOut' });
  });

  test('all but the own one', async () => {
    const app = createTokenApp();
    const [first, second, third] = (await signInEverywhere(app, 3)) as [TestBrowser, TestBrowser, TestBrowser];
    expect((await second.post('end-other-sessions', {})).body).toEqual({ ended: 2 });
    expect(await Promise.all([first, second, third].map(shownTo))).toEqual([null, { name: 'Ada' }, null]);
    expect(app.revoke).toHaveBeenCalledTimes(2);
  });

  test('all, by the app', async () => {
    const app = createTokenApp();
    const pages = await signInEverywhere(app, 3);
    await expect(app.handler.endSessions('ada@example.com', 'others')).rejects.toMatchObject({ code: 'misconfigured' });
    expect(await app.handler.endSessions('ada@example.com', 'all')).toBe(3);
    expect(await Promise.all(pages.map(shownTo))).toEqual([null, null, null]);
    expect(endsOf(app.events)).toEqual(['endedByApp', 'endedByApp', 'endedByApp']);
    expect(await app.handler.endSessions('ada@example.com', 'all')).toBe(0);
  });

  test('all, however many there are', async () => {
    const app = createTokenApp();
    const pages = await signInEverywhere(app, 210, 1);
    expect(await listed(pages[0] as TestBrowser)).toHaveLength(200);
    expect(await app.handler.endSessions('ada@example.com', 'all')).toBe(210);
    expect(new Set(await Promise.all(pages.map(shownTo)))).toEqual(new Set([null]));
  });

  test('all, also a sign-in whose browser has not heard of it yet', async () => {
    const app = createTokenApp();
    const page = app.browser();
    const { body } = await page.initiate('ada@example.com');
    app.backend.poll.mockResolvedValueOnce({ status: 'approved', session: createSession() });
    const gone = new AbortController();
    const lost = page.post('poll', { id: body['id'] }, { signal: gone.signal });
    gone.abort();
    await lost;
    await advance(1);
    expect(await app.handler.endSessions('ada@example.com', 'all')).toBe(0);
    await advance(1);
    expect((await page.poll(body['id'])).body['status']).not.toBe('approved');
    expect(page.session).toBeUndefined();
    expect(app.revoke).toHaveBeenCalledTimes(1);
    await advance(60);
    expect(await shownTo(await signIn(app, app.browser()))).toEqual({ name: 'Ada' });
  });

  test('at a provider that hangs answers after a few seconds', async () => {
    const app = createTokenApp();
    const page = await signIn(app, app.browser());
    app.revoke.mockReturnValueOnce(new Promise(() => undefined));
    const answer = page.post('sign-out', {});
    await advance(6);
    expect((await answer).status).toBe(204);
    expect(await shownTo(page)).toBeNull();
  });

  test('at a provider that is away revokes the tokens later', async () => {
    const app = createTokenApp();
    const page = await signIn(app, app.browser());
    app.revoke.mockRejectedValueOnce(new CibaError('unavailable', 'Down.'));
    await page.post('sign-out', {});
    expect(await shownTo(page)).toBeNull();
    expect(app.revoke).toHaveBeenCalledTimes(1);
    await advance(900);
    expect(app.revoke).toHaveBeenCalledTimes(2);
    await advance(3600);
    expect(app.revoke).toHaveBeenCalledTimes(2);
  });

  test('at a provider that refuses for good is not repeated', async () => {
    const app = createTokenApp();
    const page = await signIn(app, app.browser());
    app.revoke.mockRejectedValue(new CibaError('refused', 'Not of this kind.'));
    await page.post('sign-out', {});
    await advance(3600);
    expect(app.revoke).toHaveBeenCalledTimes(1);
  });

  test('closes them before the provider has revoked anything', async () => {
    const revoking = deferred<void>();
    const app = createTokenApp({ revoke: () => revoking.promise });
    const [laptop, phone] = (await signInEverywhere(app, 2)) as [TestBrowser, TestBrowser];
    const ending = laptop.post('end-other-sessions', {});
    await advance(0);
    expect(await shownTo(phone)).toBeNull();
    expect(await listed(laptop)).toHaveLength(1);
    revoking.resolve();
    expect((await ending).body).toEqual({ ended: 1 });
  });

  test("by the app's own route signs out, and names the cookie to remove", async () => {
    const app = createTokenApp();
    const page = await signIn(app, app.browser());
    const [cookie] = await app.handler.signOut(requestOf(page));
    expect(cookie).toMatch(/^__Host-ciba-session\+api\+ciba=; Path=\/; Max-Age=0/);
    expect(await shownTo(page)).toBeNull();
    expect(await app.handler.signOut(requestOf(page))).toHaveLength(1);
  });
});

describe('two sign-ins of one browser that are approved at the same moment', () => {
  /** Starts a sign-in for each hint, with the pause that an account's pushes need. */
  async function startAll(page: TestBrowser, hints: readonly string[]) {
    const ids: unknown[] = [];
    for (const hint of hints) {
      if (ids.length > 0) await advance(61);
      ids.push((await page.initiate(hint)).body['id']);
    }
    return ids;
  }

  /** Both answers are on their way. The browser reads them in any order. */
  async function collectBoth(app: TokenApp, page: TestBrowser, ids: readonly unknown[], sessions: readonly Session[]) {
    await advance(1);
    for (const session of sessions) app.backend.poll.mockResolvedValueOnce({ status: 'approved', session });
    const replies = await Promise.all(ids.map((id) => page.postLost('poll', { id })));
    expect(replies.map(({ body }) => body['status'])).toEqual(['approved', 'approved']);
    return replies.map(({ setCookies }) => setCookies.find((one) => one.includes('-session'))?.split(/[=;]/)[1] ?? '');
  }

  test('of one account end in one session, whichever answer is read last, and its other tokens are revoked', async () => {
    const app = createTokenApp({ authRequest: (loginHint) => ({ loginHint }) });
    const page = app.browser();
    const ids = await startAll(page, [ADA_HINT, 'ada']);
    const [one, other] = [createSession(), createSession()];
    const [first, second] = await collectBoth(app, page, ids, [one, other]);
    expect(second).toBe(first);
    page.cookies.set('__Host-ciba-session+api+ciba', second ?? '');
    expect(await listed(page)).toHaveLength(1);
    expect(app.revoke).toHaveBeenCalledTimes(1);
    expect(endsOf(app.events)).toEqual(['replaced']);
    // Both answers may be lost, and are asked for again.
    for (const id of ids) {
      const again = await page.poll(id);
      expect(again.body['status']).toBe('approved');
      expect(page.session).toBe(first);
    }
    expect(await shownTo(page)).toEqual({ name: 'Ada' });
    expect(app.revoke).toHaveBeenCalledTimes(1);
  });

  test('of two accounts end in the later one', async () => {
    const app = createTokenApp();
    const page = app.browser();
    const ids = await startAll(page, [ADA_HINT, 'eve@example.com']);
    await collectBoth(app, page, ids, [createSession(), createSession({ sub: '2', name: 'Eve' })]);
    expect(endsOf(app.events)).toEqual(['replaced']);
    expect(app.revoke).toHaveBeenCalledTimes(1);
  });

  test('after each other replace each other, as ever', async () => {
    const app = createTokenApp();
    const page = await signIn(app, app.browser());
    const before = page.session;
    await signIn(app, page);
    expect(page.session).not.toBe(before);
    expect(await listed(page)).toHaveLength(1);
    expect(endsOf(app.events)).toEqual(['replaced']);
  });

  test('do not end in one that was signed out in between', async () => {
    const app = createTokenApp();
    const page = await signIn(app, app.browser());
    await page.post('sign-out', {});
    page.cookies.delete('__Host-ciba-session+api+ciba');
    await signIn(app, page);
    expect(await shownTo(page)).toEqual({ name: 'Ada' });
  });
});

describe('maxSessions', () => {
  test('ends the oldest one when a further one begins', async () => {
    const app = createTokenApp({ maxSessions: 2 });
    const [first, second, third] = (await signInEverywhere(app, 3)) as [TestBrowser, TestBrowser, TestBrowser];
    expect(await Promise.all([first, second, third].map(shownTo))).toEqual([null, { name: 'Ada' }, { name: 'Ada' }]);
    expect(endsOf(app.events)).toEqual(['limit']);
    expect(app.revoke).toHaveBeenCalledTimes(1);
  });

  test('counts neither what has ended nor what the same browser replaces', async () => {
    const app = createTokenApp({ maxSessions: 2 });
    const [first, second] = (await signInEverywhere(app, 2)) as [TestBrowser, TestBrowser];
    await signIn(app, second);
    expect(await shownTo(first)).toEqual({ name: 'Ada' });
    expect(endsOf(app.events)).toEqual(['replaced']);
    await first.post('sign-out', {});
    await advance(60);
    const third = await signIn(app, app.browser());
    expect(await Promise.all([second, third].map(shownTo))).toEqual([{ name: 'Ada' }, { name: 'Ada' }]);
  });

  test('holds for sign-ins that come at the same moment', async () => {
    const app = createTokenApp({ maxSessions: 2 });
    const old = await signInEverywhere(app, 2);
    const fresh: TestBrowser[] = [];
    const polls: unknown[] = [];
    for (let times = 0; times < 2; times += 1) {
      const page = app.browser();
      fresh.push(page);
      polls.push((await page.initiate('ada@example.com')).body['id']);
      await advance(61);
    }
    for (let times = 0; times < 2; times += 1) {
      app.backend.poll.mockResolvedValueOnce({ status: 'approved', session: createSession() });
    }
    await Promise.all(fresh.map((page, place) => page.poll(polls[place])));
    const open = await Promise.all([...old, ...fresh].map(shownTo));
    expect(open.filter((shown) => shown !== null)).toHaveLength(2);
    expect(open.slice(2)).toEqual([{ name: 'Ada' }, { name: 'Ada' }]);
  });
});

describe('events', () => {
  test('name the account in the same way, from the start to the end', async () => {
    const app = createTokenApp({ auditKey: 'a key of 32 characters, or more..', store: createMemoryStore() });
    const page = await signIn(app, app.browser());
    await advance(310);
    await app.handler.accessToken(requestOf(page));
    await page.post('sign-out', {});
    const named = app.events.filter(({ type }) => type !== 'notified').map(({ type, account }) => [type, account]);
    expect(named.map(([type]) => type)).toEqual(['started', 'approved', 'refreshed', 'signedOut', 'revoked']);
    expect(new Set(named.map(([, account]) => account)).size).toBe(1);
    expect(named[0]?.[1]).toMatch(/^[\w-]{43}$/);
  });
});

describe('the name of a device', () => {
  test.each([
    [LAPTOP, { browser: 'Chrome', system: 'macOS' }],
    [PHONE, { browser: 'Safari', system: 'iPhone' }],
    [
      'Mozilla/5.0 (Windows NT 10.0; Win64; x64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/140.0.0.0 Safari/537.36 Edg/140.0.0.0',
      { browser: 'Edge', system: 'Windows' },
    ],
    ['Mozilla/5.0 (X11; Linux x86_64; rv:143.0) Gecko/20100101 Firefox/143.0', { browser: 'Firefox', system: 'Linux' }],
    [
      'Mozilla/5.0 (Linux; Android 15; Pixel 9) AppleWebKit/537.36 (KHTML, like Gecko) SamsungBrowser/28.0 Chrome/130.0.0.0 Mobile Safari/537.36',
      { browser: 'Samsung Internet', system: 'Android' },
    ],
    [
      'Mozilla/5.0 (X11; CrOS x86_64 14541.0.0) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/140.0.0.0 Safari/537.36',
      { browser: 'Chrome', system: 'ChromeOS' },
    ],
    ['curl/8.5.0', {}],
    ['<script>alert(1)</script> Your bank Windows', { system: 'Windows' }],
    ['x'.repeat(100_000), {}],
    ['', {}],
    [null, {}],
  ])('%.60s', (userAgent, device) => {
    expect(nameDevice(userAgent)).toEqual(device);
  });
});
