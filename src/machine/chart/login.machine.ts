import { assign, emit } from 'xstate';
import type { PromiseActorLogic, SnapshotEvent, SnapshotFrom } from 'xstate';
import { toCibaError } from '../../contract/index.js';
import type { CibaError, CibaErrorCode, Sealed, Transaction } from '../../contract/index.js';
import { notProvided } from '../acts.js';
import { NO_ATTEMPTS } from './lockout.js';
import type { CodeAttempts } from './lockout.js';
import type { LiveRequest } from '../polling/request.js';
import type { PolledLogin, PollerEvent } from '../polling/poller.js';
import type { ResumedLogin } from '../polling/resume.js';
import { fromEvent, setup, fromContext } from './setup.js';
import { totpMachine } from './totp.machine.js';
import type { SubmitCode } from './totp.machine.js';
import type { Connection, LoginVerb } from '../view.js';

/** Seconds that a login waits for the phone before it asks the user. */
export const DEFAULT_APPROVAL_TIMEOUT_SECONDS = 180;

export interface LoginInput {
  readonly loginHint: string;
  readonly transaction: Transaction | null;
  /** Whether the backend can check codes at all. */
  readonly offersCode: boolean;
  /** What the end of the app's approvalTimeout does: ask the user, or open the code entry. */
  readonly timeoutAction: 'ask' | 'code';
}

export interface LoginContext extends LoginInput {
  /** Names the present act of ringing the phone; every start and resend has its own. */
  readonly actId: string;
  /** The open requests, newest first. */
  readonly requests: readonly LiveRequest[];
  readonly connection: Connection;
  readonly resends: number;
  readonly resendError: CibaError | null;
  readonly coolingDown: boolean;
  readonly codeAttempts: CodeAttempts;
  readonly verifying: boolean;
  readonly session: Sealed<unknown> | null;
  readonly error: CibaError | null;
  /** Why the login is back in `idle`, where somebody wants to know. */
  readonly idleAfter: 'cancel' | 'otherTab' | null;
  readonly reported: boolean;
}

export type LoginEvent =
  | { readonly type: 'start' | 'useCode'; readonly actId: string; readonly loginHint?: string | undefined }
  | { readonly type: 'resend' | 'retry' | 'backToPush'; readonly actId: string }
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
  readonly actId: string;
  readonly loginHint: string;
  readonly transaction: Transaction | null;
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
    case 'backToPush':
      // A code that is being checked may be the approval.
      return !context.verifying;
    case 'report':
      return !context.reported;
    default:
      return true;
  }
}

/** The open requests but one. A backend that gives an id twice means one request. */
function without({ requests }: LoginContext, { id }: { readonly id: string }): readonly LiveRequest[] {
  return requests.filter(({ pending }) => pending.id !== id);
}

function emitEvent<Type extends CibaEvent['type']>(type: Type) {
  return { type: 'emitEvent', params: { type } } as const;
}

const mayUseCode = { type: 'isOpen', params: { verb: 'useCode' } } as const;

const dropRequest = { type: 'dropRequest', params: fromEvent<{ readonly id: string }> } as const;

/** What leads on from every end. */
const waysOn = {
  retry: { target: '#login.active.pushing', actions: 'newLogin' },
  useCode: { guard: mayUseCode, target: '#login.active.code', actions: 'newLogin' },
  cancel: '#login.idle',
} as const;

/** Where somebody waits for the push alone, its end is the end of the login, unless another request is still open. */
const endOfPush = {
  'push.expired': [{ guard: 'hasOtherRequests', actions: dropRequest }, { target: '#login.expired' }],
  'push.failed': [{ guard: 'hasOtherRequests', actions: dropRequest }, { target: '#login.failed' }],
} as const;

/** What the login wants to know of the code chart that it invokes. */
export interface TotpReport {
  readonly codeAttempts: CodeAttempts;
  readonly verifying: boolean;
}

function totpReport({ event }: { event: SnapshotEvent<SnapshotFrom<typeof totpMachine>> }): TotpReport {
  return { codeAttempts: event.snapshot.context.codeAttempts, verifying: event.snapshot.matches('verifying') };
}

const syncTotp = { type: 'syncTotp', params: totpReport } as const;

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
  },
  // createLogin() fills these in.
  actors: { initiate: notProvided, poller: notProvided, totp: totpMachine, handOver: notProvided } as {
    initiate: PromiseActorLogic<LiveRequest, InitiateInput>;
    poller: PromiseActorLogic<never, PolledLogin>;
    totp: typeof totpMachine;
    handOver: PromiseActorLogic<void, { readonly session: Sealed<unknown> | null }>;
  },
  guards: {
    isOpen: ({ context }, { verb }: { verb: LoginVerb }) => isOpen(verb, context),
    hasLoginHint: ({ context }, { loginHint }: { loginHint?: string | undefined }) =>
      (loginHint ?? context.loginHint) !== '',
    namesCodeUser: ({ context }, { loginHint }: { loginHint?: string | undefined }) =>
      isOpen('useCode', context) && (loginHint ?? context.loginHint) !== '',
    prefersCode: ({ context }) => context.timeoutAction === 'code' && context.offersCode,
    rejoinsPush: ({ context }) => isOpen('backToPush', context) && context.requests.length > 0,
    pushLives: ({ context }) => context.requests.length > 0,
    // The answer to one request ends the login only where no other request can still be answered. The newest speaks for all.
    hasOtherRequests: ({ context }) => context.requests.length > 1,
    isOlder: ({ context }, { id }: { id: string }) => context.requests[0]?.pending.id !== id,
    isLockedOut: (_, { codeAttempts }: TotpReport) => codeAttempts.retryAt !== null,
    isRejected: ({ context }, { codeAttempts }: TotpReport) =>
      codeAttempts.wrongCodes > context.codeAttempts.wrongCodes,
  },
  actions: {
    setUser: assign(({ context }, { loginHint }: { loginHint?: string | undefined }) =>
      loginHint === undefined || loginHint === context.loginHint ? {} : { loginHint, codeAttempts: NO_ATTEMPTS },
    ),
    newLogin: assign({ resends: 0, resendError: null, session: null, error: null, idleAfter: null, reported: false }),
    /** Every way into `pushing` names its act. */
    newAct: assign(({ event }) => ('actId' in event ? { actId: event.actId, resendError: null } : {})),
    /** Counted when it is sent: one that fails may have rung all the same, so it cools down, too. */
    countResend: assign({ resends: ({ context }) => context.resends + 1, coolingDown: true }),
    addRequest: assign(({ context }, { output }: { output: LiveRequest }) => ({
      requests: [output, ...without(context, output.pending)],
      coolingDown: true,
    })),
    dropRequest: assign(({ context }, { id }: { id: string }) => ({
      requests: without(context, { id }),
    })),
    endCoolDown: assign({ coolingDown: false }),
    endPush: assign({ requests: [], connection: 'ok', verifying: false }),
    setConnection: assign((_, { connection }: { connection: Connection }) => ({ connection })),
    keepSession: assign((_, { session }: { session: Sealed<unknown> | null }) => ({ session })),
    /** Every way into `failed` brings what was caught. */
    setError: assign(({ event }) => ({ error: toCibaError('error' in event && event.error) })),
    setResendError: assign((_, { error }: { error: unknown }) => ({ resendError: toCibaError(error) })),
    syncTotp: assign((_, report: TotpReport) => report),
    setIdleAfter: assign((_, { reason }: { reason: LoginContext['idleAfter'] }) => ({ idleAfter: reason })),
    restore: assign((_, { login }: { login: ResumedLogin }) => ({ ...login, coolingDown: true })),
    /** Nothing is left to go on with after a reload. Filled in by `createLogin`. */
    forget: () => undefined,
    markReported: assign({ reported: true }),
    passCode: ({ self }, submit: SubmitCode) => self.getSnapshot().children['totp']?.send(submit),
    emitEvent: emit((_, event: CibaEvent) => event),
    tellFailure: emit(({ context }) => {
      const error = context.error as CibaError;
      return { type: 'failed', code: error.code, error };
    }),
    /** Tells the adapter, where it can cancel, and aborts an initiate that is still out. Filled in by `createLogin`. */
    withdraw: () => undefined,
  },
  delays: {
    approvalTimeout: DEFAULT_APPROVAL_TIMEOUT_SECONDS * 1000,
    coolDown: 0,
  },
}).createMachine({
  id: 'login',
  context: ({ input }) => ({
    ...input,
    actId: '',
    requests: [],
    connection: 'ok',
    resends: 0,
    resendError: null,
    coolingDown: true,
    codeAttempts: NO_ATTEMPTS,
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
      actions: ['withdraw', 'forget', 'newLogin', { type: 'setUser', params: fromEvent }],
    },
  },
  states: {
    idle: {
      entry: 'endPush',
      on: {
        start: {
          guard: { type: 'hasLoginHint', params: fromEvent },
          target: 'active.pushing',
          actions: [{ type: 'setUser', params: fromEvent }, 'newLogin'],
        },
        useCode: {
          guard: { type: 'namesCodeUser', params: fromEvent },
          target: 'active.code',
          actions: [{ type: 'setUser', params: fromEvent }, 'newLogin'],
        },
        resume: {
          target: 'active.polling',
          actions: ['newLogin', { type: 'restore', params: fromEvent }, emitEvent('resumed')],
        },
      },
    },

    active: {
      invoke: { id: 'poller', src: 'poller', input: ({ self }) => self, onError: 'failed' },
      on: {
        cancel: {
          target: 'idle',
          actions: [
            'withdraw',
            'forget',
            { type: 'setIdleAfter', params: { reason: 'cancel' } },
            emitEvent('cancelled'),
          ],
        },
        // The phone has answered: what else was sent must not go on asking.
        'push.approved': {
          target: 'approved',
          actions: [{ type: 'keepSession', params: fromEvent }, dropRequest, 'withdraw'],
        },
        'push.denied': [
          { guard: { type: 'isOlder', params: fromEvent }, actions: dropRequest },
          { target: 'denied', actions: [dropRequest, 'withdraw'] },
        ],
        'push.expired': { actions: dropRequest },
        'push.failed': { actions: dropRequest },
        'push.taken': {
          target: 'idle',
          actions: ['forget', { type: 'setIdleAfter', params: { reason: 'otherTab' } }, emitEvent('takenByOtherTab')],
        },
        'connection.changed': {
          actions: [
            { type: 'setConnection', params: fromEvent },
            {
              type: 'emitEvent',
              params: ({ event }) => ({ type: 'connectionChanged' as const, connection: event.connection }),
            },
          ],
        },
      },
      initial: 'pushing',
      states: {
        pushing: {
          entry: 'newAct',
          invoke: {
            id: 'initiate',
            src: 'initiate',
            input: fromContext,
            onDone: { target: 'polling', actions: [{ type: 'addRequest', params: fromEvent }, emitEvent('pushSent')] },
            onError: [
              { guard: 'pushLives', target: 'polling', actions: { type: 'setResendError', params: fromEvent } },
              { target: '#login.failed' },
            ],
          },
        },

        polling: {
          after: {
            coolDown: { actions: 'endCoolDown' },
            approvalTimeout: [{ guard: 'prefersCode', target: 'code' }, { target: 'timedOut' }],
          },
          on: {
            resend: {
              guard: { type: 'isOpen', params: { verb: 'resend' } },
              target: 'pushing',
              actions: 'countResend',
            },
            useCode: { guard: mayUseCode, target: 'code' },
            ...endOfPush,
          },
        },

        code: {
          invoke: {
            id: 'totp',
            src: 'totp',
            input: ({ context: { loginHint, requests, codeAttempts } }) => ({
              loginHint,
              pending: requests[0]?.pending ?? null,
              codeAttempts,
            }),
            onSnapshot: [
              { guard: { type: 'isLockedOut', params: totpReport }, target: '.lockedOut', actions: syncTotp },
              {
                guard: { type: 'isRejected', params: totpReport },
                target: '.totpEntry',
                actions: [syncTotp, emitEvent('codeRejected')],
              },
              { target: '.totpEntry', actions: syncTotp },
            ],
            onDone: {
              target: '#login.approved',
              actions: { type: 'keepSession', params: ({ event }) => event.output },
            },
            onError: '#login.failed',
          },
          on: {
            backToPush: [
              { guard: 'rejoinsPush', target: 'polling' },
              { guard: { type: 'isOpen', params: { verb: 'backToPush' } }, target: 'pushing' },
            ],
          },
          initial: 'totpEntry',
          states: {
            totpEntry: {
              on: { submitCode: { actions: { type: 'passCode', params: fromEvent } } },
            },
            lockedOut: {
              entry: emitEvent('lockedOut'),
            },
          },
        },

        timedOut: {
          tags: 'paused',
          entry: emitEvent('timedOut'),
          on: {
            keepWaiting: 'polling',
            useCode: { guard: mayUseCode, target: 'code' },
            ...endOfPush,
          },
        },
      },
    },

    approved: {
      entry: ['endPush', 'forget', emitEvent('approved')],
      initial: 'finishing',
      states: {
        finishing: {
          invoke: { id: 'handOver', src: 'handOver', input: fromContext, onDone: 'finished', onError: '#login.failed' },
        },
        finished: {},
      },
    },

    denied: {
      entry: ['endPush', 'forget', emitEvent('denied')],
      on: {
        ...waysOn,
        report: {
          guard: { type: 'isOpen', params: { verb: 'report' } },
          actions: ['markReported', emitEvent('reported')],
        },
      },
    },

    expired: {
      entry: ['endPush', 'forget', emitEvent('expired')],
      on: waysOn,
    },

    failed: {
      entry: ['endPush', 'forget', 'setError', 'tellFailure'],
      on: waysOn,
    },
  },
});
