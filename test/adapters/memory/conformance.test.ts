import { describe, it } from 'vitest';
import { createMemoryAdapter } from '../../../src/adapters/memory/index.js';
import { CibaError } from '../../../src/contract/index.js';
import { describeAdapter } from '../../../src/testing/index.js';
import { createManualClock } from '../manual-clock.js';

describeAdapter(
  'memory',
  () => {
    const clock = createManualClock();
    const adapter = createMemoryAdapter({ clock, session: () => ({ token: 'session-secret' }) });
    return {
      adapter,
      knownHint: 'ada@example.com',
      otherHint: 'ben@example.com',
      approve: ({ id }) => adapter.phone.approve(id),
      deny: ({ id }) => adapter.phone.deny(id),
      expire: ({ expiresIn }) => clock.advance(expiresIn),
      waitForInterval: ({ interval }) => clock.advance(interval),
      validCode: () => '123456',
      wrongCode: () => '999999',
      attemptsUntilLockout: 3,
      rings: () => adapter.phone.rings,
      requests: () => adapter.calls.length,
      fault: (kind) => {
        const fault = kind === 'malformed' ? 'badResponse' : kind;
        adapter.faults = fault ? { initiate: fault, poll: fault, verifyTotp: fault, cancel: fault, report: fault } : {};
      },
      throttle: () => {
        adapter.faults = { poll: new CibaError('rateLimited', 'As the test asks for.', { retryAfter: 42 }) };
        return 42;
      },
      secrets: () => ['session-secret'],
    };
  },
  { describe, it },
);
