import type { TotpResult } from '../contract/index.js';

const TRIES = 3;

/** Seconds of the first lock; each further one is twice as long, up to the longest. */
const FIRST_LOCK = 30;
const LONGEST_LOCK = 3600;

/** How a browser counts wrong codes for each user. A courtesy: a reload forgets it, and nobody has to go through it. */
export function createTries(now: () => number) {
  const counts = new Map<string, number>();
  /** The end of each user's last lock, in wall-clock milliseconds. */
  const locks = new Map<string, number>();

  return {
    /** What is to be told while the lock holds; undefined while a code may be tried. */
    lock(email: string): TotpResult<never> | undefined {
      const retryAfter = Math.ceil(((locks.get(email) ?? 0) - now()) / 1000);
      return retryAfter > 0 ? { status: 'lockedOut', retryAfter } : undefined;
    },

    /** Counts a wrong code; every third one locks at once. */
    wrong(email: string): TotpResult<never> {
      const count = (counts.get(email) ?? 0) + 1;
      counts.set(email, count);
      if (count % TRIES) return { status: 'invalidCode', attemptsLeft: TRIES - (count % TRIES) };
      const retryAfter = Math.min(FIRST_LOCK * 2 ** (count / TRIES - 1), LONGEST_LOCK);
      locks.set(email, now() + retryAfter * 1000);
      return { status: 'lockedOut', retryAfter };
    },

    /** After a right code everything starts anew. */
    right(email: string): void {
      counts.delete(email);
    },

    /** A cancel gives the tries back. A lock holds on, and so does the length of the next one. */
    cancel(email: string): void {
      const count = counts.get(email) ?? 0;
      counts.set(email, count - (count % TRIES));
    },
  };
}
