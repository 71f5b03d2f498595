import type { CibaError, PendingApproval } from '../../contract/index.js';
import type { LiveRequest } from './request.js';

const SECOND_MS = 1000;
/** The longest that faults alone make us wait. */
const LONGEST_BACK_OFF_MS = 30 * SECOND_MS;
/** How often a request is polled all the same while signals tell when it is worth it: signals get lost. */
const HEARTBEAT_MS = 30 * SECOND_MS;
/** How long past the deadline the last poll may have to wait for its interval; after that nobody waits for it. */
const LAST_POLL_GRACE_MS = 30 * SECOND_MS;

/** A request, and when it may and should be polled. Its `interval` only ever grows. */
export interface PollSchedule extends LiveRequest {
  /** Faults make us wait until then; 0 without a fault. */
  readonly backOffUntil: number;
  /** Faults in a row. */
  readonly faults: number;
  /** Signals tell when polling is worth it, so that without one only the heartbeat polls. */
  readonly watched: boolean;
  /** A signal came, or the user came back: poll as soon as the backend allows it. */
  readonly wanted: boolean;
}

/** The least seconds between two polls can only grow. */
function slowDown(pending: PendingApproval, interval = 0): PendingApproval {
  return { ...pending, interval: Math.max(pending.interval, interval) };
}

/** The schedule of a request that was received or resumed. `minInterval` (seconds) can only slow it down. */
export function openSchedule(request: LiveRequest, minInterval: number): PollSchedule {
  const pending = slowDown(request.pending, minInterval);
  return { ...request, pending, backOffUntil: 0, faults: 0, watched: false, wanted: false };
}

/** A poll is sent. */
export function afterSent(schedule: PollSchedule, now: number): PollSchedule {
  return { ...schedule, lastSentAt: now, wanted: false };
}

/** What the tabs that share a request must agree on, so that together they poll no more than the backend allows. */
export type SharedSchedule = Pick<PendingApproval, 'interval'> & Pick<PollSchedule, 'lastSentAt' | 'notBefore'>;

/** Another tab polled, or was told to wait. */
export function afterElsewhere(schedule: PollSchedule, other: SharedSchedule): PollSchedule {
  const lastSentAt = Math.max(schedule.lastSentAt, other.lastSentAt);
  return {
    ...schedule,
    pending: slowDown(schedule.pending, other.interval),
    lastSentAt,
    notBefore: Math.max(schedule.notBefore, other.notBefore),
    // That poll answered this tab's wish as well.
    wanted: schedule.wanted && lastSentAt === schedule.lastSentAt,
  };
}

/** "Still pending": an interval that the backend gives counts for good, a Retry-After (seconds) this once. */
export function afterPending(
  schedule: PollSchedule,
  answer: { readonly interval?: number; readonly retryAfter?: number },
  now: number,
): PollSchedule {
  return {
    ...schedule,
    pending: slowDown(schedule.pending, answer.interval),
    notBefore: now + (answer.retryAfter ?? 0) * SECOND_MS,
    backOffUntil: 0,
    faults: 0,
  };
}

/** A passing fault: wait twice as long each time, up to 30 s, spread by `random` (0 up to 1) so that a crowd does not return at once. */
export function afterFault(schedule: PollSchedule, error: CibaError, now: number, random: number): PollSchedule {
  const faults = schedule.faults + 1;
  const full = Math.min(schedule.pending.interval * SECOND_MS * 2 ** faults, LONGEST_BACK_OFF_MS);
  return {
    ...schedule,
    faults,
    backOffUntil: now + full * (0.5 + random / 2),
    notBefore: Math.max(schedule.notBefore, now + (error.retryAfter ?? 0) * SECOND_MS),
  };
}

/**
 * Back in view, back online, or a signal of the backend came: what kept us from it may be over, so the back-off is. The
 * backend's own wishes stand.
 */
export function afterReturn(schedule: PollSchedule): PollSchedule {
  return { ...schedule, backOffUntil: 0, faults: 0, wanted: true };
}

/** From now on signals tell when polling is worth it. */
export function afterWatch(schedule: PollSchedule): PollSchedule {
  return { ...schedule, watched: true };
}

/** The earliest moment that the backend allows. A clock that was set back must not make us wait for the past. */
function allowedAt(schedule: PollSchedule, now: number): number {
  return Math.max(Math.min(schedule.lastSentAt, now) + schedule.pending.interval * SECOND_MS, schedule.notBefore);
}

/**
 * When to poll next; `last` when that poll decides, because the request's life is over by then. `null`: the backend
 * allows no poll near the deadline, so the request just ends there.
 */
export function nextPoll(schedule: PollSchedule, now: number): { readonly at: number; readonly last: boolean } | null {
  const allowed = allowedAt(schedule, now);
  const quiet = schedule.watched && !schedule.wanted ? Math.min(schedule.lastSentAt, now) + HEARTBEAT_MS : 0;
  const at = Math.max(allowed, Math.min(schedule.backOffUntil, now + LONGEST_BACK_OFF_MS), quiet);
  if (Math.max(at, now) < schedule.expiresAt) return { at, last: false };
  if (allowed > schedule.expiresAt + LAST_POLL_GRACE_MS) return null;
  return { at: Math.max(schedule.expiresAt, allowed), last: true };
}
