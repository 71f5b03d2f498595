import { createMemoryAdapter } from 'react-ciba/adapters/memory';
import { createOidcAdapter } from 'react-ciba/adapters/oidc';
import { createApprovals } from 'react-ciba/approvals/server';
import { type CibaStore, createCibaHandler, createMemoryStore } from 'react-ciba/server';
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
  const session = (name: string): Session => ({ claims: { sub: name, email: name, name } });
  return createMemoryAdapter({ phone: 'approve', after: 5, session });
}

export const origin = process.env.ORIGIN ?? 'http://localhost:3000';

// Next.js loads this module twice in one process, for routes and for pages, and both must see the same logins. With more
// than one process, use `createRedisStore`, which isn't affected by this.
const shared = globalThis as typeof globalThis & { ciba?: { store: CibaStore; adapter: CibaAdapter<Session> } };
const { store, adapter } = (shared.ciba ??= { store: createMemoryStore(), adapter: createBackend() });

export const handler = createCibaHandler({
  adapter,
  origin,
  store,
  authRequest: (loginHint) => ({ loginHint, scope: 'openid profile email' }),
  publicSession: ({ claims }) => ({
    sub: String(claims.sub),
    name: String(claims.name),
    email: String(claims.email),
  }),
});

export const approvals = createApprovals({ adapter, origin, store, requester: handler.sessionId });
