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
import type { CibaStore } from '../store/store.js';
import type { SharedAct } from '../store/keys.js';
import { padToFloor } from '../timing.js';

/** What the last real answer to a start looked like. Decoys copy it, so that they can't be told from real logins. */
interface AnswerShape {
  readonly expiresIn: number;
  readonly interval: number;
  /** The form of a number, if the backend made the number itself. */
  readonly codeForm?: string;
  readonly displayCodeUse?: PendingApproval['displayCodeUse'];
  /** Milliseconds that the backend needed. */
  readonly durationMs: number;
}

const DEFAULT_SHAPE: AnswerShape = { expiresIn: 120, interval: 5, durationMs: 0 };

/** What the screen shows of a request, whether it is sent or not. */
export type Shown = Pick<InitiateRequest, 'displayCode' | 'bindingMessage'>;

/** A login for which no push was sent. */
export interface Decoy {
  readonly pending: PendingApproval;
  /** Milliseconds that a real answer takes. */
  readonly durationMs: number;
}

/** Remembers a real answer. `sent` is the number that the request had, if any. */
export async function rememberAnswer<Session>(
  { store }: Context<Session>,
  pending: PendingApproval,
  durationMs: number,
  sent: string | undefined,
): Promise<void> {
  const { expiresIn, interval, displayCode, displayCodeUse } = pending;
  const isBackendCode = displayCode !== undefined && displayCode !== sent;
  const shape: AnswerShape = {
    expiresIn,
    interval,
    durationMs,
    ...(isBackendCode && { codeForm: displayCodeForm(displayCode) }),
    ...(displayCodeUse !== undefined && { displayCodeUse }),
  };
  await store.set(answerShapeKey(), shape, ANSWER_SHAPE_SECONDS);
  await forgetError(store, 'start');
}

/** The backend works again, so decoys do too: the shared error is over as soon as a real request gets through. */
async function forgetError(store: CibaStore, during: SharedAct): Promise<void> {
  await store.delete(sharedErrorKey(during));
}

/** An error that every user meets at the moment, at the start or at every poll. */
interface SharedError {
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

/**
 * Fails as real starts or polls fail at the moment, and as long after `since` as they do. Does nothing while they work.
 * @throws CibaError the error of the real ones
 */
export async function shareError<Session>(context: Context<Session>, during: SharedAct, since: number): Promise<void> {
  const shared = await context.store.get<SharedError>(sharedErrorKey(during));
  if (!shared) return;
  const { code, durationMs, ...options } = shared;
  await padToFloor(context, since, durationMs);
  throw new CibaError(code, 'The backend is failing, so requests for unknown users fail too.', options);
}

/**
 * Creates a login for which no push is sent. It looks and behaves like a real one, until it expires. `shown` is what a real
 * request would show.
 */
export async function createDecoy<Session>({ store, adapter }: Context<Session>, shown: Shown): Promise<Decoy> {
  const shape = (await store.get<AnswerShape>(answerShapeKey())) ?? { ...DEFAULT_SHAPE, ...adapter.usualAnswer };
  const { expiresIn, interval, codeForm, displayCodeUse, durationMs } = shape;
  const made = codeForm === undefined ? {} : { displayCode: displayCodeLike(codeForm) };
  return {
    pending: {
      id: createToken(),
      expiresIn,
      interval,
      ...shown,
      ...(displayCodeUse !== undefined && { displayCodeUse }),
      ...(adapter.makeDisplayCode?.() ?? made),
      resumable: true,
    },
    durationMs,
  };
}

/** Milliseconds that the last real poll took, for the polls of decoys. */
export async function readPollDuration<Session>({ store }: Context<Session>): Promise<number> {
  return (await store.get<number>(pollDurationKey())) ?? 0;
}

/** Remembers a real poll that worked. */
export async function rememberPollDuration<Session>({ store }: Context<Session>, durationMs: number): Promise<void> {
  await store.set(pollDurationKey(), durationMs, ANSWER_SHAPE_SECONDS);
  await forgetError(store, 'poll');
}

/** Milliseconds that the last real check of a code took, for those that only look like one. */
export async function readCodeDuration<Session>({ store }: Context<Session>): Promise<number> {
  return (await store.get<number>(codeDurationKey())) ?? 0;
}

/** Remembers how long a real check of a code took. */
export async function rememberCodeDuration<Session>({ store }: Context<Session>, durationMs: number): Promise<void> {
  await store.set(codeDurationKey(), durationMs, ANSWER_SHAPE_SECONDS);
  await forgetError(store, 'code');
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
