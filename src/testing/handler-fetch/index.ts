import { unlessAborted } from '../../contract/unless-aborted.js';
import { createCookieJar } from './cookie-jar.js';

export interface HandlerFetchOptions {
  /** The page's origin, which must be the `origin` of the handler. @default `location.origin` */
  readonly origin?: string;
}

/**
 * Creates a `fetch` that calls your own `createCibaHandler` handler without a network, as one browser would. It sends
 * `Origin` and `Sec-Fetch-Site`, keeps the cookies (also `HttpOnly` ones), passes streams on, and rejects with the
 * signal's own reason when a call is aborted. Each call of `handlerFetch` is a new browser without cookies.
 *
 * @throws Error without an origin, or if the test environment has no `Request`
 * @example
 * import { createHttpAdapter } from 'react-ciba/adapters/http';
 * import { createMemoryAdapter } from 'react-ciba/adapters/memory';
 * import { createCibaHandler } from 'react-ciba/server';
 *
 * const backend = createMemoryAdapter({ resumable: true });
 * const handler = createCibaHandler({
 *   adapter: backend,
 *   origin: 'https://app.example',
 *   authRequest: (loginHint) => ({ loginHint }),
 *   publicSession: ({ name }) => ({ name }),
 * });
 * const adapter = createHttpAdapter({ fetch: handlerFetch(handler, { origin: 'https://app.example' }) });
 */
export function handlerFetch(
  handler: (request: Request) => Response | Promise<Response>,
  options: HandlerFetchOptions = {},
): typeof fetch {
  const origin = options.origin ?? globalThis.location?.origin;
  if (!origin || origin === 'null') {
    throw new Error(
      "handlerFetch needs the page's origin. Pass the `origin` of createCibaHandler as its second argument.",
    );
  }
  if (typeof Request === 'undefined') {
    throw new Error(
      'handlerFetch needs `Request` and `Response`, which jest-environment-jsdom removes. Use the jest-fixed-jsdom environment, or write `@jest-environment node` at the top of the file.',
    );
  }
  const jar = createCookieJar();

  return async (input, init = {}) => {
    const given = typeof input === 'object' && 'url' in input ? input : undefined;
    const url = new URL(given?.url ?? String(input), origin);
    if (url.origin !== new URL(origin).origin) {
      throw new TypeError(
        `handlerFetch got a request to ${url.origin}, expected ${origin}. It serves one origin only. Set \`origin\` of createCibaHandler and handlerFetch to the page's origin.`,
      );
    }
    const withCookies = (init.credentials ?? given?.credentials) !== 'omit';
    const method = (init.method ?? given?.method ?? 'GET').toUpperCase();
    const signal = init.signal ?? given?.signal ?? undefined;
    signal?.throwIfAborted();

    const headers = new Headers(init.headers ?? given?.headers);
    headers.delete('cookie');
    const cookies = withCookies ? jar.header(url) : '';
    if (cookies) headers.set('cookie', cookies);
    // As in browsers, a GET of the same origin has no `Origin`.
    if (method !== 'GET' && method !== 'HEAD') headers.set('origin', new URL(origin).origin);
    headers.set('sec-fetch-site', 'same-origin');
    headers.set('sec-fetch-mode', 'cors');

    const body = init.body ?? (given?.body ? await given.text() : null);
    const request = createRequest(url, { method, body }, headers, signal);
    const response = await unlessAborted(Promise.resolve(handler(request)), signal);
    if (withCookies) jar.store(url, response.headers.getSetCookie());
    return hideCookies(response, signal);
  };
}

/**
 * Creates the request that arrives at the server. A page's `Request` class removes `Cookie` and `Origin` (happy-dom), and
 * may refuse a signal of another realm (jsdom), so both are set on the instance.
 */
function createRequest(url: URL, init: RequestInit, headers: Headers, signal: AbortSignal | undefined): Request {
  const request = new Request(url.href, { ...init, headers });
  Object.defineProperty(request, 'headers', { value: headers });
  if (signal) Object.defineProperty(request, 'signal', { value: signal });
  return request;
}

/** Pages can't read `Set-Cookie`. An abort also ends the body. */
function hideCookies({ body, status, statusText, headers }: Response, signal: AbortSignal | undefined): Response {
  const visible = new Headers(headers);
  visible.delete('set-cookie');
  const readable = body && signal ? endOnAbort(body, signal) : body;
  return new Response(readable, { status, statusText, headers: visible });
}

function endOnAbort(body: ReadableStream<Uint8Array>, signal: AbortSignal): ReadableStream<Uint8Array> {
  const reader = body.getReader();
  return new ReadableStream({
    start(controller) {
      const stop = () => {
        controller.error(signal.reason);
        void reader.cancel(signal.reason);
      };
      if (signal.aborted) stop();
      else signal.addEventListener('abort', stop, { once: true });
    },
    async pull(controller) {
      const { done, value } = await reader.read();
      if (signal.aborted) return;
      if (done) controller.close();
      else controller.enqueue(value);
    },
    cancel: (reason) => reader.cancel(reason),
  });
}
