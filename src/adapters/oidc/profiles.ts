import { misconfigured } from '../../contract/errors.js';
import { fold, WRONG_CREDENTIALS } from './error-table.js';
import type { OidcProfile, OidcProfileError } from './types.js';

const generic: OidcProfile = { name: 'the provider' };

/** The errors of Keycloak 26.4 to 26.7, whose words differ between versions in case and punctuation. */
const KEYCLOAK_START_ERRORS: ReadonlyMap<string, OidcProfileError> = new Map([
  [
    'invalid request: invalid user',
    { code: 'unknownUser', advice: 'Keycloak knows no enabled user with this username or email address.' },
  ],
  [
    'invalid grant: client not allowed oidc ciba grant',
    { code: 'misconfigured', advice: 'Switch on "OIDC CIBA Grant" in the settings of this client in Keycloak.' },
  ],
  ['unauthorized client: invalid client or invalid client credentials', WRONG_CREDENTIALS],
]);

const KEYCLOAK_TOKEN_ERRORS: ReadonlyMap<string, OidcProfileError> = new Map([
  [
    'invalid grant: user disabled',
    { code: 'refused', advice: 'The user approved, but the account was disabled in Keycloak since.' },
  ],
  [
    'invalid grant: account is not fully set up',
    {
      code: 'refused',
      advice:
        'The user approved, but has an open required action in Keycloak, such as a new password or a missing name. The user has to sign in to Keycloak by another way and complete it.',
    },
  ],
  [
    'invalid grant: unauthorized client',
    {
      code: 'misconfigured',
      advice: 'The request belongs to another client. Poll with the `clientId` that started it.',
    },
  ],
  [
    'not allowed: offline tokens not allowed for the user or client',
    {
      code: 'misconfigured',
      advice:
        'The user approved, but gets no tokens. Give users the role "offline_access" in Keycloak, or leave that scope out.',
    },
  ],
  ['unauthorized client: invalid client or invalid client credentials', WRONG_CREDENTIALS],
]);

const inCommonForm = ([error, description]: readonly [string, string, number]) =>
  `${fold(error)}: ${fold(description)}`;

const keycloak: OidcProfile = {
  name: 'Keycloak',
  endpoint: (issuer) => `${issuer}/protocol/openid-connect/ext/ciba/auth`,
  bindingMessage: {
    pattern: /^[a-zA-Z0-9\-._+/!?#]{1,50}$/,
    rule: '1 to 50 characters of A-Z, a-z, 0-9 and -._+/!?# (no spaces)',
  },
  userCode: false,
  expiry: { ignoredInAnswer: true },
  hints: ['login_hint'],
  hintsOf({ claims }) {
    const { sub, preferred_username: username, email } = claims;
    const loginHint = [username, email].find((name) => typeof name === 'string' && name !== '');
    if (typeof loginHint === 'string') return { loginHint, subject: sub };
    throw misconfigured(
      'Keycloak knows users by their username, but the ID token has neither `preferred_username` nor `email`. Add "profile" to the `scope` of the login.',
    );
  },
  // Keycloak puts its first level into `acr`, whatever was asked for and however the user approved.
  onlyAcr: '1',
  returnsDetails: false,
  startError: (...error) => KEYCLOAK_START_ERRORS.get(inCommonForm(error)),
  tokenError: (...error) => KEYCLOAK_TOKEN_ERRORS.get(inCommonForm(error)),
};

const auth0: OidcProfile = {
  name: 'Auth0',
  endpoint: (issuer) => `${issuer}/bc-authorize`,
  loginHint({ subject }, issuer) {
    if (subject === undefined) {
      return {
        problem:
          'Auth0 finds users by their ID only. Look the user up in `authRequest` and return the ID as `subject`.',
      };
    }
    return JSON.stringify({ format: 'iss_sub', iss: `${issuer.replace(/\/$/, '')}/`, sub: subject });
  },
  bindingMessage: {
    pattern: /^[a-zA-Z0-9+\-_.,:#]{1,64}$/,
    rule: '1 to 64 characters of A-Z, a-z, 0-9 and +-_.,:# (no spaces)',
    required: true,
  },
  // From 301 s on, Auth0 sends an email instead of the push.
  expiry: { longest: 300 },
  usualAnswer: { expiresIn: 300, interval: 5 },
  // The hint and the message were checked before sending, so the user has no push set up.
  startError: (error) => (error === 'invalid_request' ? 'noDevice' : undefined),
  deniedMeansExpiredToo: true,
  hintsOf: ({ claims }) => ({ loginHint: claims.sub, subject: claims.sub }),
};

const okta: OidcProfile = {
  name: 'Okta',
  // The issuer of the organization's own server has no path; a custom server's path is /oauth2/{its ID}.
  endpoint: (issuer) => `${issuer}${new URL(issuer).pathname === '/' ? '/oauth2' : ''}/v1/bc/authorize`,
  bindingMessage: { pattern: /^[^\p{C}]{1,100}$/u, rule: 'one line of at most 100 characters' },
  expiry: { parameter: 'request_expiry' },
  usualAnswer: { expiresIn: 300, interval: 5 },
};

/**
 * The providers that the adapter knows by name. `generic` follows CIBA Core 1.0 to the letter. `keycloak` rests on answers
 * of the real server, versions 26.5.6 and 26.7.3; `auth0` and `okta` rest on their documentation.
 */
export const oidcProfiles = { generic, keycloak, auth0, okta } as const satisfies Record<string, OidcProfile>;

/** A provider together with a security profile of the OpenID Foundation. */
export interface OidcSecurityProfile {
  readonly provider: keyof typeof oidcProfiles | OidcProfile;
  /** Financial-grade API: Client Initiated Backchannel Authentication Profile (FAPI-CIBA). */
  readonly security: 'fapi-ciba';
}
