import { parseRetryAfter } from '../shared/fetch-text.js';
import { ClientError, ResponseBodyError, WWWAuthenticateChallengeError } from 'openid-client';
import { CibaError, type CibaErrorCode, isCibaError } from '../../contract/index.js';
import type { OidcProfile } from './profiles.js';

/** What the adapter was doing, in the words of the error texts. */
export type OidcAct = 'discovery' | 'authentication request' | 'token request' | 'revocation request';

export interface OidcCall {
  readonly act: OidcAct;
  /** The address of the provider, for texts. */
  readonly issuer: string;
  /** Values that were sent and that must not stand in an error text, even if the provider repeats them. */
  readonly secrets: readonly string[];
  readonly profile: OidcProfile;
}

/** Error codes of CIBA Core 1.0 §13 and §11 and of RFC 6749 §5.2 that a user cannot mend, with what a developer can do. */
const ADVICE: Readonly<Record<string, readonly [CibaErrorCode, string]>> = {
  access_denied: ['refused', 'The provider allows no request for this user or this client.'],
  expired_login_hint_token: ['misconfigured', 'Send a plain login_hint, or a fresh token.'],
  invalid_binding_message: [
    'misconfigured',
    'Shorten the binding message: at most 20 characters of A-Z, a-z, 0-9 and "-" pass at every known provider.',
  ],
  invalid_client: ['misconfigured', 'Check the client ID, the client secret and how the client authenticates.'],
  invalid_request: ['misconfigured', 'Check what this client may send at this provider.'],
  invalid_scope: ['misconfigured', 'Check which scopes this client may ask for.'],
  invalid_user_code: ['refused', "The `userCode` that `authRequest` returned is not this user's."],
  missing_user_code: [
    'misconfigured',
    'Return `userCode` from `authRequest`, or switch the user code off for this client.',
  ],
  transaction_failed: ['refused', 'The provider gave the request up. Only a new request can help.'],
  unauthorized_client: [
    'misconfigured',
    'Allow the CIBA grant for this client and register it for the delivery mode "poll" or "ping".',
  ],
  unknown_user_id: ['unknownUser', 'The provider knows nobody by this login hint.'],
  unsupported_grant_type: ['misconfigured', 'Switch CIBA on at the provider.'],
};

/**
 * Turns whatever openid-client threw into a {@link CibaError}. What the provider answered is not attached as `cause`:
 * it can hold tokens and the `auth_req_id`, and causes end up in logs.
 */
export function toOidcError(caught: unknown, call: OidcCall): CibaError {
  if (isCibaError(caught)) return caught;
  if (caught instanceof WWWAuthenticateChallengeError) return fromStatus(caught.response, call);
  if (caught instanceof ResponseBodyError) return fromErrorBody(caught, call);
  if (caught instanceof ClientError) return fromClientError(caught, call);
  if (caught instanceof TypeError && !('code' in caught)) return unreachable(caught, call);
  return new CibaError('unknown', `The ${call.act} to ${call.issuer} failed in an unexpected way.`, { cause: caught });
}

function fromErrorBody(caught: ResponseBodyError, call: OidcCall): CibaError {
  const { error, response } = caught;
  const said = `The provider at ${call.issuer} answered the ${call.act} with ${quote(caught, call)}.`;
  if (response.status === 429) return new CibaError('rateLimited', said, wait(response));
  if (error === 'temporarily_unavailable' || error === 'server_error') {
    return new CibaError('unavailable', said, wait(response));
  }
  const atStart = call.act === 'authentication request';
  const own = atStart ? call.profile.startError?.(error, caught.error_description ?? '') : undefined;
  if (own) return new CibaError(own, said);
  const known = ADVICE[error];
  if (known) return new CibaError(known[0], `${said} ${known[1]}`);
  return new CibaError('badResponse', `${said} The adapter does not know this error.`, { retryable: false });
}

function fromClientError(caught: ClientError, call: OidcCall): CibaError {
  // For an answer of the wrong status or type the cause is the Response, also for a 5xx with an error in JSON.
  if (caught.cause instanceof Response) return fromStatus(caught.cause, call);
  switch (caught.code) {
    case 'OAUTH_TIMEOUT':
      return new CibaError('timeout', `The provider at ${call.issuer} did not answer the ${call.act} in time.`);
    case 'OAUTH_PARSE_ERROR':
      return new CibaError('badResponse', `The provider at ${call.issuer} answered the ${call.act} with broken JSON.`);
    case 'OAUTH_HTTP_REQUEST_FORBIDDEN':
      return new CibaError(
        'misconfigured',
        `The metadata of ${call.issuer} names an http address for the ${call.act}. Let it name https ones.`,
      );
    default:
      return fromInvalidAnswer(caught, call);
  }
}

/** An answer that arrived whole and breaks a rule. Asking again would bring the same, or find the request redeemed. */
function fromInvalidAnswer(caught: ClientError, call: OidcCall): CibaError {
  // openid-client's own fixed sentences; the values they are about stay in `cause` objects that are left behind.
  const reason = caught.cause instanceof Error ? `${caught.message}: ${caught.cause.message}` : caught.message;
  if (call.act === 'discovery') {
    return new CibaError(
      'misconfigured',
      `The metadata at ${call.issuer} cannot be used (${reason}). Give the issuer exactly as the provider names itself.`,
    );
  }
  return new CibaError('badResponse', `The provider's answer to the ${call.act} is not valid (${reason}).`, {
    retryable: false,
  });
}

function fromStatus(response: Response, call: OidcCall): CibaError {
  const { status } = response;
  const said = `The provider at ${call.issuer} answered the ${call.act} with HTTP ${status}`;
  if (status === 401 || response.headers.has('www-authenticate')) {
    return new CibaError(
      'misconfigured',
      `${said}: it does not accept this client's credentials. Check the client ID, the client secret and how the client authenticates.`,
    );
  }
  if (status === 429) return new CibaError('rateLimited', `${said}: too many requests.`, wait(response));
  if (status === 408) return new CibaError('timeout', `${said}: it gave up waiting.`);
  if (status >= 500) return new CibaError('unavailable', `${said}. Its own log says why.`, wait(response));
  if (call.act === 'discovery') {
    return new CibaError(
      'misconfigured',
      `${said} instead of its metadata. Check the issuer: ${call.issuer} plus /.well-known/openid-configuration must be there.`,
    );
  }
  if (status === 404 && call.act === 'authentication request') {
    return new CibaError(
      'misconfigured',
      `${said}: CIBA is switched off there, or the profile is not this provider's.`,
    );
  }
  const type = response.headers.get('content-type')?.split(';')[0] ?? 'no content type';
  return new CibaError('badResponse', `${said} and ${type} instead of JSON. Is a proxy or a firewall in between?`);
}

function unreachable(caught: TypeError, call: OidcCall): CibaError {
  const { cause } = caught;
  const why = cause instanceof Error && 'code' in cause ? ` (${String(cause.code)})` : '';
  return new CibaError(
    'network',
    `The provider at ${call.issuer} could not be reached for the ${call.act}${why}. Is it running, and may this server connect to it?`,
    { cause: caught },
  );
}

/** The provider's own words, without what must not be logged, on one line of bearable length. */
function quote({ error, error_description: description }: ResponseBodyError, { secrets }: OidcCall): string {
  const words = description === undefined ? error : `${error}, "${description}"`;
  return secrets
    .filter((secret) => secret !== '')
    .reduce((text, secret) => text.replaceAll(secret, '[removed]'), words)
    .replace(/[\p{Cc}\p{Zl}\p{Zp}]+/gu, ' ')
    .slice(0, 200);
}

function wait({ headers }: Response) {
  return { retryAfter: parseRetryAfter(headers) };
}
