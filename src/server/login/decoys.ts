import { CibaError, toCibaError } from '../../contract/index.js';
import type { CibaErrorCode, PendingApproval } from '../../contract/index.js';
import type { Context } from '../options.js';
import { createToken, displayCodeForm, displayCodeLike } from '../secrets.js';
import { padToFloor } from '../timing.js';

/** What the last real answers looked like. A decoy repeats it, so that it differs from a real login in nothing. */
interface Shape {
  readonly expiresIn: number;
  readonly interval: number;
  /** The form of a display code that the backend made itself. */
  readonly codeForm?: string;
  /** Milliseconds that the backend took. */
  readonly took: number;
}

const DEFAULT_SHAPE: Shape = { expiresIn: 120, interval: 5, took: 0 };

/** Seconds for which the shape is remembered, and for which decoys share a fault of the backend. */
const SHAPE_MEMORY_SECONDS = 30 * 24 * 3600;
const FAULT_MEMORY_SECONDS = 30;

export interface Decoy {
  readonly pending: PendingApproval;
  /** Milliseconds that a real answer takes. */
  readonly took: number;
}

/** Remembers a real answer; `ownCode` is the display code that the handler would have shown. */
export async function rememberAnswer<Session>(
  { store }: Context<Session>,
  pending: PendingApproval,
  took: number,
  ownCode: string | undefined,
): Promise<void> {
  const { expiresIn, interval, displayCode } = pending;
  const foreign = displayCode !== undefined && displayCode !== ownCode;
  const shape: Shape = {
    expiresIn,
    interval,
    took,
    ...(foreign && { codeForm: displayCodeForm(displayCode) }),
  };
  await store.set('shape', shape, SHAPE_MEMORY_SECONDS);
  await store.delete('fault');
}

/** A fault that meets everybody at the moment, at the start or at every poll. */
interface Fault {
  readonly code: CibaErrorCode;
  readonly retryAfter?: number;
  /** Milliseconds that it took to come. */
  readonly took: number;
}

/** Remembers that the backend is down: while it is, a start for nobody has to fail like anyone's. */
export async function rememberFault<Session>(context: Context<Session>, error: CibaError, took: number): Promise<void> {
  await writeFault(context, 'fault', error, took);
}

/** Remembers a fault that meets every poll at the moment: a decoy's poll has to meet it too. */
export async function rememberPollFault<Session>(
  context: Context<Session>,
  error: CibaError,
  took: number,
): Promise<void> {
  // What is about one login alone is not for the others.
  if (error.retryable || error.code === 'misconfigured') await writeFault(context, 'poll-fault', error, took);
}

async function writeFault<Session>(
  { store }: Context<Session>,
  key: 'fault' | 'poll-fault',
  { code, retryAfter }: CibaError,
  took: number,
): Promise<void> {
  const fault: Fault = { code, took, ...(retryAfter !== undefined && { retryAfter }) };
  await store.set(key, fault, FAULT_MEMORY_SECONDS);
}

/**
 * Fails as real starts or polls that began at `since` fail at the moment, if they do.
 * @throws CibaError
 */
export async function shareFault<Session>(
  context: Context<Session>,
  key: 'fault' | 'poll-fault',
  since: number,
): Promise<void> {
  const fault = await context.store.get<Fault>(key);
  if (!fault) return;
  const { code, took, ...times } = fault;
  await padToFloor(context, since, took);
  throw new CibaError(code, 'The backend failed a moment ago; an act of nobody fails likewise.', times);
}

/** A login that nobody was rung for. It looks and runs like a real one, up to `expired`. */
export async function createDecoy<Session>({ store }: Context<Session>, ownCode: string | undefined): Promise<Decoy> {
  const { expiresIn, interval, codeForm, took } = (await store.get<Shape>('shape')) ?? DEFAULT_SHAPE;
  const displayCode = codeForm === undefined ? ownCode : displayCodeLike(codeForm);
  return {
    pending: {
      id: createToken(),
      expiresIn,
      interval,
      ...(displayCode !== undefined && { displayCode }),
      resumable: true,
    },
    took,
  };
}

/** Milliseconds that the last real poll took, for the decoys' polls. */
export async function lastPollTook<Session>({ store }: Context<Session>): Promise<number> {
  return (await store.get<number>('poll-took')) ?? 0;
}

export async function rememberPoll<Session>({ store }: Context<Session>, took: number): Promise<void> {
  await store.set('poll-took', took, SHAPE_MEMORY_SECONDS);
  await store.delete('poll-fault');
}

/** Whether an error says that there is nobody to ring; the browser may not learn it. */
export function isNobody(caught: unknown): boolean {
  const { code } = toCibaError(caught);
  return code === 'unknownUser' || code === 'noDevice';
}

/** Whether the backend rang nobody for a reason that is this user's own: telling it would tell that the user exists. */
export function isAboutUser(caught: unknown): boolean {
  const { code } = toCibaError(caught);
  return isNobody(caught) || code === 'refused' || code === 'inReview';
}
