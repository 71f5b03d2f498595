import { CibaError } from '../../contract/index.js';
import type { CibaErrorCode } from '../../contract/index.js';
import { MAX_SECONDS, validateSeconds } from '../../contract/validate.js';

export interface TextCall {
  /** The request in the words of error texts; holds no id and no code. */
  readonly name: string;
  readonly signal?: AbortSignal | undefined;
  /** Seconds, the reading of the body included. @default 15 */
  readonly timeout?: number | undefined;
  /** @default the global `fetch` of the moment, which tracing or a test may have replaced */
  readonly fetch?: typeof fetch | undefined;
}

/**
 * Sends one request and reads its answer whole, whatever its status.
 * @throws CibaError `timeout`, `offline` or `network`; the signal's own reason when it was aborted
 */
export async function fetchText(
  url: string,
  init: RequestInit,
  { name, signal, timeout = 15, fetch: send = fetch }: TextCall,
): Promise<{ response: Response; text: string }> {
  signal?.throwIfAborted();
  const controller = new AbortController();
  const abort = () => controller.abort(signal?.reason);
  signal?.addEventListener('abort', abort);
  const giveUp = () => controller.abort(new CibaError('timeout', `${name} got no answer within ${timeout} s.`));
  // A timer that is asked for more than it can hold, such as Infinity, would fire at once.
  const timer = setTimeout(giveUp, Math.min(timeout, MAX_SECONDS) * 1000);

  try {
    const response = await send(url, { ...init, cache: 'no-store', redirect: 'error', signal: controller.signal });
    return { response, text: await response.text() };
  } catch (cause) {
    controller.signal.throwIfAborted();
    const code = globalThis.navigator?.onLine === false ? 'offline' : 'network';
    throw new CibaError(code, `${name} got no whole answer, or a redirect (${code}).`, { cause });
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

/** What a status that is no success means, where the body names no error that is known. */
export function codeOfStatus(status: number): CibaErrorCode {
  return CODES[status] ?? (status < 500 ? 'badResponse' : 'unavailable');
}

/** What a text says as JSON, unchecked; undefined where it is none. */
export function parseJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    // The parser's own error quotes the text, which may hold a session: it must not become a `cause`.
    return undefined;
  }
}

/** Seconds of a `Retry-After` header, which holds seconds or a date (RFC 9110 §10.2.3); undefined where it makes no sense or is over. */
export function parseRetryAfter(headers: Headers): number | undefined {
  const value = headers.get('retry-after') ?? '';
  return validateSeconds(/^\d+$/.test(value) ? Number(value) : (Date.parse(value) - Date.now()) / 1000);
}
