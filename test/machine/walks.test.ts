// @vitest-environment node
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { LOGIN_STATUSES } from '../../src/machine/index.js';
import type { LoginStatus } from '../../src/machine/index.js';
import { allowConsole } from '../setup/console.js';
import { takeWalk, walks } from './walks.js';

// npm run walks takes a million of them, other ones each time. The suite takes the same ones each time: what it finds, it
// finds for everybody.
const WALKS = Number(process.env.WALKS ?? 4_000);
const SEED = process.env.WALKS ? undefined : 20_261_121;

test(`${WALKS} random walks keep every rule`, { timeout: 3_600_000 }, async () => {
  allowConsole(/The adapter returned an invalid/);
  const reached = new Set<LoginStatus>();
  const unhandled: unknown[] = [];
  const note = (reason: unknown) => unhandled.push(reason);
  process.on('unhandledRejection', note);
  try {
    await fc.assert(
      fc.asyncProperty(walks, (walk) => takeWalk(walk, reached)),
      { numRuns: WALKS, ...(SEED === undefined ? {} : { seed: SEED }) },
    );
  } finally {
    process.off('unhandledRejection', note);
  }
  expect(unhandled).toEqual([]);
  expect([...reached].toSorted()).toEqual(LOGIN_STATUSES.toSorted());
});
