import type { PendingApproval, PollResult, TotpResult, Transaction } from './adapter.js';
import { devWarning } from './dev-warning.js';
import { CibaError } from './errors.js';

// Apps write their own adapters, and backends can return anything. Every answer is validated here field by field, so that
// all other code can rely on its values.

/** Time between two polls if the backend gives none (CIBA Core 1.0 §7.3). */
export const DEFAULT_INTERVAL_SECONDS = 5;

/** Time that a `slow_down` adds to the interval between two polls (CIBA Core 1.0 §11). */
export const SLOW_DOWN_STEP_SECONDS = 5;

/** The longest time that an answer can name: a week. No provider keeps a request longer, and no timer needs to. */
export const MAX_SECONDS = 7 * 24 * 3600;

/** Longest ID of a request at a provider (`auth_req_id`), in characters. Keycloak's is a token of more than 1 kB. */
export const MAX_REQUEST_ID_CHARACTERS = 8192;

export const validateText = (value: unknown) => (typeof value === 'string' && value !== '' ? value : undefined);
const validateFlag = (value: unknown) => (typeof value === 'boolean' ? value : undefined);
/** Accepts an amount: a finite number of 0 or more. */
export const validateAmount = (value: unknown) =>
  typeof value === 'number' && value >= 0 && value < Infinity ? value : undefined;
const validateCount = (value: unknown) =>
  Number.isInteger(value) && (value as number) >= 0 ? (value as number) : undefined;
/** Accepts a number of seconds of 0 or more, cut to a week. */
export const validateSeconds = (value: unknown) =>
  typeof value === 'number' && value >= 0 ? Math.min(value, MAX_SECONDS) : undefined;
/** Accepts a number of seconds above 0, cut to a week. */
const validateSpan = (value: unknown) => (value === 0 ? undefined : validateSeconds(value));

const validateUse = (value: unknown) => (value === 'compare' || value === 'enter' ? value : undefined);
/** Accepts a reference for support, and nothing that could be another text. */
export const validateReference = (value: unknown) =>
  /^[A-Z0-9]{4}-[A-Z0-9]{4}$/.test(String(value)) ? (value as string) : undefined;
/** Accepts an address that can safely be a link. */
export const validateLink = (value: unknown) =>
  /^https?:\/\//i.test(validateText(value) ?? '') ? (value as string) : undefined;
/** Accepts a transaction that has a title. Its other parts come from the app's own server. */
const validateTransaction = (value: unknown) =>
  validateText((Object(value) as Transaction).title) ? (value as Transaction) : undefined;

/** A validator for each field. It returns the valid value, or undefined if there is none. */
type Shape = Readonly<Record<string, (value: unknown) => unknown>>;

type Validated<S extends Shape> = { readonly [Field in keyof S]?: NonNullable<ReturnType<S[Field]>> };

/** Called for a field whose value was changed, or left out if `valid` is undefined. */
type OnInvalid = (field: string, valid: unknown) => void;

export const PENDING = {
  id: validateText,
  expiresIn: validateSpan,
  interval: validateSpan,
  displayCode: validateText,
  displayCodeUse: validateUse,
  displayCodeUrl: validateLink,
  bindingMessage: validateText,
  deliveredTo: validateText,
  resumable: validateFlag,
  transaction: validateTransaction,
  codeAllowed: validateFlag,
  resendAllowed: validateFlag,
  pushed: validateFlag,
};

const APPROVED = { session: (value: unknown) => value };

/** The fields of each poll result. */
export const POLL_RESULTS = {
  pending: { interval: validateSpan, retryAfter: validateSeconds },
  approved: APPROVED,
  denied: {},
  expired: {},
  cancelled: {},
};

/** The fields of each code result. */
export const TOTP_RESULTS = {
  approved: APPROVED,
  invalidCode: { attemptsLeft: validateCount },
  lockedOut: { retryAfter: validateSeconds },
  notEnrolled: {},
};

/** Returns the valid fields of an answer. Fields that the shape doesn't name are dropped. */
export function validateFields<S extends Shape>(answer: unknown, shape: S, onInvalid?: OnInvalid): Validated<S> {
  const given = Object(answer) as Record<string, unknown>;
  const fields: Record<string, unknown> = {};
  for (const [field, validate] of Object.entries(shape)) {
    const valid = validate(given[field]);
    if (valid !== given[field]) onInvalid?.(field, valid);
    if (valid !== undefined) fields[field] = valid;
  }
  return fields as Validated<S>;
}

/** Returns the same, or null if a field of the shape is missing or invalid. */
export function validateAll<S extends Shape>(answer: unknown, shape: S): Required<Validated<S>> | null {
  const fields = validateFields(answer, shape);
  return Object.keys(shape).every((field) => field in fields) ? (fields as Required<Validated<S>>) : null;
}

/** Returns a result with the valid fields of its status, or null if the answer has none of these statuses. */
export function validateResult<Result>(
  answer: unknown,
  shapes: Readonly<Record<string, Shape>>,
  onInvalid: OnInvalid,
): Result | null {
  const { status } = Object(answer) as { readonly status: string };
  if (!Object.hasOwn(shapes, status)) return null;
  return { status, ...validateFields(answer, shapes[status] as Shape, onInvalid) } as Result;
}

function warn(field: string, valid: unknown): void {
  if (process.env.NODE_ENV === 'production') return;
  if (field !== 'expiresIn' && field !== 'interval' && field !== 'retryAfter') return;
  const problem =
    valid === undefined
      ? 'expected a positive number of seconds. It was ignored.'
      : 'expected at most a week, in seconds. A week is used instead.';
  devWarning(
    'adapter-answer',
    `The adapter returned an invalid ${field}: ${problem} Fix the adapter; \`describeAdapter()\` tests for this.`,
  );
}

function badResponse(method: string, expected: string): CibaError {
  return new CibaError('badResponse', `The adapter's ${method}() did not resolve to a ${expected}.`);
}

/** Returns a valid answer of `initiate`. @throws CibaError `badResponse` if the answer has no `id` or no `expiresIn` */
export function validatePending(answer: unknown): PendingApproval {
  const { id, expiresIn, ...rest } = validateFields(answer, PENDING, warn);
  if (!id || !expiresIn) throw badResponse('initiate', 'PendingApproval with id and expiresIn');
  return { interval: DEFAULT_INTERVAL_SECONDS, resumable: false, ...rest, id, expiresIn };
}

/** Returns a valid answer of `poll`. @throws CibaError `badResponse` if the status is unknown */
export function validatePollResult<Session>(answer: unknown): PollResult<Session> {
  const result = validateResult<PollResult<Session>>(answer, POLL_RESULTS, warn);
  if (!result) throw badResponse('poll', 'PollResult');
  return result;
}

/** Returns a valid answer of `verifyTotp`. @throws CibaError `badResponse` if the status is unknown */
export function validateTotpResult<Session>(answer: unknown): TotpResult<Session> {
  const result = validateResult<TotpResult<Session>>(answer, TOTP_RESULTS, warn);
  if (!result) throw badResponse('verifyTotp', 'TotpResult');
  return result;
}
