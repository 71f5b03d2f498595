// @vitest-environment node
import { readFileSync } from 'node:fs';
import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest';
import { createMemoryAdapter } from '../../src/adapters/memory/index.js';
import type { PendingApproval, PollResult } from '../../src/contract/index.js';
import { CIBA_ERROR_CODES, CibaError } from '../../src/contract/index.js';
import { createMemoryStore } from '../../src/server/index.js';
import type { CibaStore } from '../../src/server/index.js';
import { ADA, advance, createApp, deferred, NO_LIMITS, ORIGIN, useFakeTime } from './harness.js';
import type { Session } from './harness.js';

beforeEach(useFakeTime);
afterEach(() => {
  vi.unstubAllEnvs();
  vi.useRealTimers();
});

describe('configuration', () => {
  test.each([
    ['no adapter', { adapter: undefined as never }, /needs an `adapter`/],
    ['an adapter that cannot poll', { adapter: { initiate: async () => ({}) } as never }, /`initiate` and `poll`/],
    ['no request', { authRequest: undefined as never }, /needs `authRequest`/],
    ['no publicSession', { publicSession: undefined as never }, /needs `publicSession`/],
    ['a base path without a slash', { basePath: 'api/ciba' }, /Start it with a slash/],
    ['a base path with a slash at its end', { basePath: '/api/ciba/' }, /end it without one/],
    ['a base path that is a slash', { basePath: '/' }, /end it without one/],
    ['an address for a base path', { basePath: 'https://app.example/api' }, /Start it with a slash/],
    ['a base path with a pattern', { basePath: '/api/ciba/*' }, /such as "\/api\/ciba"/],
    ['a session of no time', { sessionLifetime: 0 }, /`sessionLifetime`.*is 0.*whole number of seconds/],
    ['an idle time that is no number', { sessionIdleLifetime: NaN }, /`sessionIdleLifetime`/],
    ['a limit of nothing', { limits: { user: [{ points: 0, duration: 60 }] } }, /`limits.user`/],
    ['a limit in part seconds', { limits: { address: [{ points: 1, duration: 0.5 }] } }, /`limits.address`/],
    ['http elsewhere', { origin: 'http://app.example' }, /over https/],
  ])('fails at the start, in three sentences at most: %s', (_, options, text) => {
    let caught: unknown;
    try {
      createApp(options);
    } catch (error) {
      caught = error;
    }
    expect(caught).toMatchObject({ name: 'CibaError', code: 'misconfigured' });
    expect((caught as Error).message).toMatch(text);
    expect((caught as Error).message).toMatch(/^([^.]+(\.[^ .][^.]*)*\.( |$)){1,3}$/);
  });

  test('fails in production for two handlers with a memory each of one origin and path, until the first is stopped', async () => {
    vi.stubEnv('NODE_ENV', 'production');
    const { handler } = createApp();
    expect(() => createApp()).toThrow(
      /Two handlers, each with its own memory store, serve https:\/\/app\.example\/api\/ciba,/,
    );
    expect(() => createApp({ basePath: '/auth' })).not.toThrow();
    expect(() => createApp({ origin: 'https://other.example' })).not.toThrow();
    expect(() => createApp({ store: createMemoryStore() })).not.toThrow();
    await handler.stop();
    expect(() => createApp()).not.toThrow();
  });

  test('lets modules be loaded again while developing, and says once what that costs', async () => {
    vi.stubEnv('NODE_ENV', 'development');
    const complaint = vi.spyOn(console, 'error').mockImplementation(() => {});
    const { handler } = createApp();
    for (let copies = 0; copies < 2; copies += 1) createApp();
    createApp({ store: createMemoryStore() });
    expect(complaint).toHaveBeenCalledExactlyOnceWith(
      expect.stringMatching(/Two handlers, each with its own memory store, .* Read on: .*#two-handlers$/),
    );
    await handler.stop();
  });

  test('knows of a handler that another copy of the module made, as bundlers load it', async () => {
    vi.stubEnv('NODE_ENV', 'production');
    const origin = 'https://twice.example';
    const { handler } = createApp({ origin });
    vi.resetModules();
    const { createCibaHandler: ofOtherCopy } = await import('../../src/server/index.js');
    const adapter = createMemoryAdapter();
    const options = { adapter, origin, authRequest: () => null, publicSession: () => ({}) };
    expect(() => ofOtherCopy(options)).toThrow(/Two handlers/);
    await handler.stop();
    expect(() => ofOtherCopy(options)).not.toThrow();
  });

  test('says nothing in tests, which make handlers as they like', () => {
    createApp();
    expect(() => createApp()).not.toThrow();
  });
});

describe('health', () => {
  const check = (handler: (request: Request) => Promise<Response>) => handler(new Request(`${ORIGIN}/api/ciba/health`));

  test('is fine while the store answers', async () => {
    const response = await check(createApp().handler);
    expect([response.status, await response.json()]).toEqual([200, { status: 'ok' }]);
    expect(response.headers.get('cache-control')).toBe('no-store');
  });

  test.each([
    ['fails', () => Promise.reject(new CibaError('unavailable', 'Redis is away.'))],
    ['says nothing', () => new Promise<void>(() => {})],
  ])('is not while the store %s', async (_, ping) => {
    const { handler, events } = createApp({ store: { ...createMemoryStore(), ping } });
    const answer = check(handler);
    await advance(3);
    const response = await answer;
    expect([response.status, await response.json()]).toEqual([503, { status: 'unavailable' }]);
    expect(events).toContainEqual(expect.objectContaining({ type: 'failed', during: 'health' }));
  });

  test('S11: asked for by everybody at once is no load for the store, and stays true', async () => {
    const memory = createMemoryStore();
    const set = vi.spyOn(memory, 'set');
    const ping = vi.spyOn(memory, 'ping');
    const { handler, events } = createApp({ store: memory });
    const statuses = await Promise.all(Array.from({ length: 500 }, () => check(handler).then(({ status }) => status)));
    expect(new Set(statuses)).toEqual(new Set([200]));
    expect(set).toHaveBeenCalledTimes(1);
    for (let n = 0; n < 500; n += 1) await check(handler);
    expect(set).toHaveBeenCalledTimes(10);

    // The flood hides an outage for the rest of its window, and no longer.
    ping.mockRejectedValue(new CibaError('unavailable', 'Redis is away.'));
    expect((await check(handler)).status).toBe(200);
    await advance(10);
    for (let n = 0; n < 500; n += 1) expect((await check(handler)).status).toBe(503);
    expect(events.filter(({ type }) => type === 'failed')).toHaveLength(10);
    ping.mockReset();
    ping.mockResolvedValue();
    await advance(10);
    expect((await check(handler)).status).toBe(200);
  });

  test('does not ask the provider: its outage is no reason to stop serving', async () => {
    const { handler, backend } = createApp();
    await check(handler);
    expect(backend.initiate).not.toHaveBeenCalled();
    expect(backend.poll).not.toHaveBeenCalled();
  });
});

describe('stop', () => {
  test('waits for what is under way, and sends everybody else on', async () => {
    const { backend, browser, handler } = createApp();
    const page = browser();
    const { body } = await page.initiate('ada@example.com');
    const answer = deferred<PollResult<Session>>();
    backend.poll.mockReturnValueOnce(answer.promise);
    const poll = page.poll(body['id']);
    await advance(0);
    let stopped = false;
    const stop = handler.stop().then(() => (stopped = true));
    await advance(10);
    expect(stopped).toBe(false);
    const refused = await browser().initiate('bob@example.com');
    expect(refused).toMatchObject({ status: 503, body: { error: 'unavailable', retryAfter: 1 } });
    expect((await handler(new Request(`${ORIGIN}/api/ciba/health`))).status).toBe(503);

    answer.resolve({ status: 'approved', session: ADA });
    expect((await poll).body).toEqual({ status: 'approved', session: { name: 'Ada' } });
    await stop;
  });

  test('waits no longer than it is told', async () => {
    const { backend, browser, handler } = createApp();
    backend.initiate.mockReturnValueOnce(new Promise<PendingApproval>(() => {}));
    void browser().initiate('ada@example.com');
    await advance(0);
    let stopped = false;
    void handler.stop({ timeout: 5 }).then(() => (stopped = true));
    await advance(4.9);
    expect(stopped).toBe(false);
    await advance(0.1);
    expect(stopped).toBe(true);
  });
});

describe('a store that goes away', () => {
  /** A store that fails while the test says so. */
  function fragile() {
    const memory = createMemoryStore();
    let away = false;
    const store = Object.fromEntries(
      Object.entries(memory).map(([name, method]) => [
        name,
        (...values: unknown[]) => {
          if (away) return Promise.reject(new CibaError('unavailable', 'The store is away.', { retryAfter: 1 }));
          return (method as (...values: unknown[]) => unknown)(...values);
        },
      ]),
    ) as unknown as CibaStore;
    return { store, leave: () => void (away = true), comeBack: () => void (away = false) };
  }

  async function waiting() {
    const { store, leave, comeBack } = fragile();
    const app = createApp({ store, limits: NO_LIMITS });
    const page = app.browser();
    const { body } = await page.initiate('ada@example.com');
    return { ...app, page, id: body['id'], leave, comeBack };
  }

  test('is a fault that passes, and the provider is not asked', async () => {
    const { backend, browser, page, id, leave, comeBack } = await waiting();
    leave();
    expect(await page.poll(id)).toMatchObject({ status: 503, body: { error: 'unavailable', retryAfter: 1 } });
    expect((await browser().initiate('bob@example.com')).status).toBe(503);
    expect(backend.poll).not.toHaveBeenCalled();
    expect(backend.initiate).toHaveBeenCalledTimes(1);
    comeBack();
    expect((await page.poll(id)).body).toEqual({ status: 'pending' });
  });

  test.each([
    ['approved', { status: 'approved', session: ADA }, { status: 'approved', session: { name: 'Ada' } }],
    ['denied', { status: 'denied' }, { status: 'denied' }],
    ['expired early', { status: 'expired' }, { status: 'pending' }],
  ] as const)('loses no outcome that the provider told meanwhile: %s', async (_, result, shown) => {
    const { backend, page, id, leave, comeBack, revoke } = await waiting();
    backend.poll.mockImplementationOnce(async () => {
      leave();
      return result;
    });
    const poll = page.poll(id);
    await advance(10);
    // The browser polls again in the meantime. A second redemption would revoke the tokens of the first one.
    expect((await page.poll(id)).status).toBe(503);
    comeBack();
    await advance(3);
    const reply = await poll;
    const repeated = await page.poll(id);
    expect([reply.body, repeated.body]).toContainEqual(shown);
    expect(repeated.body).toEqual(shown);
    expect(backend.poll).toHaveBeenCalledTimes(1);
    expect(revoke).not.toHaveBeenCalled();
  });

  test('makes no phone ring twice', async () => {
    const { store, leave, comeBack } = fragile();
    const { backend, browser } = createApp({ store });
    const known = backend.initiate.getMockImplementation();
    backend.initiate.mockImplementationOnce(async (request) => {
      leave();
      return known?.(request) ?? expect.fail('no implementation');
    });
    const page = browser();
    const start = page.initiate('ada@example.com');
    await advance(5);
    comeBack();
    await advance(3);
    const { status, body } = await start;
    expect(status).toBe(200);
    expect((await page.poll(body['id'])).body).toEqual({ status: 'pending' });
    expect(backend.initiate).toHaveBeenCalledTimes(1);
  });

  test('gives the approval back when it stays away', async () => {
    const { backend, page, id, leave, revoke } = await waiting();
    backend.poll.mockImplementationOnce(async () => {
      leave();
      return { status: 'approved', session: ADA };
    });
    const poll = page.poll(id);
    await advance(40);
    expect((await poll).status).toBe(503);
    expect(revoke).toHaveBeenCalledExactlyOnceWith(ADA);
  });

  test('polls no second time when it comes back without its last writes', async () => {
    const memory = createMemoryStore();
    const { backend, browser } = createApp({ store: memory });
    const page = browser();
    const { body } = await page.initiate('ada@example.com');
    const answer = deferred<PollResult<Session>>();
    const forgotten = vi.spyOn(memory, 'setIfAbsent');
    backend.poll.mockReturnValueOnce(answer.promise);
    const poll = page.poll(body['id']);
    await advance(0);
    forgotten.mockImplementation(async (_key, value) => ({ claimed: true, value }));
    await advance(10);
    expect((await page.poll(body['id'])).body).toMatchObject({ status: 'pending' });
    expect(backend.poll).toHaveBeenCalledTimes(1);
    forgotten.mockRestore();
    answer.resolve({ status: 'approved', session: ADA });
    expect((await poll).body['status']).toBe('approved');
  });
});

describe('the claim for a poll', () => {
  test('is held for as long as the provider takes, and gone 10 s after a process died', async () => {
    const store = createMemoryStore();
    const [first, second] = [createApp({ store }), createApp({ store })];
    const page = first.browser();
    const { body } = await page.initiate('ada@example.com');
    const other = second.browser();
    for (const [name, value] of page.cookies) other.cookies.set(name, value);
    const answer = deferred<PollResult<Session>>();
    first.backend.poll.mockReturnValueOnce(answer.promise);
    const poll = page.poll(body['id']);
    await advance(35);
    await other.poll(body['id']);
    expect(second.backend.poll).not.toHaveBeenCalled();
    answer.resolve({ status: 'pending' });
    await poll;

    // A process that was killed leaves its lease like this, acquired and never released.
    const claim = vi.spyOn(store, 'setIfAbsent');
    const released = vi.spyOn(store, 'deleteIfEquals').mockResolvedValue(false);
    await advance(5);
    await other.poll(body['id']);
    expect(claim).toHaveBeenCalledWith(expect.stringMatching(/ polling:/), expect.any(String), 10);
    released.mockRestore();
    second.backend.poll.mockClear();
    await advance(9);
    await other.poll(body['id']);
    expect(second.backend.poll).not.toHaveBeenCalled();
    await advance(1);
    await other.poll(body['id']);
    expect(second.backend.poll).toHaveBeenCalledTimes(1);
  });
});

describe('docs/server.md', () => {
  const text = readFileSync(new URL('../../docs/server.md', import.meta.url), 'utf8');

  test('names every error code that leaves the handler', () => {
    const kept = new Set(['offline', 'network', 'unknownUser', 'noDevice']);
    for (const code of CIBA_ERROR_CODES) if (!kept.has(code)) expect(text).toContain(`\`${code}\``);
  });

  test('names every option, limit and event', () => {
    const source = (file: string) => readFileSync(new URL(`../../src/server/${file}.ts`, import.meta.url), 'utf8');
    const options = /export interface CibaHandlerOptions[\s\S]*?\n}/.exec(source('options'))?.[0] ?? '';
    const names = [...options.matchAll(/^ {2}readonly (\w+)/gm)].map(([, name]) => name);
    expect(names.length).toBeGreaterThan(15);
    for (const name of names) expect(text).toContain(`\`${name}\``);
    const events = [...source('log/events').matchAll(/readonly type: ([^;{]+?)(;| \/| })/g)].flatMap(
      ([, types]) => types?.match(/\w+/g) ?? [],
    );
    expect(events.length).toBeGreaterThan(10);
    for (const type of events) expect(text).toContain(`\`${type}\``);
  });
});
