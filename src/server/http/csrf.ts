import { RefusedRequest } from './body-and-response.js';

/**
 * Keeps other sites from acting in a user's name. SameSite cookies alone leave sibling hosts; a header that only a
 * page of the same origin can send without a preflight closes that (OAuth 2.0 for Browser-Based Apps §6.1.3.3), and
 * Origin and Sec-Fetch-Site are checked besides.
 * @throws RefusedRequest 403
 */
export function guardPost(request: Request, origin: string): void {
  if (request.headers.get('x-ciba-request') !== '1') {
    throw new RefusedRequest('header', 403, 'forbidden', 'The header "x-ciba-request: 1" is missing.');
  }
  if (request.headers.get('origin') !== origin) {
    throw new RefusedRequest(
      'origin',
      403,
      'forbidden',
      'The page\'s origin is not the `origin` that createCibaHandler was given (http and https, "localhost" and "127.0.0.1" differ).',
    );
  }
  const site = request.headers.get('sec-fetch-site');
  if (site !== null && site !== 'same-origin') {
    throw new RefusedRequest('fetchSite', 403, 'forbidden', 'Only pages of the same origin may call this.');
  }
}

/**
 * Listening needs the header too: EventSource cannot send it, but `fetch` can.
 * @throws RefusedRequest 403
 */
export function guardStream(request: Request): void {
  if (request.headers.get('x-ciba-request') !== '1') {
    throw new RefusedRequest('header', 403, 'forbidden', 'The header "x-ciba-request: 1" is missing.');
  }
  guardGet(request);
}

/**
 * Reading the session needs no header, but no other site may ask.
 * @throws RefusedRequest 403
 */
export function guardGet(request: Request): void {
  const site = request.headers.get('sec-fetch-site');
  if (site === 'cross-site' || site === 'same-site') {
    throw new RefusedRequest('fetchSite', 403, 'forbidden', 'Only pages of the same origin may call this.');
  }
}
