import type { SharedSchedule } from './schedule.js';

/** What the tabs that share a request tell each other. Nothing of it is worth anything to a third. */
export type TabMessage =
  | { readonly type: 'polled'; readonly schedule: SharedSchedule }
  | { readonly type: 'ended'; readonly outcome: 'approved' | 'denied' };

function isTime(value: unknown): value is number {
  return typeof value === 'number' && value >= 0;
}

/** Reads what came over the channel; anything may stand there, an older version's message too. */
export function readTabMessage(value: unknown): TabMessage | null {
  if (typeof value !== 'object' || value === null) return null;
  const { type, outcome, schedule } = value as Record<string, unknown>;
  if (type === 'ended' && (outcome === 'approved' || outcome === 'denied')) return { type, outcome };
  if (type !== 'polled' || typeof schedule !== 'object' || schedule === null) return null;
  const { interval, lastSentAt, notBefore } = schedule as Record<string, unknown>;
  if (!isTime(interval) || !isTime(lastSentAt) || !isTime(notBefore)) return null;
  return { type, schedule: { interval, lastSentAt, notBefore } };
}
