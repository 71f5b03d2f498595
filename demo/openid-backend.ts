import { createOidcAdapter } from 'react-ciba/adapters/oidc';
import type { OidcSession } from 'react-ciba/adapters/oidc';
import { createApprovals } from 'react-ciba/approvals/server';
import { createCibaHandler, toNodeListener } from 'react-ciba/server';
import { createTotpVerifier } from 'react-ciba/server/totp';
import { DEMO_APPROVAL_LIMITS, DEMO_LIMITS } from './limits.js';
import { createOrders } from './orders.js';
import { startDemoProvider } from './provider.js';
import type { ServerBackend, ServerBackendOptions } from './server-backend.js';
import { findAccount } from './users.js';

/** A session from an approval at the provider, or from a code that this app verified itself. */
type DemoSession = OidcSession | { readonly account: { readonly name: string; readonly email: string } };

/** A real OpenID provider, with this app's handler as its client. */
export async function startOpenIdBackend(options: ServerBackendOptions): Promise<ServerBackend> {
  const { origin, basePath, payments, accounts, store, onEvent, ...pace } = options;
  const provider = await startDemoProvider({ users: accounts, ...pace });
  const { issuer, clientId, clientSecret, authenticator } = provider;
  const adapter = createOidcAdapter({ issuer, clientId, clientSecret });

  const handler = createCibaHandler<DemoSession>({
    adapter,
    origin,
    basePath,
    store,
    ...DEMO_LIMITS,
    // Unknown users are passed on to the provider, which rejects them. The browser can't tell the difference.
    authRequest: (loginHint) => ({ loginHint, scope: 'openid email profile' }),
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

  const approvals = createApprovals({
    adapter,
    origin,
    basePath: `${payments}/approvals`,
    // With the login's store, a code that was used in one is used in both.
    store,
    requester: handler.sessionId,
    revoke: adapter.revoke,
    // The phone shows the payment itself, so there is no number to compare.
    displayCode: false,
    ...DEMO_APPROVAL_LIMITS,
  });
  const orders = createOrders({
    approvals,
    basePath: `${payments}/orders`,
    userOf: async (request) => {
      const session = await handler.sessionWithTokens(request);
      return session ? (findAccount(accounts, readAccount(session).email) ?? null) : null;
    },
  });

  return {
    authenticator,
    handle: toNodeListener(handler),
    routes: {
      [`${payments}/approvals`]: toNodeListener(approvals),
      [`${payments}/orders`]: toNodeListener(orders),
    },
    close: () => provider.close(),
  };
}

function readAccount(session: DemoSession) {
  if ('account' in session) return session.account;
  const { name, email, sub } = session.claims;
  return { name: typeof name === 'string' ? name : sub, email: typeof email === 'string' ? email : sub };
}
