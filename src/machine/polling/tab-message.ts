import { MAX_SECONDS, validateAmount, validateAll } from '../../contract/validate.js';
import type { SharedSchedule } from './schedule.js';

/** Accepts a span of milliseconds, cut to a week. */
const validateSpan = (value: unknown) => {
  const span = validateAmount(value);
  return span === undefined ? undefined : Math.min(span, MAX_SECONDS * 1000);
};

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
    sinceSentMs: validateSpan,
    notBeforeInMs: validateSpan,
  });
  return type === 'polled' && shared ? { type, schedule: shared } : null;
}
