import { afterAll, afterEach, beforeAll, expect, test } from 'vitest';
import { createRedisStore } from '../../src/server/store/redis.js';
import type { TestBrowser } from './harness.js';
import { startRedis } from './redis-server.js';
import type { TestRedis } from './redis-server.js';
import {
  createCountingStore,
  createSession,
  createTokenApp,
  createTokenMethods,
  endsOf,
  requestOf,
  shownTo,
  signIn,
} from './token-backend.js';
import type { TokenApp } from './token-backend.js';

// Two handlers, each with its own connection, stand for two processes.

let redis: TestRedis;
const clients: Awaited<ReturnType<TestRedis['connect']>>[] = [];
let first: TokenApp;
let second: TokenApp;
let methods: ReturnType<typeof createTokenMethods>;
let counting: ReturnType<typeof createCountingStore>;

beforeAll(async () => {
  redis = await startRedis();
  for (let count = 0; count < 2; count += 1) clients.push(await redis.connect());
  const [one, other] = clients;
  if (!one || !other) throw new Error('There is no connection.');
  methods = createTokenMethods();
  counting = createCountingStore(createRedisStore({ client: one }));
  const secrets = ['a secret of 32 characters or more'];
  first = createTokenApp({ store: counting.store, secrets, maxSessions: 3 }, methods);
  second = createTokenApp({ store: createRedisStore({ client: other }), secrets, maxSessions: 3 }, methods);
});

afterEach(async () => {
  methods.refresh.mockClear();
  first.events.length = 0;
  await clients[0]?.flushAll();
});

afterAll(async () => {
  for (const client of clients) client.destroy();
  await redis.close();
});

/** The same browser at the other process. */
function at(app: TokenApp, page: TestBrowser): TestBrowser {
  const other = app.browser();
  for (const [name, value] of page.cookies) other.cookies.set(name, value);
  return other;
}

/** Lets the next push to a user be sent at once, instead of waiting. */
async function skipPauses(): Promise<void> {
  for (const key of (await clients[0]?.keys('ciba:* ring*')) ?? []) await clients[0]?.del(key);
}

const stale = () => createSession({ expiresAt: Date.now() - 1000 });

test('1,000 requests at once with a stale token, in two processes, cost one refresh', async () => {
  const page = await signIn(first, first.browser(), stale());
  const tokens = await Promise.all(
    Array.from({ length: 1000 }, (_, n) => (n % 2 === 0 ? first : second).handler.accessToken(requestOf(page))),
  );
  expect(new Set(tokens.map((token) => token?.token))).toEqual(new Set(['access-1']));
  expect(methods.refresh).toHaveBeenCalledTimes(1);
});

test('`session` and `accessToken` with a fresh token cost one round trip', async () => {
  const page = await signIn(first, first.browser());
  counting.take();
  expect(await first.handler.session(requestOf(page))).toEqual({ name: 'Ada' });
  expect(counting.take()).toBe(1);
  expect(await first.handler.accessToken(requestOf(page))).toMatchObject({ token: 'access-0' });
  expect(counting.take()).toBe(1);
});

test('both processes list and end the sessions of an account', async () => {
  const laptop = await signIn(first, first.browser());
  await skipPauses();
  const phone = await signIn(second, second.browser());
  expect(await first.handler.listSessions('ada@example.com')).toHaveLength(2);
  expect(await second.handler.endSessions(requestOf(laptop), 'others')).toBe(1);
  expect(await shownTo(at(first, phone))).toBeNull();
  expect(await first.handler.listSessions('ada@example.com')).toHaveLength(1);
  expect(await first.handler.endSessions('ada@example.com', 'all')).toBe(1);
  expect(await shownTo(laptop)).toBeNull();
  // Nothing of them is left but the marks of their ends.
  const keys = (await clients[0]?.keys('ciba:* *')) ?? [];
  expect(keys.filter((key) => / (?:session|used|refreshed|sessions|due-sessions)(?::|$)/.test(key))).toEqual([]);
});

test('an account has no more sessions than it may', async () => {
  const pages: TestBrowser[] = [];
  for (let count = 0; count < 5; count += 1) {
    const app = count % 2 === 0 ? first : second;
    pages.push(await signIn(app, app.browser()));
    await skipPauses();
  }
  const shown = await Promise.all(pages.map((page) => shownTo(at(first, page))));
  expect(shown).toEqual([null, null, { name: 'Ada' }, { name: 'Ada' }, { name: 'Ada' }]);
});

test('a refresh in one process and a sign-out in the other leave nobody signed in', async () => {
  const page = await signIn(first, first.browser(), stale());
  const other = at(second, page);
  await Promise.all([first.handler.accessToken(requestOf(page)), other.post('sign-out', {})]);
  expect(await shownTo(page)).toBeNull();
  expect(await first.handler.accessToken(requestOf(page))).toBeNull();
  expect(endsOf(first.events)).toEqual([]);
});
