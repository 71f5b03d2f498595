import type { CibaAdapter, PendingApproval } from '../../contract/index.js';

/**
 * How the backend fails: `network` drops the connection, `malformed` returns an invalid response, `hang` never
 * responds.
 */
export type AdapterFault = 'network' | 'malformed' | 'hang';

export type Awaitable<T> = T | Promise<T>;

/** Responses that are held back in transit. */
export interface HeldAnswers {
  /** Resolves once a response is held. */
  readonly arrived: Promise<void>;
  /** Delivers the held responses, and no longer holds later ones. */
  release(): Awaitable<void>;
}

/**
 * A new backend with one adapter, and the controls of its other side. The cases of an optional part are skipped if the
 * harness lacks it. It must be a plain object: the suite copies it, and keeps the `serverState` of requests as the
 * handler's store would.
 */
export interface AdapterHarness<Session = unknown> {
  readonly adapter: CibaAdapter<Session>;
  /** A user who can receive pushes. */
  readonly knownHint: string;
  /** Another user who can receive pushes. */
  readonly otherHint?: string;
  /** A user that the backend does not know. */
  readonly unknownHint?: string;
  /** Approves this request on the phone. It may throw if the request has ended. */
  approve(pending: PendingApproval): Awaitable<void>;
  /** Denies this request on the phone. It may throw if the request has ended. */
  deny(pending: PendingApproval): Awaitable<void>;
  /** Lets the request expire. */
  expire?(pending: PendingApproval): Awaitable<void>;
  /** Lets the polling interval pass. Required if the backend rejects polls that come too early. */
  waitForInterval?(pending: PendingApproval): Awaitable<void>;

  /** Returns a code of that user that is valid now. Required for the cases about codes. */
  validCode?(): Awaitable<string>;
  /** Returns a wrong code of that user. Required for the cases about codes. */
  wrongCode?(): Awaitable<string>;
  /** A user without an authenticator app. */
  readonly hintWithoutCode?: string;
  /** The number of wrong codes that causes a lockout. Omit it if the backend has no lockout. */
  readonly attemptsUntilLockout?: number;

  /** Returns the number of pushes so far. Omit it if the backend does not support `actId`. */
  rings?(): Awaitable<number>;
  /** Returns the number of requests that the backend received so far. */
  requests?(): Awaitable<number>;
  /** Makes the backend fail like this from now on. `null` ends it. */
  fault?(kind: AdapterFault | null): Awaitable<void>;
  /** Makes the backend respond to the next poll with `slow_down` (CIBA Core 1.0 §11). */
  slowDown?(): Awaitable<void>;
  /** Makes the backend reject requests from now on. Returns the seconds that it asks clients to wait. */
  throttle?(): Awaitable<number>;
  /** Makes the backend process requests from now on, but hold its responses back. */
  hold?(): Awaitable<HeldAnswers>;
  /** Creates the adapter as another page load would. Required if requests are `resumable`. */
  reload?(): Awaitable<CibaAdapter<Session>>;
  /** Returns what no error and no pending request may contain: the provider's `auth_req_id`s, tokens, session data. */
  secrets?(): Awaitable<readonly string[]>;
  /** Stops what the harness started. */
  teardown?(): Awaitable<void>;
}
