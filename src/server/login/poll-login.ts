import { CibaError, toCibaError } from '../../contract/index.js';
import type { JsonValue, PollResult } from '../../contract/index.js';
import { offerApproval, withdrawApproval } from '../session/outcomes.js';
import { acquireLease } from '../coordination/lease.js';
import { isNobody, lastPollTook, rememberPoll, rememberPollFault, shareFault } from './decoys.js';
import { notFound } from '../http/body-and-response.js';
import { recordDenial } from '../limits.js';
import { endLogin, readEnding, readSchedule, saveSchedule } from './login-record.js';
import type { Ending, LoginRecord, ProviderSchedule } from './login-record.js';
import { dropNotice, hasNotice } from './notifications.js';
import type { Context } from '../options.js';
import { createToken } from '../secrets.js';
import { callSignal, padToFloor } from '../timing.js';

/** What the browser is told; an approval is still to be collected. */
export type PollAnswer =
  | { readonly status: 'approved'; readonly approval: string }
  | { readonly status: 'pending' | 'denied' | 'expired'; readonly [key: string]: JsonValue };

/**
 * Answers one poll of the browser with at most one poll of the provider. A second redemption of the same request makes
 * real providers revoke the tokens of the first, so of overlapping polls one goes out and the others hear `pending`.
 *
 * @throws RefusedRequest 404 when the login is over and was told; CibaError what the backend threw
 */
export async function pollLogin<Session>(context: Context<Session>, login: LoginRecord): Promise<PollAnswer> {
  // Most polls come before their time: they cost reads alone.
  const [ending, schedule, noticed] = await Promise.all([
    readEnding(context, login),
    readSchedule(context, login),
    context.ping && hasNotice(context, login.key),
  ]);
  if (ending !== null) return answerOf(ending);
  if (context.now() < schedule.nextPollAt && !noticed) return pendingAnswer(context, login, schedule);

  const wait = async () => pendingAnswer(context, login, await readSchedule(context, login));
  // Besides the claim: a store that lost its last writes must not let this process poll twice.
  if (context.polling.has(login.key)) return wait();
  context.polling.add(login.key);
  try {
    const claim = await acquireLease(context, `polling:${login.key}`);
    if (!claim) return await wait();
    try {
      const endedSince = await readEnding(context, login);
      return endedSince === null ? await pollOnce(context, login) : answerOf(endedSince);
    } finally {
      await claim.release();
    }
  } finally {
    context.polling.delete(login.key);
  }
}

function answerOf(ending: Ending | 'over'): PollAnswer {
  if (ending === 'over' || ending.status === 'cancelled') throw notFound();
  if (ending.status === 'failed') {
    const { code, retryAfter } = ending;
    throw new CibaError(code, 'The login failed for good a moment ago, for the reason that was told then.', {
      retryAfter,
    });
  }
  return ending.status === 'approved' ? ending : { status: ending.status };
}

function pendingAnswer<Session>(context: Context<Session>, login: LoginRecord, schedule: ProviderSchedule): PollAnswer {
  const wait = Math.ceil((schedule.nextPollAt - context.now()) / 1000);
  return {
    status: 'pending',
    ...(schedule.interval !== login.pending.interval && { interval: schedule.interval }),
    ...(wait > schedule.interval && { retryAfter: wait }),
  };
}

/** Runs under the claim: nobody else polls or changes the schedule meanwhile. */
async function pollOnce<Session>(context: Context<Session>, login: LoginRecord): Promise<PollAnswer> {
  const before = await readSchedule(context, login);
  const sentAt = context.now();
  // The provider said that it is decided: then it may be asked at once (CIBA Core 1.0 §10.2).
  const noticed = context.ping && (await hasNotice(context, login.key));
  if (noticed) await dropNotice(context, login.key);
  if (sentAt < before.nextPollAt && !noticed) return pendingAnswer(context, login, before);
  // The interval counts from sending (CIBA Core 1.0 §7.3), and is kept should this process die meanwhile.
  await saveSchedule(context, login, { ...before, nextPollAt: sentAt + before.interval * 1000 });

  let result: PollResult<Session>;
  try {
    result = await ask(context, login, before);
  } catch (caught) {
    return fail(context, login, { ...before, nextPollAt: sentAt + before.interval * 1000 }, caught);
  }

  if (result.status === 'approved') {
    const approval = await offerApproval(context, result.session);
    const ending: Ending = { status: 'approved', approval };
    if (await endLogin(context, login, ending)) {
      context.emit({ type: 'approved', by: 'push' });
      return ending;
    }
    // Cancelled, or signed in by code, while the poll was out.
    await withdrawApproval(context, approval);
    return answerOf((await readEnding(context, login)) ?? 'over');
  }
  if (result.status !== 'pending') return end(context, login, result.status);
  if (context.now() >= login.expiresAt) return end(context, login, 'expired');

  const interval = result.interval ?? before.interval;
  const schedule: ProviderSchedule = {
    ...(await readSchedule(context, login)),
    interval,
    nextPollAt: sentAt + Math.max(interval, result.retryAfter ?? 0) * 1000,
  };
  await saveSchedule(context, login, schedule);
  return pendingAnswer(context, login, schedule);
}

async function end<Session>(
  context: Context<Session>,
  login: LoginRecord,
  status: 'denied' | 'expired',
): Promise<PollAnswer> {
  if (!(await endLogin(context, login, { status }))) return answerOf((await readEnding(context, login)) ?? 'over');
  if (status === 'denied') await recordDenial(context, login);
  context.emit({ type: status });
  return { status };
}

/** One poll of the provider, or the like of it for a decoy. Only the wait is padded: an answer may be quick. */
async function ask<Session>(
  context: Context<Session>,
  login: LoginRecord,
  schedule: ProviderSchedule,
): Promise<PollResult<Session>> {
  const since = context.now();
  if (!schedule.decoy) {
    try {
      const result = await context.adapter.poll(
        { ...login.pending, interval: schedule.interval },
        { signal: callSignal(), actId: createToken() },
      );
      if (result.status !== 'pending') return result;
      await rememberPoll(context, context.now() - since);
      await padToFloor(context, since);
      return result;
    } catch (caught) {
      if (!isNobody(caught)) {
        await rememberPollFault(context, toCibaError(caught), context.now() - since);
        await padToFloor(context, since);
        throw caught;
      }
      await saveSchedule(context, login, { ...(await readSchedule(context, login)), decoy: true });
    }
  }
  await shareFault(context, 'poll-fault', since);
  await padToFloor(context, since, await lastPollTook(context));
  return { status: 'pending' };
}

/** A fault that passes leaves the login open; any other ends it. The browser is told either way. */
async function fail<Session>(
  context: Context<Session>,
  login: LoginRecord,
  schedule: ProviderSchedule,
  caught: unknown,
): Promise<never> {
  const error = toCibaError(caught);
  const { code, retryable, retryAfter } = error;
  if (retryable) {
    const nextPollAt = Math.max(schedule.nextPollAt, context.now() + (retryAfter ?? 0) * 1000);
    await saveSchedule(context, login, { ...schedule, nextPollAt });
  } else {
    await endLogin(context, login, { status: 'failed', code, ...(retryAfter !== undefined && { retryAfter }) });
  }
  throw error;
}
