/**
 * What the user is asked to approve, in the app's own words. The waiting screen shows it, and a server can also send it
 * to the provider.
 */
export interface Transaction {
  /** A single line, for example "Pay 120.00 EUR to Example Shop". */
  readonly title: string;
  /** More lines, shown in this order as a list of names and values. */
  readonly details?: readonly { readonly label: string; readonly value: string }[];
  /** The amount of a payment, which the screen shows in the user's language. The title should name it too. */
  readonly amount?: TransactionAmount;
  /** Who receives the amount, for example "Example Shop". */
  readonly payee?: string;
}

/** An amount of money. */
export interface TransactionAmount {
  /** A decimal number without a currency sign or group separators, for example `120.00`. */
  readonly value: string;
  /** The currency's code (ISO 4217), for example `EUR`. */
  readonly currency: string;
}

/** One object of `authorization_details` (RFC 9396 §2). Its `type` says which other fields it has. */
export type AuthorizationDetail = { readonly [field: string]: JsonValue };

/** The input of a login. Over HTTP the browser sends only `loginHint`, and the server's own code adds the rest. */
export interface InitiateRequest {
  /** Who is signing in: an email address, username or phone number, as typed and trimmed (CIBA Core 1.0 §7.1 `login_hint`). */
  readonly loginHint: string;
  /**
   * A short text for the phone (CIBA Core 1.0 §7.1 `binding_message`), such as "Sign in to Example Shop". It is never shown
   * as a number. Providers that have room for one text only get the `displayCode` instead. Every known provider accepts
   * up to 20 characters of `A-Za-z0-9-`.
   */
  readonly bindingMessage?: string;
  /**
   * The number that both devices show, for the user to compare or enter. `createCibaHandler` makes it. An adapter sends it
   * to the phone together with `bindingMessage`, if the backend has room for both. A backend that makes its own number
   * ignores this one. At most 20 characters of `A-Za-z0-9-`.
   */
  readonly displayCode?: string;
  /** Space-separated scopes. @default 'openid' if the adapter needs one */
  readonly scope?: string;
  /** Space-separated authentication context references, in order of preference (CIBA Core 1.0 §7.1 `acr_values`). */
  readonly acrValues?: string;
  /** What the user is asked to approve. */
  readonly transaction?: Transaction;
  /**
   * The subject (`sub`) that must approve. Set it if the user is already known, for example for a step-up or after
   * looking up the hint. If another user approves, the adapter throws a {@link CibaError} with the `refused` code.
   * @default any subject
   */
  readonly subject?: string;
  /** Longest time, in seconds, since the approver authenticated. An older authentication is refused. @default any */
  readonly maxAge?: number;
  /**
   * What is being authorized, in detail (RFC 9396 `authorization_details`). Adapters that can't send it ignore it, and then
   * the phone doesn't show it.
   */
  readonly authorizationDetails?: readonly AuthorizationDetail[];
}

/** The number that both devices show. */
export interface DisplayCode {
  /** What the screen shows, for example `4827`. */
  readonly displayCode: string;
  /**
   * What the user does with it: compare it with the number on the phone, or enter it there (or choose it from several).
   * @default 'compare'
   */
  readonly displayCodeUse?: 'compare' | 'enter';
  /** A page on which the number is filled in already, to open on the phone: http or https. */
  readonly displayCodeUrl?: string;
}

/** An open request on the user's phone. It is plain JSON, so `JSON.stringify` keeps all of it. */
export interface PendingApproval extends Partial<DisplayCode> {
  /** An opaque handle for `poll`, `watch` and `cancel`. Never the provider's `auth_req_id`. */
  readonly id: string;
  /** Lifetime of the request, in seconds from receipt of this answer (CIBA Core 1.0 §7.3). */
  readonly expiresIn: number;
  /** Minimum time between two polls, in seconds from one sending to the next (CIBA Core 1.0 §7.3: 5 if the provider gives none). */
  readonly interval: number;
  /** The text of the request, for screens that show it as the phone does. Never a number to compare. */
  readonly bindingMessage?: string;
  /** The device that received the push, in the user's words, for example "Pixel 9". */
  readonly deliveredTo?: string;
  /** Whether another page load can continue to poll this `id`. */
  readonly resumable: boolean;
  /** What the user is asked to approve, if the server knows it. It replaces what the page passed. */
  readonly transaction?: Transaction;
  /** Whether a code may replace the push. @default whether the adapter has `verifyTotp` */
  readonly codeAllowed?: boolean;
  /** Whether the push can be sent again. @default true */
  readonly resendAllowed?: boolean;
  /** Whether a push was sent. If not, only a code can approve. @default true */
  readonly pushed?: boolean;
  /**
   * Server side only: what the adapter needs to poll from another process, such as the `auth_req_id`. The handler
   * keeps it in its store and never sends it to the browser. Adapters that run in a browser leave it out.
   */
  readonly serverState?: JsonValue;
}

/** Any value that JSON can hold. */
export type JsonValue = string | number | boolean | null | readonly JsonValue[] | { readonly [key: string]: JsonValue };

/** The result of one poll. */
export type PollResult<Session = unknown> =
  | {
      readonly status: 'pending';
      /** New minimum time between polls, in seconds, from now on. After a `slow_down` it is the current interval + 5 (CIBA Core 1.0 §11). */
      readonly interval?: number;
      /** Seconds to wait before the next poll only (RFC 9110 §10.2.3). */
      readonly retryAfter?: number;
    }
  | { readonly status: 'approved'; readonly session: Session }
  | { readonly status: 'denied' }
  | { readonly status: 'expired' }
  /** The request was withdrawn, for example in another tab. */
  | { readonly status: 'cancelled' };

/** An authenticator code to check. */
export interface TotpRequest {
  readonly loginHint: string;
  /** The normalized code: digits only, of the expected length. */
  readonly code: string;
  /** The push that is still open during code entry, if any. A correct code ends it. */
  readonly pending?: PendingApproval;
}

/** The result of checking one code. Network errors and server errors are thrown instead, and don't count as an attempt. */
export type TotpResult<Session = unknown> =
  | {
      readonly status: 'approved';
      readonly session: Session;
      /** Whose code it was, named as `authRequest` of `createCibaHandler` names accounts. A code of another account than the one that was asked for counts as wrong. */
      readonly account?: string;
      /** The authentication context class that this code reached, compared with `acrValues`. */
      readonly acr?: string;
    }
  | {
      readonly status: 'invalidCode';
      /** Attempts left before the lockout. Leave it out if the backend doesn't count them. */
      readonly attemptsLeft?: number;
    }
  | {
      readonly status: 'lockedOut';
      /** Seconds until the next attempt is allowed. */
      readonly retryAfter?: number;
    }
  | { readonly status: 'notEnrolled' };

/** Who approved, and how. */
export interface Approver {
  /** The approver's ID at the backend (`sub`). */
  readonly subject: string;
  /** The authentication context class that was reached (`acr`). */
  readonly acr?: string;
  /** When the approver authenticated, in seconds since 1970 (`auth_time`). */
  readonly authTime?: number;
  /** Whether the backend approved by itself, without asking the user. @default false */
  readonly withoutPrompt?: boolean;
}

/** An access token, and how an API wants it: alone, or with a proof of the key that it is bound to (RFC 9449). */
export interface AccessToken {
  readonly token: string;
  readonly type: 'Bearer' | 'DPoP';
}

/** What a session says about itself, so that it can be kept, refreshed, listed and ended. All times are in milliseconds since 1970. */
export interface SessionInfo {
  /** The access token, if there is one. */
  readonly accessToken?: AccessToken;
  /** When the access token expires. @default unknown, and it counts as valid */
  readonly expiresAt?: number;
  /** Whether `refresh` can get a new access token. */
  readonly refreshable: boolean;
  /** When the last of the tokens expires, so that the provider's own session is over. @default unknown */
  readonly endsAt?: number;
  /** The user's ID at the provider (`sub`). */
  readonly subject?: string;
  /** The session's ID at the provider (OpenID Connect Back-Channel Logout 1.0 §2.1 `sid`). */
  readonly sid?: string;
  /** When the provider issued the session, by its own clock. */
  readonly issuedAt?: number;
  /** The authentication context class that was reached (`acr`). */
  readonly acr?: string;
}

/** The result of refreshing a session. */
export type RefreshResult<Session = unknown> =
  | { readonly status: 'refreshed'; readonly session: Session }
  | {
      /** The provider says that the session is over. */
      readonly status: 'ended';
      /** Whether the provider says that the refresh token was used before (RFC 9700 §4.14.2). */
      readonly reused?: boolean;
    };

/** What a valid logout token says (OpenID Connect Back-Channel Logout 1.0 §2.4). */
export interface LogoutNotice {
  /** The token's own ID (`jti`). */
  readonly id: string;
  /** The user whose sessions end. */
  readonly subject?: string;
  /** The one session that ends. */
  readonly sid?: string;
  /** When the token was issued, in milliseconds since 1970 by the provider's clock. It ends only older sessions. */
  readonly issuedAt: number;
}

/** The second argument of every adapter call. */
export interface CallOptions {
  /** Aborts when the answer is no longer needed. */
  readonly signal: AbortSignal;
  /**
   * An idempotency key: one value for each act of the user (a start, a resend, a code). If a backend has seen it
   * before, it repeats its answer instead of acting twice. `createCibaHandler` uses a value of 32 or more characters to
   * identify a browser that has no cookie yet. So make it as hard to guess as a cookie, for example a random UUID.
   */
  readonly actId: string;
  /**
   * Receives what the adapter finds wrong with the backend's settings although the call can continue. The text is for
   * developers and contains no secret. An adapter says each thing once. `createCibaHandler` emits it as an event of type `warning`.
   */
  readonly onWarning?: (problem: string) => void;
  /**
   * Who asks, set by the kit's server only. `known`: a browser in which the account signed in before. `approval`:
   * `createApprovals`, whose app knows its users. `unknown`: any other browser. @default 'unknown'
   */
  readonly caller?: 'known' | 'approval' | 'unknown';
}

/** The second argument of `watch`. */
export interface WatchOptions {
  /** Aborts when the request is over. */
  readonly signal: AbortSignal;
  /** Call this to trigger a poll right away. It doesn't carry the result. */
  readonly onSignal: () => void;
}

/**
 * The interface to a sign-in backend. Each method sends only the request that it is named after.
 *
 * A method that fails throws a {@link CibaError}, with one exception: once its `signal` aborts, it may throw the
 * signal's own `reason`, as `fetch` does. Anything else that it throws counts as a {@link CibaError} with the `unknown` code.
 *
 * @typeParam Session the value that the app receives after a successful login
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
  /**
   * Sends the request to the user's phone.
   * @throws CibaError if no request was sent, or the signal's reason after an abort
   */
  initiate(request: InitiateRequest, options: CallOptions): Promise<PendingApproval>;
  /**
   * Asks once for the state of the request. `pending.interval` is the interval that is active now, in seconds.
   * @throws CibaError if there is no answer, or the signal's reason after an abort
   */
  poll(pending: PendingApproval, options: CallOptions): Promise<PollResult<Session>>;
  /** Subscribes to "poll now" signals (server-sent events, a socket). Returns an unsubscribe function. */
  watch?(pending: PendingApproval, options: WatchOptions): () => void;
  /**
   * Checks a code from the user's authenticator app. Without this method, the kit offers no code entry.
   * @throws CibaError if the code could not be checked, or the signal's reason after an abort
   */
  verifyTotp?(request: TotpRequest, options: CallOptions): Promise<TotpResult<Session>>;
  /**
   * Cancels the request if the backend supports it. The phone may still show the prompt.
   * @throws CibaError if the backend rejects it, or the signal's reason after an abort; the login ignores both
   */
  cancel?(pending: PendingApproval, options: CallOptions): Promise<void>;
  /**
   * Server side only: says who a session belongs to, so that it can be compared with what was asked. `pending` is `null`
   * for a code without a push. Return `null` for a session that this adapter didn't make, such as one of the app's own
   * code verifier: what the verifier says is compared then.
   * @throws CibaError `refused` if the session can't answer for what was asked
   */
  approver?(
    session: Session,
    asked: Pick<InitiateRequest, 'subject' | 'acrValues' | 'maxAge' | 'authorizationDetails'>,
    pending: PendingApproval | null,
  ): Approver | null | Promise<Approver | null>;
  /**
   * Server side only: what a new request usually looks like. Before the first real answer is known, starts for users for
   * whom no push is sent look like this. @default 120 and 5 seconds
   */
  readonly usualAnswer?: Pick<PendingApproval, 'expiresIn' | 'interval' | 'displayCodeUse'>;
  /**
   * Server side only: makes a number like those that the backend makes itself, for users for whom no push is sent. With this
   * method, `createCibaHandler` makes no number. Without it, it shows no `displayCodeUrl`, which would tell real requests
   * from others.
   */
  makeDisplayCode?(): DisplayCode;
  /**
   * Tells the backend that the user denied this request and says that they didn't start it.
   * @throws CibaError if the backend can't be told, or the signal's reason after an abort; the login ignores both
   */
  report?(pending: PendingApproval, options: CallOptions): Promise<void>;
  /**
   * Server side only: says what a session contains. Returns `null` for a session that this adapter didn't make, such as one
   * of the app's own code verifier.
   */
  sessionInfo?(session: Session): SessionInfo | null;
  /**
   * Server side only: gets new tokens for a session. It is called at most once for each session that it returned, unless
   * it throws an error that is `retryable`.
   * @throws CibaError with `retryable` true only if the provider surely didn't carry it out. Any other error ends the
   * session, because its refresh token may be used up.
   */
  refresh?(session: Session, options: CallOptions): Promise<RefreshResult<Session>>;
  /**
   * Server side only: validates a logout token (OpenID Connect Back-Channel Logout 1.0 §2.6). The handler rejects repeated ones.
   * @throws CibaError `refused` if it is invalid; a `retryable` one if it can't be validated now
   */
  readLogoutToken?(token: string, options: Pick<CallOptions, 'signal'>): Promise<LogoutNotice>;
}
