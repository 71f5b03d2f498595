import { queryOptions } from '@tanstack/react-query';

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
  });
}
