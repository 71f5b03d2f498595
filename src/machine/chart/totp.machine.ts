import { assign, fromPromise } from 'xstate';
import { toCibaError } from '../../contract/index.js';
import type { PendingApproval, Sealed } from '../../contract/index.js';
import { clampDelay } from '../environment.js';
import { NO_HOST } from './host.js';
import type { CodeHost, VerifyInput, VerifyOutput } from './host.js';
import { afterLockout, afterRejectedCode } from './lockout.js';
import type { CodeAttempts } from './lockout.js';
import { fromEvent, setup, fromContext } from './setup.js';

/** The input of {@link totpMachine}. */
export interface TotpInput {
  readonly loginHint: string;
  /** The push that is open during code entry. */
  readonly pending: PendingApproval | null;
  readonly codeAttempts: CodeAttempts;
  /** What the chart does outside of itself. @default nothing, and every act fails */
  readonly host?: CodeHost;
}

export interface TotpContext extends Required<TotpInput> {
  readonly session: Sealed<unknown> | null;
}

/** Submits a code. The `actId` lets a restarted actor join the act, and the code is sealed. */
export interface SubmitCode {
  readonly type: 'submitCode';
  readonly actId: string;
  readonly code: Sealed<string>;
}

/**
 * The chart of code entry: entry → verifying → entry (wrong code or error) | lockedOut | approved. `useTotp` runs it
 * alone, and the login chart invokes it.
 */
export const totpMachine = setup({
  types: {} as {
    context: TotpContext;
    events: SubmitCode;
    input: TotpInput;
    output: { session: Sealed<unknown> | null };
  },
  actors: {
    verifyCode: fromPromise<VerifyOutput, VerifyInput & Pick<TotpContext, 'host'>>(({ input, signal }) =>
      input.host.verify(input, signal),
    ),
  },
  guards: {
    isLockedOut: ({ context }) => context.codeAttempts.retryAt !== null,
    isApproved: (_, { output }: { output: VerifyOutput }) => output.status === 'approved',
  },
  actions: {
    keepSession: assign((_, { output }: { output: VerifyOutput }) => ({ session: output.session ?? null })),
    countAttempt: assign(({ context }, { output }: { output: VerifyOutput }) =>
      output.status === 'approved' ? {} : { codeAttempts: afterRejectedCode(context.codeAttempts, output) },
    ),
    setFault: assign(({ context }, { error }: { error: unknown }) => ({
      codeAttempts: { ...context.codeAttempts, problem: { kind: 'fault' as const, error: toCibaError(error) } },
    })),
    clearProblem: assign(({ context }) => ({ codeAttempts: { ...context.codeAttempts, problem: null } })),
    liftLockout: assign(({ context }) => ({ codeAttempts: afterLockout(context.codeAttempts) })),
  },
  delays: {
    lockoutTime: ({ context: { host, codeAttempts } }) => clampDelay((codeAttempts.retryAt ?? 0) - host.now()),
  },
}).createMachine({
  id: 'totp',
  context: ({ input }) => ({ host: NO_HOST, ...input, session: null }),
  initial: 'entry',
  output: fromContext,
  states: {
    entry: {
      always: { guard: 'isLockedOut', target: 'lockedOut' },
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
            guard: { type: 'isApproved', params: fromEvent },
            target: 'approved',
            actions: { type: 'keepSession', params: fromEvent },
          },
          { target: 'entry', actions: { type: 'countAttempt', params: fromEvent } },
        ],
        onError: { target: 'entry', actions: { type: 'setFault', params: fromEvent } },
      },
    },
    lockedOut: {
      after: { lockoutTime: { target: 'entry', actions: 'liftLockout' } },
    },
    approved: { type: 'final' },
  },
});
