/**
 * What the user is asked to approve, in the app's own words. Shown on the waiting screen; a server may also put it
 * into the request to the provider.
 */
export interface Transaction {
  /** One line, for example "Pay 120.00 EUR to Example Shop". */
  readonly title: string;
  /** Further lines, shown as a list of names and values in this order. */
  readonly details?: readonly { readonly label: string; readonly value: string }[];
}

/** What a login starts with. Over HTTP the browser sends only `loginHint`; the server's own code supplies the rest. */
export interface InitiateRequest {
  /** Who is signing in: e-mail address, username or phone number, as typed and trimmed (CIBA Core 1.0 §7.1 `login_hint`). */
  readonly loginHint: string;
  /** Short text shown on both devices (CIBA Core 1.0 §7.1 `binding_message`). At most 20 of `A-Za-z0-9-` pass at every known provider. */
  readonly bindingMessage?: string;
  /** Space-separated scopes. @default 'openid' where the adapter needs one */
  readonly scope?: string;
  /** Space-separated authentication context references, most wanted first (CIBA Core 1.0 §7.1 `acr_values`). */
  readonly acrValues?: string;
  /** What is being approved. */
  readonly transaction?: Transaction;
  /**
   * The one subject (`sub`) whose approval counts, where it is already known: a step-up of a signed-in user, or a hint
   * that was looked up. An approval by anybody else is thrown as `CibaError` with code `refused`.
   */
  readonly subject?: string;
}

/** A request that was sent to the phone and not yet answered. Plain JSON: it survives `JSON.stringify` unchanged. */
export interface PendingApproval {
  /** An opaque handle for `poll`, `watch` and `cancel`. Never the provider's `auth_req_id`. */
  readonly id: string;
  /** Seconds from receipt until the request is over (CIBA Core 1.0 §7.3). */
  readonly expiresIn: number;
  /** Least seconds between two polls, counted from sending (CIBA Core 1.0 §7.3; 5 where the provider says nothing). */
  readonly interval: number;
  /** A code that screen and phone both show, or that the user picks on the phone. */
  readonly displayCode?: string;
  /** Where the push went, as a user knows it, for example "Pixel 9". */
  readonly deliveredTo?: string;
  /** Whether another page load may go on polling this `id`. */
  readonly resumable: boolean;
  /**
   * Server side only: what the adapter needs to poll from another process, such as the `auth_req_id`. The handler
   * keeps it in its store and never sends it. An adapter that runs in a browser leaves it out.
   */
  readonly serverState?: JsonValue;
}

export type JsonValue = string | number | boolean | null | readonly JsonValue[] | { readonly [key: string]: JsonValue };

/** The answer to one poll. */
export type PollResult<Session = unknown> =
  | {
      readonly status: 'pending';
      /** New least seconds between polls, for good. After a `slow_down`: the present interval + 5 (CIBA Core 1.0 §11). */
      readonly interval?: number;
      /** Seconds to wait before the next poll, this once (RFC 9110 §10.2.3). */
      readonly retryAfter?: number;
    }
  | { readonly status: 'approved'; readonly session: Session }
  | { readonly status: 'denied' }
  | { readonly status: 'expired' };

/** A typed authenticator code to be checked. */
export interface TotpRequest {
  readonly loginHint: string;
  /** The normalised code: digits only, of the expected length. */
  readonly code: string;
  /** The push that is still open beside it, if there is one; a right code ends it. */
  readonly pending?: PendingApproval;
}

/** The answer to one code. A fault (network, 5xx …) is thrown and never costs the user a try. */
export type TotpResult<Session = unknown> =
  | { readonly status: 'approved'; readonly session: Session }
  | {
      readonly status: 'invalidCode';
      /** Tries left before the lock, where the backend counts. */ readonly attemptsLeft?: number;
    }
  | { readonly status: 'lockedOut'; /** Seconds until the next try is allowed. */ readonly retryAfter?: number }
  | { readonly status: 'notEnrolled' };

export interface CallOptions {
  /** Aborted when nobody waits for the answer any more. */
  readonly signal: AbortSignal;
  /**
   * One value per act of the user (a start, a resend, a code). A backend that knows it repeats its answer instead of
   * doing the thing twice. To `createCibaHandler` one of 32 characters and more stands for a browser that has no cookie
   * yet, so it has to be as hard to guess as one: a random UUID.
   */
  readonly actId: string;
}

export interface WatchOptions {
  readonly signal: AbortSignal;
  /** Call it when polling now is worth while. It says nothing about the outcome. */
  readonly onSignal: () => void;
}

/**
 * The one thing that a backend has to provide. Each method makes the request that it is named for and no other, and
 * throws nothing but {@link CibaError}.
 *
 * @typeParam Session what a completed login hands to the app
 * @example
 * const adapter: CibaAdapter<{ name: string }> = {
 *   async initiate({ loginHint }, { signal }) {
 *     const answer = await fetch('/login', { method: 'POST', body: loginHint, signal });
 *     return { ...(await answer.json()), resumable: false };
 *   },
 *   async poll({ id }, { signal }) {
 *     const answer = await fetch(`/login/${id}`, { method: 'POST', signal });
 *     return answer.json();
 *   },
 * };
 */
export interface CibaAdapter<Session = unknown> {
  /** Rings the phone. */
  initiate(request: InitiateRequest, options: CallOptions): Promise<PendingApproval>;
  /** Asks once how it stands; `pending.interval` is the interval in force now. */
  poll(pending: PendingApproval, options: CallOptions): Promise<PollResult<Session>>;
  /** Subscribes to "poll now" signals (server-sent events, a socket) and returns the way out. */
  watch?(pending: PendingApproval, options: WatchOptions): () => void;
  /** Checks a code of the user's authenticator app. Left out: the kit offers no code entry. */
  verifyTotp?(request: TotpRequest, options: CallOptions): Promise<TotpResult<Session>>;
  /** Withdraws the request where the backend can. The phone may go on showing the prompt. */
  cancel?(pending: PendingApproval, options: CallOptions): Promise<void>;
}
