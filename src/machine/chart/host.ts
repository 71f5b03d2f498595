import { CibaError } from '../../contract/index.js';
import type { PendingApproval, Sealed, Transaction } from '../../contract/index.js';
import type { PolledLogin } from '../polling/poller.js';
import type { LiveRequest } from '../polling/request.js';
import type { RejectedCode } from './lockout.js';

export interface InitiateInput {
  readonly actId: string;
  readonly loginHint: string;
  readonly transaction: Transaction | null;
}

export interface VerifyInput {
  readonly actId: string;
  readonly code: Sealed<string>;
  readonly loginHint: string;
  readonly pending: PendingApproval | null;
}

export type VerifyOutput = { readonly status: 'approved'; readonly session: Sealed<unknown> } | RejectedCode;

/**
 * What the chart of codes does outside of itself. It comes with the input, so that all logins of a page share one chart. A chart
 * for each, with implementations of its own, would cost most of what a login costs.
 */
export interface CodeHost {
  /** Returns the time in milliseconds since 1970. */
  now(): number;
  /** Checks a code. */
  verify(input: VerifyInput, signal: AbortSignal): Promise<VerifyOutput>;
}

/** What the chart of a login does outside of itself. */
export interface LoginHost extends CodeHost {
  /** Sends a push. */
  initiate(input: InitiateInput, signal: AbortSignal): Promise<LiveRequest>;
  /** Polls the requests of a login, until the signal aborts. */
  poll(login: PolledLogin, signal: AbortSignal): Promise<never>;
  /** Hands the session over to the app, once. */
  handOver(session: Sealed<unknown> | null): Promise<void>;
  /** Deletes the saved login. */
  forget?(): void;
  /** Tells the backend that the user didn't deny this request. */
  report?(denied: PendingApproval): void;
  /** Cancels the open requests, and the one that the act is sending. */
  withdraw?(requests: readonly LiveRequest[], actId: string): void;
}

const fail = () => Promise.reject(new CibaError('misconfigured', 'Start logins with createLogin().'));

/** The host of a chart that runs without one: every act fails with `misconfigured`. */
export const NO_HOST: LoginHost = {
  now: Date.now,
  verify: fail,
  initiate: fail,
  poll: fail,
  handOver: fail,
};
