import { Secret, TOTP } from 'otpauth';
import { CibaError } from 'react-ciba';
import type { CibaErrorCode } from 'react-ciba';
import type { TotpEnrollment } from 'react-ciba/totp-setup';

export interface TestEnrollmentOptions {
  readonly backupCodes?: readonly string[];
  /** What the next calls fail with. */
  readonly faults?: CibaErrorCode[];
  /** Milliseconds that each answer takes. @default 0 */
  readonly latency?: number;
  /** @default Date.now */
  readonly now?: () => number;
}

/** A backend for one user, with a real secret and real codes. `code()` is what their app shows now. */
export function createTestEnrollment({
  backupCodes,
  faults = [],
  latency = 0,
  now = Date.now,
}: TestEnrollmentOptions = {}) {
  let totp: TOTP | null = null;
  const calls: string[] = [];
  const answer = async (call: string, signal: AbortSignal) => {
    calls.push(call);
    if (latency) await new Promise((resolve) => setTimeout(resolve, latency));
    signal.throwIfAborted();
    const fault = faults.shift();
    if (fault) throw new CibaError(fault, 'The test wants this fault.');
  };

  const enrollment: TotpEnrollment = {
    async begin({ signal }) {
      await answer('begin', signal);
      totp = new TOTP({ issuer: 'Example Shop', label: 'ada@example.com', secret: new Secret({ size: 20 }) });
      return { uri: totp.toString(), secret: totp.secret.base32 };
    },
    async confirm(code, { signal }) {
      await answer('confirm', signal);
      if (totp?.validate({ token: code, timestamp: now(), window: 1 }) === null) return { status: 'invalidCode' };
      return backupCodes ? { status: 'confirmed', backupCodes } : { status: 'confirmed' };
    },
  };
  return { enrollment, calls, code: () => totp?.generate({ timestamp: now() }) ?? '' };
}
