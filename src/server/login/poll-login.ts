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
import { noticeKey, pollLeaseKey, sharedErrorKey } from '../store/keys.js';
import { MAX_BACKEND_PAUSE_SECONDS } from '../backend.js';
import { callSignal, padToFloor } from '../timing.js';
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
import type { Ending, KnownEnding, StoredLogin } from './login-record.js';
import { forgetRings, returnRing } from './ringing.js';

/** What the browser learns. An approval still has to be collected. */
export type PollAnswer =
  | { readonly status: 'approved'; readonly approval: string }
  | { readonly status: 'pending' | 'denied' | 'expired'; readonly [key: string]: JsonValue };

/**
 * Answers one poll of the browser with at most one poll of the provider. Real providers revoke the tokens of a request
 * that is redeemed twice, so only one of overlapping polls reaches the provider. The others get `pending`.
 *
 * @throws RefusedRequest 404 if the login is over; CibaError if the backend failed
 */
export async function pollLogin<Session>(context: Context<Session>, login: StoredLogin): Promise<PollAnswer> {
  const early = answerWithoutPolling(context, login);
  if (early) return early;

  // This backs up the lease: if the store loses its last writes, this process must not poll twice.
  const { key } = login.record;
  if (context.polling.has(key)) return pendingAnswer(context, login);
  context.polling.add(key);
  try {
    // Another process may have polled since the login was read.
    const [{ lease, answers }, durationMs] = await Promise.all([
      acquireLease(context, pollLeaseKey(key), [['get', sharedErrorKey('poll')], ...login.reads]),
      // Without it, a decoy's poll takes as long as the shortest one. The lease must not be left behind for that.
      recallDuration(context, 'poll').catch(() => 0),
    ]);
    if (!lease) return pendingAnswer(context, login);
    try {
      const [sharedError, ...reread] = answers;
      const others = { sharedError: sharedError as SharedError | undefined, durationMs };
      return await pollProvider(context, login.reread(reread), others);
    } finally {
      // Whoever polls before it has arrived gets `pending`.
      void lease.release();
    }
  } finally {
    context.polling.delete(key);
  }
}

/** Most polls come before their time or after the end, and cost only reads. `null` if the provider has to be polled. */
function answerWithoutPolling<Session>(context: Context<Session>, login: StoredLogin): PollAnswer | null {
  if (login.ending !== null) return endedAnswer(login.ending);
  // A login that the provider called decided may be polled right away (CIBA Core 1.0 §10.2).
  return login.noticed || waitMsOf(context, login) <= 0 ? null : pendingAnswer(context, login);
}

/**
 * Milliseconds until the provider may be polled. A pause longer than a backend can ask for was written by a process
 * whose clock was ahead. The login is then polled right away, because it would be lost otherwise.
 */
function waitMsOf<Session>({ now }: Context<Session>, { schedule }: Pick<StoredLogin, 'schedule'>): number {
  const waitMs = schedule.nextPollAt - now();
  return waitMs > MAX_BACKEND_PAUSE_SECONDS * 1000 ? 0 : waitMs;
}

function endedAnswer(ending: KnownEnding): PollAnswer {
  if (ending === 'over' || ending.status === 'cancelled') throw notFound();
  if (ending.status === 'failed') {
    const { code, retryAfter } = ending;
    throw new CibaError(code, 'The login failed a moment ago. This repeats the error that ended it.', { retryAfter });
  }
  return ending.status === 'approved' ? ending : { status: ending.status };
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
  // The interval counts from sending (CIBA Core 1.0 §7.3). It is saved when the provider is asked, in case this process dies
  // while it waits.
  const saved = login.save(
    { nextPollAt: sentAt + login.schedule.interval * 1000 },
    login.noticed ? [['delete', noticeKey(login.record.key)]] : [],
  );

  saved.catch(() => undefined);

  let result: PollResult<Session>;
  try {
    result = await callProvider(context, login, others);
  } catch (caught) {
    await saved;
    return mayTell(login, caught) ? failPoll(context, login, caught) : hideFault(context, login, caught);
  }
  if (result.status === 'approved') return approve(context, login, result.session);
  // Only what can be asked for again may fail with the store.
  if (result.status === 'pending') await saved;
  if (result.status === 'denied') return endLogin(context, login, 'denied');
  // A request that was withdrawn at the provider has ended early, too.
  if (result.status === 'expired' || result.status === 'cancelled') {
    if (login.record.known || context.now() >= login.record.expiresAt) return endLogin(context, login, 'expired');
    // Only a real request ends before its time. For a stranger, it stays pending until the end of its lifetime.
    await retryStoreWrite(context, () => login.save({ decoy: true }));
    return pendingAnswer(context, login);
  }
  if (context.now() >= login.record.expiresAt) return endLogin(context, login, 'expired');

  const interval = result.interval ?? login.schedule.interval;
  const nextPollAt = sentAt + Math.max(interval, result.retryAfter ?? 0) * 1000;
  // Even if nothing changed: a request that ended early for a stranger is written here too, and must take as long.
  await login.save({ interval, nextPollAt: untilTheEnd(login, sentAt, nextPollAt) });
  return pendingAnswer(context, login);
}

/**
 * Polls the provider once, or imitates that for a decoy. An approval isn't padded, because it reveals the result
 * anyway.
 */
async function callProvider<Session>(
  context: Context<Session>,
  login: StoredLogin,
  { sharedError, durationMs }: OtherPolls,
): Promise<PollResult<Session>> {
  const since = context.now();
  const { interval, decoy } = login.schedule;
  if (!decoy) {
    try {
      const result = await context.adapter.poll(
        { ...login.record.pending, interval },
        { signal: callSignal(), actId: createToken() },
      );
      if (result.status === 'approved') return result;
      const steps = [...rememberDuration(context, 'poll', context.now() - since), ...forgetError('poll', sharedError)];
      if (steps.length > 0) inBackground(context, 'poll', () => context.store.batch(steps));
      await padToFloor(context, since);
      return result;
    } catch (caught) {
      if (!isNobody(caught)) {
        await rememberError(context, 'poll', toCibaError(caught), context.now() - since);
        await padToFloor(context, since);
        throw caught;
      }
      await login.save({ decoy: true });
    }
  }
  await shareError(context, sharedError, since);
  await padToFloor(context, since, durationMs);
  return { status: 'pending' };
}

async function approve<Session>(context: Context<Session>, login: StoredLogin, session: Session): Promise<PollAnswer> {
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
  try {
    approval = await context.outcomes.offer(context, session, {
      ...{ account, owner, named, method: 'push' },
      ...{ approver, login: login.record },
    });
  } catch (caught) {
    // If the store is unavailable, the login can't be ended either.
    if (toCibaError(caught).retryable) throw caught;
    return failPoll(context, login, caught);
  }
  return endApproved(context, login, approval);
}

async function endApproved<Session>(
  context: Context<Session>,
  login: StoredLogin,
  approval: string,
): Promise<PollAnswer> {
  const { account, browser } = login.record;
  const ending: Ending = { status: 'approved', approval };
  const earlier = await login.end(ending, {
    after: [...openCodeDoor(account, browser), ...forgetRings(login.record)],
    waits: false,
  });
  if (earlier === null) {
    context.emit({ type: 'approved', method: 'push' }, account);
    return ending;
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
  if (status === 'denied') await recordDenial(context, login.record);
  context.emit({ type: status }, login.record.account);
  return { status };
}

/** A stranger's login isn't polled later than at the end of its life: it would expire later than a decoy does. */
function untilTheEnd({ record }: StoredLogin, polledAt: number, nextPollAt: number): number {
  const latest = Math.max(record.expiresAt, polledAt + record.pending.interval * 1000);
  return record.known ? nextPollAt : Math.min(nextPollAt, latest);
}

/** What the provider only says once the user has acted. A denial is told, too. */
const AFTER_THE_USER: ReadonlySet<CibaErrorCode> = new Set(['refused', 'inReview', 'sessionRefused']);

/** Whether the browser may learn of a fault. Polls of decoys meet what everyone meets, and never a fault of one login. */
function mayTell({ record }: StoredLogin, caught: unknown): boolean {
  return record.known || isShared('poll', toCibaError(caught)) || AFTER_THE_USER.has(toCibaError(caught).code);
}

/** Goes on as a decoy would, although the provider failed for this login. What can't be asked for again becomes a decoy. */
async function hideFault<Session>(context: Context<Session>, login: StoredLogin, caught: unknown): Promise<PollAnswer> {
  const { retryable, retryAfter = 0 } = toCibaError(caught);
  context.emit(failedEvent('poll', caught), login.record.account);
  const nextPollAt = Math.max(login.schedule.nextPollAt, context.now() + retryAfter * 1000);
  const changes = retryable ? { nextPollAt: untilTheEnd(login, context.now(), nextPollAt) } : { decoy: true };
  await retryStoreWrite(context, () => login.save(changes));
  if (context.now() >= login.record.expiresAt) return endLogin(context, login, 'expired');
  return pendingAnswer(context, login);
}

/** A transient error leaves the login open, any other error ends it. The browser learns of both. */
async function failPoll<Session>(context: Context<Session>, login: StoredLogin, caught: unknown): Promise<PollAnswer> {
  const error = toCibaError(caught);
  const { code, retryable, retryAfter } = error;
  if (retryable) {
    const nextPollAt = Math.max(login.schedule.nextPollAt, context.now() + (retryAfter ?? 0) * 1000);
    await login.save({ nextPollAt });
  } else {
    const approval = await context.outcomes.recover(context, login.record);
    if (approval !== null) return endApproved(context, login, approval);
    await returnRing(context, login.record);
    await login.end({ status: 'failed', code, ...(retryAfter !== undefined && { retryAfter }) });
  }
  throw error;
}
