import type { CibaErrorCode } from '../../contract/index.js';
import type { OidcRequest } from './request.js';

/**
 * Where a provider differs from CIBA Core 1.0. Spread one of {@link oidcProfiles} to adapt it to a provider that is not
 * among them.
 *
 * @example
 * const curity: OidcProfile = { ...oidcProfiles.generic, name: 'Curity', bindingMessage: { pattern: /^[\w -]{1,40}$/, rule: 'short' } };
 */
export interface OidcProfile {
  /** For error texts. */
  readonly name: string;
  /** The authentication endpoint, for metadata that does not name it; the issuer comes without a closing slash. */
  readonly endpoint?: (issuer: string) => string;
  /** Makes the `login_hint`. @default the hint as it is */
  readonly loginHint?: (request: OidcRequest, issuer: string) => string | OidcProfileRefusal;
  /** Which binding messages pass; they are checked before anything is sent. @default any line of text */
  readonly bindingMessage?: {
    readonly pattern: RegExp;
    /** In words, after "has to be". */
    readonly rule: string;
    readonly required?: boolean;
  };
  /** False where the provider refuses every `user_code`. @default true */
  readonly userCode?: boolean;
  readonly expiry?: {
    /** Name of the parameter. @default 'requested_expiry' */
    readonly parameter?: string;
    /** Most seconds that may be asked for. */
    readonly longest?: number;
    /** The answer names the provider's usual life and not the one that was asked for. */
    readonly ignoredInAnswer?: boolean;
  };
  /** What an error at the start means, where it is not what CIBA Core 1.0 §13 says. */
  readonly startError?: (error: string, description: string) => CibaErrorCode | undefined;
  /** `access_denied` also says that the request expired: the time decides which. */
  readonly deniedMeansExpiredToo?: boolean;
}

/** Why a profile cannot make a hint of a request: what happened and what to do. */
export interface OidcProfileRefusal {
  readonly problem: string;
}

/** Keycloak has no `unknown_user_id`; also known without its profile, since the error would tell who has an account. */
const invalidUser = (error: string, description: string) =>
  error === 'invalid_request' && /^invalid user$/i.test(description) ? 'unknownUser' : undefined;

const generic: OidcProfile = { name: 'the provider', startError: invalidUser };

const keycloak: OidcProfile = {
  name: 'Keycloak',
  endpoint: (issuer) => `${issuer}/protocol/openid-connect/ext/ciba/auth`,
  bindingMessage: {
    pattern: /^[a-zA-Z0-9\-._+/!?#]{1,50}$/,
    rule: '1 to 50 characters of A-Z, a-z, 0-9 and -._+/!?# (no spaces)',
  },
  userCode: false,
  expiry: { ignoredInAnswer: true },
  startError: invalidUser,
};

const auth0: OidcProfile = {
  name: 'Auth0',
  endpoint: (issuer) => `${issuer}/bc-authorize`,
  loginHint({ subject }, issuer) {
    if (subject === undefined) {
      return {
        problem: 'Auth0 knows users by their ID alone: look the user up in `authRequest` and return it as `subject`.',
      };
    }
    return JSON.stringify({ format: 'iss_sub', iss: `${issuer.replace(/\/$/, '')}/`, sub: subject });
  },
  bindingMessage: {
    pattern: /^[a-zA-Z0-9+\-_.,:#]{1,64}$/,
    rule: '1 to 64 characters of A-Z, a-z, 0-9 and +-_.,:# (no spaces)',
    required: true,
  },
  // From 301 s on Auth0 sends an e-mail in place of the push.
  expiry: { longest: 300 },
  // Hint and message were checked before, so what is still invalid is about the user: no push is set up.
  startError: (error) => (error === 'invalid_request' ? 'noDevice' : undefined),
  deniedMeansExpiredToo: true,
};

const okta: OidcProfile = {
  name: 'Okta',
  // The organisation's own server has no path in its issuer; a custom one is /oauth2/{its id}.
  endpoint: (issuer) => `${issuer}${new URL(issuer).pathname === '/' ? '/oauth2' : ''}/v1/bc/authorize`,
  bindingMessage: { pattern: /^[^\p{C}]{1,100}$/u, rule: 'one line of at most 100 characters' },
  expiry: { parameter: 'request_expiry' },
};

/** The providers that the adapter knows by name; `generic` is CIBA Core 1.0 as it is written. */
export const oidcProfiles = { generic, keycloak, auth0, okta } as const satisfies Record<string, OidcProfile>;
