import type {
  ApprovalAnswer,
  ApprovalOutcome,
  ApprovalRefusal,
  CallOptions,
  CibaAdapter,
  InitiateRequest,
  PendingApproval,
  Transaction,
} from '../../contract/index.js';
import type { TotpVerifier } from '../code/totp-verifier.js';
import type { CibaServerEvent } from '../log/events.js';
import type { CibaStore, RateLimit } from '../store/store.js';

/** How often approvals may be asked for. The limits count before the provider is called. Every limit in a list applies. */
export interface ApprovalLimits {
  /** Approvals of one subject, from all requesters. @default 5 per minute and 20 per hour */
  readonly subject?: readonly RateLimit[];
  /** Approvals that one requester asks for. @default 10 per minute */
  readonly requester?: readonly RateLimit[];
}

/**
 * Who asks for an approval, and may watch, cancel and use it: a request of the page, which the option `requester` names;
 * or a name that your server made, such as `user:` and the user's ID. Never pass a text that came from a request.
 */
export type Requester = Request | string;

/** What the kit sets in a request to the adapter, and an app can't. */
type SetByKit = 'subject' | 'transaction' | 'requestedExpiry' | 'notificationToken' | 'displayCode';

/**
 * What the user is asked to approve. All of it must be plain JSON.
 *
 * @typeParam Data what your app needs to carry it out
 * @typeParam Request what the adapter accepts as a request, such as `loginHint`, `acrValues` and `authorizationDetails`
 */
export type ApprovalAsk<Data = unknown, Extra extends InitiateRequest = InitiateRequest> = Omit<Extra, SetByKit> & {
  /** What your app will do. A receipt is valid for this action only. 1 to 64 characters. */
  readonly action: string;
  /** The user who must approve, as the adapter's `approver` names users. From your session or database, never from the page. */
  readonly subject: string;
  /** The one text for the screen, the phone and the receipt. The title names what changes, such as the amount. */
  readonly transaction: Transaction;
  /** What your app needs to carry it out. It stays on the server. `null` for none. */
  readonly data: Data;
  /** Whether a code may replace the phone. A code proves who is there, but not what they saw. @default false */
  readonly codeAllowed?: boolean;
  /** Seconds to answer. @default the adapter's */
  readonly expiresIn?: number;
  /** Seconds from the approval to use the receipt, up to 86400. @default the option `useWithin` */
  readonly useWithin?: number;
  /**
   * For areas such as settings: seconds from the first use in which the same requester passes again without being asked.
   * @default 0
   */
  readonly goodFor?: number;
  /** Your own key for events, such as an order number. No personal data. */
  readonly externalId?: string;
  /** Whether an approval counts that the backend gave without asking the user, such as Authsignal's ALLOW. @default false */
  readonly withoutPrompt?: boolean;
};

/** Proof that the user approved one thing. Act on `data`, never on what the request says. */
export interface Receipt<Data = unknown, Session = unknown> {
  /** The approval's ID. Never use it as the idempotency key of a payment: a second approval must not pay twice. */
  readonly id: string;
  readonly action: string;
  readonly subject: string;
  readonly transaction: Transaction;
  readonly data: Data;
  /** Wall-clock milliseconds. */
  readonly approvedAt: number;
  /** `none`: the backend didn't ask the user, which `withoutPrompt` allowed. */
  readonly method: 'push' | 'code' | 'none';
  /** The authentication context class that was reached. */
  readonly acr?: string;
  /** When the user authenticated, in seconds since 1970. */
  readonly authTime?: number;
  /** The tokens. `null` for an area, and if `useWithin` is above 120 seconds: they are revoked at the approval. */
  readonly session: Session | null;
}

/** An approval in events. Neither part tells who it is about. */
export interface ApprovalLabel {
  readonly id: string;
  readonly action: string;
  readonly externalId?: string;
}

/**
 * What happens to approvals, for logs and the audit. Events never contain a hint, a code, a token, a subject or a
 * requester.
 */
export type ApprovalEvent = {
  /** The approval that it is about. Absent for requests that name none. */
  readonly approval?: ApprovalLabel;
  /** The subject, as an HMAC under the option `auditKey`. Absent without that option. */
  readonly account?: string;
} & (
  | {
      readonly type: 'created';
      /** Whether a push was sent. If not, only a code can approve. */
      readonly pushed: boolean;
    }
  | {
      readonly type: 'approved';
      readonly method: 'push' | 'code' | 'none';
      readonly acr?: string;
      readonly authTime?: number;
      /** An HMAC of the ask under the option `auditKey`, so that you can prove later what was approved. */
      readonly digest?: string;
    }
  /** The receipt was used. */
  | { readonly type: 'consumed' }
  | {
      readonly type: 'limited';
      /**
       * `subject` and `requester` are the lists in {@link ApprovalLimits}. `live`: too many approvals are open. `denied`: the
       * user denied several times. `unanswered`: the user didn't answer the last three.
       */
      readonly limit: 'subject' | 'requester' | 'live' | 'denied' | 'unanswered' | 'streams' | 'notifications';
      /** Seconds until the act is allowed again. */
      readonly retryAfter: number;
    }
  | { readonly type: 'denied' | 'expired' | 'cancelled' }
  | {
      readonly type: 'refused';
      /**
       * Why an approval wasn't used: an {@link ApprovalRefusal}. `ended`: it was denied, canceled or expired. `requester`: its
       * ID came from another requester. `code`: a code came for an ask that takes none.
       */
      readonly reason: ApprovalRefusal | 'ended' | 'requester' | 'code';
      /** For developers: why it was refused, and what to do. */
      readonly message: string;
    }
  | Extract<
      CibaServerEvent,
      { type: 'codeRejected' | 'lockedOut' | 'notified' | 'refused' | 'revoked' | 'warning' | 'failed' }
    >
);

/**
 * The options of `createApprovals`, which throws `misconfigured` if one of them is invalid.
 *
 * @typeParam Session what the adapter's approvals resolve to
 * @typeParam Extra what the adapter accepts as a request
 */
export interface ApprovalsOptions<Session, Extra extends InitiateRequest = InitiateRequest> {
  /** The backend that sends the push, such as `createOidcAdapter(…)`. */
  readonly adapter: CibaAdapter<Session> & {
    initiate(request: Extra, options: CallOptions): Promise<PendingApproval>;
  };
  /** The app's public origin: https, or http on loopback. Other pages can't call the routes. */
  readonly origin: string;
  /**
   * Names who sent a request to your server, by your session: usually `handler.sessionId`. Returns `null` if no user is
   * signed in. Of several names, the first owns what is created and keeps areas open, so put the session first. All of them
   * may watch, cancel and use it. Names must not be guessable from another user's, and must come from your own session.
   */
  readonly requester: (
    request: Request,
  ) => string | readonly string[] | null | Promise<string | readonly string[] | null>;
  /** Says who approved, and how. @default the adapter's own `approver` */
  readonly approver?: NonNullable<CibaAdapter<Session>['approver']>;
  /** Revokes the tokens of a receipt that is refused, canceled, not used in time or kept without them. @default nothing is revoked */
  readonly revoke?: (session: Session) => Promise<void>;
  /** The path under which the routes are mounted, with a leading slash and no trailing one. @default '/api/approvals' */
  readonly basePath?: string;
  /** Use the login's store, so that a code that was used in one is used in both. @default createMemoryStore() */
  readonly store?: CibaStore;
  /** Secrets of at least 32 characters, as for `createCibaHandler`. @default none: values are stored as plain JSON */
  readonly secrets?: readonly string[];
  /** Checks authenticator codes. @default the adapter's own `verifyTotp`, if it has one */
  readonly totp?: TotpVerifier<Session>;
  /** Seconds from the approval to use a receipt, up to 86400. Above 120, receipts hold no tokens. @default 120 */
  readonly useWithin?: number;
  /**
   * How many approvals of one subject can be open: for each requester, and for all. A requester's newer ask of the same
   * action replaces the older one. @default { each: 1, all: 3 }
   */
  readonly openPerSubject?: { readonly each?: number; readonly all?: number };
  /** Limits that replace the defaults, one list at a time. @default see {@link ApprovalLimits} */
  readonly limits?: ApprovalLimits;
  /** Number of denials per requester, subject and day without a cooldown. @default 1 */
  readonly freeDenials?: number;
  /** The number that both screens show, as for `createCibaHandler`. @default 'digits' */
  readonly displayCode?: 'digits' | 'letters' | (() => string) | false;
  /**
   * Whether the provider notifies the app (CIBA Core 1.0 delivery mode ping). The notification endpoint is that of
   * `createCibaHandler`, with the same store, or `basePath` + `/ping`. @default false
   */
  readonly ping?: boolean;
  /** A secret of at least 32 characters for `account` and `digest` in events. @default events have neither */
  readonly auditKey?: string;
  /** Returns the client's IP address, for the limit on notifications and event streams. @default none */
  readonly clientAddress?: (request: Request) => string | undefined;
  /** Receives every event. An error that it throws is ignored. @default errors are logged to the console */
  readonly onEvent?: (event: ApprovalEvent) => void;
  /** Wall-clock milliseconds. @default Date.now */
  readonly now?: () => number;
}

/**
 * The approvals of an app: a function that answers the page's routes, with methods for your own routes and jobs.
 *
 * @typeParam Session what the adapter's approvals resolve to
 * @typeParam Extra what the adapter accepts as a request
 */
export interface Approvals<Session, Extra extends InitiateRequest = InitiateRequest> {
  /** Answers `POST open`, `poll`, `code` and `cancel` and `GET health` under `basePath`; with `ping` also `GET events` and `POST ping`. */
  (request: Request): Promise<Response>;
  /**
   * Calls `run` with a receipt, or says which approval is missing. `approval` is what the page sent: an ID, `'ask'`, or
   * nothing. Only `'ask'` sends a push, and never for a request from another site. In a tRPC procedure or a Server Action,
   * return the result as it is; `withApproval` of `react-ciba/approvals` reads it.
   *
   * @throws CibaError `refused` (with `reason`), `unauthorized`, `rateLimited`, `noDevice`, `misconfigured`, or another
   * error of the backend or store; and what `run` throws
   */
  run<Data, Value>(
    requester: Requester,
    ask: ApprovalAsk<Data, Extra>,
    approval: string | null | undefined,
    run: (receipt: Receipt<Data, Session>) => Value | Promise<Value>,
  ): Promise<ApprovalAnswer<Value>>;
  /**
   * The same for a route. The approval comes in the `x-ciba-approval` header, and a missing one is a 401 as in RFC 9470. Errors
   * of `run` are thrown, and all others are responses.
   */
  protect<Data>(
    request: Request,
    ask: ApprovalAsk<Data, Extra>,
    run: (receipt: Receipt<Data, Session>) => Response | Promise<Response>,
  ): Promise<Response>;
  /** Returns whether `run` would pass without an approval, because the area is open. Sends nothing. */
  isOpen(requester: Requester, ask: ApprovalAsk<unknown, Extra>): Promise<boolean>;
  /**
   * Sends the push. The same ask of the same requester gets the same approval while it is open, or approved and not used. With
   * a `key`, it gets the same approval for a day, even after its end.
   *
   * @throws CibaError `refused` with the reason `changed` if the key was used for another ask; `rateLimited`, `unknownUser`,
   * `noDevice`, `misconfigured`, or another error of the backend or store
   */
  create(
    requester: Requester,
    ask: ApprovalAsk<unknown, Extra>,
    options?: { readonly key?: string },
  ): Promise<{ readonly id: string; /** Wall-clock milliseconds. */ readonly expiresAt: number }>;
  /**
   * Returns how it stands, with at most one poll of the provider. `approved` means that the receipt can be used, or was.
   * @throws CibaError `notFound` for an ID that the requester doesn't have
   */
  status(requester: Requester, id: string): Promise<'pending' | ApprovalOutcome>;
  /**
   * Waits for the end, in any process. A store or a provider that is away for a while doesn't end it.
   * @throws CibaError `notFound` for an ID that the requester doesn't have; the signal's own reason when aborted
   */
  wait(requester: Requester, id: string, options?: { readonly signal?: AbortSignal }): Promise<ApprovalOutcome>;
  /**
   * Returns the receipt to one caller, once. `by` names a job or step of your server: the same name gets the same receipt again
   * within `useWithin`, so that a restart loses nothing.
   * @throws CibaError `refused` with a `reason`; `notFound` for an ID that the requester doesn't have
   */
  consume<Data = unknown>(
    requester: Requester,
    id: string,
    action: string,
    options?: { readonly by?: string },
  ): Promise<Receipt<Data, Session>>;
  /**
   * Ends an approval that is open, and takes back a receipt that was not used. Does nothing after another end.
   * @throws CibaError `notFound` for an ID that the requester doesn't have
   */
  cancel(requester: Requester, id: string): Promise<void>;
  /**
   * Shuts down gracefully: rejects new requests with a 503, ends `wait` and the event streams, and resolves once pending
   * requests finish or `timeout` seconds have passed. @default 30
   */
  stop(options?: { readonly timeout?: number }): Promise<void>;
}
