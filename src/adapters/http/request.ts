import { CIBA_ERROR_CODES, CibaError } from '../../contract/index.js';
import type { JsonValue } from '../../contract/index.js';
import { codeOfStatus, fetchText, parseJson, parseRetryAfter } from '../shared/fetch-text.js';
import type { TextCall } from '../shared/fetch-text.js';
import { validateReference, validateSeconds } from '../../contract/validate.js';

export interface HttpCall extends Omit<TextCall, 'name'> {
  readonly url: string;
  /** Sent by POST; without it, a GET is sent. */
  readonly body?: Readonly<Record<string, JsonValue | undefined>> | undefined;
  /** Statuses besides 2xx whose bodies are answers. */
  readonly answers?: readonly number[];
  readonly headers?: Readonly<Record<string, string>> | undefined;
}

/** How the page reaches the server's part. */
export interface HttpOptions {
  /** Sends the requests. @default the global `fetch` */
  readonly fetch?: typeof fetch;
  /** Seconds to wait for one response. @default 15 */
  readonly timeout?: number;
}

type SendOptions = Pick<HttpCall, 'signal' | 'headers' | 'answers'>;

/** Returns the path without a slash at its end, and a function that sends requests below it. */
export function connect(
  { fetch, timeout, basePath }: HttpOptions & { readonly basePath?: string | undefined },
  defaultPath: string,
) {
  const path = (basePath ?? defaultPath).replace(/\/+$/, '');
  return {
    basePath: path,
    send: (act: string, body?: HttpCall['body'], options: Partial<SendOptions> = {}) =>
      sendJson({ fetch, timeout, signal: undefined, ...options, url: `${path}/${act}`, body }),
  };
}

/**
 * Sends one request and returns the parsed JSON, unchecked, or undefined if the body isn't JSON.
 *
 * @throws CibaError for every error; the signal's own reason when it was aborted
 */
export async function sendJson({ url, body, headers, answers = [], ...call }: HttpCall): Promise<unknown> {
  const method = body ? 'POST' : 'GET';
  // IDs and codes are sent in the body only, so error messages may hold the method and the URL.
  const name = `${method} ${url}`;

  const init: RequestInit = {
    method,
    // The handler rejects requests without this header, which another site can't set without a preflight.
    headers: { 'content-type': 'application/json', 'x-ciba-request': '1', ...headers },
    credentials: 'same-origin',
    // JSON.stringify(undefined) is undefined, so a GET has no body.
    body: JSON.stringify(body),
  };
  const { response, text } = await fetchText(url, init, { ...call, name });
  const answer = parseJson(text);
  if (!response.ok && !answers.includes(response.status)) throw toHttpError(name, response, answer);
  return answer;
}

function toHttpError(name: string, { status, headers }: Response, answer: unknown): CibaError {
  const body = Object(answer) as {
    readonly error?: unknown;
    readonly retryAfter?: unknown;
    readonly reference?: unknown;
  };
  const code = CIBA_ERROR_CODES.find((known) => known === body.error) ?? codeOfStatus(status);
  const retryAfter = validateSeconds(body.retryAfter) ?? parseRetryAfter(headers);
  const text = `${name} got ${status} (${code}). The server's log says why.`;
  return new CibaError(code, text, {
    retryAfter,
    reference: validateReference(body.reference),
    // A retry doesn't change a 4xx without a known reason.
    retryable: code === 'badResponse' && status < 500 ? false : undefined,
  });
}
