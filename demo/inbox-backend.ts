import { createApprovals } from 'react-ciba/approvals/server';
import { createCibaInbox } from 'react-ciba/inbox/server';
import { createCibaHandler, toNodeListener } from 'react-ciba/server';
import { createTotpVerifier } from 'react-ciba/server/totp';
import { createInboxPhone } from './inbox-phone.js';
import { DEMO_APPROVAL_LIMITS, DEMO_INBOX_LIMITS, DEMO_LIMITS } from './limits.js';
import { createOrders } from './orders.js';
import type { ServerBackend, ServerBackendOptions } from './server-backend.js';
import { findAccount } from './users.js';

/** Push sign-in without a provider: the phone is a page of this app. */
export async function startInboxBackend(options: ServerBackendOptions): Promise<ServerBackend> {
  const { origin, basePath, payments, accounts, store, expiresIn, onEvent } = options;
  const accountOf = (subject: string) => accounts.find(({ id }) => id === subject);

  const inbox = createCibaInbox({
    origin,
    app: 'Example Shop',
    find: (loginHint) => {
      const account = findAccount(accounts, loginHint);
      return account && { subject: account.id, name: account.email };
    },
    session: ({ subject }) => ({ sub: subject }),
    limits: DEMO_INBOX_LIMITS,
    ...(expiresIn !== undefined && { expiresIn }),
    ...(onEvent && { onEvent }),
  });

  const handler = createCibaHandler({
    adapter: inbox.adapter,
    origin,
    basePath,
    store,
    ...DEMO_LIMITS,
    authRequest: (loginHint) => ({ loginHint }),
    totp: createTotpVerifier({
      findUser: async (loginHint) => {
        const account = findAccount(accounts, loginHint);
        return account ? { userId: account.id, secret: account.totpSecret, session: { sub: account.id } } : null;
      },
    }),
    publicSession: ({ sub }) => {
      const account = accountOf(sub);
      return { email: account?.email ?? sub, name: account?.name ?? sub };
    },
    ...(onEvent && { onEvent }),
  });

  const approvals = createApprovals({
    adapter: inbox.adapter,
    origin,
    basePath: `${payments}/approvals`,
    // With the login's store, a code that was used in one is used in both.
    store,
    requester: handler.sessionId,
    ...DEMO_APPROVAL_LIMITS,
  });
  const orders = createOrders({
    approvals,
    basePath: `${payments}/orders`,
    userOf: async (request) => accountOf((await handler.sessionWithTokens(request))?.sub ?? '') ?? null,
  });

  return {
    handle: toNodeListener(handler),
    routes: {
      '/api/inbox': toNodeListener(inbox),
      '/phone/passkey': toNodeListener(createInboxPhone(inbox, accounts[0], origin)),
      [`${payments}/approvals`]: toNodeListener(approvals),
      [`${payments}/orders`]: toNodeListener(orders),
    },
    close: () => inbox.stop({ timeout: 0 }),
  };
}
