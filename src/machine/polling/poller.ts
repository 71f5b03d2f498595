import type { CibaAdapter } from '../../contract/index.js';
import type { CibaEnvironment } from '../environment.js';
import type { LiveRequest, RequestEnd } from './request.js';
import { pollRequest } from './request-poll.js';
import type { RequestPoll } from './request-poll.js';
import type { LoginResume, ResumedLogin } from './resume.js';
import { openSchedule } from './schedule.js';
import type { PollSchedule } from './schedule.js';
import type { Connection } from '../view.js';

export type PollerEvent = RequestEnd | { readonly type: 'connection.changed'; readonly connection: Connection };

export interface PollerOptions {
  readonly adapter: CibaAdapter;
  readonly environment: CibaEnvironment;
  /** Seconds; it only slows down. */
  readonly minInterval: number;
  readonly resume: LoginResume | undefined;
}

/** The running login, as much of it as its poller needs. It is read afresh each time: a restarted run never works on old ids. */
export interface PolledLogin {
  getSnapshot(): {
    /** Its requests are the open ones, newest first. */
    readonly context: ResumedLogin & { readonly connection: Connection };
    /** Whether nobody waits just now; a poll that is out still counts, and the last one at the deadline is still sent. */
    hasTag(tag: 'paused'): boolean;
  };
  subscribe(onChange: () => void): { unsubscribe(): void };
  send(event: PollerEvent): void;
}

/**
 * The poll engine of one login. It outlives its runs: what was sent when is remembered, so that a restart polls no
 * sooner than the backend allows. A run ends when its signal aborts, and leaves no timer, listener or channel behind.
 */
export function createPoller({ adapter, environment, minInterval, resume }: PollerOptions) {
  const schedules = new Map<string, PollSchedule>();

  return function run(login: PolledLogin, signal: AbortSignal): Promise<never> {
    const polls = new Map<string, RequestPoll>();
    // A run that was stopped and started goes on with what the login shows.
    let { connection } = login.getSnapshot().context;

    function report(next: Connection): void {
      if (next === connection) return;
      connection = next;
      login.send({ type: 'connection.changed', connection });
    }

    /** Something worth keeping over a reload may have changed. The schedules say when and how often a request may be polled. */
    function rememberAll(): void {
      const { context } = login.getSnapshot();
      const requests = context.requests.map((request) => schedules.get(request.pending.id) ?? request);
      resume?.write({ ...context, requests });
    }

    function open(request: LiveRequest): RequestPoll {
      const { id } = request.pending;
      const schedule = schedules.get(id) ?? openSchedule(request, minInterval);
      schedules.set(id, schedule);
      return pollRequest(schedule, {
        adapter,
        environment,
        resume,
        paused: () => login.getSnapshot().hasTag('paused'),
        keep(next) {
          schedules.set(id, next);
          rememberAll();
        },
        report,
        end(end) {
          polls.delete(id);
          schedules.delete(id);
          login.send(end);
        },
      });
    }

    /** The login changed: perhaps its requests, perhaps whether it is paused. */
    function sync(): void {
      const { requests } = login.getSnapshot().context;
      for (const [id, poll] of polls) {
        if (requests.some(({ pending }) => pending.id === id)) continue;
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
      rememberAll();
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

    return new Promise((_resolve, fail) => {
      const stop = () => {
        subscription.unsubscribe();
        unsubscribe();
        for (const poll of polls.values()) poll.stop();
      };
      const onLoginChange = () => {
        try {
          sync();
        } catch (caught) {
          stop();
          fail(caught);
        }
      };
      const subscription = login.subscribe(onLoginChange);
      const unsubscribe = environment.subscribe(onWorldChange);
      signal.addEventListener('abort', stop);
      onLoginChange();
    });
  };
}
