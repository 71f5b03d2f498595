// @vitest-environment node
import { createServer, request as httpRequest } from 'node:http';
import type { IncomingMessage, Server, ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { afterEach, describe, expect, test, vi } from 'vitest';
import { nodeClientAddress, nodeRequest, toNodeListener } from '../../src/server/index.js';
import type { NodeRequest } from '../../src/server/index.js';
import { createApp, deferred, newAttempt } from './harness.js';

let server: Server | null = null;

afterEach(async () => {
  server?.closeAllConnections();
  await new Promise((resolve) => (server ? server.close(resolve) : resolve(null)));
  server = null;
});

async function listen(listener: (incoming: IncomingMessage, outgoing: ServerResponse) => void): Promise<string> {
  const started = createServer(listener);
  server = started;
  await new Promise<void>((resolve) => started.listen(0, '127.0.0.1', resolve));
  return `http://127.0.0.1:${(started.address() as AddressInfo).port}`;
}

/** Responds with what the handler received. */
async function echo(request: Request): Promise<Response> {
  const { method, url, headers } = request;
  return Response.json({ method, url, type: headers.get('content-type'), body: await request.text() });
}

describe('toNodeListener', () => {
  test('hands method, address, headers and body over', async () => {
    const origin = await listen(toNodeListener(echo));
    const headers = { 'content-type': 'application/json' };
    const response = await fetch(`${origin}/a?b=c`, { method: 'POST', headers, body: '{"x":"ü"}' });
    expect(await response.json()).toEqual({
      method: 'POST',
      url: `${origin}/a?b=c`,
      type: 'application/json',
      body: '{"x":"ü"}',
    });
  });

  test('takes a path for a path, and the public origin where it is given', async () => {
    const origin = await listen(toNodeListener(echo, { origin: 'https://app.example' }));
    const { port } = new URL(origin);
    const text = await new Promise<string>((resolve) => {
      httpRequest({ port, path: '//evil.example/x' }, (response) => {
        response.setEncoding('utf8');
        response.on('data', resolve);
      }).end();
    });
    expect(JSON.parse(text)).toMatchObject({ url: 'https://app.example//evil.example/x' });
  });

  test('reads the path that a router had before it cut its mount point off', async () => {
    const listener = toNodeListener(echo);
    const origin = await listen((incoming, outgoing) => {
      listener(Object.assign(incoming, { originalUrl: incoming.url, url: '/cut' }), outgoing);
    });
    expect(await (await fetch(`${origin}/mount/cut`)).json()).toMatchObject({ url: `${origin}/mount/cut` });
  });

  test.each([
    ['an object', (text: string): unknown => JSON.parse(text)],
    ['a text', (text: string): unknown => text],
    ['bytes', (text: string): unknown => Buffer.from(text)],
  ])('takes a body that a parser made %s of', async (_, parse) => {
    const listener = toNodeListener(echo);
    const origin = await listen((incoming, outgoing) => {
      let text = '';
      incoming.on('data', (chunk) => (text += String(chunk)));
      incoming.on('end', () => listener(Object.assign(incoming, { body: parse(text) }), outgoing));
    });
    const response = await fetch(origin, { method: 'POST', body: '{"x":1}' });
    expect(await response.json()).toMatchObject({ body: '{"x":1}' });
  });

  test('sends status, headers and each cookie', async () => {
    const origin = await listen(
      toNodeListener(async () => {
        const headers = new Headers({ 'cache-control': 'no-store' });
        headers.append('set-cookie', 'a=1; Path=/');
        headers.append('set-cookie', 'b=2; Path=/');
        return new Response(null, { status: 204, headers });
      }),
    );
    const response = await fetch(origin);
    expect(response.status).toBe(204);
    expect(response.headers.get('cache-control')).toBe('no-store');
    expect(response.headers.getSetCookie()).toEqual(['a=1; Path=/', 'b=2; Path=/']);
  });

  test('aborts the signal when the client hangs up, and not when it got its answer', async () => {
    const started = deferred<AbortSignal>();
    const aborted = deferred<void>();
    const signals: AbortSignal[] = [];
    const origin = await listen(
      toNodeListener(async (request) => {
        signals.push(request.signal);
        if (new URL(request.url).pathname === '/quick') return new Response('done');
        request.signal.addEventListener('abort', () => aborted.resolve());
        started.resolve(request.signal);
        await aborted.promise;
        return new Response('late');
      }),
    );
    await (await fetch(`${origin}/quick`)).text();
    const hangUp = new AbortController();
    const lost = fetch(`${origin}/slow`, { signal: hangUp.signal }).catch(() => null);
    const signal = await started.promise;
    hangUp.abort();
    await aborted.promise;
    await lost;
    expect(signal.aborted).toBe(true);
    expect(signals[0]?.aborted).toBe(false);
  });

  test('answers 500 when the handler throws', async () => {
    const origin = await listen(toNodeListener(() => Promise.reject(new Error('secret'))));
    const response = await fetch(origin);
    expect(response.status).toBe(500);
    expect(await response.text()).toBe('');
  });

  test('tells the address at the other end', async () => {
    const origin = await listen(toNodeListener(async (request) => new Response(nodeClientAddress(request) ?? 'none')));
    expect(await (await fetch(origin)).text()).toBe('127.0.0.1');
    expect(nodeClientAddress(new Request(origin))).toBeUndefined();
  });
});

describe('the handler behind it', () => {
  test('signs in over real sockets and refuses a large body', async () => {
    let handle: (request: Request) => Promise<Response> = echo;
    const origin = await listen(toNodeListener((request) => handle(request)));
    ({ handler: handle } = createApp({ origin }));
    const headers = { 'content-type': 'application/json', 'x-ciba-request': '1', origin };
    const post = (body: string) => fetch(`${origin}/api/ciba/initiate`, { method: 'POST', headers, body });

    const started = await post(JSON.stringify({ loginHint: 'ada@example.com', actId: newAttempt() }));
    expect(started.status).toBe(200);
    expect(started.headers.getSetCookie()[0]).toMatch(/^ciba-browser-\d+\+api\+ciba=/);
    expect((await post(JSON.stringify({ loginHint: 'a'.repeat(100_000) }))).status).toBe(413);
  });
});

describe("an app's own route", () => {
  const post = (origin: string, bytes: number) => fetch(origin, { method: 'POST', body: 'x'.repeat(bytes) });
  const count = async (request: Request) => Response.json((await request.text()).length);

  test('gets a large body whole', async () => {
    const origin = await listen(toNodeListener(count));
    expect(await (await post(origin, 200_000)).json()).toBe(200_000);
  });

  test('is not called with a part of a body that is larger than the limit', async () => {
    const route = vi.fn(count);
    const origin = await listen(toNodeListener(route, { bodyLimit: 1000 }));
    expect(await (await post(origin, 1000)).json()).toBe(1000);
    const refused = await post(origin, 1001);
    expect(refused.status).toBe(413);
    expect(await refused.json()).toMatchObject({ error: 'misconfigured' });
    expect(route).toHaveBeenCalledOnce();
  });

  test("leaves its errors to the framework's handler", async () => {
    const error = new RangeError('the bank is closed');
    const seen: unknown[] = [];
    const listener = toNodeListener(() => Promise.reject(error));
    const origin = await listen((incoming, outgoing) =>
      listener(incoming, outgoing, (caught) => {
        seen.push(caught);
        outgoing.statusCode = 502;
        outgoing.end();
      }),
    );
    expect((await post(origin, 1)).status).toBe(502);
    expect(seen).toEqual([error]);
  });

  test('finds what middleware added to the request', async () => {
    type WithSession = NodeRequest & { sessionID?: string };
    const listener = toNodeListener(async (request) => Response.json(nodeRequest<WithSession>(request).sessionID));
    const origin = await listen((incoming, outgoing) =>
      listener(Object.assign(incoming, { sessionID: 'session-7' }), outgoing),
    );
    expect(await (await post(origin, 1)).json()).toBe('session-7');
    expect(() => nodeRequest(new Request(origin))).toThrow(expect.objectContaining({ code: 'misconfigured' }));
  });
});
