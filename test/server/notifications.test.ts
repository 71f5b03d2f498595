// @vitest-environment node
import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest';
import type { InitiateRequest, PollResult } from '../../src/contract/index.js';
import { createMemoryStore } from '../../src/server/index.js';
import type { CibaStore } from '../../src/server/index.js';
import { ADA, advance, createApp, createKnownBrowser, deferred, NO_LIMITS, ORIGIN, useFakeTime } from './harness.js';
import type { Session, TestBrowser } from './harness.js';

beforeEach(useFakeTime);
afterEach(() => void vi.useRealTimers());

type App = ReturnType<typeof createApp>;

const PENDING = { id: 'adapter-handle', expiresIn: 90, interval: 3, resumable: true };

/** Starts a login, and returns it with the token that the provider got. */
async function waiting(options: Parameters<typeof createApp>[0] = {}) {
  const app = createApp({ ping: true, ...options });
  const page = app.browser();
  const { body } = await page.initiate('ada@example.com');
  const [asked] = app.backend.initiate.mock.calls[0] ?? [];
  const { notificationToken = '' } = (asked ?? {}) as InitiateRequest & { notificationToken?: string };
  return { ...app, page, id: body['id'], token: notificationToken };
}

/** A notification as the provider sends it, without an origin, a cookie or the custom header. */
function notify({ handler }: App, authorization: string | null, body = '{"auth_req_id":"auth-req-id-1"}') {
  const headers = new Headers({ 'content-type': 'application/json' });
  if (authorization !== null) headers.set('authorization', authorization);
  return handler(new Request(`${ORIGIN}/api/ciba/ping`, { method: 'POST', headers, body }));
}

function openStream({ handler }: App, page: TestBrowser, headers: Record<string, string | null> = {}) {
  const controller = new AbortController();
  const all = new Headers({ 'x-ciba-request': '1', 'sec-fetch-site': 'same-origin' });
  all.set('cookie', Array.from(page.cookies, (pair) => pair.join('=')).join('; '));
  for (const [name, value] of Object.entries(headers)) {
    if (value === null) all.delete(name);
    else all.set(name, value);
  }
  const request = new Request(`${ORIGIN}/api/ciba/events`, { headers: all, signal: controller.signal });
  return { response: handler(request), hangUp: () => controller.abort() };
}

/** Collects what a stream has sent so far. */
function listenTo(response: Response): { readonly text: string; readonly ended: boolean } {
  const seen = { text: '', ended: false };
  void (async () => {
    for await (const chunk of response.body ?? []) seen.text += new TextDecoder().decode(chunk as Uint8Array);
    seen.ended = true;
  })();
  return seen;
}

describe('a notification token', () => {
  test('is new for each request, of 512 random bits, and fits a bearer header', async () => {
    const [one, two] = [await waiting(), await waiting()];
    expect(one.token).toMatch(/^[\w-]{43}\.[\w-]{43}$/);
    expect(one.token).not.toBe(two.token);
  });

  test('is not made where the provider is polled', async () => {
    const { token } = await waiting({ ping: false });
    expect(token).toBe('');
  });

  test('stands in no answer, event or store, except as a hash', async () => {
    const texts: string[] = [];
    const store = new Proxy(createMemoryStore(), {
      get(target, name: keyof CibaStore) {
        const method = target[name] as (...values: unknown[]) => unknown;
        return (...values: unknown[]) => {
          texts.push(JSON.stringify(values));
          return method(...values);
        };
      },
    });
    const app = await waiting({ store });
    await notify(app, `Bearer ${app.token}`);
    texts.push(JSON.stringify(app.events), JSON.stringify((await app.page.poll(app.id)).body));
    for (const half of app.token.split('.')) expect(texts.join(' ')).not.toContain(half);
  });
});

describe('a notification', () => {
  test('is answered 204, and lets the next poll go out before its time, once', async () => {
    const app = await waiting();
    await app.page.poll(app.id);
    expect(app.backend.poll).toHaveBeenCalledTimes(1);
    await app.page.poll(app.id);
    expect(app.backend.poll).toHaveBeenCalledTimes(1);

    expect((await notify(app, `Bearer ${app.token}`)).status).toBe(204);
    expect(app.events).toContainEqual({ type: 'notified' });
    app.backend.poll.mockResolvedValueOnce({ status: 'pending' });
    await app.page.poll(app.id);
    await app.page.poll(app.id);
    expect(app.backend.poll).toHaveBeenCalledTimes(2);
  });

  test('signs nobody in: the outcome comes from the provider alone', async () => {
    const app = await waiting();
    const response = await notify(app, `Bearer ${app.token}`, '{"auth_req_id":"x","status":"approved","id_token":"x"}');
    expect(response.headers.getSetCookie()).toEqual([]);
    expect((await app.page.poll(app.id)).body['status']).toBe('pending');
  });

  test.each([
    ['no token', () => null],
    ['another scheme', (token: string) => `Basic ${token}`],
    ['a made-up token', () => `Bearer ${'a'.repeat(43)}.${'b'.repeat(43)}`],
    ['the right name with another secret', (token: string) => `Bearer ${token.split('.')[0]}.${'b'.repeat(43)}`],
    ['the name alone', (token: string) => `Bearer ${token.split('.')[0]}`],
    ['the halves the wrong way round', (token: string) => `Bearer ${token.split('.').toReversed().join('.')}`],
    ['nothing behind Bearer', () => 'Bearer '],
  ])('with %s is refused and changes nothing', async (_, authorization) => {
    const app = await waiting();
    await app.page.poll(app.id);
    const response = await notify(app, authorization(app.token));
    expect(response.status).toBe(401);
    expect(response.headers.get('www-authenticate')).toBe('Bearer');
    expect(app.events).toContainEqual(expect.objectContaining({ type: 'refused', reason: 'token' }));
    await app.page.poll(app.id);
    expect(app.backend.poll).toHaveBeenCalledTimes(1);
  });

  test.each([
    ['no JSON', 'x', 400],
    ['no auth_req_id', '{}', 400],
    ['an auth_req_id that no start accepts', JSON.stringify({ auth_req_id: 'a'.repeat(8193) }), 400],
    ['more than 64 kB', JSON.stringify({ auth_req_id: 'a', more: 'a'.repeat(65_536) }), 413],
  ])('with %s is refused', async (_, body, status) => {
    const app = await waiting();
    expect((await notify(app, `Bearer ${app.token}`, body)).status).toBe(status);
  });

  test.each([
    ['tokens', { access_token: 'a', token_type: 'Bearer', expires_in: 60, id_token: 'a' }],
    ['an access token alone', { access_token: 'a' }],
    ['an ID token alone', { id_token: 'a' }],
    ['tokens larger than any other body', { access_token: 'a'.repeat(6000), id_token: 'b'.repeat(6000) }],
    ['the error of a denial', { error: 'access_denied' }],
    ['tokens that are null', { access_token: null, id_token: null }],
  ])('S14: that is a push delivery with %s is refused by name, and wakes nobody', async (_, delivered) => {
    const app = await waiting();
    await app.page.poll(app.id);
    const body = JSON.stringify({ auth_req_id: 'auth-req-id-1', ...delivered });
    const response = await notify(app, `Bearer ${app.token}`, body);
    expect(response.status).toBe(400);
    expect(await response.json()).toMatchObject({ detail: expect.stringMatching(/push delivery.*`ping`/) as string });
    expect(app.events).toContainEqual(expect.objectContaining({ type: 'refused', reason: 'pushDelivery' }));
    expect(JSON.stringify(app.events)).not.toContain('aaaa');
    await app.page.poll(app.id);
    expect(app.backend.poll).toHaveBeenCalledTimes(1);
  });

  test('S14: is not even read with a made-up token', async () => {
    const app = await waiting();
    const body = JSON.stringify({ auth_req_id: 'x', access_token: 'a', more: 'a'.repeat(100_000) });
    expect((await notify(app, `Bearer ${'a'.repeat(43)}.${'b'.repeat(43)}`, body)).status).toBe(401);
  });

  test.each([4000, 8192])('S14: an auth_req_id of %d characters can be started, polled and pinged', async (length) => {
    const authReqId = 'a'.repeat(length);
    const app = await waiting();
    app.backend.initiate.mockResolvedValueOnce({ ...PENDING, serverState: { authReqId } });
    const other = app.browser();
    const { body } = await other.initiate('bob@example.com');
    expect((await other.poll(body['id'])).body).toEqual({ status: 'pending' });
    const [ask] = app.backend.initiate.mock.lastCall ?? expect.fail('No push was sent.');
    const { notificationToken } = ask as { notificationToken?: string };
    const sent = await notify(app, `Bearer ${notificationToken}`, JSON.stringify({ auth_req_id: authReqId }));
    expect(sent.status).toBe(204);
  });

  test('takes an auth_req_id of 3 kB', async () => {
    const app = await waiting();
    expect((await notify(app, `Bearer ${app.token}`, JSON.stringify({ auth_req_id: 'a'.repeat(3000) }))).status).toBe(
      204,
    );
  });

  test('is for its own login alone', async () => {
    const app = await waiting();
    const other = app.browser();
    const { body } = await other.initiate('bob@example.com');
    await other.poll(body['id']);
    await notify(app, `Bearer ${app.token}`);
    await other.poll(body['id']);
    const polled = app.backend.poll.mock.calls.map(([{ id }]) => id);
    expect(polled).toEqual(['adapter-handle-2', 'adapter-handle-1']);
  });

  test('comes too late when the login is long over', async () => {
    const app = await waiting();
    await advance(91);
    expect((await notify(app, `Bearer ${app.token}`)).status).toBe(401);
  });

  test('is no route where the provider is polled', async () => {
    const app = createApp();
    expect((await notify(app, 'Bearer x')).status).toBe(404);
    expect((await openStream(app, app.browser()).response).status).toBe(404);
  });
});

describe('S7: a notification of a login that a stranger started', () => {
  /** Polls at every interval with a stream open, and what the page sees: what it hears and when, and each answer's time. */
  async function live(user: string, result: PollResult<Session>, options: Parameters<typeof createApp>[0] = {}) {
    const app = createApp({ ping: true, limits: NO_LIMITS, responseFloor: 300, ...options });
    const earlier = app.browser();
    const began = earlier.initiate('bob@example.com');
    await advance(1);
    const polled = earlier.poll((await began).body['id']);
    await advance(1);
    await polled;
    const page = app.browser();
    const started = page.initiate(user);
    await advance(1);
    const { body } = await started;
    const [asked] = app.backend.initiate.mock.calls[1] ?? [];
    const { notificationToken: token } = (asked ?? {}) as { notificationToken?: string };
    const seen = listenTo(await openStream(app, page).response);
    const looks: unknown[] = [];
    for (let turn = 0; turn < 4; turn += 1) {
      const since = Date.now();
      const poll = page.poll(body['id']).then(({ body: answer }) => looks.push([answer, Date.now() - since]));
      await advance(1.5);
      await poll;
      if (turn === 1 && token !== undefined) {
        app.backend.poll.mockResolvedValueOnce(result);
        expect((await notify(app, `Bearer ${token}`)).status).toBe(204);
      }
      await advance(1.5);
    }
    await new Promise((resolve) => setImmediate(resolve));
    return { ...app, page, id: body['id'], looks, heard: seen.text };
  }

  test.each<[string, PollResult<Session>]>([
    ['was dropped', { status: 'expired' }],
    ['was withdrawn', { status: 'cancelled' }],
    ['is not decided', { status: 'pending' }],
    ['is not decided, and has to wait', { status: 'pending', interval: 8 }],
  ])('and that %s looks like nobody: what the page hears, every answer, and the time of each', async (_, result) => {
    const nobody = await live('stranger@example.com', { status: 'pending' });
    const user = await live('ada@example.com', result);
    expect(user.backend.poll.mock.calls.length).toBeGreaterThan(3);
    expect([user.looks, user.heard]).toEqual([nobody.looks, nobody.heard]);
    expect(nobody.heard).toBe(': open\n\n');
  });

  test.each<[string, PollResult<Session>]>([
    ['approved', { status: 'approved', session: ADA }],
    ['denied', { status: 'denied' }],
  ])('and that was %s reaches its page at once, which needs no poll of the provider', async (status, result) => {
    const { heard, looks, backend } = await live('ada@example.com', result);
    expect(heard).toBe(': open\n\ndata: ready\n\n');
    expect(looks[2]).toEqual([expect.objectContaining({ status }), 0]);
    expect(backend.poll).toHaveBeenCalledTimes(4);
  });

  test('waits 90 s for a page that sleeps while its phone approves, and is given back after that', async () => {
    for (const [seconds, status, revoked] of [
      [88, 200, 0],
      [91, 404, 1],
    ] as const) {
      const app = await waiting();
      app.backend.poll.mockResolvedValueOnce({ status: 'approved', session: ADA });
      await notify(app, `Bearer ${app.token}`);
      await advance(seconds);
      expect((await app.page.poll(app.id)).status).toBe(status);
      expect(app.revoke).toHaveBeenCalledTimes(revoked);
    }
  });

  test('that is refused is told to its page at once, and given back', async () => {
    const app = await waiting({ authRequest: (loginHint) => ({ loginHint, subject: 'bob' }) });
    Object.assign(app.backend, { approver: () => ({ subject: 'ada' }) });
    const seen = listenTo(await openStream(app, app.page).response);
    app.backend.poll.mockResolvedValueOnce({ status: 'approved', session: ADA });
    await notify(app, `Bearer ${app.token}`);
    await advance(1);
    await vi.waitFor(() => expect(seen.text).toContain('data: ready'));
    expect((await app.page.poll(app.id)).body).toEqual({ error: 'refused' });
    expect(app.revoke).toHaveBeenCalledTimes(1);
  });

  test('makes no poll of its page quicker that comes meanwhile', async () => {
    const app = createApp({ ping: true, responseFloor: 300 });
    const page = app.browser();
    const started = page.initiate('ada@example.com');
    await advance(1);
    const { body } = await started;
    const [asked] = app.backend.initiate.mock.calls[0] ?? [];
    const { notificationToken } = asked as InitiateRequest & { notificationToken: string };
    const underWay = deferred<PollResult<Session>>();
    app.backend.poll.mockImplementationOnce(() => underWay.promise);
    await notify(app, `Bearer ${notificationToken}`);
    await advance(0.05);
    const since = Date.now();
    const took = page.poll(body['id']).then(() => Date.now() - since);
    await advance(1);
    expect(await took).toBe(300);
    underWay.resolve({ status: 'expired' });
    await advance(1);
  });

  test('counts although a poll is under way, once that is answered', async () => {
    const app = await waiting();
    const seen = listenTo(await openStream(app, app.page).response);
    const underWay = deferred<PollResult<Session>>();
    app.backend.poll.mockImplementationOnce(() => underWay.promise);
    const polling = app.page.poll(app.id);
    await advance(0.1);
    await notify(app, `Bearer ${app.token}`);
    app.backend.poll.mockResolvedValueOnce({ status: 'approved', session: ADA });
    underWay.resolve({ status: 'pending' });
    await polling;
    await advance(1);
    await vi.waitFor(() => expect(seen.text).toContain('data: ready'));
    expect((await app.page.poll(app.id)).body['status']).toBe('approved');
  });
});

describe('S7: the end of a login', () => {
  /** When each page heard that it should poll, in seconds from the start, and what its poll then said. */
  async function live(user: string, notifyAt: readonly number[]) {
    const app = createApp({ ping: true, limits: NO_LIMITS });
    // A decoy lives as long as the last real request.
    await app.browser().initiate('bob@example.com');
    const page = app.browser();
    const { body } = await page.initiate(user);
    const [asked] = app.backend.initiate.mock.calls[1] ?? [];
    const { notificationToken: token } = (asked ?? {}) as { notificationToken?: string };
    app.backend.poll.mockImplementation(async () => ({ status: Date.now() < end ? 'pending' : 'expired' }));
    const end = Date.now() + 89_900;
    const seen = listenTo(await openStream(app, page).response);
    const heard: [number, unknown][] = [];
    for (let tenth = 1; tenth <= 950; tenth += 1) {
      await advance(0.1);
      if (token !== undefined && notifyAt.includes(tenth)) await notify(app, `Bearer ${token}`);
      await new Promise((resolve) => setImmediate(resolve));
      const count = seen.text.split('data: ready').length - 1;
      if (count > heard.length) heard.push([tenth, (await page.poll(body['id'])).body]);
    }
    await app.handler.stop();
    return heard;
  }

  test('is heard of at the same moment for a user and for nobody, whether the provider notifies of it or not', async () => {
    const nobody = await live('stranger@example.com', []);
    expect(nobody).toEqual([[901, { status: 'expired' }]]);
    expect(await live('ada@example.com', [])).toEqual(nobody);
    // The provider counts from its own answer on, so its notification comes a little earlier.
    expect(await live('ada@example.com', [899])).toEqual(nobody);
  });

  test('is no reason to tell a browser that the account knows later than before', async () => {
    const app = createApp({ ping: true, limits: NO_LIMITS });
    const page = await createKnownBrowser(app);
    const { body } = await page.initiate('ada@example.com');
    const asked = app.backend.initiate.mock.calls.at(-1)?.[0] as InitiateRequest & { notificationToken: string };
    await advance(89);
    app.backend.poll.mockResolvedValueOnce({ status: 'approved', session: ADA });
    await notify(app, `Bearer ${asked.notificationToken}`);
    expect((await page.poll(body['id'])).body['status']).toBe('approved');
  });
});

describe('the event stream', () => {
  test('says "ready" and nothing else, to the browser whose login it is', async () => {
    const app = await waiting();
    const other = app.browser();
    await other.initiate('bob@example.com');
    const response = await openStream(app, app.page).response;
    expect(Object.fromEntries(response.headers)).toEqual({
      'content-type': 'text/event-stream',
      'cache-control': 'no-store, no-transform',
      'x-accel-buffering': 'no',
      'x-content-type-options': 'nosniff',
    });
    const mine = listenTo(response);
    const theirs = listenTo(await openStream(app, other).response);
    app.backend.poll.mockResolvedValue({ status: 'approved', session: ADA });
    await notify(app, `Bearer ${app.token}`);
    await vi.waitFor(() => expect(mine.text).toBe(': open\n\ndata: ready\n\n'));
    expect(theirs.text).toBe(': open\n\n');
  });

  test.each([
    ['without the header', { 'x-ciba-request': null }, 403],
    ['from another site', { 'sec-fetch-site': 'cross-site' }, 403],
    ['from a sibling host', { 'sec-fetch-site': 'same-site' }, 403],
    ['without a cookie', { cookie: null }, 404],
    ['with a forged cookie', { cookie: `__Host-ciba-browser+api+ciba=${'f'.repeat(43)}` }, 404],
  ])('is refused %s', async (_, headers, status) => {
    const app = await waiting();
    expect((await openStream(app, app.page, headers).response).status).toBe(status);
  });

  test('are six a browser at most; one that is closed makes room', async () => {
    const app = await waiting();
    const streams = [];
    for (let n = 0; n < 6; n += 1) streams.push(openStream(app, app.page));
    for (const { response } of streams) expect((await response).status).toBe(200);
    expect((await openStream(app, app.page).response).status).toBe(429);
    streams[0]?.hangUp();
    expect((await openStream(app, app.page).response).status).toBe(200);
  });

  test('ends when the browser leaves, when the process is stopped, and after five minutes', async () => {
    vi.useRealTimers();
    vi.useFakeTimers({
      now: 1_800_000_000_000,
      toFake: ['Date', 'setTimeout', 'clearTimeout', 'setInterval', 'clearInterval'],
    });
    const app = await waiting();
    const left = openStream(app, app.page);
    const leftSeen = listenTo(await left.response);
    left.hangUp();
    await vi.waitFor(() => expect(leftSeen.ended).toBe(true));

    const old = listenTo(await openStream(app, app.page).response);
    await advance(31);
    await vi.waitFor(() => expect(old.text).toBe(': open\n\n:\n\n:\n\n'));
    await advance(270);
    await vi.waitFor(() => expect(old.ended).toBe(true));

    const open = listenTo(await openStream(app, app.page).response);
    await app.handler.stop();
    await vi.waitFor(() => expect(open.ended).toBe(true));
    expect(vi.getTimerCount()).toBe(0);
  });

  test('is a passing fault while the store is away', async () => {
    const store = createMemoryStore();
    const app = await waiting({ store: { ...store, subscribe: () => Promise.reject(new Error('away')) } });
    expect((await openStream(app, app.page).response).status).toBe(500);
    for (let n = 0; n < 7; n += 1) expect((await openStream(app, app.page).response).status).toBe(500);
  });
});
