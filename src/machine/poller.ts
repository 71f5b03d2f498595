import type { CibaAdapter } from '../contract/index.js';
import type { CibaEnvironment } from './environment.js';
import type { LiveRequest } from './live-request.js';
import { pollRequest } from './request-poll.js';
import type { RequestEnd, RequestPoll } from './request-poll.js';
import { openSchedule } from './schedule.js';
import type { Schedule } from './schedule.js';
import type { Connection } from './view.js';

export type PollerEvent = RequestEnd | { readonly type: 'connection.changed'; readonly connection: Connection };

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
  /** Something worth keeping over a reload changed: the open requests, with when and how often they may be polled. */
  remember(requests: readonly LiveRequest[]): void;
}

export interface PollerRun {
  /** The requests or the pause changed. */
  sync(): void;
  /** Aborts what is out and leaves no timer, listener or channel behind. */
  stop(): void;
}

/**
 * The poll engine of one login. It outlives its runs: what was sent when is remembered, so that a restart polls no
 * sooner than the backend allows.
 */
export function createPoller({ adapter, environment, minInterval }: PollerOptions): {
  run(world: PollerWorld): PollerRun;
} {
  const schedules = new Map<string, Schedule>();

  function run(world: PollerWorld): PollerRun {
    const polls = new Map<string, RequestPoll>();
    let connection: Connection = 'ok';

    function report(next: Connection): void {
      if (next === connection) return;
      connection = next;
      world.send({ type: 'connection.changed', connection });
    }

    function remember(): void {
      world.remember(
        world.requests().map((request) => {
          const schedule = schedules.get(request.pending.id);
          if (!schedule) return request;
          const pending = { ...request.pending, interval: schedule.interval / 1000 };
          return { ...request, pending, lastSentAt: schedule.lastSentAt, notBefore: schedule.notBefore };
        }),
      );
    }

    function open(request: LiveRequest): RequestPoll {
      const { id } = request.pending;
      const schedule = schedules.get(id) ?? openSchedule(request, minInterval);
      schedules.set(id, schedule);
      return pollRequest(request, schedule, {
        adapter,
        environment,
        paused: () => world.paused(),
        onSchedule: (next) => {
          schedules.set(id, next);
          remember();
        },
        onReached: () => report('ok'),
        onFault: () => report(environment.isOnline() ? 'reconnecting' : 'offline'),
        onEnd: (end) => {
          polls.delete(id);
          schedules.delete(id);
          world.send(end);
        },
      });
    }

    function sync(): void {
      const requests = world.requests();
      const live = new Set(requests.map(({ pending }) => pending.id));
      for (const [id, poll] of polls) {
        if (live.has(id)) continue;
        poll.stop();
        polls.delete(id);
        schedules.delete(id);
      }
      for (const request of requests) {
        const { id } = request.pending;
        const poll = polls.get(id) ?? open(request);
        polls.set(id, poll);
        poll.plan();
      }
      remember();
      if (!environment.isOnline()) report('offline');
    }

    function onWorldChange(): void {
      const online = environment.isOnline();
      if (!online) report('offline');
      else if (connection === 'offline') report('reconnecting');
      const back = online && environment.isVisible();
      for (const poll of polls.values()) {
        if (back) poll.onReturn();
        else poll.plan();
      }
    }

    const unsubscribe = environment.subscribe(onWorldChange);
    return {
      sync,
      stop() {
        unsubscribe();
        for (const poll of polls.values()) poll.stop();
        polls.clear();
      },
    };
  }

  return { run };
}
