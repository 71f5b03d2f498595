import { createMemoryAdapter } from 'react-ciba/adapters/memory';
import { createOidcAdapter } from 'react-ciba/adapters/oidc';
import { type CibaStore, createCibaHandler, createMemoryStore } from 'react-ciba/server';
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

// Next loads this module twice in one process, for routes and for pages, and both have to see the same logins. More than
// one process needs `createRedisStore`, which does not care.
const shared = globalThis as typeof globalThis & { cibaStore?: CibaStore };
const store = (shared.cibaStore ??= createMemoryStore());

export const handler = createCibaHandler({
  adapter: createBackend(),
  origin,
  store,
  authRequest: (loginHint) => ({ loginHint, scope: 'openid profile' }),
  publicSession: ({ claims }) => ({ name: String(claims.name) }),
});
