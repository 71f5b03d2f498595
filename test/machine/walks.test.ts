// @vitest-environment node
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { LOGIN_STATUSES } from '../../src/machine/index.js';
import type { LoginStatus } from '../../src/machine/index.js';
import { allowConsole } from '../setup/console.js';
import { takeWalk, walks } from './walks.js';

// npm run walks takes a million of them.
const WALKS = Number(process.env.WALKS ?? 20_000);

test(`${WALKS} random walks keep every rule`, { timeout: 3_600_000 }, async () => {
  allowConsole(/The adapter's answer is not sound/);
  const reached = new Set<LoginStatus>();
  const unhandled: unknown[] = [];
  const note = (reason: unknown) => unhandled.push(reason);
  process.on('unhandledRejection', note);
  try {
    await fc.assert(
      fc.asyncProperty(walks, (walk) => takeWalk(walk, reached)),
      { numRuns: WALKS, endOnFailure: false },
    );
  } finally {
    process.off('unhandledRejection', note);
  }
  expect(unhandled).toEqual([]);
  expect([...reached].toSorted()).toEqual(LOGIN_STATUSES.toSorted());
});
