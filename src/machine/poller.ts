import { Sealed, toCibaError } from '../contract/index.js';
import type { CibaAdapter, CibaError, PendingApproval } from '../contract/index.js';
import { callAdapter } from './call.js';
import { clampDelay } from './environment.js';
import type { CibaEnvironment } from './environment.js';
import { readPollResult } from './received.js';
import { afterFault, afterPending, afterReturn, afterSent, nextPoll, openSchedule } from './schedule.js';
import type { Schedule } from './schedule.js';
import type { Connection } from './view.js';

/** A request that was sent to the phone and is still open. Times are wall-clock milliseconds. */
export interface LiveRequest {
  readonly pending: PendingApproval;
  readonly startedAt: number;
  readonly expiresAt: number;
}

export type PollerEvent =
  | { readonly type: 'push.approved'; readonly id: string; readonly session: Sealed<unknown> }
  | { readonly type: 'push.denied'; readonly id: string }
  | { readonly type: 'push.expired'; readonly id: string }
  | { readonly type: 'push.failed'; readonly id: string; readonly error: CibaError }
  | { readonly type: 'connection.changed'; readonly connection: Connection };

export interface PollerOptions {
  readonly adapter: CibaAdapter;
  readonly environment: CibaEnvironment;
  /** Seconds; it only slows down. */
  readonly minInterval: number;
}

/** What one run of the poller looks at; read afresh each time, so that a restarted run never works on old ids. */
export interface PollerWorld {
  /** The open requests, newest first. */
  requests(): readonly LiveRequest[];
  /** Whether nobody waits just now; a poll that is out still counts, and the last one at the deadline is still sent. */
  paused(): boolean;
  send(event: PollerEvent): void;
}

export interface PollerRun {
  /** The requests or the pause changed. */
  sync(): void;
  /** Aborts what is out and leaves no timer and no listener behind. */
  stop(): void;
}

interface Tracked {
  schedule: Schedule;
  timer: unknown;
  /** The poll that is out. There is never a second one for the same request. */
  flight: AbortController | null;
}

/**
 * The poll engine of one login. It outlives its runs: what was sent when is remembered, so that a restart polls no
 * sooner than the backend allows.
 */
export function createPoller({ adapter, environment, minInterval }: PollerOptions): {
  run(world: PollerWorld): PollerRun;
} {
  const { clock } = environment;
  const schedules = new Map<string, Schedule>();

  function run(world: PollerWorld): PollerRun {
    const tracked = new Map<string, Tracked>();
    let connection: Connection = 'ok';
    let stopped = false;

    function report(next: Connection): void {
      if (next === connection) return;
      connection = next;
      world.send({ type: 'connection.changed', connection });
    }

    function keep(id: string, entry: Tracked, schedule: Schedule): void {
      entry.schedule = schedule;
      schedules.set(id, schedule);
    }

    function forget(id: string): void {
      const entry = tracked.get(id);
      if (!entry) return;
      clock.clearTimeout(entry.timer);
      entry.flight?.abort();
      tracked.delete(id);
    }

    /** Sets the timer of one request anew, from what is known now. */
    function plan(id: string, entry: Tracked): void {
      clock.clearTimeout(entry.timer);
      entry.timer = undefined;
      if (stopped || entry.flight) return;
      const now = clock.now();
      const next = nextPoll(entry.schedule, now);
      // While nobody waits or no network is there, only the end of the request's life is looked at.
      const idle = world.paused() || !environment.isOnline();
      const at = next === null || (idle && !next.last) ? entry.schedule.expiresAt : next.at;
      entry.timer = clock.setTimeout(() => onTimer(id, entry), clampDelay(at - now));
    }

    function onTimer(id: string, entry: Tracked): void {
      const now = clock.now();
      const next = nextPoll(entry.schedule, now);
      if (next === null) {
        if (now >= entry.schedule.expiresAt) end({ type: 'push.expired', id });
        else plan(id, entry);
        return;
      }
      if (next.at > now) plan(id, entry);
      else void poll(id, entry, next.last);
    }

    function end(event: Extract<PollerEvent, { id: string }>): void {
      forget(event.id);
      schedules.delete(event.id);
      world.send(event);
    }

    async function poll(id: string, entry: Tracked, last: boolean): Promise<void> {
      const request = world.requests().find(({ pending }) => pending.id === id);
      if (!request) return forget(id);
      const flight = new AbortController();
      entry.flight = flight;
      keep(id, entry, afterSent(entry.schedule, clock.now()));
      // The adapter learns the interval in force, so that it can add slow_down's 5 s to it.
      const pending = { ...request.pending, interval: entry.schedule.interval / 1000 };
      const options = { signal: flight.signal, attemptId: environment.createAttemptId() };
      try {
        const result = readPollResult(await callAdapter(environment, options, (call) => adapter.poll(pending, call)));
        if (flight.signal.aborted) return;
        entry.flight = null;
        report('ok');
        if (result.status === 'approved') {
          end({ type: 'push.approved', id, session: new Sealed(result.session) });
        } else if (result.status === 'pending' && !last) {
          keep(id, entry, afterPending(entry.schedule, result, clock.now()));
          plan(id, entry);
        } else {
          end({ type: result.status === 'denied' ? 'push.denied' : 'push.expired', id });
        }
      } catch (caught) {
        if (flight.signal.aborted) return;
        entry.flight = null;
        const error = toCibaError(caught);
        if (last) end({ type: 'push.expired', id });
        else if (!error.retryable && error.code !== 'unknown') end({ type: 'push.failed', id, error });
        else {
          keep(id, entry, afterFault(entry.schedule, error, clock.now(), environment.random()));
          report(environment.isOnline() ? 'reconnecting' : 'offline');
          plan(id, entry);
        }
      }
    }

    function sync(): void {
      const requests = world.requests();
      const open = new Set(requests.map(({ pending }) => pending.id));
      for (const id of [...tracked.keys()]) if (!open.has(id)) forget(id);
      for (const id of [...schedules.keys()]) if (!open.has(id)) schedules.delete(id);
      for (const { pending, startedAt } of requests) {
        const { id } = pending;
        const known = tracked.get(id);
        const entry = known ?? {
          schedule: schedules.get(id) ?? openSchedule(pending, startedAt, minInterval),
          timer: undefined,
          flight: null,
        };
        if (!known) tracked.set(id, entry);
        plan(id, entry);
      }
    }

    function onWorldChange(): void {
      const online = environment.isOnline();
      if (!online) report('offline');
      else if (connection === 'offline') report('reconnecting');
      for (const [id, entry] of tracked) {
        if (online && environment.isVisible()) keep(id, entry, afterReturn(entry.schedule));
        plan(id, entry);
      }
    }

    const unsubscribe = environment.subscribe(onWorldChange);
    return {
      sync,
      stop() {
        stopped = true;
        unsubscribe();
        for (const id of [...tracked.keys()]) forget(id);
      },
    };
  }

  return { run };
}
