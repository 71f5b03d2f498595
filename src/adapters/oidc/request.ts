import { isCibaError } from '../../contract/index.js';
import type { JsonValue } from '../../contract/index.js';
import { misconfigured } from '../../contract/errors.js';
import { MAX_SECONDS } from '../../contract/validate.js';
import { joinMessage } from '../shared/binding-message.js';
import { readJwtClaims } from '../shared/jwt.js';
import type { RequestValues } from './request-object.js';
import type { OidcProfile, OidcRequest } from './types.js';

/** Drops the fields that are empty: they mean the same as absent ones, and providers refuse them. */
export function withoutEmptyFields(request: OidcRequest): OidcRequest {
  const given = Object.entries(request).filter(
    ([name, value]: [string, unknown]) =>
      value !== undefined &&
      value !== null &&
      // An empty number is a mistake of the app: its screen would then show no number that the phone shows.
      (name === 'displayCode' || !(typeof value === 'string' && value.trim() === '')) &&
      !(Array.isArray(value) && value.length === 0),
  );
  return { ...(Object.fromEntries(given) as Partial<OidcRequest>), loginHint: request.loginHint };
}

/**
 * Builds the parameters of CIBA Core 1.0 §7.1 as the provider's profile wants them.
 * @throws CibaError `misconfigured` for anything that the provider is known to refuse
 */
export function toParameters(request: OidcRequest, profile: OidcProfile, issuer: string): RequestValues {
  try {
    return buildParameters(request, profile, issuer);
  } catch (cause) {
    if (isCibaError(cause)) throw cause;
    throw misconfigured(
      "The provider's parameters could not be built from what `authRequest` returned. Check its values and the functions of your profile; the error's `cause` is what was thrown.",
      { cause },
    );
  }
}

function buildParameters(request: OidcRequest, profile: OidcProfile, issuer: string): RequestValues {
  const { acrValues, authorizationDetails, notificationToken, requestContext, claims } = request;
  const scopes = new Set(['openid', ...(request.scope ?? '').split(' ').filter(Boolean)]);
  const parameters: Record<string, JsonValue | undefined> = {
    ...furtherParameters(request),
    scope: [...scopes].join(' '),
    ...hint(request, profile, issuer),
    binding_message: bindingMessage(request, profile),
    acr_values: acrValues,
    user_code: userCode(request, profile),
    ...expiry(request, profile),
    authorization_details: authorizationDetails,
    request_context: requestContext,
    claims,
    client_notification_token: notificationToken,
  };
  return Object.fromEntries(
    Object.entries(parameters).filter((pair): pair is [string, JsonValue] => pair[1] !== undefined),
  );
}

/** Parameters that the adapter sets itself, or that would make the provider read another request. */
const RESERVED = new Set([
  ...['scope', 'login_hint', 'login_hint_token', 'id_token_hint', 'binding_message', 'acr_values', 'user_code'],
  ...['requested_expiry', 'request_expiry', 'authorization_details', 'request_context', 'claims'],
  ...['client_notification_token', 'client_id', 'client_secret', 'client_assertion', 'client_assertion_type'],
  ...['request', 'request_uri', 'grant_type', 'iss', 'sub', 'aud', 'exp', 'nbf', 'iat', 'jti'],
]);

function furtherParameters({ parameters = {} }: OidcRequest): RequestValues {
  const taken = Object.keys(parameters).find((name) => RESERVED.has(name));
  if (taken === undefined) return parameters;
  throw misconfigured(
    `\`authRequest\` returned \`${taken}\` in \`parameters\`, but the adapter sets that parameter itself. Return the field of the same meaning, or leave it out.`,
  );
}

/** A request must have exactly one hint. */
function hint(request: OidcRequest, profile: OidcProfile, issuer: string): Record<string, string> {
  const [[name, value] = ['', '']] = Object.entries(chooseHint(request, profile, issuer));
  const { hints } = profile;
  if (hints && !hints.some((accepted) => accepted === name)) {
    throw aboutThisUser(
      `${profile.name} doesn't accept \`${name}\`, only ${hints.map((accepted) => `\`${accepted}\``).join(' and ')}. Return what \`adapter.hintsOf(session)\` gives from \`authRequest\`.`,
    );
  }
  if (value.trim() === '') {
    throw aboutThisUser('`authRequest` returned an empty hint, so no user is named. Return a `loginHint`, or null.');
  }
  return { [name]: value };
}

/** What one user's data causes tells strangers about this user, so no stranger may see it. */
const aboutThisUser = (problem: string) => misconfigured(problem, { maybeHint: true });

function chooseHint(request: OidcRequest, profile: OidcProfile, issuer: string): Record<string, string> {
  const { idTokenHint, loginHintToken } = request;
  if (idTokenHint !== undefined && loginHintToken !== undefined) {
    throw misconfigured(
      '`authRequest` returned both an `idTokenHint` and a `loginHintToken`, but a provider accepts only one hint. Return one of them.',
    );
  }
  if (idTokenHint !== undefined) return { id_token_hint: idTokenHint };
  if (loginHintToken !== undefined) return { login_hint_token: loginHintToken };
  const built = profile.loginHint ? profile.loginHint(request, issuer) : request.loginHint;
  if (typeof built !== 'string') throw aboutThisUser(built.problem);
  return { login_hint: built };
}

const ONE_LINE = { pattern: /^[^\p{C}]+$/u, rule: 'one line of text' };

/** The number and the text in one message. A text that the provider's rules allow only without a number is left out. */
function bindingMessage(request: OidcRequest, { name, bindingMessage: rules }: OidcProfile): string | undefined {
  const { pattern, rule } = rules ?? ONE_LINE;
  const message = joinMessage(request.displayCode, request.bindingMessage, (joined) => pattern.test(joined));
  if (message === undefined) {
    if (!rules?.required) return undefined;
    throw misconfigured(
      `${name} requires a binding message. Let \`displayCode\` make a number, or return \`bindingMessage\` from \`authRequest\`.`,
    );
  }
  if (pattern.test(message)) return message;
  const field = message === request.displayCode ? 'displayCode' : 'bindingMessage';
  throw misconfigured(
    `${name} refuses this ${field === 'displayCode' ? 'number' : 'binding message'} (\`${field}\`): it must be ${rule}. At most 20 characters of A-Z, a-z, 0-9 and "-" pass at every known provider.`,
  );
}

/** Tells developers that a text doesn't reach the phone, since the provider takes no message that has it beside a number. */
export function findUnsentText(request: OidcRequest, profile: OidcProfile): string | undefined {
  if (request.displayCode === undefined || request.bindingMessage === undefined) return undefined;
  if (bindingMessage(request, profile) !== request.displayCode) return undefined;
  return `${profile.name} doesn't take the \`bindingMessage\` together with a number, so only the number is sent: a message must be ${profile.bindingMessage?.rule ?? ONE_LINE.rule}. To send the text alone, set \`displayCode: false\`.`;
}

function userCode(
  { userCode: code }: OidcRequest,
  { name, userCode: accepted = true }: OidcProfile,
): string | undefined {
  if (code === undefined || accepted) return code;
  throw aboutThisUser(`${name} doesn't accept a user code. Don't return \`userCode\` from \`authRequest\`.`);
}

function expiry({ requestedExpiry }: OidcRequest, { name, expiry: rules = {} }: OidcProfile): RequestValues {
  if (requestedExpiry === undefined) return {};
  const { parameter = 'requested_expiry', longest = MAX_SECONDS } = rules;
  if (!Number.isInteger(requestedExpiry) || requestedExpiry < 1 || requestedExpiry > longest) {
    throw misconfigured(
      `\`requestedExpiry\` is ${String(requestedExpiry)}, but ${name} accepts whole seconds only, at least 1 and at most ${longest}. Return such a number from \`authRequest\`.`,
    );
  }
  return { [parameter]: requestedExpiry };
}

/** The values of a request that no error message may repeat. */
export function secretsOf(request: OidcRequest): string[] {
  const {
    loginHint,
    subject,
    idTokenHint,
    loginHintToken,
    userCode: code,
    notificationToken,
    requestContext,
  } = request;
  return [
    ...[loginHint, subject, idTokenHint, loginHintToken, code, notificationToken].filter(
      (value) => value !== undefined,
    ),
    ...textsIn(requestContext),
  ];
}

/** The context of a request has addresses and places of the user. */
function textsIn(value: JsonValue | undefined): string[] {
  if (typeof value === 'string') return [value];
  return typeof value === 'object' && value !== null ? Object.values(value).flatMap(textsIn) : [];
}

/** Who has to approve: the named subject, or the one that the ID token hint is about. */
export function subjectOf({ subject, idTokenHint }: OidcRequest): string | undefined {
  if (subject !== undefined || idTokenHint === undefined) return subject;
  // Not verified here: the hint comes from the app's own session, and the provider verifies it. An encrypted one shows
  // no subject, so the app has to name it.
  const { sub } = readJwtClaims(idTokenHint);
  return typeof sub === 'string' ? sub : undefined;
}
