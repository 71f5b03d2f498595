import { CibaError } from '../../contract/index.js';
import type { CibaErrorCode } from '../../contract/index.js';
import { validateSeconds } from '../../contract/validate.js';
import { fetchText, parseJson, parseRetryAfter } from '../shared/fetch-text.js';
import { limitedFetch } from '../shared/limited-fetch.js';
import { readRoot } from './connection.js';
import type { AuthSecConnection } from './connection.js';
import { DEFAULT_POLL_TIMEOUT_SECONDS, DEFAULT_TIMEOUT_SECONDS } from './defaults.js';

/** The path at which a request is started. */
export const START = 'ciba/initiate';

/** The path at which an approval is collected, once. */
export const POLL = 'ciba/token';

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
   * @param refusal the code for 400 and 401 if the body names none; `misconfigured` if it may be about the user's client
   * @param final whether the response came so often that a retry is pointless
   */
  toError(refusal?: CibaErrorCode, final?: boolean): CibaError;
}

export type SendToAuthSec = (
  path: string,
  /** The fields of a POST. Without them, it is a GET. */
  fields: object | undefined,
  options: { readonly signal: AbortSignal },
  headers?: Readonly<Record<string, string>>,
) => Promise<AuthSecResponse>;

/** The error code for a code in the body, or for a status if the body has none. */
const ERROR_CODES: ReadonlyMap<unknown, CibaErrorCode> = new Map<unknown, CibaErrorCode>([
  ['invalid_client', 'misconfigured'],
  ['invalid_request', 'misconfigured'],
  ['invalid_scope', 'misconfigured'],
  ['unauthorized_client', 'misconfigured'],
  ['unsupported_grant_type', 'misconfigured'],
  [404, 'misconfigured'],
  ['no_device_registered', 'noDevice'],
  ['server_error', 'unavailable'],
  ['user_not_found', 'unknownUser'],
  [401, 'unauthorized'],
  [403, 'forbidden'],
  [408, 'timeout'],
  [429, 'rateLimited'],
]);

/** What to do, in a few words. The table of docs/authsec.md has more. */
const ADVICE: Readonly<Partial<Record<CibaErrorCode, string>>> = {
  misconfigured: 'check `clientId` and `credentials`, ',
  unauthorized: 'set `credentials`, ',
  forbidden: 'AuthSec only allows listed origins, ',
  rateLimited: 'raise `minInterval`, ',
  unavailable: "check AuthSec's log, ",
};

/** Creates the function that sends one request. IDs and codes are sent in the body only. */
export function createSend(connection: AuthSecConnection): SendToAuthSec {
  const { clientId, generation } = connection;
  const root = readRoot(connection);
  let known = clientId ? `${generation ?? 'tenant'}/` : '';

  /** `other` is the generation to try after the known one had no such path. */
  async function send(
    path: string,
    fields: object | undefined,
    options: { readonly signal: AbortSignal },
    extraHeaders?: Readonly<Record<string, string>>,
    other?: string,
  ): Promise<AuthSecResponse> {
    const asked = other ?? known;
    const url = root + asked + path;
    const method = fields ? 'POST' : 'GET';
    const name = `${method} ${url}`;
    const init: RequestInit = {
      method,
      headers: { 'content-type': 'application/json', ...extraHeaders },
      credentials: 'omit',
      ...(fields && { body: JSON.stringify(fields) }),
    };
    const timeout = path === POLL ? DEFAULT_POLL_TIMEOUT_SECONDS : DEFAULT_TIMEOUT_SECONDS;
    const {
      response: { status, headers },
      text,
    } = await fetchText(url, init, { timeout, ...connection, ...options, name, fetch: limitedFetch(connection.fetch) });
    const json = parseJson(text);
    const body = Object(json) as Record<string, unknown>;

    // AuthSec's endpoints answer with JSON objects. A 404 without one means that there is no such path, so no push was sent.
    const isForeign = json !== body;
    const unrouted = status === 404 && isForeign;
    if (unrouted && clientId && !generation && !other) {
      return send(path, fields, options, extraHeaders, asked === 'tenant/' ? 'workspace/' : 'tenant/');
    }
    if (!unrouted) known = asked;

    // The window is a duration as Go prints it, such as "1m0s".
    const [, minutes, seconds] = String(body['window']).match(/^(\d+)m(\d+)s$/) ?? [];
    const retryAfter = parseRetryAfter(headers) ?? validateSeconds(Number(minutes) * 60 + Number(seconds));

    /** Undefined for what the code itself says. A retry doesn't change a 4xx without a known reason. */
    function canRetry(code: CibaErrorCode, final: boolean | undefined): boolean | undefined {
      if (final) return false;
      // A login that waits must not end because a proxy or a restart answered one poll in AuthSec's place.
      if (path === POLL && (isForeign || !body['error'])) return true;
      // The phone may have rung, unless a page came from something else.
      if (path === START && status < 300 && !('auth_req_id' in body || body['error']))
        return text.trimStart()[0] === '<';
      return code === 'badResponse' && status >= 300 ? false : undefined;
    }

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
        const api = clientId ? (generation ?? 'tenant or workspace') : 'admin';
        const why = unrouted
          ? `no ${api} API below ${root}. Check \`baseUrl\`, \`pathPrefix\`, \`generation\`, `
          : `${isForeign ? "not AuthSec's JSON, so check for a proxy in between, " : ''}${ADVICE[code] ?? ''}`;
        const message = `${name} got ${status}, X-Request-ID ${requestId} (${code}): ${why}see docs/authsec.md#errors.`;
        return new CibaError(code, message, {
          retryAfter,
          retryable: canRetry(code, final),
          // What is wrong with one user must not look like an outage for all.
          maybeHint: refusal === 'misconfigured' || body['error'] === 'server_error',
        });
      },
    };
  }

  return send;
}
