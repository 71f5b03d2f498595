'use client';

import { useQuery } from '@tanstack/react-query';
import { useCallback, useState } from 'react';
import { useOwnQueryClient } from './ciba-provider.js';
import { runMutation } from './run-mutation.js';
import { clearSession, sessionQueryOptions } from './session-query.js';
import type { SessionSource } from './session-query.js';

export interface UseCibaSessionResult<Session> {
  /** The session; null if no one is signed in, undefined until the first response. */
  readonly session: Session | null | undefined;
  readonly isPending: boolean;
  readonly error: Error | null;
  /** Whether a sign-out is in progress. */
  readonly signingOut: boolean;
  /** Signs out. Rejects with a CibaError if the backend couldn't be reached. */
  readonly signOut: () => Promise<void>;
}

/**
 * Returns the signed-in user's session, and a function to sign out.
 *
 * @example
 * const { session, signOut } = useCibaSession(adapter);
 */
export function useCibaSession<Session>(source: SessionSource<Session>): UseCibaSessionResult<Session> {
  const client = useOwnQueryClient();
  const { data, isPending, error } = useQuery(sessionQueryOptions(source), client);
  const [signingOut, setSigningOut] = useState(false);

  const signOut = useCallback(async () => {
    setSigningOut(true);
    try {
      await runMutation(client, 'signOut', () => source.signOut({ signal: new AbortController().signal }));
      await clearSession(client);
    } finally {
      setSigningOut(false);
    }
  }, [client, source]);

  return { session: data, isPending, error, signingOut, signOut };
}
