import { createMemoryAdapter } from 'react-ciba/adapters/memory';
import { createOidcAdapter } from 'react-ciba/adapters/oidc';

/**
 * Your OpenID provider, where OIDC_ISSUER, OIDC_CLIENT_ID and OIDC_CLIENT_SECRET name one. Else a phone in memory, so
 * that the example starts without an account anywhere: it approves after five seconds, and takes the code 123456.
 */
export function createBackend({ OIDC_ISSUER: issuer, OIDC_CLIENT_ID: clientId, OIDC_CLIENT_SECRET: clientSecret }) {
  if (issuer) return createOidcAdapter({ issuer, clientId, clientSecret });
  return createMemoryAdapter({
    phone: 'approve',
    after: 5,
    session: (loginHint) => ({ claims: { name: loginHint } }),
  });
}
