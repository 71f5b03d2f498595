import { ADAPTER_CALL_TIMEOUT_MS } from '../call-with-timeout.js';
import type { RequestEnd } from './request.js';
import { afterElsewhere } from './schedule.js';
import type { PollSchedule } from './schedule.js';
import { validateTabMessage } from './tab-message.js';
import type { TabMessage } from './tab-message.js';

/** What the tabs of one origin have in common, and what outlives a reload of one. Injected, so that tests can be several tabs. */
export interface CibaTabs {
  /**
   * Runs `run` unless the same name is running already, in this tab or in another one of the same origin; then it answers
   * null at once. Held for one call, never for a login: a frozen tab would starve the others. `steal` takes the name from
   * a tab that froze in the middle of a call.
   */
  exclusive<T>(name: string, run: () => Promise<T>, options: { readonly steal: boolean }): Promise<T | null>;
  /** A line to the other tabs of the same origin, or null where there is none. What is posted reaches them, not the poster. */
  openChannel(name: string, onMessage: (message: unknown) => void): CibaChannel | null;
  /** What outlives a reload of this tab and nothing else; null where there is no such place. */
  readonly storage: Pick<Storage, 'getItem' | 'setItem' | 'removeItem'> | null;
}

export interface CibaChannel {
  post(message: unknown): void;
  close(): void;
}

/** How far ahead of now, in milliseconds, another tab's "now" may be. */
const CLOCK_SLACK_MS = 1000;

/** What a tab hears of a request that it shares with others. */
export interface SharedRequestHost {
  /** Wall-clock milliseconds. */
  now(): number;
  /** Another tab polled. What it says can only slow this one down. */
  onPolled(change: (schedule: PollSchedule) => PollSchedule): void;
  /** Another tab got the outcome. */
  onEnded(outcome: 'approved' | 'denied'): void;
}

/** One request that several tabs may poll: together they poll no more than one would, and never at once. */
export interface SharedRequest {
  /** Sends one poll unless another tab is at it; then it answers null. */
  poll<T>(send: () => Promise<T>): Promise<T | null>;
  tellPolled(schedule: PollSchedule): void;
  tellEnd(end: RequestEnd): void;
  leave(): void;
}

export function shareRequest(tabs: CibaTabs, id: string, host: SharedRequestHost): SharedRequest {
  /** Since when another tab has been polling without an end; null when none is. */
  let busySince: number | null = null;
  const channel = tabs.openChannel(`react-ciba:${id}`, (received) => {
    const message = validateTabMessage(received);
    if (message?.type === 'ended') host.onEnded(message.outcome);
    // Nothing beyond what a clock can mean.
    if (message?.type !== 'polled' || message.schedule.lastSentAt > host.now() + CLOCK_SLACK_MS) return;
    busySince = null;
    host.onPolled((schedule) => afterElsewhere(schedule, message.schedule));
  });

  const post = (message: TabMessage) => channel?.post(message);

  return {
    async poll(send) {
      // A second redemption makes providers revoke what the first one got, so no two tabs may poll at once.
      // A tab that polls for longer than any call may take, and says nothing meanwhile, is frozen. Where tabs cannot talk,
      // a busy one looks the same, so nothing is taken from it.
      const steal = channel !== null && busySince !== null && host.now() - busySince > ADAPTER_CALL_TIMEOUT_MS;
      const sent = await tabs.exclusive(`react-ciba:poll:${id}`, send, { steal });
      busySince = sent === null ? (busySince ?? host.now()) : null;
      return sent;
    },
    tellPolled: ({ pending, lastSentAt, notBefore }) =>
      post({ type: 'polled', schedule: { interval: pending.interval, lastSentAt, notBefore } }),
    tellEnd({ type }) {
      if (type === 'push.approved') post({ type: 'ended', outcome: 'approved' });
      if (type === 'push.denied') post({ type: 'ended', outcome: 'denied' });
    },
    leave: () => channel?.close(),
  };
}
