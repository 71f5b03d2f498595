import { createMemoryAdapter } from 'react-ciba/adapters/memory';
import { createOidcAdapter } from 'react-ciba/adapters/oidc';

/**
 * Uses your OpenID provider if OIDC_ISSUER, OIDC_CLIENT_ID and OIDC_CLIENT_SECRET are set. Otherwise it simulates a phone
 * that approves after five seconds, and accepts the code 123456. The example therefore starts without an account.
 */
export function createBackend({ OIDC_ISSUER: issuer, OIDC_CLIENT_ID: clientId, OIDC_CLIENT_SECRET: clientSecret }) {
  if (issuer) return createOidcAdapter({ issuer, clientId, clientSecret });
  return createMemoryAdapter({
    phone: 'approve',
    after: 5,
    session: (loginHint) => ({ claims: { sub: loginHint, email: loginHint, email_verified: true, name: loginHint } }),
  });
}
