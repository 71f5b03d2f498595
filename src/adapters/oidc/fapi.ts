import type { ServerMetadata } from 'openid-client';
import { misconfigured } from '../../contract/errors.js';
import { readJwtAlgorithm } from '../shared/jwt.js';
import type { OidcAdapterOptions, OidcClientAuthentication } from './options.js';
import type { oidcProfiles, OidcSecurityProfile } from './profiles.js';
import type { OidcProfile, OidcRequest } from './types.js';

type ProfileOption = OidcAdapterOptions['profile'];

/** Splits the option `profile` into the provider and whether FAPI-CIBA applies. */
export function readSecurity(profile: ProfileOption = 'generic'): {
  readonly provider: keyof typeof oidcProfiles | OidcProfile;
  readonly fapi: boolean;
} {
  if (profile === 'fapi-ciba') return { provider: 'generic', fapi: true };
  if (typeof profile === 'string' || !('security' in profile)) return { provider: profile, fapi: false };
  const { provider, security }: { provider: OidcSecurityProfile['provider']; security: string } = profile;
  if (security === 'fapi-ciba') return { provider, fapi: true };
  throw misconfigured(
    `The option \`profile.security\` is ${JSON.stringify(security)}, which is no known security profile. Set "fapi-ciba", or leave it out.`,
  );
}

const FAPI_ALGORITHMS = ['PS256', 'ES256'];

/**
 * Compares the options with what FAPI-CIBA demands of a client.
 * @throws CibaError `misconfigured` for the first contradiction
 */
export function requireFapi(options: OidcAdapterOptions): void {
  const { issuer, clientSecret, clientAuthentication, requestObject, fetch: send, idToken = {}, mtls } = options;
  const contradiction = (problem: string) =>
    misconfigured(`The profile "fapi-ciba" contradicts the options: ${problem}`);
  if (!issuer.startsWith('https:')) {
    throw contradiction('`issuer` is http. Use https, on loopback too.');
  }
  if (clientSecret !== undefined) {
    throw contradiction(
      '`clientSecret` is a shared secret. Remove it, and set `clientAuthentication` to `PrivateKeyJwt(key)` or `TlsClientAuth()` of openid-client, or to `privateKeyJwt({ key })`.',
    );
  }
  if (clientAuthentication === undefined) {
    throw contradiction(
      '`clientAuthentication` is missing. Set it to `PrivateKeyJwt(key)` or `TlsClientAuth()` of openid-client, or to `privateKeyJwt({ key })`.',
    );
  }
  if (requestObject === undefined) {
    throw contradiction('requests would be unsigned. Set `requestObject: { key }`.');
  }
  if (send === undefined) {
    throw contradiction(
      '`fetch` is missing, so no client certificate is presented and tokens are bound to nothing. Pass one that presents it, as docs/fapi.md shows.',
    );
  }
  if (mtls === false) {
    throw contradiction('`mtls` is false, so tokens are bound to nothing. Leave it out.');
  }
  if (idToken.verifySignature === false) {
    throw contradiction('`idToken.verifySignature` is false. Leave it out.');
  }
  if (idToken.alg !== undefined && !FAPI_ALGORITHMS.includes(idToken.alg)) {
    throw contradiction(
      `\`idToken.alg\` is "${idToken.alg}". Register the client for "PS256" or "ES256", and set the same here.`,
    );
  }
}

/**
 * Checks what FAPI-CIBA demands of a provider's metadata.
 * @throws CibaError `misconfigured`
 */
export function requireFapiMetadata(server: ServerMetadata): void {
  for (const name of [
    'backchannel_authentication_endpoint',
    'token_endpoint',
    'jwks_uri',
    'userinfo_endpoint',
    'revocation_endpoint',
  ] as const) {
    const address = server[name];
    if (typeof address === 'string' && !address.startsWith('https:')) {
      throw misconfigured(
        `The metadata of ${server.issuer} names an http \`${name}\`, which the profile "fapi-ciba" forbids. Make the provider name https endpoints.`,
      );
    }
  }
  if (!server.jwks_uri) {
    throw misconfigured(
      `The metadata of ${server.issuer} has no \`jwks_uri\`, so no ID token's signature can be checked. Check that \`issuer\` is an OpenID provider.`,
    );
  }
}

/**
 * Checks each request's client authentication before it is sent: no shared secret, and an assertion with PS256 or ES256
 * only. What a function does shows only when it runs.
 */
export function requireFapiAuthentication(authenticate: OidcClientAuthentication): OidcClientAuthentication {
  return async (server, client, body, headers) => {
    await authenticate(server, client, body, headers);
    if (headers.has('authorization') || body.has('client_secret')) {
      throw misconfigured(
        'The profile "fapi-ciba" forbids client secrets, so nothing was sent. Set `clientAuthentication` to `PrivateKeyJwt(key)` or `TlsClientAuth()` of openid-client, or to `privateKeyJwt({ key })`.',
      );
    }
    const assertion = body.get('client_assertion');
    if (assertion === null) return;
    const alg = readJwtAlgorithm(assertion);
    if (alg !== undefined && FAPI_ALGORITHMS.includes(alg)) return;
    throw misconfigured(
      `The client assertion is signed with ${alg}, but the profile "fapi-ciba" allows PS256 and ES256 only, so nothing was sent. Sign it with such a key.`,
    );
  };
}

/** What FAPI-CIBA §5.2.2 has a provider refuse, unless it knows better. */
export function findFapiGap(request: OidcRequest): string | undefined {
  const { displayCode, bindingMessage, authorizationDetails, requestContext } = request;
  if ([displayCode, bindingMessage, authorizationDetails, requestContext].some((field) => field !== undefined)) {
    return undefined;
  }
  return 'The request has nothing that tells it from another one on the phone, so a provider under FAPI-CIBA may refuse it. Let `displayCode` make a number, or return `bindingMessage` from `authRequest`.';
}
