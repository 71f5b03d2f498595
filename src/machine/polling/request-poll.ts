import { Sealed, toCibaError } from '../../contract/index.js';
import type { CibaAdapter, CibaError } from '../../contract/index.js';
import { validatePollResult } from '../../contract/validate.js';
import { callWithTimeout } from '../call-with-timeout.js';
import { clampDelay } from '../environment.js';
import type { CibaEnvironment } from '../environment.js';
import { afterFault, afterPending, afterReturn, afterSent, afterWatch, nextPoll } from './schedule.js';
import type { RequestEnd } from './request.js';
import type { LoginResume } from './resume.js';
import type { PollSchedule } from './schedule.js';
import type { Connection } from '../view.js';

/** What the polling of one request needs of the poller that it belongs to. */
export interface RequestPollHost {
  readonly adapter: CibaAdapter;
  readonly environment: CibaEnvironment;
  /** Where other page loads may go on with the request. */
  readonly resume: LoginResume | undefined;
  paused(): boolean;
  /** The schedule changed: it is to be remembered. */
  keep(schedule: PollSchedule): void;
  report(connection: Connection): void;
  end(end: RequestEnd): void;
}

/**
 * The polling of one request: one timer, at most one poll that is out, and the rules of the schedule. Whoever holds it
 * tells what happens outside: the user is back, a signal came, another tab polled.
 */
export function pollRequest(opened: PollSchedule, host: RequestPollHost) {
  const { id, resumable } = opened.pending;
  const { adapter, environment } = host;
  const { clock } = environment;
  const life = new AbortController();
  let schedule = opened;
  let timer: unknown;
  let polling = false;
  /** Another tab got the approval: the next answer decides whether this one can have it too. */
  let taken = false;

  function keep(next: PollSchedule): void {
    schedule = next;
    host.keep(next);
  }

  // Tabs can share a request only where another page load may go on with it.
  const tabs = resumable
    ? host.resume?.share(id, {
        now: () => clock.now(),
        onPolled(change) {
          if (life.signal.aborted) return;
          keep(change(schedule));
          plan();
        },
        // An approval is asked for once more: the backend may repeat it.
        onEnded(outcome) {
          if (outcome === 'denied') return end({ type: 'push.denied', id });
          taken = true;
          onReturn();
        },
      })
    : undefined;

  /** Keeps what a poll of this tab brought, and tells the others. */
  function share(next: PollSchedule): void {
    keep(next);
    tabs?.tellPolled(next);
  }

  /** Sets the timer anew, from what is known now. */
  function plan(): void {
    clock.clearTimeout(timer);
    if (life.signal.aborted || polling) return;
    const now = clock.now();
    const next = nextPoll(schedule, now);
    // While nobody waits or no network is there, only the end of the request's life is looked at.
    const idle = host.paused() || !environment.isOnline();
    const at = next === null || (idle && !next.last) ? schedule.expiresAt : next.at;
    timer = clock.setTimeout(onTimer, clampDelay(at - now));
  }

  function onTimer(): void {
    const now = clock.now();
    const next = nextPoll(schedule, now);
    if (next === null && now >= schedule.expiresAt) end({ type: 'push.expired', id });
    else if (next === null || next.at > now) plan();
    else void poll(next.last);
  }

  function end(outcome: RequestEnd): void {
    if (life.signal.aborted) return;
    tabs?.tellEnd(outcome);
    stop();
    host.end(outcome);
  }

  function stop(): void {
    clock.clearTimeout(timer);
    tabs?.leave();
    life.abort();
  }

  async function send(): Promise<{ answer: unknown }> {
    share(afterSent(schedule, clock.now()));
    const options = { signal: life.signal, actId: environment.createActId() };
    // The adapter learns the interval in force, so that it can add slow_down's 5 s to it.
    const { pending } = schedule;
    return { answer: await callWithTimeout(environment, options, (call) => adapter.poll(pending, call)) };
  }

  async function poll(last: boolean): Promise<void> {
    polling = true;
    try {
      const sent = await (tabs ? tabs.poll(send) : send());
      if (life.signal.aborted) return;
      // Another tab was at it: its poll counts as one of this tab's.
      if (sent === null) keep(afterSent(schedule, clock.now()));
      else take(sent.answer, last);
    } catch (caught) {
      if (!life.signal.aborted) fail(toCibaError(caught), last);
    } finally {
      polling = false;
      plan();
    }
  }

  function take(answer: unknown, last: boolean): void {
    const result = validatePollResult(answer);
    host.report('ok');
    if (result.status === 'pending') share(afterPending(schedule, result, clock.now()));
    if (result.status === 'approved') end({ type: 'push.approved', id, session: new Sealed(result.session) });
    else if (taken) end({ type: 'push.taken', id });
    else if (result.status === 'denied') end({ type: 'push.denied', id });
    else if (result.status === 'expired' || last) end({ type: 'push.expired', id });
  }

  function fail(error: CibaError, last: boolean): void {
    // What an adapter threw that is no CibaError may be anything, also a blip; the deadline ends it.
    const passing = error.retryable || error.code === 'unknown';
    if (passing) share(afterFault(schedule, error, clock.now(), environment.random()));
    if (taken) end({ type: 'push.taken', id });
    else if (!passing) end({ type: 'push.failed', id, error });
    else if (last) end({ type: 'push.expired', id });
    else host.report(environment.isOnline() ? 'reconnecting' : 'offline');
  }

  /** What kept us from polling may be over: the user is back, a signal came, another tab has the approval. */
  function onReturn(): void {
    if (life.signal.aborted) return;
    keep(afterReturn(schedule));
    plan();
  }

  function watch(): void {
    if (!adapter.watch) return;
    try {
      const unwatch = adapter.watch(opened.pending, { signal: life.signal, onSignal: onReturn });
      life.signal.addEventListener('abort', unwatch);
      keep(afterWatch(schedule));
    } catch {
      // Without signals, plain polling does.
    }
  }

  watch();
  return { plan, stop, onReturn };
}

export type RequestPoll = ReturnType<typeof pollRequest>;
