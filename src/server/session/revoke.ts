import type { Context } from '../context.js';
import { failedEvent } from '../log/events.js';

/** Has the app revoke a session at the provider. Never throws, because the user's own act has succeeded by then. */
export async function revokeSession<Session>(
  context: Context<Session>,
  session: Session,
  account?: string,
): Promise<void> {
  if (!context.revoke) return;
  try {
    await context.revoke(session);
    context.emit({ type: 'revoked' }, account);
  } catch (caught) {
    context.emit(failedEvent('revoke', caught), account);
  }
}
