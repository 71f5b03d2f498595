import { ClientError } from 'openid-client';
import { misconfigured } from '../../contract/errors.js';
import type { CibaErrorOptions } from '../../contract/errors.js';
import { CibaError, isCibaError } from '../../contract/index.js';
import type { CibaErrorCode } from '../../contract/index.js';
import { parseRetryAfter } from '../shared/fetch-text.js';
import { CREDENTIALS_ADVICE, KNOWN_ERRORS, meansNoSuchUser, topicOf } from './error-table.js';
import type { KnownError } from './error-table.js';
import { quote, redact } from './redact.js';
import { isTokenError } from './types.js';
import type { OidcProfile, OidcProfileError } from './types.js';
import type { Exchange, ProviderAnswer } from './wire.js';

/** What a request is called in error messages. */
export type OidcRequestName =
  | 'discovery'
  | 'keys request'
  | 'authentication request'
  | 'token request'
  | 'refresh request'
  | 'revocation request'
  | 'userinfo request';

export interface OidcCall {
  readonly requestName: OidcRequestName;
  /** The provider's address, for error messages. */
  readonly issuer: string;
  /** Values that were sent and that no error message may hold, even if the provider repeats them. */
  readonly secrets: readonly string[];
  readonly profile: OidcProfile;
  readonly exchange: Exchange;
}

/** Difference between two clocks that is worth mentioning, in seconds. */
const CLOCK_SKEW_SECONDS = 30;

/**
 * Turns anything that a call threw into a {@link CibaError}. The provider's response isn't attached as `cause`: it can
 * hold tokens and the `auth_req_id`, and causes end up in logs.
 */
export function toOidcError(caught: unknown, call: OidcCall): CibaError {
  // openid-client wraps what the client's authentication throws.
  const own = [caught, (Object(caught) as { cause?: unknown }).cause].find(isCibaError);
  if (own) return own;
  const { answer, failure } = call.exchange;
  if (failure) return fromFailure(failure, call);
  if (answer) return fromAnswer(answer, caught, call);
  if (caught instanceof ClientError && caught.code !== undefined) return fromClientError(caught, call);
  return new CibaError(
    'unknown',
    `The ${call.requestName} to ${call.issuer} failed unexpectedly before it was sent. Look at the error's \`cause\`, and check \`clientAuthentication\`.`,
    { cause: caught },
  );
}

/** An answer outside of the rules, to a request that may have had its effect. A retry could ring a second time. */
function unusable(text: string, call: OidcCall, options: CibaErrorOptions = {}): CibaError {
  return new CibaError('badResponse', text, { retryable: false, ...options });
}

/** For faults of settings. A running login survives those that the next poll may not meet. */
function wrongSettings(text: string, { requestName }: OidcCall, options: CibaErrorOptions = {}): CibaError {
  return misconfigured(text, { retryable: requestName === 'token request', ...options });
}

function fromAnswer(answer: ProviderAnswer, caught: unknown, call: OidcCall): CibaError {
  const { status, error, text } = answer;
  const problem = `The provider at ${call.issuer} answered the ${call.requestName} with HTTP ${status}`;
  if (text === undefined) {
    return unusable(`${problem} and more than 1 MB, so it wasn't read. Check whether a proxy is in between.`, call);
  }
  // Metadata has no errors of OAuth. Keycloak answers for a realm that doesn't exist with 404 and its own wording.
  if (error && call.requestName !== 'discovery') return fromErrorBody(error, answer, call);
  if (status === 200 && isPage(answer) === false) return fromInvalidAnswer(caught, answer, call);
  return fromStatus(answer, problem, call);
}

/** Returns whether the body is a page for people. Then the request reached something else than the provider. */
const isPage = ({ text = '' }: ProviderAnswer) => text.trimStart().startsWith('<');

function fromErrorBody(
  { name, description }: NonNullable<ProviderAnswer['error']>,
  answer: ProviderAnswer,
  call: OidcCall,
): CibaError {
  const { status } = answer;
  const known = readKnownError(name, description, status, call);
  const words = description === '' ? '' : `, "${quote(description, call.secrets)}"`;
  const problem = `The provider at ${call.issuer} answered the ${call.requestName} with ${quoteName(name, call)}${words}.`;
  if (status === 429) return new CibaError('rateLimited', problem, retryAfterOf(answer));
  if (name === 'temporarily_unavailable' || name === 'server_error') {
    return new CibaError('unavailable', problem, { ...retryAfterOf(answer), ...hintMayCause(answer, call) });
  }
  const atStart = call.requestName === 'authentication request';
  if (known) {
    const { code, advice, aboutClient = false, passes = false } = known;
    // Signed requests, client assertions and proofs have a time.
    const dependsOnClock = /^invalid_(?:client|request|dpop_proof)/.test(name);
    const clock = dependsOnClock ? clockAdvice(answer) : '';
    return new CibaError(code, `${problem} ${advice}${clock}`, {
      ...(passes && call.requestName === 'token request' && { retryable: true }),
      maybeHint: atStart && code === 'misconfigured' && !aboutClient,
    });
  }
  if (status >= 500) {
    return new CibaError('unavailable', problem, { ...retryAfterOf(answer), ...hintMayCause(answer, call) });
  }
  return new CibaError(
    'badResponse',
    `${problem} The adapter doesn't know this error. Look it up in the provider's documentation or log, and name its meaning in a profile.`,
    { retryable: false, maybeHint: atStart },
  );
}

/** What the profile says of an error, or else the standards. */
function readKnownError(name: string, description: string, status: number, call: OidcCall): KnownError | undefined {
  const { profile, requestName } = call;
  if (requestName === 'authentication request') {
    const meant = profile.startError?.(name, description, status);
    if (meant) {
      const known = inWords(meant);
      return { ...known, aboutClient: !known.maybeHint };
    }
    if (meansNoSuchUser(name, description)) return KNOWN_ERRORS.get('unknown_user_id');
  }
  if (requestName === 'token request') {
    const meant = profile.tokenError?.(name, description, status);
    // The four words of CIBA Core were read before this.
    if (meant && !isTokenError(meant)) return inWords(meant);
  }
  return topicOf(name, description, status) ?? KNOWN_ERRORS.get(name);
}

const ADVICE_ON_CODES: ReadonlyMap<CibaErrorCode, string> = new Map([
  ['unknownUser', 'The provider knows no user with this login hint. Check which hint it expects.'],
  ['noDevice', 'The user has no device that the provider can reach. Have the user set one up.'],
]);

/** A profile may name a code alone. */
const inWords = (meant: CibaErrorCode | OidcProfileError): OidcProfileError =>
  typeof meant === 'object'
    ? meant
    : { code: meant, advice: ADVICE_ON_CODES.get(meant) ?? "Look at the provider's log for the reason." };

/** The name of an error. Known names are never changed, whatever the hint was. */
function quoteName(name: string, { secrets }: OidcCall): string {
  if (KNOWN_ERRORS.has(name) || name === 'server_error' || name === 'temporarily_unavailable') return name;
  // A code holds no short hint, but a broken server could repeat a token there.
  const isCode = /^[\w.-]{1,60}$/.test(name);
  return quote(name, isCode ? secrets.filter(({ length }) => length >= 8) : secrets);
}

/** For a complete response that breaks a rule. A retry would get the same, or find the request redeemed. */
function fromInvalidAnswer(caught: unknown, answer: ProviderAnswer, call: OidcCall): CibaError {
  const reason = reasonOf(caught);
  if (call.requestName === 'discovery') {
    return misconfigured(
      `The metadata at ${call.issuer} can't be used (${reason}). Set \`issuer\` exactly as the provider names itself.`,
    );
  }
  const claim = claimOf(caught);
  const advice =
    claim === 'exp' || claim === 'nbf'
      ? clockAdvice(answer) ||
        " Check the clocks of the provider and of this server, and how long the provider's ID tokens live."
      : (ADVICE_ON_CLAIMS.get(claim) ?? (/"alg"/.test(reason) ? ADVICE_ON_ALGORITHM : ''));
  return unusable(`The provider's response to the ${call.requestName} isn't valid (${reason}).${advice}`, call);
}

const ADVICE_ON_CLAIMS: ReadonlyMap<unknown, string> = new Map([
  ['aud', ' The ID token is for another client: set `clientId` to the ID that the provider puts into `aud`.'],
  ['azp', ' The ID token was issued to another client: set `clientId` to the ID that the provider puts into `azp`.'],
  [
    'iss',
    ' The ID token names another issuer than the metadata: correct the public address in the settings of the provider.',
  ],
]);

const ADVICE_ON_ALGORITHM =
  ' Set `idToken.alg` to the algorithm that the client is registered with, or have the provider list it under `id_token_signing_alg_values_supported`.';

/** openid-client's own fixed sentences. The values stay in `cause` objects, which are dropped. */
function reasonOf(caught: unknown): string {
  if (!(caught instanceof ClientError)) return 'it is no JSON object';
  if (caught.code === 'OAUTH_PARSE_ERROR') return 'it holds invalid JSON';
  return caught.cause instanceof Error ? `${caught.message}: ${caught.cause.message}` : caught.message;
}

/** The claim of the ID token that is wrong, if that is the fault. */
function claimOf(caught: unknown): unknown {
  const { cause } = Object((caught as { cause?: unknown }).cause) as { cause?: unknown };
  return (Object(cause) as { claim?: unknown }).claim;
}

/** What the `Date` header tells about this server's clock, or nothing if the clocks agree. */
export function clockAdvice({ headers }: Pick<ProviderAnswer, 'headers'>): string {
  const ahead = Math.round((Date.now() - Date.parse(headers.get('date') ?? '')) / 1000);
  if (!(Math.abs(ahead) > CLOCK_SKEW_SECONDS)) return '';
  const direction = ahead > 0 ? 'ahead of' : 'behind';
  return ` This server's clock is ${Math.abs(ahead)} s ${direction} the provider's: synchronize both, for example by NTP.`;
}

/**
 * A provider can break on one hint alone, with a 500. If all starts for unknown users failed with it, an attacker could
 * tell them from others. 502, 503 and 504 are about the provider as a whole.
 */
function hintMayCause({ status }: ProviderAnswer, { requestName }: OidcCall): { readonly maybeHint: boolean } {
  return { maybeHint: status === 500 && requestName === 'authentication request' };
}

function fromStatus(answer: ProviderAnswer, problem: string, call: OidcCall): CibaError {
  const { status, headers } = answer;
  const { requestName, issuer } = call;
  if (status < 200 || status > 599) return unusable(`${problem}, which is no HTTP status. Check \`fetch\`.`, call);
  if (status < 300) {
    if (isPage(answer)) return fromPage(problem, call);
    return unusable(
      `${problem}, where the standards want 200 with a JSON object. ${requestName === 'authentication request' ? 'The phone may have rung, so it is not sent again.' : 'It may have had its effect, so it is not sent again.'} Make the provider answer with 200.`,
      call,
    );
  }
  if (status < 400) return fromRedirect(answer, problem, call);
  if (status === 401 || headers.has('www-authenticate')) {
    return requestName === 'userinfo request'
      ? new CibaError('unauthorized', `${problem}. ${KNOWN_ERRORS.get('invalid_token')?.advice ?? ''}`)
      : wrongSettings(
          `${problem}, so it rejects this client's credentials. ${CREDENTIALS_ADVICE}${clockAdvice(answer)}`,
          call,
        );
  }
  if (status === 429) return new CibaError('rateLimited', `${problem}: too many requests.`, retryAfterOf(answer));
  if (status === 408) return new CibaError('timeout', `${problem}: it timed out.`);
  if (status >= 500) {
    return new CibaError('unavailable', `${problem}. Check the provider's log.`, {
      ...retryAfterOf(answer),
      ...hintMayCause(answer, call),
    });
  }
  if (requestName === 'discovery') {
    return misconfigured(
      `${problem} instead of its metadata. Check \`issuer\`: ${issuer} plus /.well-known/openid-configuration must exist.`,
    );
  }
  if (status === 404 || status === 405 || status === 410) {
    const advice =
      requestName === 'authentication request'
        ? 'so CIBA is disabled there, or `profile` names another provider. Enable CIBA, or change `profile`.'
        : "so its metadata names an address that isn't served. The adapter fetches the metadata again.";
    return wrongSettings(`${problem}, ${advice}`, call);
  }
  return fromPage(problem, call, headers);
}

function fromPage(problem: string, { requestName }: OidcCall, headers?: Headers): CibaError {
  const type = headers
    ? ` and ${quote(headers.get('content-type')?.split(';')[0] ?? 'no content type', [])}`
    : ' and a page';
  const text = `${problem}${type} instead of JSON. Check whether a proxy or a firewall is in between.`;
  return requestName === 'discovery'
    ? misconfigured(`${text} Check \`issuer\`, too.`)
    : new CibaError('badResponse', text);
}

function fromRedirect({ status, headers }: ProviderAnswer, problem: string, call: OidcCall): CibaError {
  const { requestName, issuer } = call;
  const target = headers.get('location') ?? '';
  const host = URL.canParse(target, issuer) ? new URL(target, issuer).origin : 'an invalid address';
  const where = `${problem}, a redirect to ${quote(host, call.secrets)}, which isn't followed`;
  if (requestName === 'discovery') {
    return misconfigured(`${where}. Set \`issuer\` to the address that the provider names in its metadata.`);
  }
  // A permanent redirect stays. Any other one may come from a login page in between.
  return status === 301 || status === 308
    ? wrongSettings(`${where}. Make the metadata name the address that the provider serves.`, call)
    : new CibaError('badResponse', `${where}. Check whether a proxy or a firewall is in between.`);
}

function fromClientError(caught: ClientError, call: OidcCall): CibaError {
  if (caught.code === 'OAUTH_HTTP_REQUEST_FORBIDDEN') {
    return misconfigured(
      `The metadata of ${call.issuer} names an http endpoint for the ${call.requestName}, which would be readable in transit. Make the provider name https endpoints.`,
    );
  }
  return misconfigured(
    `The ${call.requestName} to ${call.issuer} couldn't be made (${reasonOf(caught)}). Check the provider's metadata and \`clientAuthentication\`.`,
  );
}

/** Certificates that no retry makes right, by Node's code, and what to do. */
const CERTIFICATE_ADVICE: ReadonlyMap<unknown, string> = new Map([
  [
    'CERT_HAS_EXPIRED',
    "The provider's certificate has expired, or this server's clock is wrong. Renew the certificate.",
  ],
  ['CERT_NOT_YET_VALID', "The provider's certificate isn't valid yet. Check this server's clock."],
  [
    'ERR_TLS_CERT_ALTNAME_INVALID',
    "The provider's certificate is for another host name. Use the name that it is for, or issue one for this name.",
  ],
  ['CERT_REVOKED', "The provider's certificate was revoked. Renew it."],
  ...[
    'UNABLE_TO_VERIFY_LEAF_SIGNATURE',
    'UNABLE_TO_GET_ISSUER_CERT',
    'UNABLE_TO_GET_ISSUER_CERT_LOCALLY',
    'SELF_SIGNED_CERT_IN_CHAIN',
    'DEPTH_ZERO_SELF_SIGNED_CERT',
    'CERT_UNTRUSTED',
    // A CA that was made anew under the same name.
    'CERT_SIGNATURE_FAILURE',
  ].map(
    (code) =>
      [
        code,
        "This server doesn't trust the CA of the provider's certificate. Name the CA's file in the environment variable NODE_EXTRA_CA_CERTS before Node starts, pass a `fetch` that trusts it, or have the provider send its whole chain.",
      ] as const,
  ),
  [
    'ERR_SSL_WRONG_VERSION_NUMBER',
    'There is no TLS at this port. Check scheme and port of `issuer`, and whether a proxy is in between.',
  ],
  [
    'ERR_SSL_TLSV13_ALERT_CERTIFICATE_REQUIRED',
    'The provider wants a client certificate. Pass a `fetch` that presents it.',
  ],
  [
    'ERR_SSL_SSLV3_ALERT_CERTIFICATE_EXPIRED',
    'The provider says that the client certificate has expired. Renew it, and check the clocks of both.',
  ],
  [
    'ERR_SSL_TLSV1_ALERT_UNKNOWN_CA',
    "The provider doesn't trust the CA of the client certificate. Present the certificate that the client is registered with, with its whole chain.",
  ],
  ...['ERR_SSL_SSLV3_ALERT_BAD_CERTIFICATE', 'ERR_SSL_SSLV3_ALERT_CERTIFICATE_UNKNOWN'].map(
    (code) =>
      [
        code,
        'The provider rejects the client certificate. Present the one that the client is registered with, and check that it has not expired.',
      ] as const,
  ),
]);

/** Why there is no connection, by Node's code, and what to do. */
const NETWORK_ADVICE: ReadonlyMap<unknown, string> = new Map([
  ['ENOTFOUND', "DNS doesn't know its host name. Check `issuer` and this server's DNS."],
  ['EAI_AGAIN', "DNS didn't answer. Check this server's DNS."],
  ['ECONNREFUSED', 'Nothing listens there. Check that it is running, and its port.'],
  ...['ECONNRESET', 'EPIPE', 'UND_ERR_SOCKET'].map(
    (code) =>
      [
        code,
        'It closed the connection before it answered. Check its log, and whether a proxy is in between. If it wants a client certificate, check that `fetch` presents the registered one, and that it has not expired.',
      ] as const,
  ),
]);

/** For a request that `fetch` itself gave up. */
function fromFailure({ caught, timedOut }: NonNullable<Exchange['failure']>, call: OidcCall): CibaError {
  if (timedOut) {
    return new CibaError('timeout', `The provider at ${call.issuer} didn't answer the ${call.requestName} in time.`);
  }
  const code = systemCodeOf(caught);
  const why = code === undefined ? '' : ` (${redact(code, call.secrets)})`;
  const problem = `The provider at ${call.issuer} couldn't be reached for the ${call.requestName}${why}.`;
  const certificate = CERTIFICATE_ADVICE.get(code);
  if (certificate !== undefined) return wrongSettings(`${problem} ${certificate}`, call, { cause: caught });
  const advice = NETWORK_ADVICE.get(code) ?? 'Check that it is running and that this server may connect to it.';
  return new CibaError('network', `${problem} ${advice}`, { cause: caught });
}

/** Node's code of a fault, such as ECONNREFUSED. `fetch` wraps the error that has it. */
export function systemCodeOf(caught: unknown): string | undefined {
  let error = caught;
  for (let depth = 0; depth < 4 && error instanceof Object; depth++) {
    const { code, cause } = error as { code?: unknown; cause?: unknown };
    if (typeof code === 'string') return code.slice(0, 60);
    error = cause;
  }
  return undefined;
}

function retryAfterOf({ headers }: ProviderAnswer) {
  return { retryAfter: parseRetryAfter(headers) };
}
