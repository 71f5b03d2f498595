import { queryOptions } from '@tanstack/react-query';

/** A backend that knows who is signed in; the http adapter is one. */
export interface SessionSource<Session> {
  /** Who is signed in, or null. */
  session(options: { readonly signal: AbortSignal }): Promise<Session | null>;
  signOut(options: { readonly signal: AbortSignal }): Promise<void>;
}

/** The key under which {@link sessionQueryOptions} keeps who is signed in. */
export const sessionQueryKey = ['react-ciba', 'session'] as const;

/**
 * The query "who is signed in", for `useQuery`, loaders and prefetching. A login that is approved invalidates it.
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
