import { CibaError } from '../../contract/index.js';
import type { CibaErrorCode } from '../../contract/index.js';
import { MAX_SECONDS, validateSeconds } from '../../contract/validate.js';

/** Seconds to wait for one response, unless an adapter or an option says otherwise. */
export const DEFAULT_TIMEOUT_SECONDS = 15;

export interface TextCall {
  /** Names the request in error messages. Holds no ID and no code. */
  readonly name: string;
  readonly signal?: AbortSignal | undefined;
  /** Seconds, including reading the body. @default 15 */
  readonly timeout?: number | undefined;
  /** @default the global `fetch` at the time of the call, since tracing or a test may replace it */
  readonly fetch?: typeof fetch | undefined;
}

/**
 * Sends one request and reads the whole response as text, whatever its status.
 * @throws CibaError `timeout`, `offline` or `network`; the signal's own reason when it was aborted
 */
export async function fetchText(
  url: string,
  init: RequestInit,
  { name, signal, timeout = DEFAULT_TIMEOUT_SECONDS, fetch: send = fetch }: TextCall,
): Promise<{ response: Response; text: string }> {
  signal?.throwIfAborted();
  const controller = new AbortController();
  const abort = () => controller.abort(signal?.reason);
  signal?.addEventListener('abort', abort);
  const giveUp = () => controller.abort(new CibaError('timeout', `${name} got no response within ${timeout} s.`));
  // A delay beyond what a timer can hold, such as Infinity, would fire at once.
  const timer = setTimeout(giveUp, Math.min(timeout, MAX_SECONDS) * 1000);

  try {
    const response = await send(url, { ...init, cache: 'no-store', redirect: 'error', signal: controller.signal });
    return { response, text: await response.text() };
  } catch (cause) {
    controller.signal.throwIfAborted();
    const code = globalThis.navigator?.onLine === false ? 'offline' : 'network';
    throw new CibaError(code, `${name} got no full response (${code}).`, { cause });
  } finally {
    clearTimeout(timer);
    signal?.removeEventListener('abort', abort);
  }
}

const CODES: Readonly<Record<number, CibaErrorCode>> = {
  401: 'unauthorized',
  403: 'forbidden',
  404: 'notFound',
  408: 'timeout',
  429: 'rateLimited',
  504: 'timeout',
};

/** The error code for a status that isn't a success, if the body names no known error. */
export function codeOfStatus(status: number): CibaErrorCode {
  return CODES[status] ?? (status < 500 ? 'badResponse' : 'unavailable');
}

/** Parses JSON without checking its shape; returns undefined if the text isn't JSON. */
export function parseJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    // The parser's error quotes the text, which may hold a session, so it must not become a `cause`.
    return undefined;
  }
}

/**
 * Seconds of a `Retry-After` header, which holds seconds or a date (RFC 9110 §10.2.3). Returns undefined if the value is
 * invalid or in the past. The date is compared with the server's own, because the device's clock can be wrong.
 */
export function parseRetryAfter(headers: Headers): number | undefined {
  const value = headers.get('retry-after') ?? '';
  return validateSeconds(
    /^\d+$/.test(value) ? Number(value) : (Date.parse(value) - Date.parse(headers.get('date') ?? '')) / 1000,
  );
}
