import type { CibaError, PendingApproval } from '../../contract/index.js';
import type { LiveRequest } from './request.js';

const SECOND_MS = 1000;
/** The longest delay that errors alone cause. */
const MAX_BACK_OFF_MS = 30 * SECOND_MS;
/** How often a watched request is polled without a signal, because signals can get lost. */
const HEARTBEAT_MS = 30 * SECOND_MS;
/** How long after the deadline the last poll may wait for its interval. Otherwise it is skipped. */
const LAST_POLL_GRACE_MS = 30 * SECOND_MS;

/** A request with the state that decides when to poll it. Its `interval` never decreases. */
export interface PollSchedule extends LiveRequest {
  /** Errors delay the next poll until then. 0 without an error. */
  readonly backOffUntil: number;
  /** The number of errors in a row. */
  readonly faults: number;
  /** Whether the adapter watches the request. Without a signal, only the heartbeat polls it. */
  readonly watched: boolean;
  /** Whether to poll as soon as the backend allows, after a signal or when the user came back. */
  readonly pollSoon: boolean;
}

/** Sets the interval in seconds. It can only grow. */
function slowDown(pending: PendingApproval, interval = 0): PendingApproval {
  return { ...pending, interval: Math.max(pending.interval, interval) };
}

/** Creates the schedule of a new or resumed request. `minInterval` (in seconds) can only make polling slower. */
export function openSchedule(request: LiveRequest, minInterval: number): PollSchedule {
  const pending = slowDown(request.pending, minInterval);
  return { ...request, pending, backOffUntil: 0, faults: 0, watched: false, pollSoon: false };
}

/** Updates the schedule when a poll is sent. */
export function afterSent(schedule: PollSchedule, now: number): PollSchedule {
  return { ...schedule, lastSentAt: now, pollSoon: false };
}

/**
 * What the tabs that share a request tell each other, so that together they don't poll more than the backend allows. It
 * has spans in milliseconds instead of times, because their clocks can differ by hours if the device's clock was set.
 */
export interface SharedSchedule extends Pick<PendingApproval, 'interval'> {
  /** Time since the last poll. */
  readonly sinceSentMs: number;
  /** The time until the earliest next poll that the backend allows. */
  readonly notBeforeInMs: number;
}

/** Returns what to tell the other tabs about the schedule. */
export function toShared({ pending, lastSentAt, notBefore }: PollSchedule, now: number): SharedSchedule {
  return {
    interval: pending.interval,
    sinceSentMs: Math.max(0, now - lastSentAt),
    notBeforeInMs: Math.max(0, notBefore - now),
  };
}

/** Updates the schedule after another tab polled, or was told to wait. */
export function afterOtherTab(schedule: PollSchedule, other: SharedSchedule, now: number): PollSchedule {
  const lastSentAt = Math.max(schedule.lastSentAt, now - other.sinceSentMs);
  return {
    ...schedule,
    pending: slowDown(schedule.pending, other.interval),
    lastSentAt,
    notBefore: Math.max(schedule.notBefore, other.notBeforeInMs && now + other.notBeforeInMs),
    // A newer poll by the other tab also satisfies this tab's request.
    pollSoon: schedule.pollSoon && lastSentAt === schedule.lastSentAt,
  };
}

/** Updates the schedule after a `pending` answer. A new interval applies from now on, `retryAfter` only once. Both are in seconds. */
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

/**
 * Backs off after a transient error: twice as long each time, up to {@link MAX_BACK_OFF_MS}. `random` (0 up to 1)
 * spreads the retries of many clients.
 */
export function afterFault(schedule: PollSchedule, error: CibaError, now: number, random: number): PollSchedule {
  const faults = schedule.faults + 1;
  const full = Math.min(schedule.pending.interval * SECOND_MS * 2 ** faults, MAX_BACK_OFF_MS);
  return {
    ...schedule,
    faults,
    backOffUntil: now + full * (0.5 + random / 2),
    notBefore: Math.max(schedule.notBefore, now + (error.retryAfter ?? 0) * SECOND_MS),
  };
}

/**
 * Ends the back-off when the page is visible or online again, or when a signal arrived. The backend's own limits still
 * apply.
 */
export function afterReturn(schedule: PollSchedule): PollSchedule {
  return { ...schedule, backOffUntil: 0, faults: 0, pollSoon: true };
}

/** Marks the request as watched: from now on, signals trigger polls. */
export function afterWatch(schedule: PollSchedule): PollSchedule {
  return { ...schedule, watched: true };
}

/** Returns the earliest time that the backend allows. If the clock was set back, the last poll counts as sent now. */
function allowedAt(schedule: PollSchedule, now: number): number {
  return Math.max(Math.min(schedule.lastSentAt, now) + schedule.pending.interval * SECOND_MS, schedule.notBefore);
}

/**
 * Returns when to poll next, in wall-clock milliseconds. `last` marks the final poll, which is sent when the request's
 * lifetime is over. Returns null if the backend allows no poll near the deadline, so that the request just expires.
 */
export function nextPoll(schedule: PollSchedule, now: number): { readonly at: number; readonly last: boolean } | null {
  const allowed = allowedAt(schedule, now);
  const heartbeatAt = schedule.watched && !schedule.pollSoon ? Math.min(schedule.lastSentAt, now) + HEARTBEAT_MS : 0;
  const at = Math.max(allowed, Math.min(schedule.backOffUntil, now + MAX_BACK_OFF_MS), heartbeatAt);
  if (Math.max(at, now) < schedule.expiresAt) return { at, last: false };
  if (allowed > schedule.expiresAt + LAST_POLL_GRACE_MS) return null;
  return { at: Math.max(schedule.expiresAt, allowed), last: true };
}
