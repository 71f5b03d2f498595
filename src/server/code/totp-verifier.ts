import type { TotpResult } from '../../contract/index.js';
import type { CibaStore } from '../store/store.js';

/** What the handler provides to a verifier for one code. */
export interface TotpTools {
  /** The handler's store, for rejecting a code that was used before. */
  readonly store: CibaStore;
  /**
   * Counts the attempt for the account that the verifier found, or for `null` if it found none. If it returns `false`,
   * the account has used up its attempts, and the verifier must answer `invalidCode` for any code.
   */
  readonly mayTry: (account: string | null) => Promise<boolean>;
}

/**
 * Checks one authenticator code. The handler counts attempts, locks users out and pads the response time; the verifier
 * only decides whether the code is right, and whose it is.
 *
 * @throws CibaError if the code could not be checked; that costs the user no attempt
 */
export type TotpVerifier<Session> = (
  request: { readonly loginHint: string; readonly code: string },
  tools: TotpTools,
) => Promise<TotpResult<Session>>;
