import type { IncomingMessage, ServerResponse } from 'node:http';
import { Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import type { ReadableStream as NodeStream } from 'node:stream/web';
import { BREAKS_CONNECTION } from '../../contract/broken-connection.js';
import { misconfigured } from '../../contract/errors.js';
import { ownHandlers } from './own-handlers.js';

/** More than a handler of this package ever reads. Anything beyond it is dropped, and it answers 413. */
const OWN_BODY_BYTES = 16_384;

/** Largest body for the app's own routes, in bytes. */
const DEFAULT_BODY_LIMIT_BYTES = 1_048_576;

/** A request from node:http, or from Express, Connect or Vite, which extend it. */
export type NodeRequest = IncomingMessage & {
  /** The path before a router removed its mount point. */
  readonly originalUrl?: string | undefined;
  /** Set if a body parser ran before. */
  readonly body?: unknown;
};

const addresses = new WeakMap<Request, string>();
const nodeRequests = new WeakMap<Request, NodeRequest>();

/**
 * Returns Node's own request behind a `Request` that `toNodeListener` made, with what middleware added to it, such as
 * `sessionID` and `user` in Express. For `requester` of `createApprovals`, for example.
 *
 * @typeParam Incoming the framework's type of the request
 * @throws CibaError `misconfigured` for any other request
 * @example
 * const requester = (request: Request) => nodeRequest<NodeRequest & { sessionID: string }>(request).sessionID;
 */
export function nodeRequest<Incoming extends NodeRequest = NodeRequest>(request: Request): Incoming {
  const incoming = nodeRequests.get(request);
  if (incoming) return incoming as Incoming;
  throw misconfigured(
    'nodeRequest got a `Request` that toNodeListener did not make, or a copy of one. Pass the one that the handler got.',
  );
}

/**
 * Returns the address at the other end of the connection, for `clientAddress`. Behind a proxy that is the proxy's
 * address, so use `forwardedClientAddress` there.
 *
 * @example
 * const clientAddress = nodeClientAddress;
 */
export function nodeClientAddress(request: Request): string | undefined {
  return addresses.get(request);
}

/**
 * Serves a handler of Web `Request`s from node:http, and from any framework that accepts its listeners (Express, Connect,
 * Vite). If the handler throws, the error goes to the framework's `next`, or the response is a 500 without one; the emulators of
 * `react-ciba/testing` can also break the connection. A larger body than `bodyLimit` is a 413, and the handler isn't called. The listener throws `misconfigured` if it gets something else.
 *
 * @param options.bodyLimit bytes. @default 1048576 (1 MB)
 * @param options.origin the public origin, if the `Host` header doesn't contain it. @default `http://` + `Host`
 * @example
 * import { createServer } from 'node:http';
 *
 * const listener = toNodeListener(async () => new Response('Hello'));
 * const server = createServer(listener);
 */
export function toNodeListener(
  handler: (request: Request) => Promise<Response>,
  options: { readonly origin?: string; readonly bodyLimit?: number } = {},
): (incoming: NodeRequest, outgoing: ServerResponse, next?: (error?: unknown) => void) => void {
  const isOwn = ownHandlers.has(handler);
  const bodyLimit = isOwn ? OWN_BODY_BYTES : (options.bodyLimit ?? DEFAULT_BODY_LIMIT_BYTES);

  return (incoming, outgoing, next) => {
    if (typeof outgoing?.setHeader !== 'function') {
      throw misconfigured(
        'toNodeListener expected the request and the response of node:http. In a framework that passes a Web `Request`, call `handler(request)`; in Fastify, pass `request.raw` and `reply.raw`.',
      );
    }
    const hangUp = new AbortController();
    outgoing.on('close', () => {
      if (!outgoing.writableFinished) hangUp.abort();
    });
    void serve(incoming, outgoing, { signal: hangUp.signal, next });
  };

  async function serve(
    incoming: NodeRequest,
    outgoing: ServerResponse,
    { signal, next }: { signal: AbortSignal; next: ((error?: unknown) => void) | undefined },
  ): Promise<void> {
    try {
      await answer(incoming, outgoing, signal);
    } catch (caught) {
      if (BREAKS_CONNECTION in Object(caught)) outgoing.destroy();
      else if (next && !outgoing.headersSent) next(caught);
      else {
        if (!outgoing.headersSent) outgoing.statusCode = 500;
        outgoing.end();
      }
    }
  }

  async function answer(incoming: NodeRequest, outgoing: ServerResponse, signal: AbortSignal): Promise<void> {
    const body = hasBody(incoming) ? await readBody(incoming, bodyLimit) : null;
    if (body instanceof Uint8Array && body.byteLength > bodyLimit && !isOwn) {
      outgoing.statusCode = 413;
      outgoing.setHeader('content-type', 'application/json');
      return void outgoing.end(
        JSON.stringify({ error: 'misconfigured', detail: `The body is larger than ${bodyLimit} bytes.` }),
      );
    }
    const response = await handler(await toRequest(incoming, body, options.origin, signal));
    outgoing.statusCode = response.status;
    for (const [name, value] of response.headers) {
      if (name !== 'set-cookie') outgoing.setHeader(name, value);
    }
    const cookies = response.headers.getSetCookie();
    if (cookies.length > 0) outgoing.setHeader('set-cookie', cookies);
    if (response.body && response.headers.get('content-type')?.startsWith('text/event-stream')) {
      outgoing.flushHeaders();
      // This rejects when the browser disconnects, which is how such a stream ends.
      await pipeline(Readable.fromWeb(response.body as NodeStream<Uint8Array>), outgoing).catch(() => undefined);
    } else outgoing.end(Buffer.from(await response.arrayBuffer()));
  }
}

/** A host name, an IPv4 address or a bracketed IPv6 address, with or without a port. */
const HOST = /^([\w.-]+|\[[\da-f:.]+\])(:\d+)?$/i;

/** The origin by the `Host` header, unless it contains something else: it must not become a part of the path. */
function originByHost({ headers: { host = '' } }: NodeRequest): string {
  const origin = `http://${host}`;
  return HOST.test(host) && URL.canParse(origin) ? origin : 'http://localhost';
}

/** The path and the query. A request line can also hold a whole URL (RFC 9112 §3.2.2) or an asterisk. */
function pathOf({ originalUrl, url }: NodeRequest): string {
  const target = originalUrl ?? url ?? '/';
  if (target.startsWith('/')) return target;
  if (!URL.canParse(target)) return '/';
  const { pathname, search } = new URL(target);
  return pathname.startsWith('/') ? pathname + search : '/';
}

const hasBody = ({ method }: NodeRequest) => method !== 'GET' && method !== 'HEAD';

async function toRequest(
  incoming: NodeRequest,
  body: Awaited<ReturnType<typeof readBody>> | null,
  origin: string | undefined,
  signal: AbortSignal,
): Promise<Request> {
  const base = origin ?? originByHost(incoming);
  const headers = new Headers();
  for (const [name, value] of Object.entries(incoming.headers)) {
    // HTTP/2 lists its pseudo headers (":path") as well.
    if (value === undefined || name.startsWith(':')) continue;
    for (const one of Array.isArray(value) ? value : [value]) headers.append(name, one);
  }
  const method = incoming.method ?? 'GET';
  // The parts are joined as text, because `new URL('//elsewhere', base)` would leave the origin.
  const url = new URL(base.replace(/\/$/, '') + pathOf(incoming));
  const request = new Request(url, { method, headers, body: body === undefined ? '' : body, signal });
  // Something else read the body and didn't keep it. The handler then says so, because it can't read it either.
  if (body === undefined) await request.arrayBuffer();
  nodeRequests.set(request, incoming);
  if (incoming.socket.remoteAddress) addresses.set(request, incoming.socket.remoteAddress);
  return request;
}

/** Writes again what a body parser read. */
function writeBody(body: unknown, type = ''): string {
  const isForm = type.startsWith('application/x-www-form-urlencoded');
  return isForm ? new URLSearchParams(Object(body) as Record<string, string>).toString() : JSON.stringify(body);
}

/** The body, or `undefined` if something else read it and didn't keep it. */
async function readBody(incoming: NodeRequest, limit: number): Promise<string | Uint8Array<ArrayBuffer> | undefined> {
  const { body } = incoming;
  if (typeof body === 'string') return body;
  if (body instanceof Uint8Array) return new Uint8Array(body);
  if (body !== undefined && incoming.readableEnded) return writeBody(body, incoming.headers['content-type']);
  if (incoming.readableDidRead) return undefined;

  const chunks: Buffer[] = [];
  let size = 0;
  // Destroying the stream after the loop would close the connection before the response is sent.
  const parts: AsyncIterable<Buffer> = incoming.iterator({ destroyOnReturn: false });
  for await (const chunk of parts) {
    chunks.push(chunk);
    size += chunk.byteLength;
    if (size > limit) break;
  }
  return new Uint8Array(Buffer.concat(chunks));
}
