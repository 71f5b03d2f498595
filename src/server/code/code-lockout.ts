import { CODE_ATTEMPTS, lockoutSeconds } from '../../contract/lockout.js';
import type { CibaStore } from '../store/store.js';

/** Seconds for which wrong codes and past locks are remembered. */
const LOCKOUT_MEMORY_SECONDS = 24 * 3600;

interface Lock {
  /** Wall-clock milliseconds. */
  readonly until: number;
  /** Locks so far. */
  readonly round: number;
}

/** One try that was counted before the code is looked at, so that parallel tries cannot outrun the count. */
export interface Try {
  /** It was wrong; answers what to tell. */
  wrong(): Promise<{ status: 'invalidCode'; attemptsLeft: number } | { status: 'lockedOut'; retryAfter: number }>;
  /** It was right: counting starts anew. */
  right(): Promise<void>;
  /** It could not be checked, so it is not counted. */
  refund(): Promise<void>;
}

/**
 * Counts a try for a user, or answers for how many seconds the code entry is locked. It is counted by user alone:
 * neither a cancelled login nor another browser starts anew.
 */
export async function takeAttempt(
  { store, now }: { store: CibaStore; now: () => number },
  user: string,
): Promise<Try | number> {
  const { until, round } = (await store.get<Lock>(`lock:${user}`)) ?? { until: 0, round: 0 };
  if (now() < until) return Math.ceil((until - now()) / 1000);

  const tries = `tries:${user}:${round}`;
  const count = await store.increment(tries, 1, LOCKOUT_MEMORY_SECONDS);
  if (count > CODE_ATTEMPTS) return lockoutSeconds(round);

  return {
    async wrong() {
      if (count < CODE_ATTEMPTS) return { status: 'invalidCode', attemptsLeft: CODE_ATTEMPTS - count };
      const retryAfter = lockoutSeconds(round);
      const lock: Lock = { until: now() + retryAfter * 1000, round: round + 1 };
      await store.set(`lock:${user}`, lock, retryAfter + LOCKOUT_MEMORY_SECONDS);
      return { status: 'lockedOut', retryAfter };
    },
    async right() {
      await store.delete(tries);
      await store.delete(`lock:${user}`);
    },
    async refund() {
      await store.increment(tries, -1, LOCKOUT_MEMORY_SECONDS);
    },
  };
}
