import { CibaError, toCibaError } from '../../contract/index.js';
import type { CibaErrorCode, PendingApproval } from '../../contract/index.js';
import type { Context } from '../context.js';
import { createToken, displayCodeForm, displayCodeLike } from '../secrets.js';
import {
  ANSWER_SHAPE_SECONDS,
  answerShapeKey,
  pollDurationKey,
  SHARED_ERROR_SECONDS,
  sharedErrorKey,
} from '../store/keys.js';
import { padToFloor } from '../timing.js';

/** What the last real answer to a start looked like. Decoys copy it, so that they can't be told from real logins. */
interface AnswerShape {
  readonly expiresIn: number;
  readonly interval: number;
  /** The form of a display code, if the backend made the code itself. */
  readonly codeForm?: string;
  /** Milliseconds that the backend needed. */
  readonly durationMs: number;
}

const DEFAULT_SHAPE: AnswerShape = { expiresIn: 120, interval: 5, durationMs: 0 };

/** A login for which no push was sent. */
export interface Decoy {
  readonly pending: PendingApproval;
  /** Milliseconds that a real answer takes. */
  readonly durationMs: number;
}

/** Remembers a real answer. `ownCode` is the display code that the handler proposed. */
export async function rememberAnswer<Session>(
  { store }: Context<Session>,
  pending: PendingApproval,
  durationMs: number,
  ownCode: string | undefined,
): Promise<void> {
  const { expiresIn, interval, displayCode } = pending;
  const isBackendCode = displayCode !== undefined && displayCode !== ownCode;
  const shape: AnswerShape = {
    expiresIn,
    interval,
    durationMs,
    ...(isBackendCode && { codeForm: displayCodeForm(displayCode) }),
  };
  await store.set(answerShapeKey(), shape, ANSWER_SHAPE_SECONDS);
  await store.delete(sharedErrorKey('start'));
}

/** An error that every user meets at the moment, at the start or at every poll. */
interface SharedError {
  readonly code: CibaErrorCode;
  readonly retryAfter?: number;
  /** Milliseconds until the backend failed. */
  readonly durationMs: number;
}

/** Remembers that the backend fails: until it recovers, starts for unknown users have to fail the same way. */
export async function rememberStartError<Session>(
  context: Context<Session>,
  error: CibaError,
  durationMs: number,
): Promise<void> {
  await writeSharedError(context, 'start', error, durationMs);
}

/** Remembers an error that every poll meets at the moment: polls of decoys have to fail the same way. */
export async function rememberPollError<Session>(
  context: Context<Session>,
  error: CibaError,
  durationMs: number,
): Promise<void> {
  // Any other error is about this login alone.
  if (error.retryable || error.code === 'misconfigured') await writeSharedError(context, 'poll', error, durationMs);
}

async function writeSharedError<Session>(
  { store }: Context<Session>,
  during: 'start' | 'poll',
  { code, retryAfter }: CibaError,
  durationMs: number,
): Promise<void> {
  const shared: SharedError = { code, durationMs, ...(retryAfter !== undefined && { retryAfter }) };
  await store.set(sharedErrorKey(during), shared, SHARED_ERROR_SECONDS);
}

/**
 * Fails as real starts or polls fail at the moment, and after the same time since `since`. Does nothing while they work.
 * @throws CibaError the error of the real ones
 */
export async function shareError<Session>(
  context: Context<Session>,
  during: 'start' | 'poll',
  since: number,
): Promise<void> {
  const shared = await context.store.get<SharedError>(sharedErrorKey(during));
  if (!shared) return;
  const { code, durationMs, ...options } = shared;
  await padToFloor(context, since, durationMs);
  throw new CibaError(code, 'The backend is failing, so requests for unknown users fail too.', options);
}

/** Creates a login for which no push is sent. It looks and behaves like a real one, until it expires. */
export async function createDecoy<Session>({ store }: Context<Session>, ownCode: string | undefined): Promise<Decoy> {
  const shape = (await store.get<AnswerShape>(answerShapeKey())) ?? DEFAULT_SHAPE;
  const { expiresIn, interval, codeForm, durationMs } = shape;
  const displayCode = codeForm === undefined ? ownCode : displayCodeLike(codeForm);
  return {
    pending: {
      id: createToken(),
      expiresIn,
      interval,
      ...(displayCode !== undefined && { displayCode }),
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
  await store.delete(sharedErrorKey('poll'));
}

/** Whether an error says that there is no such user or that the user has no phone. The browser must not learn this. */
export function isNobody(caught: unknown): boolean {
  const { code } = toCibaError(caught);
  return code === 'unknownUser' || code === 'noDevice';
}

/** Whether an error is about this user alone. Telling it to a stranger would reveal that the user exists. */
export function isAboutUser(caught: unknown): boolean {
  const { code } = toCibaError(caught);
  return isNobody(caught) || code === 'refused' || code === 'inReview';
}
