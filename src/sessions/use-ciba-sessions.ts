'use client';

import { useQuery } from '@tanstack/react-query';
import { useCallback, useState } from 'react';
import type { SessionsSource } from '../adapters/http/sessions.js';
import type { AccountSession } from '../contract/account-session.js';
import { useOwnQueryClient } from '../react/ciba-provider.js';
import { runMutation } from '../react/run-mutation.js';
import { clearSession, sessionFetching } from '../react/session-query.js';
import { openSignOutChannel } from '../react/sign-out-channel.js';

/** The query key of the list, for your client's own calls. */
export const sessionsQueryKey = ['react-ciba', 'sessions'] as const;

export interface UseCibaSessionsResult {
  /** The open sessions, the one of this page first; null if no one is signed in, undefined until the first response. */
  readonly sessions: readonly AccountSession[] | null | undefined;
  readonly isPending: boolean;
  readonly error: Error | null;
  /** What is being ended: one session's ID, all others, or nothing. */
  readonly ending: { readonly id: string } | 'others' | null;
  /** Ends one session. That of this page signs out its other tabs, too. Rejects with a CibaError if the backend couldn't be reached. */
  readonly end: (id: string) => Promise<void>;
  /** Ends all sessions but the one of this page. Rejects as `end` does. */
  readonly endOthers: () => Promise<void>;
  /** Asks for the list again. */
  readonly refresh: () => Promise<void>;
}

/**
 * Returns the open sessions of the signed-in user, and functions to end them.
 *
 * @example
 * const { sessions, end, endOthers } = useCibaSessions(source);
 */
export function useCibaSessions(source: SessionsSource): UseCibaSessionsResult {
  const client = useOwnQueryClient();
  const [ending, setEnding] = useState<UseCibaSessionsResult['ending']>(null);
  const { data, isPending, error } = useQuery(
    {
      queryKey: sessionsQueryKey,
      queryFn: async ({ signal }) => {
        const sessions = await source.list({ signal });
        // The page learns of it here, too.
        if (sessions === null) await clearSession(client);
        return sessions;
      },
      ...sessionFetching,
    },
    client,
  );

  const refresh = useCallback(() => client.invalidateQueries({ queryKey: sessionsQueryKey }), [client]);

  const run = useCallback(
    async (what: NonNullable<UseCibaSessionsResult['ending']>, act: () => Promise<void>) => {
      setEnding(what);
      try {
        await runMutation(client, 'endSession', act);
        await refresh();
      } finally {
        setEnding(null);
      }
    },
    [client, refresh],
  );

  const currentId = data?.find(({ current }) => current)?.id;
  const end = useCallback(
    (id: string) =>
      run({ id }, async () => {
        await source.end(id, { signal: new AbortController().signal });
        if (id !== currentId) return;
        const channel = openSignOutChannel(source);
        channel?.post();
        channel?.close();
      }),
    [currentId, run, source],
  );
  const endOthers = useCallback(
    () => run('others', () => source.endOthers({ signal: new AbortController().signal })),
    [run, source],
  );

  return { sessions: data, isPending, error, ending, end, endOthers, refresh };
}
