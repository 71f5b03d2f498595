import type { CibaAdapter } from '../../contract/index.js';
import { ADAPTER_CASES } from './cases.js';
import { keepServerState } from './keep-server-state.js';
import type { Part } from './checks.js';
import type { AdapterHarness, Awaitable } from './harness.js';

/** The two functions that every test runner has: Vitest, Jest, Mocha, `node:test`. */
export interface TestRunner {
  describe(name: string, define: () => void): unknown;
  it(name: string, run: (...context: unknown[]) => Promise<void>): unknown;
}

function hasPart(harness: AdapterHarness, part: Part): boolean {
  return part in harness.adapter
    ? harness.adapter[part as keyof CibaAdapter] !== undefined
    : harness[part as keyof AdapterHarness] !== undefined;
}

/**
 * Defines the tests that every adapter must pass, in your test runner. Each test creates a new harness. A failed check
 * throws a plain error, so the suite only needs `describe` and `it`. Tests for missing optional parts are skipped through
 * the context that Vitest and `node:test` pass to a test.
 *
 * @param runner @default the global `describe` and `it`; pass Vitest's if `globals` is off
 * @throws Error if there are no global `describe` and `it` and none were passed
 * @example
 * import { createMemoryAdapter } from 'react-ciba/adapters/memory';
 * import { describe, it } from 'vitest';
 *
 * describeAdapter(
 *   'memory',
 *   () => {
 *     const adapter = createMemoryAdapter();
 *     return {
 *       adapter,
 *       knownHint: 'ada@example.com',
 *       approve: ({ id }) => adapter.phone.approve(id),
 *       deny: ({ id }) => adapter.phone.deny(id),
 *     };
 *   },
 *   { describe, it },
 * );
 */
export function describeAdapter(
  name: string,
  makeHarness: () => Awaitable<AdapterHarness>,
  runner: TestRunner = globalThis as unknown as TestRunner,
): void {
  if (typeof runner.describe !== 'function' || typeof runner.it !== 'function') {
    throw new Error(
      'describeAdapter found no global `describe` and `it`. Pass those of your test runner as its third argument.',
    );
  }
  runner.describe(`${name} adapter`, () => {
    for (const { title, needs, run } of ADAPTER_CASES) {
      // Rest parameters, because Jest and Mocha take a declared parameter for a callback that ends the test.
      runner.it(title, async (...[context]) => {
        const harness = keepServerState(await makeHarness());
        try {
          const missing = needs.filter((part) => !hasPart(harness, part));
          if (missing.length === 0) await run(harness);
          else
            (context as { skip?(note: string): void } | undefined)?.skip?.(`The harness has no ${missing.join(', ')}.`);
        } finally {
          await harness.teardown?.();
        }
      });
    }
  });
}
