import type { OidcProfile } from './types.js';

/** Keycloak has no `unknown_user_id`. `generic` knows this too, since the bare error would reveal who has an account. */
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
  // The hint and the message were checked before sending, so the user has no push set up.
  startError: (error) => (error === 'invalid_request' ? 'noDevice' : undefined),
  deniedMeansExpiredToo: true,
};

const okta: OidcProfile = {
  name: 'Okta',
  // The issuer of the organization's own server has no path; a custom server's path is /oauth2/{its ID}.
  endpoint: (issuer) => `${issuer}${new URL(issuer).pathname === '/' ? '/oauth2' : ''}/v1/bc/authorize`,
  bindingMessage: { pattern: /^[^\p{C}]{1,100}$/u, rule: 'one line of at most 100 characters' },
  expiry: { parameter: 'request_expiry' },
};

/** The providers that the adapter knows by name. `generic` follows CIBA Core 1.0 to the letter. */
export const oidcProfiles = { generic, keycloak, auth0, okta } as const satisfies Record<string, OidcProfile>;
