// @vitest-environment node
import { createServer } from 'node:http';
import type { IncomingMessage, Server, ServerResponse } from 'node:http';
import { connect } from 'node:net';
import type { AddressInfo } from 'node:net';
import express from 'express';
import { afterEach, describe, expect, test, vi } from 'vitest';
import { createHttpAdapter, serverSentEvents } from '../../../src/adapters/http/index.js';
import { createMemoryStore, toNodeListener } from '../../../src/server/index.js';
import { ADA, createApp, newAttempt, ORIGIN } from '../harness.js';

const servers: Server[] = [];

afterEach(async () => {
  for (const server of servers.splice(0)) {
    server.closeAllConnections();
    await new Promise((resolve) => server.close(resolve));
  }
});

async function listen(listener: (incoming: IncomingMessage, outgoing: ServerResponse) => void): Promise<string> {
  const server = createServer({ requireHostHeader: false }, listener);
  servers.push(server);
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  return `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
}

/** Sends bytes as they are, and returns the response as text. */
function sendRaw(origin: string, head: string): Promise<string> {
  return new Promise((resolve, reject) => {
    const socket = connect(Number(new URL(origin).port), '127.0.0.1');
    let text = '';
    socket.setEncoding('utf8');
    socket.on('data', (part: string) => (text += part));
    socket.on('end', () => resolve(text));
    socket.on('error', reject);
    socket.write(`${head}\r\nConnection: close\r\n\r\n`);
  });
}

function startRequest(origin = ORIGIN, path = '/api/ciba/initiate') {
  return new Request(origin + path, {
    method: 'POST',
    headers: { 'content-type': 'application/json', 'x-ciba-request': '1', origin },
    body: JSON.stringify({ loginHint: 'ada@example.com', actId: newAttempt() }),
  });
}

describe('S13: Next', () => {
  test('with `trailingSlash: true` signs in: the adapter asks with a slash, the handler answers', async () => {
    const app = createApp({ ping: true });
    const page = app.browser();
    const urls: string[] = [];
    const adapter = createHttpAdapter({
      basePath: `${ORIGIN}/api/ciba`,
      events: serverSentEvents,
      // docs/server.md: Next redirects paths without a slash, and the adapter follows no redirects.
      fetch: async (input, init) => {
        const url = `${String(input)}/`;
        urls.push(url);
        const headers = new Headers(init?.headers);
        headers.set('origin', ORIGIN);
        headers.set('cookie', Array.from(page.cookies, (pair) => pair.join('=')).join('; '));
        const { method = 'GET', body = null } = init ?? {};
        const response = await app.handler(new Request(url, { method, headers, body }));
        for (const cookie of response.headers.getSetCookie()) {
          const [, name = '', value = ''] = /^([^=]+)=([^;]*)/.exec(cookie) ?? [];
          page.cookies.set(name, value);
        }
        return response;
      },
    });
    const calling = () => ({ signal: new AbortController().signal, actId: newAttempt() });
    const pending = await adapter.initiate({ loginHint: 'ada@example.com' }, calling());
    const onSignal = vi.fn();
    const life = new AbortController();
    adapter.watch?.(pending, { signal: life.signal, onSignal });
    await vi.waitFor(() => expect(onSignal).toHaveBeenCalledTimes(1));
    life.abort();
    app.backend.poll.mockResolvedValueOnce({ status: 'approved', session: ADA });
    expect(await adapter.poll(pending, calling())).toEqual({ status: 'approved', session: { name: 'Ada' } });
    expect(await adapter.session()).toEqual({ name: 'Ada' });
    expect(urls).toEqual(['initiate', 'events', 'poll', 'session'].map((act) => `${ORIGIN}/api/ciba/${act}/`));
    await app.handler.stop();
  });

  test('answers one slash at the end, and no other spelling of a path', async () => {
    const { handler } = createApp();
    const status = async (path: string) => (await handler(new Request(ORIGIN + path))).status;
    expect(await status('/api/ciba/session/')).toBe(200);
    expect(await status('/api/ciba/health/')).toBe(200);
    expect(await status('/api/ciba/session//')).toBe(404);
    expect(await status('/api/ciba/session/x/')).toBe(404);
  });

  test.each([
    ['cut off before it arrives', '/shop/api/ciba', '/api/ciba/initiate', /createCibaHandler to "\/api\/ciba"/],
    ['left in front', '/api/ciba', '/shop/api/ciba/initiate', /more before \/api\/ciba/],
    ['wrong elsewhere', '/api/ciba', '/login/initiate', /Mount it there/],
    ['right, with another method', '/api/ciba', '/api/ciba/session', /Mount it there/],
  ])('has its `basePath` named in the event if that is %s', async (_, basePath, path, advice) => {
    const { events, handler } = createApp({ basePath });
    expect((await handler(startRequest(ORIGIN, path))).status).toBe(404);
    expect(events).toEqual([{ type: 'refused', reason: 'path', message: expect.stringMatching(advice) as string }]);
  });

  test('has nothing of a foreign path in the event', async () => {
    const { events, handler } = createApp();
    for (const path of ['/ada@example.com/api/ciba/initiate', '/x/ada@example.com', '/ada@example.com']) {
      await handler(startRequest(ORIGIN, path));
    }
    expect(JSON.stringify(events)).not.toContain('ada');
  });
});

describe('S13: HEAD', () => {
  test('of health is answered as GET is, without a body', async () => {
    const store = createMemoryStore();
    let up = true;
    const ping = () => (up ? store.ping() : Promise.reject(new Error('away')));
    const { handler } = createApp({ store: { ...store, ping } });
    const head = (path: string) => handler(new Request(ORIGIN + path, { method: 'HEAD' }));
    const healthy = await head('/api/ciba/health');
    expect(healthy.status).toBe(200);
    expect(healthy.headers.get('cache-control')).toBe('no-store');
    expect(await healthy.text()).toBe('');
    up = false;
    expect((await head('/api/ciba/health')).status).toBe(503);
    expect((await head('/api/ciba/initiate')).status).toBe(404);
  });
});

describe('S13: the Host header', () => {
  const seen = async (request: Request) => {
    const { host, pathname, search } = new URL(request.url);
    return Response.json({ host, path: pathname + search });
  };

  test.each([
    'evil.example/api/ciba/session?',
    'evil.example/x/',
    'evil.example?x=',
    'evil.example#',
    'evil.example\\x',
    'user:password@evil.example',
    'evil.example:99999',
    'evil.example:80:80',
    '[::1',
    '[::1]/x',
    'a b',
    'é',
    '%2f',
    '',
  ])('never shapes the path, nor fails the request: %j', async (host) => {
    const origin = await listen(toNodeListener(seen));
    const text = await sendRaw(origin, `GET /api/ciba/health?a=b HTTP/1.1\r\nHost: ${host}`);
    expect(text).toMatch(/^HTTP\/1.1 200/);
    expect(text).toContain('{"host":"localhost","path":"/api/ciba/health?a=b"}');
  });

  test.each(['app.example', 'app.example:8443', '192.0.2.1:80', '[2001:db8::1]:3000', 'my_host'])(
    'is used if it is one: %s',
    async (host) => {
      const origin = await listen(toNodeListener(seen));
      const text = await sendRaw(origin, `GET / HTTP/1.1\r\nHost: ${host}`);
      expect(text).toContain(JSON.stringify({ host: new URL(`http://${host}`).host, path: '/' }));
    },
  );

  test('makes no other path of a request line with a whole URL', async () => {
    const origin = await listen(toNodeListener(seen));
    const get = (target: string, method = 'GET') =>
      sendRaw(origin, `${method} ${target} HTTP/1.1\r\nHost: app.example`);
    expect(await get('http://evil.example/api/ciba/health?a=b')).toContain(
      '{"host":"app.example","path":"/api/ciba/health?a=b"}',
    );
    expect(await get('*', 'OPTIONS')).toContain('{"host":"app.example","path":"/"}');
  });
});

describe('S13: a request of another kind', () => {
  test('that is a Node request is named, by the handler and by both that read the session', async () => {
    const { events, handler } = createApp();
    const failures: unknown[] = [];
    const origin = await listen((incoming, outgoing) => {
      const request = incoming as unknown as Request;
      void (async () => {
        for (const call of [handler, handler.session, handler.sessionWithTokens]) {
          await call(request).catch((caught: unknown) => failures.push(caught));
        }
        outgoing.end();
      })();
    });
    await fetch(`${origin}/api/ciba/session`);
    expect(failures).toEqual([
      expect.objectContaining({ code: 'misconfigured', message: expect.stringContaining('toNodeListener') as string }),
      expect.objectContaining({ code: 'misconfigured', message: expect.stringContaining('new Request') as string }),
      expect.objectContaining({ code: 'misconfigured', message: expect.stringContaining('new Request') as string }),
    ]);
    expect(events.map(({ type }) => type)).toEqual(['failed', 'failed', 'failed']);
    expect(events[0]).toMatchObject({ during: 'request', code: 'misconfigured' });
  });

  test.each([[undefined], [null], ['/api/ciba/session'], [{ req: { raw: new Request(ORIGIN) } }], [{ headers: {} }]])(
    'that is none at all is named: %j',
    async (request) => {
      await expect(createApp().handler(request as unknown as Request)).rejects.toMatchObject({ code: 'misconfigured' });
    },
  );
});

describe('S13: toNodeListener', () => {
  test.each([
    ['a Web request', [startRequest()]],
    ['what Hono passes', [{ req: { raw: startRequest() } }, async () => undefined]],
    ['what Fastify passes', [{ raw: {} }, { raw: {}, header: () => undefined }]],
  ])('names %s', (_, passed) => {
    const listener = toNodeListener(createApp().handler) as unknown as (...values: unknown[]) => void;
    expect(() => listener(...passed)).toThrow(
      expect.objectContaining({
        code: 'misconfigured',
        message: expect.stringContaining('handler(request)') as string,
      }),
    );
  });
});

describe('S13: a body that was read before', () => {
  test.each([
    ['read', (request: Request) => request.text()],
    ['locked', async (request: Request) => void request.body?.getReader()],
  ])('is named: %s', async (_, read) => {
    const { backend, events, handler } = createApp();
    const request = startRequest();
    await read(request);
    const response = await handler(request);
    expect(response.status).toBe(500);
    expect(await response.json()).toMatchObject({ error: 'misconfigured' });
    expect(events).toEqual([
      expect.objectContaining({ during: 'initiate', message: expect.stringContaining('was read before') as string }),
    ]);
    expect(backend.initiate).not.toHaveBeenCalled();
  });

  test('is read once more from a clone', async () => {
    const { handler } = createApp();
    const request = startRequest();
    const clone = request.clone();
    await request.text();
    expect((await handler(clone)).status).toBe(200);
  });

  test('is named behind a Node parser that kept nothing, and works behind one that did', async () => {
    const { events, handler } = createApp();
    const app = express();
    app.use('/api/ciba/initiate', (incoming, _outgoing, next) => {
      incoming.on('end', next).resume();
    });
    app.use('/api/ciba/poll', express.json());
    app.use('/api/ciba', toNodeListener(handler));
    const origin = await listen(app);
    const post = (act: string) =>
      fetch(`${origin}/api/ciba/${act}`, {
        method: 'POST',
        headers: { 'content-type': 'application/json', 'x-ciba-request': '1', origin: ORIGIN },
        body: JSON.stringify({ loginHint: 'ada@example.com', actId: newAttempt(), id: 'x' }),
      });
    expect((await post('initiate')).status).toBe(500);
    expect(events).toEqual([expect.objectContaining({ message: expect.stringContaining('body parser') as string })]);
    expect((await post('poll')).status).toBe(404);
  });
});

describe('S13: server-sent events', () => {
  /** Counts the signals of a stream that arrives in these chunks, apart from the one for its opening. */
  async function signalsOf(chunks: readonly (string | Uint8Array)[]): Promise<number> {
    let controller: ReadableStreamDefaultController<Uint8Array> | null = null;
    const body = new ReadableStream<Uint8Array>({ start: (started) => void (controller = started) });
    const send = (async () => new Response(body)) as typeof fetch;
    const onSignal = vi.fn();
    const life = new AbortController();
    const pending = { id: 'x', expiresIn: 120, interval: 5, resumable: true };
    serverSentEvents('/events', send)(pending, { signal: life.signal, onSignal });
    const settle = () => new Promise((resolve) => setImmediate(resolve));
    await settle();
    for (const chunk of chunks) {
      (controller as ReadableStreamDefaultController<Uint8Array> | null)?.enqueue(
        typeof chunk === 'string' ? new TextEncoder().encode(chunk) : chunk,
      );
      await settle();
    }
    life.abort();
    return onSignal.mock.calls.length - 1;
  }

  test.each([
    ['a whole event', ['data: ready\n\n'], 1],
    ['every byte apart', [...': open\n\ndata: ready\n\n'], 1],
    ['every byte apart, with CRLF', [...': open\r\n\r\ndata: ready\r\n\r\n'], 1],
    ['every byte apart, with CR', [...': open\r\rdata: ready\r\r'], 1],
    ['in the middle of the field', ['da', 'ta: ready\n\n'], 1],
    ['between CR and LF', ['data: ready\r', '\n\r', '\n'], 1],
    ['two events in one chunk', ['data: ready\n\ndata: ready\n\n'], 2],
    ['two events across chunks', ['data: ready\n\nda', 'ta: ready\n\n'], 2],
    ['several lines of data', ['data: one\ndata: two\n\n'], 1],
    ['several lines of data, with CRLF, apart', ['data: one\r\n', 'data: two\r\n', '\r\n'], 1],
    ['several lines of data, each between CR and LF', ['data: one\r', '\ndata: two\r', '\n\r', '\n'], 1],
    ['a byte order mark', ['\ufeffdata: ready\n\n'], 1],
    ['a byte order mark in pieces', [Uint8Array.of(0xef), Uint8Array.of(0xbb, 0xbf), 'data: ready\n\n'], 1],
    ['other fields beside it', ['event: message\nid: 1\nretry: 5\ndata: ready\n\n'], 1],
    ['a field without a value', ['data\n\n'], 1],
    ['a comment that says data', [':data: ready\n\n: data\n\n'], 0],
    ['a field that begins like it', ['dataset: ready\n\n', 'data', 'set: ready\n\n'], 0],
    ['an event without data', ['event: data\n\n'], 0],
    ['data that has not ended', ['data: ready\n'], 0],
    ['a long line in pieces', [...Array<string>(50).fill('x'.repeat(1000)), 'data: no\n\n'], 0],
    ['a long line of data in pieces', ['data:', ...Array<string>(50).fill('x'.repeat(1000)), '\n\n'], 1],
  ])('arrive however they are split: %s', async (_, chunks, signals) => {
    expect(await signalsOf(chunks)).toBe(signals);
  });
});
