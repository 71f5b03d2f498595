// @vitest-environment node
import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest';
import { createMemoryStore } from '../../src/server/index.js';
import type { CibaStore } from '../../src/server/index.js';
import { advance, useFakeTime } from './harness.js';
import {
  createMortalStore,
  createSession,
  createTokenApp,
  createTokenMethods,
  endsOf,
  shownTo,
  signIn,
} from './token-backend.js';

beforeEach(useFakeTime);
afterEach(() => void vi.useRealTimers());

describe('a session that nobody comes back to', () => {
  test('is revoked when it was idle for too long', async () => {
    const app = createTokenApp({ sessionIdleLifetime: 600 });
    const session = createSession();
    await signIn(app, app.browser(), session);
    await advance(600);
    expect(app.revoke).not.toHaveBeenCalled();
    await advance(121);
    expect(app.revoke).toHaveBeenCalledExactlyOnceWith(session);
    expect(endsOf(app.events)).toEqual(['idle']);
    await advance(3600);
    expect(app.revoke).toHaveBeenCalledTimes(1);
  });

  test('is left alone as long as it is used, and is revoked at the end of its lifetime', async () => {
    const app = createTokenApp({ sessionIdleLifetime: 600, sessionLifetime: 3600 });
    const page = await signIn(app, app.browser());
    for (let minutes = 5; minutes < 60; minutes += 5) {
      await advance(300);
      expect(await shownTo(page)).toEqual({ name: 'Ada' });
    }
    expect(app.revoke).not.toHaveBeenCalled();
    await advance(422);
    expect(app.revoke).toHaveBeenCalledTimes(1);
    expect(endsOf(app.events)).toEqual(['expired']);
    expect(await shownTo(page)).toBeNull();
  });

  test('is not kept from being idle by a page that only looks', async () => {
    const app = createTokenApp({ sessionIdleLifetime: 600 });
    const page = await signIn(app, app.browser());
    for (let minutes = 1; minutes < 10; minutes += 1) {
      await advance(60);
      const { body } = await page.get('session', { 'x-ciba-background': '1' });
      expect(body['session']).toEqual({ name: 'Ada' });
    }
    await advance(61);
    expect((await page.get('session', { 'x-ciba-background': '1' })).body['session']).toBeNull();
  });

  test('is revoked once, by one of several processes', async () => {
    const store = createMemoryStore();
    const methods = createTokenMethods();
    const apps = [1, 2, 3].map(() => createTokenApp({ store, sessionIdleLifetime: 600 }, methods));
    const [first] = apps as [ReturnType<typeof createTokenApp>];
    await signIn(first, first.browser());
    for (const app of apps) await app.browser().get('session');
    await advance(800);
    expect(apps.flatMap(({ revoke }) => revoke.mock.calls)).toHaveLength(1);
  });

  test('is revoked by another process if its own has died', async () => {
    const store = createMemoryStore();
    const methods = createTokenMethods();
    const dying = createTokenApp({ store, sessionIdleLifetime: 600 }, methods);
    await signIn(dying, dying.browser());
    await dying.handler.stop();
    await advance(3000);
    const other = createTokenApp({ store, sessionIdleLifetime: 600 }, methods);
    await other.browser().get('session');
    await advance(61);
    expect(dying.revoke).not.toHaveBeenCalled();
    expect(other.revoke).toHaveBeenCalledTimes(1);
  });

  test('is revoked if its end was interrupted', async () => {
    const store = createMemoryStore();
    const methods = createTokenMethods();
    const mortal = createMortalStore(store);
    const dying = createTokenApp({ store: mortal.store, revoke: () => new Promise(() => undefined) }, methods);
    const page = await signIn(dying, dying.browser());
    void page.post('sign-out', {});
    await advance(0);
    mortal.die();
    const other = createTokenApp({ store }, methods);
    await other.browser().get('session');
    await advance(130);
    expect(other.revoke).toHaveBeenCalledTimes(1);
    await advance(300);
    expect(other.revoke).toHaveBeenCalledTimes(1);
  });

  test('is revoked if no browser ever collected it, also by another process', async () => {
    const store = createMemoryStore();
    const methods = createTokenMethods();
    const dying = createTokenApp({ store }, methods);
    const page = dying.browser();
    const { body } = await page.initiate('ada@example.com');
    const session = createSession();
    dying.backend.poll.mockResolvedValueOnce({ status: 'approved', session });
    const gone = new AbortController();
    const lost = page.post('poll', { id: body['id'] }, { signal: gone.signal });
    gone.abort();
    await lost;
    // The process dies: its own timers never fire.
    vi.clearAllTimers();
    const other = createTokenApp({ store }, methods);
    await other.browser().get('session');
    await advance(300);
    expect(other.revoke).toHaveBeenCalledExactlyOnceWith(session);
    expect(endsOf(other.events)).toEqual([]);
  });
});

describe('what a sweep leaves alone', () => {
  test("the tokens of an app that keeps sessions of its own, which are the app's", async () => {
    const app = createTokenApp({ onApproved: () => ['sid=1'], sessionIdleLifetime: 600 });
    await signIn(app, app.browser());
    await advance(24 * 3600);
    expect(app.revoke).not.toHaveBeenCalled();
  });

  test('the other sessions, if one of them can not be read', async () => {
    const methods = createTokenMethods();
    const { sessionInfo } = methods;
    let breaks = false;
    const app = createTokenApp(
      { sessionIdleLifetime: 600, sessionFollows: 'tokens' },
      {
        ...methods,
        sessionInfo(session) {
          if (breaks && session.name === 'Broken') throw new TypeError('Broken.');
          return sessionInfo(session);
        },
      },
    );
    await signIn(app, app.browser(), createSession({ name: 'Broken' }));
    const session = createSession();
    await signIn(app, app.browser(), session, { hint: 'eve' });
    breaks = true;
    await advance(800);
    expect(app.revoke).toHaveBeenCalledExactlyOnceWith(session);
    expect(app.events).toContainEqual(expect.objectContaining({ type: 'failed', during: 'sweep' }));
  });

  test('the store, if another process swept in this minute', async () => {
    const memory = createMemoryStore();
    const readIndex = vi.spyOn(memory, 'readIndex');
    const methods = createTokenMethods();
    for (const app of [1, 2, 3].map(() => createTokenApp({ store: memory }, methods)))
      await app.browser().get('session');
    await advance(61);
    // Sessions and logouts that are due, each once.
    expect(readIndex).toHaveBeenCalledTimes(2);
  });

  test('everything after the handler stopped', async () => {
    const calls = vi.fn();
    const store: CibaStore = new Proxy(createMemoryStore(), {
      get(target, name) {
        calls();
        return Reflect.get(target, name) as unknown;
      },
    });
    const app = createTokenApp({ store });
    await app.browser().get('session');
    await app.handler.stop();
    calls.mockClear();
    await advance(600);
    expect(calls).not.toHaveBeenCalled();
  });
});
