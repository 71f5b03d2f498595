import { CibaError, type InitiateRequest, type JsonValue } from '../../contract/index.js';
import type { OidcProfile } from './profiles.js';

/** What an OpenID provider can be asked for besides. Return these from the handler's `authRequest`. */
export interface OidcRequest extends InitiateRequest {
  /** An earlier ID token of the user, in place of the login hint; its `sub` is then the one that has to approve. */
  readonly idTokenHint?: string;
  /** A signed hint, in place of the login hint (CIBA Core 1.0 §7.1 `login_hint_token`). */
  readonly loginHintToken?: string;
  /** A secret that the user knows, against strangers who ring (CIBA Core 1.0 §7.1 `user_code`). */
  readonly userCode?: string;
  /** Seconds that the request should live. */
  readonly requestedExpiry?: number;
  /** What is being authorised, in detail (RFC 9396 `authorization_details`). */
  readonly authorizationDetails?: readonly { readonly [field: string]: JsonValue }[];
  /**
   * Most seconds since the user authenticated at the provider: the ID token's `auth_time` is checked. CIBA has no such
   * parameter, so the provider is not told.
   */
  readonly maxAge?: number;
  /** What the provider shows when it notifies (CIBA Core 1.0 §7.1 `client_notification_token`); the handler makes it. */
  readonly notificationToken?: string;
}

function misconfigured(message: string): CibaError {
  return new CibaError('misconfigured', message);
}

/**
 * The form of CIBA Core 1.0 §7.1, in the words of the provider.
 * @throws CibaError `misconfigured` for what the provider is known to refuse
 */
export function toParameters(request: OidcRequest, profile: OidcProfile, issuer: string): URLSearchParams {
  const { acrValues, authorizationDetails, notificationToken } = request;
  const scopes = new Set(['openid', ...(request.scope ?? '').split(' ').filter(Boolean)]);
  const parameters: Record<string, string | undefined> = {
    scope: [...scopes].join(' '),
    ...hint(request, profile, issuer),
    binding_message: bindingMessage(request, profile),
    acr_values: acrValues,
    user_code: userCode(request, profile),
    ...expiry(request, profile),
    authorization_details: authorizationDetails && JSON.stringify(authorizationDetails),
    client_notification_token: notificationToken,
  };
  const given = Object.entries(parameters).filter((pair): pair is [string, string] => pair[1] !== undefined);
  return new URLSearchParams(given);
}

/** Exactly one hint may be sent. */
function hint(request: OidcRequest, profile: OidcProfile, issuer: string): Record<string, string> {
  const { idTokenHint, loginHintToken } = request;
  if (idTokenHint !== undefined && loginHintToken !== undefined) {
    throw misconfigured(
      '`authRequest` returned an `idTokenHint` and a `loginHintToken`. A provider takes one of them.',
    );
  }
  if (idTokenHint !== undefined) return { id_token_hint: idTokenHint };
  if (loginHintToken !== undefined) return { login_hint_token: loginHintToken };
  const made = profile.loginHint ? profile.loginHint(request, issuer) : request.loginHint;
  if (typeof made !== 'string') throw misconfigured(made.problem);
  return { login_hint: made };
}

function bindingMessage(
  { bindingMessage: message }: OidcRequest,
  { name, bindingMessage: wanted }: OidcProfile,
): string | undefined {
  if (message === undefined) {
    if (!wanted?.required) return undefined;
    throw misconfigured(
      `${name} needs a binding message: let \`displayCode\` make one, or return \`bindingMessage\` from \`request\`.`,
    );
  }
  const { pattern, rule } = wanted ?? { pattern: /^[^\p{C}]+$/u, rule: 'one line of text' };
  if (pattern.test(message)) return message;
  throw misconfigured(
    `${name} would refuse the binding message: it has to be ${rule}. At most 20 of A-Z, a-z, 0-9 and "-" pass at every known provider.`,
  );
}

function userCode({ userCode: code }: OidcRequest, { name, userCode: taken = true }: OidcProfile): string | undefined {
  if (code === undefined || taken) return code;
  throw misconfigured(`${name} takes no user code. Leave \`userCode\` out of what \`request\` returns.`);
}

function expiry({ requestedExpiry }: OidcRequest, { name, expiry: rules = {} }: OidcProfile): Record<string, string> {
  if (requestedExpiry === undefined) return {};
  const { parameter = 'requested_expiry', longest = Infinity } = rules;
  if (!Number.isInteger(requestedExpiry) || requestedExpiry < 1 || requestedExpiry > longest) {
    const most = longest === Infinity ? '' : ` and at most ${longest}`;
    throw misconfigured(`The \`requestedExpiry\` for ${name} has to be whole seconds, at least 1${most}.`);
  }
  return { [parameter]: String(requestedExpiry) };
}

/** The values of a request that no error text may repeat. */
export function secretsOf(request: OidcRequest): string[] {
  const { loginHint, subject, idTokenHint, loginHintToken, userCode: code, notificationToken } = request;
  return [loginHint, subject, idTokenHint, loginHintToken, code, notificationToken].filter(
    (value) => value !== undefined,
  );
}

/** Who has to approve: the named subject, or whom the ID token hint is about. */
export function subjectOf({ subject, idTokenHint }: OidcRequest): string | undefined {
  if (subject !== undefined || idTokenHint === undefined) return subject;
  try {
    // Not verified: it came from the app's own session, and the provider verifies it.
    const claims = JSON.parse(atob((idTokenHint.split('.')[1] ?? '').replaceAll('-', '+').replaceAll('_', '/'))) as {
      sub?: unknown;
    };
    return typeof claims.sub === 'string' ? claims.sub : undefined;
  } catch {
    return undefined; // An encrypted token: the app names the subject itself.
  }
}
