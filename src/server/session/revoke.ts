import type { Context } from '../context.js';
import { failedEvent } from '../log/events.js';

/** Has the app revoke a session at the provider. Never throws, because the user's own act has succeeded by then. */
export async function revokeSession<Session>(context: Context<Session>, session: Session): Promise<void> {
  if (!context.revoke) return;
  try {
    await context.revoke(session);
    context.emit({ type: 'revoked' });
  } catch (caught) {
    context.emit(failedEvent('revoke', caught));
  }
}
