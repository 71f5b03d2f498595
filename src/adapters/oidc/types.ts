import type { IDToken } from 'openid-client';
import type { CibaErrorCode, InitiateRequest, JsonValue } from '../../contract/index.js';

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
  /** What is being authorized, in detail (RFC 9396 `authorization_details`). */
  readonly authorizationDetails?: readonly { readonly [field: string]: JsonValue }[];
  /**
   * Most seconds since the user authenticated at the provider, checked against the ID token's `auth_time`. CIBA has no
   * such parameter, so it isn't sent to the provider.
   */
  readonly maxAge?: number;
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
  readonly startError?: (error: string, description: string) => CibaErrorCode | undefined;
  /** Whether the provider also answers `access_denied` for an expired request. The time then tells them apart. */
  readonly deniedMeansExpiredToo?: boolean;
}

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
  /** When the access token expires, in milliseconds since 1970. Absent if the provider doesn't say. */
  readonly expiresAt?: number;
}

/** What the handler's store keeps between `initiate` and `poll`. */
export interface ServerState {
  readonly authReqId: string;
  readonly subject?: string;
  readonly acrValues?: string;
  /** Seconds. */
  readonly maxAge?: number;
  /** Wall-clock milliseconds from which a denial means expiry. Set only if the provider has one word for both. */
  readonly deniedUntil?: number;
}
