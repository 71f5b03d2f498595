import { CibaError } from '../contract/index.js';
import type { PendingApproval, PollResult, TotpResult } from '../contract/index.js';

type Check = (value: unknown) => boolean;

/** One check for each field of `T`. An answer fits when every check passes; fields without one are dropped. */
type Shape<T> = { readonly [Field in keyof T]-?: Check };

type Member<Result, Status> = Extract<Result, { readonly status: Status }>;

// A month: more than any provider allows, less than what a timer can no longer hold. NaN fails both comparisons.
const LONGEST_SECONDS = 30 * 24 * 3600;

const isText: Check = (value) => typeof value === 'string' && value !== '';
const isFlag: Check = (value) => typeof value === 'boolean';
const isSeconds: Check = (value) => typeof value === 'number' && value >= 0 && value <= LONGEST_SECONDS;
const isPositiveSeconds: Check = (value) => value !== 0 && isSeconds(value);
const isCount: Check = (value) => Number.isSafeInteger(value) && (value as number) >= 0;
const isPresent: Check = (value) => value !== undefined && value !== null;
const isOneOf = (...expected: readonly unknown[]): Check => {
  return (value) => expected.includes(value);
};
const isOptional = (check: Check): Check => {
  return (value) => value === undefined || check(value);
};

const PENDING: Shape<Omit<PendingApproval, 'serverState'>> = {
  id: isText,
  expiresIn: isPositiveSeconds,
  interval: isPositiveSeconds,
  displayCode: isOptional(isText),
  deliveredTo: isOptional(isText),
  resumable: isFlag,
};

const STILL_PENDING: Shape<Member<PollResult, 'pending'>> = {
  status: isOneOf('pending'),
  interval: isOptional(isPositiveSeconds),
  retryAfter: isOptional(isSeconds),
};

const APPROVED: Shape<Member<PollResult, 'approved'>> = { status: isOneOf('approved'), session: isPresent };

const ENDED: Shape<Member<PollResult, 'denied' | 'expired'>> = { status: isOneOf('denied', 'expired') };

const INVALID_CODE: Shape<Member<TotpResult, 'invalidCode'>> = {
  status: isOneOf('invalidCode'),
  attemptsLeft: isOptional(isCount),
};

const LOCKED_OUT: Shape<Member<TotpResult, 'lockedOut'>> = {
  status: isOneOf('lockedOut'),
  retryAfter: isOptional(isSeconds),
};

const NOT_ENROLLED: Shape<Member<TotpResult, 'notEnrolled'>> = { status: isOneOf('notEnrolled') };

/** The fields of the first shape that the answer fits, and no others. */
function read<T>(answer: unknown, ...shapes: readonly Readonly<Record<string, Check>>[]): T {
  const fields = Object(answer) as Record<string, unknown>;
  for (const shape of shapes) {
    if (Object.entries(shape).every(([field, check]) => check(fields[field]))) {
      return Object.fromEntries(Object.entries(fields).filter(([field]) => Object.hasOwn(shape, field))) as T;
    }
  }
  throw new CibaError(
    'badResponse',
    'What answered is not createCibaHandler, or another version of it. Check `basePath` and the versions.',
  );
}

export function readPending(answer: unknown): PendingApproval {
  return read(answer, PENDING);
}

export function readPollResult<Session>(answer: unknown): PollResult<Session> {
  return read(answer, STILL_PENDING, APPROVED, ENDED);
}

export function readTotpResult<Session>(answer: unknown): TotpResult<Session> {
  return read(answer, APPROVED, INVALID_CODE, LOCKED_OUT, NOT_ENROLLED);
}

export function readSession<Session>(answer: unknown): Session | null {
  return read<{ session: Session | null }>(answer, { session: (value) => value !== undefined }).session;
}

/** The seconds in `value`, or undefined where they make no sense. */
export function toSeconds(value: unknown): number | undefined {
  return isSeconds(value) ? (value as number) : undefined;
}
