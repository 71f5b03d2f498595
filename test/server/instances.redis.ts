import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { createServer, request as httpRequest } from 'node:http';
import type { IncomingMessage, Server, ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { fileURLToPath } from 'node:url';
import { afterAll, afterEach, beforeAll, describe, expect, test, vi } from 'vitest';
import { createHttpAdapter, serverSentEvents } from '../../src/adapters/http/index.js';
import type { HttpAdapter } from '../../src/adapters/http/index.js';
import { CibaError } from '../../src/contract/index.js';
import type { PendingApproval, PollResult } from '../../src/contract/index.js';
import { createBrowserFetch } from '../adapters/loopback.js';
import { metadata, tokens } from '../adapters/oidc/stub.js';
import { deferred, newAttempt } from './harness.js';
import { startRedis } from './redis-server.js';
import type { TestRedis } from './redis-server.js';

// Real processes behind a round-robin balancer, a real Redis, and a provider that counts calls. Processes are killed, not
// asked to stop.

async function listen(respond: (request: IncomingMessage, response: ServerResponse) => void) {
  const server = createServer(respond);
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  return { server, origin: `http://127.0.0.1:${(server.address() as AddressInfo).port}` };
}

async function end(server: Server): Promise<void> {
  server.closeAllConnections();
  await new Promise((resolve) => server.close(resolve));
}

/** A provider whose phone the test controls. A second redemption revokes its tokens, as real providers do. */
async function startProvider() {
  const decisions = new Map<string, 'approved' | 'denied'>();
  const redemptions = new Map<string, number>();
  const notify = new Map<string, string>();
  let polls = 0;
  let starts = 0;
  let hold: Promise<void> | null = null;
  let count = 0;
  let last = '';

  const { server, origin } = await listen((request, response) => void respond(request, response));

  async function respond(request: IncomingMessage, response: ServerResponse): Promise<void> {
    let text = '';
    for await (const chunk of request) text += String(chunk);
    const form = new URLSearchParams(text);
    const answer = (status: number, body: object) =>
      response.writeHead(status, { 'content-type': 'application/json' }).end(JSON.stringify(body));
    if (request.url === '/.well-known/openid-configuration') return void answer(200, metadata(origin));
    if (request.url === '/backchannel') {
      starts += 1;
      await hold;
      last = `request-${(count += 1)}`;
      notify.set(last, form.get('client_notification_token') ?? '');
      return void answer(200, { auth_req_id: last, expires_in: 120, interval: 1 });
    }
    polls += 1;
    await hold;
    const id = form.get('auth_req_id') ?? '';
    const decision = decisions.get(id);
    if (!decision) return void answer(400, { error: 'authorization_pending' });
    const redeemed = (redemptions.get(id) ?? 0) + 1;
    redemptions.set(id, redeemed);
    if (redeemed > 1) return void answer(400, { error: 'invalid_grant' });
    if (decision === 'denied') return void answer(400, { error: 'access_denied' });
    return void answer(200, tokens(origin, { sub: id }));
  }

  return {
    origin,
    get polls() {
      return polls;
    },
    get starts() {
      return starts;
    },
    get lastId() {
      return last;
    },
    decide: (decision: 'approved' | 'denied') => void decisions.set(last, decision),
    notificationToken: () => notify.get(last) ?? '',
    redemptions: () => redemptions.get(last) ?? 0,
    /** Keeps every request waiting until the function that it returns is called. */
    holdAll() {
      const gate = deferred<void>();
      hold = gate.promise;
      return () => {
        hold = null;
        gate.resolve();
      };
    },
    close: () => end(server),
  };
}

interface Instance {
  readonly port: number;
  kill(): Promise<void>;
}

async function startInstance(options: object): Promise<Instance> {
  const script = fileURLToPath(new URL('instance.mjs', import.meta.url));
  const child = spawn(process.execPath, [script, JSON.stringify(options)], { stdio: ['ignore', 'pipe', 'inherit'] });
  const [line] = (await once(child.stdout, 'data')) as [Buffer];
  return {
    port: Number(line.toString()),
    async kill() {
      if (child.exitCode !== null || child.signalCode !== null) return;
      const gone = once(child, 'exit');
      child.kill('SIGKILL');
      await gone;
    },
  };
}

/** Sends each request to the next process, or to the other one if that is gone, as load balancers do. */
async function startRoundRobin() {
  let targets: number[] = [];
  let turn = 0;
  const served = new Map<number, number>();
  const { server, origin } = await listen((incoming, outgoing) => {
    const chunks: Buffer[] = [];
    incoming.on('data', (chunk: Buffer) => chunks.push(chunk));
    incoming.on('end', () => forward(targets.length));
    function forward(triesLeft: number): void {
      const port = targets[(turn += 1) % targets.length];
      if (port === undefined || triesLeft === 0) return void outgoing.writeHead(502).end();
      const { method, url: path, headers } = incoming;
      const onward = httpRequest({ host: '127.0.0.1', port, method, path, headers }, (answer) => {
        served.set(port, (served.get(port) ?? 0) + 1);
        outgoing.writeHead(answer.statusCode ?? 502, answer.headers);
        answer.pipe(outgoing);
        answer.on('error', () => outgoing.destroy());
      });
      onward.on('error', (error: NodeJS.ErrnoException) => {
        // A request in progress is lost with its process. Only a request that never arrived is sent again.
        if (error.code === 'ECONNREFUSED') forward(triesLeft - 1);
        else if (!outgoing.headersSent) outgoing.writeHead(502).end();
      });
      outgoing.on('close', () => onward.destroy());
      onward.end(Buffer.concat(chunks));
    }
  });
  return {
    origin,
    served,
    aim: (instances: readonly Instance[]) => void (targets = instances.map(({ port }) => port)),
    close: () => end(server),
  };
}

interface Shown {
  readonly sub: string;
}

let redis: TestRedis;
let provider: Awaited<ReturnType<typeof startProvider>>;
let balancer: Awaited<ReturnType<typeof startRoundRobin>>;
let instances: Instance[];
let adapter: HttpAdapter<Shown>;
let admin: Awaited<ReturnType<TestRedis['connect']>>;

const start = () => startInstance({ redis: redis.url, issuer: provider.origin, origin: balancer.origin, ping: true });
const calling = () => ({ signal: new AbortController().signal, actId: newAttempt() });
const poll = (pending: PendingApproval) => adapter.poll(pending, calling());

beforeAll(async () => {
  redis = await startRedis();
  provider = await startProvider();
  balancer = await startRoundRobin();
  instances = await Promise.all([start(), start()]);
  balancer.aim(instances);
  admin = await redis.connect();
});

afterEach(async () => {
  await admin.flushAll();
});

afterAll(async () => {
  admin.destroy();
  await Promise.all(instances.map((instance) => instance.kill()));
  await Promise.all([balancer.close(), provider.close(), redis.close()]);
});

async function ring(): Promise<PendingApproval> {
  adapter = createHttpAdapter<Shown>({
    basePath: `${balancer.origin}/api/ciba`,
    fetch: createBrowserFetch(balancer.origin),
    events: serverSentEvents,
  });
  return adapter.initiate({ loginHint: 'ada@example.com' }, calling());
}

/** Makes the next poll due at once, instead of waiting. */
async function skipInterval(): Promise<void> {
  for (const key of await admin.keys('ciba:* schedule:*')) {
    const schedule = JSON.parse((await admin.get(key)) ?? '{}') as object;
    await admin.set(key, JSON.stringify({ ...schedule, nextPollAt: 0 }), { expiration: 'KEEPTTL' });
  }
}

/** Polls as the engine does, through transient errors, until there is an outcome. */
async function pollToEnd(pending: PendingApproval): Promise<{ result: PollResult<Shown>; faults: string[] }> {
  const faults: string[] = [];
  const result = await vi.waitFor(
    async () => {
      await skipInterval();
      const answer = await poll(pending).catch((caught: unknown) => {
        if (!(caught instanceof CibaError) || !caught.retryable) throw caught;
        faults.push(caught.code);
        return null;
      });
      if (!answer || answer.status === 'pending') throw new Error('not over yet');
      return answer;
    },
    { timeout: 15_000, interval: 100 },
  );
  return { result, faults };
}

const approvedAs = (sub: string) => ({
  status: 'approved',
  session: { sub, accessToken: expect.any(String) as string },
});

describe('two processes with one Redis', () => {
  test('share logins, sessions and limits', async () => {
    const pending = await ring();
    for (let n = 0; n < 4; n += 1) await expect(poll(pending)).resolves.toMatchObject({ status: 'pending' });
    expect(Math.min(...instances.map(({ port }) => balancer.served.get(port) ?? 0))).toBeGreaterThan(1);
    provider.decide('approved');
    const { result } = await pollToEnd(pending);
    expect(result).toEqual(approvedAs(provider.lastId));
    for (let n = 0; n < 2; n += 1) await expect(adapter.session()).resolves.toMatchObject({ sub: provider.lastId });
    await adapter.signOut();
    for (let n = 0; n < 2; n += 1) await expect(adapter.session()).resolves.toBeNull();
    expect(provider.redemptions()).toBe(1);

    const stranger = createHttpAdapter({
      basePath: `${balancer.origin}/api/ciba`,
      fetch: createBrowserFetch(balancer.origin),
    });
    await stranger.initiate({ loginHint: 'bob@example.com' }, calling());
    const another = createHttpAdapter({
      basePath: `${balancer.origin}/api/ciba`,
      fetch: createBrowserFetch(balancer.origin),
    });
    await expect(another.initiate({ loginHint: 'bob@example.com' }, calling())).rejects.toMatchObject({
      code: 'rateLimited',
    });
  });

  test('send one poll at a time, however many come to both', async () => {
    const pending = await ring();
    provider.decide('approved');
    const before = provider.polls;
    const results = await Promise.all(Array.from({ length: 12 }, () => poll(pending)));
    expect(provider.polls - before).toBe(1);
    expect(results.filter(({ status }) => status === 'approved').length).toBeGreaterThan(0);
    await expect(poll(pending)).resolves.toEqual(approvedAs(provider.lastId));
    expect(provider.redemptions()).toBe(1);
  });

  test('pass a notification that one got to a browser that listens to the other', async () => {
    // The balancer takes turns, so each process gets one of the notifications.
    for (let n = 0; n < 2; n += 1) {
      const pending = await ring();
      const life = [new AbortController(), new AbortController()] as const;
      const signals = vi.fn();
      for (const { signal } of life) adapter.watch?.(pending, { signal, onSignal: signals });
      await vi.waitFor(() => expect(signals).toHaveBeenCalledTimes(2));
      provider.decide('approved');
      const response = await fetch(`${balancer.origin}/api/ciba/ping`, {
        method: 'POST',
        headers: { 'content-type': 'application/json', authorization: `Bearer ${provider.notificationToken()}` },
        body: JSON.stringify({ auth_req_id: provider.lastId }),
      });
      expect(response.status).toBe(204);
      await vi.waitFor(() => expect(signals).toHaveBeenCalledTimes(4));
      for (const controller of life) controller.abort();
      expect((await pollToEnd(pending)).result).toEqual(approvedAs(provider.lastId));
    }
  });
});

describe('a process that is killed', () => {
  afterEach(async () => {
    instances = [...instances.slice(1), await start()];
    balancer.aim(instances);
  });

  test('between two polls loses nothing', async () => {
    const pending = await ring();
    await poll(pending);
    await instances[0]?.kill();
    provider.decide('approved');
    const { result, faults } = await pollToEnd(pending);
    expect(result).toEqual(approvedAs(provider.lastId));
    expect(faults).toEqual([]);
    await expect(adapter.session()).resolves.toMatchObject({ sub: provider.lastId });
    expect(provider.redemptions()).toBe(1);
  });

  test('while it rings leaves the same attempt to the other one', async () => {
    const release = provider.holdAll();
    const before = provider.starts;
    const browserFetch = createBrowserFetch(balancer.origin);
    const attempt = { loginHint: 'dora@example.com', actId: crypto.randomUUID() };
    const send = () =>
      browserFetch(`${balancer.origin}/api/ciba/initiate`, {
        method: 'POST',
        headers: { 'content-type': 'application/json', 'x-ciba-request': '1' },
        body: JSON.stringify(attempt),
      });
    balancer.aim(instances.slice(0, 1));
    const lost = send();
    await vi.waitFor(() => expect(provider.starts).toBe(before + 1));
    await instances[0]?.kill();
    expect((await lost).status).toBe(502);
    release();
    balancer.aim(instances.slice(1));
    expect((await send()).status).toBe(503);
    const [lease = ''] = await admin.keys('ciba:* act:*');
    expect(await admin.pTTL(lease)).toBeLessThanOrEqual(10_000);
    await admin.del(lease); // Instead of waiting until it expires.
    expect((await send()).status).toBe(200);
    expect((await send()).status).toBe(200);
    expect(provider.starts).toBe(before + 2);
  });

  test('while its poll is out loses nothing: the other one polls when the lease has run out', async () => {
    const pending = await ring();
    const release = provider.holdAll();
    const before = provider.polls;
    balancer.aim(instances.slice(0, 1));
    const lost = poll(pending).catch((caught: CibaError) => caught);
    await vi.waitFor(() => expect(provider.polls).toBe(before + 1));
    await instances[0]?.kill();
    expect(await lost).toMatchObject({ retryable: true });
    release();

    balancer.aim(instances.slice(1));
    await skipInterval();
    await expect(poll(pending)).resolves.toMatchObject({ status: 'pending' });
    expect(provider.polls).toBe(before + 1);
    const [lease = ''] = await admin.keys('ciba:* polling:*');
    expect(await admin.pTTL(lease)).toBeLessThanOrEqual(10_000);
    await admin.del(lease); // Instead of waiting until it expires.
    provider.decide('approved');
    const { result } = await pollToEnd(pending);
    expect(result).toEqual(approvedAs(provider.lastId));
    expect(provider.redemptions()).toBe(1);
  });
});

describe('Redis, killed and started again', () => {
  test('between two polls is a fault that passes', async () => {
    const pending = await ring();
    await redis.kill();
    await expect(poll(pending)).rejects.toMatchObject({ code: 'unavailable', retryable: true, retryAfter: 1 });
    expect((await fetch(`${balancer.origin}/api/ciba/health`)).status).toBe(503);
    await redis.start();
    provider.decide('approved');
    const { result } = await pollToEnd(pending);
    expect(result).toEqual(approvedAs(provider.lastId));
    expect(provider.redemptions()).toBe(1);
    expect((await fetch(`${balancer.origin}/api/ciba/health`)).status).toBe(200);
  });

  test.each(['approved', 'denied'] as const)(
    'while a poll is out, neither loses the outcome nor asks for it twice: %s',
    async (decision) => {
      const pending = await ring();
      provider.decide(decision);
      const release = provider.holdAll();
      const before = provider.polls;
      const first = poll(pending).catch((caught: CibaError) => caught);
      await vi.waitFor(() => expect(provider.polls).toBe(before + 1));
      await redis.kill();
      release(); // The provider tells its answer to a process that cannot write it down.
      await vi.waitFor(() => expect(provider.redemptions()).toBe(1));
      const asked = await Promise.all([1, 2].map(() => poll(pending).catch((caught: CibaError) => caught)));
      for (const answer of asked) expect(answer).toMatchObject({ code: 'unavailable', retryable: true });
      await redis.start();

      const { result, faults } = await pollToEnd(pending);
      expect(result).toEqual(decision === 'approved' ? approvedAs(provider.lastId) : { status: 'denied' });
      for (const fault of faults) expect(fault).toBe('unavailable');
      expect(provider.redemptions()).toBe(1);
      expect(provider.polls).toBe(before + 1);
      await first;
      if (decision === 'approved') await expect(adapter.session()).resolves.toMatchObject({ sub: provider.lastId });
    },
  );
});
