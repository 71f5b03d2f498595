import { createServer } from 'node:http';
import { createAuthsignalServerAdapter } from 'react-ciba/adapters/authsignal-server';
import { createCibaHandler, toNodeListener } from 'react-ciba/server';
import { createAuthsignalEmulator } from 'react-ciba/testing';
import type { AuthsignalEmulator } from 'react-ciba/testing';
import { close, listen } from './loopback.js';
import { DEMO_LIMITS } from './limits.js';
import type { Authenticator } from './provider.js';
import type { ServerBackend, ServerBackendOptions } from './server-backend.js';
import { findAccount } from './users.js';
import type { DemoAccount } from './users.js';

/**
 * Authsignal on the server only, using the emulator: the vendor's own SDK calls it over a loopback address. With `region`
 * and your own `apiSecretKey` instead, the same code signs in with Authsignal.
 */
export async function startAuthsignalBackend(options: ServerBackendOptions): Promise<ServerBackend> {
  const { origin, basePath, accounts, store, expiresIn, onEvent } = options;
  const emulator = createAuthsignalEmulator({
    users: accounts.map(({ id, email, totpSecret }) => ({
      userId: id,
      email,
      totpSecret,
      devices: ['Simulated phone'],
    })),
  });
  const server = createServer(toNodeListener((request) => emulator.handle(request)));
  const port = await listen(server);

  const handler = createCibaHandler({
    adapter: createAuthsignalServerAdapter({
      apiSecretKey: emulator.apiSecretKey,
      baseUrl: `http://127.0.0.1:${port}/v1`,
      action: 'signIn',
      ...(expiresIn !== undefined && { pushLifetime: expiresIn }),
    }),
    origin,
    basePath,
    store,
    // Authsignal identifies users by the app's own IDs.
    authRequest: (loginHint) => {
      const account = findAccount(accounts, loginHint);
      return account ? { loginHint: account.id } : null;
    },
    ...DEMO_LIMITS,
    publicSession: ({ userId }) => {
      const account = accounts.find(({ id }) => id === userId);
      return { email: account?.email ?? userId, name: account?.name ?? userId };
    },
    ...(onEvent && { onEvent }),
  });

  return {
    authenticator: createAuthenticator(emulator, accounts),
    handle: toNodeListener(handler),
    close: () => close(server),
  };
}

function createAuthenticator({ phone }: AuthsignalEmulator, accounts: readonly DemoAccount[]): Authenticator {
  return {
    requests: () =>
      phone.requests().map(({ challengeId, userId, custom, createdAt, expiresAt }) => {
        const { displayCode } = custom as { readonly displayCode?: string };
        return {
          id: challengeId,
          account: accounts.find(({ id }) => id === userId)?.email ?? userId,
          client: 'Example Shop by Authsignal',
          displayCode: displayCode ?? null,
          scope: 'openid email profile',
          startedAt: createdAt,
          expiresAt,
        };
      }),
    approve: async (id) => phone.approve(id),
    deny: async (id) => phone.deny(id),
  };
}
