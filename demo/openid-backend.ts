import type { IncomingMessage, ServerResponse } from 'node:http';
import { createOidcAdapter, type OidcSession } from 'react-ciba/adapters/oidc';
import { type CibaServerEvent, createCibaHandler, toNodeListener } from 'react-ciba/server';
import { createTotpVerifier } from 'react-ciba/server/totp';
import { type Authenticator, startDemoProvider } from './provider.js';
import { type DemoAccount, findAccount } from './users.js';

export interface OpenIdBackendOptions {
  readonly origin: string;
  readonly accounts: readonly DemoAccount[];
  /** Life of a request in seconds. */
  readonly expiresIn?: number;
  /** Least seconds between two polls. */
  readonly interval?: number;
  readonly onEvent?: (event: CibaServerEvent) => void;
}

export interface OpenIdBackend {
  readonly issuer: string;
  readonly authenticator: Authenticator;
  /** Answers everything below `/api/ciba`. */
  readonly handle: (request: IncomingMessage, response: ServerResponse) => void;
  close(): Promise<void>;
}

/** Signed in by approving at the provider, or by a code that this app checked itself. */
type DemoSession = OidcSession | { readonly account: { readonly name: string; readonly email: string } };

/** A real OpenID provider, and this app's handler as its client. */
export async function startOpenIdBackend(options: OpenIdBackendOptions): Promise<OpenIdBackend> {
  const { origin, accounts, onEvent, ...pace } = options;
  const provider = await startDemoProvider({ users: accounts, ...pace });
  const { issuer, clientId, clientSecret, authenticator } = provider;
  const adapter = createOidcAdapter({ issuer, clientId, clientSecret });

  const handler = createCibaHandler<DemoSession>({
    adapter,
    origin,
    basePath: '/api/ciba',
    // Unknown users go on to the provider, which says so; the browser cannot tell either way.
    request: (loginHint) => ({ loginHint, scope: 'openid email profile' }),
    totp: createTotpVerifier<DemoSession>({
      findUser: async (loginHint) => {
        const account = findAccount(accounts, loginHint);
        if (!account) return null;
        const { id, name, email, totpSecret } = account;
        return { userId: id, secret: totpSecret, session: { account: { name, email } } };
      },
    }),
    publicSession: readAccount,
    revoke: async (session) => {
      if ('accessToken' in session) await adapter.revoke(session);
    },
    ...(onEvent && { onEvent }),
  });

  return { issuer, authenticator, handle: toNodeListener(handler), close: () => provider.close() };
}

function readAccount(session: DemoSession) {
  if ('account' in session) return session.account;
  const { name, email, sub } = session.claims;
  return { name: typeof name === 'string' ? name : sub, email: typeof email === 'string' ? email : sub };
}
