import type { CallOptions, CibaAdapter, InitiateRequest, JsonValue, PendingApproval } from '../contract/index.js';
import type { TotpVerifier } from './code/totp-verifier.js';
import type { CibaServerEvent } from './log/events.js';
import type { CibaStore, RateLimit } from './store/store.js';

/**
 * How often a login may be started or a code tried. The limits count before the provider is called. Every limit in a
 * list applies.
 */
export interface CibaLimits {
  /**
   * Starts for one user, from all browsers that the user never signed in with.
   * @default 5 per minute and 20 per hour
   */
  readonly user?: readonly RateLimit[];
  /**
   * Starts, separately codes, and separately notifications with an invalid token, from one IP address. An IPv6 /64 counts
   * as one address, and a /56 as four. Applies only if `clientAddress` is set.
   * @default 30 per minute
   */
  readonly address?: readonly RateLimit[];
  /** Starts, and separately codes, from one browser. @default 10 per minute */
  readonly browser?: readonly RateLimit[];
  /**
   * The circuit breaker: starts, and separately codes, from all browsers that the user never signed in with. Set it
   * above your busiest minute.
   * @default 2000 per minute
   */
  readonly everyone?: readonly RateLimit[];
}

/** What the browser may see of a session: any JSON except null, which means that no user is signed in. */
export type PublicSession = Exclude<JsonValue, null>;

/**
 * What `authRequest` returns: the request for the backend, and whose account it is about.
 *
 * @typeParam Ask what the adapter accepts as a request
 */
export type AccountRequest<Ask extends InitiateRequest = InitiateRequest> = Ask & {
  /**
   * The account's ID in your app. Limits, lockouts, denials and known browsers belong to it, and codes must belong to
   * this account. Never sent to the backend. @default `subject`, else the login hint without differences in case and
   * spacing
   */
  readonly account?: string;
  /** Whether there is no such user. Nothing is sent, and the screen shows the same as for a user. @default false */
  readonly nobody?: boolean;
};

/**
 * The options of `createCibaHandler`, which throws `misconfigured` if one of them is invalid.
 *
 * @typeParam Session what a completed login gives to the app; plain JSON
 * @typeParam Ask what the adapter accepts as a request
 * @typeParam Public what `publicSession` shows of a session
 */
export interface CibaHandlerOptions<
  Session,
  Ask extends InitiateRequest = InitiateRequest,
  Public extends PublicSession = PublicSession,
> {
  /** The backend that sends the push, such as `createOidcAdapter(…)`. */
  readonly adapter: CibaAdapter<Session> & {
    initiate(request: Ask, options: CallOptions): Promise<PendingApproval>;
  };
  /**
   * Maps the typed login hint to a backend request, for a push and for a code alike. If there is no such user, return
   * `{ nobody: true, …the same request }`, or `null` if you set neither `bindingMessage` nor `displayCode`. The browser then waits until
   * the request expires and can't tell the difference. Scopes, message and transaction can only be set here, never by
   * the browser. Name the account (`account` or `subject`), because limits and lockouts count by account. At least
   * normalize the hint: remove the dashes from a phone number, for example.
   */
  readonly authRequest: (
    loginHint: string,
    request: Request,
  ) => AccountRequest<NoInfer<Ask>> | null | Promise<AccountRequest<NoInfer<Ask>> | null>;
  /**
   * The app's public origin: https, or http on loopback. Sets the cookies' flags, and which pages may call the handler.
   */
  readonly origin: string;
  /** Returns what the browser may see of a session. Must not return null or undefined. */
  readonly publicSession: (session: Session) => Public;
  /**
   * For apps with their own sessions: opens a session and returns its `Set-Cookie` values. The handler then keeps no
   * session and doesn't serve `session` and `sign-out`. Called once per login; a browser that lost the response gets
   * the same values again.
   */
  readonly onApproved?: (session: Session, request: Request) => readonly string[] | Promise<readonly string[]>;
  /**
   * Whether the provider notifies the app (CIBA Core 1.0 delivery mode ping). Register `origin` + `basePath` + `/ping` as
   * the client's notification endpoint, and give the browser's adapter `events: serverSentEvents`. @default false
   */
  readonly ping?: boolean;
  /** The path under which the handler is mounted, with a leading slash and no trailing one. @default '/api/ciba' */
  readonly basePath?: string;
  /** Stores logins, sessions and counts. @default createMemoryStore() */
  readonly store?: CibaStore;
  /**
   * Secrets of at least 32 characters, such as `openssl rand -base64 32` makes. Sessions, cookies, IDs and tokens are
   * then encrypted in the store. An attacker who reads the store can't find out who signs in by trying likely hints.
   * The first secret seals and all of them open. To replace a secret, put the new one first, and remove the old one
   * once sessions have ended. @default none: values are stored as plain JSON
   */
  readonly secrets?: readonly string[];
  /** Checks authenticator codes. @default the adapter's own `verifyTotp`, if it has one */
  readonly totp?: TotpVerifier<Session>;
  /**
   * When an authenticator code is accepted: always; only beside an open push; only in browsers in which the account
   * signed in before; or never. Otherwise, every code counts as wrong. @default 'always'
   */
  readonly codes?: 'always' | 'besidePush' | 'knownBrowsers' | 'never';
  /**
   * A secret for events. Each event about an account then has `account`, an HMAC of it, so that you can relate events
   * without seeing who it is. At least 32 characters. @default events name no account
   */
  readonly auditKey?: string;
  /** Limits that replace the defaults, one list at a time. @default see {@link CibaLimits} */
  readonly limits?: CibaLimits;
  /**
   * Number of denials per user and day without a cooldown. After each further denial, the next start has to wait
   * longer: 60 seconds at first, up to an hour. @default 1
   */
  readonly freeDenials?: number;
  /** Longest lifetime of a session, in seconds. @default 43200 (12 hours) */
  readonly sessionLifetime?: number;
  /** Seconds after which an unused session ends. @default 3600 (1 hour) */
  readonly sessionIdleLifetime?: number;
  /**
   * Whether a session also ends with the provider's tokens: when the refresh token expires, or the access token if there is
   * none. `handler.accessToken` gets new ones in time. `'own'` leaves the end to `sessionLifetime` and
   * `sessionIdleLifetime`. Both end with what the provider says: a refused refresh, or a logout token. @default 'own'
   */
  readonly sessionFollows?: 'tokens' | 'own';
  /** How many sessions one account may have. A further one ends the oldest. @default any number */
  readonly maxSessions?: number;
  /**
   * The number that both screens show: four digits such as `4827`, letters and digits such as `K7Q-4MX`, or none. Your
   * own function may return at most 20 characters of `A-Za-z0-9-`. A `displayCode` that `authRequest` returns, or one that
   * the backend makes itself, takes its place. @default 'digits'
   */
  readonly displayCode?: 'digits' | 'letters' | (() => string) | false;
  /**
   * Revokes the tokens of an approval that no browser collected or that was refused, and those of a session that ends,
   * in whatever way it does.
   * @default nothing is revoked
   */
  readonly revoke?: (session: Session) => Promise<void>;
  /**
   * Returns the client's IP address, for the limit per address. Use `nodeClientAddress` without a proxy in front, and
   * `forwardedClientAddress({ proxies })` behind your own. @default none, and the limit doesn't apply
   */
  readonly clientAddress?: (request: Request) => string | undefined;
  /**
   * Receives every event, for logs and metrics. An error that it throws is ignored.
   * @default errors are logged to the console, each line at most once per minute. Unless `NODE_ENV` is `production`, so
   * are refused requests and starts for which no push was sent
   */
  readonly onEvent?: (event: CibaServerEvent) => void;
  /**
   * Minimum duration of a start, a code check and a poll of the provider, in milliseconds, so that the duration reveals
   * nothing. @default 300
   */
  readonly responseFloor?: number;
  /** Wall-clock milliseconds. @default Date.now */
  readonly now?: () => number;
}
