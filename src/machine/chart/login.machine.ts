import { assign, emit, fromPromise } from 'xstate';
import type { SnapshotEvent, SnapshotFrom } from 'xstate';
import { toCibaError } from '../../contract/index.js';
import type { CibaError, Sealed } from '../../contract/index.js';
import { isSameHint } from '../../contract/login-hint.js';
import { clampDelay } from '../environment.js';
import { NO_HOST } from './host.js';
import type { LoginHost } from './host.js';
import { NO_ATTEMPTS } from './lockout.js';
import type { CodeAttempts } from './lockout.js';
import { isOpen } from './login-context.js';
import type { CibaEvent, LoginContext, LoginEvent, LoginInput } from './login-context.js';
import type { LiveRequest } from '../polling/request.js';
import type { PolledLogin } from '../polling/poller.js';
import { cooldownMs } from './resend.js';
import { fromEvent, setup, fromContext } from './setup.js';
import { totpMachine } from './totp.machine.js';
import type { Connection, LoginVerb } from '../view.js';
import type { ResumedLogin } from '../polling/resume.js';
import type { SubmitCode } from './totp.machine.js';

/** How long a login waits for an approval before it asks the user. */
export const DEFAULT_APPROVAL_TIMEOUT_SECONDS = 180;

/** Returns the open requests without one. If a backend returns the same ID twice, it is the same request. */
function without({ requests }: LoginContext, { id }: { readonly id: string }): readonly LiveRequest[] {
  return requests.filter(({ pending }) => pending.id !== id);
}

function emitEvent<Type extends CibaEvent['type']>(type: Type) {
  return { type: 'emitEvent', params: { type } } as const;
}

const mayUseCode = { type: 'isOpen', params: { verb: 'useCode' } } as const;

const dropRequest = { type: 'dropRequest', params: fromEvent<{ readonly id: string }> } as const;

/** The transitions out of every final status. */
const restartTransitions = {
  retry: { guard: { type: 'isOpen', params: { verb: 'retry' } }, target: '#login.active.pushing', actions: 'newLogin' },
  useCode: { guard: mayUseCode, target: '#login.active.code', actions: 'newLogin' },
  cancel: '#login.idle',
} as const;

/** If the user waits only for the push, its end also ends the login, unless another request is still open. */
const pushEndTransitions = {
  'push.expired': [{ guard: 'hasOtherRequests', actions: dropRequest }, { target: '#login.expired' }],
  'push.failed': [{ guard: 'hasOtherRequests', actions: dropRequest }, { target: '#login.failed' }],
} as const;

/** After a cancel here or in another tab of a request that the phone may show. */
const cancelled = ['forget', { type: 'setIdleAfter', params: { reason: 'cancel' } }, emitEvent('cancelled')] as const;

/** What a new login starts with, whatever happened in the one before it. */
const NEW_LOGIN = {
  resends: 0,
  resendError: null,
  session: null,
  error: null,
  retryAt: null,
  idleAfter: null,
  reported: false,
};

/** The part of the code chart's state that the login copies. */
export interface TotpState {
  readonly codeAttempts: CodeAttempts;
  readonly verifying: boolean;
}

function totpStateOf({ event }: { event: SnapshotEvent<SnapshotFrom<typeof totpMachine>> }): TotpState {
  return { codeAttempts: event.snapshot.context.codeAttempts, verifying: event.snapshot.matches('verifying') };
}

const syncTotp = { type: 'syncTotp', params: totpStateOf } as const;

/**
 * The chart of a login. Its states are the public statuses. `active` contains all states in which a push can be open. It
 * invokes the only poller, so that neither a resend nor a change of screen ends a poll.
 */
export const loginMachine = setup({
  types: {} as { context: LoginContext; events: LoginEvent; input: LoginInput; emitted: CibaEvent; tags: 'paused' },
  actors: {
    initiate: fromPromise<LiveRequest, LoginContext>(({ input, signal }) => input.host.initiate(input, signal)),
    poller: fromPromise<never, { readonly login: PolledLogin; readonly host: LoginHost }>(
      ({ input: { login, host }, signal }) => host.poll(login, signal),
    ),
    totp: totpMachine,
    handOver: fromPromise<void, LoginContext>(({ input: { host, session } }) => host.handOver(session)),
  },
  guards: {
    isOpen: ({ context }, { verb }: { verb: LoginVerb }) => isOpen(verb, context),
    canBegin: ({ context }, { type, loginHint }: { type: 'start' | 'useCode'; loginHint?: string | undefined }) =>
      isOpen(type, context) && (loginHint ?? context.loginHint) !== '',
    prefersCode: ({ context }) => context.timeoutAction === 'code' && context.offersCode,
    rejoinsPush: ({ context }) => isOpen('backToPush', context) && context.requests.length > 0,
    hasRequest: ({ context }) => context.requests.length > 0,
    // A resend that failed may have reached the phone, too. An approval is over after a cancel, and its screen always says so.
    mayBeOnPhone: ({ context: { once, resendError, requests } }) =>
      once || resendError !== null || requests.some(({ pending }) => pending.pushed !== false),
    needsCode: (_, { output }: { output: LiveRequest }) => output.pending.pushed === false,
    // An answer ends the login only if no other request is open. A denial of the newest request always ends it.
    mayRetry: ({ context }) => context.retryAt === null,
    hasOtherRequests: ({ context }) => context.requests.length > 1,
    isOlder: ({ context }, { id }: { id: string }) => context.requests[0]?.pending.id !== id,
    isLockedOut: (_, { codeAttempts }: TotpState) => codeAttempts.retryAt !== null,
    isRejected: ({ context }, { codeAttempts }: TotpState) => codeAttempts.wrongCodes > context.codeAttempts.wrongCodes,
  },
  actions: {
    setUser: assign(({ context }, { loginHint }: { loginHint?: string | undefined }) =>
      loginHint === undefined || isSameHint(loginHint, context.loginHint)
        ? { loginHint: loginHint ?? context.loginHint }
        : { loginHint, codeAttempts: NO_ATTEMPTS },
    ),
    newLogin: assign(({ context }) => ({ ...NEW_LOGIN, lastError: context.error ?? context.lastError })),
    /** Every transition into `pushing` has an `actId`. */
    newAct: assign(({ event }) => ('actId' in event ? { actId: event.actId, resendError: null } : {})),
    /** A resend counts when it is sent, because the phone may have received it even if the call fails. */
    countResend: assign({ resends: ({ context }) => context.resends + 1, coolingDown: true }),
    addRequest: assign(({ context }, { output }: { output: LiveRequest }) => ({
      requests: [output, ...without(context, output.pending)],
      transaction: output.pending.transaction ?? context.transaction,
      coolingDown: true,
    })),
    dropRequest: assign(({ context }, { id }: { id: string }) => ({
      requests: without(context, { id }),
    })),
    /** Only a denial of the newest request ends the login. */
    keepDenied: assign({ denied: ({ context }) => context.requests[0]?.pending ?? null }),
    endCooldown: assign({ coolingDown: false }),
    endPush: assign({ requests: [], connection: 'ok', verifying: false }),
    setConnection: assign((_, { connection }: { connection: Connection }) => ({ connection })),
    keepSession: assign((_, { session }: { session: Sealed<unknown> | null }) => ({ session })),
    /** Every transition into `failed` carries the caught error. */
    setError: assign(({ event }) => ({ error: toCibaError('error' in event && event.error) })),
    /** Closes `retry` until the time that the error names. */
    waitToRetry: assign(({ context: { host, error } }) => ({
      retryAt: error?.retryAfter ? host.now() + error.retryAfter * 1000 : null,
    })),
    endRetryWait: assign({ retryAt: null }),
    setResendError: assign((_, { error }: { error: unknown }) => ({ resendError: toCibaError(error) })),
    syncTotp: assign((_, report: TotpState) => report),
    setIdleAfter: assign((_, { reason }: { reason: LoginContext['idleAfter'] }) => ({ idleAfter: reason })),
    restore: assign((_, { login }: { login: ResumedLogin }) => ({ ...login, coolingDown: true })),
    /** Deletes the saved login, so that a reload doesn't resume it. */
    forget: ({ context: { host } }) => host.forget?.(),
    markReported: assign({ reported: true }),
    /** Tells the backend, if the adapter supports it. */
    sendReport: ({ context: { host, denied } }) => denied && host.report?.(denied),
    passCode: ({ self }, submit: SubmitCode) => self.getSnapshot().children['totp']?.send(submit),
    emitEvent: emit((_, event: CibaEvent) => event),
    emitFailure: emit(({ context }) => {
      const error = context.error as CibaError;
      return { type: 'failed', code: error.code, error };
    }),
    /** Cancels the open requests if the adapter supports it, and an `initiate` that is still running. */
    withdraw: ({ context: { host, requests, actId } }) => host.withdraw?.(requests, actId),
  },
  delays: {
    approvalTimeout: ({ context: { approvalTimeout = DEFAULT_APPROVAL_TIMEOUT_SECONDS } }) =>
      clampDelay(approvalTimeout * 1000),
    cooldown: ({ context }) => cooldownMs(context, context.host.now()),
    retryWait: ({ context }) => clampDelay((context.error?.retryAfter ?? 0) * 1000),
  },
}).createMachine({
  id: 'login',
  context: ({ input }) => ({
    host: NO_HOST,
    ...input,
    actId: '',
    requests: [],
    connection: 'ok',
    coolingDown: true,
    codeAttempts: NO_ATTEMPTS,
    verifying: false,
    denied: null,
    lastError: null,
    ...NEW_LOGIN,
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
          guard: { type: 'canBegin', params: fromEvent },
          target: 'active.pushing',
          actions: [{ type: 'setUser', params: fromEvent }, 'newLogin'],
        },
        useCode: {
          guard: { type: 'canBegin', params: fromEvent },
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
      invoke: {
        id: 'poller',
        src: 'poller',
        input: ({ self, context: { host } }) => ({ login: self, host }),
        onError: 'failed',
      },
      on: {
        cancel: [
          { guard: 'mayBeOnPhone', target: 'idle', actions: ['withdraw', ...cancelled] },
          { target: 'idle', actions: ['withdraw', 'forget', emitEvent('cancelled')] },
        ],
        // The phone has answered, so cancel all other requests.
        'push.approved': {
          target: 'approved',
          actions: [{ type: 'keepSession', params: fromEvent }, dropRequest, 'withdraw'],
        },
        'push.denied': [
          { guard: { type: 'isOlder', params: fromEvent }, actions: dropRequest },
          { target: 'denied', actions: ['keepDenied', dropRequest, 'withdraw'] },
        ],
        'push.expired': { actions: dropRequest },
        'push.failed': { actions: dropRequest },
        'push.cancelled': { target: 'idle', actions: cancelled },
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
            onDone: [
              // No phone could be reached, and a code is allowed.
              {
                guard: { type: 'needsCode', params: fromEvent },
                target: 'code',
                actions: { type: 'addRequest', params: fromEvent },
              },
              { target: 'polling', actions: [{ type: 'addRequest', params: fromEvent }, emitEvent('pushSent')] },
            ],
            onError: [
              { guard: 'hasRequest', target: 'polling', actions: { type: 'setResendError', params: fromEvent } },
              { target: '#login.failed' },
            ],
          },
          // The backend may have sent the request before it answers.
          on: { cancel: { target: '#login.idle', actions: ['withdraw', ...cancelled] } },
        },

        polling: {
          after: {
            cooldown: { actions: 'endCooldown' },
            approvalTimeout: [{ guard: 'prefersCode', target: 'code' }, { target: 'timedOut' }],
          },
          on: {
            resend: {
              guard: { type: 'isOpen', params: { verb: 'resend' } },
              target: 'pushing',
              actions: 'countResend',
            },
            useCode: { guard: mayUseCode, target: 'code' },
            ...pushEndTransitions,
          },
        },

        code: {
          invoke: {
            id: 'totp',
            src: 'totp',
            input: ({ context: { loginHint, requests, codeAttempts, host } }) => ({
              loginHint,
              pending: requests[0]?.pending ?? null,
              codeAttempts,
              host,
            }),
            onSnapshot: [
              { guard: { type: 'isLockedOut', params: totpStateOf }, target: '.lockedOut', actions: syncTotp },
              {
                guard: { type: 'isRejected', params: totpStateOf },
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
            ...pushEndTransitions,
          },
        },
      },
    },

    approved: {
      entry: ['endPush', 'forget', emitEvent('approved')],
      // The app has moved on, so a user who comes back can sign in again.
      on: { pageReturned: 'idle' },
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
        ...restartTransitions,
        report: {
          guard: { type: 'isOpen', params: { verb: 'report' } },
          actions: ['markReported', 'sendReport', emitEvent('reported')],
        },
      },
    },

    expired: {
      entry: ['endPush', 'forget', emitEvent('expired')],
      on: restartTransitions,
    },

    failed: {
      entry: ['endPush', 'forget', 'setError', 'waitToRetry', 'emitFailure'],
      on: restartTransitions,
      initial: 'waiting',
      states: {
        // The error may name a time before which trying again can't help.
        waiting: {
          always: { guard: 'mayRetry', target: 'open' },
          after: { retryWait: { target: 'open', actions: 'endRetryWait' } },
        },
        open: {},
      },
    },
  },
});
