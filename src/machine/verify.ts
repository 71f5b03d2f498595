import { fromPromise } from 'xstate';
import { CibaError, Sealed } from '../contract/index.js';
import type { CallOptions, CibaAdapter } from '../contract/index.js';
import { validateTotpResult } from '../contract/validate.js';
import type { Acts } from './acts.js';
import { clampDelay } from './environment.js';
import type { CibaEnvironment } from './environment.js';
import type { TotpContext, VerifyInput, VerifyOutput } from './chart/totp.machine.js';

/** What checking a code needs. */
export interface VerifyDependencies {
  readonly adapter: Pick<CibaAdapter, 'verifyTotp'>;
  readonly environment: CibaEnvironment;
  readonly acts: Acts;
}

/** Returns the implementations of the code chart for one adapter and one environment. */
export function provideVerify({ adapter, environment, acts }: VerifyDependencies) {
  async function verify({ loginHint, pending, code }: VerifyInput, call: CallOptions): Promise<VerifyOutput> {
    if (!adapter.verifyTotp) {
      throw new CibaError('misconfigured', 'The adapter has no verifyTotp().');
    }
    const request = { loginHint, code: code.open(), ...(pending && { pending }) };
    const result = validateTotpResult(await adapter.verifyTotp(request, call));
    if (result.status === 'approved') return { status: 'approved', session: new Sealed(result.session) };
    const at = environment.clock.now();
    // Treat a user without an authenticator app like a wrong code, so that the screen doesn't reveal who has one.
    if (result.status === 'notEnrolled') return { status: 'invalidCode', at };
    return { ...result, at };
  }

  return {
    actors: {
      verifyCode: fromPromise<VerifyOutput, VerifyInput>(({ input, signal }) =>
        acts.runOnce('verify', input.actId, signal, (call) => verify(input, call)),
      ),
    },
    delays: {
      lockoutTime: ({ context: { codeAttempts } }: { context: TotpContext }) =>
        clampDelay((codeAttempts.retryAt ?? 0) - environment.clock.now()),
    },
  };
}
