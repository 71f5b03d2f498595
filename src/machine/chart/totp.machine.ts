import { assign } from 'xstate';
import type { PromiseActorLogic } from 'xstate';
import { toCibaError } from '../../contract/index.js';
import type { PendingApproval, Sealed } from '../../contract/index.js';
import { notProvided } from '../acts.js';
import { afterLock, afterRejectedCode } from './lockout.js';
import type { CodeTries, RejectedCode } from './lockout.js';
import { carried, setup, whole } from './setup.js';

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
    verifyCode: notProvided as PromiseActorLogic<VerifyOutput, VerifyInput>,
  },
  guards: {
    isLocked: ({ context }) => context.tries.retryAt !== null,
    isApproved: (_, { output }: { output: VerifyOutput }) => output.status === 'approved',
  },
  actions: {
    keepSession: assign((_, { output }: { output: VerifyOutput }) =>
      output.status === 'approved' ? { session: output.session } : {},
    ),
    countTry: assign(({ context }, { output }: { output: VerifyOutput }) =>
      output.status === 'approved' ? {} : { tries: afterRejectedCode(context.tries, output) },
    ),
    noteFault: assign(({ context }, { error }: { error: unknown }) => ({
      tries: { ...context.tries, problem: { kind: 'fault' as const, error: toCibaError(error) } },
    })),
    clearProblem: assign(({ context }) => ({ tries: { ...context.tries, problem: null } })),
    liftLock: assign(({ context }) => ({ tries: afterLock(context.tries) })),
  },
  delays: { lockTime: 0 },
}).createMachine({
  id: 'totp',
  context: ({ input }) => ({ ...input, session: null }),
  initial: 'entry',
  output: whole,
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
        input: ({ context, event }) => ({ ...context, ...event }),
        onDone: [
          {
            guard: { type: 'isApproved', params: carried },
            target: 'approved',
            actions: { type: 'keepSession', params: carried },
          },
          { target: 'entry', actions: { type: 'countTry', params: carried } },
        ],
        onError: { target: 'entry', actions: { type: 'noteFault', params: carried } },
      },
    },
    lockedOut: {
      after: { lockTime: { target: 'entry', actions: 'liftLock' } },
    },
    approved: { type: 'final' },
  },
});
