import { randomUUID } from 'node:crypto';
import { createAuthSecAdapter } from 'react-ciba/adapters/authsec';
import { createCibaHandler, toNodeListener } from 'react-ciba/server';
import { createAuthSecEmulator } from 'react-ciba/testing';
import type { AuthSecPrompt } from 'react-ciba/testing';
import { DEMO_LIMITS } from './limits.js';
import type { Authenticator } from './provider.js';
import type { ServerBackend, ServerBackendOptions } from './server-backend.js';
import { findAccount } from './users.js';

/**
 * AuthSec's tenant flow, using the emulator: the adapter's `fetch` is a function in this process. With your own `clientId`
 * instead of `fetch`, the same code signs in with AuthSec.
 */
export async function startAuthSecBackend(options: ServerBackendOptions): Promise<ServerBackend> {
  const { origin, basePath, accounts, store, onEvent } = options;
  const emulator = createAuthSecEmulator({
    users: accounts.map(({ email, totpSecret }) => ({ email, totpSecret })),
  });
  const adapter = createAuthSecAdapter({
    baseUrl: 'development',
    clientId: emulator.clientId,
    bindingMessage: 'Sign in to Example Shop?',
    fetch: emulator.fetch,
  });

  const handler = createCibaHandler({
    adapter,
    origin,
    basePath,
    store,
    authRequest: (loginHint) => ({ loginHint }),
    // AuthSec's app can't show a code to compare.
    displayCode: false,
    ...DEMO_LIMITS,
    publicSession: ({ claims }) => {
      const email = String(claims.email_id);
      return { email, name: findAccount(accounts, email)?.name ?? email };
    },
    ...(onEvent && { onEvent }),
  });

  return {
    authenticator: createAuthenticator(emulator.phone),
    handle: toNodeListener(handler),
    close: async () => {},
  };
}

function createAuthenticator(phone: ReturnType<typeof createAuthSecEmulator>['phone']): Authenticator {
  // AuthSec's own IDs stay between its server and the adapter.
  const ids = new Map<string, string>();

  function idOf({ authReqId }: AuthSecPrompt): string {
    const id = ids.get(authReqId) ?? randomUUID();
    ids.set(authReqId, id);
    return id;
  }

  async function decide(act: 'approve' | 'deny', id: string): Promise<boolean> {
    const prompt = phone.prompts.find((candidate) => idOf(candidate) === id);
    if (prompt) phone[act](prompt.authReqId);
    return prompt !== undefined;
  }

  return {
    requests: () =>
      phone.prompts.map((prompt) => ({
        id: idOf(prompt),
        account: prompt.email,
        client: 'Example Shop by AuthSec',
        displayCode: null,
        scope: 'openid email profile',
        startedAt: prompt.createdAt,
        expiresAt: prompt.expiresAt,
      })),
    approve: (id) => decide('approve', id),
    deny: (id) => decide('deny', id),
  };
}
