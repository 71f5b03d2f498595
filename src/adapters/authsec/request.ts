import { CibaError } from '../../contract/index.js';
import type { CibaErrorCode } from '../../contract/index.js';
import { validateSeconds } from '../../contract/validate.js';
import { fetchText, parseJson, parseRetryAfter } from '../shared/fetch-text.js';
import { type AuthSecConnection, readRoot } from './connection.js';

/** One response, whatever its status: AuthSec says "no" with 200, 202, 400, 401 and 403. */
export interface AuthSecResponse {
  readonly status: number;
  /** The fields of the JSON, unchecked. Empty if the body isn't a JSON object. */
  readonly body: Readonly<Record<string, unknown>>;
  /** Seconds to wait before the next request, if AuthSec says so. */
  readonly retryAfter: number | undefined;
  /**
   * The error for a response that is neither a yes nor a no. It doesn't repeat AuthSec's sentences, which name users.
   *
   * @param refusal the code for 400 and 401 if the body names none
   * @param final whether the response came so often that a retry is pointless
   */
  toError(refusal?: CibaErrorCode, final?: boolean): CibaError;
}

export type SendToAuthSec = (
  path: string,
  fields: object,
  options: { readonly signal: AbortSignal },
  headers?: Readonly<Record<string, string>>,
) => Promise<AuthSecResponse>;

/** The error code for a code in the body, or for a status if the body has none. */
const ERROR_CODES: ReadonlyMap<unknown, CibaErrorCode> = new Map<unknown, CibaErrorCode>([
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

/** Creates the function that sends one request. IDs and codes are sent in the body only. */
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
    // The window is a duration as Go prints it, such as "1m0s".
    const [, minutes, seconds] = String(body['window']).match(/^(\d+)m(\d+)s$/) ?? [];
    const retryAfter = parseRetryAfter(headers) ?? validateSeconds(Number(minutes) * 60 + Number(seconds));

    return {
      status,
      body,
      retryAfter,
      toError(refusal, final) {
        const code =
          ERROR_CODES.get(body['error']) ??
          (status === 400 || status === 401 ? refusal : undefined) ??
          ERROR_CODES.get(status) ??
          (status < 500 ? 'badResponse' : 'unavailable');
        // The ID finds this request in AuthSec's own log.
        const requestId = headers.get('X-Request-ID') ?? 'none';
        const message = `${name} got ${status}, X-Request-ID ${requestId} (${code}): see docs/authsec.md.`;
        return new CibaError(code, message, {
          retryAfter,
          // A retry doesn't change a 4xx without a known reason.
          retryable: final || (code === 'badResponse' && status >= 300) ? false : undefined,
        });
      },
    };
  };
}
