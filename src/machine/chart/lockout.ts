import type { CodeProblem } from '../view.js';

/** Wrong codes until the lock, where the backend does not count itself. */
export const CODE_ATTEMPTS = 3;

/** Seconds of the first lock where the backend names none; each further one lasts twice as long. */
export const DEFAULT_LOCK = 30;

/** What is known of the codes tried so far. It outlives one code entry: leaving and coming back resets nothing. */
export interface CodeTries {
  readonly wrongCodes: number;
  readonly attemptsLeft: number;
  readonly locks: number;
  /** When a code may be tried again, in wall-clock milliseconds; null while no lock holds. */
  readonly retryAt: number | null;
  readonly problem: CodeProblem | null;
}

export const NO_TRIES: CodeTries = {
  wrongCodes: 0,
  attemptsLeft: CODE_ATTEMPTS,
  locks: 0,
  retryAt: null,
  problem: null,
};

/** A definite no to a code, with the wall-clock time at which it came. */
export interface RejectedCode {
  readonly status: 'invalidCode' | 'lockedOut';
  readonly attemptsLeft?: number;
  /** Seconds. */
  readonly retryAfter?: number;
  readonly at: number;
}

/** The backend's own counts win; without them the third wrong code locks for 30 s, the sixth for 60 s and so on. */
export function afterRejectedCode(tries: CodeTries, answer: RejectedCode): CodeTries {
  const attemptsLeft = answer.status === 'lockedOut' ? 0 : (answer.attemptsLeft ?? tries.attemptsLeft - 1);
  const next = { ...tries, wrongCodes: tries.wrongCodes + 1, attemptsLeft, problem: { kind: 'invalidCode' } as const };
  if (attemptsLeft > 0) return next;
  const lock = answer.retryAfter || DEFAULT_LOCK * 2 ** Math.min(tries.locks, 10);
  return { ...next, attemptsLeft: 0, locks: tries.locks + 1, retryAt: answer.at + lock * 1000 };
}

/** The lock is over: a full set of tries again. */
export function afterLock(tries: CodeTries): CodeTries {
  return { ...tries, attemptsLeft: CODE_ATTEMPTS, retryAt: null, problem: null };
}
