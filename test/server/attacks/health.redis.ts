import { createClient } from 'redis';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { createRedisStore } from '../../../src/server/store/redis.js';
import { createApp, ORIGIN } from '../harness.js';
import { startRedis } from '../redis-server.js';
import type { TestRedis } from '../redis-server.js';

let redis: TestRedis;
let client: Awaited<ReturnType<TestRedis['connect']>>;
let app: ReturnType<typeof createApp>;

beforeAll(async () => {
  redis = await startRedis();
});

beforeEach(async () => {
  client = await redis.connect();
  app = createApp({ store: createRedisStore({ client }) });
});

afterEach(() => client.destroy());
afterAll(() => redis.close());

async function health({ handler }: ReturnType<typeof createApp> = app): Promise<number> {
  return (await handler(new Request(`${ORIGIN}/api/ciba/health`))).status;
}

const failed = (reason: RegExp) =>
  expect.objectContaining({ type: 'failed', during: 'health', message: expect.stringMatching(reason) as string });

describe('S11: health', () => {
  test.each([
    ['a read-only replica', ['REPLICAOF', '127.0.0.1', '1'], ['REPLICAOF', 'NO', 'ONE'], /READONLY/],
    ['out of memory', ['CONFIG', 'SET', 'maxmemory', '1'], ['CONFIG', 'SET', 'maxmemory', '0'], /OOM/],
    [
      'short of replicas',
      ['CONFIG', 'SET', 'min-replicas-to-write', '1'],
      ['CONFIG', 'SET', 'min-replicas-to-write', '0'],
      /NOREPLICAS/,
    ],
  ])(
    'is 503 while Redis answers but is %s, with the reason in the event, and 200 afterwards',
    async (_, on, off, reason) => {
      expect(await health()).toBe(200);
      await client.sendCommand(on);
      try {
        expect(await client.ping()).toBe('PONG');
        expect(await health()).toBe(503);
        expect(app.events).toEqual([failed(reason)]);
      } finally {
        await client.sendCommand(off);
      }
      expect(await health()).toBe(200);
    },
  );

  test.each([
    ['EVAL', '-eval', /NOPERM.*EVAL/],
    ['SET', '-set', /NOPERM/],
    ['writing in scripts', '-incrby', /NOPERM|can't run this command/],
    ['keys', 'resetkeys', /NOPERM/],
  ])('is 503 while the user of the client may not use %s', async (_, rule, reason) => {
    await client.sendCommand(['ACL', 'SETUSER', 'limited', 'reset', 'on', '>secret', '~*', '&*', '+@all', rule]);
    const url = new URL(redis.url);
    Object.assign(url, { username: 'limited', password: 'secret' });
    const limited = createClient({ url: url.href });
    limited.on('error', () => undefined);
    await limited.connect();
    try {
      const own = createApp({ store: createRedisStore({ client: limited }) });
      expect(await health(own)).toBe(503);
      expect(own.events).toEqual([failed(reason)]);
    } finally {
      limited.destroy();
    }
  });

  test('leaves nothing behind for long', async () => {
    await client.flushAll();
    await health();
    const keys = await client.keys('*');
    expect(keys).toHaveLength(1);
    expect(await client.pTTL(keys[0] ?? '')).toBeGreaterThan(0);
  });
});
