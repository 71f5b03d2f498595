import { CODE_ATTEMPTS, lockoutSeconds } from '../../contract/lockout.js';
import type { CodeProblem } from '../view.js';

/** The attempts of one user so far. They are kept when the user leaves code entry and comes back. */
export interface CodeAttempts {
  readonly wrongCodes: number;
  readonly attemptsLeft: number;
  readonly lockouts: number;
  /** When a code can be tried again, in wall-clock milliseconds, or null outside of a lockout. */
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

/** A rejected code, with the time of the answer in wall-clock milliseconds. */
export interface RejectedCode {
  readonly status: 'invalidCode' | 'lockedOut';
  readonly attemptsLeft?: number;
  /** Duration of the lockout in seconds. */
  readonly retryAfter?: number;
  readonly at: number;
  readonly session?: undefined;
}

/**
 * Counts a rejected code. The backend's counts take precedence. Without them, every {@link CODE_ATTEMPTS} wrong codes
 * lock for {@link lockoutSeconds}.
 */
export function afterRejectedCode(attempts: CodeAttempts, answer: RejectedCode): CodeAttempts {
  const attemptsLeft = answer.status === 'lockedOut' ? 0 : (answer.attemptsLeft ?? attempts.attemptsLeft - 1);
  const next = {
    ...attempts,
    wrongCodes: attempts.wrongCodes + 1,
    attemptsLeft,
    problem: { kind: 'invalidCode' } as const,
  };
  if (attemptsLeft > 0) return next;
  const seconds = answer.retryAfter || lockoutSeconds(attempts.lockouts);
  return { ...next, attemptsLeft: 0, lockouts: attempts.lockouts + 1, retryAt: answer.at + seconds * 1000 };
}

/** Gives all attempts back after a lockout. */
export function afterLockout(attempts: CodeAttempts): CodeAttempts {
  return { ...attempts, attemptsLeft: CODE_ATTEMPTS, retryAt: null, problem: null };
}
