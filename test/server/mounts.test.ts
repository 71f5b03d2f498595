// @vitest-environment node
import { createServer } from 'node:http';
import type { AddressInfo, Server } from 'node:net';
import express from 'express';
import Fastify from 'fastify';
import { Hono } from 'hono';
import { afterEach, describe, expect, test, vi } from 'vitest';
import { createHttpAdapter, serverSentEvents } from '../../src/adapters/http/index.js';
import type { InitiateRequest } from '../../src/contract/index.js';
import { toNodeListener } from '../../src/server/index.js';
import type { CibaHandler, CibaHandlerOptions } from '../../src/server/index.js';
import { createBrowserFetch } from '../adapters/loopback.js';
import { ADA, createApp, newAttempt } from './harness.js';
import type { Session } from './harness.js';

// docs/server.md shows each of these. Here each runs in the real framework, over real sockets.

const closing: (() => Promise<unknown>)[] = [];

afterEach(async () => {
  for (const close of closing.splice(0)) await close();
});

/** Opens the port first, because the handler must know its origin. */
async function onPort(
  mount: (create: (options?: Partial<CibaHandlerOptions<Session>>) => CibaHandler<Session>) => (server: Server) => void,
) {
  const server = createServer();
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  closing.push(() => {
    server.closeAllConnections();
    return new Promise((resolve) => server.close(resolve));
  });
  const origin = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  let app: ReturnType<typeof createApp> | null = null;
  const attach = mount((options) => {
    app = createApp({ origin, ping: true, ...options });
    return app.handler;
  });
  attach(server);
  if (!app) throw new Error('No handler was mounted.');
  return { origin, ...(app as ReturnType<typeof createApp>) };
}

type Mounted = Awaited<ReturnType<typeof onPort>>;

const mounts: Record<string, (basePath?: string) => Promise<Mounted>> = {
  'node:http': () =>
    onPort((create) => {
      const listener = toNodeListener(create());
      return (server) => server.on('request', listener);
    }),

  'Express 5': () =>
    onPort((create) => {
      const app = express();
      app.all('/api/ciba/*act', toNodeListener(create()));
      return (server) => server.on('request', app);
    }),

  'Express 5 behind express.json() and every other parser': () =>
    onPort((create) => {
      const app = express();
      app.use(express.json(), express.urlencoded({ extended: true }), express.text());
      app.all('/api/ciba/*act', toNodeListener(create()));
      return (server) => server.on('request', app);
    }),

  'Express 5 by app.use, which cuts the mount point off': () =>
    onPort((create) => {
      const app = express();
      app.use(express.json());
      app.use('/api/ciba', toNodeListener(create()));
      return (server) => server.on('request', app);
    }),

  'Express 5 in a router': () =>
    onPort((create) => {
      const router = express.Router();
      router.use('/ciba', toNodeListener(create()));
      const app = express();
      app.use('/api', router);
      return (server) => server.on('request', app);
    }),

  'Fastify 5': () =>
    onPort((create) => {
      const listener = toNodeListener(create());
      const app = Fastify();
      closing.push(() => app.close());
      app.all('/api/ciba/*', (request, reply) => {
        reply.hijack();
        listener(Object.assign(request.raw, { body: request.body }), reply.raw);
      });
      return (server) =>
        server.on('request', (request, response) => void app.ready(() => app.routing(request, response)));
    }),

  Hono: () =>
    onPort((create) => {
      const handler = create();
      const app = new Hono();
      app.all('/api/ciba/*', (context) => handler(context.req.raw));
      // @hono/node-server does the same.
      return (server) =>
        server.on(
          'request',
          toNodeListener(async (request) => app.fetch(request)),
        );
    }),

  'Next App Router': () =>
    onPort((create) => {
      // app/api/ciba/[act]/route.ts: Next calls the exported function of the method with a Request and the parameters.
      const handler = create();
      const route: Record<
        string,
        (request: Request, context: { params: Promise<{ act: string }> }) => Promise<Response>
      > = { GET: handler, POST: handler };
      const call = async (request: Request) => {
        const params = Promise.resolve({ act: new URL(request.url).pathname.split('/').at(-1) ?? '' });
        return (await route[request.method]?.(request, { params })) ?? new Response(null, { status: 405 });
      };
      return (server) => server.on('request', toNodeListener(call));
    }),
};

describe.each(Object.entries(mounts))('mounted in %s', (_, mount) => {
  const calling = () => ({ signal: new AbortController().signal, actId: newAttempt() });

  test('signs in, says who is signed in, and signs out', async () => {
    const { backend, origin } = await mount();
    const adapter = createHttpAdapter({ basePath: `${origin}/api/ciba`, fetch: createBrowserFetch(origin) });
    const pending = await adapter.initiate({ loginHint: 'ada@example.com' }, calling());
    await expect(adapter.poll(pending, calling())).resolves.toEqual({ status: 'pending' });
    const second = await adapter.initiate({ loginHint: 'bob@example.com' }, calling());
    backend.poll.mockResolvedValueOnce({ status: 'approved', session: ADA });
    await expect(adapter.poll(second, calling())).resolves.toEqual({ status: 'approved', session: { name: 'Ada' } });
    await expect(adapter.session()).resolves.toEqual({ name: 'Ada' });
    await adapter.cancel(pending, calling());
    await adapter.signOut();
    await expect(adapter.session()).resolves.toBeNull();
  });

  test('passes a notification on down the event stream', async () => {
    const { backend, origin } = await mount();
    const adapter = createHttpAdapter({
      basePath: `${origin}/api/ciba`,
      fetch: createBrowserFetch(origin),
      events: serverSentEvents,
    });
    const pending = await adapter.initiate({ loginHint: 'ada@example.com' }, calling());
    const life = new AbortController();
    const onSignal = vi.fn();
    adapter.watch?.(pending, { signal: life.signal, onSignal });
    await vi.waitFor(() => expect(onSignal).toHaveBeenCalledTimes(1));

    const [asked] = backend.initiate.mock.calls[0] ?? expect.fail('nobody was rung');
    const { notificationToken } = asked as InitiateRequest & { notificationToken: string };
    backend.poll.mockResolvedValueOnce({ status: 'denied' });
    const response = await fetch(`${origin}/api/ciba/ping`, {
      method: 'POST',
      headers: { 'content-type': 'application/json', authorization: `Bearer ${notificationToken}` },
      body: '{"auth_req_id":"x"}',
    });
    expect(response.status).toBe(204);
    await vi.waitFor(() => expect(onSignal).toHaveBeenCalledTimes(2));
    life.abort();
  });

  test('refuses a body that is too large, no JSON, or of another type, without a crash', async () => {
    const { backend, origin } = await mount();
    const post = (body: string, type = 'application/json') =>
      fetch(`${origin}/api/ciba/initiate`, {
        method: 'POST',
        headers: { 'content-type': type, 'x-ciba-request': '1', origin },
        body,
      }).then(({ status }) => status);
    expect(await post(JSON.stringify({ loginHint: 'a'.repeat(50_000) }))).toBe(413);
    expect(await post('{')).toBe(400);
    expect(await post('loginHint=ada', 'text/plain')).toBe(415);
    expect(backend.initiate).not.toHaveBeenCalled();
    expect(await post(JSON.stringify({ loginHint: 'ada@example.com', actId: newAttempt() }))).toBe(200);
  });

  test('answers nothing else', async () => {
    const { origin } = await mount();
    expect((await fetch(`${origin}/api/ciba/nothing`)).status).toBe(404);
    expect((await fetch(`${origin}/api/ciba/health`)).status).toBe(200);
  });
});
