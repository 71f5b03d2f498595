// @vitest-environment node
import { afterEach, beforeEach, describe, it, vi } from 'vitest';
import { createAuthsignalServerAdapter } from '../../src/adapters/authsignal-server.js';
import { createHttpAdapter } from '../../src/adapters/http.js';
import { createCibaHandler } from '../../src/server/index.js';
import { createAuthsignalEmulator, describeAdapter } from '../../src/testing/index.js';
import { serveAuthsignal } from './authsignal-tenant.js';
import { createBrowserFetch, startLoopback } from './loopback.js';

beforeEach(() => {
  vi.useFakeTimers({ toFake: ['Date'] });
});

afterEach(() => {
  vi.useRealTimers();
});

const pass = (seconds: number) => void vi.setSystemTime(Date.now() + seconds * 1000);

/** The browser's adapter, the handler, the server adapter with the vendor's SDK, and Authsignal behind them. */
describeAdapter(
  'authsignal, all on the server,',
  async () => {
    const authsignal = createAuthsignalEmulator();
    const tenant = await serveAuthsignal(authsignal);
    const adapter = createAuthsignalServerAdapter({ apiSecretKey: authsignal.apiSecretKey, baseUrl: tenant.baseUrl });
    const server = await startLoopback((origin) =>
      createCibaHandler({
        adapter,
        origin,
        request: (loginHint) => ({ loginHint }),
        publicSession: ({ userId }) => ({ userId }),
        responseFloor: 0,
      }),
    );
    const browserFetch = createBrowserFetch(server.origin);
    const connect = () => createHttpAdapter({ basePath: `${server.origin}/api/ciba`, fetch: browserFetch });
    // Each case starts one request; what Authsignal calls it never leaves the server.
    const newest = () => authsignal.phone.requests().at(-1)?.challengeId ?? '';
    return {
      adapter: connect(),
      reload: connect,
      knownHint: 'user-1',
      approve: () => void authsignal.phone.approve(newest()),
      deny: () => void authsignal.phone.deny(newest()),
      expire: ({ expiresIn }) => pass(expiresIn),
      waitForInterval: ({ interval }) => pass(interval),
      validCode: () => authsignal.totpCode('user-1'),
      wrongCode: async () => ((await authsignal.totpCode('user-1')) === '000000' ? '111111' : '000000'),
      triesUntilLock: 3,
      rings: () => authsignal.pushes,
      requests: () => server.requests,
      fault: (kind) => server.setFault(kind),
      secrets: () => [authsignal.apiSecretKey, newest() || 'no request is open'],
      async teardown() {
        await server.close();
        await tenant.close();
      },
    };
  },
  { describe, it },
);
