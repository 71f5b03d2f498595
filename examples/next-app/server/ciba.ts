import { createMemoryAdapter } from 'react-ciba/adapters/memory';
import { createOidcAdapter } from 'react-ciba/adapters/oidc';
import { createCibaHandler } from 'react-ciba/server';
import type { CibaAdapter } from 'react-ciba';

interface Session {
  readonly claims: Readonly<Record<string, unknown>>;
}

/**
 * Your OpenID provider, where OIDC_ISSUER, OIDC_CLIENT_ID and OIDC_CLIENT_SECRET name one. Else a phone in memory, so
 * that the example starts without an account anywhere: it approves after five seconds, and takes the code 123456.
 */
function createBackend(): CibaAdapter<Session> {
  const { OIDC_ISSUER: issuer, OIDC_CLIENT_ID: clientId = '', OIDC_CLIENT_SECRET: clientSecret = '' } = process.env;
  if (issuer) return createOidcAdapter({ issuer, clientId, clientSecret });
  return createMemoryAdapter({ phone: 'approve', after: 5, session: (name): Session => ({ claims: { name } }) });
}

export const origin = process.env.ORIGIN ?? 'http://localhost:3000';

// In a module of its own: the route and the page share one handler and so one store.
export const handler = createCibaHandler({
  adapter: createBackend(),
  origin,
  request: (loginHint) => ({ loginHint, scope: 'openid profile' }),
  publicSession: ({ claims }) => ({ name: String(claims.name) }),
});
