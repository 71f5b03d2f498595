import { queryOptions } from '@tanstack/react-query';
import type { QueryClient } from '@tanstack/react-query';

/** A backend that knows who is signed in, such as the http adapter. */
export interface SessionSource<Session> {
  /** The session of the signed-in user, or null. */
  session(options: { readonly signal: AbortSignal }): Promise<Session | null>;
  signOut(options: { readonly signal: AbortSignal }): Promise<void>;
}

/** The key under which {@link sessionQueryOptions} keeps who is signed in. */
export const sessionQueryKey = ['react-ciba', 'session'] as const;

/**
 * The query for the signed-in user, for `useQuery`, loaders and prefetching. An approved login invalidates it.
 *
 * @example
 * const { data: user } = useQuery(sessionQueryOptions(adapter));
 */
export function sessionQueryOptions<Session>(source: Pick<SessionSource<Session>, 'session'>) {
  return queryOptions({
    queryKey: sessionQueryKey,
    queryFn: ({ signal }) => source.session({ signal }),
    // Asks once even if the browser says that it is offline, because that is sometimes wrong.
    networkMode: 'offlineFirst',
  });
}

/** Runs it and ignores errors: a listener of the app's client may throw. */
async function runQuietly(run: () => unknown): Promise<void> {
  try {
    await run();
  } catch {
    // The client has changed its state before it calls listeners.
  }
}

/** Lets the app's client ask again who is signed in. Don't await it in a login: the app's queries can be slow. */
export function refreshSession(client: QueryClient): Promise<void> {
  return runQuietly(() => client.invalidateQueries({ queryKey: sessionQueryKey }));
}

/** Sets the session to nobody. A query that is still open doesn't bring the old session back. */
export async function clearSession(client: QueryClient): Promise<void> {
  await runQuietly(() => client.cancelQueries({ queryKey: sessionQueryKey }));
  await runQuietly(() => client.setQueryData(sessionQueryKey, null));
}
