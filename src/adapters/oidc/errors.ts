import { parseRetryAfter } from '../shared/fetch-text.js';
import { ClientError, ResponseBodyError, WWWAuthenticateChallengeError } from 'openid-client';
import { CibaError, type CibaErrorCode, isCibaError } from '../../contract/index.js';
import type { OidcProfile } from './types.js';

/** What a request is called in error messages. */
export type OidcRequestName = 'discovery' | 'authentication request' | 'token request' | 'revocation request';

export interface OidcCall {
  readonly requestName: OidcRequestName;
  /** The provider's address, for error messages. */
  readonly issuer: string;
  /** Values that were sent and that no error message may hold, even if the provider repeats them. */
  readonly secrets: readonly string[];
  readonly profile: OidcProfile;
}

/** Error codes of CIBA Core 1.0 §13 and §11 and of RFC 6749 §5.2 that a user can't fix, and what a developer can do. */
const ADVICE: Readonly<Record<string, readonly [CibaErrorCode, string]>> = {
  access_denied: [
    'refused',
    'The provider allows no request for this user or this client. Check its policies and its log.',
  ],
  expired_login_hint_token: ['misconfigured', 'Return no `loginHintToken`, or a new one, from `authRequest`.'],
  invalid_binding_message: [
    'misconfigured',
    'Shorten the binding message: at most 20 characters of A-Z, a-z, 0-9 and "-" pass at every known provider.',
  ],
  invalid_client: ['misconfigured', 'Check `clientId`, `clientSecret` and `clientAuthentication`.'],
  invalid_request: ['misconfigured', 'Check which parameters this client may send to this provider.'],
  invalid_scope: ['misconfigured', 'Check which scopes this client may request.'],
  invalid_user_code: [
    'refused',
    "The `userCode` that `authRequest` returned isn't this user's. Ask the user for it again.",
  ],
  missing_user_code: [
    'misconfigured',
    'Return `userCode` from `authRequest`, or disable the user code for this client.',
  ],
  transaction_failed: ['refused', 'The provider gave up on the request. Start a new one.'],
  unauthorized_client: [
    'misconfigured',
    'Allow the CIBA grant for this client and register it for the delivery mode "poll" or "ping".',
  ],
  unknown_user_id: ['unknownUser', 'The provider knows no user with this login hint. Check which hint it expects.'],
  unsupported_grant_type: ['misconfigured', 'Enable CIBA at the provider.'],
};

/**
 * Turns anything that openid-client throws into a {@link CibaError}. The provider's response isn't attached as `cause`: it
 * can hold tokens and the `auth_req_id`, and causes end up in logs.
 */
export function toOidcError(caught: unknown, call: OidcCall): CibaError {
  if (isCibaError(caught)) return caught;
  if (caught instanceof WWWAuthenticateChallengeError) return fromStatus(caught.response, call);
  if (caught instanceof ResponseBodyError) return fromErrorBody(caught, call);
  if (caught instanceof ClientError) return fromClientError(caught, call);
  if (caught instanceof TypeError && !('code' in caught)) return unreachable(caught, call);
  return new CibaError(
    'unknown',
    `The ${call.requestName} to ${call.issuer} failed unexpectedly. Look at the error's \`cause\`.`,
    { cause: caught },
  );
}

function fromErrorBody(caught: ResponseBodyError, call: OidcCall): CibaError {
  const { error, response } = caught;
  const problem = `The provider at ${call.issuer} answered the ${call.requestName} with ${quote(caught, call)}.`;
  if (response.status === 429) return new CibaError('rateLimited', problem, retryAfterOf(response));
  if (error === 'temporarily_unavailable' || error === 'server_error') {
    return new CibaError('unavailable', problem, retryAfterOf(response));
  }
  const atStart = call.requestName === 'authentication request';
  const fromProfile = atStart ? call.profile.startError?.(error, caught.error_description ?? '') : undefined;
  if (fromProfile) return new CibaError(fromProfile, problem);
  const known = ADVICE[error];
  if (known) return new CibaError(known[0], `${problem} ${known[1]}`);
  return new CibaError(
    'badResponse',
    `${problem} The adapter doesn't know this error. Look it up in the provider's documentation or log.`,
    { retryable: false },
  );
}

function fromClientError(caught: ClientError, call: OidcCall): CibaError {
  // For a response of the wrong status or type, the cause is the Response. This includes a 5xx with an error in JSON.
  if (caught.cause instanceof Response) return fromStatus(caught.cause, call);
  switch (caught.code) {
    case 'OAUTH_TIMEOUT':
      return new CibaError('timeout', `The provider at ${call.issuer} didn't answer the ${call.requestName} in time.`);
    case 'OAUTH_PARSE_ERROR':
      return new CibaError(
        'badResponse',
        `The provider at ${call.issuer} answered the ${call.requestName} with invalid JSON.`,
      );
    case 'OAUTH_HTTP_REQUEST_FORBIDDEN':
      return new CibaError(
        'misconfigured',
        `The metadata of ${call.issuer} names an http endpoint for the ${call.requestName}, which would be readable in transit. Make the provider name https endpoints.`,
      );
    default:
      return fromInvalidAnswer(caught, call);
  }
}

/** For a complete response that breaks a rule. A retry would get the same, or find the request redeemed. */
function fromInvalidAnswer(caught: ClientError, call: OidcCall): CibaError {
  // These are openid-client's own fixed sentences. The values stay in `cause` objects, which are dropped.
  const reason = caught.cause instanceof Error ? `${caught.message}: ${caught.cause.message}` : caught.message;
  if (call.requestName === 'discovery') {
    return new CibaError(
      'misconfigured',
      `The metadata at ${call.issuer} can't be used (${reason}). Set \`issuer\` exactly as the provider names itself.`,
    );
  }
  return new CibaError('badResponse', `The provider's response to the ${call.requestName} isn't valid (${reason}).`, {
    retryable: false,
  });
}

function fromStatus(response: Response, call: OidcCall): CibaError {
  const { status } = response;
  const problem = `The provider at ${call.issuer} answered the ${call.requestName} with HTTP ${status}`;
  if (status === 401 || response.headers.has('www-authenticate')) {
    return new CibaError(
      'misconfigured',
      `${problem}, so it rejects this client's credentials. Check \`clientId\`, \`clientSecret\` and \`clientAuthentication\`.`,
    );
  }
  if (status === 429) return new CibaError('rateLimited', `${problem}: too many requests.`, retryAfterOf(response));
  if (status === 408) return new CibaError('timeout', `${problem}: it timed out.`);
  if (status >= 500)
    return new CibaError('unavailable', `${problem}. Check the provider's log.`, retryAfterOf(response));
  if (call.requestName === 'discovery') {
    return new CibaError(
      'misconfigured',
      `${problem} instead of its metadata. Check \`issuer\`: ${call.issuer} plus /.well-known/openid-configuration must exist.`,
    );
  }
  if (status === 404 && call.requestName === 'authentication request') {
    return new CibaError(
      'misconfigured',
      `${problem}, so CIBA is disabled there, or \`profile\` names another provider. Enable CIBA, or change \`profile\`.`,
    );
  }
  const type = response.headers.get('content-type')?.split(';')[0] ?? 'no content type';
  return new CibaError(
    'badResponse',
    `${problem} and ${type} instead of JSON. Check whether a proxy or a firewall is in between.`,
  );
}

function unreachable(caught: TypeError, call: OidcCall): CibaError {
  const { cause } = caught;
  const why = cause instanceof Error && 'code' in cause ? ` (${String(cause.code)})` : '';
  return new CibaError(
    'network',
    `The provider at ${call.issuer} couldn't be reached for the ${call.requestName}${why}. Check that it is running and that this server may connect to it.`,
    { cause: caught },
  );
}

/** The provider's own words on one short line, without anything that must not be logged. */
function quote({ error, error_description: description }: ResponseBodyError, { secrets }: OidcCall): string {
  const words = description === undefined ? error : `${error}, "${description}"`;
  return secrets
    .filter((secret) => secret !== '')
    .reduce((text, secret) => text.replaceAll(secret, '[removed]'), words)
    .replace(/[\p{Cc}\p{Zl}\p{Zp}]+/gu, ' ')
    .slice(0, 200);
}

function retryAfterOf({ headers }: Response) {
  return { retryAfter: parseRetryAfter(headers) };
}
