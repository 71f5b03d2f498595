'use client';

import { useQuery } from '@tanstack/react-query';
import { useCallback, useEffect, useRef, useState } from 'react';
import { useOwnQueryClient } from './ciba-provider.js';
import { runMutation } from './run-mutation.js';
import { clearSession, refreshSession, sessionQueryOptions } from './session-query.js';
import type { SessionSource } from './session-query.js';
import { watchSession } from './session-watch.js';
import type { SessionWatch } from './session-watch.js';

export interface UseCibaSessionResult<Session> {
  /** The session; null if no one is signed in, undefined until the first response. */
  readonly session: Session | null | undefined;
  readonly isPending: boolean;
  readonly error: Error | null;
  /** Whether a sign-out is in progress. */
  readonly signingOut: boolean;
  /** Signs out, in the other tabs of this browser too. Rejects with a CibaError if the backend couldn't be reached. */
  readonly signOut: () => Promise<void>;
  /** Asks again who is signed in, for example after your API answered 401. */
  readonly refresh: () => Promise<void>;
}

/**
 * Returns the signed-in user's session, and a function to sign out. If the session ends in another way, `session` becomes
 * null: at once if another tab signs out, and within a minute if the server ends it. While the page is visible, it looks once a
 * minute, which doesn't count as a use of the session.
 *
 * @example
 * const { session, signOut } = useCibaSession(adapter);
 */
export function useCibaSession<Session>(source: SessionSource<Session>): UseCibaSessionResult<Session> {
  const client = useOwnQueryClient();
  const { data, isPending, error } = useQuery(sessionQueryOptions(source), client);
  const [signingOut, setSigningOut] = useState(false);
  const watch = useRef<SessionWatch | null>(null);

  useEffect(() => {
    const own = watchSession(client, source);
    watch.current = own;
    return () => own.release();
  }, [client, source]);

  const signOut = useCallback(async () => {
    setSigningOut(true);
    try {
      await runMutation(client, 'signOut', () => source.signOut({ signal: new AbortController().signal }));
      watch.current?.postSignedOut();
      await clearSession(client);
    } finally {
      setSigningOut(false);
    }
  }, [client, source]);

  const refresh = useCallback(() => refreshSession(client), [client]);

  return { session: data, isPending, error, signingOut, signOut, refresh };
}
