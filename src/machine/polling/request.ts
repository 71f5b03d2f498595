import type { CibaError, PendingApproval, Sealed } from '../../contract/index.js';

/** A request that was sent to the phone and is still open. Times are wall-clock milliseconds; plain JSON. */
export interface LiveRequest {
  /** `pending.interval` is the interval in force, slow_down's additions included. */
  readonly pending: PendingApproval;
  readonly startedAt: number;
  readonly expiresAt: number;
  /** When it was last polled, or received. */
  readonly lastSentAt: number;
  /** The backend allows no poll before this (Retry-After); 0 where it said nothing. */
  readonly notBefore: number;
}

/** How a request ended. `push.taken` means that another tab received its approval, which a backend hands out only once. */
export type RequestEnd =
  | { readonly type: 'push.approved'; readonly id: string; readonly session: Sealed<unknown> }
  | { readonly type: 'push.denied' | 'push.expired' | 'push.taken'; readonly id: string }
  | { readonly type: 'push.failed'; readonly id: string; readonly error: CibaError };
