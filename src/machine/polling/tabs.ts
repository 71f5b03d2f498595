import { ADAPTER_CALL_TIMEOUT_MS } from '../call-with-timeout.js';
import type { RequestEnd } from './request.js';
import { afterOtherTab, toShared } from './schedule.js';
import type { PollSchedule } from './schedule.js';
import { validateTabMessage } from './tab-message.js';
import type { TabMessage } from './tab-message.js';

/** What the tabs of one origin share, and the storage that survives a reload. It is injected, so that tests can simulate several tabs. */
export interface CibaTabs {
  /**
   * Runs `run` while it holds the lock `name`, or returns null immediately if this tab or another tab of the same origin
   * holds it. The lock is held for one call and never for a whole login, because a frozen tab would block the others.
   * `steal` takes the lock from a tab that froze during a call.
   */
  exclusive<T>(name: string, run: () => Promise<T>, options: { readonly steal: boolean }): Promise<T | null>;
  /** Opens a channel to the other tabs of the same origin, or returns null if the browser has none. Messages don't reach the sender. */
  openChannel(name: string, onMessage: (message: unknown) => void): CibaChannel | null;
  /** The storage of this tab, which survives its reload, or null if there is none. */
  readonly storage: Pick<Storage, 'getItem' | 'setItem' | 'removeItem'> | null;
}

/** A channel between tabs. */
export interface CibaChannel {
  post(message: unknown): void;
  close(): void;
}

/** What a tab is notified of about a shared request. */
export interface SharedRequestHost {
  /** Returns the time of the login's clock. */
  now(): number;
  /** Called after another tab polled. The change can only make this tab's polling slower. */
  onPolled(change: (schedule: PollSchedule) => PollSchedule): void;
  /** Called after another tab received the outcome. */
  onEnded(outcome: 'approved' | 'denied'): void;
}

/** A request that several tabs can poll. Together they don't poll more often than a single tab, and never at the same time. */
export interface SharedRequest {
  /** Sends one poll, or returns null if another tab is polling. */
  poll<T>(send: () => Promise<T>): Promise<T | null>;
  /** Sends the schedule to the other tabs after a poll. */
  postPolled(schedule: PollSchedule): void;
  /** Sends an approval or a denial to the other tabs. */
  postEnd(end: RequestEnd): void;
  /** Stops sharing the request. */
  close(): void;
}

/** Shares one request with the other tabs. */
export function shareRequest(tabs: CibaTabs, id: string, host: SharedRequestHost): SharedRequest {
  /** Since when another tab has been polling, or null. */
  let busySince: number | null = null;
  const channel = tabs.openChannel(`react-ciba:${id}`, (received) => {
    const message = validateTabMessage(received);
    if (message?.type === 'ended') host.onEnded(message.outcome);
    if (message?.type !== 'polled') return;
    busySince = null;
    host.onPolled((schedule) => afterOtherTab(schedule, message.schedule, host.now()));
  });

  const post = (message: TabMessage) => channel?.post(message);

  return {
    async poll(send) {
      // Two tabs must not poll at the same time: if both redeem the approval, providers revoke the tokens of the first.
      // A tab that polls for longer than any call can take, without a message, is frozen. Without a channel a busy tab
      // looks the same, so the lock is never taken from it.
      const steal = channel !== null && busySince !== null && host.now() - busySince > ADAPTER_CALL_TIMEOUT_MS;
      const sent = await tabs.exclusive(`react-ciba:poll:${id}`, send, { steal });
      busySince = sent === null ? (busySince ?? host.now()) : null;
      return sent;
    },
    postPolled: (schedule) => post({ type: 'polled', schedule: toShared(schedule, host.now()) }),
    postEnd({ type }) {
      if (type === 'push.approved') post({ type: 'ended', outcome: 'approved' });
      if (type === 'push.denied') post({ type: 'ended', outcome: 'denied' });
    },
    close: () => channel?.close(),
  };
}
