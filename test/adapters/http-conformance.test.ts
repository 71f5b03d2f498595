// @vitest-environment node
import { describe, it } from 'vitest';
import { createHttpAdapter } from '../../src/adapters/http.js';
import { createMemoryAdapter } from '../../src/adapters/memory.js';
import { describeAdapter } from '../../src/testing/index.js';
import { createBrowserFetch, startLoopback } from './loopback.js';
import { createManualClock } from './manual-clock.js';
import { createTinyHandler } from './tiny-handler.js';

describeAdapter(
  'http',
  async () => {
    const clock = createManualClock();
    const backend = createMemoryAdapter({ clock, session: () => ({ token: 'session-secret' }) });
    const server = await startLoopback(createTinyHandler(backend));
    const browserFetch = createBrowserFetch(server.origin);
    const connect = () => createHttpAdapter({ basePath: `${server.origin}/api/ciba`, fetch: browserFetch });
    return {
      adapter: connect(),
      reload: connect,
      knownHint: 'ada@example.com',
      approve: ({ id }) => backend.phone.approve(id),
      deny: ({ id }) => backend.phone.deny(id),
      expire: ({ expiresIn }) => clock.advance(expiresIn),
      waitForInterval: ({ interval }) => clock.advance(interval),
      validCode: () => '123456',
      wrongCode: () => '999999',
      triesUntilLock: 3,
      rings: () => backend.phone.rings,
      requests: () => server.requests,
      fault: (kind) => server.setFault(kind),
      secrets: () => ['session-secret', 'server-secret'],
      teardown: () => server.close(),
    };
  },
  { describe, it },
);
