import { afterAll, beforeAll, expect, test } from 'vitest';
import { createRedisStore } from '../../../src/server/store/redis.js';
import { startRedis } from '../redis-server.js';
import type { TestRedis } from '../redis-server.js';
import { ADA, askToPay, createApp, createBackend, NO_LIMITS } from './harness.js';

// Two apps, each with its own connection, stand for two processes.

let redis: TestRedis;
const clients: Awaited<ReturnType<TestRedis['connect']>>[] = [];

beforeAll(async () => {
  redis = await startRedis();
});

afterAll(async () => {
  for (const client of clients) client.destroy();
  await redis.close();
});

async function connect() {
  const client = await redis.connect();
  clients.push(client);
  return client;
}

const secrets = ['s'.repeat(32)];

async function twoProcesses(options: Parameters<typeof createApp>[0] = {}) {
  const backend = createBackend();
  const create = async () =>
    createApp({
      backend,
      limits: NO_LIMITS,
      secrets,
      store: createRedisStore({ client: await connect() }),
      ...options,
    });
  return { backend, one: await create(), other: await create() };
}

test('one push for one ask, and one receipt, whatever process is asked', async () => {
  const { backend, one, other } = await twoProcesses();
  const asked = await Promise.all([one, other, one, other].map((app) => app.pay(app.page(), 'ask')));
  const ids = new Set(asked.map(({ body }) => body['approval']));
  expect(ids.size).toBe(1);
  expect(backend.initiate).toHaveBeenCalledOnce();
  const [id] = ids;

  one.approve();
  const polled = await Promise.all([one, other].map((app) => app.page().poll(id)));
  expect(polled.filter(({ body }) => body['status'] === 'approved').length).toBeGreaterThanOrEqual(1);
  expect(backend.poll).toHaveBeenCalledOnce();

  const used = await Promise.all(Array.from({ length: 10 }, (_, n) => (n % 2 ? one : other).pay(one.page(), id)));
  expect(used.filter(({ status }) => status === 200)).toHaveLength(1);
  expect(used.filter(({ body }) => body['reason'] === 'used')).toHaveLength(9);
  expect([...one.paid, ...other.paid]).toHaveLength(1);
});

test('a waiter goes on in another process, and learns of the end at once', async () => {
  const { backend, one, other } = await twoProcesses();
  const ask = askToPay(500, { subject: 'grace', loginHint: 'grace@example.com' });
  const { id } = await one.approvals.create('user:grace', ask, { key: 'step-1' });
  const first = one.approvals.wait('user:grace', id).catch((caught: { code: string }) => caught.code);
  await one.approvals.stop();
  expect(await first).toBe('unavailable');

  expect(await other.approvals.create('user:grace', ask, { key: 'step-1' })).toMatchObject({ id });
  const second = other.approvals.wait('user:grace', id);
  const next = createApp({ backend, store: createRedisStore({ client: await connect() }), secrets });
  await next.approvals.cancel('user:grace', id);
  expect(await second).toBe('cancelled');
  expect(backend.initiate).toHaveBeenCalledOnce();
});

test('an attacker who reads the store finds no token, no subject and no text', async () => {
  const { one } = await twoProcesses();
  const page = one.page('session-of-bob', 'bob');
  const ask = askToPay(700, { subject: 'bob-7', loginHint: 'bob@example.com' });
  await one.approved(page, ask, { ...ADA, sub: 'bob-7' });
  const client = await connect();
  const keys = await client.keys('*');
  const values = await Promise.all(
    keys.map(async (key) => ((await client.type(key)) === 'string' ? client.get(key) : JSON.stringify(key))),
  );
  const text = JSON.stringify([keys, values]);
  for (const secret of ['access-token', 'bob-7', 'bob@example.com', 'user:bob', 'session-of-bob', 'Pay 7']) {
    expect(text).not.toContain(secret);
  }
});
