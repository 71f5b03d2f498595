import { assign, emit, fromCallback, fromPromise, sendTo, setup } from 'xstate';
import type { SnapshotEvent, SnapshotFrom } from 'xstate';
import { toCibaError } from '../contract/index.js';
import type { CibaError, CibaErrorCode, Sealed, Transaction } from '../contract/index.js';
import { notProvided } from './acts.js';
import { NO_TRIES } from './lockout.js';
import type { CodeTries } from './lockout.js';
import type { LiveRequest } from './live-request.js';
import type { PollerEvent } from './poller.js';
import type { ResumedLogin } from './resume.js';
import { totpMachine } from './totp.machine.js';
import type { SubmitCode } from './totp.machine.js';
import type { Connection, LoginStatus, LoginVerb } from './view.js';

/** Seconds from a push until it may be sent again: longer each time, so that nobody is worn down by prompts. */
export const RESEND_COOL_DOWNS = [30, 60, 120] as const;

/** Resends in one login. */
export const MOST_RESENDS = RESEND_COOL_DOWNS.length;

/** Seconds that a login waits for the phone before it asks the user. */
export const DEFAULT_PATIENCE = 180;

export interface LoginInput {
  readonly loginHint: string;
  readonly transaction: Transaction | null;
  /** Whether the backend can check codes at all. */
  readonly offersCode: boolean;
  /** What the end of the app's patience does: ask the user, or open the code entry. */
  readonly onTimeout: 'ask' | 'code';
}

export interface LoginContext extends LoginInput {
  /** Names the present act of ringing the phone; every start and resend has its own. */
  readonly attemptId: string;
  /** The open requests, newest first. */
  readonly requests: readonly LiveRequest[];
  readonly connection: Connection;
  readonly resends: number;
  readonly resendError: CibaError | null;
  readonly coolingDown: boolean;
  readonly tries: CodeTries;
  readonly verifying: boolean;
  readonly session: Sealed<unknown> | null;
  readonly error: CibaError | null;
  /** Why the login is back in `idle`, where somebody wants to know. */
  readonly idleAfter: 'cancel' | 'otherTab' | null;
  readonly reported: boolean;
}

export type LoginEvent =
  | { readonly type: 'start' | 'useCode'; readonly attemptId: string; readonly loginHint?: string | undefined }
  | { readonly type: 'resend' | 'retry' | 'backToPush'; readonly attemptId: string }
  | SubmitCode
  | { readonly type: 'keepWaiting' | 'report' | 'cancel' }
  | { readonly type: 'changeUser'; readonly loginHint: string }
  | { readonly type: 'resume'; readonly login: ResumedLogin }
  | PollerEvent;

/** What happened, for logs: never who, never a code, a session or a request id. */
export type CibaEvent =
  | {
      readonly type:
        | 'pushSent'
        | 'codeRejected'
        | 'approved'
        | 'denied'
        | 'expired'
        | 'timedOut'
        | 'lockedOut'
        | 'cancelled'
        | 'reported'
        | 'resumed'
        | 'takenByOtherTab';
    }
  | { readonly type: 'connectionChanged'; readonly connection: Connection }
  | { readonly type: 'failed'; readonly code: CibaErrorCode; readonly error: CibaError };

export interface InitiateInput {
  readonly attemptId: string;
  readonly loginHint: string;
  readonly transaction: Transaction | null;
}

/** What each state tells the view: its public name and the acts that it takes. */
export interface LoginMeta {
  readonly status: LoginStatus;
  readonly verbs: readonly LoginVerb[];
}

/** Whether the facts allow an act in a state that takes it. The chart's guards and the view's `can` both ask here. */
export function isOpen(verb: LoginVerb, context: LoginContext): boolean {
  switch (verb) {
    case 'useCode':
      return context.offersCode;
    case 'resend':
      // Past the last resend the cool-down never ends.
      return !context.coolingDown;
    case 'submitCode':
      return !context.verifying;
    case 'report':
      return !context.reported;
    default:
      return true;
  }
}

/** What leads on from every end. */
const waysOn = {
  retry: {
    target: '#login.active.pushing',
    actions: ['newLogin', { type: 'newAct', params: ({ event }: { event: { attemptId: string } }) => event }],
  },
  useCode: {
    guard: { type: 'isOpen', params: { verb: 'useCode' } },
    target: '#login.active.code',
    actions: 'newLogin',
  },
  cancel: '#login.idle',
} as const;

/** Where somebody waits for the push alone, its end is the end of the login, unless another request is still open. */
const endOfPush = {
  'push.expired': [
    {
      guard: 'othersLive',
      actions: { type: 'dropRequest', params: ({ event }: { event: { id: string } }) => event },
    },
    { target: '#login.expired' },
  ],
  'push.failed': [
    {
      guard: 'othersLive',
      actions: { type: 'dropRequest', params: ({ event }: { event: { id: string } }) => event },
    },
    {
      target: '#login.failed',
      actions: { type: 'noteError', params: ({ event }: { event: { error: CibaError } }) => event },
    },
  ],
} as const;

/** What the login wants to know of the code chart that it invokes. */
export interface TotpReport {
  readonly tries: CodeTries;
  readonly verifying: boolean;
}

function reported({ event }: { event: SnapshotEvent<SnapshotFrom<typeof totpMachine>> }): TotpReport {
  return { tries: event.snapshot.context.tries, verifying: event.snapshot.matches('verifying') };
}

/** As much of a running login's snapshot as its own poller reads. */
export interface RunningLogin {
  readonly context: LoginContext;
  hasTag(tag: 'paused'): boolean;
}

/** The way to the running login. A thunk, not values: a poller that React restarts would go on with those of its first start. */
export type PollerInput = () => RunningLogin;

function tell<Type extends CibaEvent['type']>(type: Type) {
  return { type: 'tell', params: { event: { type } } } as const;
}

/**
 * The chart of a login. Its states are the public statuses; `active` holds all in which a push may be open and invokes the
 * one poller, so that neither a resend nor a change of view ever ends a poll.
 */
export const loginMachine = setup({
  types: {
    context: {} as LoginContext,
    events: {} as LoginEvent,
    input: {} as LoginInput,
    emitted: {} as CibaEvent,
    tags: {} as 'paused',
    meta: {} as LoginMeta,
  },
  // createLogin() fills these in.
  actors: {
    initiate: fromPromise<LiveRequest, InitiateInput>(async () => notProvided('initiate')),
    poller: fromCallback<{ type: 'sync' }, PollerInput>(() => notProvided('poller')),
    totp: totpMachine,
    handOver: fromPromise<void, { session: Sealed<unknown> | null }>(async () => notProvided('handOver')),
  },
  guards: {
    isOpen: ({ context }, { verb }: { verb: LoginVerb }) => isOpen(verb, context),
    namesUser: ({ context }, { loginHint }: { loginHint: string | undefined }) =>
      (loginHint ?? context.loginHint) !== '',
    namesCodeUser: ({ context }, { loginHint }: { loginHint: string | undefined }) =>
      isOpen('useCode', context) && (loginHint ?? context.loginHint) !== '',
    prefersCode: ({ context }) => context.onTimeout === 'code' && context.offersCode,
    pushLives: ({ context }) => context.requests.length > 0,
    // The answer to one request ends the login only where no other request can still be answered. The newest speaks for all.
    othersLive: ({ context }) => context.requests.length > 1,
    isOlder: ({ context }, { id }: { id: string }) => context.requests[0]?.pending.id !== id,
    isLocked: (_, { tries }: TotpReport) => tries.retryAt !== null,
    isRejected: ({ context }, { tries }: TotpReport) => tries.wrongCodes > context.tries.wrongCodes,
  },
  actions: {
    setUser: assign(({ context }, { loginHint }: { loginHint: string | undefined }) =>
      loginHint === undefined || loginHint === context.loginHint ? {} : { loginHint, tries: NO_TRIES },
    ),
    newLogin: assign({ resends: 0, resendError: null, session: null, error: null, idleAfter: null, reported: false }),
    newAct: assign((_, { attemptId }: { attemptId: string }) => ({ attemptId, resendError: null })),
    countResend: assign({ resends: ({ context }) => context.resends + 1 }),
    addRequest: assign(({ context }, { request }: { request: LiveRequest }) => ({
      requests: [request, ...context.requests],
      coolingDown: true,
    })),
    dropRequest: assign(({ context }, { id }: { id: string }) => ({
      requests: context.requests.filter(({ pending }) => pending.id !== id),
    })),
    endCoolDown: assign({ coolingDown: false }),
    endPush: assign({ requests: [], connection: 'ok', verifying: false }),
    setConnection: assign((_, { connection }: { connection: Connection }) => ({ connection })),
    keepSession: assign((_, { session }: { session: Sealed<unknown> | null }) => ({ session })),
    noteError: assign((_, { error }: { error: CibaError }) => ({ error })),
    noteResendError: assign((_, { error }: { error: CibaError }) => ({ resendError: error })),
    mirrorTotp: assign((_, { tries, verifying }: TotpReport) => ({ tries, verifying })),
    noteIdleAfter: assign((_, { reason }: { reason: LoginContext['idleAfter'] }) => ({ idleAfter: reason })),
    restore: assign((_, { login }: { login: ResumedLogin }) => ({ ...login, coolingDown: true })),
    /** Nothing is left to go on with after a reload. Filled in by `createLogin`. */
    forget: () => undefined,
    markReported: assign({ reported: true }),
    syncPoller: sendTo('poller', { type: 'sync' }),
    passCode: sendTo('totp', (_, { submit }: { submit: SubmitCode }) => submit),
    tell: emit((_, { event }: { event: CibaEvent }) => event),
    tellFailure: emit(({ context }) => {
      const error = context.error ?? toCibaError(undefined);
      return { type: 'failed', code: error.code, error };
    }),
    /** Tells the adapter, where it can cancel, and aborts an initiate that is still out. Filled in by `createLogin`. */
    withdraw: () => notProvided('withdraw'),
  },
  delays: {
    patience: DEFAULT_PATIENCE * 1000,
    coolDown: 0,
  },
}).createMachine({
  id: 'login',
  context: ({ input }) => ({
    ...input,
    attemptId: '',
    requests: [],
    connection: 'ok',
    resends: 0,
    resendError: null,
    coolingDown: true,
    tries: NO_TRIES,
    verifying: false,
    session: null,
    error: null,
    idleAfter: null,
    reported: false,
  }),
  initial: 'idle',
  on: {
    changeUser: {
      target: '.idle',
      actions: ['withdraw', 'forget', 'newLogin', { type: 'setUser', params: ({ event }) => event }],
    },
  },
  states: {
    idle: {
      meta: { status: 'idle', verbs: ['start', 'useCode'] },
      entry: 'endPush',
      on: {
        start: {
          guard: { type: 'namesUser', params: ({ event }) => ({ loginHint: event.loginHint }) },
          target: 'active.pushing',
          actions: [
            { type: 'setUser', params: ({ event }) => ({ loginHint: event.loginHint }) },
            'newLogin',
            { type: 'newAct', params: ({ event }) => event },
          ],
        },
        useCode: {
          guard: { type: 'namesCodeUser', params: ({ event }) => ({ loginHint: event.loginHint }) },
          target: 'active.code',
          actions: [{ type: 'setUser', params: ({ event }) => ({ loginHint: event.loginHint }) }, 'newLogin'],
        },
        resume: {
          target: 'active.polling',
          actions: ['newLogin', { type: 'restore', params: ({ event }) => event }, tell('resumed')],
        },
      },
    },

    active: {
      invoke: {
        id: 'poller',
        src: 'poller',
        input:
          ({ self }) =>
          () =>
            self.getSnapshot() as RunningLogin,
        onError: {
          target: 'failed',
          actions: { type: 'noteError', params: ({ event }) => ({ error: toCibaError(event.error) }) },
        },
      },
      on: {
        cancel: {
          target: 'idle',
          actions: ['withdraw', 'forget', { type: 'noteIdleAfter', params: { reason: 'cancel' } }, tell('cancelled')],
        },
        'push.approved': { target: 'approved', actions: { type: 'keepSession', params: ({ event }) => event } },
        'push.denied': [
          {
            guard: { type: 'isOlder', params: ({ event }) => event },
            actions: { type: 'dropRequest', params: ({ event }) => event },
          },
          { target: 'denied' },
        ],
        'push.expired': { actions: { type: 'dropRequest', params: ({ event }) => event } },
        'push.failed': { actions: { type: 'dropRequest', params: ({ event }) => event } },
        'push.taken': {
          target: 'idle',
          actions: ['forget', { type: 'noteIdleAfter', params: { reason: 'otherTab' } }, tell('takenByOtherTab')],
        },
        'connection.changed': {
          actions: [
            { type: 'setConnection', params: ({ event }) => event },
            {
              type: 'tell',
              params: ({ event }) => ({ event: { type: 'connectionChanged', connection: event.connection } }),
            },
          ],
        },
      },
      initial: 'pushing',
      states: {
        pushing: {
          meta: { status: 'pushing', verbs: ['cancel'] },
          entry: 'syncPoller',
          invoke: {
            id: 'initiate',
            src: 'initiate',
            input: ({ context: { attemptId, loginHint, transaction } }) => ({ attemptId, loginHint, transaction }),
            onDone: {
              target: 'polling',
              actions: [{ type: 'addRequest', params: ({ event }) => ({ request: event.output }) }, tell('pushSent')],
            },
            onError: [
              {
                guard: 'pushLives',
                target: 'polling',
                actions: { type: 'noteResendError', params: ({ event }) => ({ error: toCibaError(event.error) }) },
              },
              {
                target: '#login.failed',
                actions: { type: 'noteError', params: ({ event }) => ({ error: toCibaError(event.error) }) },
              },
            ],
          },
        },

        polling: {
          meta: { status: 'polling', verbs: ['resend', 'useCode', 'cancel'] },
          entry: 'syncPoller',
          after: {
            coolDown: { actions: 'endCoolDown' },
            patience: [{ guard: 'prefersCode', target: 'code' }, { target: 'timedOut' }],
          },
          on: {
            resend: {
              guard: { type: 'isOpen', params: { verb: 'resend' } },
              target: 'pushing',
              actions: ['countResend', { type: 'newAct', params: ({ event }) => event }],
            },
            useCode: { guard: { type: 'isOpen', params: { verb: 'useCode' } }, target: 'code' },
            ...endOfPush,
          },
        },

        code: {
          entry: 'syncPoller',
          invoke: {
            id: 'totp',
            src: 'totp',
            input: ({ context: { loginHint, requests, tries } }) => ({
              loginHint,
              pending: requests[0]?.pending ?? null,
              tries,
            }),
            onSnapshot: [
              {
                guard: { type: 'isLocked', params: reported },
                target: '.lockedOut',
                actions: { type: 'mirrorTotp', params: reported },
              },
              {
                guard: { type: 'isRejected', params: reported },
                target: '.totpEntry',
                actions: [{ type: 'mirrorTotp', params: reported }, tell('codeRejected')],
              },
              { target: '.totpEntry', actions: { type: 'mirrorTotp', params: reported } },
            ],
            onDone: {
              target: '#login.approved',
              actions: { type: 'keepSession', params: ({ event }) => event.output },
            },
            onError: {
              target: '#login.failed',
              actions: { type: 'noteError', params: ({ event }) => ({ error: toCibaError(event.error) }) },
            },
          },
          on: {
            backToPush: [
              { guard: 'pushLives', target: 'polling' },
              { target: 'pushing', actions: { type: 'newAct', params: ({ event }) => event } },
            ],
          },
          initial: 'totpEntry',
          states: {
            totpEntry: {
              meta: { status: 'totpEntry', verbs: ['submitCode', 'backToPush', 'cancel'] },
              on: { submitCode: { actions: { type: 'passCode', params: ({ event }) => ({ submit: event }) } } },
            },
            lockedOut: {
              meta: { status: 'lockedOut', verbs: ['backToPush', 'cancel'] },
              entry: tell('lockedOut'),
            },
          },
        },

        timedOut: {
          meta: { status: 'timedOut', verbs: ['keepWaiting', 'useCode', 'cancel'] },
          tags: 'paused',
          entry: ['syncPoller', tell('timedOut')],
          on: {
            keepWaiting: 'polling',
            useCode: { guard: { type: 'isOpen', params: { verb: 'useCode' } }, target: 'code' },
            ...endOfPush,
          },
        },
      },
    },

    approved: {
      entry: ['endPush', 'forget', tell('approved')],
      initial: 'finishing',
      states: {
        finishing: {
          meta: { status: 'approved', verbs: [] },
          invoke: {
            id: 'handOver',
            src: 'handOver',
            input: ({ context: { session } }) => ({ session }),
            onDone: 'finished',
            onError: {
              target: '#login.failed',
              actions: { type: 'noteError', params: ({ event }) => ({ error: toCibaError(event.error) }) },
            },
          },
        },
        finished: { meta: { status: 'approved', verbs: [] } },
      },
    },

    denied: {
      meta: { status: 'denied', verbs: ['retry', 'useCode', 'report', 'cancel'] },
      entry: ['endPush', 'forget', tell('denied')],
      on: {
        ...waysOn,
        report: {
          guard: { type: 'isOpen', params: { verb: 'report' } },
          actions: ['markReported', tell('reported')],
        },
      },
    },

    expired: {
      meta: { status: 'expired', verbs: ['retry', 'useCode', 'cancel'] },
      entry: ['endPush', 'forget', tell('expired')],
      on: waysOn,
    },

    failed: {
      meta: { status: 'failed', verbs: ['retry', 'useCode', 'cancel'] },
      entry: ['endPush', 'forget', 'tellFailure'],
      on: waysOn,
    },
  },
});
