import { CibaError, Sealed } from '../contract/index.js';
import type { CallOptions, CibaAdapter } from '../contract/index.js';
import { validateTotpResult } from '../contract/validate.js';
import type { Acts } from './acts.js';
import type { CodeHost, VerifyInput, VerifyOutput } from './chart/host.js';
import type { CibaEnvironment } from './environment.js';

/** What checking a code needs. */
export interface VerifyDependencies {
  readonly adapter: Pick<CibaAdapter, 'verifyTotp'>;
  readonly environment: CibaEnvironment;
  readonly acts: Acts;
}

/** Returns what the chart of codes does with one adapter and one environment. */
export function createCodeHost({ adapter, environment, acts }: VerifyDependencies): CodeHost {
  const now = () => environment.clock.now();

  async function verify({ loginHint, pending, code }: VerifyInput, call: CallOptions): Promise<VerifyOutput> {
    if (!adapter.verifyTotp) throw new CibaError('misconfigured', 'The adapter has no verifyTotp().');
    const request = { loginHint, code: code.open(), ...(pending && { pending }) };
    const result = validateTotpResult(await adapter.verifyTotp(request, call));
    if (result.status === 'approved') return { status: 'approved', session: new Sealed(result.session) };
    const at = now();
    // Treat a user without an authenticator app like a wrong code, so that the screen doesn't reveal who has one.
    return result.status === 'notEnrolled' ? { status: 'invalidCode', at } : { ...result, at };
  }

  return {
    now,
    verify: (input, signal) => acts.runOnce('verify', input.actId, signal, (call) => verify(input, call)),
  };
}
