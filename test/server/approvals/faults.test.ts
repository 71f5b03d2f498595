// @vitest-environment node
import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest';
import { CibaError } from '../../../src/contract/index.js';
import { createCibaHandler, createMemoryStore } from '../../../src/server/index.js';
import type { CibaStore } from '../../../src/server/index.js';
import { advance, deferred, useFakeTime } from '../harness.js';
import { createRemoteStore } from '../round-trip-store.js';
import { ADA, askToPay, createApp, NO_LIMITS, ORIGIN } from './harness.js';

beforeEach(useFakeTime);
afterEach(() => void vi.useRealTimers());

const away = () => Promise.reject(new CibaError('unavailable', 'The store is away.'));

/** A store that can be away, for every key or for some. */
function createShakyStore(store = createMemoryStore()) {
  let isAway = (_key: string) => false;
  const shaky = new Proxy(store, {
    get(target, name: keyof CibaStore) {
      const method = target[name] as (...values: readonly unknown[]) => Promise<unknown>;
      return (...values: readonly unknown[]) => {
        const keys = name === 'batch' ? (values[0] as readonly string[][]).map(([, key]) => key) : [values[0]];
        return keys.some((key) => isAway(`${name} ${String(key)}`)) ? away() : method.apply(target, [...values]);
      };
    },
  });
  return {
    store: shaky as CibaStore,
    fail: (which: RegExp | null) => {
      isAway = (key) => which?.test(key) ?? false;
    },
  };
}

describe('a store that is away', () => {
  test('sends no push, and answers 503', async () => {
    const { store, fail } = createShakyStore();
    const app = createApp({ store });
    fail(/./);
    const reply = await app.pay(app.page(), 'ask');
    expect(reply).toMatchObject({ status: 503, body: { error: 'unavailable' } });
    expect(app.backend.initiate).not.toHaveBeenCalled();
    fail(null);
    expect((await app.pay(app.page(), 'ask')).status).toBe(401);
  });

  test('after the push withdraws the request, and leaves neither a place nor a claim behind', async () => {
    const { store, fail } = createShakyStore();
    const app = createApp({ store });
    app.backend.initiate.mockImplementationOnce(async () => {
      fail(/set .* (login|schedule):/);
      return { id: 'handle', expiresIn: 90, interval: 3, resumable: true };
    });
    const asked = app.pay(app.page(), 'ask');
    await advance(35);
    expect((await asked).status).toBe(503);
    expect(app.backend.cancel).toHaveBeenCalledOnce();
    expect(app.events).not.toContainEqual(expect.objectContaining({ type: 'created' }));
    fail(null);
    expect((await app.pay(app.page(), 'ask')).body).toMatchObject({ approval: expect.any(String) });
  });

  test('for a moment after the push loses nothing', async () => {
    const { store, fail } = createShakyStore();
    const app = createApp({ store });
    app.backend.initiate.mockImplementationOnce(async () => {
      fail(/set .* login:/);
      return { id: 'handle', expiresIn: 90, interval: 3, resumable: true };
    });
    const asked = app.pay(app.page(), 'ask');
    await advance(1);
    fail(null);
    await advance(3);
    const { body } = await asked;
    app.approve();
    expect((await app.page().poll(body['approval'])).body).toMatchObject({ status: 'approved' });
    expect(app.backend.cancel).not.toHaveBeenCalled();
  });

  test('while the page polls leaves the approval open, and the tokens are not lost', async () => {
    const { store, fail } = createShakyStore();
    const app = createApp({ store });
    const { body } = await app.pay(app.page(), 'ask');
    app.backend.poll.mockImplementationOnce(async () => {
      fail(/receipt:|kept:/);
      return { status: 'approved', session: ADA };
    });
    const polled = app.page().poll(body['approval']);
    await advance(2);
    fail(null);
    await advance(3);
    expect((await polled).body).toMatchObject({ status: 'approved' });
    expect((await app.pay(app.page(), body['approval'])).body).toEqual({ paid: true });
  });

  test('while a receipt is read does not use it up', async () => {
    const { store, fail } = createShakyStore();
    const app = createApp({ store });
    const id = await app.approved(app.page());
    fail(/receipt:/);
    expect((await app.pay(app.page(), id)).status).toBe(503);
    expect(app.paid).toEqual([]);
    fail(null);
    expect((await app.pay(app.page(), id)).body).toEqual({ paid: true });
  });

  test('while somebody waits only delays the answer', async () => {
    const { store, fail } = createShakyStore();
    const app = createApp({ store });
    const { id } = await app.approvals.create('user:ada', askToPay());
    const waiting = app.approvals.wait('user:ada', id);
    await advance(1);
    fail(/./);
    await advance(20);
    fail(null);
    app.approve();
    await advance(6);
    expect(await waiting).toBe('approved');
  });

  test('makes `health` 503', async () => {
    const { store, fail } = createShakyStore();
    const app = createApp({ store });
    const health = () => app.approvals(app.page().request('/api/approvals/health', { method: 'GET' }));
    expect((await health()).status).toBe(200);
    fail(/./);
    expect((await health()).status).toBe(503);
  });
});

describe('a process that dies', () => {
  test('between the provider’s answer and the end loses nothing: the next one finds the receipt', async () => {
    const store = createMemoryStore();
    const dying = createShakyStore(store);
    const app = createApp({ store: dying.store });
    const { body } = await app.pay(app.page(), 'ask');
    app.backend.poll.mockImplementationOnce(async () => {
      // From here on it reaches the store no more, except for the receipt.
      dying.fail(/ended:|polling:|schedule:/);
      return { status: 'approved', session: ADA };
    });
    void app.page().poll(body['approval']);
    await advance(0.05);
    dying.fail(/./);
    const next = createApp({ store, backend: app.backend });
    // The provider gave the tokens once, and calls the request invalid now.
    app.backend.poll.mockRejectedValue(new CibaError('refused', 'invalid_grant'));
    await advance(11);
    expect((await next.page().poll(body['approval'])).body).toMatchObject({ status: 'approved' });
    expect((await next.pay(next.page(), body['approval'])).body).toEqual({ paid: true });
    expect(
      await next.approvals.consume('user:ada', String(body['approval']), 'pay').catch(({ reason }) => reason),
    ).toBe('used');
  });

  test('before the receipt is kept ends in an error, and nothing can be used', async () => {
    const app = createApp();
    const { body } = await app.pay(app.page(), 'ask');
    app.backend.poll.mockRejectedValue(new CibaError('refused', 'invalid_grant'));
    expect((await app.page().poll(body['approval'])).status).toBe(403);
    expect(await app.approvals.status('user:ada', String(body['approval']))).toBe('failed');
    expect((await app.pay(app.page(), body['approval'])).body).toEqual({ error: 'refused' });
  });

  test('while it creates an approval keeps the next call waiting for a moment, and rings once more at most', async () => {
    const dead = createApp();
    const never = deferred<never>();
    dead.backend.initiate.mockReturnValueOnce(never.promise);
    void dead.pay(dead.page(), 'ask');
    await advance(0.01);
    const next = createApp({ store: dead.store });
    const blocked = next.pay(next.page(), 'ask');
    await advance(16);
    expect(await blocked).toMatchObject({ status: 503, body: { retryAfter: 1 } });
    await advance(60);
    expect((await next.pay(next.page(), 'ask')).status).toBe(401);
    expect(next.backend.initiate).toHaveBeenCalledOnce();
  });
});

describe('wait', () => {
  test('goes on in another process, with one poll of the provider an interval', async () => {
    const one = createApp();
    const other = createApp({ store: one.store, backend: one.backend });
    const { id } = await one.approvals.create('user:ada', askToPay());
    const both = [one.approvals.wait('user:ada', id), other.approvals.wait('user:ada', id)];
    await advance(10);
    expect(one.backend.poll.mock.calls.length).toBeLessThanOrEqual(4);
    one.approve();
    await advance(7);
    expect(await Promise.all(both)).toEqual(['approved', 'approved']);
    expect(one.events.concat(other.events).filter(({ type }) => type === 'approved')).toHaveLength(1);
  });

  test('keeps nothing of approvals that ended, however many wait at once', async () => {
    const warned = vi.fn();
    process.on('warning', warned);
    const app = createApp({ limits: NO_LIMITS, openPerSubject: { each: 100, all: 100 } });
    const ids = await Promise.all(
      Array.from({ length: 30 }, async (_, index) => {
        const { id } = await app.approvals.create('user:ada', askToPay(index + 1));
        return id;
      }),
    );
    const waiting = ids.map((id) => app.approvals.wait('user:ada', id));
    await advance(0.1);
    expect(vi.getTimerCount()).toBeGreaterThanOrEqual(60);
    await app.approvals.stop();
    await Promise.allSettled(waiting);
    expect(vi.getTimerCount()).toBe(0);
    // Node says it in a later turn.
    await new Promise((resolve) => setImmediate(resolve));
    expect(warned.mock.calls.map(([warning]) => String(warning))).toEqual([]);
    process.off('warning', warned);
  });

  test('learns at once of a cancel in another process', async () => {
    const one = createApp();
    const other = createApp({ store: one.store, backend: one.backend });
    const { id } = await one.approvals.create('user:ada', askToPay());
    const waiting = one.approvals.wait('user:ada', id);
    await advance(0.1);
    await other.approvals.cancel('user:ada', id);
    await advance(0.1);
    expect(await waiting).toBe('cancelled');
  });

  test('rejects at once with the reason of its signal, and when the process stops', async () => {
    const app = createApp();
    const { id } = await app.approvals.create('user:ada', askToPay());
    const leaving = new AbortController();
    const aborted = app.approvals.wait('user:ada', id, { signal: leaving.signal }).catch((caught: unknown) => caught);
    const stopped = app.approvals.wait('user:ada', id).catch((caught: unknown) => caught);
    await advance(0.1);
    const reason = new Error('the user left');
    leaving.abort(reason);
    expect(await aborted).toBe(reason);
    await app.approvals.stop();
    expect(await stopped).toMatchObject({ code: 'unavailable' });
    expect((await app.page().poll(id)).status).toBe(503);
    const health = await app.approvals(app.page().request('/api/approvals/health', { method: 'GET' }));
    expect(await health.json()).toEqual({ status: 'stopping' });
  });

  test.each(['denied', 'expired', 'cancelled'] as const)('says %s', async (status) => {
    const app = createApp();
    const { id } = await app.approvals.create('user:ada', askToPay());
    app.backend.poll.mockResolvedValueOnce({ status });
    expect(await app.approvals.wait('user:ada', id)).toBe(status === 'cancelled' ? 'expired' : status);
  });
});

describe('ping mode', () => {
  const notify = (token: unknown, path: string) =>
    new Request(`${ORIGIN}${path}/ping`, {
      method: 'POST',
      headers: { 'content-type': 'application/json', authorization: `Bearer ${String(token)}` },
      body: JSON.stringify({ auth_req_id: 'auth-req-id-1' }),
    });

  test.each(['/api/ciba', '/api/approvals'])('a notification to %s wakes the page and the waiter', async (path) => {
    const store = createMemoryStore();
    const app = createApp({ ping: true, store });
    const handler = createCibaHandler({
      ...{ adapter: app.backend, origin: ORIGIN, store, ping: true, onEvent: () => undefined },
      ...{ authRequest: () => null, publicSession: () => ({}) },
    });
    const stranger = app.page('session-of-mallory', 'mallory');
    const get = { method: 'GET' };
    const { id } = await app.approvals.create('user:ada', askToPay());
    const streams = [app.page(), stranger].map((page) => app.approvals(page.request('/api/approvals/events', get)));
    const [own, other] = (await Promise.all(streams)).map(({ body }) => body?.getReader());
    for (const stream of [own, other])
      expect(new TextDecoder().decode((await stream?.read())?.value)).toBe(': open\n\n');

    const waiting = app.approvals.wait('user:ada', id);
    await advance(0.1);
    app.approve();
    const { notificationToken } = Object(app.backend.initiate.mock.calls[0]?.[0]) as { notificationToken?: string };
    const answer =
      path === '/api/ciba' ? handler(notify(notificationToken, path)) : app.approvals(notify(notificationToken, path));
    expect((await answer).status).toBe(204);
    await advance(0.1);
    expect(await waiting).toBe('approved');
    expect(new TextDecoder().decode((await own?.read())?.value)).toContain('ready');
    const silent = Promise.race([other?.read().then(() => 'woken'), Promise.resolve('silent')]);
    expect(await silent).toBe('silent');
    await app.approvals.stop();
    await handler.stop();
  });

  test('a forged notification wakes nobody', async () => {
    const app = createApp({ ping: true });
    expect((await app.approvals(notify('a.b', '/api/approvals'))).status).toBe(401);
  });
});

describe('the store', () => {
  test('is waited for at most four times by `create`, besides what the adapter takes', async () => {
    vi.useRealTimers();
    const { store, measure } = createRemoteStore(createMemoryStore());
    const app = createApp({ store, limits: NO_LIMITS });
    await app.approvals.create('user:ada', askToPay(1));
    await app.approvals.cancel('user:ada', (await app.approvals.create('user:ada', askToPay(1))).id);
    const fresh = await measure(() => app.approvals.create('user:ada', askToPay(2), { key: 'step' }));
    expect(fresh.rounds).toMatchObject({ length: 3 });
    expect(fresh.waits).toBeLessThanOrEqual(4);
    const joined = await measure(() => app.approvals.create('user:ada', askToPay(2)));
    expect(joined.waits).toBeLessThanOrEqual(4);
    const polled = await measure(() => app.approvals.status('user:ada', 'x'.repeat(43)).catch(() => undefined));
    expect(polled.waits).toBe(1);
  });
});
