import type { CibaAdapter, PendingApproval } from '../contract/index.js';

/**
 * How the backend misbehaves: `network` breaks the connection off, `malformed` answers something that is no answer,
 * `hang` never answers.
 */
export type AdapterFault = 'network' | 'malformed' | 'hang';

export type Awaitable<T> = T | Promise<T>;

/**
 * One fresh backend with one adapter, and hands on the other side of it. The cases of an optional part run where the
 * harness has it, and are skipped elsewhere.
 */
export interface AdapterHarness<Session = unknown> {
  readonly adapter: CibaAdapter<Session>;
  /** A user whose phone can be rung. */
  readonly knownHint: string;
  /** Taps Approve on the phone. May throw when it is too late. */
  approve(pending: PendingApproval): Awaitable<void>;
  /** Taps Deny on the phone. May throw when it is too late. */
  deny(pending: PendingApproval): Awaitable<void>;
  /** Lets the request's life end. */
  expire?(pending: PendingApproval): Awaitable<void>;
  /** Lets the interval between two polls pass. Needed where the backend holds a poll that came too early. */
  waitForInterval?(pending: PendingApproval): Awaitable<void>;

  /** A code of that user that is right now. Needed for the cases about codes. */
  validCode?(): Awaitable<string>;
  /** A code of that user that is wrong. Needed for the cases about codes. */
  wrongCode?(): Awaitable<string>;
  /** Wrong codes until the lock, that one included. Leave it out where the backend does not lock. */
  readonly triesUntilLock?: number;

  /** How often the phone rang so far. Leave it out where the backend does not know `attemptId`. */
  rings?(): Awaitable<number>;
  /** Requests that the backend received so far. */
  requests?(): Awaitable<number>;
  /** From now on the backend misbehaves like this; null: no more. */
  fault?(kind: AdapterFault | null): Awaitable<void>;
  /** The adapter as another page load would make it. Needed for requests that are `resumable`. */
  reload?(): Awaitable<CibaAdapter<Session>>;
  /** What may stand in no error and no pending request: the provider's `auth_req_id`s, tokens, what a session holds. */
  secrets?(): Awaitable<readonly string[]>;
  /** Ends what the harness started. */
  teardown?(): Awaitable<void>;
}
