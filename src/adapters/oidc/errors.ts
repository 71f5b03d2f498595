import { ClientError } from 'openid-client';
import { readConnectionFault } from '../../contract/connection-fault.js';
import { misconfigured } from '../../contract/errors.js';
import type { CibaErrorOptions } from '../../contract/errors.js';
import { CibaError, isCibaError } from '../../contract/index.js';
import type { CibaErrorCode } from '../../contract/index.js';
import { parseRetryAfter } from '../shared/fetch-text.js';
import { CREDENTIALS_ADVICE, KNOWN_ERRORS, meansNoSuchUser, meansTooMany, topicOf } from './error-table.js';
import type { KnownError } from './error-table.js';
import { quote } from './redact.js';
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
  /** What is odd about the credentials, for errors that reject them. */
  readonly oddCredentials?: string | undefined;
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
  if (status === 429 || meansTooMany(name)) {
    return new CibaError('rateLimited', `${problem} ${RATE_ADVICE}`, retryAfterOf(answer));
  }
  const log = "Check the provider's log.";
  if (name === 'temporarily_unavailable' || name === 'server_error') {
    return new CibaError('unavailable', `${problem} ${log}`, {
      ...retryAfterOf(answer),
      ...hintMayCause(answer, call),
    });
  }
  const atStart = call.requestName === 'authentication request';
  if (known) {
    const { code, advice, aboutClient = false, passes = false } = known;
    // Signed requests, client assertions and proofs have a time.
    const dependsOnClock = /^invalid_(?:client|request|dpop_proof)/.test(name);
    const odd = advice === CREDENTIALS_ADVICE ? (call.oddCredentials ?? '') : '';
    const clock = dependsOnClock ? clockAdvice(answer) : '';
    return new CibaError(code, `${problem} ${advice}${odd}${clock}`, {
      ...(passes && call.requestName === 'token request' && { retryable: true }),
      maybeHint: atStart && code === 'misconfigured' && !aboutClient,
    });
  }
  if (status >= 500) {
    return new CibaError('unavailable', `${problem} ${log}`, {
      ...retryAfterOf(answer),
      ...hintMayCause(answer, call),
    });
  }
  return new CibaError(
    'badResponse',
    `${problem} The adapter doesn't know this error. Look it up in the provider's documentation or log, and name its meaning in a profile.`,
    { retryable: false, maybeHint: atStart },
  );
}

const RATE_ADVICE = 'Check how many requests the provider allows to this client and to one user.';

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
    const named = answer.json?.['issuer'];
    const isOther = typeof named === 'string' && new URL(call.issuer).href !== named;
    return misconfigured(
      isOther
        ? `The metadata at ${call.issuer} names ${quote(JSON.stringify(named), call.secrets)} as its issuer. Set \`issuer\` exactly as the provider names itself, or correct its public address in its settings.`
        : `The metadata at ${call.issuer} can't be used (${reason}). Set \`issuer\` so that it plus /.well-known/openid-configuration returns the provider's metadata as JSON.`,
    );
  }
  const claim = claimOf(caught);
  const advice =
    claim === 'exp' || claim === 'nbf'
      ? clockAdvice(answer) ||
        " Check the clocks of the provider and of this server, and how long the provider's ID tokens live."
      : (ADVICE_ON_CLAIMS.get(claim) ??
        (/"alg"/.test(reason) ? ADVICE_ON_ALGORITHM : ` ${WANTED[call.requestName] ?? ''} ${CORRECT_IT}`));
  return unusable(
    `The provider's response to the ${call.requestName} isn't valid (${reason}).${advice}${effectOf(call)}`,
    call,
  );
}

/** What the standards want of an answer. */
const WANTED: Readonly<Partial<Record<OidcRequestName, string>>> = {
  'authentication request': 'CIBA Core 1.0 §7.3 wants a JSON object with `auth_req_id` and `expires_in`.',
  'token request':
    'OpenID Connect wants a JSON object with `access_token`, `token_type` and an ID token as `id_token`.',
  'refresh request': 'RFC 6749 §5.1 wants a JSON object with `access_token` and `token_type`.',
  'keys request': 'RFC 7517 §5 wants a JSON object with a list of `keys`.',
  'userinfo request': 'OpenID Connect wants a JSON object with the `sub` of the ID token.',
};

const CORRECT_IT = 'Correct it in the settings of the provider, or in a `fetch` of your own.';

/** Why a request isn't repeated, for those that may have had their effect. */
function effectOf({ requestName }: OidcCall): string {
  if (requestName === 'authentication request') return ' The phone may have rung, so it is not sent again.';
  return requestName === 'token request' || requestName === 'refresh request' || requestName === 'revocation request'
    ? ' It may have had its effect, so it is not sent again.'
    : '';
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
  if (!(caught instanceof ClientError)) return 'it is no JSON object of the expected form';
  if (caught.code === 'OAUTH_PARSE_ERROR') return 'it holds invalid JSON';
  const { message, cause } = caught;
  if (/content-type/.test(message)) return 'it holds no JSON';
  return cause instanceof Error && cause.message !== message ? `${message}: ${cause.message}` : message;
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
    if (isPage(answer)) return fromPage(answer, problem, call);
    const text = `${problem}, where the standards want 200 with a JSON object.${effectOf(call)} Make the provider answer with 200.`;
    return requestName === 'discovery' ? misconfigured(`${text} Check \`issuer\`, too.`) : unusable(text, call);
  }
  if (status < 400) return fromRedirect(answer, problem, call);
  const isPublic = requestName === 'discovery' || requestName === 'keys request';
  if ((status === 401 || headers.has('www-authenticate')) && !isPublic) {
    return requestName === 'userinfo request'
      ? new CibaError('unauthorized', `${problem}. ${KNOWN_ERRORS.get('invalid_token')?.advice ?? ''}`)
      : wrongSettings(
          `${problem}, so it rejects this client's credentials. ${CREDENTIALS_ADVICE}${call.oddCredentials ?? ''}${clockAdvice(answer)}`,
          call,
        );
  }
  if (status === 429) {
    return new CibaError('rateLimited', `${problem}: too many requests. ${RATE_ADVICE}`, retryAfterOf(answer));
  }
  if (status === 408) {
    return new CibaError('timeout', `${problem}: it timed out. Check whether a proxy in between gives up early.`);
  }
  if (status === 511) {
    return new CibaError('network', `${problem}: the network wants a login. Have it let this server through.`);
  }
  if (status >= 500) {
    const proxy = isPage(answer) ? ', and that of a proxy in front of it, which may have answered instead' : '';
    return new CibaError('unavailable', `${problem}. Check the provider's log${proxy}.`, {
      ...retryAfterOf(answer),
      ...hintMayCause(answer, call),
    });
  }
  if (requestName === 'discovery') {
    const login =
      status === 401 || status === 403
        ? ' Metadata is public, so check whether a proxy or a firewall in front of it asks for a login.'
        : '';
    return misconfigured(
      `${problem} instead of its metadata. Check \`issuer\`: ${issuer} plus /.well-known/openid-configuration must exist.${login}`,
    );
  }
  if (status === 404 || status === 405 || status === 410) {
    const advice =
      requestName === 'authentication request'
        ? 'so CIBA is disabled there, or `profile` names another provider. Enable CIBA, or change `profile`.'
        : "so its metadata names an address that isn't served. The adapter fetches the metadata again.";
    return wrongSettings(`${problem}, ${advice}`, call);
  }
  return fromPage(answer, problem, call);
}

/** For an answer that has no OAuth error, so that it may come from something in between. */
function fromPage(answer: ProviderAnswer, problem: string, { requestName, secrets }: OidcCall): CibaError {
  const text = `${problem} and ${bodyOf(answer, secrets)}. Check whether a proxy, a gateway or a firewall answers in its place, and its log.`;
  return requestName === 'discovery'
    ? misconfigured(`${text} Check \`issuer\`, too.`)
    : new CibaError('badResponse', text);
}

/** What kind of body it is. Gateways explain themselves in JSON of their own. */
function bodyOf(answer: ProviderAnswer, secrets: readonly string[]): string {
  const { json, text, headers } = answer;
  if (json) {
    const { error, message, detail, title, errorSummary } = json;
    const words = [(Object(error) as { message?: unknown }).message, message, detail, title, errorSummary].find(
      (one) => typeof one === 'string' && one !== '',
    );
    const quoted = typeof words === 'string' ? `, but "${quote(words, secrets)}"` : '';
    return `JSON that names no OAuth error${quoted}`;
  }
  if (isPage(answer)) {
    const [, title = ''] = /<title>([^<]+)/i.exec(text ?? '') ?? [];
    return title === '' ? 'a page instead of JSON' : `a page instead of JSON, titled "${quote(title, secrets)}"`;
  }
  if (!text) return 'no body';
  const type = headers.get('content-type')?.split(';')[0] ?? 'no content type';
  return /json/.test(type) ? 'JSON that is no object' : `${quote(type, [])} instead of JSON`;
}

function fromRedirect({ status, headers }: ProviderAnswer, problem: string, call: OidcCall): CibaError {
  const { requestName, issuer } = call;
  const target = headers.get('location') ?? '';
  const isAddress = target !== '' && URL.canParse(target, issuer);
  const host = isAddress ? new URL(target, issuer).origin : 'no valid address';
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

/** For a request that `fetch` itself gave up. */
function fromFailure({ caught, timedOut }: NonNullable<Exchange['failure']>, call: OidcCall): CibaError {
  if (timedOut) {
    return new CibaError('timeout', `The provider at ${call.issuer} didn't answer the ${call.requestName} in time.`);
  }
  const {
    code,
    advice = 'Check that it is running and that this server may connect to it.',
    isLasting,
  } = readConnectionFault(caught, 'the provider');
  const why = code === undefined ? '' : ` (${quote(code, call.secrets)})`;
  const problem = `The provider at ${call.issuer} couldn't be reached for the ${call.requestName}${why}. ${advice}`;
  return isLasting
    ? wrongSettings(problem, call, { cause: caught })
    : new CibaError('network', problem, { cause: caught });
}

function retryAfterOf({ headers }: ProviderAnswer) {
  return { retryAfter: parseRetryAfter(headers) };
}
