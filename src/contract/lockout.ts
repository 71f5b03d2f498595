/** Wrong codes until code entry is locked, unless the backend counts them itself. */
export const CODE_ATTEMPTS = 3;

/** Seconds of the first lockout; each further one lasts twice as long. */
const FIRST_LOCKOUT_SECONDS = 30;

const LONGEST_LOCKOUT_SECONDS = 3600;

/** Seconds that a lockout lasts after this many earlier ones: 30, 60, 120 and so on, up to an hour. */
export function lockoutSeconds(earlierLockouts: number): number {
  return Math.min(FIRST_LOCKOUT_SECONDS * 2 ** earlierLockouts, LONGEST_LOCKOUT_SECONDS);
}
