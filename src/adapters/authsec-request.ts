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
  const { timeout, fetch: send } = connection;

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
    const requestId = headers.get('x-request-id');
    const said = `${name} got ${status}${requestId ? `, X-Request-ID ${requestId}` : ''}`;
    return { status, headers, body, said };
  };
}

/** A field that is a text with something in it. */
export function textOf(value: unknown): string | undefined {
  return (typeof value === 'string' && value) || undefined;
}

/** What a code in a body means, or a status where the body names none. */
const MEANINGS: ReadonlyMap<unknown, CibaErrorCode> = new Map<unknown, CibaErrorCode>([
  ['invalid_client', 'misconfigured'],
  ['invalid_request', 'misconfigured'],
  ['invalid_scope', 'misconfigured'],
  ['no_device_registered', 'noDevice'],
  ['server_error', 'unavailable'],
  ['user_not_found', 'unknownUser'],
  [401, 'unauthorized'],
  [403, 'forbidden'],
  [404, 'misconfigured'],
  [408, 'timeout'],
  [429, 'rateLimited'],
]);

/**
 * The error of an answer that says neither yes nor no. What AuthSec says in prose is not repeated: it names users.
 *
 * @param refusal what 400 and 401 mean where the body names no code
 */
export function toAuthSecError({ status, headers, body, said }: AuthSecAnswer, refusal?: CibaErrorCode): CibaError {
  const code =
    MEANINGS.get(body['error']) ??
    (status === 400 || status === 401 ? refusal : undefined) ??
    MEANINGS.get(status) ??
    (status < 500 ? 'badResponse' : 'unavailable');
  const retryAfter = parseRetryAfter(headers) ?? parseWindow(body['window']);
  return new CibaError(code, `${said} (${code}): see docs/authsec.md.`, {
    retryAfter,
    // A 4xx that nobody explained stays as it is, however often it is asked.
    retryable: code === 'badResponse' ? status < 300 : undefined,
  });
}

/** Seconds of a window as Go prints it, such as "1m0s". */
function parseWindow(value: unknown): number | undefined {
  const [, minutes, seconds] = /^(\d+)m(\d+)s$/.exec(String(value)) ?? [];
  return minutes && seconds ? Number(minutes) * 60 + Number(seconds) : undefined;
}
