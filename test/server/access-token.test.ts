// @vitest-environment node
import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest';
import { CibaError } from '../../src/contract/index.js';
import type { RefreshResult } from '../../src/contract/index.js';
import { createMemoryStore } from '../../src/server/index.js';
import type { CibaStore } from '../../src/server/index.js';
import { advance, createApp, deferred, ORIGIN, TestBrowser, useFakeTime } from './harness.js';
import type { Session } from './harness.js';
import {
  createCountingStore,
  createMortalStore,
  createSession,
  createTokenApp,
  createTokenMethods,
  endsOf,
  requestOf,
  rotate,
  shownTo,
  signIn,
} from './token-backend.js';

beforeEach(useFakeTime);
afterEach(() => void vi.useRealTimers());

const bearer = (token: string) => ({ token, type: 'Bearer' });
/** Long enough that the access token needs a refresh, and short enough that it is still valid. */
const NEARLY_EXPIRED_SECONDS = 280;
const EXPIRED_SECONDS = 310;

const away = () => new CibaError('network', 'Nothing listens there.');
const unknownOutcome = () => new CibaError('timeout', 'No answer.', { retryable: false });

describe('an access token', () => {
  test('is the stored one while it is fresh, and nobody is asked for another', async () => {
    const app = createTokenApp();
    const page = await signIn(app, app.browser());
    expect(await app.handler.accessToken(requestOf(page))).toEqual(bearer('access-0'));
    await advance(200);
    expect(await app.handler.accessToken(requestOf(page))).toEqual(bearer('access-0'));
    expect(app.refresh).not.toHaveBeenCalled();
  });

  test('is null without a session, and costs the provider nothing', async () => {
    const app = createTokenApp();
    expect(await app.handler.accessToken(requestOf(app.browser()))).toBeNull();
    expect(app.refresh).not.toHaveBeenCalled();
  });

  test('is replaced before it ends, each time by the newest refresh token', async () => {
    const app = createTokenApp();
    const page = await signIn(app, app.browser());
    for (const expected of ['access-1', 'access-2', 'access-3']) {
      await advance(NEARLY_EXPIRED_SECONDS);
      expect(await app.handler.accessToken(requestOf(page))).toEqual(bearer(expected));
    }
    expect(app.refresh.mock.calls.map(([session]) => (session as { refreshToken?: string }).refreshToken)).toEqual([
      'refresh-0',
      'refresh-1',
      'refresh-2',
    ]);
    expect(await app.handler.sessionWithTokens(requestOf(page))).toMatchObject({ accessToken: 'access-3' });
    expect(app.events.filter(({ type }) => type === 'refreshed')).toHaveLength(3);
    await page.post('sign-out', {});
    expect(app.revoke).toHaveBeenCalledExactlyOnceWith(expect.objectContaining({ refreshToken: 'refresh-3' }));
  });

  test('that lives for less than a minute is used for half of its life', async () => {
    const app = createTokenApp();
    const page = await signIn(app, app.browser(), createSession({ expiresAt: Date.now() + 40_000 }));
    await advance(19);
    expect(await app.handler.accessToken(requestOf(page))).toEqual(bearer('access-0'));
    await advance(2);
    expect(await app.handler.accessToken(requestOf(page))).toEqual(bearer('access-1'));
  });

  test('without a refresh token is given out until it ends, and then asked for in vain', async () => {
    const app = createTokenApp();
    const { refreshToken: _, ...session } = createSession();
    const page = await signIn(app, app.browser(), session);
    await advance(NEARLY_EXPIRED_SECONDS);
    expect(await app.handler.accessToken(requestOf(page))).toEqual(bearer('access-0'));
    await advance(30);
    await expect(app.handler.accessToken(requestOf(page))).rejects.toMatchObject({ code: 'unauthorized' });
    expect(await shownTo(page)).toEqual({ name: 'Ada' });
  });

  test('of an adapter that has none is asked for in vain', async () => {
    const app = createApp();
    const page = app.browser();
    const { body } = await page.initiate('ada@example.com');
    app.backend.poll.mockResolvedValueOnce({ status: 'approved', session: createSession() });
    await page.poll(body['id']);
    await expect(app.handler.accessToken(requestOf(page))).rejects.toMatchObject({ code: 'unauthorized' });
  });
});

describe('one refresh for all', () => {
  test('of 1,000 requests at once, and each costs at most what the refresh costs', async () => {
    const counting = createCountingStore();
    const app = createTokenApp({ store: counting.store });
    const page = await signIn(app, app.browser());
    await advance(EXPIRED_SECONDS);
    const tokens = await Promise.all(Array.from({ length: 1000 }, () => app.handler.accessToken(requestOf(page))));
    expect(new Set(tokens.map((token) => token?.token))).toEqual(new Set(['access-1']));
    expect(app.refresh).toHaveBeenCalledTimes(1);
  });

  test('between processes, also if one read the session before the other refreshed it', async () => {
    const memory = createMemoryStore();
    const slow = deferred<void>();
    let holds = false;
    const store: CibaStore = {
      ...memory,
      async batch(steps) {
        const answers = await memory.batch(steps);
        if (holds) {
          holds = false;
          await slow.promise;
        }
        return answers;
      },
    };
    const methods = createTokenMethods();
    const first = createTokenApp({ store: memory }, methods);
    const second = createTokenApp({ store }, methods);
    const page = await signIn(first, first.browser());
    await advance(EXPIRED_SECONDS);
    holds = true;
    const late = second.handler.accessToken(requestOf(page));
    expect(await first.handler.accessToken(requestOf(page))).toEqual(bearer('access-1'));
    slow.resolve();
    expect(await late).toEqual(bearer('access-1'));
    expect(methods.refresh).toHaveBeenCalledTimes(1);
  });

  test('between processes: the others wait for it', async () => {
    const store = createMemoryStore();
    const methods = createTokenMethods();
    const apps = [1, 2, 3].map(() => createTokenApp({ store }, methods));
    const [first] = apps as [ReturnType<typeof createTokenApp>];
    const page = await signIn(first, first.browser());
    await advance(EXPIRED_SECONDS);
    const answer = deferred<void>();
    methods.refresh.mockImplementationOnce(async (session) => {
      await answer.promise;
      return { status: 'refreshed', session: rotate(session as ReturnType<typeof createSession>) };
    });
    const tokens = Promise.all(apps.map((app) => app.handler.accessToken(requestOf(page))));
    await advance(3);
    answer.resolve();
    await advance(1);
    expect(await tokens).toEqual([1, 2, 3].map(() => bearer('access-1')));
    expect(methods.refresh).toHaveBeenCalledTimes(1);
  });

  test('while it runs, a token that is still valid is given out to other processes at once', async () => {
    const store = createMemoryStore();
    const methods = createTokenMethods();
    const [first, second] = [createTokenApp({ store }, methods), createTokenApp({ store }, methods)];
    const page = await signIn(first, first.browser());
    await advance(NEARLY_EXPIRED_SECONDS);
    const answer = deferred<RefreshResult<Session>>();
    methods.refresh.mockReturnValueOnce(answer.promise);
    const refreshing = first.handler.accessToken(requestOf(page));
    await advance(0);
    expect(await second.handler.accessToken(requestOf(page))).toEqual(bearer('access-0'));
    answer.resolve({ status: 'refreshed', session: rotate(createSession()) });
    expect(await refreshing).toEqual(bearer('access-1'));
  });
});

describe('one round trip to the store', () => {
  test('is what `session` and `accessToken` cost with a fresh token', async () => {
    const counting = createCountingStore();
    const app = createTokenApp({ store: counting.store });
    const page = await signIn(app, app.browser());
    counting.take();
    await app.handler.session(requestOf(page));
    expect(counting.take()).toBe(1);
    await app.handler.accessToken(requestOf(page));
    expect(counting.take()).toBe(1);
    await page.get('session');
    expect(counting.take()).toBe(1);
    // The use is written once in a twentieth of the idle lifetime.
    await advance(190);
    counting.take();
    await app.handler.session(requestOf(page));
    expect(counting.take()).toBe(2);
    await app.handler.session(requestOf(page));
    expect(counting.take()).toBe(1);
  });
});

describe('when the provider says no', () => {
  test.each([
    ['refused', { status: 'ended' }],
    ['reused', { status: 'ended', reused: true }],
  ] as const)('the session ends, is told as %s, and the page hears of it', async (reason, result) => {
    const app = createTokenApp();
    const page = await signIn(app, app.browser());
    await advance(NEARLY_EXPIRED_SECONDS);
    app.refresh.mockResolvedValueOnce(result);
    expect(await app.handler.accessToken(requestOf(page))).toBeNull();
    expect(await shownTo(page)).toBeNull();
    expect(endsOf(app.events)).toEqual([reason]);
    expect(app.revoke).toHaveBeenCalledTimes(1);
    expect(await app.handler.accessToken(requestOf(page))).toBeNull();
    expect(app.refresh).toHaveBeenCalledTimes(1);
  });
});

describe('a refresh that surely did not arrive', () => {
  test('leaves a token that is still valid in use, and is repeated after a pause', async () => {
    const app = createTokenApp();
    const page = await signIn(app, app.browser());
    await advance(NEARLY_EXPIRED_SECONDS);
    app.refresh.mockRejectedValueOnce(away());
    for (let times = 0; times < 3; times += 1) {
      expect(await app.handler.accessToken(requestOf(page))).toEqual(bearer('access-0'));
    }
    expect(app.refresh).toHaveBeenCalledTimes(1);
    await advance(3);
    expect(await app.handler.accessToken(requestOf(page))).toEqual(bearer('access-1'));
    expect(app.events).toContainEqual(expect.objectContaining({ type: 'failed', during: 'refresh', code: 'network' }));
  });

  test('throws once the token has ended, and throws no one out', async () => {
    const app = createTokenApp();
    const page = await signIn(app, app.browser());
    await advance(EXPIRED_SECONDS);
    app.refresh.mockRejectedValueOnce(away());
    await expect(app.handler.accessToken(requestOf(page))).rejects.toMatchObject({ code: 'network' });
    await expect(app.handler.accessToken(requestOf(page))).rejects.toMatchObject({
      code: 'unavailable',
      retryAfter: 2,
    });
    expect(await shownTo(page)).toEqual({ name: 'Ada' });
    await advance(3);
    expect(await app.handler.accessToken(requestOf(page))).toEqual(bearer('access-1'));
    expect(endsOf(app.events)).toEqual([]);
  });

  test('waits for as long as the provider asks', async () => {
    const app = createTokenApp();
    const page = await signIn(app, app.browser());
    await advance(EXPIRED_SECONDS);
    app.refresh.mockRejectedValueOnce(new CibaError('rateLimited', 'Too many.', { retryAfter: 20 }));
    await expect(app.handler.accessToken(requestOf(page))).rejects.toMatchObject({ code: 'rateLimited' });
    await advance(15);
    await expect(app.handler.accessToken(requestOf(page))).rejects.toMatchObject({ code: 'unavailable' });
    expect(app.refresh).toHaveBeenCalledTimes(1);
    await advance(6);
    expect(await app.handler.accessToken(requestOf(page))).toEqual(bearer('access-1'));
  });

  test('waits for five minutes at most, although the provider asks for a week', async () => {
    const app = createTokenApp();
    const page = await signIn(app, app.browser());
    await advance(EXPIRED_SECONDS);
    app.refresh.mockRejectedValueOnce(new CibaError('rateLimited', 'Too many.', { retryAfter: 604_800 }));
    await expect(app.handler.accessToken(requestOf(page))).rejects.toMatchObject({ code: 'rateLimited' });
    await advance(299);
    await expect(app.handler.accessToken(requestOf(page))).rejects.toMatchObject({ code: 'unavailable' });
    await advance(2);
    expect(await app.handler.accessToken(requestOf(page))).toEqual(bearer('access-1'));
  });
});

describe('a clock that was hours ahead for a moment', () => {
  const HOURS_MS = 5 * 3_600_000;

  /** The handler reads its clock while it is wrong. Its own clock never goes back, so it stays ahead. */
  async function beAheadFor(act: () => Promise<unknown>) {
    vi.setSystemTime(Date.now() + HOURS_MS);
    await act();
    vi.setSystemTime(Date.now() - HOURS_MS);
  }

  test('makes no token that came afterwards look expired', async () => {
    const app = createTokenApp();
    await beAheadFor(() => signIn(app, app.browser()));
    const page = await signIn(app, app.browser());
    for (let times = 0; times < 3; times += 1) {
      expect(await app.handler.accessToken(requestOf(page))).toEqual(bearer('access-0'));
    }
    expect(app.refresh).not.toHaveBeenCalled();
  });

  test('ends no session that follows its tokens', async () => {
    const app = createTokenApp({ sessionFollows: 'tokens' });
    await beAheadFor(() => signIn(app, app.browser()));
    const page = await signIn(app, app.browser());
    expect(await shownTo(page)).toEqual({ name: 'Ada' });
    await advance(1801);
    expect(await shownTo(page)).toBeNull();
    expect(endsOf(app.events)).toContain('expired');
  });

  test('has tokens that came under it replaced, because nobody knows when they end', async () => {
    const app = createTokenApp();
    const page = app.browser();
    await beAheadFor(() => signIn(app, page));
    expect(await app.handler.accessToken(requestOf(page))).toEqual(bearer('access-1'));
    expect(await app.handler.accessToken(requestOf(page))).toEqual(bearer('access-1'));
    expect(app.refresh).toHaveBeenCalledTimes(1);
  });

  test('in another process takes no refresh for one that was lost', async () => {
    const store = createMemoryStore({ now: () => 1_800_000_000_000 });
    const methods = createTokenMethods();
    const [here, there] = [createTokenApp({ store }, methods), createTokenApp({ store }, methods)];
    await beAheadFor(() => there.handler.session(requestOf(there.browser())));
    await beAheadFor(() => signIn(there, there.browser()));
    const page = await signIn(here, here.browser());
    await advance(NEARLY_EXPIRED_SECONDS);
    const answer = deferred<RefreshResult<Session>>();
    methods.refresh.mockReturnValueOnce(answer.promise);
    const slow = here.handler.accessToken(requestOf(page));
    await advance(0);
    expect(await there.handler.accessToken(requestOf(page))).toEqual(bearer('access-0'));
    answer.resolve({ status: 'refreshed', session: rotate(createSession()) });
    expect(await slow).toEqual(bearer('access-1'));
    expect([...endsOf(here.events), ...endsOf(there.events)]).toEqual([]);
  });
});

describe('new tokens that this process can not open, because it does not know the secret yet', () => {
  const [OLD, NEW] = ['old secret of 32 characters, right', 'new secret of 32 characters, right'] as const;

  async function refreshInNewProcess() {
    const store = createMemoryStore();
    const methods = createTokenMethods();
    const before = createTokenApp({ store, secrets: [OLD] }, methods);
    const after = createTokenApp({ store, secrets: [NEW, OLD] }, methods);
    const page = await signIn(before, before.browser());
    await advance(NEARLY_EXPIRED_SECONDS);
    expect(await after.handler.accessToken(requestOf(page))).toEqual(bearer('access-1'));
    const seen = new TestBrowser((request) => before.handler(request), ORIGIN);
    for (const [name, value] of page.cookies) seen.cookies.set(name, value);
    return { before, after, page: seen, methods };
  }

  test('are never replaced by the older ones, and the session stays open', async () => {
    const { before, after, page, methods } = await refreshInNewProcess();
    const unavailable = { code: 'unavailable', retryAfter: 2 };
    await expect(before.handler.accessToken(requestOf(page))).rejects.toMatchObject(unavailable);
    await expect(before.handler.sessionWithTokens(requestOf(page))).rejects.toMatchObject(unavailable);
    await expect(before.handler.session(requestOf(page))).rejects.toMatchObject(unavailable);
    expect((await page.get('session')).status).toBe(503);
    expect(methods.refresh).toHaveBeenCalledTimes(1);
    expect(await after.handler.accessToken(requestOf(page))).toEqual(bearer('access-1'));
    expect([...endsOf(before.events), ...endsOf(after.events)]).toEqual([]);
  });

  test('do not keep the user from signing out, and are revoked by a process that can open them', async () => {
    const { before, after, page } = await refreshInNewProcess();
    expect((await page.post('sign-out', {})).status).toBe(204);
    expect(await after.handler.session(requestOf(page))).toBeNull();
    expect(before.revoke).not.toHaveBeenCalled();
    await before.handler.stop();
    await advance(700);
    expect(after.revoke).toHaveBeenCalledExactlyOnceWith(expect.objectContaining({ refreshToken: 'refresh-1' }));
  });

  test('do not keep the user from signing in again', async () => {
    const { before, page } = await refreshInNewProcess();
    await signIn(before, page);
    expect(await before.handler.accessToken(requestOf(page))).toEqual(bearer('access-0'));
    expect(endsOf(before.events)).toEqual(['replaced']);
  });
});

describe('a refresh whose outcome is unknown', () => {
  test('is not repeated: the session ends, with an event', async () => {
    const app = createTokenApp();
    const page = await signIn(app, app.browser());
    await advance(NEARLY_EXPIRED_SECONDS);
    app.refresh.mockRejectedValueOnce(unknownOutcome());
    expect(await app.handler.accessToken(requestOf(page))).toBeNull();
    expect(await shownTo(page)).toBeNull();
    expect(endsOf(app.events)).toEqual(['refreshLost']);
    expect(app.refresh).toHaveBeenCalledTimes(1);
  });

  test('because its process died is not repeated by another one', async () => {
    const store = createMemoryStore();
    const methods = createTokenMethods();
    const mortal = createMortalStore(store);
    const [dying, other] = [createTokenApp({ store: mortal.store }, methods), createTokenApp({ store }, methods)];
    const page = await signIn(dying, dying.browser());
    await advance(EXPIRED_SECONDS);
    methods.refresh.mockReturnValueOnce(new Promise(() => undefined));
    void dying.handler.accessToken(requestOf(page));
    await advance(0);
    mortal.die();
    const waiting = other.handler.accessToken(requestOf(page)).catch((caught: CibaError) => caught.code);
    await advance(11);
    expect(await waiting).toBe('unavailable');
    await advance(70);
    expect(await other.handler.accessToken(requestOf(page))).toBeNull();
    expect(methods.refresh).toHaveBeenCalledTimes(1);
    expect(endsOf(other.events)).toEqual(['refreshLost']);
  });

  test('with an answer that comes too late gives its tokens back', async () => {
    const store = createMemoryStore();
    const methods = createTokenMethods();
    const [slow, other] = [createTokenApp({ store }, methods), createTokenApp({ store }, methods)];
    const page = await signIn(slow, slow.browser());
    await advance(EXPIRED_SECONDS);
    const answer = deferred<RefreshResult<Session>>();
    methods.refresh.mockReturnValueOnce(answer.promise);
    const late = slow.handler.accessToken(requestOf(page));
    await advance(80);
    expect(await other.handler.accessToken(requestOf(page))).toBeNull();
    const session = rotate(createSession());
    answer.resolve({ status: 'refreshed', session });
    expect(await late).toBeNull();
    await advance(1);
    expect(slow.revoke).toHaveBeenLastCalledWith(session);
    expect(await shownTo(page)).toBeNull();
  });

  test('with an answer that makes no sense ends the session', async () => {
    const app = createTokenApp();
    const page = await signIn(app, app.browser());
    await advance(EXPIRED_SECONDS);
    app.refresh.mockResolvedValueOnce({ status: 'renewed' } as never);
    expect(await app.handler.accessToken(requestOf(page))).toBeNull();
    expect(endsOf(app.events)).toEqual(['refreshLost']);
  });
});

describe('while a session is refreshed', () => {
  /** Signs in, and holds the refresh. */
  async function refreshing(store: CibaStore = createMemoryStore()) {
    const app = createTokenApp({ store });
    const page = await signIn(app, app.browser());
    await advance(EXPIRED_SECONDS);
    const answer = deferred<void>();
    const session = rotate(createSession());
    app.refresh.mockImplementationOnce(async () => {
      await answer.promise;
      return { status: 'refreshed', session };
    });
    const token = app.handler.accessToken(requestOf(page));
    await advance(0);
    return { app, page, token, session, arrive: answer.resolve };
  }

  test('the user signs out: nobody is signed in, and the new tokens are revoked', async () => {
    const { app, page, token, session, arrive } = await refreshing();
    const cookies = new Map(page.cookies);
    await page.post('sign-out', {});
    arrive();
    expect(await token).toBeNull();
    for (const [name, value] of cookies) page.cookies.set(name, value);
    expect(await shownTo(page)).toBeNull();
    expect(app.revoke).toHaveBeenCalledWith(session);
  });

  test('the user signs out, and the revocation hangs: the new tokens are revoked, too', async () => {
    const { app, page, token, session, arrive } = await refreshing();
    const hanging = deferred<undefined>();
    app.revoke.mockReturnValueOnce(hanging.promise);
    void page.post('sign-out', {});
    await advance(0);
    arrive();
    expect(await token).toBeNull();
    expect(app.revoke).toHaveBeenLastCalledWith(session);
    expect(app.events.filter(({ type }) => type === 'refreshed')).toEqual([]);
    hanging.resolve(undefined);
  });

  test('the store loses the session: nobody is signed in, and the new tokens are revoked', async () => {
    const memory = createMemoryStore();
    const kept = new Set<string>();
    const store: CibaStore = {
      ...memory,
      async batch(steps) {
        for (const [method, key] of steps) if (method === 'set') kept.add(key);
        return memory.batch(steps);
      },
    };
    const { app, page, token, session, arrive } = await refreshing(store);
    for (const key of kept) if (key.includes(' session:')) await memory.delete(key);
    arrive();
    expect(await token).toBeNull();
    expect(await shownTo(page)).toBeNull();
    expect(app.revoke).toHaveBeenCalledExactlyOnceWith(session);
  });

  test('the store is away for a while: the new tokens are held, and nobody is thrown out', async () => {
    const memory = createMemoryStore();
    let down = false;
    const store = new Proxy(memory, {
      get(target, name) {
        const method: unknown = Reflect.get(target, name);
        if (typeof method !== 'function') return method;
        return async (...values: readonly unknown[]) => {
          if (down) throw new CibaError('unavailable', 'The store is away.');
          return Reflect.apply(method, target, values) as unknown;
        };
      },
    });
    const { app, page, token, arrive } = await refreshing(store);
    down = true;
    arrive();
    await advance(20);
    down = false;
    await advance(3);
    expect(await token).toEqual(bearer('access-1'));
    expect(await app.handler.accessToken(requestOf(page))).toEqual(bearer('access-1'));
    expect(endsOf(app.events)).toEqual([]);
    expect(app.revoke).not.toHaveBeenCalled();
  });

  test('its process dies after the tokens were stored: the next refresh goes on from them', async () => {
    const memory = createMemoryStore();
    let claims = true;
    const store: CibaStore = {
      ...memory,
      deleteIfEquals: async (key, value) => claims && memory.deleteIfEquals(key, value),
    };
    const app = createTokenApp({ store });
    const page = await signIn(app, app.browser());
    await advance(EXPIRED_SECONDS);
    claims = false;
    expect(await app.handler.accessToken(requestOf(page))).toEqual(bearer('access-1'));
    claims = true;
    await advance(EXPIRED_SECONDS);
    expect(await app.handler.accessToken(requestOf(page))).toEqual(bearer('access-2'));
    expect(endsOf(app.events)).toEqual([]);
  });
});

describe('sessionFollows', () => {
  test("'own' leaves a session open after its tokens ended", async () => {
    const app = createTokenApp({ sessionIdleLifetime: 7200 });
    const page = await signIn(app, app.browser());
    await advance(3600);
    expect(await shownTo(page)).toEqual({ name: 'Ada' });
  });

  test("'tokens' ends a session with its refresh token, and each refresh moves that end", async () => {
    const app = createTokenApp({ sessionFollows: 'tokens', sessionIdleLifetime: 7200 });
    const page = await signIn(app, app.browser());
    await advance(1700);
    expect(await app.handler.accessToken(requestOf(page))).toEqual(bearer('access-1'));
    await advance(1700);
    expect(await shownTo(page)).toEqual({ name: 'Ada' });
    await advance(101);
    expect(await shownTo(page)).toBeNull();
    expect(endsOf(app.events)).toEqual(['expired']);
    expect(app.revoke).toHaveBeenCalledTimes(1);
  });

  test("'tokens' ends a session with its access token if it has no other, and never after its own end", async () => {
    const app = createTokenApp({ sessionFollows: 'tokens' });
    const { refreshToken: _, ...session } = createSession();
    const page = await signIn(app, app.browser(), session);
    await advance(EXPIRED_SECONDS);
    expect(await shownTo(page)).toBeNull();

    const short = createTokenApp({ sessionFollows: 'tokens', sessionLifetime: 60 });
    const other = await signIn(short, short.browser());
    await advance(61);
    expect(await shownTo(other)).toBeNull();
  });

  test('must be one of the two', () => {
    expect(() => createTokenApp({ sessionFollows: 'provider' as never })).toThrow(/`sessionFollows`/);
    expect(() => createTokenApp({ maxSessions: 0 })).toThrow(/`maxSessions`/);
  });
});

describe('a store that fails before the refresh is sent', () => {
  /** Fails so many calls that `isMeant`. Writes still arrive; their answers are lost. */
  function createForgetfulStore(isMeant: (method: string, key: string) => boolean, times = 1) {
    let left = 0;
    const inner = createMemoryStore();
    const store: CibaStore = new Proxy(inner, {
      get(target, name) {
        const method: unknown = Reflect.get(target, name);
        if (typeof method !== 'function') return method;
        return async (...values: readonly unknown[]) => {
          const answer: unknown = await Reflect.apply(method, target, values);
          if (left > 0 && isMeant(String(name), JSON.stringify(values[0]))) {
            left -= 1;
            throw new CibaError('timeout', 'No answer of the store.');
          }
          return answer;
        };
      },
    });
    return { store, fail: () => void (left = times) };
  }

  test.each([
    ['when the claim is written', (method: string, key: string) => method === 'setIfAbsent' && / refresh:/.test(key)],
    ['after the claim', (method: string, key: string) => method === 'batch' && / refreshed:/.test(key)],
  ])('%s throws nobody out', async (_, isMeant) => {
    let calls = 0;
    const isLate = (method: string, key: string) => isMeant(method, key) && (method !== 'batch' || (calls += 1) === 2);
    const forgetful = createForgetfulStore(isLate);
    const app = createTokenApp({ store: forgetful.store });
    const page = await signIn(app, app.browser());
    await advance(EXPIRED_SECONDS);
    calls = 0;
    forgetful.fail();
    await expect(app.handler.accessToken(requestOf(page))).rejects.toMatchObject({ code: 'timeout' });
    expect(app.refresh).not.toHaveBeenCalled();
    await advance(120);
    expect(await app.handler.accessToken(requestOf(page))).toEqual(bearer('access-1'));
    expect(endsOf(app.events)).toEqual([]);
  });
});

test('a stop waits until new tokens are kept', async () => {
  const app = createTokenApp();
  const page = await signIn(app, app.browser());
  await advance(EXPIRED_SECONDS);
  const answer = deferred<RefreshResult<Session>>();
  app.refresh.mockReturnValueOnce(answer.promise);
  const token = app.handler.accessToken(requestOf(page));
  await advance(1);
  let stopped = false;
  const stopping = app.handler.stop().then(() => void (stopped = true));
  await advance(1);
  expect(stopped).toBe(false);
  answer.resolve({ status: 'refreshed', session: createSession({ accessToken: 'access-9' }) });
  expect(await token).toEqual(bearer('access-9'));
  await stopping;
});

test('a refresh whose adapter never settles ends the session, and hangs nobody', async () => {
  const app = createTokenApp();
  const page = await signIn(app, app.browser());
  await advance(EXPIRED_SECONDS);
  app.refresh.mockReturnValueOnce(new Promise(() => undefined));
  const token = app.handler.accessToken(requestOf(page));
  await advance(50);
  expect(await token).toBeNull();
  expect(endsOf(app.events)).toEqual(['refreshLost']);
});
