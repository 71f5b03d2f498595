import { CODE_ATTEMPTS, lockoutSeconds } from '../../contract/lockout.js';
import { codeAttemptsKey, LOCKOUT_MEMORY_SECONDS, lockoutKey } from '../store/keys.js';
import type { CibaStore } from '../store/store.js';

interface Lockout {
  /** Wall-clock milliseconds. */
  readonly until: number;
  /** Lockouts so far. */
  readonly round: number;
}

/** One attempt. It is counted before the code is checked, so that parallel attempts can't outrun the count. */
export interface CodeAttempt {
  /** The code was wrong. Returns what to tell the browser. */
  wrong(): Promise<{ status: 'invalidCode'; attemptsLeft: number } | { status: 'lockedOut'; retryAfter: number }>;
  /** The code was right, so counting starts over. */
  right(): Promise<void>;
  /** The code could not be checked, so it does not count. */
  refund(): Promise<void>;
}

/**
 * Counts an attempt for a user, or returns the seconds for which the user is locked out. Attempts count by user alone:
 * neither a canceled login nor another browser starts over.
 */
export async function takeAttempt(
  { store, now }: { store: CibaStore; now: () => number },
  user: string,
): Promise<CodeAttempt | number> {
  const { until, round } = (await store.get<Lockout>(lockoutKey(user))) ?? { until: 0, round: 0 };
  if (now() < until) return Math.ceil((until - now()) / 1000);

  const attemptsKey = codeAttemptsKey(user, round);
  const attempts = await store.increment(attemptsKey, 1, LOCKOUT_MEMORY_SECONDS);
  if (attempts > CODE_ATTEMPTS) return lockoutSeconds(round);

  return {
    async wrong() {
      if (attempts < CODE_ATTEMPTS) return { status: 'invalidCode', attemptsLeft: CODE_ATTEMPTS - attempts };
      const retryAfter = lockoutSeconds(round);
      const lockout: Lockout = { until: now() + retryAfter * 1000, round: round + 1 };
      await store.set(lockoutKey(user), lockout, retryAfter + LOCKOUT_MEMORY_SECONDS);
      return { status: 'lockedOut', retryAfter };
    },
    async right() {
      await store.delete(attemptsKey);
      await store.delete(lockoutKey(user));
    },
    async refund() {
      await store.increment(attemptsKey, -1, LOCKOUT_MEMORY_SECONDS);
    },
  };
}
