import type { CibaStore } from '../../src/server/index.js';

/** What a store did between two resets. */
export interface StoreUse {
  /** How often the caller waited for the store, one wait after another. */
  readonly waits: number;
  /** Steps in all of them. A step of a batch counts as one. */
  readonly steps: number;
  /** The names of the steps of each wait. */
  readonly rounds: readonly (readonly string[])[];
}

/**
 * A store as far away as another machine: what is asked for at the same time travels together, and everything that needs
 * an answer first waits for the next round. So the number of rounds is the number of network round trips.
 */
export function createRemoteStore(store: CibaStore) {
  const rounds: string[][] = [];
  let arrived = 0;
  let travelling: (() => void)[] = [];

  /** Resolves when the round that this call travels with is over. */
  function travel(names: readonly string[]): Promise<void> {
    return new Promise((resolve) => {
      if (travelling.length === 0) {
        rounds.push([]);
        // After all microtasks, so that everything that is asked for now is in the same round.
        setImmediate(() => {
          const all = travelling;
          travelling = [];
          arrived += 1;
          for (const arrive of all) arrive();
        });
      }
      travelling.push(resolve);
      rounds.at(-1)?.push(...names);
    });
  }

  const remote = new Proxy(store, {
    get(target, name: keyof CibaStore) {
      const method = target[name] as (...values: readonly unknown[]) => Promise<unknown>;
      if (name === 'subscribe') return method;
      return async (...values: readonly unknown[]) => {
        const steps = name === 'batch' ? (values[0] as readonly (readonly string[])[]) : [[name, ...values]];
        await travel(steps.map(([method, key]) => `${String(method)} ${shorten(String(key))}`));
        return method.call(target, ...values);
      };
    },
  });

  return {
    store: remote as CibaStore,
    /** Runs an act, and says what it cost. */
    async measure(act: () => Promise<unknown>): Promise<StoreUse> {
      rounds.length = 0;
      arrived = 0;
      await act();
      // What is still under way was not waited for.
      const waits = arrived;
      await new Promise((resolve) => setTimeout(resolve));
      return { waits, steps: rounds.flat().length, rounds: rounds.map((names) => [...names]) };
    },
  };
}

/** The kind of a key: what follows the handler's origin and path, without the hash. */
const shorten = (key: string) => key.replace(/^\S+ /, '').replace(/:[\w-]{20,}/, '');
