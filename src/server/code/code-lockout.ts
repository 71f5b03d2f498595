import { CODE_ATTEMPTS, LONGEST_LOCKOUT_SECONDS, lockoutSeconds } from '../../contract/lockout.js';
import type { Context } from '../context.js';
import { retryStoreWrite } from '../coordination/retry-store.js';
import { codeAttemptsKey, LOCKOUT_MEMORY_SECONDS, lockoutKey } from '../store/keys.js';

/** The state of the count. */
export interface Lockout {
  /** Wall-clock milliseconds until which no code is checked. */
  readonly until: number;
  /** Names the current count. A round that is over never comes back, so an old count can't lock a user out. */
  readonly round: number;
  /** Lockouts since the last right code. */
  readonly lockouts: number;
}

const NO_LOCKOUT: Lockout = { until: 0, round: 0, lockouts: 0 };

/** How often a right code is noted while other attempts change the state. */
const MAX_REWRITES = 5;

/** One attempt. It is counted before the code is checked, so that parallel attempts can't outrun the count. */
export interface CodeAttempt {
  /** The code was wrong. Returns what to tell the browser. */
  wrong(): Promise<{ status: 'invalidCode'; attemptsLeft: number } | { status: 'lockedOut'; retryAfter: number }>;
  /** The code was right, so counting starts over. */
  right(): Promise<void>;
  /** The code could not be checked, so it does not count. */
  refund(): Promise<void>;
}

/** Reads the state for {@link takeAttempt}. */
export function readLockout<Session>({ store }: Context<Session>, counted: string): Promise<Lockout | undefined> {
  return store.get<Lockout>(lockoutKey(counted));
}

/**
 * Counts an attempt under this key, or returns the seconds for which the key is locked out. `stored` is the state that was
 * read. It is only replaced while it stands: a verifier can be so slow that the round is over when it answers.
 */
export async function takeAttempt<Session>(
  context: Context<Session>,
  counted: string,
  stored: Lockout | undefined,
): Promise<CodeAttempt | number> {
  const { store, now } = context;
  const lockout = stored ?? NO_LOCKOUT;
  const { round, lockouts } = lockout;

  /** Returns whether the state was still the one that it replaces. */
  async function replace(before: Lockout | undefined, next: Lockout): Promise<boolean> {
    // It outlives the counts of the rounds before it.
    const seconds = Math.max(0, (next.until - now()) / 1000) + 2 * LOCKOUT_MEMORY_SECONDS;
    if (before) return store.setIfEquals(lockoutKey(counted), before, next, seconds);
    return (await store.setIfAbsent(lockoutKey(counted), next, seconds)).claimed;
  }

  const latest = now() + LONGEST_LOCKOUT_SECONDS * 1000;
  // No lockout is that long: a process whose clock was ahead wrote it. It ends as late as one of this process can.
  if (lockout.until > latest) await replace(stored, { ...lockout, until: latest });
  const secondsLeft = ({ until }: Lockout) => Math.max(0, Math.ceil((Math.min(until, latest) - now()) / 1000));
  if (secondsLeft(lockout) > 0) return secondsLeft(lockout);

  const attemptsKey = codeAttemptsKey(counted, round);
  const attempts = await store.increment(attemptsKey, 1, LOCKOUT_MEMORY_SECONDS);

  /** Locks the key and returns for how long: 0 if the round is over by now, because a right code ended it. */
  async function lock(): Promise<number> {
    const next = { until: now() + lockoutSeconds(lockouts) * 1000, round: round + 1, lockouts: lockouts + 1 };
    return retryStoreWrite(context, async () => {
      if (await replace(stored, next)) return secondsLeft(next);
      // Another attempt was quicker, or the store lost its answer to this one.
      return secondsLeft((await readLockout(context, counted)) ?? NO_LOCKOUT);
    });
  }

  // Usually the attempt that used up the round locks it. If that write failed or its process died, this attempt does
  // it. Otherwise the count would never end.
  if (attempts > CODE_ATTEMPTS) return Math.max(1, await lock());

  return {
    async wrong() {
      if (attempts < CODE_ATTEMPTS) return { status: 'invalidCode', attemptsLeft: CODE_ATTEMPTS - attempts };
      const retryAfter = await lock();
      return retryAfter > 0
        ? { status: 'lockedOut', retryAfter }
        : { status: 'invalidCode', attemptsLeft: CODE_ATTEMPTS };
    },
    async right() {
      let before = stored;
      for (let tries = 0; tries < MAX_REWRITES; tries += 1) {
        const from = before;
        const next = { until: 0, round: (from ?? NO_LOCKOUT).round + 1, lockouts: 0 };
        if (await retryStoreWrite(context, () => replace(from, next))) return;
        before = await retryStoreWrite(context, () => readLockout(context, counted));
        // Another right code was quicker, or the store lost its answer to this one.
        if (before && before.until === 0 && before.lockouts === 0 && before.round > (from ?? NO_LOCKOUT).round) return;
      }
    },
    async refund() {
      await store.increment(attemptsKey, -1, LOCKOUT_MEMORY_SECONDS);
    },
  };
}
