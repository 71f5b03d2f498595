import { createJwtSigner } from './signing.js';
import type { OidcSigningKey } from './signing.js';
import type { OidcClientAuthentication } from './options.js';

/** Lifetime of a client assertion, in seconds. */
const ASSERTION_LIFETIME_SECONDS = 60;

/**
 * Authenticates the client with a signed JWT (RFC 7523, `private_key_jwt`), like openid-client's `PrivateKeyJwt`, but also
 * with a key in an HSM or KMS. The audience is the issuer.
 *
 * @throws CibaError `misconfigured` if the key can't be used
 * @example
 * const { privateKey } = await crypto.subtle.generateKey({ name: 'ECDSA', namedCurve: 'P-256' }, false, ['sign', 'verify']);
 * const clientAuthentication = privateKeyJwt({ key: privateKey, kid: 'client-1' });
 */
export function privateKeyJwt(options: OidcSigningKey): OidcClientAuthentication {
  const signer = createJwtSigner('privateKeyJwt', options);
  return async ({ issuer }, { client_id: clientId }, body) => {
    const now = Math.floor(Date.now() / 1000);
    const assertion = await signer.sign({
      iss: clientId,
      sub: clientId,
      aud: issuer,
      jti: crypto.randomUUID(),
      iat: now,
      nbf: now,
      exp: now + ASSERTION_LIFETIME_SECONDS,
    });
    body.set('client_id', clientId);
    body.set('client_assertion_type', 'urn:ietf:params:oauth:client-assertion-type:jwt-bearer');
    body.set('client_assertion', assertion);
  };
}
