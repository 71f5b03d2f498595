// @vitest-environment node
import { describe, it } from 'vitest';
import { createHttpAdapter } from '../../src/adapters/http.js';
import { createMemoryAdapter } from '../../src/adapters/memory.js';
import { createCibaHandler } from '../../src/server/index.js';
import { describeAdapter } from '../../src/testing/index.js';
import { createBrowserFetch, startLoopback } from './loopback.js';
import { createManualClock } from './manual-clock.js';

// Each case starts one request. What the backend calls it never leaves the server.
const BACKEND_ID = 'memory-1';

describeAdapter(
  'http',
  async () => {
    const clock = createManualClock();
    const backend = createMemoryAdapter({
      clock,
      session: (loginHint) => ({ name: loginHint, token: 'session-secret' }),
      // The handler's own count is what locks here.
      totp: { tries: Infinity },
    });
    const server = await startLoopback((origin) =>
      createCibaHandler({
        adapter: backend,
        origin,
        request: (loginHint) => ({ loginHint }),
        publicSession: ({ name }) => ({ name }),
        now: clock.now,
        responseFloor: 0,
      }),
    );
    const browserFetch = createBrowserFetch(server.origin);
    const connect = () => createHttpAdapter({ basePath: `${server.origin}/api/ciba`, fetch: browserFetch });
    return {
      adapter: connect(),
      reload: connect,
      knownHint: 'ada@example.com',
      approve: () => backend.phone.approve(BACKEND_ID),
      deny: () => backend.phone.deny(BACKEND_ID),
      expire: ({ expiresIn }) => clock.advance(expiresIn),
      waitForInterval: ({ interval }) => clock.advance(interval),
      validCode: () => '123456',
      wrongCode: () => '999999',
      triesUntilLock: 3,
      rings: () => backend.phone.rings,
      requests: () => server.requests,
      fault: (kind) => server.setFault(kind),
      secrets: () => ['session-secret', BACKEND_ID],
      teardown: () => server.close(),
    };
  },
  { describe, it },
);
