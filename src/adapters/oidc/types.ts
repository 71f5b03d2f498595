import type { IDToken } from 'openid-client';
import type { AuthorizationDetail, CibaErrorCode, InitiateRequest, JsonValue } from '../../contract/index.js';

/** What an OpenID provider can be asked for in addition. Return these from the handler's `authRequest`. */
export interface OidcRequest extends InitiateRequest {
  /** An earlier ID token of the user, in place of the login hint. The user that its `sub` names has to approve. */
  readonly idTokenHint?: string;
  /** A signed hint, in place of the login hint (CIBA Core 1.0 §7.1 `login_hint_token`). */
  readonly loginHintToken?: string;
  /** A secret that only the user knows, so that strangers can't send pushes (CIBA Core 1.0 §7.1 `user_code`). */
  readonly userCode?: string;
  /** Lifetime of the request, in seconds (CIBA Core 1.0 §7.1 `requested_expiry`). */
  readonly requestedExpiry?: number;
  /**
   * Most seconds since the user authenticated at the provider, checked against the ID token's `auth_time`. CIBA has no
   * such parameter, so it isn't sent to the provider.
   */
  readonly maxAge?: number;
  /** Where and how the user acts, such as the IP address or the place, as the provider reads it (FAPI-CIBA §5.2.2 `request_context`). */
  readonly requestContext?: string | { readonly [field: string]: JsonValue };
  /** Which claims to return, and how (OpenID Connect Core 1.0 §5.5 `claims`). */
  readonly claims?: { readonly [member: string]: JsonValue };
  /**
   * Further parameters of this provider, by their names on the wire, such as `{ purpose: 'Pay a bill' }`. Text is sent as it
   * is, other values as JSON. Parameters that the adapter sets itself are refused.
   */
  readonly parameters?: { readonly [name: string]: JsonValue };
  /** What the provider shows when it notifies (CIBA Core 1.0 §7.1 `client_notification_token`). The handler makes it. */
  readonly notificationToken?: string;
}

/**
 * How a provider differs from CIBA Core 1.0. To adapt to a provider that isn't among `oidcProfiles`, spread one of
 * them.
 *
 * @example
 * const curity: OidcProfile = { ...oidcProfiles.generic, name: 'Curity', bindingMessage: { pattern: /^[\w -]{1,40}$/, rule: 'short' } };
 */
export interface OidcProfile {
  /** The provider's name in error messages. */
  readonly name: string;
  /** The authentication endpoint, if the metadata doesn't name it. The issuer is passed without a trailing slash. */
  readonly endpoint?: (issuer: string) => string;
  /** Builds the `login_hint`. @default the login hint, unchanged */
  readonly loginHint?: (request: OidcRequest, issuer: string) => string | OidcProfileRefusal;
  /** The binding messages that the provider accepts, checked before anything is sent. @default any single line of text */
  readonly bindingMessage?: {
    readonly pattern: RegExp;
    /** The rule in words, after "must be". */
    readonly rule: string;
    readonly required?: boolean;
  };
  /** False if the provider refuses every `user_code`. @default true */
  readonly userCode?: boolean;
  readonly expiry?: {
    /** Name of the parameter. @default 'requested_expiry' */
    readonly parameter?: string;
    /** Most seconds that may be requested. */
    readonly longest?: number;
    /** Whether the response names the provider's usual lifetime, not the requested one. */
    readonly ignoredInAnswer?: boolean;
  };
  /** The meaning of an error response to the authentication request, if it differs from CIBA Core 1.0 §13. */
  readonly startError?: (
    error: string,
    description: string,
    status: number,
  ) => CibaErrorCode | OidcProfileError | undefined;
  /** The meaning of an error response to a poll, if it differs from CIBA Core 1.0 §11: a standard error, or a code. */
  readonly tokenError?: (
    error: string,
    description: string,
    status: number,
  ) => OidcTokenError | CibaErrorCode | OidcProfileError | undefined;
  /** The hints that the provider accepts. A request with another one isn't sent. @default all three */
  readonly hints?: readonly ('login_hint' | 'login_hint_token' | 'id_token_hint')[];
  /**
   * Names the user of a session to the provider, for a step-up.
   * @default the ID token until a minute before it expires, then the username, the email address or the `sub`
   */
  readonly hintsOf?: (session: OidcSession) => OidcHints;
  /** The only `acr` that the provider reaches through CIBA, whatever is asked for. */
  readonly onlyAcr?: string;
  /**
   * Whether the token response has the granted `authorization_details` (RFC 9396 §7). They are compared with what was
   * asked for, unless this is false. @default true
   */
  readonly returnsDetails?: boolean;
  /**
   * What a new request usually looks like, so that starts for unknown users look the same before the first real one.
   * @default 120 and 5 seconds
   */
  readonly usualAnswer?: { readonly expiresIn: number; readonly interval: number };
  /** Whether the provider also answers `access_denied` for an expired request. The time then tells them apart. */
  readonly deniedMeansExpiredToo?: boolean;
}

/** What an error of the provider means, and what a developer can do about it. */
export interface OidcProfileError {
  readonly code: CibaErrorCode;
  readonly advice: string;
  /** Whether the login hint may have caused it: then no stranger sees this error. For start errors. @default false */
  readonly maybeHint?: boolean;
  /** Whether the next poll of the same request can succeed. For token errors. @default only for transient codes */
  readonly passes?: boolean;
}

const TOKEN_ERRORS = ['authorization_pending', 'slow_down', 'access_denied', 'expired_token'] as const;

/** The errors of a poll that aren't faults (CIBA Core 1.0 §11). */
export type OidcTokenError = (typeof TOKEN_ERRORS)[number];

export const isTokenError = (meant: unknown): meant is OidcTokenError =>
  (TOKEN_ERRORS as readonly unknown[]).includes(meant);

/** How to name the user of a session to the provider. Spread it into what `authRequest` returns. */
export type OidcHints = Pick<OidcRequest, 'loginHint' | 'idTokenHint' | 'loginHintToken' | 'subject'>;

/** Why a profile can't build a login hint: what is wrong, and what to do. */
export interface OidcProfileRefusal {
  readonly problem: string;
}

/** The tokens and claims of a completed login. They belong on the server: never send them to a browser. */
export interface OidcSession {
  /** The claims of the validated ID token. */
  readonly claims: IDToken;
  readonly accessToken: string;
  readonly idToken: string;
  readonly refreshToken?: string;
  /** The granted scopes, separated by spaces. Absent if the provider granted what was asked for and doesn't say so. */
  readonly scope?: string;
  /** What was granted in detail, which can be less than was asked for (RFC 9396 §7). */
  readonly authorizationDetails?: readonly AuthorizationDetail[];
  /** When the access token expires, in milliseconds since 1970. Absent if the provider doesn't say. */
  readonly expiresAt?: number;
  /** When the refresh token expires, in milliseconds since 1970. Absent if the provider doesn't say. */
  readonly refreshExpiresAt?: number;
  /** `DPoP` if the access token is only accepted with a proof (RFC 9449). Absent for bearer tokens. */
  readonly tokenType?: 'DPoP';
}

/** What the handler's store keeps between `initiate` and `poll`. */
export interface ServerState {
  readonly authReqId: string;
  readonly subject?: string;
  readonly acrValues?: string;
  /** Seconds. */
  readonly maxAge?: number;
  readonly authorizationDetails?: readonly AuthorizationDetail[];
  /** Wall-clock milliseconds from which a denial means expiry. Set only if the provider has one word for both. */
  readonly deniedUntil?: number;
}
