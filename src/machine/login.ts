import { createActor } from 'xstate';
import type { Actor, InspectionEvent, Observer } from 'xstate';
import { CibaError, isCompleteCode, normalizeCode, Sealed, toCibaError } from '../contract/index.js';
import type { CallOptions, CibaAdapter, PendingApproval, Transaction } from '../contract/index.js';
import { isSameHint, normalizeLoginHint } from '../contract/login-hint.js';
import { validatePending } from '../contract/validate.js';
import { createActs } from './acts.js';
import { callWithTimeout } from './call-with-timeout.js';
import type { CibaEnvironment } from './environment.js';
import type { LiveRequest } from './polling/request.js';
import { loginMachine } from './chart/login.machine.js';
import type { InitiateInput, LoginHost } from './chart/host.js';
import type { CibaEvent, LoginInput } from './chart/login-context.js';
import { createPoller } from './polling/poller.js';
import type { LoginResume } from './polling/resume.js';
import { sameView, toView } from './chart/to-view.js';
import { createCodeHost } from './verify.js';
import type { LoginVerbs, LoginView } from './view.js';

/** What every login needs, with or without React. */
export interface LoginOptions<Session = unknown> {
  /** The connection to the backend. A login keeps it for its whole lifetime. */
  readonly adapter: CibaAdapter<Session>;
  /** The clock, page state and network state: `createBrowserEnvironment()`. */
  readonly environment: CibaEnvironment;
  /** Who is signing in, if known. */
  readonly loginHint?: string | undefined;
  /** What the user is asked to approve. */
  readonly transaction?: Transaction | undefined;
  /**
   * Receives the session, exactly once. The login is `finishing` until the returned promise resolves. If it rejects, the
   * login fails with the `sessionRefused` code.
   */
  readonly onApproved?: ((session: Session) => unknown) | undefined;
  /** Minimum time between two polls, in seconds. It can only make polling slower than the backend asks for. @default 0 */
  readonly minInterval?: number | undefined;
  /** Seconds to wait for an approval before `timeoutAction`. `Infinity` waits for the request's whole lifetime. @default 180 */
  readonly approvalTimeout?: number | undefined;
  /** What happens after `approvalTimeout`: ask whether to keep waiting, or open code entry. @default 'ask' */
  readonly timeoutAction?: 'ask' | 'code' | undefined;
  /** Whether it is about one request, as in an approval: it isn't sent again, and nothing replaces it after its end. @default false */
  readonly once?: boolean | undefined;
  /**
   * `resumeInTab()` lets a login survive a reload: it continues with the open request and sends no new push. This needs
   * an adapter whose requests are `resumable`. The tab's storage then contains the login hint, the request's handle and
   * times, and what the waiting screen shows. Apps that don't set it don't bundle it.
   * @default no resume
   */
  readonly resume?: LoginResume | undefined;
}

/** The running XState actor of a login. */
export type LoginActor = Actor<typeof loginMachine>;

/** The sessions that were handed over. One map for all logins: each map of this kind slows down every collection of garbage. */
const handedOver = new WeakMap<Sealed<unknown>, Promise<void>>();

/** Returns what the chart does with the adapter of one login, in its environment. */
function createHost<Session>(options: LoginOptions<Session>): LoginHost {
  const { adapter, environment, minInterval = 0, resume } = options;
  const acts = createActs(environment);
  const code = createCodeHost({ adapter, environment, acts });
  const withdrawn = new Set<string>();

  async function initiate(input: InitiateInput, call: CallOptions): Promise<LiveRequest> {
    const { loginHint, transaction, actId } = input;
    const pending = validatePending(await adapter.initiate({ loginHint, ...(transaction && { transaction }) }, call));
    // The user canceled before the backend answered, but the push was sent, so cancel it as well.
    if (withdrawn.delete(actId)) tell('cancel', pending);
    const now = code.now();
    return { pending, startedAt: now, expiresAt: now + pending.expiresIn * 1000, lastSentAt: now, notBefore: 0 };
  }

  /**
   * Tells the backend about a request that is over for this login. Errors are ignored: the user has left, and waits for
   * nothing.
   */
  function tell(act: 'cancel' | 'report', pending: PendingApproval): void {
    const send = adapter[act]?.bind(adapter, pending);
    if (!send) return;
    const call = { signal: new AbortController().signal, actId: environment.createActId() };
    environment.runAct(act, () => callWithTimeout(environment, call, send)).catch(() => undefined);
  }

  async function handOver(session: Sealed<unknown>): Promise<void> {
    try {
      await options.onApproved?.(session.open() as Session);
    } catch (cause) {
      throw new CibaError('sessionRefused', 'The login was approved, but onApproved threw. See `cause`.', {
        cause,
        retryable: true,
      });
    }
  }

  return {
    ...code,
    initiate: (input, signal) => acts.runOnce('initiate', input.actId, signal, (call) => initiate(input, call)),
    poll: createPoller({ adapter, environment, minInterval, resume }),
    // A restarted chart asks again, but each session is handed over only once.
    handOver(session) {
      if (!session) return Promise.reject(toCibaError(undefined));
      const running = handedOver.get(session) ?? handOver(session);
      handedOver.set(session, running);
      return running;
    },
    forget: () => resume?.forget(),
    report: (denied) => tell('report', denied),
    withdraw(requests, actId) {
      withdrawn.add(actId);
      for (const { pending } of requests) tell('cancel', pending);
    },
  };
}

/** Continues the login that a reload interrupted, if there is one for this user, and returns whether it did. It sends no push. */
export function resumeLogin(
  actorRef: Pick<LoginActor, 'send' | 'getSnapshot'>,
  { resume, environment }: Pick<LoginOptions, 'resume' | 'environment'>,
): boolean {
  const login = resume?.read(environment.clock);
  const { loginHint } = actorRef.getSnapshot().context;
  if (!login || (loginHint !== '' && !isSameHint(loginHint, login.loginHint))) return false;
  actorRef.send({ type: 'resume', login });
  return true;
}

/** Returns the arguments of `createActor`: the chart, which all logins share, and its options. */
export function prepareLogin<Session>(options: CreateLoginOptions<Session>) {
  const { adapter, environment, loginHint, transaction, timeoutAction, approvalTimeout, once, onReported, inspect } =
    options;
  const input: LoginInput = {
    loginHint: normalizeLoginHint(loginHint ?? ''),
    transaction: transaction ?? null,
    offersCode: adapter.verifyTotp !== undefined,
    offersReport: (adapter.report ?? onReported) !== undefined,
    timeoutAction: timeoutAction ?? 'ask',
    once: once ?? false,
    approvalTimeout,
    host: createHost(options),
  };
  return [loginMachine, { input, clock: environment.clock, ...(inspect && { inspect }) }] as const;
}

/** Returns the user's acts as functions. Each call has its own `actId`, so that it is carried out only once. */
export function createVerbs(actorRef: Pick<LoginActor, 'send'>, environment: CibaEnvironment): LoginVerbs {
  const act = () => ({ actId: environment.createActId() });
  const named = (type: 'start' | 'useCode') => (loginHint?: string) =>
    actorRef.send({ type, ...act(), loginHint: loginHint && normalizeLoginHint(loginHint) });
  return {
    start: named('start'),
    useCode: named('useCode'),
    resend: () => actorRef.send({ type: 'resend', ...act() }),
    submitCode: (typed) => {
      const code = normalizeCode(typed);
      if (isCompleteCode(code)) actorRef.send({ type: 'submitCode', ...act(), code: new Sealed(code) });
    },
    backToPush: () => actorRef.send({ type: 'backToPush', ...act() }),
    keepWaiting: () => actorRef.send({ type: 'keepWaiting' }),
    retry: () => actorRef.send({ type: 'retry', ...act() }),
    report: () => actorRef.send({ type: 'report' }),
    cancel: () => actorRef.send({ type: 'cancel' }),
  };
}

/** A running login: the user's acts, and the view to render. */
export interface LoginController extends LoginVerbs {
  /** Returns the current view. It stays the same object until something in it changes. */
  getView(): LoginView;
  /** Subscribes to view changes. Returns an unsubscribe function. */
  subscribe(onView: (view: LoginView) => void): () => void;
  /** Stops the login: clears timers and listeners, and aborts open calls. */
  stop(): void;
  /** The running XState actor, for inspection. */
  readonly actorRef: LoginActor;
}

/** The options of {@link createLogin}. */
export interface CreateLoginOptions<Session> extends LoginOptions<Session> {
  /**
   * Called when the user says after a denial that they didn't start the request. That can be said if this is set or the
   * adapter has `report`.
   */
  readonly onReported?: (() => void) | undefined;
  /** Receives every event, for logs and for other outcomes. Events contain no user, code, session or request ID. */
  readonly onEvent?: ((event: CibaEvent) => void) | undefined;
  /** An XState inspector, as a function or as an observer. */
  readonly inspect?: ((event: InspectionEvent) => void) | Observer<InspectionEvent> | undefined;
}

/**
 * Creates a login without React, with the chart and the poll engine that the hooks use. It starts in `idle`.
 *
 * @example
 * const login = createLogin({ adapter, environment: createBrowserEnvironment(), onApproved: (user) => greet(user) });
 * login.subscribe((view) => render(view));
 * login.start('ada@example.com');
 */
export function createLogin<Session>(options: CreateLoginOptions<Session>): LoginController {
  const { environment, onEvent, onReported } = options;
  const actorRef = createActor(...prepareLogin(options));
  let view = toView(actorRef.getSnapshot());
  const listeners = new Set<(view: LoginView) => void>();
  actorRef.subscribe((snapshot) => {
    const next = toView(snapshot);
    if (sameView(view, next)) return;
    view = next;
    for (const listener of listeners) listener(view);
  });
  if (onReported) actorRef.on('reported', onReported);
  if (onEvent) actorRef.on('*', onEvent);
  actorRef.start();
  resumeLogin(actorRef, options);
  return {
    ...createVerbs(actorRef, environment),
    getView: () => view,
    subscribe(onView) {
      listeners.add(onView);
      return () => listeners.delete(onView);
    },
    stop: () => actorRef.stop(),
    actorRef,
  };
}
