import type { CibaError, PendingApproval, Sealed } from '../../contract/index.js';

/** An open request. It is plain JSON, with times in wall-clock milliseconds. */
export interface LiveRequest {
  /** `pending.interval` is the active interval in seconds, including what slow_down has added. */
  readonly pending: PendingApproval;
  readonly startedAt: number;
  readonly expiresAt: number;
  /** When it was last polled. Until the first poll, when it was received. */
  readonly lastSentAt: number;
  /** The earliest next poll that the backend allows (Retry-After), or 0. */
  readonly notBefore: number;
}

/** How a request ended. `push.taken` means that another tab received the approval, which a backend returns only once. */
export type RequestEnd =
  | { readonly type: 'push.approved'; readonly id: string; readonly session: Sealed<unknown> }
  | { readonly type: 'push.denied' | 'push.expired' | 'push.cancelled' | 'push.taken'; readonly id: string }
  | { readonly type: 'push.failed'; readonly id: string; readonly error: CibaError };
