import type { TotpResult } from '../../contract/index.js';
import type { CibaStore } from '../store/store.js';

/**
 * Checks one authenticator code. The handler counts attempts, locks users out and pads the response time; the verifier
 * only decides whether the code is right. `store` is the handler's store, for rejecting a code that was used before.
 *
 * @throws CibaError if the code could not be checked; that costs the user no attempt
 */
export type TotpVerifier<Session> = (
  request: { readonly loginHint: string; readonly code: string },
  store: CibaStore,
) => Promise<TotpResult<Session>>;
