/** The number of wrong codes that lock code entry, unless the backend counts them itself. */
export const CODE_ATTEMPTS = 3;

/** Duration of the first lockout. Each further one lasts twice as long. */
const FIRST_LOCKOUT_SECONDS = 30;

/** Duration of the longest lockout. */
export const LONGEST_LOCKOUT_SECONDS = 3600;

/** Returns the duration of a lockout in seconds after this many earlier ones: 30, 60, 120 and so on, up to an hour. */
export function lockoutSeconds(earlierLockouts: number): number {
  return Math.min(FIRST_LOCKOUT_SECONDS * 2 ** earlierLockouts, LONGEST_LOCKOUT_SECONDS);
}
