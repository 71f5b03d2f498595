import { CibaError } from '../contract/index.js';
import type { CibaErrorCode } from '../contract/index.js';
import { type AuthSecConnection, readRoot } from './authsec-server.js';
import { fetchText, parseJson, parseRetryAfter } from './fetch-text.js';

/** One answer, whatever its status: AuthSec says "no" with 200, 202, 400, 401 and 403. */
export interface AuthSecAnswer {
  readonly status: number;
  readonly headers: Headers;
  /** The fields of the JSON, unchecked; none where the body is no JSON object. */
  readonly body: Readonly<Record<string, unknown>>;
  /** The request, and what came back, in words for error texts. */
  readonly said: string;
}

export type SendToAuthSec = (
  path: string,
  fields: object,
  signal: AbortSignal,
  headers?: Readonly<Record<string, string>>,
) => Promise<AuthSecAnswer>;

/** Makes the function that sends one request. Ids and codes travel in the body alone. */
export function createSend(connection: AuthSecConnection): SendToAuthSec {
  const root = readRoot(connection);
  const { timeout = 15 } = connection;
  // Looked up at each call, so that a fetch that is replaced later (tracing, tests) is used.
  const send: typeof fetch = connection.fetch ?? ((...request) => fetch(...request));

  return async (path, fields, signal, extraHeaders) => {
    const name = `POST ${root}${path}`;
    const init: RequestInit = {
      method: 'POST',
      headers: { 'content-type': 'application/json', ...extraHeaders },
      credentials: 'omit',
      body: JSON.stringify(fields),
    };
    const { response, text } = await fetchText(root + path, init, { name, signal, timeout, fetch: send });
    const { status, headers } = response;
    const body = Object(parseJson(text)) as Record<string, unknown>;
    // Lets a line of your log be found in AuthSec's.
    const requestId = headers.get('x-request-id')?.replace(/[^\w.-]/g, '');
    const said = `${name} was answered with ${status}${requestId ? `, X-Request-ID ${requestId}` : ''}`;
    return { status, headers, body, said };
  };
}

/** A field that is a text with something in it. */
export function textOf(value: unknown): string | undefined {
  return typeof value === 'string' && value !== '' ? value : undefined;
}

/** The codes that AuthSec's bodies name where it says neither yes nor no. */
const CODES: Readonly<Record<string, CibaErrorCode>> = {
  access_denied: 'refused',
  invalid_client: 'misconfigured',
  invalid_request: 'misconfigured',
  invalid_scope: 'misconfigured',
  no_device_registered: 'noDevice',
  server_error: 'unavailable',
  user_not_found: 'unknownUser',
};

const STATUSES: Readonly<Record<number, CibaErrorCode>> = {
  401: 'unauthorized',
  403: 'forbidden',
  404: 'misconfigured',
  408: 'timeout',
  429: 'rateLimited',
};

const ADVICE: { readonly [Code in CibaErrorCode]?: string } = {
  forbidden: ' Does it admit this origin?',
  misconfigured: ' Check the adapter’s options and the scopes.',
  rateLimited: ' Set a longer `minInterval`.',
  unauthorized: ' It wants `credentials` or a fresh token.',
};

/**
 * The error of an answer that says neither yes nor no. What AuthSec says in prose is not repeated: it names users.
 *
 * @param refusal what 400 and 401 mean where the body names no code
 */
export function toAuthSecError({ status, headers, body, said }: AuthSecAnswer, refusal?: CibaErrorCode): CibaError {
  const error = String(body['error']);
  const code =
    (Object.hasOwn(CODES, error) ? CODES[error] : undefined) ??
    (status === 400 || status === 401 ? refusal : undefined) ??
    STATUSES[status] ??
    (status < 500 ? 'badResponse' : 'unavailable');
  const retryAfter = parseRetryAfter(headers) ?? parseDuration(body['window']);
  return new CibaError(code, `${said} (${code}).${ADVICE[code] ?? ''}`, {
    ...(retryAfter !== undefined && { retryAfter }),
    // A 4xx that nobody explained stays as it is, however often it is asked.
    ...(code === 'badResponse' && { retryable: status < 300 }),
  });
}

/** Seconds of a duration as Go prints it, such as "1m0s". */
function parseDuration(value: unknown): number | undefined {
  const [, minutes, seconds] = /^(?:(\d+)m)?(\d+)s$/.exec(String(value)) ?? [];
  return seconds === undefined ? undefined : Number(minutes ?? 0) * 60 + Number(seconds);
}
