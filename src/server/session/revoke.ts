import { CibaError, toCibaError } from '../../contract/index.js';
import type { Context } from '../context.js';
import { failedEvent } from '../log/events.js';
import { within } from '../timing.js';

/** Seconds after which a revocation counts as failed. */
const REVOKE_TIMEOUT_SECONDS = 45;

/**
 * Has the app revoke a session at the provider. Never throws, because the user's own act has succeeded by then. Returns
 * whether that is done; `false` if it may work later.
 */
export async function revokeSession<Session>(
  context: Context<Session>,
  session: Session,
  account?: string,
): Promise<boolean> {
  if (!context.revoke) return true;
  try {
    const revoked = context.revoke(session).then(() => true);
    if (!(await within(REVOKE_TIMEOUT_SECONDS, revoked))) {
      throw new CibaError('timeout', `\`revoke\` has not settled within ${REVOKE_TIMEOUT_SECONDS} seconds.`);
    }
    context.emit({ type: 'revoked' }, account);
    return true;
  } catch (caught) {
    context.emit(failedEvent('revoke', caught), account);
    return !toCibaError(caught).retryable;
  }
}
