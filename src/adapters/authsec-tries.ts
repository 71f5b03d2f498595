import type { TotpResult } from '../contract/index.js';

const TRIES = 3;

/** Seconds of the first lock; each further one is twice as long, up to the longest. */
const FIRST_LOCK = 30;
const LONGEST_LOCK = 3600;

interface Tries {
  readonly wrong: number;
  /** Locks so far. */
  readonly round: number;
  /** The end of the last lock, in wall-clock milliseconds. */
  readonly until: number;
}

const NONE: Tries = { wrong: 0, round: 0, until: 0 };

/** How a browser counts wrong codes for each user. A courtesy: a reload forgets it, and nobody has to go through it. */
export function createTries(now: () => number) {
  const users = new Map<string, Tries>();
  const of = (email: string) => users.get(email) ?? NONE;

  return {
    /** What is to be told while the lock holds; undefined while a code may be tried. */
    lock(email: string): TotpResult<never> | undefined {
      const retryAfter = Math.ceil((of(email).until - now()) / 1000);
      return retryAfter > 0 ? { status: 'lockedOut', retryAfter } : undefined;
    },

    /** Counts a wrong code; the third one locks at once. */
    wrong(email: string): TotpResult<never> {
      const { wrong, round, until } = of(email);
      const attemptsLeft = TRIES - wrong - 1;
      if (attemptsLeft > 0) {
        users.set(email, { wrong: wrong + 1, round, until });
        return { status: 'invalidCode', attemptsLeft };
      }
      const lock = Math.min(FIRST_LOCK * 2 ** round, LONGEST_LOCK);
      users.set(email, { wrong: 0, round: round + 1, until: now() + lock * 1000 });
      return { status: 'lockedOut', retryAfter: lock };
    },

    /** After a right code: everything starts anew. */
    right(email: string): void {
      users.delete(email);
    },

    /** After a cancel: three tries again. A lock holds on, and so does the length of the next one. */
    cancel(email: string): void {
      users.set(email, { ...of(email), wrong: 0 });
    },
  };
}
