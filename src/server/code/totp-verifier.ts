import type { TotpResult } from '../../contract/index.js';
import type { CibaStore } from '../store/store.js';

/**
 * Checks one authenticator code. The handler counts the tries, locks and pads the time; the verifier says only whether
 * the code is right. `store` is the handler's, for refusing a code that was used before.
 */
export type TotpVerifier<Session> = (
  request: { readonly loginHint: string; readonly code: string },
  store: CibaStore,
) => Promise<TotpResult<Session>>;
