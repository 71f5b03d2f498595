import type { PendingApproval } from '../../contract/index.js';

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
