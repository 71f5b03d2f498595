import { setTimeout as sleep } from 'node:timers/promises';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { CibaError } from '../../src/contract/index.js';
import { createRedisStore } from '../../src/server/store/redis.js';
import type { RedisStore } from '../../src/server/store/redis.js';
import { ADA, createApp, newAttempt, NO_LIMITS } from './harness.js';
import type { Reply } from './harness.js';
import { startRedisProxy } from './redis-proxy.js';
import { startRedis } from './redis-server.js';
import type { TestRedis } from './redis-server.js';

/** Seconds after which the store gives up on a command. */
const TIMEOUT = 0.25;

let redis: TestRedis;
let proxy: Awaited<ReturnType<typeof startRedisProxy>>;
let client: Awaited<ReturnType<typeof proxy.connect>>;
let store: RedisStore;

beforeAll(async () => {
  redis = await startRedis();
});

beforeEach(async () => {
  proxy = await startRedisProxy(redis.url);
  client = await proxy.connect();
  await client.flushAll();
  store = createRedisStore({ client, timeout: TIMEOUT });
});

afterEach(() => {
  store.close();
  client.destroy();
  proxy.close();
});

afterAll(() => redis.close());

/** Repeats an act after a transient fault, as the page does. */
async function persist(act: () => Promise<Reply>, isDone: (reply: Reply) => boolean): Promise<Reply> {
  for (let tries = 0; ; tries += 1) {
    const reply = await act();
    if (isDone(reply) || tries === 40) return reply;
    await sleep(40);
  }
}

/** Signs in by push and out again. A provider that is asked twice for the same approval revokes it. */
async function live() {
  const app = createApp({ store, limits: NO_LIMITS });
  const page = app.browser();
  const attempt = newAttempt();
  const started = await persist(
    () => page.initiate('ada@example.com', attempt),
    ({ status }) => status === 200,
  );
  app.backend.poll.mockResolvedValueOnce({ status: 'approved', session: ADA });
  app.backend.poll.mockRejectedValue(new CibaError('refused', 'Redeemed twice.'));
  const approved = await persist(
    () => page.poll(started.body['id']),
    ({ status, body }) => status === 200 && body['status'] === 'approved',
  );
  const cookies = new Map(page.cookies);
  const session = await persist(
    () => page.get('session'),
    ({ status }) => status === 200,
  );
  await persist(
    () => page.post('sign-out', {}),
    ({ status }) => status === 204,
  );
  for (const [name, value] of cookies) page.cookies.set(name, value);
  const after = await persist(
    () => page.get('session'),
    ({ status }) => status === 200,
  );
  await app.handler.stop();
  await client.flushAll();
  return {
    pushes: app.backend.initiate.mock.calls.length,
    outcome: approved.body['status'],
    session: session.body['session'],
    revoked: app.revoke.mock.calls.length,
    after: after.body['session'],
  };
}

const WHOLE = { pushes: 1, outcome: 'approved', session: { name: 'Ada' }, revoked: 1, after: null };

describe('Redis', () => {
  test('that replies slowly, and byte by byte, loses nothing', async () => {
    proxy.split(1);
    proxy.delay(30);
    expect(await live()).toEqual(WHOLE);
  });

  test('whose connection breaks in the middle of a reply, wherever that is, loses nothing', async () => {
    proxy.cutAfter(Infinity);
    await live();
    const bytes = proxy.replied();
    expect(bytes).toBeGreaterThan(1000);
    const steps = 30;
    for (let step = 0; step < steps; step += 1) {
      const at = Math.floor((bytes * step) / steps);
      const cutsBefore = proxy.cuts();
      proxy.cutAfter(at);
      const life = await live();
      expect([at, proxy.cuts() - cutsBefore, life]).toEqual([at, 1, WHOLE]);
    }
  }, 60_000);

  test('that replies after the store gave up is a fault that passes, and no reply is taken for another', async () => {
    await store.set('first', 'one', 10);
    await store.set('second', 'two', 10);
    proxy.delay(TIMEOUT * 1000 + 150);
    await expect(store.get('first')).rejects.toMatchObject({ code: 'unavailable', retryable: true });
    proxy.delay(0);
    // The late reply to the first one is under way in the meantime.
    const answers = await Promise.all([store.get('second'), store.get('first'), store.get('third')]);
    expect(answers).toEqual(['two', 'one', undefined]);
  });

  test.each([
    ['a start', 'initiate'],
    ['an approval', 'poll'],
  ] as const)('that falls silent in the middle of %s, and runs what it was told, loses nothing', async (_, during) => {
    const app = createApp({ store, limits: NO_LIMITS });
    const page = app.browser();
    const attempt = newAttempt();
    /** Redis still runs what arrives, and its replies come too late. */
    const fallSilent = () => {
      proxy.delay(TIMEOUT * 1000 + 150);
      void sleep(TIMEOUT * 1000 + 100).then(() => proxy.delay(0));
    };
    const answer = app.backend.initiate.getMockImplementation();
    if (during === 'initiate') {
      app.backend.initiate.mockImplementationOnce(async (ask) => {
        fallSilent();
        return answer?.(ask) ?? expect.fail('no implementation');
      });
    }
    const started = await persist(
      () => page.initiate('ada@example.com', attempt),
      ({ status }) => status === 200,
    );
    app.backend.poll.mockImplementationOnce(async () => {
      if (during === 'poll') fallSilent();
      return { status: 'approved', session: ADA };
    });
    app.backend.poll.mockRejectedValue(new CibaError('refused', 'Redeemed twice.'));
    const approved = await persist(
      () => page.poll(started.body['id']),
      ({ body }) => body['status'] === 'approved',
    );
    expect(approved.body).toEqual({ status: 'approved', session: { name: 'Ada' } });
    expect((await page.get('session')).body).toEqual({ session: { name: 'Ada' } });
    expect(app.backend.initiate).toHaveBeenCalledTimes(1);
    expect(app.revoke).not.toHaveBeenCalled();
    await app.handler.stop();
  });

  test('gets few bytes for a start, and few for a poll', async () => {
    const app = createApp({ store, limits: NO_LIMITS, clientAddress: () => '192.0.2.1' });
    const measure = async (act: () => Promise<Reply>) => {
      const before = proxy.asked();
      const { body } = await act();
      // What is tidied up after the answer counts, too.
      await sleep(100);
      return { body, bytes: proxy.asked() - before };
    };
    // Redis learns the scripts.
    await measure(() => app.browser().initiate('bob@example.com'));
    const page = app.browser();
    const started = await measure(() => page.initiate('ada@example.com'));
    expect(started.bytes).toBeLessThan(4600);
    await measure(() => page.poll(started.body['id']));
    const early = await measure(() => page.poll(started.body['id']));
    expect(early.body).toEqual({ status: 'pending' });
    expect(early.bytes).toBeLessThan(320);
  });
});
