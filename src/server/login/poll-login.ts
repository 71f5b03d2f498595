import { changeError } from '../../contract/change-error.js';
import { CibaError, toCibaError } from '../../contract/index.js';
import type { Approver, CibaErrorCode, JsonValue, PollResult } from '../../contract/index.js';
import type { Context } from '../context.js';
import { inBackground } from '../coordination/background.js';
import { acquireLease } from '../coordination/lease.js';
import { retryStoreWrite } from '../coordination/retry-store.js';
import { notFound } from '../http/body-and-response.js';
import { recordDenial } from '../limits.js';
import { failedEvent } from '../log/events.js';
import { createToken } from '../secrets.js';
import { openCodeDoor } from '../code/code-counter.js';
import { revokeSession } from '../session/revoke.js';
import {
  NOTICE_SECONDS,
  noticeKey,
  OUTCOME_SECONDS,
  pollLeaseKey,
  sharedErrorKey,
  UNASKED_OUTCOME_SECONDS,
} from '../store/keys.js';
import type { StoreStep } from '../store/store.js';
import { MAX_BACKEND_PAUSE_SECONDS } from '../backend.js';
import { callSignal, LONGEST_PADDING_MS, padToFloor, sleep } from '../timing.js';
import { checkApprover } from './approver.js';
import {
  forgetError,
  isNobody,
  isShared,
  recallDuration,
  rememberDuration,
  rememberError,
  shareError,
} from './decoys.js';
import type { SharedError } from './decoys.js';
import type { Ending, KnownEnding, ProviderSchedule, StoredLogin } from './login-record.js';
import { forgetRings, returnRing } from './ringing.js';

/**
 * How early a browser's poll may be, in milliseconds, and still wait for its turn at the provider. The browser counts the
 * interval from sending, on a clock and a network of its own.
 */
const MAX_EARLY_MS = 500;

/** Errors that the log has already, from an earlier poll of the same login. */
const repeated = new WeakSet<CibaError>();

/** A copy, because an adapter may throw the same error for every login. */
function asRepeated(caught: CibaError): CibaError {
  const error = changeError(caught, {});
  repeated.add(error);
  return error;
}

/** Whether an earlier poll of the same login met this error. A login that polls through an outage is told of once. */
export function isRepeated(error: CibaError): boolean {
  return repeated.has(error);
}

/** What the browser learns. An approval still has to be collected. */
export type PollAnswer =
  | { readonly status: 'approved'; readonly approval: string }
  | { readonly status: 'pending' | 'denied' | 'expired'; readonly [key: string]: JsonValue };

/**
 * Answers one poll of the browser with at most one poll of the provider. Real providers revoke the tokens of a request
 * that is redeemed twice, so only one of overlapping polls reaches the provider. The others get `pending`.
 *
 * @param options.noticed whether the provider just said that the login is decided. Its browser did not ask then, and its
 * turn stays the same.
 * @throws RefusedRequest 404 if the login is over; CibaError if the backend failed
 */
export async function pollLogin<Session>(
  context: Context<Session>,
  login: StoredLogin,
  { noticed = false } = {},
): Promise<PollAnswer> {
  const { answeredAfterMs = 0 } = login.schedule;
  const since = context.now();
  const early = answerWithoutPolling(context, login, noticed ? Infinity : answeredAfterMs + MAX_EARLY_MS);
  if (early) return early;

  const { key } = login.record;
  const notice: readonly StoreStep[] = noticed ? [['set', noticeKey(key), true, NOTICE_SECONDS]] : [];
  /** While another poll runs. A decoy's poll takes as long as all of them do. */
  const answerBeside = async (durationMs: number) => {
    if (!login.record.known && !noticed) await padToFloor(context, since, durationMs);
    return pendingAnswer(context, login);
  };
  // This backs up the lease: if the store loses its last writes, this process must not poll twice.
  if (context.polling.has(key)) {
    const [durationMs] = await Promise.all([recallDuration(context, 'poll'), context.store.batch(notice)]);
    return answerBeside(durationMs);
  }
  context.polling.add(key);
  try {
    const waitMs = waitMsOf(context, login);
    // A timer may fire a millisecond early.
    if (waitMs > 0 && !login.noticed && !noticed) await sleep(Math.ceil(waitMs) + 1);
    // Another process may have polled since the login was read.
    const [{ lease, answers }, durationMs] = await Promise.all([
      acquireLease(context, pollLeaseKey(key), [...notice, ['get', sharedErrorKey('poll')], ...login.reads]),
      // Without it, a decoy's poll takes as long as the shortest one. The lease must not be left behind for that.
      recallDuration(context, 'poll').catch(() => 0),
    ]);
    if (!lease) return answerBeside(durationMs);
    try {
      const [sharedError, ...reread] = answers.slice(notice.length);
      const others = { sharedError: sharedError as SharedError | undefined, durationMs, isTurn: !noticed };
      return await pollProvider(context, login.reread(reread), others);
    } finally {
      // Whoever polls before it has arrived gets `pending`.
      void lease.release();
    }
  } finally {
    context.polling.delete(key);
  }
}

/**
 * Most polls come before their time or after the end, and cost only reads. `null` if the provider has to be polled, now or
 * within `earlyMs`.
 */
function answerWithoutPolling<Session>(
  context: Context<Session>,
  login: StoredLogin,
  earlyMs: number = 0,
): PollAnswer | null {
  if (login.ending !== null) return endedAnswer(login.ending);
  // A login that the provider called decided may be polled right away (CIBA Core 1.0 §10.2).
  return login.noticed || waitMsOf(context, login) <= earlyMs ? null : pendingAnswer(context, login);
}

/** Milliseconds until it is the browser's turn. */
const waitMsOf = <Session>(context: Context<Session>, { schedule }: Pick<StoredLogin, 'schedule'>) =>
  msUntil(context, schedule.nextPollAt);

/**
 * Milliseconds until a time of a schedule. A pause longer than a backend can ask for was written by a process whose clock was
 * ahead. It is over, because the login would be lost otherwise.
 */
function msUntil<Session>({ now }: Context<Session>, time: number): number {
  const waitMs = time - now();
  return waitMs > MAX_BACKEND_PAUSE_SECONDS * 1000 ? 0 : waitMs;
}

function endedAnswer(ending: KnownEnding): PollAnswer {
  if (ending === 'over' || ending.status === 'cancelled') throw notFound();
  if (ending.status === 'failed') {
    const { code, retryAfter } = ending;
    const message = 'The login failed a moment ago. This repeats the error that ended it.';
    throw asRepeated(new CibaError(code, message, { retryAfter }));
  }
  return ending.status === 'approved' ? { status: 'approved', approval: ending.approval } : { status: ending.status };
}

function pendingAnswer<Session>(context: Context<Session>, { record, schedule }: StoredLogin): PollAnswer {
  // No decoy is ever told to slow down. A stranger polls on, and is answered without asking the provider.
  if (!record.known) return { status: 'pending' };
  const waitSeconds = Math.ceil(waitMsOf(context, { schedule }) / 1000);
  return {
    status: 'pending',
    ...(schedule.interval !== record.pending.interval && { interval: schedule.interval }),
    ...(waitSeconds > schedule.interval && { retryAfter: waitSeconds }),
  };
}

/** What other polls met: the error of all of them, and how long the last one took, in milliseconds. */
interface OtherPolls {
  readonly sharedError: SharedError | undefined;
  readonly durationMs: number;
  /** Whether the browser polls. */
  readonly isTurn: boolean;
}

/** Runs under the lease, so that no one else polls or changes the schedule in the meantime. */
async function pollProvider<Session>(
  context: Context<Session>,
  login: StoredLogin,
  others: OtherPolls,
): Promise<PollAnswer> {
  const early = answerWithoutPolling(context, login);
  if (early) return early;

  const sentAt = context.now();
  const { isTurn } = others;
  const asks = asksProvider(context, login);
  const paceBy = (turn: Turn) => pace(login, turn, { sentAt, isTurn, asks });
  // It is saved while the provider is asked, in case this process dies before the answer.
  const saved = login.save(
    paceBy(nextTurn(sentAt, sentAt, login.schedule.interval)),
    login.noticed ? [['delete', noticeKey(login.record.key)]] : [],
  );

  saved.catch(() => undefined);

  const { answeredAt, ...answer } = await callProvider(context, login, others, { since: sentAt, asks });
  if ('caught' in answer) {
    const { caught } = answer;
    const turn = nextTurn(sentAt, answeredAt, login.schedule.interval, toCibaError(caught).retryAfter);
    await saved;
    return mayTell(login, caught)
      ? failPoll(context, login, caught, turn)
      : hideFault(context, login, caught, paceBy(turn));
  }
  const { result } = answer;
  if (result.status === 'approved') return approve(context, login, result.session, isTurn);
  // Only what can be asked for again may fail with the store.
  if (result.status === 'pending') await saved;
  if (result.status === 'denied') return endLogin(context, login, 'denied');
  const interval = result.status === 'pending' ? (result.interval ?? login.schedule.interval) : login.schedule.interval;
  const turn = nextTurn(sentAt, answeredAt, interval, result.status === 'pending' ? result.retryAfter : undefined);
  // A request that was withdrawn at the provider has ended early, too.
  if (result.status === 'expired' || result.status === 'cancelled') {
    if (login.record.known || context.now() >= login.record.expiresAt) return endLogin(context, login, 'expired');
    // Only a real request ends before its time. For a stranger, it stays pending until the end of its lifetime.
    await retryStoreWrite(context, () => login.save({ ...paceBy(turn), decoy: true }));
    return pendingAnswer(context, login);
  }
  if (context.now() >= login.record.expiresAt) return endLogin(context, login, 'expired');

  // Even if nothing changed: a request that ended early for a stranger is written here too, and must take as long.
  await login.save({ interval, ...paceBy(turn), told: undefined });
  return pendingAnswer(context, login);
}

/** When the provider may be polled again. */
type Turn = Required<Pick<ProviderSchedule, 'nextPollAt' | 'answeredAfterMs'>>;

/** Whether the provider is asked: it has its turn, or it said that the login is decided (CIBA Core 1.0 §10.2). */
function asksProvider<Session>(context: Context<Session>, { schedule, noticed }: StoredLogin): boolean {
  return !schedule.decoy && (noticed || msUntil(context, schedule.askAt ?? 0) <= 0);
}

/**
 * What a poll changes in the schedule. A browser that the account knows waits for the provider. A stranger's polls are
 * answered at the pace of a decoy's, whatever the provider says. It is asked at every one of them that it allows, and at the
 * last one of all.
 */
function pace(
  { record }: StoredLogin,
  turn: Turn,
  { sentAt, isTurn, asks }: { readonly sentAt: number; readonly isTurn: boolean; readonly asks: boolean },
): Partial<ProviderSchedule> {
  if (record.known) return turn;
  const intervalMs = record.pending.interval * 1000;
  const latest = Math.max(record.expiresAt, sentAt + intervalMs);
  return {
    ...(isTurn && {
      answeredAfterMs: turn.answeredAfterMs,
      nextPollAt: sentAt + Math.min(turn.answeredAfterMs, intervalMs) + intervalMs,
    }),
    ...(asks && { askAt: Math.min(turn.nextPollAt, latest) }),
  };
}

/**
 * The provider counts the interval from some moment between sending and answering, so it starts at the answer. After a
 * poll that the provider held for longer than the interval, the next one may follow at once (CIBA Core 1.0 §7.3).
 */
function nextTurn(sentAt: number, answeredAt: number, intervalSeconds: number, retryAfterSeconds: number = 0): Turn {
  const intervalMs = intervalSeconds * 1000;
  const answeredAfterMs = Math.min(answeredAt - sentAt, intervalMs);
  return {
    answeredAfterMs,
    nextPollAt: Math.max(sentAt + answeredAfterMs + intervalMs, answeredAt + retryAfterSeconds * 1000),
  };
}

/** What the provider answered, or what went wrong. `answeredAt` is in wall-clock milliseconds. */
type Answered<Session> = { readonly answeredAt: number } & (
  { readonly result: PollResult<Session> } | { readonly caught: unknown }
);

/**
 * Polls the provider once, or imitates that for a decoy and between its turns. An approval isn't padded, because it reveals the result
 * anyway.
 */
async function callProvider<Session>(
  context: Context<Session>,
  login: StoredLogin,
  { sharedError, durationMs }: OtherPolls,
  { since, asks }: { readonly since: number; readonly asks: boolean },
): Promise<Answered<Session>> {
  const { interval } = login.schedule;
  if (asks) {
    try {
      const result = await context.adapter.poll(
        { ...login.record.pending, interval },
        { signal: callSignal(), actId: createToken() },
      );
      const answeredAt = context.now();
      if (result.status === 'approved') return { result, answeredAt };
      const steps = [...rememberDuration(context, 'poll', answeredAt - since), ...forgetError('poll', sharedError)];
      if (steps.length > 0) inBackground(context, 'poll', () => context.store.batch(steps));
      await padToFloor(context, since);
      return { result, answeredAt };
    } catch (caught) {
      if (!isNobody(caught)) {
        const answeredAt = context.now();
        await rememberError(context, 'poll', toCibaError(caught), answeredAt - since);
        await padToFloor(context, since);
        return { caught, answeredAt };
      }
      await login.save({ decoy: true });
    }
  }
  const answeredAt = since + Math.min(sharedError?.durationMs ?? durationMs, LONGEST_PADDING_MS);
  try {
    await shareError(context, sharedError, since);
  } catch (caught) {
    return { caught, answeredAt };
  }
  await padToFloor(context, since, durationMs);
  return { result: { status: 'pending' }, answeredAt };
}

/** @param isAwaited whether the browser waits for the answer */
async function approve<Session>(
  context: Context<Session>,
  login: StoredLogin,
  session: Session,
  isAwaited: boolean,
): Promise<PollAnswer> {
  const { asked, pending, account, owner, named, expiresAt } = login.record;
  if (context.now() > expiresAt + context.outcomes.graceSeconds * 1000) {
    await revokeSession(context, session, account);
    return endLogin(context, login, 'expired');
  }
  let approver: Approver | null;
  try {
    approver = await checkApprover(context, session, asked, pending);
  } catch (caught) {
    await revokeSession(context, session, account);
    return failPoll(context, login, caught);
  }
  let approval: string;
  const waitSeconds = isAwaited ? OUTCOME_SECONDS : UNASKED_OUTCOME_SECONDS;
  try {
    approval = await context.outcomes.offer(context, session, {
      ...{ account, owner, named, method: 'push' },
      ...{ approver, login: login.record, waitSeconds },
    });
  } catch (caught) {
    // If the store is unavailable, the login can't be ended either.
    if (toCibaError(caught).retryable) throw caught;
    return failPoll(context, login, caught);
  }
  return endApproved(context, login, approval, isAwaited ? undefined : waitSeconds + OUTCOME_SECONDS);
}

async function endApproved<Session>(
  context: Context<Session>,
  login: StoredLogin,
  approval: string,
  waitSeconds?: number,
): Promise<PollAnswer> {
  const { account, browser } = login.record;
  const ending: Ending = { status: 'approved', approval, ...(waitSeconds !== undefined && { waitSeconds }) };
  const earlier = await login.end(ending, {
    after: [...openCodeDoor(account, browser), ...forgetRings(login.record)],
    waits: false,
  });
  if (earlier === null) {
    context.emit({ type: 'approved', method: 'push' }, account);
    return { status: 'approved', approval };
  }
  // The user canceled, or signed in with a code, while the provider was polled.
  await context.outcomes.withdraw(context, approval);
  return endedAnswer(earlier);
}

async function endLogin<Session>(
  context: Context<Session>,
  login: StoredLogin,
  status: 'denied' | 'expired',
): Promise<PollAnswer> {
  // A provider gives an approval once. If the process that got it died, its next answer is an end or an error.
  const approval = await context.outcomes.recover(context, login.record);
  if (approval !== null) return endApproved(context, login, approval);
  const earlier = await login.end({ status }, { after: status === 'denied' ? forgetRings(login.record) : [] });
  if (earlier !== null) return endedAnswer(earlier);
  // It has ended, so no later poll would count it.
  if (status === 'denied') await recordDenial(context, login.record);
  context.emit({ type: status }, login.record.account);
  return { status };
}

/** What the provider only says once the user has acted. A denial is told, too. */
const AFTER_THE_USER: ReadonlySet<CibaErrorCode> = new Set(['refused', 'inReview', 'sessionRefused']);

/** Whether the user has acted, and the approval is refused. */
export const isAfterTheUser = (caught: unknown) => AFTER_THE_USER.has(toCibaError(caught).code);

/** Whether the browser may learn of a fault. Polls of decoys meet what everyone meets, and never a fault of one login. */
function mayTell({ record }: StoredLogin, caught: unknown): boolean {
  return record.known || isShared('poll', toCibaError(caught)) || isAfterTheUser(caught);
}

/** Goes on as a decoy would, although the provider failed for this login. What can't be asked for again becomes a decoy. */
async function hideFault<Session>(
  context: Context<Session>,
  login: StoredLogin,
  caught: unknown,
  paced: Partial<ProviderSchedule>,
): Promise<PollAnswer> {
  const { code, retryable } = toCibaError(caught);
  if (!retryable || code !== login.schedule.told) context.emit(failedEvent('poll', caught), login.record.account);
  await retryStoreWrite(context, () => login.save({ ...paced, ...(!retryable && { decoy: true }), told: code }));
  if (context.now() >= login.record.expiresAt) return endLogin(context, login, 'expired');
  return pendingAnswer(context, login);
}

/** A transient error leaves the login open, any other error ends it. The browser learns of both. */
async function failPoll<Session>(
  context: Context<Session>,
  login: StoredLogin,
  caught: unknown,
  turn?: Turn,
): Promise<PollAnswer> {
  const error = toCibaError(caught);
  const { code, retryable, retryAfter } = error;
  const isTold = retryable && code === login.schedule.told;
  if (retryable) {
    await login.save({ ...turn, told: code });
  } else {
    const approval = await context.outcomes.recover(context, login.record);
    if (approval !== null) return endApproved(context, login, approval);
    await returnRing(context, login.record);
    await login.end({ status: 'failed', code, ...(retryAfter !== undefined && { retryAfter }) });
  }
  throw isTold ? asRepeated(error) : error;
}
