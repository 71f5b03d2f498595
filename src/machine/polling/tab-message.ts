import { validateAmount, validateAll } from '../../contract/validate.js';
import type { SharedSchedule } from './schedule.js';

/** What the tabs that share a request tell each other. Nothing of it is worth anything to a third. */
export type TabMessage =
  | { readonly type: 'polled'; readonly schedule: SharedSchedule }
  | { readonly type: 'ended'; readonly outcome: 'approved' | 'denied' };

/** Reads what came over the channel; anything may stand there, an older version's message too. */
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
