import { assign, fromPromise, setup } from 'xstate';
import { toCibaError } from '../contract/index.js';
import type { CibaError, PendingApproval, Sealed } from '../contract/index.js';
import { notProvided } from './acts.js';
import { clampDelay } from './environment.js';
import { afterLock, afterRejectedCode } from './lockout.js';
import type { CodeTries, RejectedCode } from './lockout.js';

export interface TotpInput {
  readonly loginHint: string;
  /** The push that is open beside the entry. */
  readonly pending: PendingApproval | null;
  readonly tries: CodeTries;
}

export interface TotpContext extends TotpInput {
  readonly session: Sealed<unknown> | null;
}

/** Names the act, so that a restarted actor joins it; the code itself is sealed. */
export interface SubmitCode {
  readonly type: 'submitCode';
  readonly attemptId: string;
  readonly code: Sealed<string>;
}

export interface VerifyInput extends Omit<SubmitCode, 'type'> {
  readonly loginHint: string;
  readonly pending: PendingApproval | null;
}

export type VerifyOutput = { readonly status: 'approved'; readonly session: Sealed<unknown> } | RejectedCode;

/**
 * The chart of one authenticator-code entry: entry → verifying → entry (wrong, or a fault) | lockedOut | approved.
 * `useTotp` runs it alone, the login chart invokes it.
 */
export const totpMachine = setup({
  types: {
    context: {} as TotpContext,
    events: {} as SubmitCode,
    input: {} as TotpInput,
    output: {} as { session: Sealed<unknown> | null },
  },
  actors: {
    verifyCode: fromPromise<VerifyOutput, VerifyInput>(async () => notProvided('verifyCode')),
  },
  guards: {
    isLocked: ({ context }) => context.tries.retryAt !== null,
    isApproved: (_, { answer }: { answer: VerifyOutput }) => answer.status === 'approved',
  },
  actions: {
    keepSession: assign((_, { answer }: { answer: VerifyOutput }) => ({
      session: answer.status === 'approved' ? answer.session : null,
    })),
    countTry: assign(({ context }, { answer }: { answer: VerifyOutput }) => ({
      tries: answer.status === 'approved' ? context.tries : afterRejectedCode(context.tries, answer),
    })),
    noteFault: assign(({ context }, { error }: { error: CibaError }) => ({
      tries: { ...context.tries, problem: { kind: 'fault' as const, error } },
    })),
    clearProblem: assign(({ context }) => ({ tries: { ...context.tries, problem: null } })),
    liftLock: assign(({ context }) => ({ tries: afterLock(context.tries) })),
  },
  delays: {
    lockTime: ({ context }) => clampDelay((context.tries.retryAt ?? 0) - Date.now()),
  },
}).createMachine({
  id: 'totp',
  context: ({ input }) => ({ ...input, session: null }),
  initial: 'entry',
  output: ({ context }) => ({ session: context.session }),
  states: {
    entry: {
      always: { guard: 'isLocked', target: 'lockedOut' },
      on: { submitCode: 'verifying' },
    },
    verifying: {
      entry: 'clearProblem',
      invoke: {
        id: 'verifyCode',
        src: 'verifyCode',
        input: ({ context, event }) => ({
          loginHint: context.loginHint,
          pending: context.pending,
          attemptId: event.attemptId,
          code: event.code,
        }),
        onDone: [
          {
            guard: { type: 'isApproved', params: ({ event }) => ({ answer: event.output }) },
            target: 'approved',
            actions: { type: 'keepSession', params: ({ event }) => ({ answer: event.output }) },
          },
          { target: 'entry', actions: { type: 'countTry', params: ({ event }) => ({ answer: event.output }) } },
        ],
        onError: {
          target: 'entry',
          actions: { type: 'noteFault', params: ({ event }) => ({ error: toCibaError(event.error) }) },
        },
      },
    },
    lockedOut: {
      after: { lockTime: { target: 'entry', actions: 'liftLock' } },
    },
    approved: { type: 'final' },
  },
});
