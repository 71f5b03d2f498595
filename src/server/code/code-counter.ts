import type { Context } from '../context.js';
import { retryStoreWrite } from '../coordination/retry-store.js';
import { hash } from '../secrets.js';
import { GUESS_MEMORY_SECONDS, guessesKey, NOBODYS_GUESS_SECONDS } from '../store/keys.js';
import type { StoreStep } from '../store/store.js';
import { readLockout, takeAttempt } from './code-lockout.js';
import type { CodeAttempt, Lockout } from './code-lockout.js';

/**
 * Wrong codes in a row after which codes of an account are no longer checked. NIST SP 800-63B-4 §3.2.2 allows 100 at
 * most. Even with two codes accepted beside the current one, this many guesses hit with a chance of less than 1 in
 * 10,000.
 */
const MAX_GUESSES = 30;

/** The source of a code. */
export interface CodeSource {
  /** The browser's key in the store. */
  readonly browser: string;
  /**
   * Whether the account signed in with this browser before. Such a browser has separate counts, which strangers can't
   * use up.
   */
  readonly known: boolean;
  /** Whether there is no such user. */
  readonly nobody: boolean;
}

/** The counts of one attempt. */
export interface CodeCounter {
  /**
   * Counts the attempt for the browser, which learns the result. Returns the seconds for which it is locked out,
   * otherwise 0.
   */
  take(counted: string): Promise<number>;
  /**
   * Counts the attempt for an account, and hides the result from the browser, which would otherwise learn that two
   * hints are one person. Returns whether the code may be checked.
   */
  mayTry(account: string): Promise<boolean>;
  /** The code was wrong. Returns what to tell the browser. */
  wrong(): ReturnType<CodeAttempt['wrong']>;
  /** The code was right, so all of these counts start over. */
  right(): Promise<void>;
  /** The code could not be checked, so it does not count. */
  refund(): Promise<void>;
}

/** The key that codes for this account are counted under. */
export function countedAs(account: string, { browser, known }: Pick<CodeSource, 'browser' | 'known'>): string {
  return known ? hash(account, browser) : account;
}

/** Reads the lockouts of an attempt, each one once. */
export type LockoutReader = (counted: string) => Promise<Lockout | undefined>;

export function createLockoutReader<Session>(context: Context<Session>): LockoutReader {
  const read = new Map<string, Promise<Lockout | undefined>>();
  return (counted) => {
    const lockout = read.get(counted) ?? readLockout(context, counted);
    read.set(counted, lockout);
    return lockout;
  };
}

/** Creates the counts of one attempt. A key that is named twice is counted once. */
export function createCodeCounter<Session>(
  context: Context<Session>,
  source: CodeSource,
  lockoutOf: LockoutReader,
): CodeCounter {
  const { store } = context;
  const taken = new Map<string, CodeAttempt | number>();
  const guesses = new Map<string, boolean>();
  const guessSeconds = source.nobody ? NOBODYS_GUESS_SECONDS : GUESS_MEMORY_SECONDS;
  let shown: CodeAttempt | null = null;

  const attempts = () => Array.from(taken.values()).filter((attempt) => typeof attempt !== 'number');

  async function takeOnce(counted: string): Promise<CodeAttempt | number> {
    const attempt = taken.get(counted) ?? (await takeAttempt(context, counted, await lockoutOf(counted)));
    taken.set(counted, attempt);
    return attempt;
  }

  async function guessOnce(counted: string): Promise<boolean> {
    const allowed =
      guesses.get(counted) ?? (await store.increment(guessesKey(counted), 1, guessSeconds)) <= MAX_GUESSES;
    guesses.set(counted, allowed);
    return allowed;
  }

  return {
    async take(counted) {
      const attempt = await takeOnce(counted);
      if (typeof attempt === 'number') return attempt;
      shown = attempt;
      return 0;
    },
    async mayTry(account) {
      const counted = countedAs(account, source);
      const [attempt, allowed] = await Promise.all([takeOnce(counted), guessOnce(counted)]);
      return allowed && typeof attempt !== 'number';
    },
    async wrong() {
      await Promise.all(attempts().flatMap((attempt) => (attempt === shown ? [] : [attempt.wrong()])));
      return shown ? shown.wrong() : { status: 'lockedOut', retryAfter: 0 };
    },
    async right() {
      await Promise.all([
        ...attempts().map((attempt) => attempt.right()),
        ...Array.from(guesses.keys(), (counted) => retryStoreWrite(context, () => store.delete(guessesKey(counted)))),
      ]);
    },
    async refund() {
      // If the store fails as well, the attempt stays counted. The caller reports the error that led here.
      const refunds = [
        ...attempts().map((attempt) => attempt.refund()),
        ...Array.from(guesses.keys(), (counted) => store.increment(guessesKey(counted), -1, guessSeconds)),
      ];
      await Promise.allSettled(refunds);
    },
  };
}

/** The steps that let strangers try codes again, because the account itself signed in. */
export const openCodeDoor = (account: string, browser: string): readonly StoreStep[] =>
  [account, hash(account, browser)].map((counted) => ['delete', guessesKey(counted)] as const);
