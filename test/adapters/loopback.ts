import { createServer } from 'node:http';
import type { IncomingMessage } from 'node:http';
import type { AddressInfo } from 'node:net';
import type { AdapterFault } from '../../src/testing/index.js';

async function toRequest(message: IncomingMessage, origin: string): Promise<Request> {
  const chunks: Uint8Array[] = [];
  for await (const chunk of message) chunks.push(chunk as Uint8Array);
  const headers = new Headers();
  for (const [name, value] of Object.entries(message.headers)) {
    for (const one of [value ?? []].flat()) headers.append(name, one);
  }
  const method = message.method ?? 'GET';
  return new Request(origin + message.url, {
    method,
    headers,
    ...(method === 'POST' && { body: Buffer.concat(chunks).toString() }),
  });
}

type Handler = (request: Request) => Response | Promise<Response>;

/** A real HTTP server on loopback over a handler that is made for its origin, with faults of its own. */
export async function startLoopback(createHandler: (origin: string) => Handler) {
  let fault: AdapterFault | null = null;
  let requests = 0;

  const server = createServer();
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const origin = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  const handler = createHandler(origin);

  server.on('request', (message, reply) => {
    void (async () => {
      requests += 1;
      const request = await toRequest(message, origin);
      if (fault === 'hang') return;
      if (fault === 'network') return void reply.destroy();
      if (fault === 'malformed') return void reply.setHeader('content-type', 'text/html').end('<p>session-secret</p>');
      const response = await handler(request);
      reply.writeHead(response.status, [...response.headers].flat());
      reply.end(await response.text());
    })();
  });

  return {
    origin,
    get requests() {
      return requests;
    },
    setFault(kind: AdapterFault | null): void {
      fault = kind;
    },
    async close(): Promise<void> {
      server.closeAllConnections();
      await new Promise((resolve) => server.close(resolve));
    },
  };
}

/** What a browser adds to a request of the page's own origin: cookies, `Origin` and `Sec-Fetch-Site`. */
export function createBrowserFetch(origin: string): typeof fetch {
  const cookies = new Map<string, string>();
  return async (input, init) => {
    const headers = new Headers(init?.headers);
    headers.set('origin', origin);
    headers.set('sec-fetch-site', 'same-origin');
    if (cookies.size > 0) headers.set('cookie', [...cookies].map(([name, value]) => `${name}=${value}`).join('; '));
    const response = await fetch(input, { ...init, headers });
    for (const line of response.headers.getSetCookie()) {
      const [pair = ''] = line.split(';');
      const [name = '', value = ''] = pair.split('=');
      if (value === '' || /max-age=0/i.test(line)) cookies.delete(name);
      else cookies.set(name, value);
    }
    return response;
  };
}
