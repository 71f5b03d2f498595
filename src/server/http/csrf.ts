import { RefusedRequest } from './body-and-response.js';
import type { HandlerRequest } from './handler-request.js';

/**
 * Keeps other sites from acting in a user's name. SameSite cookies alone don't keep out sibling hosts. A custom header
 * does, because only a page of the same origin can send one without a preflight (OAuth 2.0 for Browser-Based Apps
 * §6.1.3.3). `Origin` and `Sec-Fetch-Site` are checked too.
 * @throws RefusedRequest 403
 */
export function guardPost(request: HandlerRequest, origin: string): void {
  guardHeader(request);
  if (request.headers.get('origin') !== origin) {
    throw new RefusedRequest(
      'origin',
      403,
      'forbidden',
      'The page\'s origin differs from the `origin` of createCibaHandler. Set `origin` to the address in the browser; http and https differ, and so do "localhost" and "127.0.0.1".',
    );
  }
  const site = request.headers.get('sec-fetch-site');
  if (site !== null && site !== 'same-origin') {
    throw new RefusedRequest('fetchSite', 403, 'forbidden', 'Only pages of the same origin may call the handler.');
  }
}

/**
 * The same for an app's own clients besides its pages. A request without an origin, a cookie and `Sec-Fetch-Site` doesn't come
 * from a browser: a native app sends a token of its own, which no other site can add.
 * @throws RefusedRequest 403
 */
export function guardApp(request: HandlerRequest, origin: string): void {
  const { headers } = request;
  const isBrowser = ['origin', 'cookie', 'sec-fetch-site'].some((name) => headers.has(name));
  if (isBrowser) guardPost(request, origin);
  else guardHeader(request);
}

/**
 * Event streams need the header too. EventSource can't send it, but `fetch` can.
 * @throws RefusedRequest 403
 */
export function guardStream(request: HandlerRequest): void {
  guardHeader(request);
  guardGet(request);
}

/**
 * Reading the session needs no header, but other sites may not read it.
 * @throws RefusedRequest 403
 */
export function guardGet(request: HandlerRequest): void {
  const site = request.headers.get('sec-fetch-site');
  if (site === 'cross-site' || site === 'same-site') {
    throw new RefusedRequest('fetchSite', 403, 'forbidden', 'Only pages of the same origin may call the handler.');
  }
}

/** A custom header, which only a page of the same origin can send without a preflight. */
function guardHeader(request: HandlerRequest): void {
  if (request.headers.get('x-ciba-request') !== '1') {
    throw new RefusedRequest(
      'header',
      403,
      'forbidden',
      'The `x-ciba-request: 1` header is missing. Call the handler through createHttpAdapter, or send the header.',
    );
  }
}
