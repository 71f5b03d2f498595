import { CODE_ATTEMPTS, lockoutSeconds } from '../../contract/lockout.js';
import type { CodeProblem } from '../view.js';

/** What is known of the codes tried so far. It outlives one code entry: leaving and coming back resets nothing. */
export interface CodeAttempts {
  readonly wrongCodes: number;
  readonly attemptsLeft: number;
  readonly lockouts: number;
  /** When a code may be tried again, in wall-clock milliseconds; null while no lock holds. */
  readonly retryAt: number | null;
  readonly problem: CodeProblem | null;
}

export const NO_ATTEMPTS: CodeAttempts = {
  wrongCodes: 0,
  attemptsLeft: CODE_ATTEMPTS,
  lockouts: 0,
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
export function afterRejectedCode(attempts: CodeAttempts, answer: RejectedCode): CodeAttempts {
  const attemptsLeft = answer.status === 'lockedOut' ? 0 : (answer.attemptsLeft ?? attempts.attemptsLeft - 1);
  const next = {
    ...attempts,
    wrongCodes: attempts.wrongCodes + 1,
    attemptsLeft,
    problem: { kind: 'invalidCode' } as const,
  };
  if (attemptsLeft > 0) return next;
  const lock = answer.retryAfter || lockoutSeconds(attempts.lockouts);
  return { ...next, attemptsLeft: 0, lockouts: attempts.lockouts + 1, retryAt: answer.at + lock * 1000 };
}

/** The lock is over: a full set of attempts again. */
export function afterLockout(attempts: CodeAttempts): CodeAttempts {
  return { ...attempts, attemptsLeft: CODE_ATTEMPTS, retryAt: null, problem: null };
}
