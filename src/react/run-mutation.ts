import { MutationObserver } from '@tanstack/react-query';
import type { QueryClient } from '@tanstack/react-query';
import type { CibaAct } from '../machine/environment.js';

/** The key of the kit's mutations, for `useIsMutating` and the like: `['react-ciba', act]`. */
export const mutationKey = (act: CibaAct) => ['react-ciba', act] as const;

/**
 * Runs one act of the user and shows it to the app's client as a mutation, for devtools, loading bars and error
 * reporting. The client only watches: callbacks of its cache that hang or throw, its defaults and its `clear()` can't
 * start, delay, repeat or fail the act. The result doesn't enter the cache.
 */
export function runMutation<T>(client: QueryClient, act: CibaAct, run: () => Promise<T>): Promise<T> {
  const running = run();
  // Errors of the app's callbacks are rejections of this mutation. TanStack Query ignores them in `mutate()`, too.
  showMutation(client, act, running).catch(() => undefined);
  return running;
}

let shown = 0;

async function showMutation(client: QueryClient, act: CibaAct, running: Promise<unknown>): Promise<void> {
  const observer = new MutationObserver(client, {
    mutationKey: mutationKey(act),
    mutationFn: async () => {
      await running;
      return act;
    },
    networkMode: 'always',
    retry: false,
    gcTime: 0,
    // A separate scope for each: in a scope of the app, its own mutations would have to wait for this one.
    scope: { id: `react-ciba:${(shown += 1)}` },
  });
  try {
    await observer.mutate();
  } finally {
    observer.reset();
  }
}
