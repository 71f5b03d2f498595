// @vitest-environment node
import { describe, it } from 'vitest';
import { createHttpAdapter } from '../../../src/adapters/http/index.js';
import { createMemoryAdapter } from '../../../src/adapters/memory/index.js';
import { CibaError } from '../../../src/contract/index.js';
import type { CibaAdapter, PendingApproval } from '../../../src/contract/index.js';
import { createCibaHandler } from '../../../src/server/index.js';
import { describeAdapter } from '../../../src/testing/index.js';
import { createHoldableFetch } from '../hold-fetch.js';
import { createBrowserFetch, startLoopback } from '../loopback.js';
import { createManualClock } from '../manual-clock.js';

const NOBODY = 'nobody@example.com';
const WITHOUT_CODE = 'cleo@example.com';

describeAdapter(
  'http',
  async () => {
    const clock = createManualClock();
    const backend = createMemoryAdapter({
      clock,
      session: (loginHint) => ({ name: loginHint, token: 'session-secret' }),
      // The handler's own count is what locks here.
      totp: { attempts: Infinity },
    });
    const provider: typeof backend = {
      ...backend,
      verifyTotp: async (request, options) =>
        request.loginHint === WITHOUT_CODE
          ? { status: 'notEnrolled' }
          : (backend.verifyTotp?.(request, options) ?? Promise.reject(new Error('The backend checks codes.'))),
    };
    const server = await startLoopback((origin) =>
      createCibaHandler({
        adapter: provider,
        origin,
        authRequest: (loginHint) => (loginHint === NOBODY ? null : { loginHint }),
        publicSession: ({ name }) => ({ name }),
        now: clock.now,
        responseFloor: 0,
        onEvent: () => undefined,
      }),
    );
    const wire = createHoldableFetch(createBrowserFetch(server.origin));
    const connect = () => createHttpAdapter({ basePath: `${server.origin}/api/ciba`, fetch: wire.fetch });
    const adapter = connect();
    // What the backend calls a request never leaves the server.
    const backendIds = new Map<string, string>();
    const idOf = ({ id }: PendingApproval) => backendIds.get(id) ?? 'none';
    const following: CibaAdapter = {
      ...adapter,
      async initiate(request, options) {
        const pending = await adapter.initiate(request, options);
        const prompt = backend.phone.requests.at(-1);
        if (prompt) backendIds.set(pending.id, prompt.id);
        return pending;
      },
    };
    return {
      adapter: following,
      reload: connect,
      knownHint: 'ada@example.com',
      otherHint: 'ben@example.com',
      unknownHint: NOBODY,
      hintWithoutCode: WITHOUT_CODE,
      approve: (pending) => backend.phone.approve(idOf(pending)),
      deny: (pending) => backend.phone.deny(idOf(pending)),
      expire: ({ expiresIn }) => clock.advance(expiresIn),
      waitForInterval: ({ interval }) => clock.advance(interval),
      validCode: () => '123456',
      wrongCode: () => '999999',
      attemptsUntilLockout: 3,
      rings: () => backend.phone.rings,
      requests: () => server.requests,
      fault: (kind) => server.setFault(kind),
      // The handler tells a stranger nothing of `slow_down`: it spaces the polls by itself.
      throttle: () => {
        backend.faults = { poll: new CibaError('rateLimited', 'No more for now.', { retryAfter: 42 }) };
        return 42;
      },
      hold: () => wire.hold(),
      secrets: () => ['session-secret', ...backendIds.values()],
      teardown: () => server.close(),
    };
  },
  { describe, it },
);
