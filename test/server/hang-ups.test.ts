// @vitest-environment node
import { once } from 'node:events';
import { Agent, createServer, request as httpRequest } from 'node:http';
import type { Server, ServerResponse } from 'node:http';
import { connect } from 'node:net';
import type { AddressInfo, Socket } from 'node:net';
import { afterEach, expect, test, vi } from 'vitest';
import type { PollResult } from '../../src/contract/index.js';
import { toNodeListener } from '../../src/server/index.js';
import { ADA, createApp, deferred, newAttempt, NO_LIMITS, TestBrowser } from './harness.js';
import type { Session } from './harness.js';

let server: Server | null = null;

afterEach(async () => {
  server?.closeAllConnections();
  await new Promise((resolve) => (server ? server.close(resolve) : resolve(null)));
  server = null;
});

/** The handler behind node:http, and what the server saw. */
async function startApp(options: Parameters<typeof createApp>[0] = {}) {
  const responses: ServerResponse[] = [];
  const sockets = new Set<Socket>();
  const started = createServer();
  server = started;
  started.on('connection', (socket) => sockets.add(socket));
  await new Promise<void>((resolve) => started.listen(0, '127.0.0.1', resolve));
  const origin = `http://127.0.0.1:${(started.address() as AddressInfo).port}`;
  const app = createApp({ limits: NO_LIMITS, ...options, origin });
  const listener = toNodeListener(app.handler);
  started.on('request', (incoming, outgoing) => {
    responses.push(outgoing);
    listener(incoming, outgoing);
  });
  const page = new TestBrowser((request) => fetch(request), origin);

  /** Starts a request over a socket of its own. `length` is what it promises, if it sends less. */
  async function begin(act: string, body: object, { sent = Infinity, method = 'POST' } = {}): Promise<Socket> {
    const { hostname, port, host } = new URL(origin);
    const text = method === 'POST' ? JSON.stringify(body) : '';
    const cookie = Array.from(page.cookies, (pair) => pair.join('=')).join('; ');
    const before = responses.length;
    const socket = connect(Number(port), hostname);
    socket.on('error', () => undefined);
    socket.write(
      [
        `${method} /api/ciba/${act} HTTP/1.1`,
        `host: ${host}`,
        'content-type: application/json',
        'x-ciba-request: 1',
        `origin: ${origin}`,
        ...(cookie ? [`cookie: ${cookie}`] : []),
        `content-length: ${text.length}`,
        '',
        text.slice(0, sent),
      ].join('\r\n'),
    );
    await vi.waitUntil(() => responses.length > before, { interval: 5 });
    return socket;
  }

  /** Hangs up, and waits until the server knows. */
  async function hangUp(socket: Socket): Promise<void> {
    const response = responses.at(-1);
    socket.destroy();
    if (response && !response.closed) await once(response, 'close');
  }

  return { ...app, origin, page, begin, hangUp, responses, sockets };
}

test('a client that hangs up in the middle of its body costs nothing, and nobody waits for the rest', async () => {
  const { begin, hangUp, handler, backend, events } = await startApp();
  const socket = await begin('initiate', { loginHint: 'ada@example.com', actId: newAttempt() }, { sent: 20 });
  await hangUp(socket);
  const since = performance.now();
  await handler.stop({ timeout: 5 });
  expect(performance.now() - since).toBeLessThan(4000);
  expect(backend.initiate).not.toHaveBeenCalled();
  expect(events).toEqual([]);
});

test('a client that hangs up while the provider is asked loses no approval: the next poll gets it', async () => {
  const { begin, hangUp, backend, page, handler, revoke } = await startApp();
  const { body } = await page.initiate('ada@example.com');
  const answer = deferred<PollResult<Session>>();
  backend.poll.mockReturnValueOnce(answer.promise);
  const socket = await begin('poll', { id: body['id'] });
  await vi.waitUntil(() => backend.poll.mock.calls.length > 0, { interval: 5 });
  await hangUp(socket);
  answer.resolve({ status: 'approved', session: ADA });
  await vi.waitUntil(async () => (await page.poll(body['id'])).body['status'] === 'approved', { interval: 5 });
  expect((await page.get('session')).body).toEqual({ session: { name: 'Ada' } });
  expect(backend.poll).toHaveBeenCalledTimes(1);
  expect(revoke).not.toHaveBeenCalled();
  await handler.stop({ timeout: 5 });
});

test('a client that hangs up while its push is sent loses no login: the same act gets the same answer', async () => {
  const { begin, hangUp, backend, page, handler } = await startApp();
  const sent = deferred<void>();
  const answer = backend.initiate.getMockImplementation();
  backend.initiate.mockImplementationOnce(async (ask) => {
    await sent.promise;
    return answer?.(ask) ?? expect.fail('no implementation');
  });
  const actId = newAttempt();
  const socket = await begin('initiate', { loginHint: 'ada@example.com', actId });
  await vi.waitUntil(() => backend.initiate.mock.calls.length > 0, { interval: 5 });
  await hangUp(socket);
  sent.resolve();
  const again = await page.initiate('ada@example.com', actId);
  expect(again.status).toBe(200);
  expect((await page.poll(again.body['id'])).body).toEqual({ status: 'pending' });
  expect(backend.initiate).toHaveBeenCalledTimes(1);
  await handler.stop({ timeout: 5 });
});

test('clients that hang up at any point of a poll leave the login as it was', async () => {
  const { begin, hangUp, backend, page, handler, events } = await startApp();
  const { body } = await page.initiate('ada@example.com');
  await page.poll(body['id']);
  for (let n = 0; n < 20; n += 1) {
    const socket = await begin('poll', { id: body['id'] }, { sent: n % 3 === 0 ? 5 : Infinity });
    if (n % 3 === 1) await once(socket, 'data');
    await hangUp(socket);
  }
  expect((await page.poll(body['id'])).body).toEqual({ status: 'pending' });
  expect(backend.poll).toHaveBeenCalledTimes(1);
  expect(events.map(({ type }) => type)).toEqual(['started']);
  const since = performance.now();
  await handler.stop({ timeout: 5 });
  expect(performance.now() - since).toBeLessThan(4000);
});

test('a connection that is used again and again gathers no listeners', async () => {
  const { page, origin, sockets } = await startApp();
  const { body } = await page.initiate('ada@example.com');
  const agent = new Agent({ keepAlive: true, maxSockets: 1 });
  const before = new Set(sockets);
  const headers = {
    'content-type': 'application/json',
    'x-ciba-request': '1',
    origin,
    cookie: Array.from(page.cookies, (pair) => pair.join('=')).join('; '),
  };
  const poll = () =>
    new Promise<void>((resolve, reject) => {
      httpRequest(`${origin}/api/ciba/poll`, { agent, method: 'POST', headers }, (response) => {
        response.resume().on('end', resolve);
      })
        .on('error', reject)
        .end(JSON.stringify({ id: body['id'] }));
    });
  const listenersOf = (socket: Socket | undefined) =>
    socket?.eventNames().map((name) => [name, socket.listenerCount(name)]);
  for (let n = 0; n < 3; n += 1) await poll();
  const [socket, ...others] = [...sockets].filter((one) => !before.has(one));
  const few = listenersOf(socket);
  for (let n = 0; n < 30; n += 1) await poll();
  expect(others).toEqual([]);
  expect(listenersOf(socket)).toEqual(few);
  agent.destroy();
});

test('a client that hung up before its body was read leaves nobody waiting for it', async () => {
  const { handler } = createApp({ limits: NO_LIMITS });
  const listener = toNodeListener(handler);
  const next = vi.fn();
  const started = createServer((incoming, outgoing) => {
    // As behind middleware that waits for something.
    incoming.on('close', () => setImmediate(() => listener(incoming, outgoing, next)));
  });
  server = started;
  await new Promise<void>((resolve) => started.listen(0, '127.0.0.1', resolve));
  const { port } = started.address() as AddressInfo;
  const arrived = once(started, 'request');
  const socket = connect(port, '127.0.0.1');
  socket.on('error', () => undefined);
  socket.write('POST /api/ciba/poll HTTP/1.1\r\nhost: localhost\r\ncontent-length: 100\r\n\r\n{');
  await arrived;
  socket.destroy();
  await vi.waitUntil(() => next.mock.calls.length > 0, { interval: 5 });
  expect(next).toHaveBeenCalledExactlyOnceWith(expect.any(Error));
});
