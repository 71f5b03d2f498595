import { Sealed, toCibaError } from '../contract/index.js';
import type { CibaAdapter, CibaError } from '../contract/index.js';
import { readPollResult } from '../contract/received.js';
import { callAdapter, LONGEST_CALL } from './call.js';
import { clampDelay } from './environment.js';
import type { CibaEnvironment } from './environment.js';
import { afterElsewhere, afterFault, afterPending, afterReturn, afterSent, afterWatch, nextPoll } from './schedule.js';
import type { Schedule, SharedSchedule } from './schedule.js';
import { readTabMessage } from './tab-message.js';
import type { TabMessage } from './tab-message.js';
import type { Connection } from './view.js';

/** How far ahead of now, in milliseconds, another tab's "now" may be. */
const CLOCK_SLACK = 1000;

/** How a request ended. `taken`: another tab has its approval, and it cannot be had twice. */
export type RequestEnd =
  | { readonly type: 'push.approved'; readonly id: string; readonly session: Sealed<unknown> }
  | { readonly type: 'push.denied' | 'push.expired' | 'push.taken'; readonly id: string }
  | { readonly type: 'push.failed'; readonly id: string; readonly error: CibaError };

/** What the polling of one request needs of the poller that it belongs to. */
export interface RequestPollHost {
  readonly adapter: CibaAdapter;
  readonly environment: CibaEnvironment;
  paused(): boolean;
  /** The schedule changed: it is to be remembered. */
  keep(schedule: Schedule): void;
  report(connection: Connection): void;
  end(end: RequestEnd): void;
}

/**
 * The polling of one request: one timer, at most one poll that is out, and the rules of the schedule. Whoever holds it
 * tells what happens outside: the user is back, a signal came, another tab polled.
 */
export function pollRequest(opened: Schedule, host: RequestPollHost) {
  const { id, resumable } = opened.pending;
  const { adapter, environment } = host;
  const { clock } = environment;
  const life = new AbortController();
  let schedule = opened;
  let timer: unknown;
  let polling = false;
  /** Another tab got the approval: the next answer decides whether this one can have it too. */
  let taken = false;
  /** Since when another tab has been polling without an end; null when none is. */
  let busyElsewhereSince: number | null = null;

  function keep(next: Schedule): void {
    schedule = next;
    host.keep(next);
  }

  // Tabs can share a request only where another page load may go on with it.
  const channel = resumable
    ? environment.openChannel(`react-ciba:${id}`, (message) => onTabMessage(readTabMessage(message)))
    : null;
  const tell = (message: TabMessage) => channel?.post(message);

  function onTabMessage(message: TabMessage | null): void {
    if (!message || life.signal.aborted) return;
    if (message.type === 'polled') onPolledElsewhere(message.schedule);
    else onEndElsewhere(message.outcome);
  }

  /** Keeps what a poll of this tab brought, and tells the others. */
  function share(next: Schedule): void {
    keep(next);
    const { pending, lastSentAt, notBefore } = next;
    tell({ type: 'polled', schedule: { interval: pending.interval, lastSentAt, notBefore } });
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
    if (outcome.type === 'push.approved') tell({ type: 'ended', outcome: 'approved' });
    if (outcome.type === 'push.denied') tell({ type: 'ended', outcome: 'denied' });
    stop();
    host.end(outcome);
  }

  function stop(): void {
    clock.clearTimeout(timer);
    channel?.close();
    life.abort();
  }

  async function send(): Promise<{ answer: unknown }> {
    share(afterSent(schedule, clock.now()));
    const options = { signal: life.signal, attemptId: environment.createAttemptId() };
    // The adapter learns the interval in force, so that it can add slow_down's 5 s to it.
    const { pending } = schedule;
    return { answer: await callAdapter(environment, options, (call) => adapter.poll(pending, call)) };
  }

  async function poll(last: boolean): Promise<void> {
    polling = true;
    try {
      // A second redemption makes providers revoke what the first one got, so no two tabs may poll at once.
      // A tab that polls for longer than any call may take, and says nothing meanwhile, is frozen. Where tabs cannot talk,
      // a busy one looks the same, so nothing is taken from it.
      const silent = busyElsewhereSince !== null && clock.now() - busyElsewhereSince > LONGEST_CALL;
      const steal = silent && channel !== null;
      const sent = await environment.exclusive(`react-ciba:poll:${id}`, send, { steal });
      if (life.signal.aborted) return;
      if (sent === null) {
        busyElsewhereSince ??= clock.now();
        keep(afterSent(schedule, clock.now()));
      } else {
        busyElsewhereSince = null;
        take(sent.answer, last);
      }
    } catch (caught) {
      if (!life.signal.aborted) fail(toCibaError(caught), last);
    } finally {
      polling = false;
      plan();
    }
  }

  function take(answer: unknown, last: boolean): void {
    const result = readPollResult(answer);
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

  /** Another tab polled. What it says can only slow this one down, and never beyond what a clock can mean. */
  function onPolledElsewhere(other: SharedSchedule): void {
    if (other.lastSentAt > clock.now() + CLOCK_SLACK) return;
    busyElsewhereSince = null;
    keep(afterElsewhere(schedule, other));
    plan();
  }

  /** Another tab got the outcome. An approval is asked for once more: the backend may repeat it. */
  function onEndElsewhere(outcome: 'approved' | 'denied'): void {
    if (outcome === 'denied') return end({ type: 'push.denied', id });
    taken = true;
    onReturn();
  }

  watch();
  return { plan, stop, onReturn };
}

export type RequestPoll = ReturnType<typeof pollRequest>;
