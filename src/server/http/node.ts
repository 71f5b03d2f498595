import type { IncomingMessage, ServerResponse } from 'node:http';
import { Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import type { ReadableStream as NodeStream } from 'node:stream/web';
import { BREAKS_CONNECTION } from '../../contract/broken-connection.js';
import { misconfigured } from '../../contract/errors.js';
import { JsonAnswer } from './body-and-response.js';
import type { HandlerRequest } from './handler-request.js';
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
  const answerDirectly = ownHandlers.get(handler);
  const bodyLimit = isOwn ? OWN_BODY_BYTES : (options.bodyLimit ?? DEFAULT_BODY_LIMIT_BYTES);

  return (incoming, outgoing, next) => {
    if (typeof outgoing?.setHeader !== 'function') {
      throw misconfigured(
        'toNodeListener expected the request and the response of node:http. In a framework that passes a Web `Request`, call `handler(request)`; in Fastify, pass `request.raw` and `reply.raw`.',
      );
    }
    void serve(incoming, outgoing, next);
  };

  async function serve(
    incoming: NodeRequest,
    outgoing: ServerResponse,
    next: ((error?: unknown) => void) | undefined,
  ): Promise<void> {
    try {
      await answer(incoming, outgoing);
    } catch (caught) {
      if (BREAKS_CONNECTION in Object(caught)) outgoing.destroy();
      else if (next && !outgoing.headersSent) next(caught);
      else {
        if (!outgoing.headersSent) outgoing.statusCode = 500;
        outgoing.end();
      }
    }
  }

  async function answer(incoming: NodeRequest, outgoing: ServerResponse): Promise<void> {
    const hangUp = watchHangUp(outgoing);
    const body = hasBody(incoming) ? await readBody(incoming, bodyLimit) : null;
    if (body instanceof Uint8Array && body.byteLength > bodyLimit && !isOwn) {
      outgoing.statusCode = 413;
      outgoing.setHeader('content-type', 'application/json');
      return void outgoing.end(
        JSON.stringify({ error: 'misconfigured', detail: `The body is larger than ${bodyLimit} bytes.` }),
      );
    }
    const received = new ReceivedRequest(incoming, body, hangUp, options.origin);
    const response = answerDirectly ? await answerDirectly(received) : await handler(received.toRequest());
    return response instanceof JsonAnswer ? writeJson(outgoing, response) : writeResponse(outgoing, response);
  }
}

function writeJson(outgoing: ServerResponse, { status, headers, cookies, text }: JsonAnswer): void {
  outgoing.statusCode = status;
  for (const name in headers) outgoing.setHeader(name, headers[name] ?? '');
  if (cookies.length > 0) outgoing.setHeader('set-cookie', cookies);
  outgoing.end(text ?? '');
}

async function writeResponse(outgoing: ServerResponse, response: Response): Promise<void> {
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

/** Aborts when the client hangs up. The signal is created on first use, because few requests need one. */
interface HangUp {
  readonly signal: AbortSignal;
}

function watchHangUp(outgoing: ServerResponse): HangUp {
  let isLost = false;
  let controller: AbortController | null = null;
  outgoing.on('close', () => {
    isLost = !outgoing.writableFinished;
    if (isLost) controller?.abort();
  });
  return {
    get signal() {
      controller ??= new AbortController();
      if (isLost) controller.abort();
      return controller.signal;
    },
  };
}

/** A host name, an IPv4 address or a bracketed IPv6 address, with or without a port. */
const HOST = /^([\w.-]+|\[[\da-f:.]+\])(:\d+)?$/i;

/** The last `Host` header, and the origin by it. Most requests have the same. */
let lastHost = { host: '', origin: 'http://localhost' };

/** The origin by the `Host` header, unless it contains something else: it must not become a part of the path. */
function originByHost({ headers: { host = '' } }: NodeRequest): string {
  if (host !== lastHost.host) {
    const origin = `http://${host}`;
    lastHost = { host, origin: HOST.test(host) && URL.canParse(origin) ? origin : 'http://localhost' };
  }
  return lastHost.origin;
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

/** The body of a request: `null` for a method without one, `undefined` if something else read it and didn't keep it. */
type ReceivedBody = Uint8Array | null | undefined;

const NOTHING = new Uint8Array();

/** A request of node:http as the handler reads it. It becomes a `Request` on first use. */
class ReceivedRequest implements HandlerRequest {
  readonly #incoming: NodeRequest;
  readonly #body: ReceivedBody;
  readonly #hangUp: HangUp;
  readonly #origin: string | undefined;
  #request: Request | null = null;
  readonly headers: HandlerRequest['headers'];
  readonly body = null;

  constructor(incoming: NodeRequest, body: ReceivedBody, hangUp: HangUp, origin: string | undefined) {
    this.#incoming = incoming;
    this.#body = body;
    this.#hangUp = hangUp;
    this.#origin = origin;
    const { headers } = incoming;
    this.headers = {
      get(name) {
        const value = headers[name];
        return value === undefined ? null : Array.isArray(value) ? value.join(', ') : value;
      },
      has: (name) => headers[name] !== undefined,
    };
  }

  get method() {
    return this.#incoming.method ?? 'GET';
  }

  get url() {
    const base = this.#origin ?? originByHost(this.#incoming);
    // The parts are joined as text, because `new URL('//elsewhere', base)` would leave the origin.
    return base.replace(/\/$/, '') + pathOf(this.#incoming);
  }

  get signal() {
    return this.#hangUp.signal;
  }

  get received() {
    return this.#body ?? NOTHING;
  }

  get bodyUsed() {
    return this.#body === undefined;
  }

  toRequest(): Request {
    this.#request ??= this.#makeRequest();
    return this.#request;
  }

  #makeRequest(): Request {
    const headers = new Headers();
    for (const [name, value] of Object.entries(this.#incoming.headers)) {
      // HTTP/2 lists its pseudo headers (":path") as well.
      if (value === undefined || name.startsWith(':')) continue;
      for (const one of Array.isArray(value) ? value : [value]) headers.append(name, one);
    }
    const { method, signal } = this;
    // Only a method that may have a body may be given one.
    const body = this.#body === null ? null : new Uint8Array(this.received);
    const request = new Request(new URL(this.url), { method, headers, body, signal });
    // Something else read the body and didn't keep it. The handler then says so, because it can't read it either.
    if (this.#body === undefined) void request.arrayBuffer();
    nodeRequests.set(request, this.#incoming);
    const { remoteAddress } = this.#incoming.socket;
    if (remoteAddress) addresses.set(request, remoteAddress);
    return request;
  }
}

/** Writes again what a body parser read. */
function writeBody(body: unknown, type = ''): string {
  const isForm = type.startsWith('application/x-www-form-urlencoded');
  return isForm ? new URLSearchParams(Object(body) as Record<string, string>).toString() : JSON.stringify(body);
}

async function readBody(incoming: NodeRequest, limit: number): Promise<ReceivedBody> {
  const { body } = incoming;
  if (typeof body === 'string') return new TextEncoder().encode(body);
  if (body instanceof Uint8Array) return body;
  if (body !== undefined && incoming.readableEnded) {
    return new TextEncoder().encode(writeBody(body, incoming.headers['content-type']));
  }
  if (incoming.readableDidRead) return undefined;
  return receiveBody(incoming, limit);
}

/** Reads the body, up to the chunk that exceeds the limit. */
function receiveBody(incoming: NodeRequest, limit: number): Promise<Uint8Array> {
  return new Promise((resolve, reject) => {
    const chunks: Buffer[] = [];
    let size = 0;
    function settle(error?: Error): void {
      incoming.off('data', take).off('end', settle).off('error', settle).off('close', hangUp);
      if (error) reject(error);
      else resolve(chunks.length === 1 && chunks[0] ? chunks[0] : Buffer.concat(chunks));
    }
    function take(chunk: Buffer): void {
      chunks.push(chunk);
      size += chunk.byteLength;
      if (size <= limit) return;
      // The rest stays unread. Destroying the request would close the connection before the response is sent.
      incoming.pause();
      settle();
    }
    const hangUp = () => settle(new Error('The client hung up before its whole body had arrived.'));
    // A connection that ended while middleware ran fires no further event.
    if (incoming.destroyed) hangUp();
    else incoming.on('data', take).on('end', settle).on('error', settle).on('close', hangUp);
  });
}
