import { createMemoryAdapter } from 'react-ciba/adapters/memory';
import { createOidcAdapter } from 'react-ciba/adapters/oidc';
import { createCibaHandler } from 'react-ciba/server';
import type { CibaAdapter } from 'react-ciba';

interface Session {
  readonly claims: Readonly<Record<string, unknown>>;
}

/**
 * Uses your OpenID provider if OIDC_ISSUER, OIDC_CLIENT_ID and OIDC_CLIENT_SECRET are set. Otherwise it simulates a phone
 * that approves after five seconds, and accepts the code 123456. The example therefore starts without an account.
 */
function createBackend(): CibaAdapter<Session> {
  const { OIDC_ISSUER: issuer, OIDC_CLIENT_ID: clientId = '', OIDC_CLIENT_SECRET: clientSecret = '' } = process.env;
  if (issuer) return createOidcAdapter({ issuer, clientId, clientSecret });
  return createMemoryAdapter({ phone: 'approve', after: 5, session: (name): Session => ({ claims: { name } }) });
}

export const handler = createCibaHandler({
  adapter: createBackend(),
  origin: process.env.ORIGIN ?? 'http://localhost:3000',
  authRequest: (loginHint) => ({ loginHint, scope: 'openid profile' }),
  publicSession: ({ claims }) => ({ name: String(claims.name) }),
});
