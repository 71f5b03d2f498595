import type { TotpResult } from '../../contract/index.js';
import { CODE_ATTEMPTS, lockoutSeconds } from '../../contract/lockout.js';

/** How a browser counts the wrong codes of one user. A courtesy: a reload forgets it, and nobody has to go through it. */
export function createCodeAttempts(now: () => number) {
  let left = CODE_ATTEMPTS;
  let lockouts = 0;
  let lockedUntil = 0;

  /** What is to be told while the lock holds; undefined while a code may be tried. */
  function lockout(): TotpResult<never> | undefined {
    const retryAfter = Math.ceil((lockedUntil - now()) / 1000);
    return retryAfter > 0 ? { status: 'lockedOut', retryAfter } : undefined;
  }

  /** Gives the attempts back. A lock holds on, and so does the length of the next one. */
  function reset(): void {
    left = CODE_ATTEMPTS;
  }

  /** Counts a wrong code; every third one locks at once. */
  function wrong(): TotpResult<never> | undefined {
    left -= 1;
    if (left > 0) return { status: 'invalidCode', attemptsLeft: left };
    reset();
    lockedUntil = now() + lockoutSeconds(lockouts) * 1000;
    lockouts += 1;
    return lockout();
  }

  return { lockout, reset, wrong };
}
