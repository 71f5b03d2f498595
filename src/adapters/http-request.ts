import { CIBA_ERROR_CODES, CibaError } from '../contract/index.js';
import type { CibaErrorCode } from '../contract/index.js';
import { toSeconds } from './http-answers.js';

/** What a status means where the body names no code of ours; any other 5xx is `unavailable`. */
const CODE_OF_STATUS: Readonly<Record<number, CibaErrorCode>> = {
  401: 'unauthorized',
  403: 'forbidden',
  404: 'notFound',
  408: 'timeout',
  429: 'rateLimited',
  504: 'timeout',
};

export interface HttpCall {
  readonly url: string;
  /** Sent by POST; without it, a GET is sent. */
  readonly body?: Readonly<Record<string, string | undefined>> | undefined;
  readonly signal?: AbortSignal | undefined;
}

/**
 * Sends one request and returns what its JSON says, unchecked; undefined where the body is empty or not JSON.
 *
 * @param timeout seconds, the reading of the body included
 * @throws CibaError for every fault; the signal's own reason when it was aborted
 */
export async function sendJson(call: HttpCall, fetchJson: typeof fetch, timeout: number): Promise<unknown> {
  const { url, body, signal } = call;
  const method = body ? 'POST' : 'GET';
  // Ids and codes travel in the body alone, so method and URL may stand in an error text.
  const name = `${method} ${url}`;

  signal?.throwIfAborted();
  const controller = new AbortController();
  const abort = () => controller.abort();
  signal?.addEventListener('abort', abort);
  let timedOut = false;
  const giveUp = () => {
    timedOut = true;
    abort();
  };
  // A timer that is asked for more than it can hold, such as Infinity, would fire at once.
  const timer = setTimeout(giveUp, Math.min(timeout * 1000, 2 ** 31 - 1));

  let response: Response;
  let text: string;
  try {
    response = await fetchJson(url, {
      method,
      // The handler refuses requests without this header: another site cannot set it without asking first.
      headers: { 'content-type': 'application/json', 'x-ciba-request': '1' },
      credentials: 'same-origin',
      cache: 'no-store',
      redirect: 'error',
      signal: controller.signal,
      ...(body && { body: JSON.stringify(body) }),
    });
    text = await response.text();
  } catch (cause) {
    signal?.throwIfAborted();
    if (timedOut) throw new CibaError('timeout', `${name} was not answered within ${timeout} s.`);
    if (globalThis.navigator?.onLine === false)
      throw new CibaError('offline', `${name} failed: no connection.`, { cause });
    throw new CibaError('network', `${name} failed: no answer, half of one, or a redirect.`, { cause });
  } finally {
    clearTimeout(timer);
    signal?.removeEventListener('abort', abort);
  }

  const answer = parseJson(text);
  if (!response.ok) throw toHttpError(name, response, answer);
  return answer;
}

function parseJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    // The parser's own error quotes the text, which may hold a session: it must not become a `cause`.
    return undefined;
  }
}

function toHttpError(name: string, { status, headers }: Response, answer: unknown): CibaError {
  const body = Object(answer) as { readonly error?: unknown; readonly retryAfter?: unknown };
  const code =
    CIBA_ERROR_CODES.find((known) => known === body.error) ??
    CODE_OF_STATUS[status] ??
    (status < 500 ? 'badResponse' : 'unavailable');
  const retryAfter = toSeconds(body.retryAfter) ?? parseRetryAfter(headers);
  const text = `${name} was answered with ${status} (${code}). The server's log says why.`;
  return new CibaError(code, text, {
    ...(retryAfter !== undefined && { retryAfter }),
    // A 4xx that nobody explained stays as it is, however often it is asked.
    ...(code === 'badResponse' && status < 500 && { retryable: false }),
  });
}

/** Seconds of a `Retry-After` header, which holds seconds or a date (RFC 9110 §10.2.3). */
function parseRetryAfter(headers: Headers): number | undefined {
  const value = headers.get('retry-after');
  if (!value) return undefined;
  const seconds = /^\d+$/.test(value) ? Number(value) : (Date.parse(value) - Date.now()) / 1000;
  return toSeconds(Math.max(0, seconds));
}
