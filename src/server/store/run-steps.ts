import type { CibaStore, StoreStep } from './store.js';

/** Runs the steps of a batch at once. node-redis sends what is asked for at the same moment as one pipeline. */
export function runSteps(store: CibaStore, steps: readonly StoreStep[]): Promise<readonly unknown[]> {
  return Promise.all(
    steps.map(([method, ...values]) => (store[method] as (...all: readonly unknown[]) => Promise<unknown>)(...values)),
  );
}
