// @vitest-environment node
import { Agent, createServer, request as httpRequest } from 'node:http';
import type { RequestListener } from 'node:http';
import type { AddressInfo } from 'node:net';
import { performance } from 'node:perf_hooks';
import { setTimeout as sleep } from 'node:timers/promises';
import { setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';
import { afterAll, expect, test } from 'vitest';
import type { CibaAdapter, InitiateRequest } from '../src/contract/index.js';
import { createCibaHandler, createMemoryStore, toNodeListener } from '../src/server/index.js';
import type { CibaHandlerOptions, CibaStore } from '../src/server/index.js';
import { createRedisStore } from '../src/server/store/redis.js';
import { createBackend, TestBrowser } from '../test/server/harness.js';
import type { NO_LIMITS, Session } from '../test/server/harness.js';
import { startRedis } from '../test/server/redis-server.js';
import { isShort, rounds } from './rounds.mjs';

// Compares two measurements from the same run on the same machine. The absolute numbers don't carry over to other machines.

const closing: (() => Promise<unknown>)[] = [];

afterAll(async () => {
  for (const close of closing.toReversed()) await close();
});

const LIMITS = Object.fromEntries(
  ['user', 'address', 'browser', 'everyone'].map((name) => [name, [{ points: 10_000_000, duration: 60 }]]),
) as typeof NO_LIMITS;

async function listen(create: (origin: string) => RequestListener): Promise<string> {
  const server = createServer();
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  closing.push(async () => {
    server.closeAllConnections();
    server.close();
  });
  const origin = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  server.on('request', create(origin));
  return origin;
}

function handlerFor(origin: string, adapter: CibaAdapter<Session>, options: Partial<CibaHandlerOptions<Session>> = {}) {
  return createCibaHandler<Session>({
    adapter,
    origin,
    authRequest: (loginHint) => (loginHint.startsWith('stranger') ? null : { loginHint }),
    publicSession: ({ name }) => ({ name }),
    limits: LIMITS,
    responseFloor: 0,
    onEvent: () => undefined,
    ...options,
  });
}

const agent = new Agent({ keepAlive: true, maxSockets: 32 });

function post(url: string, headers: Record<string, string>, body: string): Promise<number> {
  const { hostname, port, pathname } = new URL(url);
  return new Promise((resolve, reject) => {
    const request = httpRequest({ agent, hostname, port, path: pathname, method: 'POST', headers }, (response) => {
      response.resume().on('end', () => resolve(response.statusCode ?? 0));
    });
    request.on('error', reject).end(body);
  });
}

function percentile(values: readonly number[], share: number): number {
  return values.toSorted((a, b) => a - b)[Math.floor(values.length * share)] ?? NaN;
}

/**
 * Runs `send` `total` times, `atOnce` at a time. Returns responses per second and, in milliseconds, the median time and
 * the CPU time of one, including the client's. CPU time hardly depends on the machine's other load.
 */
async function load(send: () => Promise<number>, total: number, atOnce: number) {
  const times: number[] = [];
  let left = total;
  const since = performance.now();
  const cpuBefore = process.cpuUsage();
  await Promise.all(
    Array.from({ length: atOnce }, async () => {
      while ((left -= 1) >= 0) {
        const start = performance.now();
        expect(await send()).toBe(200);
        times.push(performance.now() - start);
      }
    }),
  );
  const { user, system } = process.cpuUsage(cpuBefore);
  return {
    perSecond: (total / (performance.now() - since)) * 1000,
    median: percentile(times, 0.5),
    cpu: (user + system) / 1000 / total,
  };
}

test('polls over Redis, compared with plain node:http and the same commands', async () => {
  const redis = await startRedis();
  closing.push(() => redis.close());
  const client = await redis.connect();
  closing.push(async () => client.destroy());
  const store = createRedisStore({ client });
  const commands: string[] = [];
  const spied = new Proxy(store, {
    get(target, name: keyof typeof store) {
      const method = target[name] as (...values: unknown[]) => unknown;
      return (...values: unknown[]) => {
        commands.push(name);
        return method(...values);
      };
    },
  });

  let handler: ReturnType<typeof handlerFor> | null = null;
  const origin = await listen((own) => {
    handler = handlerFor(own, createBackend(), { store });
    return toNodeListener(handler);
  });
  const counted = handlerFor(origin, createBackend(), { store: spied });
  const page = new TestBrowser(counted, origin);
  const { body } = await page.initiate('ada@example.com');
  await page.poll(body['id']);
  commands.length = 0;
  await page.poll(body['id']);
  const reads = commands.length;

  const bare = await listen(() => (incoming, outgoing) => {
    let text = '';
    incoming.on('data', (chunk) => (text += String(chunk)));
    incoming.on('end', () => void answer());
    async function answer(): Promise<void> {
      const { id } = JSON.parse(text) as { id: string };
      for (let n = 0; n < reads; n += 1) await store.get(`bare:${id}`);
      outgoing.setHeader('content-type', 'application/json');
      outgoing.end('{"status":"pending"}');
    }
  });

  const headers = {
    'content-type': 'application/json',
    'x-ciba-request': '1',
    origin,
    cookie: Array.from(page.cookies, (pair) => pair.join('=')).join('; '),
  };
  const text = JSON.stringify({ id: body['id'] });
  const targets = {
    bare: () => post(bare, headers, text),
    handler: () => post(`${origin}/api/ciba/poll`, headers, text),
  };
  for (const send of Object.values(targets)) await load(send, rounds(500, 20), 16); // warm
  const rows = [];
  for (let round = 0; round < rounds(3); round += 1) {
    const [many, few] = [rounds(3000, 50), rounds(500, 20)];
    const [plain, ours] = [await load(targets.bare, many, 16), await load(targets.handler, many, 16)];
    const [onePlain, oneOurs] = [await load(targets.bare, few, 1), await load(targets.handler, few, 1)];
    rows.push({
      'commands per poll': reads,
      'bare per second': Math.round(plain.perSecond),
      'handler per second': Math.round(ours.perSecond),
      'throughput, share of bare': (ours.perSecond / plain.perSecond).toFixed(2),
      'bare, CPU ms': plain.cpu.toFixed(3),
      'handler, CPU ms': ours.cpu.toFixed(3),
      'bare, one at a time (ms)': onePlain.median.toFixed(2),
      'added by the handler (ms)': (oneOurs.median - onePlain.median).toFixed(2),
    });
  }
  console.table(rows);
});

test('many open logins in one process', async () => {
  setFlagsFromString('--expose_gc');
  const collect = runInNewContext('gc') as () => void;
  const LOGINS = rounds(10_000, 200);
  let now = Date.now();
  let polls = 0;
  // A Vitest spy would keep every call in memory.
  const adapter: CibaAdapter<Session> = {
    initiate: async () => ({
      id: crypto.randomUUID(),
      expiresIn: 120,
      interval: 5,
      resumable: true,
      serverState: { authReqId: crypto.randomUUID() },
    }),
    poll: async () => {
      polls += 1;
      return { status: 'pending' };
    },
  };
  const origin = 'https://app.example';
  const handler = handlerFor(origin, adapter, { store: createMemoryStore({ now: () => now }), now: () => now });
  collect();
  const before = process.memoryUsage().heapUsed;
  const open: { page: TestBrowser; id: unknown }[] = [];
  for (let n = 0; n < LOGINS; n += 1) {
    const page = new TestBrowser(handler, origin);
    const { body } = await page.initiate(`user${n}@example.com`);
    open.push({ page, id: body['id'] });
  }
  collect();
  const held = process.memoryUsage().heapUsed - before;

  // Each login polls six times per interval, over three intervals. The first interval starts with the first poll.
  const INTERVALS = 3;
  const since = performance.now();
  for (let step = 0; step < INTERVALS * 5; step += 1) {
    for (const { page, id } of open) await page.poll(id);
    now += 1000;
  }
  const took = performance.now() - since;
  console.table([
    {
      logins: LOGINS,
      'kB per login (including the test’s own browser)': (held / LOGINS / 1024).toFixed(1),
      'polls by browsers': LOGINS * INTERVALS * 5,
      'polls to the provider': polls,
      'per request and interval': polls / LOGINS / INTERVALS,
      'polls per second, one core': Math.round((LOGINS * INTERVALS * 5 * 1000) / took),
    },
  ]);
  expect(polls).toBe(LOGINS * INTERVALS);
});

/** A store as far away as another machine: each round trip takes so many milliseconds. */
function createDistantStore(store: CibaStore, milliseconds: number): CibaStore {
  return new Proxy(store, {
    get(target, name: keyof CibaStore) {
      const method = target[name] as (...values: readonly unknown[]) => Promise<unknown>;
      return async (...values: readonly unknown[]) => {
        await sleep(milliseconds);
        return method.call(target, ...values);
      };
    },
  });
}

/** Calls back for each message of an event stream. */
async function readStream(url: string, headers: Record<string, string>) {
  const controller = new AbortController();
  const response = await fetch(url, { headers, signal: controller.signal });
  closing.push(async () => controller.abort());
  let onData = () => {};
  void (async () => {
    const decoder = new TextDecoder();
    for await (const chunk of response.body ?? []) if (decoder.decode(chunk as Uint8Array).includes('data')) onData();
  })().catch(() => undefined);
  return { next: () => new Promise<void>((resolve) => (onData = resolve)) };
}

/** Milliseconds from each notification until the page has the outcome. */
async function measureNotifications(runs: number, store: CibaStore): Promise<number[]> {
  const backend = createBackend();
  const origin = await listen((own) => toNodeListener(handlerFor(own, backend, { ping: true, store })));
  const page = new TestBrowser(fetch, origin);
  const times: number[] = [];
  let stream: Awaited<ReturnType<typeof readStream>> | null = null;
  for (let n = 0; n < runs; n += 1) {
    const { body } = await page.initiate(`user${n}@example.com`);
    const headers = {
      'content-type': 'application/json',
      'x-ciba-request': '1',
      origin,
      cookie: Array.from(page.cookies, (pair) => pair.join('=')).join('; '),
    };
    stream ??= await readStream(`${origin}/api/ciba/events`, headers);
    const asked = backend.initiate.mock.calls.at(-1)?.[0] as InitiateRequest & { notificationToken: string };
    backend.poll.mockResolvedValueOnce({
      status: 'approved',
      session: { sub: '1', name: 'Ada', accessToken: 'token' },
    });
    const start = performance.now();
    const ready = stream.next();
    const bearer = { 'content-type': 'application/json', authorization: `Bearer ${asked.notificationToken}` };
    void post(`${origin}/api/ciba/ping`, bearer, '{"auth_req_id":"x"}');
    await ready;
    expect(await post(`${origin}/api/ciba/poll`, headers, JSON.stringify({ id: body['id'] }))).toBe(200);
    times.push(performance.now() - start);
  }
  return times;
}

test('from the provider’s notification to the outcome, compared with a bare SSE echo and a bare request', async () => {
  const RUNS = rounds(200, 5);

  let echo: ((text: string) => void) | null = null;
  const bare = await listen(() => (incoming, outgoing) => {
    if (incoming.method === 'GET') {
      outgoing.writeHead(200, { 'content-type': 'text/event-stream' });
      outgoing.write(': open\n\n');
      echo = (text) => void outgoing.write(text);
      return;
    }
    incoming.resume().on('end', () => {
      if (incoming.url === '/ping') echo?.('data: ready\n\n');
      outgoing.end('{}');
    });
  });
  const bareStream = await readStream(bare, {});
  const bareTimes: number[] = [];
  for (let n = 0; n < RUNS; n += 1) {
    const start = performance.now();
    const ready = bareStream.next();
    void post(`${bare}/ping`, {}, '{}');
    await ready;
    await post(`${bare}/poll`, {}, '{}');
    bareTimes.push(performance.now() - start);
  }

  const times = await measureNotifications(RUNS, createMemoryStore());
  const distantTimes = await measureNotifications(RUNS, createDistantStore(createMemoryStore(), 1));
  console.table(
    [0.5, 0.95].map((share) => ({
      percentile: share * 100,
      'bare (ms)': percentile(bareTimes, share).toFixed(2),
      'handler (ms)': percentile(times, share).toFixed(2),
      'store 1 ms away (ms)': percentile(distantTimes, share).toFixed(2),
    })),
  );
});

test('a start takes the same time for known and unknown users', async () => {
  const RUNS = rounds(60, 2);
  const backend = createBackend();
  const known = backend.initiate.getMockImplementation();
  backend.initiate.mockImplementation(async (request) => {
    await sleep(30 + Math.random() * 20);
    if (!known) throw new Error('no implementation');
    return known(request);
  });
  const origin = 'https://app.example';
  const handler = handlerFor(origin, backend, { responseFloor: 100 });
  const times: Record<string, number[]> = { ada: [], stranger: [], ghost: [] };
  for (let n = 0; n < RUNS; n += 1) {
    await Promise.all(
      Object.entries(times).map(async ([name, list]) => {
        const page = new TestBrowser(handler, origin);
        const start = performance.now();
        await page.initiate(`${name}${n}@example.com`);
        list.push(performance.now() - start);
      }),
    );
  }
  const rows = Object.entries(times).map(([name, list]) => ({
    who: { ada: 'known user', stranger: 'unknown to the app', ghost: 'unknown to the provider' }[name],
    'p50 (ms)': percentile(list, 0.5).toFixed(1),
    'p95 (ms)': percentile(list, 0.95).toFixed(1),
    'p50, share of a user’s': (percentile(list, 0.5) / percentile(times['ada'] ?? [], 0.5)).toFixed(3),
  }));
  console.table(rows);
  if (isShort) return;
  for (const row of rows) expect(Math.abs(Number(row['p50, share of a user’s']) - 1)).toBeLessThan(0.05);
});
