import type { CibaStore } from '../store/store.js';

/** Wrong codes before the lock. */
export const TRIES = 3;

/** Seconds of the first lock; each further one is twice as long, up to the longest. */
const FIRST_LOCK = 30;
const LONGEST_LOCK = 3600;

/** Seconds for which wrong codes and past locks are remembered. */
const MEMORY = 24 * 3600;

interface Lock {
  /** Wall-clock milliseconds. */
  readonly until: number;
  /** Locks so far. */
  readonly round: number;
}

/** Seconds that the lock after this many earlier ones lasts. */
export function lockDuration(round: number): number {
  return Math.min(FIRST_LOCK * 2 ** round, LONGEST_LOCK);
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
export async function takeTry(
  { store, now }: { store: CibaStore; now: () => number },
  user: string,
): Promise<Try | number> {
  const { until, round } = (await store.get<Lock>(`lock:${user}`)) ?? { until: 0, round: 0 };
  if (now() < until) return Math.ceil((until - now()) / 1000);

  const tries = `tries:${user}:${round}`;
  const count = await store.increment(tries, 1, MEMORY);
  if (count > TRIES) return lockDuration(round);

  return {
    async wrong() {
      if (count < TRIES) return { status: 'invalidCode', attemptsLeft: TRIES - count };
      const retryAfter = lockDuration(round);
      const lock: Lock = { until: now() + retryAfter * 1000, round: round + 1 };
      await store.set(`lock:${user}`, lock, retryAfter + MEMORY);
      return { status: 'lockedOut', retryAfter };
    },
    async right() {
      await store.delete(tries);
      await store.delete(`lock:${user}`);
    },
    async refund() {
      await store.increment(tries, -1, MEMORY);
    },
  };
}
