'use client';

import { useEffect, useMemo, useRef } from 'react';
import type { ApprovedApproval } from '../contract/approvals.js';
import type { CibaAdapter } from '../contract/index.js';
import { useCibaLogin } from '../react/use-ciba-login.js';
import type { UseCibaLoginOptions, UseCibaLoginResult } from '../react/use-ciba-login.js';

export interface UseCibaApprovalOptions extends Omit<
  UseCibaLoginOptions<ApprovedApproval>,
  'loginHint' | 'transaction' | 'resume' | 'once' | 'approvalTimeout' | 'timeoutAction' | 'onTimedOut'
> {
  /** The approval that your server created. Another one ends this one and cancels it; set a `key` to leave it open. */
  id: string;
  /** From `createHttpApprovalAdapter`. Later values are ignored. */
  adapter: CibaAdapter<ApprovedApproval>;
  /** Asks for a new approval after a denial or an expiry. Only your app can make one. @default no such button */
  onRetry?: (() => void) | undefined;
}

/**
 * The screen of one approval: the view and the verbs of `useCibaLogin`. It starts by itself, and joins what your server has
 * sent: a reload or a second tab sends nothing. It is about that one request, so there is no resend, and `retry` after a
 * denial or an expiry is your own `onRetry`.
 *
 * @example
 * const adapter = createHttpApprovalAdapter();
 *
 * function Approval({ id }: { id: string }) {
 *   const approval = useCibaApproval({ id, adapter, onApproved: () => console.info('Approved') });
 *   return approval.status === 'polling' ? <button onClick={approval.cancel}>Cancel</button> : <p>{approval.status}</p>;
 * }
 */
export function useCibaApproval(options: UseCibaApprovalOptions): UseCibaLoginResult {
  return useApproval(options);
}

/**
 * {@link useCibaApproval} for a dialog that may open before there is a push: `manual` waits for the user's `start`. Otherwise
 * nothing waits, since the server has sent the push already.
 */
export function useApproval({ id, onRetry, ...options }: UseCibaApprovalOptions, manual = false): UseCibaLoginResult {
  const login = useCibaLogin({ ...options, loginHint: id, once: true, approvalTimeout: Infinity });

  const { status, can, start } = login;
  const started = useRef<string | null>(null);
  useEffect(() => {
    if (manual || started.current === id || status !== 'idle' || !can.start) return;
    started.current = id;
    start();
  }, [manual, id, status, can.start, start]);

  return useMemo(() => {
    const ended = status === 'denied' || status === 'expired' || (status === 'idle' && !login.can.start);
    return {
      ...login,
      // The hint is the approval's ID, which is no one's account.
      loginHint: '',
      can: {
        ...login.can,
        retry: ended ? onRetry !== undefined : login.can.retry,
        // There is no first screen to go back to.
        cancel: login.can.cancel && !ended && status !== 'failed',
      },
      retry: ended && onRetry ? onRetry : login.retry,
    };
  }, [login, status, onRetry]);
}
