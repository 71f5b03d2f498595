import type { Approver, InitiateRequest } from './adapter.js';

/** Seconds by which the clocks of the provider and this server may differ. */
const CLOCK_SKEW_SECONDS = 30;

/** Whether one of the requested levels was reached. */
export function reachesLevel({ acrValues }: Pick<InitiateRequest, 'acrValues'>, acr: string | undefined): boolean {
  return acrValues === undefined || (acr !== undefined && acrValues.split(' ').includes(acr));
}

/**
 * Compares who approved, how and when with what was asked. Returns the first difference, or `null`. `now` is in wall-clock
 * milliseconds.
 */
export function findDifference(
  asked: Pick<InitiateRequest, 'subject' | 'acrValues' | 'maxAge'>,
  approver: Partial<Approver> | null,
  now: number,
): 'subject' | 'level' | 'age' | null {
  const { subject, maxAge } = asked;
  const authTime = approver?.authTime;
  if (subject !== undefined && approver?.subject !== subject) return 'subject';
  if (!reachesLevel(asked, approver?.acr)) return 'level';
  if (maxAge === undefined) return null;
  return authTime !== undefined && now / 1000 - authTime <= maxAge + CLOCK_SKEW_SECONDS ? null : 'age';
}
