import { validateAmount, validateAll } from '../../contract/validate.js';
import type { SharedSchedule } from './schedule.js';

/** A message between the tabs that share a request. It contains no secret. */
export type TabMessage =
  | { readonly type: 'polled'; readonly schedule: SharedSchedule }
  | { readonly type: 'ended'; readonly outcome: 'approved' | 'denied' };

/** Returns a valid message from the channel, or null. Other scripts and other versions of this package can post there too. */
export function validateTabMessage(value: unknown): TabMessage | null {
  const { type, outcome, schedule } = Object(value) as Record<string, unknown>;
  if (type === 'ended' && (outcome === 'approved' || outcome === 'denied')) return { type, outcome };
  const shared = validateAll(schedule, {
    interval: validateAmount,
    lastSentAt: validateAmount,
    notBefore: validateAmount,
  });
  return type === 'polled' && shared ? { type, schedule: shared } : null;
}
