// @vitest-environment node
import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest';
import { createMemoryStore } from '../../../src/server/index.js';
import type { CibaStore } from '../../../src/server/index.js';
import { CibaError } from '../../../src/contract/index.js';
import { ADA, advance, createApp, deferred, useFakeTime } from '../harness.js';
import type { Session, TestBrowser } from '../harness.js';

beforeEach(useFakeTime);
afterEach(() => void vi.useRealTimers());

const EVE: Session = { sub: '2', name: 'Eve', accessToken: 'access-token-of-eve' };

type App = ReturnType<typeof createApp>;

async function signIn({ backend }: App, page: TestBrowser, session = ADA) {
  const { body } = await page.initiate('ada@example.com');
  backend.poll.mockResolvedValueOnce({ status: 'approved', session });
  expect((await page.poll(body['id'])).body['status']).toBe('approved');
  return body['id'];
}

/** A store that stops at the write that lets a session live on, until the test lets it go on. */
function slowStore() {
  const inner = createMemoryStore();
  const gate = deferred<void>();
  const sessions = new Map<string, number>();
  const store: CibaStore = {
    ...inner,
    async batch(steps) {
      for (const [method, key] of steps) {
        if (method !== 'set' || !key.includes(' session:')) continue;
        const writes = (sessions.get(key) ?? 0) + 1;
        sessions.set(key, writes);
        // The first write opens the session, and the second one keeps it.
        if (writes === 2) await gate.promise;
      }
      return inner.batch(steps);
    },
  };
  return { store, goOn: gate.resolve };
}

describe('S10: a sign-out', () => {
  test('wins against a poll that is still collecting the same approval', async () => {
    const { store, goOn } = slowStore();
    const app = createApp({ store });
    const page = app.browser();
    const { body } = await page.initiate('ada@example.com');
    app.backend.poll.mockResolvedValueOnce({ status: 'approved', session: ADA });
    const slow = page.postLost('poll', { id: body['id'] });
    await advance(0);

    expect((await page.poll(body['id'])).body['status']).toBe('approved');
    const cookie = page.session ?? '';
    expect((await page.post('sign-out', {})).status).toBe(204);
    goOn();
    expect((await slow).status).toBe(404);
    page.cookies.set('__Host-ciba-session+api+ciba', cookie);
    expect((await page.get('session')).body).toEqual({ session: null });
    expect(app.revoke).toHaveBeenCalledExactlyOnceWith(ADA);
  });

  test('that is sent twice revokes once', async () => {
    const app = createApp();
    const page = app.browser();
    await signIn(app, page);
    await Promise.all([page.postLost('sign-out', {}), page.postLost('sign-out', {})]);
    expect(app.revoke).toHaveBeenCalledTimes(1);
  });
});

describe('S10: what ends is given back to the provider', () => {
  test('a session that another sign-in of its browser replaced', async () => {
    const app = createApp();
    const page = app.browser();
    await signIn(app, page);
    await advance(60);
    await signIn(app, page, EVE);
    expect(app.revoke).toHaveBeenCalledExactlyOnceWith(ADA);
    expect((await page.get('session')).body).toEqual({ session: { name: 'Eve' } });
  });

  test('a session that was idle for too long, once, when its browser comes back', async () => {
    const app = createApp({ sessionIdleLifetime: 600 });
    const page = app.browser();
    await signIn(app, page);
    await advance(601);
    expect(app.revoke).not.toHaveBeenCalled();
    const replies = await Promise.all([1, 2, 3].map(() => page.get('session')));
    for (const { body } of replies) expect(body).toEqual({ session: null });
    expect(app.revoke).toHaveBeenCalledExactlyOnceWith(ADA);
    expect(app.events).toContainEqual({ type: 'revoked' });
  });

  test('an approval by another subject, or with too low a level, at once', async () => {
    const base = createApp().backend;
    const adapter = { ...base, approver: ({ sub }: Session) => ({ subject: sub, acr: 'low' }) };
    for (const asked of [{ subject: '2' }, { acrValues: 'high' }]) {
      const app = createApp({ adapter, authRequest: (loginHint) => ({ loginHint, ...asked }) });
      const page = app.browser();
      const { body } = await page.initiate('ada@example.com');
      base.poll.mockResolvedValueOnce({ status: 'approved', session: ADA });
      expect((await page.poll(body['id'])).body).toEqual({ error: 'refused' });
      expect(app.revoke).toHaveBeenCalledExactlyOnceWith(ADA);
    }
  });

  test('an approval for which the app opens no session', async () => {
    const app = createApp({
      onApproved: () => Promise.reject(new CibaError('sessionRefused', 'This user may not sign in.')),
    });
    const page = app.browser();
    const { body } = await page.initiate('ada@example.com');
    app.backend.poll.mockResolvedValueOnce({ status: 'approved', session: ADA });
    expect((await page.poll(body['id'])).body).toEqual({ error: 'sessionRefused' });
    await advance(60);
    expect(app.revoke).toHaveBeenCalledExactlyOnceWith(ADA);
  });
});
