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

/** What polling one request needs from its poller. */
export interface RequestPollHost {
  readonly adapter: CibaAdapter;
  readonly environment: CibaEnvironment;
  /** Lets other page loads continue with the request. */
  readonly resume: LoginResume | undefined;
  isPaused(): boolean;
  /** Called after each change of the schedule. */
  onSchedule(schedule: PollSchedule): void;
  setConnection(connection: Connection): void;
  end(end: RequestEnd): void;
}

/**
 * Polls one request with one timer and at most one open poll, by the rules of the schedule. The poller calls `onReturn`
 * when the user comes back, and `plan` after other changes.
 */
export function pollRequest(opened: PollSchedule, host: RequestPollHost) {
  const { id, resumable } = opened.pending;
  const { adapter, environment } = host;
  const { clock } = environment;
  const controller = new AbortController();
  let schedule = opened;
  let timer: unknown;
  let polling = false;
  /** Another tab received the approval. The next answer decides whether this tab can receive it too. */
  let taken = false;

  function setSchedule(next: PollSchedule): void {
    schedule = next;
    host.onSchedule(next);
  }

  // Tabs can share a request only if another page load can continue with it.
  const tabs = resumable
    ? host.resume?.share(id, {
        now: () => clock.now(),
        onPolled(change) {
          if (controller.signal.aborted) return;
          setSchedule(change(schedule));
          plan();
        },
        // After an approval, poll once more: the backend may repeat it.
        onEnded(outcome) {
          if (outcome === 'denied') return end({ type: 'push.denied', id });
          taken = true;
          onReturn();
        },
      })
    : undefined;

  /** Sets the schedule after a poll by this tab, and sends it to the other tabs. */
  function shareSchedule(next: PollSchedule): void {
    setSchedule(next);
    tabs?.postPolled(next);
  }

  /** Resets the timer for the current schedule. */
  function plan(): void {
    clock.clearTimeout(timer);
    if (controller.signal.aborted || polling) return;
    const now = clock.now();
    const next = nextPoll(schedule, now);
    // While paused or offline, only the end of the request's lifetime matters.
    const idle = host.isPaused() || !environment.isOnline();
    const at = next === null || (idle && !next.last) ? schedule.expiresAt : next.at;
    const delayMs = clampDelay(at - now);
    timer = clock.setTimeout(() => onTimer(now + delayMs), delayMs);
  }

  /** The timer has waited until `dueAt`, even if the clock was set back or stands still. */
  function onTimer(dueAt: number): void {
    const now = Math.max(clock.now(), dueAt);
    const next = nextPoll(schedule, now);
    if (next === null && now >= schedule.expiresAt) end({ type: 'push.expired', id });
    else if (next === null || next.at > now) plan();
    else void poll(next.last);
  }

  function end(outcome: RequestEnd): void {
    if (controller.signal.aborted) return;
    tabs?.postEnd(outcome);
    stop();
    host.end(outcome);
  }

  function stop(): void {
    clock.clearTimeout(timer);
    tabs?.close();
    controller.abort();
  }

  async function send(): Promise<{ answer: unknown }> {
    shareSchedule(afterSent(schedule, clock.now()));
    const options = { signal: controller.signal, actId: environment.createActId() };
    // The adapter needs the active interval, because a `slow_down` adds to it.
    const { pending } = schedule;
    return { answer: await callWithTimeout(environment, options, (call) => adapter.poll(pending, call)) };
  }

  async function poll(last: boolean): Promise<void> {
    polling = true;
    try {
      const sent = await (tabs ? tabs.poll(send) : send());
      if (controller.signal.aborted) return;
      // Another tab was polling. Its poll counts as one of this tab's.
      if (sent === null) setSchedule(afterSent(schedule, clock.now()));
      else onAnswer(sent.answer, last);
    } catch (caught) {
      if (!controller.signal.aborted) onError(toCibaError(caught), last);
    } finally {
      polling = false;
      plan();
    }
  }

  function onAnswer(answer: unknown, last: boolean): void {
    const result = validatePollResult(answer);
    host.setConnection('ok');
    if (result.status === 'pending') shareSchedule(afterPending(schedule, result, clock.now()));
    if (result.status === 'approved') end({ type: 'push.approved', id, session: new Sealed(result.session) });
    else if (taken) end({ type: 'push.taken', id });
    else if (result.status === 'denied') end({ type: 'push.denied', id });
    else if (result.status === 'cancelled') end({ type: 'push.cancelled', id });
    else if (result.status === 'expired' || last) end({ type: 'push.expired', id });
  }

  function onError(error: CibaError, last: boolean): void {
    // An error that isn't a CibaError can be anything, including a transient one, so the deadline ends it.
    const isTransient = error.retryable || error.code === 'unknown';
    if (isTransient) shareSchedule(afterFault(schedule, error, clock.now(), environment.random()));
    if (taken) end({ type: 'push.taken', id });
    else if (!isTransient) end({ type: 'push.failed', id, error });
    else if (last) end({ type: 'push.expired', id });
    else host.setConnection(environment.isOnline() ? 'reconnecting' : 'offline');
  }

  /** Polls as soon as the backend allows: the user came back, a signal arrived, or another tab received the approval. */
  function onReturn(): void {
    if (controller.signal.aborted) return;
    setSchedule(afterReturn(schedule));
    plan();
  }

  function watch(): void {
    if (!adapter.watch) return;
    try {
      const unwatch = adapter.watch(opened.pending, { signal: controller.signal, onSignal: onReturn });
      controller.signal.addEventListener('abort', unwatch);
      setSchedule(afterWatch(schedule));
    } catch {
      // Without signals, polling alone still works.
    }
  }

  watch();
  return { plan, stop, onReturn };
}

export type RequestPoll = ReturnType<typeof pollRequest>;
