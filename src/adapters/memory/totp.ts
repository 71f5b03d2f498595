import { CODE_ATTEMPTS, lockoutSeconds } from '../../contract/lockout.js';

/** How a memory adapter checks codes. */
export interface MemoryTotp {
  /** Codes that are right, as often as they are used. @default ['123456'] */
  readonly codes?: readonly string[];
  /** Wrong codes of one user until the lockout. @default 3 */
  readonly attempts?: number;
  /** Seconds of the lockout. @default 30 */
  readonly lockout?: number;
}

type CodeCheck =
  | { readonly status: 'approved' }
  | { readonly status: 'invalidCode'; readonly attemptsLeft: number }
  | { readonly status: 'lockedOut'; readonly retryAfter: number };

/** Checks codes and counts the wrong ones for each user. While a user is locked out, no code is looked at. */
export function createCodeCheck(
  { codes = ['123456'], attempts = CODE_ATTEMPTS, lockout = lockoutSeconds(0) }: MemoryTotp,
  now: () => number,
) {
  const wrongCodes = new Map<string, number>();
  const lockedUntil = new Map<string, number>();

  return (loginHint: string, code: string): CodeCheck => {
    const remaining = ((lockedUntil.get(loginHint) ?? 0) - now()) / 1000;
    if (remaining > 0) return { status: 'lockedOut', retryAfter: remaining };

    if (codes.includes(code)) {
      wrongCodes.delete(loginHint);
      return { status: 'approved' };
    }
    const wrong = (wrongCodes.get(loginHint) ?? 0) + 1;
    if (wrong < attempts) {
      wrongCodes.set(loginHint, wrong);
      return { status: 'invalidCode', attemptsLeft: attempts - wrong };
    }
    wrongCodes.delete(loginHint);
    lockedUntil.set(loginHint, now() + lockout * 1000);
    return { status: 'lockedOut', retryAfter: lockout };
  };
}
