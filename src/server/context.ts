import type { Approver, CibaAdapter, InitiateRequest, LogoutNotice } from '../contract/index.js';
import { guardAdapter, guardVerifier } from './backend.js';
import { checkOptions, DEFAULT_BASE_PATH } from './check-options.js';
import { steadyClock } from './clock.js';
import type { TotpVerifier } from './code/totp-verifier.js';
import { createLocalLimiter } from './coordination/local-limit.js';
import type { LocalLimiter } from './coordination/local-limit.js';
import { asWebRequest } from './http/handler-request.js';
import type { HandlerRequest } from './http/handler-request.js';
import { isSecureOrigin } from './http/origin.js';
import { createLog } from './log/console-log.js';
import type { CibaServerEvent } from './log/events.js';
import type { AccountRequest, CibaHandlerOptions, CibaLimits, PublicSession } from './options.js';
import { auditName, createDisplayCode } from './secrets.js';
import { createMemoryStore } from './store/memory.js';
import { createSealing } from './store/sealing.js';
import { scopeStore } from './store/scoped.js';
import type { CibaStore } from './store/store.js';

/** What an outcome needs to know of the login that it belongs to. */
export interface OutcomeOwner {
  readonly key: string;
  readonly user: string;
  readonly account: string;
  readonly browser: string;
}

/** How a login can end. */
export type EndingStatus = 'approved' | 'denied' | 'expired' | 'cancelled' | 'failed';

/** How the user approved, and who did. */
export interface Evidence {
  readonly account: string;
  /** The key of the account that the session is listed under. */
  readonly owner: string;
  /** Whether the app named the account. */
  readonly named: boolean;
  readonly method: 'push' | 'code';
  /** The login, unless a code came without one. */
  readonly login: OutcomeOwner | null;
  /** Who approved, if the adapter can tell. */
  readonly approver: Approver | null;
  /** Seconds for which it waits for its browser. @default OUTCOME_SECONDS */
  readonly waitSeconds?: number;
}

/**
 * What becomes of a login that ends: a session for logins, a receipt for approvals. The two differ in this, and share
 * the rest.
 */
export interface Outcomes<Session> {
  /** Seconds for which an end is repeated to those who ask again. */
  readonly answerSeconds: number;
  /** Seconds past the end of a request for which its record is kept. */
  readonly recordSeconds: number;
  /** Most seconds past the end of a request in which an approval still counts. */
  readonly graceSeconds: number;
  /** Whether a right code counts although the push beside it has expired. */
  readonly codeAfterExpiry: boolean;
  /**
   * Keeps the session of an approval, and returns the name that it is kept under.
   * @throws CibaError if it can't be kept; the session is revoked then
   */
  offer(context: Context<Session>, session: Session, evidence: Evidence): Promise<string>;
  /** Finds what a process kept that died before it could end the login. */
  recover(context: Context<Session>, owner: OutcomeOwner): Promise<string | null>;
  /** Revokes an approval that nobody used. Never throws. */
  withdraw(context: Context<Session>, approval: string): Promise<void>;
  /** Frees what an open login holds. */
  release(context: Context<Session>, owner: OutcomeOwner, status: EndingStatus): Promise<void>;
}

/** What this process knows of a remembered value, and what it wrote last. */
export interface Recalled {
  readonly value: unknown;
  /** Wall-clock milliseconds. */
  readonly readAt: number;
  readonly written?: unknown;
  readonly writtenAt: number;
}

/** The handler's options with their defaults, and what this process keeps between requests. */
export interface Context<Session> {
  readonly adapter: CibaAdapter<Session>;
  readonly authRequest: (
    loginHint: string,
    request: HandlerRequest,
  ) => AccountRequest<InitiateRequest> | null | Promise<AccountRequest<InitiateRequest> | null>;
  readonly origin: string;
  readonly secure: boolean;
  readonly publicSession: (session: Session) => PublicSession;
  readonly onApproved:
    ((session: Session, request: HandlerRequest) => readonly string[] | Promise<readonly string[]>) | undefined;
  readonly ping: boolean;
  readonly basePath: string;
  readonly store: CibaStore;
  readonly totp: TotpVerifier<Session> | undefined;
  readonly limits: Required<CibaLimits>;
  readonly freeDenials: number;
  readonly sessionLifetimeSeconds: number;
  readonly sessionIdleLifetimeSeconds: number;
  readonly sessionFollows: 'tokens' | 'own';
  /** Infinity for any number. */
  readonly maxSessions: number;
  readonly displayCode: (() => string) | false;
  readonly revoke: ((session: Session) => Promise<void>) | undefined;
  readonly clientAddress: (request: HandlerRequest) => string | undefined;
  /** Reports an event. `account` is the key of the account that it is about. */
  readonly emit: (event: CibaServerEvent, account?: string) => void;
  readonly codes: NonNullable<CibaHandlerOptions<Session>['codes']>;
  readonly responseFloorMs: number;
  readonly outcomes: Outcomes<Session>;
  /** Wall-clock milliseconds. It never goes back, so after a wrong time was set right it may stay ahead. */
  readonly now: () => number;
  /** Wall-clock milliseconds as the system has them, to be compared with times by other clocks: the provider's, and other processes'. */
  readonly systemNow: () => number;
  /** Acts that this process is carrying out, by key. */
  readonly inFlight: Map<string, Promise<unknown>>;
  /** Logins that this process is polling. */
  readonly polling: Set<string>;
  /** Logout tokens that this process could neither validate nor store yet, by their hash. */
  readonly heldLogouts: Map<string, string | LogoutNotice>;
  /** Functions that close the open event streams, by what they count against. */
  readonly streams: Map<string, Set<() => void>>;
  /** How often streams were opened in this process, by what they count against. */
  readonly streamOpenings: LocalLimiter;
  /** Timers that stopping clears. */
  readonly timers: Set<ReturnType<typeof setTimeout>>;
  /** Approvals that this process offered a moment ago and that wait for their browser. */
  readonly offered: Map<string, unknown>;
  /** What is tidied up after answers. */
  readonly background: Set<Promise<void>>;
  /** What this process remembers of real answers, by key. */
  readonly recalled: Map<string, Recalled>;
  /** Which kinds of answers `authRequest` gave so far. */
  readonly looks: { bareNull: boolean; message: boolean; warned: boolean };
}

export const DEFAULT_LIMITS: Required<CibaLimits> = {
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
  outcomes: Outcomes<Session>,
): Context<Session> {
  checkOptions(options);
  const { authRequest, onApproved, clientAddress } = options;
  const systemNow = options.now ?? (() => Date.now());
  const now = steadyClock(systemNow);
  const log = createLog(now);
  const basePath = options.basePath ?? DEFAULT_BASE_PATH;
  const emit: Context<Session>['emit'] = (event, account) => {
    try {
      const { auditKey } = options;
      const named = auditKey && account ? { ...event, account: auditName(auditKey, account) } : event;
      if (options.onEvent) options.onEvent(named);
      else log(named);
    } catch {
      // An error in the app's logging must not fail a login.
    }
  };
  return {
    adapter: guardAdapter(options.adapter, emit, options.revoke),
    authRequest: (loginHint, request) => authRequest(loginHint, asWebRequest(request)),
    origin: options.origin,
    secure: isSecureOrigin(options.origin),
    publicSession: options.publicSession,
    onApproved: onApproved && ((session, request) => onApproved(session, asWebRequest(request))),
    ping: options.ping ?? false,
    basePath,
    store: scopeStore(
      options.store ?? createMemoryStore({ now }),
      { origin: options.origin, basePath },
      options.secrets ? createSealing(options.secrets) : null,
    ),
    totp: guardVerifier(options.totp, emit),
    limits: { ...DEFAULT_LIMITS, ...options.limits },
    // The first denial costs nothing: a finger can slip.
    freeDenials: options.freeDenials ?? 1,
    sessionLifetimeSeconds: options.sessionLifetime ?? 12 * 3600,
    sessionIdleLifetimeSeconds: options.sessionIdleLifetime ?? 3600,
    sessionFollows: options.sessionFollows ?? 'own',
    maxSessions: options.maxSessions ?? Infinity,
    displayCode: readDisplayCode(options.displayCode),
    revoke: options.revoke,
    clientAddress: (request) => clientAddress?.(asWebRequest(request)),
    codes: options.codes ?? 'always',
    emit,
    responseFloorMs: options.responseFloor ?? 300,
    outcomes,
    now,
    systemNow,
    inFlight: new Map(),
    polling: new Set(),
    heldLogouts: new Map(),
    streams: new Map(),
    streamOpenings: createLocalLimiter({ seconds: 60, now }),
    timers: new Set(),
    offered: new Map(),
    background: new Set(),
    recalled: new Map(),
    looks: { bareNull: false, message: false, warned: false },
  };
}

function readDisplayCode(choice: CibaHandlerOptions<unknown>['displayCode'] = 'digits'): (() => string) | false {
  return typeof choice === 'string' ? () => createDisplayCode(choice) : choice;
}
