import type { CallOptions, CibaAdapter, InitiateRequest, JsonValue, PendingApproval } from '../contract/index.js';
import { checkOptions } from './check-options.js';
import type { CibaServerEvent } from './log/events.js';
import { createMemoryStore } from './store/memory.js';
import { createLog } from './log/console-log.js';
import { isSecureOrigin } from './http/origin.js';
import { createDisplayCode } from './secrets.js';
import type { CibaStore, RateLimit } from './store/store.js';
import type { TotpVerifier } from './code/totp-verifier.js';

/** How often a login may be started or a code be tried, before the provider is asked. Each list holds all limits that apply. */
export interface CibaLimits {
  /** Starts for one user, by all browsers that never signed in as that user. @default 5 a minute and 20 an hour */
  readonly user?: readonly RateLimit[];
  /** Acts from one address, where `clientAddress` tells it; all of an IPv6 /64 are one. @default 30 a minute */
  readonly address?: readonly RateLimit[];
  /** Acts from one browser. @default 10 a minute */
  readonly browser?: readonly RateLimit[];
  /**
   * The breaker: acts of all browsers together that nobody signed in with before. Set it above your busiest minute.
   * @default 2000 a minute
   */
  readonly everyone?: readonly RateLimit[];
}

/** What the browser may see of a session: any JSON but null, which says that nobody is signed in. */
export type PublicSession = Exclude<JsonValue, null>;

/**
 * @typeParam Session what a completed login hands to the app; plain JSON
 * @typeParam Ask what the adapter can be asked for
 * @typeParam Public what `publicSession` shows of a session
 */
export interface CibaHandlerOptions<
  Session,
  Ask extends InitiateRequest = InitiateRequest,
  Public extends PublicSession = PublicSession,
> {
  /** The backend that rings the phone, such as `createOidcAdapter(…)`. */
  readonly adapter: CibaAdapter<Session> & {
    initiate(request: Ask, options: CallOptions): Promise<PendingApproval>;
  };
  /**
   * What to ask the backend for when this hint was typed; `null` when there is no such user (the browser then waits in
   * vain and cannot tell). Scopes, message, transaction and subject come from here alone, never from the browser. Bring
   * the hint into one form (a phone number without its dashes): the limits count what this returns, and the hint itself.
   */
  readonly authRequest: (loginHint: string, request: Request) => NoInfer<Ask> | null | Promise<NoInfer<Ask> | null>;
  /** The app's public origin: https, or http on loopback. It decides the cookies' flags and which pages may call. */
  readonly origin: string;
  /** What of a session the browser may see. */
  readonly publicSession: (session: Session) => Public;
  /**
   * For apps with sessions of their own: opens one and returns its `Set-Cookie` lines. The handler then keeps no
   * session and does not answer `session` and `sign-out`. Called once a login; what it returns is repeated to a browser
   * that lost the answer.
   */
  readonly onApproved?: (session: Session, request: Request) => readonly string[] | Promise<readonly string[]>;
  /**
   * Whether the provider notifies the app (CIBA Core 1.0 delivery mode ping). Register `origin` + `basePath` + `/ping`
   * there as the client's notification endpoint, and give the browser's adapter `events: serverSentEvents`. @default false
   */
  readonly ping?: boolean;
  /** The path under which the handler answers. @default '/api/ciba' */
  readonly basePath?: string;
  /** Where logins, sessions and counts are kept. @default createMemoryStore() */
  readonly store?: CibaStore;
  /** Checks authenticator codes. @default the adapter's own `verifyTotp`, if it has one */
  readonly totp?: TotpVerifier<Session>;
  readonly limits?: CibaLimits;
  /** Denials of one user within a day that cost nothing; after each further one the next start waits longer. @default 1 */
  readonly freeDenials?: number;
  /** Seconds that a session lasts at most. @default 43200 (12 hours) */
  readonly sessionLifetime?: number;
  /** Seconds after which a session that nobody used ends. @default 3600 (1 hour) */
  readonly sessionIdleLifetime?: number;
  /** Makes the code that both screens show (at most 20 of `A-Za-z0-9-`); `false` for none. @default a random one such as `K7Q-4MX` */
  readonly displayCode?: (() => string) | false;
  /** Gives an approval back that no browser collected, and a session at logout: revoke its tokens here. */
  readonly revoke?: (session: Session) => Promise<void>;
  /**
   * The caller's address, for the limit per address: `nodeClientAddress` without a proxy in front,
   * `forwardedClientAddress({ proxies })` behind your own. @default none, and no such limit
   */
  readonly clientAddress?: (request: Request) => string | undefined;
  /**
   * The one stream for logs and metrics. @default faults go to the console, the same line once a minute; unless `NODE_ENV`
   * is `production`, refused requests and starts that rang nobody do as well
   */
  readonly onEvent?: (event: CibaServerEvent) => void;
  /** Least milliseconds that a start, a code and an answer of the provider take, so that their time tells nothing. @default 300 */
  readonly responseFloor?: number;
  /** Wall-clock milliseconds. @default Date.now */
  readonly now?: () => number;
}

/** The options as the handler's parts use them. */
export interface Context<Session> {
  readonly adapter: CibaAdapter<Session>;
  readonly authRequest: (
    loginHint: string,
    request: Request,
  ) => InitiateRequest | null | Promise<InitiateRequest | null>;
  readonly origin: string;
  readonly secure: boolean;
  readonly publicSession: (session: Session) => PublicSession;
  readonly onApproved: CibaHandlerOptions<Session>['onApproved'];
  readonly ping: boolean;
  readonly basePath: string;
  readonly store: CibaStore;
  readonly totp: TotpVerifier<Session> | undefined;
  readonly limits: Required<CibaLimits>;
  readonly freeDenials: number;
  readonly sessionLifetime: number;
  readonly sessionIdleLifetime: number;
  readonly displayCode: (() => string) | false;
  readonly revoke: ((session: Session) => Promise<void>) | undefined;
  readonly clientAddress: (request: Request) => string | undefined;
  readonly emit: (event: CibaServerEvent) => void;
  readonly responseFloor: number;
  readonly now: () => number;
  /** Acts that are being carried out in this process, by key. */
  readonly inFlight: Map<string, Promise<unknown>>;
  /** Logins that this process is polling. */
  readonly polling: Set<string>;
  /** How to end the open event streams, by browser. */
  readonly streams: Map<string, Set<() => void>>;
}

const DEFAULT_LIMITS: Required<CibaLimits> = {
  user: [
    { points: 5, duration: 60 },
    { points: 20, duration: 3600 },
  ],
  address: [{ points: 30, duration: 60 }],
  browser: [{ points: 10, duration: 60 }],
  everyone: [{ points: 2000, duration: 60 }],
};

/** @throws CibaError `misconfigured` for options that cannot work */
export function createContext<Session, Ask extends InitiateRequest>(
  options: CibaHandlerOptions<Session, Ask>,
): Context<Session> {
  checkOptions(options);
  const now = options.now ?? (() => Date.now());
  const log = createLog(now);
  return {
    adapter: options.adapter,
    authRequest: options.authRequest,
    origin: options.origin,
    secure: isSecureOrigin(options.origin),
    publicSession: options.publicSession,
    onApproved: options.onApproved,
    ping: options.ping ?? false,
    basePath: options.basePath ?? '/api/ciba',
    store: options.store ?? createMemoryStore({ now }),
    totp: options.totp,
    limits: { ...DEFAULT_LIMITS, ...options.limits },
    // A finger can slip once.
    freeDenials: options.freeDenials ?? 1,
    sessionLifetime: options.sessionLifetime ?? 12 * 3600,
    sessionIdleLifetime: options.sessionIdleLifetime ?? 3600,
    displayCode: options.displayCode ?? createDisplayCode,
    revoke: options.revoke,
    clientAddress: options.clientAddress ?? (() => undefined),
    emit(event) {
      try {
        if (options.onEvent) options.onEvent(event);
        else log(event);
      } catch {
        // A log that fails must not fail a login.
      }
    },
    responseFloor: options.responseFloor ?? 300,
    now,
    inFlight: new Map(),
    polling: new Set(),
    streams: new Map(),
  };
}
