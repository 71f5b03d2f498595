import type { TotpResult } from '../../contract/index.js';
import { CODE_ATTEMPTS, lockoutSeconds } from '../../contract/lockout.js';

/** Counts the wrong codes of one user in a browser. It is a courtesy and no protection: a reload resets it. */
export function createCodeAttempts(now: () => number) {
  let wrongCodes = 0;
  let lockouts = 0;
  let lockedUntil = 0;

  /** Returns the result to give during a lockout, or undefined if a code may be tried. */
  function lockout(): TotpResult<never> | undefined {
    const retryAfter = Math.ceil((lockedUntil - now()) / 1000);
    return retryAfter > 0 ? { status: 'lockedOut', retryAfter } : undefined;
  }

  return {
    lockout,

    /** Restores the attempts. A lockout stays, and so does the length of the next one. */
    reset(): void {
      wrongCodes = 0;
    },

    /** Counts a wrong code. Every third one starts a lockout. */
    wrong(): TotpResult<never> | undefined {
      const attemptsLeft = CODE_ATTEMPTS - ++wrongCodes;
      if (attemptsLeft > 0) return { status: 'invalidCode', attemptsLeft };
      wrongCodes = 0;
      lockedUntil = now() + lockoutSeconds(lockouts++) * 1000;
      return lockout();
    },
  };
}
