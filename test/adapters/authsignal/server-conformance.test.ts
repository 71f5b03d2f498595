// @vitest-environment node
import { afterEach, beforeEach, describe, it, vi } from 'vitest';
import { createAuthsignalServerAdapter } from '../../../src/adapters/authsignal/server.js';
import { createHttpAdapter } from '../../../src/adapters/http/index.js';
import type { PendingApproval } from '../../../src/contract/index.js';
import { createCibaHandler } from '../../../src/server/index.js';
import { createAuthsignalEmulator, describeAdapter } from '../../../src/testing/index.js';
import { serveAuthsignal } from './backend.js';
import { createHoldableFetch } from '../hold-fetch.js';
import { createBrowserFetch, startLoopback } from '../loopback.js';

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
    const authsignal = createAuthsignalEmulator({
      users: [
        { userId: 'user-ada', devices: ['Pixel 9'], totpSecret: 'JBSWY3DPEHPK3PXPJBSWY3DPEHPK3PXP' },
        { userId: 'user-ben', devices: ['iPhone'] },
      ],
    });
    const tenant = await serveAuthsignal(authsignal);
    const adapter = createAuthsignalServerAdapter({ apiSecretKey: authsignal.apiSecretKey, baseUrl: tenant.baseUrl });
    const server = await startLoopback((origin) =>
      createCibaHandler({
        adapter,
        origin,
        authRequest: (loginHint) => ({ loginHint }),
        publicSession: ({ userId }) => ({ userId }),
        responseFloor: 0,
        onEvent: () => undefined,
      }),
    );
    const wire = createHoldableFetch(createBrowserFetch(server.origin));
    const connect = () => createHttpAdapter({ basePath: `${server.origin}/api/ciba`, fetch: wire.fetch });
    const browser = connect();
    // What Authsignal calls a request never leaves the server.
    const challenges = new Map<string, string>();
    const challengeOf = ({ id }: PendingApproval) => challenges.get(id) ?? '';
    return {
      adapter: {
        ...browser,
        async initiate(request, options) {
          const pending = await browser.initiate(request, options);
          challenges.set(pending.id, authsignal.phone.requests(request.loginHint).at(-1)?.challengeId ?? '');
          return pending;
        },
      },
      reload: connect,
      knownHint: 'user-ada',
      otherHint: 'user-ben',
      unknownHint: 'nobody',
      hintWithoutCode: 'user-ben',
      approve: (pending) => void authsignal.phone.approve(challengeOf(pending)),
      deny: (pending) => void authsignal.phone.deny(challengeOf(pending)),
      expire: ({ expiresIn }) => pass(expiresIn),
      waitForInterval: ({ interval }) => pass(interval),
      validCode: () => authsignal.totpCode('user-ada'),
      wrongCode: async () => ((await authsignal.totpCode('user-ada')) === '000000' ? '111111' : '000000'),
      attemptsUntilLockout: 3,
      rings: () => authsignal.pushes,
      requests: () => server.requests,
      fault: (kind) => server.setFault(kind),
      throttle: () => {
        authsignal.setFault({ errorCode: 'too_many_requests', status: 429, retryAfter: 42 });
        return 42;
      },
      hold: () => wire.hold(),
      secrets: () => [authsignal.apiSecretKey, ...challenges.values()].filter(Boolean),
      async teardown() {
        await server.close();
        await tenant.close();
      },
    };
  },
  { describe, it },
);
