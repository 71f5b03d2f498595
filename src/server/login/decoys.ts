import { CibaError, toCibaError } from '../../contract/index.js';
import type { CibaErrorCode, InitiateRequest, PendingApproval } from '../../contract/index.js';
import { displayCodeForm } from '../../contract/display-code.js';
import type { Context } from '../context.js';
import { createToken, displayCodeLike } from '../secrets.js';
import {
  ANSWER_SHAPE_SECONDS,
  answerShapeKey,
  codeDurationKey,
  pollDurationKey,
  SHARED_ERROR_SECONDS,
  sharedErrorKey,
} from '../store/keys.js';
import type { SharedAct } from '../store/keys.js';
import type { StoreStep } from '../store/store.js';
import { padToFloor } from '../timing.js';

/** What the last real answer to a start looked like. Decoys copy it, so that they can't be told from real logins. */
export interface AnswerShape {
  readonly expiresIn: number;
  readonly interval: number;
  /** The form of a number, if the backend made the number itself. */
  readonly codeForm?: string;
  readonly displayCodeUse?: PendingApproval['displayCodeUse'];
  /** Milliseconds that the backend took. */
  readonly durationMs: number;
}

const DEFAULT_SHAPE: AnswerShape = { expiresIn: 120, interval: 5, durationMs: 0 };

/** What the screen shows of a request, whether it is sent or not. */
export type Shown = Pick<InitiateRequest, 'displayCode' | 'bindingMessage'>;

/** Milliseconds for which a remembered value isn't read again. Every start and every poll would read the same key. */
const RECALL_MS = 1000;

/** Milliseconds after which a value is written again, although it is much the same: the store forgets it in the end. */
const REWRITE_MS = (ANSWER_SHAPE_SECONDS / 2) * 1000;

async function recall<Session, Value>({ store, recalled, now }: Context<Session>, key: string) {
  const known = recalled.get(key);
  if (known && Math.abs(now() - known.readAt) < RECALL_MS) return known.value as Value | undefined;
  const value = await store.get<Value>(key);
  recalled.set(key, { writtenAt: -Infinity, ...known, value, readAt: now() });
  return value;
}

/** The step that remembers a value for other processes, or none if they know much the same. */
function remember<Session, Value>(
  { recalled, now }: Context<Session>,
  key: string,
  value: Value,
  isLike: (written: Value) => boolean,
): readonly StoreStep[] {
  const known = recalled.get(key);
  const isKnown =
    known?.written !== undefined && now() - known.writtenAt < REWRITE_MS && isLike(known.written as Value);
  recalled.set(key, {
    value,
    // As if nothing had happened: whether the next start reads must not depend on what this one was.
    readAt: known?.readAt ?? -Infinity,
    written: isKnown ? known.written : value,
    writtenAt: isKnown ? known.writtenAt : now(),
  });
  return isKnown ? [] : [['set', key, value, ANSWER_SHAPE_SECONDS]];
}

/** Whether two durations look the same: both are padded, or they differ less than the network does. */
function isLikeDuration<Session>({ responseFloorMs }: Context<Session>, a: number, b: number): boolean {
  return Math.max(a, b) <= responseFloorMs || Math.abs(a - b) <= Math.max(5, a * 0.05);
}

/** The steps that remember a real answer. `sent` is the number that the request had, if any. */
export function rememberAnswer<Session>(
  context: Context<Session>,
  { expiresIn, interval, displayCode, displayCodeUse }: PendingApproval,
  durationMs: number,
  sent: string | undefined,
): readonly StoreStep[] {
  const isBackendCode = displayCode !== undefined && displayCode !== sent;
  const shape: AnswerShape = {
    expiresIn,
    interval,
    durationMs,
    ...(isBackendCode && { codeForm: displayCodeForm(displayCode) }),
    ...(displayCodeUse !== undefined && { displayCodeUse }),
  };
  const withoutTime = (one: AnswerShape) => JSON.stringify({ ...one, durationMs: 0 });
  return remember<Session, AnswerShape>(
    context,
    answerShapeKey(),
    shape,
    (written) =>
      withoutTime(written) === withoutTime(shape) && isLikeDuration(context, written.durationMs, shape.durationMs),
  );
}

/** What real answers look like. */
export async function recallAnswer<Session>(context: Context<Session>): Promise<AnswerShape> {
  const shape = await recall<Session, AnswerShape>(context, answerShapeKey());
  return shape ?? { ...DEFAULT_SHAPE, ...context.adapter.usualAnswer };
}

/** An error that every user meets at the moment, at the start or at every poll. */
export interface SharedError {
  readonly code: CibaErrorCode;
  readonly retryable: boolean;
  readonly retryAfter?: number;
  /** Milliseconds until the backend failed. */
  readonly durationMs: number;
}

/** Errors that can only be about the backend as a whole, or about this server's access to it. */
const BACKEND_WIDE: ReadonlySet<CibaErrorCode> = new Set([
  'offline',
  'network',
  'timeout',
  'unavailable',
  'unauthorized',
  'forbidden',
  'misconfigured',
]);

/** Whether all users meet this error at the moment. Any other error may be about one login alone. */
export function isBackendWide(error: CibaError): boolean {
  return BACKEND_WIDE.has(error.code) && !error.maybeHint;
}

/** Whether decoys meet this error too. A limit on polls applies to all users. A limit on starts may apply to one user. */
export function isShared(during: SharedAct, error: CibaError): boolean {
  return isBackendWide(error) || (during === 'poll' && error.code === 'rateLimited');
}

/** Remembers an error that all users meet at the moment: starts or polls of decoys must fail the same way. */
export async function rememberError<Session>(
  context: Context<Session>,
  during: SharedAct,
  error: CibaError,
  durationMs: number,
): Promise<void> {
  if (isShared(during, error)) await writeSharedError(context, during, error, durationMs);
}

async function writeSharedError<Session>(
  { store }: Context<Session>,
  during: SharedAct,
  { code, retryable, retryAfter }: CibaError,
  durationMs: number,
): Promise<void> {
  const shared: SharedError = { code, retryable, durationMs, ...(retryAfter !== undefined && { retryAfter }) };
  await store.set(sharedErrorKey(during), shared, SHARED_ERROR_SECONDS);
}

/** Reads the error that all users meet at the moment. Real requests read it too, so that both take the same steps. */
export function readSharedError<Session>(
  { store }: Context<Session>,
  during: SharedAct,
): Promise<SharedError | undefined> {
  return store.get<SharedError>(sharedErrorKey(during));
}

/** The backend works again, so decoys do too: the shared error is over as soon as a real request gets through. */
export const forgetError = (during: SharedAct, shared: SharedError | undefined): readonly StoreStep[] =>
  shared ? [['delete', sharedErrorKey(during)]] : [];

/**
 * Fails as real starts or polls fail at the moment, and as long after `since` as they do. Does nothing while they work.
 * @throws CibaError the error of the real ones
 */
export async function shareError<Session>(
  context: Context<Session>,
  shared: SharedError | undefined,
  since: number,
): Promise<void> {
  if (!shared) return;
  const { code, durationMs, ...options } = shared;
  await padToFloor(context, since, durationMs);
  throw new CibaError(code, 'The backend is failing, so requests for unknown users fail too.', options);
}

/**
 * Creates a login for which no push is sent. It looks and behaves like a real one, until it expires. `shown` is what a real
 * request would show.
 */
export function createDecoy<Session>({ adapter }: Context<Session>, shape: AnswerShape, shown: Shown): PendingApproval {
  const { expiresIn, interval, codeForm, displayCodeUse } = shape;
  const made = codeForm === undefined ? {} : { displayCode: displayCodeLike(codeForm) };
  return {
    id: createToken(),
    expiresIn,
    interval,
    ...shown,
    ...(displayCodeUse !== undefined && { displayCodeUse }),
    ...(adapter.makeDisplayCode?.() ?? made),
    resumable: true,
  };
}

/** Milliseconds that the last real poll, or the last real check of a code, took. */
export async function recallDuration<Session>(context: Context<Session>, of: 'poll' | 'code'): Promise<number> {
  return (await recall<Session, number>(context, DURATION_KEYS[of]())) ?? 0;
}

const DURATION_KEYS = { poll: pollDurationKey, code: codeDurationKey };

/** The steps that remember how long a real poll, or a real check of a code, took. */
export function rememberDuration<Session>(
  context: Context<Session>,
  of: 'poll' | 'code',
  durationMs: number,
): readonly StoreStep[] {
  return remember<Session, number>(context, DURATION_KEYS[of](), durationMs, (written) =>
    isLikeDuration(context, written, durationMs),
  );
}

/** Whether an error says that there is no such user or that the user has no phone. The browser must not learn this. */
export function isNobody(caught: unknown): boolean {
  const { code } = toCibaError(caught);
  return code === 'unknownUser' || code === 'noDevice';
}

/**
 * Whether only the backend as a whole explains an error. One hint may have caused other errors: a refused user, an
 * invalid hint, a limit of one user. They are shown only in browsers in which the account signed in before. Strangers
 * get a decoy.
 */
export function mayTellStranger(caught: unknown): boolean {
  return isBackendWide(toCibaError(caught));
}
