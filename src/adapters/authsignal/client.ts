import { CibaError } from '../../contract/index.js';
import type { CibaErrorCode } from '../../contract/index.js';
import { misconfigured } from '../../contract/errors.js';
import type { CibaErrorOptions } from '../../contract/errors.js';
import { isHttpsOrLoopback } from '../../contract/loopback.js';
import { codeOfStatus, fetchText, parseJson, parseRetryAfter } from '../shared/fetch-text.js';
import { limitedFetch } from '../shared/limited-fetch.js';

/** Where Authsignal hosts a tenant. A tenant is in one region, and the others don't know its keys and tokens. */
export type AuthsignalRegion = 'us' | 'au' | 'eu';

/** The address of Authsignal's API: a region, or a full URL including `/v1` for an emulator or a custom domain. */
export type AuthsignalLocation =
  | { readonly region: AuthsignalRegion; readonly baseUrl?: never }
  | { readonly baseUrl: string; readonly region?: never };

/** The addresses in the vendor's documentation, for Oregon, Sydney and Dublin. */
const BASE_URLS: Readonly<Record<AuthsignalRegion, string>> = {
  us: 'https://api.authsignal.com/v1',
  au: 'https://au.api.authsignal.com/v1',
  eu: 'https://eu.api.authsignal.com/v1',
};

/** Least seconds between two polls. Authsignal names none; its own SDK polls a QR code every 3 s. */
export const INTERVAL_SECONDS = 3;

/** Seconds to wait for an answer to a push, unless an option says otherwise. Authsignal names none. */
export const PUSH_LIFETIME_SECONDS = 120;

/** @throws CibaError `misconfigured` if there is no such region, or if tokens would be readable in transit */
export function readBaseUrl({ region, baseUrl }: AuthsignalLocation): string {
  const address = baseUrl ?? BASE_URLS[region];
  if (!URL.canParse(address ?? '')) {
    throw misconfigured(
      'Authsignal needs a `region` ("us", "au" or "eu"), or a URL as `baseUrl`, such as "https://api.authsignal.com/v1". Set one of them.',
    );
  }
  const url = new URL(address);
  if (!isHttpsOrLoopback(url)) {
    throw misconfigured(
      `The option \`baseUrl\` isn't https (${url.origin}), so tokens would be readable in transit. Use https; plain http is allowed on loopback addresses only.`,
    );
  }
  return address.replace(/\/+$/, '');
}

/** @throws CibaError `misconfigured` if Authsignal wouldn't accept the name */
export function readAction(action: string): string {
  if (/^[a-zA-Z0-9_-]{1,64}$/.test(action)) return action;
  throw misconfigured(
    `The option \`action\` must be 1 to 64 letters, digits, "-" or "_", but it is ${JSON.stringify(action)}. Set the code of the action, not its title.`,
  );
}

export interface ClientCall {
  /** The path below the base URL, such as `/client/verify/push`. */
  readonly path: string;
  /** The token of a track call, or of a completed challenge. */
  readonly token: string;
  readonly method?: 'GET' | 'POST';
  readonly body?: Readonly<Record<string, string>>;
  readonly signal: AbortSignal;
}

/** Authsignal's answer: a body, or one of its error codes with the error that it stands for. */
export type ClientAnswer =
  | { readonly ok: true; readonly body: unknown }
  | { readonly ok: false; readonly errorCode: string; readonly error: CibaError };

/** Sends one request to the client API. Throws if the response doesn't come from Authsignal at all. */
export type AuthsignalClient = (call: ClientCall) => Promise<ClientAnswer>;

/**
 * Creates a client for Authsignal's client API on plain `fetch`. The vendor's browser SDK keeps one token for the whole
 * page, accepts no AbortSignal, sets a cookie, and treats a gateway's 500 as a success.
 */
export function createAuthsignalClient(baseUrl: string, send: typeof fetch): AuthsignalClient {
  return async ({ path, token, method = 'POST', body, signal }) => {
    // Tokens, IDs and codes are sent in the header and the body only, so error messages may hold this.
    const name = `${method} ${baseUrl}${path}`;
    const init: RequestInit = {
      method,
      headers: { 'content-type': 'application/json', authorization: `Bearer ${token}` },
      credentials: 'omit',
      ...(body && { body: JSON.stringify(body) }),
    };
    const options = { name, signal, fetch: limitedFetch(send) };
    const { response, text } = await fetchText(baseUrl + path, init, options);
    return readAnswer({ name, path }, response, text);
  };
}

/** The path at which a push is sent, and the one at which it is polled. */
export const SEND_PUSH = '/client/challenge/push';
export const POLL_PUSH = '/client/verify/push';

interface AnsweredCall extends Pick<ClientCall, 'path'> {
  readonly name: string;
}

function readAnswer({ name, path }: AnsweredCall, response: Response, text: string): ClientAnswer {
  const body = parseJson(text);
  const fields = toRecord(body);
  // Authsignal doesn't document the status codes of its errors, and its own SDK ignores them. So the body decides.
  const errorCode = [fields['errorCode'], fields['error']].find((code) => typeof code === 'string' && code !== '');
  if (typeof errorCode === 'string') return { ok: false, errorCode, error: toError(name, errorCode, response) };
  // A login that waits must not end because something in between answered one poll.
  if (!response.ok) throw fromStatus(name, response, path === POLL_PUSH || undefined);
  if (body === undefined) {
    const isPage = text.trimStart().startsWith('<');
    throw new CibaError(
      'badResponse',
      `${name} got a response that isn't JSON. Check whether a proxy or a login page is in between.`,
      // The phone may have rung, unless a page came from something else.
      { retryable: isPage || path !== SEND_PUSH },
    );
  }
  return { ok: true, body };
}

/** Returns the fields of a value, or none if it isn't an object. */
export function toRecord(value: unknown): Readonly<Record<string, unknown>> {
  return typeof value === 'object' && value !== null ? (value as Record<string, unknown>) : {};
}

/** The error codes of the client API, and what a developer can do. */
const ERROR_CODES: Readonly<Record<string, readonly [CibaErrorCode, string]>> = {
  token_not_set: ['unauthorized', 'No token was sent. Return the token of a track call from `getToken`.'],
  expired_token: [
    'unauthorized',
    'The token has expired (10 minutes). Make a new track call each time `getToken` is called.',
  ],
  unauthorized: [
    'unauthorized',
    'The token belongs to another tenant or region. Check `region` or `baseUrl` here and on the server.',
  ],
  network_error: ['network', "Authsignal couldn't be reached. Check the connection."],
  too_many_requests: ['rateLimited', 'Authsignal allows no more requests for now. Try again later.'],
  invalid_credential: ['noDevice', 'The user has no such authenticator. Enroll one first.'],
  invalid_configuration: ['misconfigured', 'Enable and set up this authenticator in the Authsignal portal.'],
  invalid_request: ['misconfigured', "Authsignal doesn't accept this request. Check `action`."],
  unexpected_error: ['unavailable', 'Authsignal has an internal problem. Check its status page.'],
};

function toError(name: string, errorCode: string, response: Response): CibaError {
  const known = Object.hasOwn(ERROR_CODES, errorCode) ? ERROR_CODES[errorCode] : undefined;
  if (!known) return fromStatus(name, response);
  const [code, advice] = known;
  return new CibaError(code, `${name} got the error "${errorCode}". ${advice}`, {
    retryAfter: parseRetryAfter(response.headers),
  });
}

/** What to do about a status that comes without a known error. */
export const STATUS_ADVICE: Readonly<Partial<Record<CibaErrorCode, string>>> = {
  unauthorized: 'Check the key or the token and the region, and whether a proxy wants a login.',
  forbidden: 'Check whether a firewall or a gateway is in between, and its log.',
  notFound: 'Check `region` or `baseUrl`, which includes "/v1".',
  timeout: "Check Authsignal's status page.",
  rateLimited: 'Check the rate limits of the tenant.',
  unavailable: "Check Authsignal's status page, and the log of a proxy that is in between.",
  badResponse: 'Check `baseUrl`, and whether a proxy or a gateway is in between.',
};

function fromStatus(name: string, response: Response, retryable?: boolean): CibaError {
  const { status } = response;
  const code = codeOfStatus(status);
  return new CibaError(
    code,
    `${name} got HTTP ${status} without a known error (${code}). ${STATUS_ADVICE[code] ?? ''}`,
    {
      retryAfter: parseRetryAfter(response.headers),
      // A retry doesn't change a 4xx without a known reason.
      retryable: retryable ?? (code === 'badResponse' ? false : undefined),
    },
  );
}

/** The error for a response of a shape that Authsignal doesn't document, such as a gateway's `{"message": …}`. */
export function badShape(what: string, options?: Pick<CibaErrorOptions, 'retryable'>): CibaError {
  return new CibaError(
    'badResponse',
    `Authsignal's response to ${what} doesn't have the documented shape. Check whether a gateway is in between.`,
    options,
  );
}
