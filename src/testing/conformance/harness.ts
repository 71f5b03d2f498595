import type { CibaAdapter, PendingApproval } from '../../contract/index.js';

/**
 * How the backend misbehaves: `network` breaks the connection off, `malformed` answers something that is no answer,
 * `hang` never answers.
 */
export type AdapterFault = 'network' | 'malformed' | 'hang';

export type Awaitable<T> = T | Promise<T>;

/** Answers that stay on the way. */
export interface HeldAnswers {
  /** Resolves as soon as there is one. */
  readonly arrived: Promise<void>;
  /** Lets them go, and all later ones. */
  release(): Awaitable<void>;
}

/**
 * One fresh backend with one adapter, and hands on the other side of it. The cases of an optional part run where the
 * harness has it, and are skipped elsewhere. A plain object: the suite copies it, and keeps the `serverState` of requests
 * as the handler's store would.
 */
export interface AdapterHarness<Session = unknown> {
  readonly adapter: CibaAdapter<Session>;
  /** A user whose phone can be rung. */
  readonly knownHint: string;
  /** Another one. */
  readonly otherHint?: string;
  /** Somebody whom the backend does not know. */
  readonly unknownHint?: string;
  /** Taps Approve at this request on the phone. May throw when it is too late. */
  approve(pending: PendingApproval): Awaitable<void>;
  /** Taps Deny at this request on the phone. May throw when it is too late. */
  deny(pending: PendingApproval): Awaitable<void>;
  /** Lets the request's life end. */
  expire?(pending: PendingApproval): Awaitable<void>;
  /** Lets the interval between two polls pass. Needed where the backend holds a poll that came too early. */
  waitForInterval?(pending: PendingApproval): Awaitable<void>;

  /** A code of that user that is right now. Needed for the cases about codes. */
  validCode?(): Awaitable<string>;
  /** A code of that user that is wrong. Needed for the cases about codes. */
  wrongCode?(): Awaitable<string>;
  /** A user without an authenticator app. */
  readonly hintWithoutCode?: string;
  /** Wrong codes until the lock, that one included. Leave it out where the backend does not lock. */
  readonly attemptsUntilLockout?: number;

  /** How often the phone rang so far. Leave it out where the backend does not know `actId`. */
  rings?(): Awaitable<number>;
  /** Requests that the backend received so far. */
  requests?(): Awaitable<number>;
  /** From now on the backend misbehaves like this; null: no more. */
  fault?(kind: AdapterFault | null): Awaitable<void>;
  /** Makes the backend find the next poll too early (`slow_down`, CIBA Core 1.0 §11). */
  slowDown?(): Awaitable<void>;
  /** From now on the backend takes no request, and says for how many seconds: those that this returns. */
  throttle?(): Awaitable<number>;
  /** From now on the backend does what it is asked, but its answers stay on the way. */
  hold?(): Awaitable<HeldAnswers>;
  /** The adapter as another page load would make it. Needed for requests that are `resumable`. */
  reload?(): Awaitable<CibaAdapter<Session>>;
  /** What may stand in no error and no pending request: the provider's `auth_req_id`s, tokens, what a session holds. */
  secrets?(): Awaitable<readonly string[]>;
  /** Ends what the harness started. */
  teardown?(): Awaitable<void>;
}
