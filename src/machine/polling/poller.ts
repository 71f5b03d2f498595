import type { CibaAdapter } from '../../contract/index.js';
import type { CibaEnvironment } from '../environment.js';
import type { LiveRequest, RequestEnd } from './request.js';
import { pollRequest } from './request-poll.js';
import type { RequestPoll } from './request-poll.js';
import type { LoginResume, ResumedLogin } from './resume.js';
import { openSchedule } from './schedule.js';
import type { PollSchedule } from './schedule.js';
import type { Connection } from '../view.js';

/** What the poller reports to the login. */
export type PollerEvent = RequestEnd | { readonly type: 'connection.changed'; readonly connection: Connection };

export interface PollerOptions {
  readonly adapter: CibaAdapter;
  readonly environment: CibaEnvironment;
  /** Minimum time between two polls, in seconds. It only makes polling slower. */
  readonly minInterval: number;
  readonly resume: LoginResume | undefined;
}

/** The part of a running login that its poller needs. It is always read again, so that a restarted run never uses old IDs. */
export interface PolledLogin {
  getSnapshot(): {
    /** The open requests, newest first. */
    readonly context: ResumedLogin & { readonly connection: Connection };
    /** Whether polling is paused. A running poll still counts, and the last poll at the deadline is still sent. */
    hasTag(tag: 'paused'): boolean;
  };
  subscribe(onChange: () => void): { unsubscribe(): void };
  send(event: PollerEvent): void;
}

/**
 * The poll engine of one login. It remembers the schedules between runs, so that a restart doesn't poll sooner than the
 * backend allows. A run ends when its signal aborts, and leaves no timer, listener or channel behind.
 */
export function createPoller({ adapter, environment, minInterval, resume }: PollerOptions) {
  const schedules = new Map<string, PollSchedule>();

  return function run(login: PolledLogin, signal: AbortSignal): Promise<never> {
    const polls = new Map<string, RequestPoll>();
    // A restarted run continues with the connection that the login shows.
    let { connection } = login.getSnapshot().context;

    function setConnection(next: Connection): void {
      if (next === connection) return;
      connection = next;
      login.send({ type: 'connection.changed', connection });
    }

    /** Saves the login for a reload, with the schedules, so that a resumed login polls no sooner than the backend allows. */
    function saveLogin(): void {
      const { context } = login.getSnapshot();
      const requests = context.requests.map((request) => schedules.get(request.pending.id) ?? request);
      resume?.write({ ...context, requests }, environment.clock);
    }

    function open(request: LiveRequest): RequestPoll {
      const { id } = request.pending;
      const schedule = schedules.get(id) ?? openSchedule(request, minInterval);
      schedules.set(id, schedule);
      return pollRequest(schedule, {
        adapter,
        environment,
        resume,
        isPaused: () => login.getSnapshot().hasTag('paused'),
        onSchedule(next) {
          schedules.set(id, next);
          saveLogin();
        },
        setConnection,
        end(end) {
          polls.delete(id);
          schedules.delete(id);
          login.send(end);
        },
      });
    }

    /** Follows the login after a change: its requests, or whether it is paused. */
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
      saveLogin();
      if (!environment.isOnline()) setConnection('offline');
    }

    function onEnvironmentChange(): void {
      const online = environment.isOnline();
      if (!online) setConnection('offline');
      else if (connection === 'offline') setConnection('reconnecting');
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
      const unsubscribe = environment.subscribe(onEnvironmentChange);
      signal.addEventListener('abort', stop);
      onLoginChange();
    });
  };
}
