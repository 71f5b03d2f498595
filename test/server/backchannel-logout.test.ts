// @vitest-environment node
import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest';
import { CibaError } from '../../src/contract/index.js';
import type { LogoutNotice } from '../../src/contract/index.js';
import { createMemoryStore } from '../../src/server/index.js';
import type { CibaStore } from '../../src/server/index.js';
import { advance, createApp, deferred, NO_LIMITS, ORIGIN, useFakeTime } from './harness.js';
import { createSession, createTokenApp, createTokenMethods, endsOf, shownTo, signIn } from './token-backend.js';
import type { TokenApp } from './token-backend.js';

beforeEach(useFakeTime);
afterEach(() => void vi.useRealTimers());

let ids = 0;

const tokenFor = (notice: Partial<LogoutNotice>) => {
  ids += 1;
  return JSON.stringify({ id: `logout-${ids}`, issuedAt: Date.now(), ...notice });
};

/** Sends what a provider sends. */
async function send({ handler }: Pick<TokenApp, 'handler'>, token: string, headers: Record<string, string> = {}) {
  const response = await handler(
    new Request(`${ORIGIN}/api/ciba/backchannel-logout`, {
      method: 'POST',
      headers: { 'content-type': 'application/x-www-form-urlencoded', ...headers },
      body: new URLSearchParams({ logout_token: token }),
    }),
  );
  return { status: response.status, cache: response.headers.get('cache-control') };
}

/** A store that fails while `state.down`, or only for calls of the methods in `state.broken`. */
function createUnsteadyStore(inner = createMemoryStore()) {
  const state = { down: false, broken: new Set<string>() };
  const store: CibaStore = new Proxy(inner, {
    get(target, name) {
      const method: unknown = Reflect.get(target, name);
      if (typeof method !== 'function') return method;
      return async (...values: readonly unknown[]) => {
        if (state.down || state.broken.has(String(name))) throw new CibaError('unavailable', 'The store is away.');
        return Reflect.apply(method, target, values) as unknown;
      };
    },
  });
  return { store, state };
}

describe('a logout by the provider', () => {
  test('ends the session that it names, and no other', async () => {
    const app = createTokenApp();
    const [one, other] = [createSession({ sid: 'one' }), createSession({ sid: 'other' })];
    const [ended, open] = [await signIn(app, app.browser(), one), await signIn(app, app.browser(), other)];
    expect(await send(app, tokenFor({ subject: '1', sid: 'one' }))).toEqual({ status: 200, cache: 'no-store' });
    expect(await shownTo(ended)).toBeNull();
    expect(await shownTo(open)).toEqual({ name: 'Ada' });
    expect(endsOf(app.events)).toEqual(['provider']);
    expect(app.revoke).toHaveBeenCalledExactlyOnceWith(one);
  });

  test('ends all sessions of a user if it names only the user, or the sessions have no ID', async () => {
    for (const [session, notice] of [
      [{}, { subject: '1' }],
      [{ sid: undefined }, { subject: '1', sid: 'unknown' }],
    ] as const) {
      const app = createTokenApp();
      const { sid: _, ...withoutSid } = createSession();
      const create = () => ('sid' in session ? { ...withoutSid } : createSession());
      const pages = [await signIn(app, app.browser(), create()), await signIn(app, app.browser(), create())];
      const eve = await signIn(app, app.browser(), createSession({ sub: '2', name: 'Eve' }), { hint: 'eve' });
      await send(app, tokenFor(notice));
      expect(await Promise.all(pages.map(shownTo))).toEqual([null, null]);
      expect(await shownTo(eve)).toEqual({ name: 'Eve' });
    }
  });

  test('ends them all before the provider has revoked one of them', async () => {
    const app = createTokenApp();
    const pages = [await signIn(app, app.browser()), await signIn(app, app.browser())];
    const revoking = deferred<undefined>();
    app.revoke.mockReturnValue(revoking.promise);
    const told = send(app, tokenFor({ subject: '1' }));
    await advance(1);
    expect(await Promise.all(pages.map(shownTo))).toEqual([null, null]);
    revoking.resolve(undefined);
    expect((await told).status).toBe(200);
  });

  test('counts while the process stops', async () => {
    const app = createTokenApp();
    const page = await signIn(app, app.browser());
    await app.handler.stop();
    expect((await send(app, tokenFor({ subject: '1' }))).status).toBe(200);
    expect(endsOf(app.events)).toEqual(['provider']);
    expect((await page.get('session')).status).toBe(503);
  });

  test('ends no session of another user who has the same session ID', async () => {
    const app = createTokenApp();
    const eve = await signIn(app, app.browser(), createSession({ sub: '2', sid: 'one' }), { hint: 'eve' });
    await send(app, tokenFor({ subject: '1', sid: 'one' }));
    expect(await shownTo(eve)).not.toBeNull();
  });

  test('ends no session that the provider issued later', async () => {
    const app = createTokenApp();
    const token = tokenFor({ subject: '1' });
    await advance(60);
    const page = await signIn(app, app.browser());
    expect((await send(app, token)).status).toBe(200);
    expect(await shownTo(page)).toEqual({ name: 'Ada' });
  });

  test('ends a session whose sign-in is still in progress', async () => {
    const app = createTokenApp();
    const page = app.browser();
    const { body } = await page.initiate('ada@example.com');
    app.backend.poll.mockResolvedValueOnce({ status: 'approved', session: createSession({ sid: 'one' }) });
    // The tab is closed at the moment of the approval. It asks again after the logout.
    const gone = new AbortController();
    const lost = page.post('poll', { id: body['id'] }, { signal: gone.signal });
    gone.abort();
    expect((await lost).status).toBe(503);
    await send(app, tokenFor({ subject: '1', sid: 'one' }));
    expect((await page.poll(body['id'])).status).toBe(404);
    expect(page.session).toBeUndefined();
    expect(app.revoke).toHaveBeenCalledTimes(1);
  });

  test.each([
    ['ends', 'of the user, if the provider names no session of it', {}, { subject: '1', sid: 'unknown' }, 404],
    ['leaves', 'of another user with the same session ID', { sid: 'one', sub: '2' }, { subject: '1', sid: 'one' }, 200],
    ['leaves', 'of the same user under another ID', { sid: 'two' }, { subject: '1', sid: 'one' }, 200],
    ['ends', 'of the user by the user alone', { sid: 'two' }, { subject: '1' }, 404],
    ['ends', 'by the ID alone', { sid: 'one' }, { sid: 'one' }, 404],
  ] as const)('%s a sign-in that is still in progress, %s', async (_, __, changes, notice, status) => {
    const app = createTokenApp();
    const page = app.browser();
    const { body } = await page.initiate('ada@example.com');
    const { sid: ___, ...withoutSid } = createSession();
    app.backend.poll.mockResolvedValueOnce({ status: 'approved', session: { ...withoutSid, ...changes } });
    const gone = new AbortController();
    const lost = page.post('poll', { id: body['id'] }, { signal: gone.signal });
    gone.abort();
    expect((await lost).status).toBe(503);
    await send(app, tokenFor(notice));
    expect((await page.poll(body['id'])).status).toBe(status);
    expect(app.revoke).toHaveBeenCalledTimes(status === 404 ? 1 : 0);
  });

  test('is not served with an adapter that reads none, or if the app keeps the sessions', async () => {
    expect((await send(createApp() as unknown as TokenApp, tokenFor({ subject: '1' }))).status).toBe(404);
    expect((await send(createTokenApp({ onApproved: () => [] }), tokenFor({ subject: '1' }))).status).toBe(404);
  });
});

describe('a logout token', () => {
  test('that is forged is refused, told, and ends nothing', async () => {
    const app = createTokenApp();
    const page = await signIn(app, app.browser());
    for (const token of ['forged', '', 'x'.repeat(5000)]) expect((await send(app, token)).status).toBe(400);
    expect(await shownTo(page)).toEqual({ name: 'Ada' });
    expect(app.events.filter((event) => event.type === 'refused').map(({ reason }) => reason)).toEqual([
      'logoutToken',
      'logoutToken',
      'logoutToken',
    ]);
  });

  test('that is replayed is refused, and ends no newer session', async () => {
    const app = createTokenApp();
    await signIn(app, app.browser());
    const token = tokenFor({ subject: '1' });
    expect((await send(app, token)).status).toBe(200);
    await advance(61);
    const page = await signIn(app, app.browser());
    expect((await send(app, token)).status).toBe(400);
    expect(await shownTo(page)).toEqual({ name: 'Ada' });
  });

  test('is too large, or in a body of another type', async () => {
    const app = createTokenApp();
    expect((await send(app, 'x'.repeat(20_000))).status).toBe(413);
    expect((await send(app, tokenFor({ subject: '1' }), { 'content-type': 'application/json' })).status).toBe(415);
  });

  test('is limited if it is invalid, and never if it is valid', async () => {
    const app = createTokenApp({
      clientAddress: () => '192.0.2.1',
      limits: { address: [{ points: 3, duration: 60 }] },
    });
    for (let times = 0; times < 10; times += 1) expect((await send(app, tokenFor({ subject: '1' }))).status).toBe(200);
    const statuses = [];
    for (let times = 0; times < 5; times += 1) statuses.push((await send(app, 'forged')).status);
    expect(statuses).toEqual([400, 400, 400, 429, 429]);
    expect((await send(app, tokenFor({ subject: '1' }))).status).toBe(200);
  });
});

describe('a logout that can not be carried out at once', () => {
  test('because the store fails in the middle is carried out within a minute, by any process', async () => {
    const memory = createMemoryStore();
    const { store, state } = createUnsteadyStore(memory);
    const methods = createTokenMethods();
    const app = createTokenApp({ store }, methods);
    const page = await signIn(app, app.browser());
    state.broken.add('readIndex');
    expect((await send(app, tokenFor({ subject: '1' }))).status).toBe(200);
    expect(await shownTo(page)).toEqual({ name: 'Ada' });
    await app.handler.stop();
    const other = createTokenApp({ store: memory }, methods);
    const samePage = other.browser();
    for (const [name, value] of page.cookies) samePage.cookies.set(name, value);
    expect(await shownTo(samePage)).toEqual({ name: 'Ada' });
    await advance(61);
    expect(await shownTo(samePage)).toBeNull();
    expect(endsOf(other.events)).toEqual(['provider']);
  });

  test('because the store is away is held, answered 503, and carried out when it is back', async () => {
    const { store, state } = createUnsteadyStore();
    const app = createTokenApp({ store });
    const page = await signIn(app, app.browser());
    state.down = true;
    expect((await send(app, tokenFor({ subject: '1' }))).status).toBe(503);
    await advance(90);
    state.down = false;
    expect(await shownTo(page)).toEqual({ name: 'Ada' });
    await advance(60);
    expect(await shownTo(page)).toBeNull();
  });

  test('that was valid when it came is held for longer than it is valid', async () => {
    const { store, state } = createUnsteadyStore();
    const app = createTokenApp({ store });
    const page = await signIn(app, app.browser());
    state.down = true;
    expect((await send(app, tokenFor({ subject: '1' }))).status).toBe(503);
    app.readLogoutToken.mockRejectedValue(new CibaError('refused', 'It has expired.'));
    await advance(600);
    state.down = false;
    await advance(60);
    expect(await shownTo(page)).toBeNull();
  });

  test('that is still held when the process stops is carried out then', async () => {
    const memory = createMemoryStore();
    const { store, state } = createUnsteadyStore(memory);
    const app = createTokenApp({ store });
    await signIn(app, app.browser());
    state.down = true;
    await send(app, tokenFor({ subject: '1' }));
    state.down = false;
    await app.handler.stop();
    expect(endsOf(app.events)).toEqual(['provider']);
  });

  test('that comes again is not carried out again, also not by a sweep', async () => {
    const app = createTokenApp();
    await signIn(app, app.browser(), createSession({ sid: 'one' }));
    const token = tokenFor({ subject: '1', sid: 'one' });
    await send(app, token);
    await advance(61);
    const page = await signIn(app, app.browser(), createSession({ sid: 'one' }));
    expect((await send(app, token)).status).toBe(400);
    await advance(121);
    expect(await shownTo(page)).toEqual({ name: 'Ada' });
  });

  test("because the provider's keys are away is held, too, and dropped if it turns out to be forged", async () => {
    const app = createTokenApp();
    const page = await signIn(app, app.browser());
    const away = new CibaError('network', 'The keys are away.');
    app.readLogoutToken.mockRejectedValueOnce(away).mockRejectedValueOnce(away);
    expect((await send(app, tokenFor({ subject: '1' }))).status).toBe(503);
    expect((await send(app, 'forged')).status).toBe(503);
    await advance(61);
    expect(await shownTo(page)).toBeNull();
    expect(app.readLogoutToken).toHaveBeenCalledTimes(4);
    await advance(120);
    expect(app.readLogoutToken).toHaveBeenCalledTimes(4);
  });

  test('that was valid is held, however many others that may be forged are', async () => {
    const { store, state } = createUnsteadyStore();
    const app = createTokenApp({ store, limits: NO_LIMITS });
    const page = await signIn(app, app.browser());
    app.readLogoutToken.mockRejectedValue(new CibaError('unavailable', 'The keys were fetched a moment ago.'));
    for (let times = 0; times < 1001; times += 1) await send(app, `maybe forged ${times}`);
    app.readLogoutToken.mockRestore();
    state.down = true;
    app.readLogoutToken.mockImplementation(async (token) => JSON.parse(token) as LogoutNotice);
    expect((await send(app, tokenFor({ subject: '1' }))).status).toBe(503);
    state.down = false;
    app.readLogoutToken.mockImplementation(async () => {
      throw new CibaError('refused', 'It is forged.');
    });
    await advance(61);
    expect(await shownTo(page)).toBeNull();
  });

  test('and a repetition of one that is only held is carried out once', async () => {
    const { store, state } = createUnsteadyStore();
    const app = createTokenApp({ store });
    await signIn(app, app.browser());
    const token = tokenFor({ subject: '1' });
    state.down = true;
    expect((await send(app, token)).status).toBe(503);
    state.down = false;
    expect((await send(app, token)).status).toBe(200);
    await advance(61);
    expect(endsOf(app.events)).toEqual(['provider']);
  });
});

describe('while a revocation hangs', () => {
  test('the answer to the provider waits, but the session is closed', async () => {
    const revoking = deferred<void>();
    const app = createTokenApp({ revoke: () => revoking.promise });
    const page = await signIn(app, app.browser());
    const answer = send(app, tokenFor({ subject: '1' }));
    await advance(0);
    expect(await shownTo(page)).toBeNull();
    revoking.resolve();
    expect((await answer).status).toBe(200);
  });
});
