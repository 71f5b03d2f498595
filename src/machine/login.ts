import { createActor, fromPromise } from 'xstate';
import type { Actor, InspectionEvent, Observer } from 'xstate';
import { CibaError, isCompleteCode, normalizeCode, Sealed, toCibaError } from '../contract/index.js';
import type { CallOptions, CibaAdapter, PendingApproval, Transaction } from '../contract/index.js';
import { validatePending } from '../contract/validate.js';
import { createActs } from './acts.js';
import { callWithTimeout } from './call-with-timeout.js';
import { clampDelay } from './environment.js';
import type { CibaEnvironment } from './environment.js';
import type { LiveRequest } from './polling/request.js';
import { DEFAULT_APPROVAL_TIMEOUT_SECONDS, loginMachine } from './chart/login.machine.js';
import type { CibaEvent, InitiateInput, LoginInput } from './chart/login.machine.js';
import { createPoller } from './polling/poller.js';
import type { PolledLogin } from './polling/poller.js';
import type { LoginResume } from './polling/resume.js';
import { coolDownMs } from './chart/resend.js';
import { sameView, toView } from './chart/to-view.js';
import { totpMachine } from './chart/totp.machine.js';
import { provideVerify } from './verify.js';
import type { LoginVerbs, LoginView } from './view.js';

export interface LoginOptions<Session = unknown> {
  /** The backend. Kept for the life of the login. */
  readonly adapter: CibaAdapter<Session>;
  readonly environment: CibaEnvironment;
  /** Who is signing in, where that is known already. */
  readonly loginHint?: string | undefined;
  /** What is being approved. */
  readonly transaction?: Transaction | undefined;
  /** Receives the session, exactly once. The login is `finishing` until its promise settles; a rejection ends in `failed` with `sessionRefused`. */
  readonly onApproved?: ((session: Session) => unknown) | undefined;
  /** Least seconds between two polls; it can only slow down what the backend says. @default 0 */
  readonly minInterval?: number | undefined;
  /** Seconds to wait for the phone before the user is asked; `Infinity` waits for the request's whole life. @default 180 */
  readonly approvalTimeout?: number | undefined;
  /** What the end of the approvalTimeout does. @default 'ask' */
  readonly timeoutAction?: 'ask' | 'code' | undefined;
  /**
   * `resumeInTab()`: goes on after a reload with the request that is open, and rings nobody again, where the adapter's
   * requests are `resumable`. The tab's storage then holds the user's name, the request's handle, its times and what the
   * waiting screen shows. An app that leaves it out does not load it. @default none
   */
  readonly resume?: LoginResume | undefined;
}

export type LoginActor = Actor<typeof loginMachine>;

/** The chart with one adapter and one environment filled in. */
function provideLogin<Session>(options: LoginOptions<Session>) {
  const { adapter, environment, resume } = options;
  const { clock } = environment;
  const acts = createActs(environment);
  const poll = createPoller({
    adapter,
    environment,
    minInterval: options.minInterval ?? 0,
    resume,
  });
  const withdrawn = new Set<string>();
  const handedOver = new WeakMap<Sealed<unknown>, Promise<void>>();

  async function initiate(input: InitiateInput, call: CallOptions): Promise<LiveRequest> {
    const { loginHint, transaction, actId } = input;
    const pending = validatePending(await adapter.initiate({ loginHint, ...(transaction && { transaction }) }, call));
    // Cancelled while the backend was ringing, and it rang all the same: take that back too.
    if (withdrawn.delete(actId)) void cancel(pending);
    const startedAt = clock.now();
    return { pending, startedAt, expiresAt: startedAt + pending.expiresIn * 1000, lastSentAt: startedAt, notBefore: 0 };
  }

  /** Nobody waits for the answer: the user has left, and where this fails the request ends by itself. */
  async function cancel(pending: PendingApproval): Promise<void> {
    const send = adapter.cancel?.bind(adapter, pending);
    if (!send) return;
    const call = { signal: new AbortController().signal, actId: environment.createActId() };
    await environment.runAct('cancel', () => callWithTimeout(environment, call, send)).catch(() => undefined);
  }

  async function handOver(session: Sealed<unknown>): Promise<void> {
    try {
      await options.onApproved?.(session.open() as Session);
    } catch (cause) {
      throw new CibaError('sessionRefused', 'The login was approved, but onApproved threw; its error is the cause.', {
        cause,
        retryable: true,
      });
    }
  }

  return loginMachine.provide({
    actors: {
      initiate: fromPromise<LiveRequest, InitiateInput>(({ input, signal }) =>
        acts.runOnce('initiate', input.actId, signal, (call) => initiate(input, call)),
      ),
      poller: fromPromise<never, PolledLogin>(({ input, signal }) => poll(input, signal)),
      totp: totpMachine.provide(provideVerify({ adapter, environment, acts })),
      // Once for each session, also when a restarted chart asks again.
      handOver: fromPromise<void, { session: Sealed<unknown> | null }>(({ input: { session } }) => {
        if (!session) return Promise.reject(toCibaError(undefined));
        const running = handedOver.get(session) ?? handOver(session);
        handedOver.set(session, running);
        return running;
      }),
    },
    actions: {
      forget: () => resume?.forget(),
      withdraw: ({ context: { requests, actId } }) => {
        withdrawn.add(actId);
        for (const { pending } of requests) void cancel(pending);
      },
    },
    delays: {
      approvalTimeout: clampDelay((options.approvalTimeout ?? DEFAULT_APPROVAL_TIMEOUT_SECONDS) * 1000),
      coolDown: ({ context }) => coolDownMs(context, clock.now()),
    },
  });
}

/** Goes on with the login that a reload interrupted, where there is one of this user. Rings nobody. */
export function resumeLogin(
  actorRef: Pick<LoginActor, 'send' | 'getSnapshot'>,
  { resume, environment }: Pick<LoginOptions, 'resume' | 'environment'>,
): void {
  const login = resume?.read(environment.clock.now());
  const { loginHint } = actorRef.getSnapshot().context;
  if (login && (loginHint === '' || loginHint === login.loginHint)) actorRef.send({ type: 'resume', login });
}

/** What an actor of the chart is made of: the chart with everything filled in, and what it starts with. */
export function prepareLogin<Session>(options: CreateLoginOptions<Session>) {
  const { adapter, environment, loginHint, transaction, timeoutAction, inspect } = options;
  const input: LoginInput = {
    loginHint: loginHint?.trim() ?? '',
    transaction: transaction ?? null,
    offersCode: adapter.verifyTotp !== undefined,
    timeoutAction: timeoutAction ?? 'ask',
  };
  return [provideLogin(options), { input, clock: environment.clock, ...(inspect && { inspect }) }] as const;
}

/** The user's acts as functions; each act gets a name of its own, so that it is carried out once. */
export function createVerbs(actorRef: Pick<LoginActor, 'send'>, environment: CibaEnvironment): LoginVerbs {
  const act = () => ({ actId: environment.createActId() });
  const named = (loginHint: string | undefined) => ({ ...act(), loginHint: loginHint?.trim() });
  return {
    start: (loginHint) => actorRef.send({ type: 'start', ...named(loginHint) }),
    useCode: (loginHint) => actorRef.send({ type: 'useCode', ...named(loginHint) }),
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

export interface LoginController extends LoginVerbs {
  getView(): LoginView;
  /** Calls back with each new view; the way out is returned. */
  subscribe(onView: (view: LoginView) => void): () => void;
  /** Ends everything: timers, listeners, calls that are out. */
  stop(): void;
  /** The running chart, for inspection and the like. */
  readonly actorRef: LoginActor;
}

export interface CreateLoginOptions<Session> extends LoginOptions<Session> {
  /** Everything that happens, for logs and for the other outcomes: without user, code, session or request id. */
  readonly onEvent?: ((event: CibaEvent) => void) | undefined;
  /** XState's inspector, as a function or as an observer. */
  readonly inspect?: ((event: InspectionEvent) => void) | Observer<InspectionEvent> | undefined;
}

/**
 * A login without React: the same chart and poll engine that the hooks use. It starts in `idle`.
 *
 * @example
 * const login = createLogin({ adapter, environment: createBrowserEnvironment(), onApproved: (user) => greet(user) });
 * login.subscribe((view) => render(view));
 * login.start('ada@example.com');
 */
export function createLogin<Session>(options: CreateLoginOptions<Session>): LoginController {
  const { environment, onEvent } = options;
  const actorRef = createActor(...prepareLogin(options));
  let view = toView(actorRef.getSnapshot());
  const listeners = new Set<(view: LoginView) => void>();
  actorRef.subscribe((snapshot) => {
    const next = toView(snapshot);
    if (sameView(view, next)) return;
    view = next;
    for (const listener of listeners) listener(view);
  });
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
