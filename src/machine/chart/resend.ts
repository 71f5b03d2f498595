import { RESEND_COOLDOWN_SECONDS } from '../../contract/resend.js';
import { clampDelay } from '../environment.js';
import type { LiveRequest } from '../polling/request.js';

/** Returns when the request can be sent again, in wall-clock milliseconds, or null after the last resend. */
export function toResendAt(request: LiveRequest, resends: number): number | null {
  const cooldownSeconds = RESEND_COOLDOWN_SECONDS[resends];
  return cooldownSeconds === undefined ? null : request.startedAt + cooldownSeconds * 1000;
}

/** What the cooldown depends on: the open requests, newest first, and the resends so far. */
interface Resends {
  readonly requests: readonly LiveRequest[];
  readonly resends: number;
}

/** Returns the milliseconds until the newest request can be sent again, or the longest delay if it never can. */
export function cooldownMs({ requests, resends }: Resends, now: number): number {
  const resendAt = requests[0] ? toResendAt(requests[0], resends) : null;
  return clampDelay((resendAt ?? Infinity) - now);
}
