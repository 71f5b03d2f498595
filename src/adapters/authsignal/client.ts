import { CibaError } from '../../contract/index.js';
import type { CibaErrorCode } from '../../contract/index.js';
import { codeOfStatus, fetchText, parseJson, parseRetryAfter } from '../shared/fetch-text.js';

/** Where Authsignal keeps a tenant. A tenant lives in one region, and its keys and tokens are unknown in the others. */
export type AuthsignalRegion = 'us' | 'au' | 'eu';

/** Authsignal's API: a region by its name, or the whole address, `/v1` included, for an emulator or a custom domain. */
export type AuthsignalLocation =
  | { readonly region: AuthsignalRegion; readonly baseUrl?: never }
  | { readonly baseUrl: string; readonly region?: never };

/** The addresses that the vendor's documentation names for Oregon, Sydney and Dublin. */
const BASE_URLS: Readonly<Record<AuthsignalRegion, string>> = {
  us: 'https://api.authsignal.com/v1',
  au: 'https://au.api.authsignal.com/v1',
  eu: 'https://eu.api.authsignal.com/v1',
};

/** Seconds to wait for one answer. */
const TIMEOUT_SECONDS = 15;

/** @throws CibaError `misconfigured` when there is no such region, or when tokens would travel readable */
export function readBaseUrl({ region, baseUrl }: AuthsignalLocation): string {
  const address = baseUrl ?? BASE_URLS[region];
  if (!URL.canParse(address ?? '')) {
    throw misconfigured(
      'Authsignal needs a `region` ("us", "au" or "eu") or a `baseUrl` such as https://api.authsignal.com/v1.',
    );
  }
  const { protocol, hostname, origin } = new URL(address);
  if (protocol !== 'https:' && !(protocol === 'http:' && isLoopback(hostname))) {
    throw misconfigured(
      `The baseUrl ${origin} is not https, so tokens would travel readable. http is for loopback addresses alone.`,
    );
  }
  return address.replace(/\/+$/, '');
}

function isLoopback(hostname: string): boolean {
  return hostname === 'localhost' || hostname === '[::1]' || /^127(\.\d+){3}$/.test(hostname);
}

/** @throws CibaError `misconfigured` when Authsignal would not take the name */
export function readAction(action: string): string {
  if (/^[a-zA-Z0-9_-]{1,64}$/.test(action)) return action;
  throw misconfigured(
    'The option `action` must be 1 to 64 letters, digits, "-" or "_", as Authsignal names actions. Use the code of the action, not its title.',
  );
}

export function misconfigured(message: string): CibaError {
  return new CibaError('misconfigured', message);
}

export interface ClientCall {
  /** Below the base address, such as `/client/verify/push`. */
  readonly path: string;
  /** The track token, or the token of a challenge that was completed. */
  readonly token: string;
  readonly method?: 'GET' | 'POST';
  readonly body?: Readonly<Record<string, string>>;
  readonly signal: AbortSignal;
}

/** What Authsignal answered: a body, or one of its error codes with what it means here. */
export type ClientAnswer =
  | { readonly ok: true; readonly body: unknown }
  | { readonly ok: false; readonly errorCode: string; readonly error: CibaError };

/** Sends one request to the client API. It throws for what is no answer of Authsignal at all. */
export type AuthsignalClient = (call: ClientCall) => Promise<ClientAnswer>;

/**
 * The part of Authsignal's client API that is needed here, by plain `fetch`. The vendor's browser SDK keeps one token for
 * the whole page, takes no AbortSignal, sets a cookie, and calls a gateway's 500 a success.
 */
export function createAuthsignalClient(baseUrl: string, send: typeof fetch): AuthsignalClient {
  return async ({ path, token, method = 'POST', body, signal }) => {
    // Tokens, ids and codes travel in header and body alone, so this may stand in an error text.
    const name = `${method} ${baseUrl}${path}`;
    const init: RequestInit = {
      method,
      headers: { 'content-type': 'application/json', authorization: `Bearer ${token}` },
      credentials: 'omit',
      ...(body && { body: JSON.stringify(body) }),
    };
    const options = { name, signal, timeout: TIMEOUT_SECONDS, fetch: send };
    const { response, text } = await fetchText(baseUrl + path, init, options);
    return readAnswer(name, response, text);
  };
}

function readAnswer(name: string, response: Response, text: string): ClientAnswer {
  const body = parseJson(text);
  const fields = toRecord(body);
  // Authsignal's status codes for errors are not documented and its own SDK ignores them: the body decides.
  const errorCode = [fields['errorCode'], fields['error']].find((code) => typeof code === 'string' && code !== '');
  if (typeof errorCode === 'string') return { ok: false, errorCode, error: toError(name, errorCode, response) };
  if (!response.ok) throw fromStatus(name, response);
  if (body === undefined) {
    throw new CibaError(
      'badResponse',
      `${name} was answered with something that is no JSON. Is a proxy or a login page in between?`,
    );
  }
  return { ok: true, body };
}

/** The fields of what may be anything. */
export function toRecord(value: unknown): Readonly<Record<string, unknown>> {
  return typeof value === 'object' && value !== null ? (value as Record<string, unknown>) : {};
}

/** The error codes of the client API, with what a developer can do. */
const ERROR_CODES: Readonly<Record<string, readonly [CibaErrorCode, string]>> = {
  token_not_set: ['unauthorized', 'No token was sent. Let `getToken` return the token of a track call.'],
  expired_token: ['unauthorized', 'The token is over (10 minutes). Let `getToken` track anew each time it is called.'],
  unauthorized: [
    'unauthorized',
    'The token is not of this tenant or this region. Check `region` or `baseUrl` here and on the server: each region knows its own tenants alone.',
  ],
  network_error: ['network', 'Authsignal could not be reached.'],
  too_many_requests: ['rateLimited', 'Authsignal allows no more requests for now.'],
  invalid_credential: ['noDevice', 'The user has no such authenticator: nothing is enrolled, or it was removed.'],
  invalid_configuration: ['misconfigured', 'Enable and set up this authenticator in the Authsignal portal.'],
  invalid_request: ['misconfigured', 'Authsignal does not take this request. Check `action`.'],
  unexpected_error: ['unavailable', 'Authsignal has a problem of its own.'],
};

function toError(name: string, errorCode: string, response: Response): CibaError {
  const known = Object.hasOwn(ERROR_CODES, errorCode) ? ERROR_CODES[errorCode] : undefined;
  if (!known) return fromStatus(name, response);
  const [code, advice] = known;
  return new CibaError(code, `${name} was answered with "${errorCode}". ${advice}`, {
    retryAfter: parseRetryAfter(response.headers),
  });
}

function fromStatus(name: string, response: Response): CibaError {
  const { status } = response;
  const code = codeOfStatus(status);
  return new CibaError(code, `${name} was answered with HTTP ${status} and no error that is known here (${code}).`, {
    retryAfter: parseRetryAfter(response.headers),
    // A 4xx that nobody explained stays as it is, however often it is asked.
    retryable: code === 'badResponse' ? false : undefined,
  });
}

/** An answer in a shape that Authsignal does not have, such as a gateway's `{"message": …}`. */
export function badShape(what: string): CibaError {
  return new CibaError('badResponse', `Authsignal's answer to ${what} has not the documented shape.`);
}
