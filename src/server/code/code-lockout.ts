import { CODE_ATTEMPTS, LONGEST_LOCKOUT_SECONDS, lockoutSeconds } from '../../contract/lockout.js';
import type { Context } from '../context.js';
import { retryStoreWrite } from '../coordination/retry-store.js';
import { codeAttemptsKey, LOCKOUT_MEMORY_SECONDS, lockoutKey } from '../store/keys.js';

/** The state of the count. */
interface Lockout {
  /** Wall-clock milliseconds until which no code is checked. */
  readonly until: number;
  /** Names the current count. A round that is over never comes back, so an old count can't lock a user out. */
  readonly round: number;
  /** Lockouts since the last right code. */
  readonly lockouts: number;
}

const NO_LOCKOUT: Lockout = { until: 0, round: 0, lockouts: 0 };

/** One attempt. It is counted before the code is checked, so that parallel attempts can't outrun the count. */
export interface CodeAttempt {
  /** The code was wrong. Returns what to tell the browser. */
  wrong(): Promise<{ status: 'invalidCode'; attemptsLeft: number } | { status: 'lockedOut'; retryAfter: number }>;
  /** The code was right, so counting starts over. */
  right(): Promise<void>;
  /** The code could not be checked, so it does not count. */
  refund(): Promise<void>;
}

/** Counts an attempt under this key, or returns the seconds for which the key is locked out. */
export async function takeAttempt<Session>(context: Context<Session>, counted: string): Promise<CodeAttempt | number> {
  const { store, now } = context;
  const lockout = (await store.get<Lockout>(lockoutKey(counted))) ?? NO_LOCKOUT;
  const { until, round, lockouts } = lockout;
  const write = (next: Lockout) => {
    // It outlives the counts of the rounds before it.
    const seconds = Math.max(0, (next.until - now()) / 1000) + 2 * LOCKOUT_MEMORY_SECONDS;
    return store.set(lockoutKey(counted), next, seconds);
  };
  const latest = now() + LONGEST_LOCKOUT_SECONDS * 1000;
  // No lockout is that long: a process whose clock was ahead wrote it. It ends as late as one of this process can.
  if (until > latest) await write({ ...lockout, until: latest });
  if (now() < until) return Math.ceil((Math.min(until, latest) - now()) / 1000);

  const attemptsKey = codeAttemptsKey(counted, round);
  const attempts = await store.increment(attemptsKey, 1, LOCKOUT_MEMORY_SECONDS);

  const lock = async () => {
    const seconds = lockoutSeconds(lockouts);
    await retryStoreWrite(context, () =>
      write({ until: now() + seconds * 1000, round: round + 1, lockouts: lockouts + 1 }),
    );
    return seconds;
  };

  // Usually the attempt that used up the round locks it. If that write failed or its process died, this attempt does
  // it. Otherwise the count would never end.
  if (attempts > CODE_ATTEMPTS) return lock();

  return {
    async wrong() {
      if (attempts < CODE_ATTEMPTS) return { status: 'invalidCode', attemptsLeft: CODE_ATTEMPTS - attempts };
      return { status: 'lockedOut', retryAfter: await lock() };
    },
    right: () => retryStoreWrite(context, () => write({ until: 0, round: round + 1, lockouts: 0 })),
    async refund() {
      await store.increment(attemptsKey, -1, LOCKOUT_MEMORY_SECONDS);
    },
  };
}
