import { CibaError, toCibaError } from '../../contract/index.js';
import type {
  Approver,
  CallOptions,
  CibaAdapter,
  CibaErrorCode,
  DisplayCode,
  InitiateRequest,
  PendingApproval,
  PollResult,
  TotpRequest,
  TotpResult,
} from '../../contract/index.js';
import { realClock, sleep } from './clock.js';
import type { MemoryClock } from './clock.js';
import { createPhone } from './phone.js';
import type { MemoryPhone, PhoneAnswer, PhoneRequest } from './phone.js';
import { createCodeCheck } from './totp.js';
import type { MemoryTotp } from './totp.js';

export type { MemoryClock } from './clock.js';
export type { MemoryPhone, PhoneAnswer, PhoneRequest } from './phone.js';
export type { MemoryTotp } from './totp.js';

/** How one call fails: it throws the error, throws one with that code, or hangs. A failing call has no other effect. */
export type MemoryFault = CibaErrorCode | CibaError | 'hang';

export type MemoryMethod = 'initiate' | 'poll' | 'verifyTotp' | 'cancel' | 'report';

/** For each method, one fault for every call, or a list of faults for the next calls. */
export type MemoryFaults = Partial<Record<MemoryMethod, MemoryFault | readonly MemoryFault[]>>;

/** One call that the adapter received. */
export interface MemoryCall {
  readonly method: MemoryMethod;
  /** The request's ID; undefined for `initiate`, and for a code without a push. */
  readonly id: string | undefined;
  /** When it was received, in wall-clock milliseconds. */
  readonly at: number;
  /** Unanswered calls of this method for this request at that time, including this one. */
  readonly inFlight: number;
}

export interface MemoryAdapterOptions<Session> {
  /** What the phone does with each request by itself. `adapter.phone` can answer first. @default 'ignore' */
  readonly phone?: PhoneAnswer;
  /** Seconds from the push until the phone answers by itself. @default 3 */
  readonly after?: number;
  /** Seconds that a request lives. @default 120 */
  readonly expiresIn?: number;
  /** Least seconds between two polls. @default 1 */
  readonly interval?: number;
  /** The number that this backend makes, in place of the request's. */
  readonly displayCode?: string;
  /** What the user does with the number. @default 'compare' */
  readonly displayCodeUse?: PendingApproval['displayCodeUse'];
  /** The page on which the number is filled in already. */
  readonly displayCodeUrl?: string;
  /** Where the push goes, for example "Pixel 9". */
  readonly deliveredTo?: string;
  /** Whether another page load may resume a request. @default false */
  readonly resumable?: boolean;
  /** How codes are checked: 'notEnrolled' for users without an authenticator app, false for a backend without codes. */
  readonly totp?: MemoryTotp | 'notEnrolled' | false;
  /** The session of a completed login. @default the login hint as `name`, and the request's `subject` as `sub` */
  readonly session?: (loginHint: string, subject: string | undefined) => Session;
  /** Which calls fail. Change it later with `adapter.faults`. */
  readonly faults?: MemoryFaults;
  /** Seconds that each call takes. @default 0 */
  readonly latency?: number;
  /** @default the real one */
  readonly clock?: MemoryClock;
}

/** The session unless the `session` option returns another. */
export interface MemorySession {
  readonly name: string;
  /** The `subject` that the request named, if any. */
  readonly sub?: string;
}

/** The adapter that {@link createMemoryAdapter} returns, with controls for tests and stories. */
export interface MemoryAdapter<Session> extends CibaAdapter<Session> {
  cancel(pending: PendingApproval, options: CallOptions): Promise<void>;
  report(pending: PendingApproval, options: CallOptions): Promise<void>;
  /**
   * Says who approved: the subject that was asked for, or else the login hint. The simulated phone belongs to whoever is
   * asked, and it reaches every level.
   */
  approver(
    session: Session,
    asked: Pick<InitiateRequest, 'subject' | 'acrValues' | 'maxAge'>,
    pending: PendingApproval | null,
  ): Approver | null;
  /** The simulated phone. */
  readonly phone: MemoryPhone;
  /** Which calls fail from now on. Each call removes the first entry of a list. */
  faults: MemoryFaults;
  /** All calls so far, including failed ones. Holds no session and no code. */
  readonly calls: readonly MemoryCall[];
}

/**
 * Creates a backend and a phone in memory, for stories, tests, demos and docs. It uses no network and no randomness, and
 * takes time from the clock only. Outcomes can be polled again, and a call with a known `actId` gets the same answer again.
 * An aborted call rejects at once with the signal's own reason, but its effect stays. Other errors are `CibaError`.
 *
 * @typeParam Session what a completed login returns to the app
 * @example
 * const polling = createMemoryAdapter();
 * const approved = createMemoryAdapter({ phone: 'approve', after: 0 });
 * const denied = createMemoryAdapter({ phone: 'deny' });
 * const expired = createMemoryAdapter({ expiresIn: 5 });
 * const pushing = createMemoryAdapter({ faults: { initiate: 'hang' } });
 * const reconnecting = createMemoryAdapter({ faults: { poll: 'network' } });
 * const failed = createMemoryAdapter({ faults: { initiate: 'forbidden' } });
 * const lockedOut = createMemoryAdapter({ totp: { attempts: 1, lockout: 60 } });
 *
 * polling.phone.approve();
 */
export function createMemoryAdapter(options?: MemoryAdapterOptions<MemorySession>): MemoryAdapter<MemorySession>;
export function createMemoryAdapter<Session>(
  options: MemoryAdapterOptions<Session> & {
    readonly session: (loginHint: string, subject: string | undefined) => Session;
  },
): MemoryAdapter<Session>;
export function createMemoryAdapter<Session>(
  options: MemoryAdapterOptions<Session | MemorySession> = {},
): MemoryAdapter<Session | MemorySession> {
  const { expiresIn = 120, interval = 1, resumable = false, latency = 0, clock = realClock, totp = {} } = options;
  const { displayCode, displayCodeUse, displayCodeUrl, deliveredTo } = options;
  const more: Omit<DisplayCode, 'displayCode'> = {
    ...(displayCodeUse && { displayCodeUse }),
    ...(displayCodeUrl !== undefined && { displayCodeUrl }),
  };
  const now = () => clock.now();
  const script = { answer: options.phone ?? 'ignore', after: options.after ?? 3, expiresIn };
  const sessionOf =
    options.session ??
    ((loginHint: string, subject: string | undefined) => ({
      name: loginHint,
      ...(subject !== undefined && { sub: subject }),
    }));

  const { phone, push, statusOf, ownerOf, remove } = createPhone(script, displayCode, now);
  const checkCode = createCodeCheck(typeof totp === 'object' ? totp : {}, now);
  /** The subject that each hint was last asked for. */
  const subjects = new Map<string, string>();
  const started = new Map<string, PendingApproval>();
  const verified = new Map<string, TotpResult<Session | MemorySession>>();
  const sessions = new Map<string, Session | MemorySession>();
  const calls: MemoryCall[] = [];
  const unanswered = new Set<MemoryCall>();

  /** Records a call, fails or does the work at once, and answers after the latency. */
  async function receive<T>(method: MemoryMethod, id: string | undefined, signal: AbortSignal, work: () => T) {
    signal.throwIfAborted();
    const others = [...unanswered].filter((other) => other.method === method && other.id === id);
    const call: MemoryCall = { method, id, at: now(), inFlight: others.length + 1 };
    calls.push(call);
    unanswered.add(call);
    try {
      const fault = nextFault(method);
      const answer = deferOutcome(() => {
        if (fault !== undefined) throw toError(fault);
        return work();
      });
      const seconds = fault === 'hang' ? Infinity : latency;
      if (seconds > 0) await sleep(seconds, signal, clock);
      return answer();
    } finally {
      unanswered.delete(call);
    }
  }

  function nextFault(method: MemoryMethod): MemoryFault | undefined {
    const planned = adapter.faults[method];
    if (!isList(planned)) return planned;
    const [next, ...later] = planned;
    adapter.faults = { ...adapter.faults, [method]: later };
    return next;
  }

  function describe({ id, displayCode: shown, bindingMessage }: PhoneRequest): PendingApproval {
    return {
      id,
      expiresIn,
      interval,
      resumable,
      ...(shown !== undefined && { displayCode: shown, ...more }),
      ...(bindingMessage !== undefined && { bindingMessage }),
      ...(deliveredTo !== undefined && { deliveredTo }),
    };
  }

  function answerPoll(id: string): PollResult<Session | MemorySession> {
    const status = statusOf(id);
    if (status === undefined) {
      throw new CibaError('notFound', 'There is no such request. It was canceled, ended by a code, or never started.');
    }
    if (status !== 'approved') return { status };
    const { loginHint = '', subject } = ownerOf(id) ?? {};
    return { status, session: idempotent(sessions, id, () => sessionOf(loginHint, subject)) };
  }

  function answerCode({ loginHint, code, pending }: TotpRequest): TotpResult<Session | MemorySession> {
    if (totp === 'notEnrolled') return { status: 'notEnrolled' };
    const result = checkCode(loginHint, code);
    if (result.status !== 'approved') return result;
    if (pending) remove(pending.id);
    return { status: 'approved', session: sessionOf(loginHint, subjects.get(loginHint)) };
  }

  const adapter: MemoryAdapter<Session | MemorySession> = {
    phone,
    calls,
    faults: { ...options.faults },
    usualAnswer: { expiresIn, interval, ...(displayCodeUse && { displayCodeUse }) },
    ...(displayCode !== undefined && { makeDisplayCode: () => ({ displayCode, ...more }) }),
    initiate(request, { signal, actId }) {
      if (request.subject === undefined) subjects.delete(request.loginHint);
      else subjects.set(request.loginHint, request.subject);
      return receive('initiate', undefined, signal, () => idempotent(started, actId, () => describe(push(request))));
    },
    poll: ({ id }, { signal }) => receive('poll', id, signal, () => answerPoll(id)),
    cancel: ({ id }, { signal }) => receive('cancel', id, signal, () => remove(id)),
    report: ({ id }, { signal }) => receive('report', id, signal, () => undefined),
    approver(session, asked, pending) {
      const { sub } = Object(session) as { readonly sub?: unknown };
      const owner = pending && ownerOf(pending.id);
      const subject = typeof sub === 'string' ? sub : (owner?.subject ?? owner?.loginHint);
      if (subject === undefined) return null;
      const [acr] = asked.acrValues?.split(' ') ?? [];
      return { subject, authTime: Math.floor(now() / 1000), ...(acr !== undefined && { acr }) };
    },
    ...(totp && {
      verifyTotp: (request: TotpRequest, { signal, actId }: CallOptions) =>
        receive('verifyTotp', request.pending?.id, signal, () =>
          idempotent(verified, actId, () => answerCode(request)),
        ),
    }),
  };
  return adapter;
}

function isList(planned: MemoryFault | readonly MemoryFault[] | undefined): planned is readonly MemoryFault[] {
  return Array.isArray(planned);
}

function toError(fault: MemoryFault): CibaError {
  if (typeof fault !== 'string') return fault;
  return new CibaError(
    fault === 'hang' ? 'timeout' : fault,
    `The memory adapter failed with "${fault}", as its \`faults\` say.`,
  );
}

/** Returns the value for this key, made on first use. */
function idempotent<T>(made: Map<string, T>, key: string, make: () => T): T {
  if (!made.has(key)) made.set(key, make());
  return made.get(key) as T;
}

/** Runs now and returns or throws the outcome later. */
function deferOutcome<T>(run: () => T): () => T {
  try {
    const value = run();
    return () => value;
  } catch (error) {
    return () => {
      throw toCibaError(error);
    };
  }
}
