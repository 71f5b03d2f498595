import { MutationObserver } from '@tanstack/react-query';
import type { QueryClient } from '@tanstack/react-query';
import type { CibaAct } from '../machine/environment.js';

/** The key of the kit's mutations, for `useIsMutating` and the like: `['react-ciba', act]`. */
export const mutationKey = (act: CibaAct) => ['react-ciba', act] as const;

/**
 * Runs one of the user's acts as a mutation, so that devtools, loading bars and error reporting notice it. They only see
 * that it happened: the result bypasses the cache, and the app's defaults can't repeat, pause or keep it.
 */
export async function runMutation<T>(client: QueryClient, act: CibaAct, run: () => Promise<T>): Promise<T> {
  let result: { value: T } | null = null;
  const observer = new MutationObserver(client, {
    mutationKey: mutationKey(act),
    mutationFn: async () => {
      result = { value: await run() };
      return act;
    },
    networkMode: 'always',
    retry: false,
    gcTime: 0,
  });
  try {
    await observer.mutate();
  } finally {
    observer.reset();
  }
  return (result as unknown as { value: T }).value;
}
