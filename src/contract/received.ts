import type { PendingApproval, PollResult, TotpResult } from './adapter.js';
import { complain } from './complain.js';
import { CibaError } from './errors.js';

// Adapters are written by others and backends answer nonsense at times. What comes in is read field by field here, so
// that the rules behind this line only ever see sound values.

/** Seconds between two polls where the backend says nothing (CIBA Core 1.0 §7.3). */
export const DEFAULT_INTERVAL = 5;

/** No provider keeps a request for longer than a week, and no timer needs to. */
const LONGEST_SECONDS = 7 * 24 * 3600;

function isRecord(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null;
}

/** Seconds that are safe to count with, or undefined where there are none to speak of. */
function seconds(field: string, value: unknown): number | undefined {
  const sound = typeof value === 'number' && value > 0;
  if (process.env.NODE_ENV !== 'production') {
    if (!sound && value !== undefined)
      complain(
        'adapter-answer',
        `The adapter's answer is not sound: ${field} is no number of seconds above 0, so it is left out. Mend the adapter; describeAdapter() finds such faults.`,
      );
    else if (sound && value > LONGEST_SECONDS)
      complain(
        'adapter-answer',
        `The adapter's answer is not sound: ${field} is longer than a week, so a week is taken. Mend the adapter; describeAdapter() finds such faults.`,
      );
  }
  return sound ? Math.min(value, LONGEST_SECONDS) : undefined;
}

function count(value: unknown): number | undefined {
  return typeof value === 'number' && value >= 0 ? Math.floor(value) : undefined;
}

function text(value: unknown): string | undefined {
  return typeof value === 'string' && value !== '' ? value : undefined;
}

/** Only the keys that have a value, as `exactOptionalPropertyTypes` wants them. */
function defined<T extends object>(fields: T): { [K in keyof T]?: Exclude<T[K], undefined> } {
  return Object.fromEntries(Object.entries(fields).filter(([, value]) => value !== undefined)) as {
    [K in keyof T]?: Exclude<T[K], undefined>;
  };
}

function nonsense(method: string, expected: string): CibaError {
  return new CibaError('badResponse', `The adapter's ${method}() did not resolve to ${expected}.`);
}

/** @throws CibaError `badResponse`, not retryable, when there is nothing to poll for */
export function readPending(value: unknown): PendingApproval {
  const id = isRecord(value) ? text(value.id) : undefined;
  const expiresIn = isRecord(value) ? seconds('expiresIn', value.expiresIn) : undefined;
  if (!isRecord(value) || id === undefined || expiresIn === undefined) {
    throw nonsense('initiate', 'a PendingApproval with id and expiresIn');
  }
  return {
    id,
    expiresIn,
    interval: seconds('interval', value.interval) ?? DEFAULT_INTERVAL,
    resumable: value.resumable === true,
    ...defined({ displayCode: text(value.displayCode), deliveredTo: text(value.deliveredTo) }),
  };
}

/** @throws CibaError `badResponse` */
export function readPollResult<Session>(value: unknown): PollResult<Session> {
  const status = isRecord(value) ? value.status : undefined;
  if (isRecord(value)) {
    if (status === 'approved') return { status, session: value.session as Session };
    if (status === 'denied' || status === 'expired') return { status };
    if (status === 'pending') {
      return {
        status,
        ...defined({
          interval: seconds('interval', value.interval),
          retryAfter: seconds('retryAfter', value.retryAfter),
        }),
      };
    }
  }
  throw nonsense('poll', 'a PollResult');
}

/** @throws CibaError `badResponse` */
export function readTotpResult<Session>(value: unknown): TotpResult<Session> {
  const status = isRecord(value) ? value.status : undefined;
  if (isRecord(value)) {
    if (status === 'approved') return { status, session: value.session as Session };
    if (status === 'notEnrolled') return { status };
    if (status === 'invalidCode') return { status, ...defined({ attemptsLeft: count(value.attemptsLeft) }) };
    if (status === 'lockedOut') return { status, ...defined({ retryAfter: seconds('retryAfter', value.retryAfter) }) };
  }
  throw nonsense('verifyTotp', 'a TotpResult');
}
