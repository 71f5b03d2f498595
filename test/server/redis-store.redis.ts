import { afterAll, afterEach, beforeAll, beforeEach, expect, test, vi } from 'vitest';
import { createRedisStore } from '../../src/server/store/redis.js';
import type { RedisStore } from '../../src/server/store/redis.js';
import { startRedis } from './redis-server.js';
import type { TestRedis } from './redis-server.js';
import { describeStore } from './store-suite.js';

type Client = Awaited<ReturnType<TestRedis['connect']>>;

let redis: TestRedis;
let clients: [Client, Client];
let stores: [RedisStore, RedisStore];
let clock: number;

beforeAll(async () => {
  redis = await startRedis();
  clients = [await redis.connect(), await redis.connect()];
});

beforeEach(async () => {
  await clients[0].flushAll();
  clock = Date.now();
  const now = () => clock;
  stores = [createRedisStore({ client: clients[0], now }), createRedisStore({ client: clients[1], now })];
});

afterEach(() => {
  for (const store of stores) store.close();
});

afterAll(async () => {
  for (const client of clients) client.destroy();
  await redis.close();
});

/** Makes every entry older at once, instead of waiting. */
async function age(seconds: number): Promise<void> {
  clock += seconds * 1000;
  for (const key of await clients[0].keys('*')) {
    await clients[0].pExpire(key, (await clients[0].pTTL(key)) - seconds * 1000);
  }
}

describeStore('Redis', () => ({ store: stores[0], other: stores[1], advance: age }));

test('everything that it keeps has a time to live', async () => {
  const [store] = stores;
  await store.set('a', 1, 10);
  await store.setIfAbsent('b', 1, 10);
  await store.increment('c', 1, 10);
  await store.setIfGreater('d', 1, 10);
  await store.acquireSlot('e', { owner: 'o', member: 'm', owners: 1 }, 10);
  await store.consume('f', [{ points: 1, duration: 10 }]);
  const keys = await clients[0].keys('*');
  expect(keys).toHaveLength(6);
  for (const key of keys) {
    expect(key).toMatch(/^ciba:/);
    expect(await clients[0].pTTL(key)).toBeGreaterThan(0);
  }
});

test('two apps with prefixes of their own share nothing', async () => {
  const one = createRedisStore({ client: clients[0], prefix: 'one:' });
  const two = createRedisStore({ client: clients[0], prefix: 'two:' });
  await one.set('a', 1, 10);
  expect(await two.get('a')).toBeUndefined();
  expect((await two.setIfAbsent('a', 2, 10)).claimed).toBe(true);
});

test('says at the start that a client is missing', () => {
  expect(() => createRedisStore({ client: undefined as never })).toThrow(/createRedisStore needs `client`/);
});

test('sends the texts of its scripts once, and again after Redis forgot them', async () => {
  const [store] = stores;
  const slot = { owner: 'o', member: 'm', owners: 1 };
  await store.acquireSlot('e', slot, 10);
  const sent = async (): Promise<number> =>
    Number(/total_net_input_bytes:(\d+)/.exec(await clients[0].info('stats'))?.[1]);
  const before = await sent();
  await store.acquireSlot('e', slot, 10);
  expect((await sent()) - before).toBeLessThan(300);
  await clients[0].scriptFlush();
  expect(await store.acquireSlot('e', { ...slot, owner: 'p', member: 'n' }, 10)).toBe(10);
});

test('an outage is a fault that passes, and over when Redis is back, signals included', async () => {
  const own = await startRedis();
  const client = await own.connect();
  const store = createRedisStore({ client, timeout: 0.2 });
  const heard = vi.fn();
  try {
    await store.set('a', 1, 100);
    await store.subscribe('c', heard);
    await own.kill();
    const fault = { code: 'unavailable', retryable: true, retryAfter: 1 };
    await expect(store.get('a')).rejects.toMatchObject(fault);
    await expect(store.setIfAbsent('b', 1, 10)).rejects.toMatchObject(fault);
    await expect(store.consume('l', [{ points: 1, duration: 10 }])).rejects.toMatchObject(fault);
    await expect(store.ping()).rejects.toMatchObject(fault);
    await own.start();
    await vi.waitFor(() => store.ping(), { timeout: 5000 });
    expect(await store.get('a')).toBe(1);
    // A command that failed while Redis was unavailable must not run later.
    expect(await store.get('b')).toBeUndefined();
    await vi.waitFor(
      async () => {
        await store.publish('c');
        expect(heard).toHaveBeenCalled();
      },
      { timeout: 5000 },
    );
  } finally {
    store.close();
    client.destroy();
    await own.close();
  }
});
