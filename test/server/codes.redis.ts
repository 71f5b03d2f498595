import { afterAll, beforeAll, expect, test } from 'vitest';
import { TOTP } from 'otpauth';
import { createRedisStore } from '../../src/server/store/redis.js';
import { createTotpVerifier } from '../../src/server/code/totp.js';
import { ADA, createApp, NO_LIMITS } from './harness.js';
import type { Session, TestBrowser } from './harness.js';
import { startRedis } from './redis-server.js';
import type { TestRedis } from './redis-server.js';

// Two handlers, each with its own connection, stand for two processes.

const SECRET = 'JBSWY3DPEHPK3PXPJBSWY3DPEHPK3PXP';

let redis: TestRedis;
const clients: Awaited<ReturnType<TestRedis['connect']>>[] = [];
let apps: ReturnType<typeof createApp>[];

beforeAll(async () => {
  redis = await startRedis();
  apps = await Promise.all(
    [0, 1].map(async () => {
      const client = await redis.connect();
      clients.push(client);
      return createApp({
        store: createRedisStore({ client }),
        limits: NO_LIMITS,
        totp: createTotpVerifier<Session>({
          findUser: async (hint) => ({ userId: hint.split('+')[0] ?? hint, secret: SECRET, session: ADA }),
        }),
      });
    }),
  );
});

afterAll(async () => {
  for (const client of clients) client.destroy();
  await redis.close();
});

const page = (n: number): TestBrowser => apps[n % 2]?.browser() ?? expect.fail('no such app');
const rightCode = () => new TOTP({ secret: SECRET }).generate();
const wrongCode = () => String((Number(rightCode()) + 1) % 1_000_000).padStart(6, '0');

test('a user has three tries over all processes, also at the same time', async () => {
  const replies = await Promise.all(Array.from({ length: 10 }, (_, n) => page(n).totp('ada', wrongCode())));
  const statuses = replies.map(({ body }) => body['status']);
  expect(statuses.filter((status) => status === 'invalidCode')).toHaveLength(2);
  expect(statuses.filter((status) => status === 'lockedOut')).toHaveLength(8);
  for (const n of [0, 1]) expect((await page(n).totp('ada', rightCode())).body).toMatchObject({ status: 'lockedOut' });
});

test('another hint for the same user has no further tries in the other process', async () => {
  for (const n of [0, 1, 0]) await page(n).totp(`bob+${n}${Math.random()}`, wrongCode());
  expect((await page(1).totp('bob+new', rightCode())).body).toMatchObject({ status: 'invalidCode' });
});

test('a code signs in once, in whatever process it is tried', async () => {
  const code = rightCode();
  const replies = await Promise.all(Array.from({ length: 2 }, (_, n) => page(n).totp('carol', code)));
  expect(replies.filter(({ body }) => body['status'] === 'approved')).toHaveLength(1);
});
