import { CibaError } from '../../contract/index.js';
import type { CibaErrorCode } from '../../contract/index.js';
import { validateSeconds } from '../../contract/validate.js';
import { type AuthSecConnection, readRoot } from './connection.js';
import { fetchText, parseJson, parseRetryAfter } from '../shared/fetch-text.js';

/** One answer, whatever its status: AuthSec says "no" with 200, 202, 400, 401 and 403. */
export interface AuthSecAnswer {
  readonly status: number;
  /** The fields of the JSON, unchecked; none where the body is no JSON object. */
  readonly body: Readonly<Record<string, unknown>>;
  /** Seconds to wait before the next request, where AuthSec says so. */
  readonly retryAfter: number | undefined;
  /**
   * The error of an answer that says neither yes nor no. What AuthSec says in prose is not repeated: it names users.
   *
   * @param refusal what 400 and 401 mean where the body names no code
   * @param final whether it was heard so often that asking again is no use
   */
  toError(refusal?: CibaErrorCode, final?: boolean): CibaError;
}

export type SendToAuthSec = (
  path: string,
  fields: object,
  options: { readonly signal: AbortSignal },
  headers?: Readonly<Record<string, string>>,
) => Promise<AuthSecAnswer>;

/** What a code in a body means, or a status where the body names none. */
const MEANINGS: ReadonlyMap<unknown, CibaErrorCode> = new Map<unknown, CibaErrorCode>([
  ['invalid_client', 'misconfigured'],
  ['invalid_request', 'misconfigured'],
  ['invalid_scope', 'misconfigured'],
  [404, 'misconfigured'],
  ['no_device_registered', 'noDevice'],
  ['server_error', 'unavailable'],
  ['user_not_found', 'unknownUser'],
  [401, 'unauthorized'],
  [403, 'forbidden'],
  [408, 'timeout'],
  [429, 'rateLimited'],
]);

/** Makes the function that sends one request. Ids and codes travel in the body alone. */
export function createSend(connection: AuthSecConnection): SendToAuthSec {
  const root = readRoot(connection);

  return async (path, fields, options, extraHeaders) => {
    const url = root + path;
    const name = `POST ${url}`;
    const init: RequestInit = {
      method: 'POST',
      headers: { 'content-type': 'application/json', ...extraHeaders },
      credentials: 'omit',
      body: JSON.stringify(fields),
    };
    const call = { ...connection, ...options, name };
    const {
      response: { status, headers },
      text,
    } = await fetchText(url, init, call);
    const body = Object(parseJson(text)) as Record<string, unknown>;
    // A window as Go prints it, such as "1m0s".
    const [, minutes, seconds] = String(body['window']).match(/^(\d+)m(\d+)s$/) ?? [];
    const retryAfter = parseRetryAfter(headers) ?? validateSeconds(Number(minutes) * 60 + Number(seconds));

    return {
      status,
      body,
      retryAfter,
      toError(refusal, final) {
        const code =
          MEANINGS.get(body['error']) ??
          (status === 400 || status === 401 ? refusal : undefined) ??
          MEANINGS.get(status) ??
          (status < 500 ? 'badResponse' : 'unavailable');
        // Lets a line of your log be found in AuthSec's.
        const requestId = headers.get('X-Request-ID') ?? 'none';
        const message = `${name} got ${status}, X-Request-ID ${requestId} (${code}): see docs/authsec.md.`;
        return new CibaError(code, message, {
          retryAfter,
          // A 4xx that nobody explained stays as it is, however often it is asked.
          retryable: final || (code === 'badResponse' && status >= 300) ? false : undefined,
        });
      },
    };
  };
}

/** A field that is a text with something in it. */
export function textOf(value: unknown): string | undefined {
  return (typeof value === 'string' && value) || undefined;
}
