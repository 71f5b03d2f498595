import type { PendingApproval, PollResult, TotpResult } from './adapter.js';
import { devWarning } from './dev-warning.js';
import { CibaError } from './errors.js';

// Adapters are written by others and backends answer nonsense at times. What comes in is read field by field here, so
// that the rules behind this line only ever see sound values.

/** Seconds between two polls where the backend says nothing (CIBA Core 1.0 §7.3). */
export const DEFAULT_INTERVAL_SECONDS = 5;

/** No provider keeps a request for longer than a week, and no timer needs to. */
export const MAX_SECONDS = 7 * 24 * 3600;

export const validateText = (value: unknown) => (typeof value === 'string' && value !== '' ? value : undefined);
const validateFlag = (value: unknown) => (typeof value === 'boolean' ? value : undefined);
/** How much or how long: finite, not negative. */
export const validateAmount = (value: unknown) =>
  typeof value === 'number' && value >= 0 && value < Infinity ? value : undefined;
const validateCount = (value: unknown) =>
  Number.isInteger(value) && (value as number) >= 0 ? (value as number) : undefined;
/** Seconds that are safe to count with, 0 included, or undefined where there are none to speak of. */
export const validateSeconds = (value: unknown) =>
  typeof value === 'number' && value >= 0 ? Math.min(value, MAX_SECONDS) : undefined;
/** Seconds above 0. */
const validateSpan = (value: unknown) => (value === 0 ? undefined : validateSeconds(value));

/** For each field what makes its value sound; undefined where that cannot be. */
type Shape = Readonly<Record<string, (value: unknown) => unknown>>;

type Read<S extends Shape> = { readonly [Field in keyof S]?: NonNullable<ReturnType<S[Field]>> };

/** Hears of a field that was changed or, where `sound` is undefined, left out. */
type OnInvalid = (field: string, sound: unknown) => void;

export const PENDING = {
  id: validateText,
  expiresIn: validateSpan,
  interval: validateSpan,
  displayCode: validateText,
  deliveredTo: validateText,
  resumable: validateFlag,
};

const APPROVED = { session: (value: unknown) => value };

/** The answers to a poll. */
export const POLL_RESULTS = {
  pending: { interval: validateSpan, retryAfter: validateSeconds },
  approved: APPROVED,
  denied: {},
  expired: {},
};

/** The answers to a code. */
export const TOTP_RESULTS = {
  approved: APPROVED,
  invalidCode: { attemptsLeft: validateCount },
  lockedOut: { retryAfter: validateSeconds },
  notEnrolled: {},
};

/** The fields of a shape that an answer has, made sound, and no others. */
export function validateFields<S extends Shape>(answer: unknown, shape: S, onInvalid?: OnInvalid): Read<S> {
  const given = Object(answer) as Record<string, unknown>;
  const fields: Record<string, unknown> = {};
  for (const [field, read] of Object.entries(shape)) {
    const sound = read(given[field]);
    if (sound !== given[field]) onInvalid?.(field, sound);
    if (sound !== undefined) fields[field] = sound;
  }
  return fields as Read<S>;
}

/** The same where all fields of the shape are there, else null. */
export function validateAll<S extends Shape>(answer: unknown, shape: S): Required<Read<S>> | null {
  const fields = validateFields(answer, shape);
  return Object.keys(shape).every((field) => field in fields) ? (fields as Required<Read<S>>) : null;
}

/** A result with the fields of its status; null where the answer has none of these statuses. */
export function validateResult<Result>(
  answer: unknown,
  shapes: Readonly<Record<string, Shape>>,
  onInvalid: OnInvalid,
): Result | null {
  const { status } = Object(answer) as { readonly status: string };
  if (!Object.hasOwn(shapes, status)) return null;
  return { status, ...validateFields(answer, shapes[status] as Shape, onInvalid) } as Result;
}

function warn(field: string, sound: unknown): void {
  if (process.env.NODE_ENV === 'production') return;
  if (field !== 'expiresIn' && field !== 'interval' && field !== 'retryAfter') return;
  if (sound === undefined)
    devWarning(
      'adapter-answer',
      `The adapter's answer is not sound: ${field} is no number of seconds above 0, so it is left out. Mend the adapter; describeAdapter() finds such faults.`,
    );
  else
    devWarning(
      'adapter-answer',
      `The adapter's answer is not sound: ${field} is longer than a week, so a week is taken. Mend the adapter; describeAdapter() finds such faults.`,
    );
}

function nonsense(method: string, expected: string): CibaError {
  return new CibaError('badResponse', `The adapter's ${method}() did not resolve to a ${expected}.`);
}

/** @throws CibaError `badResponse` when there is nothing to poll for */
export function validatePending(answer: unknown): PendingApproval {
  const { id, expiresIn, ...rest } = validateFields(answer, PENDING, warn);
  if (!id || !expiresIn) throw nonsense('initiate', 'PendingApproval with id and expiresIn');
  return { interval: DEFAULT_INTERVAL_SECONDS, resumable: false, ...rest, id, expiresIn };
}

/** @throws CibaError `badResponse` */
export function validatePollResult<Session>(answer: unknown): PollResult<Session> {
  const result = validateResult<PollResult<Session>>(answer, POLL_RESULTS, warn);
  if (!result) throw nonsense('poll', 'PollResult');
  return result;
}

/** @throws CibaError `badResponse` */
export function validateTotpResult<Session>(answer: unknown): TotpResult<Session> {
  const result = validateResult<TotpResult<Session>>(answer, TOTP_RESULTS, warn);
  if (!result) throw nonsense('verifyTotp', 'TotpResult');
  return result;
}
