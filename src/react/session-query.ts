import { queryOptions } from '@tanstack/react-query';
import type { QueryClient } from '@tanstack/react-query';

/** A backend that knows who is signed in, such as the http adapter. */
export interface SessionSource<Session> {
  /**
   * The session of the signed-in user, or null. With `background`, the page only looks whether the session still exists, and
   * the user did nothing.
   */
  session(options: { readonly signal: AbortSignal; readonly background?: boolean }): Promise<Session | null>;
  signOut(options: { readonly signal: AbortSignal }): Promise<void>;
  /** Names the backend among those of one origin: signing out in one tab signs out the tabs with the same name. @default '' */
  readonly channel?: string;
}

/** How the queries about sessions are fetched. */
export const sessionFetching = {
  // Asks once even if the browser says that it is offline, because that is sometimes wrong.
  networkMode: 'offlineFirst',
  // A line that comes back isn't an act of the user: it mustn't keep a session in use.
  refetchOnReconnect: ({ state }: { readonly state: { readonly data: unknown } }) => state.data === undefined,
} as const;

/** The query key of {@link sessionQueryOptions}, for your client's own calls, such as `setQueryDefaults`. */
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
    ...sessionFetching,
  });
}

/** Calls the function and ignores errors: a listener of the app's client may throw. */
async function runQuietly(run: () => unknown): Promise<void> {
  try {
    await run();
  } catch {
    // The client has changed its state before it calls listeners.
  }
}

/** Refetches the session in the app's client. Don't await it in a login: the app's queries can be slow. */
export function refreshSession(client: QueryClient): Promise<void> {
  return runQuietly(() => client.invalidateQueries({ queryKey: sessionQueryKey }));
}

/** Sets the session to none. A query that is still open doesn't restore the old session. */
export async function clearSession(client: QueryClient): Promise<void> {
  await runQuietly(() => client.cancelQueries({ queryKey: sessionQueryKey }));
  await runQuietly(() => client.setQueryData(sessionQueryKey, null));
}
