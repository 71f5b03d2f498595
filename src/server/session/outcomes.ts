import { failedEvent } from '../log/events.js';
import type { Context } from '../options.js';
import { createToken } from '../secrets.js';
import { deleteSession, openSession, readSessionByToken } from './sessions.js';
import { retryStoreWrite } from '../coordination/retry-store.js';

/** Seconds for which an approval waits to be collected, and for which a lost answer can be asked for again. */
export const OUTCOME_SECONDS = 30;

/** Seconds for which the store remembers who got it: longer than anybody asks. */
const OUTCOME_MEMORY_SECONDS = 4 * OUTCOME_SECONDS;

interface Approval {
  /** The session's cookie. */
  readonly token: string;
}

/**
 * Opens a session for an approval and keeps it for the browser to collect. What nobody collects in 30 s is revoked.
 * Answers the approval's key in the store.
 */
export async function offerApproval<Session>(context: Context<Session>, session: Session): Promise<string> {
  const approval = createToken();
  const token = createToken();
  try {
    await retryStoreWrite(context, async () => {
      // No longer than it can be collected: should this process end, nothing that nobody knows of is left behind.
      await openSession(context, token, session, OUTCOME_MEMORY_SECONDS);
      await context.store.set(`approval:${approval}`, { token } satisfies Approval, OUTCOME_MEMORY_SECONDS);
    });
  } catch (caught) {
    await revokeSession(context, session);
    throw caught;
  }
  setTimeout(() => void withdrawApproval(context, approval), OUTCOME_SECONDS * 1000).unref?.();
  return approval;
}

/**
 * The session's cookie value for the browser that the approval is for, the first time and whenever it asks again.
 * `null` when it was given back, or the session has ended since.
 */
export async function collectApproval<Session>(
  context: Context<Session>,
  approval: string,
): Promise<{ token: string; session: Session } | null> {
  const offered = await context.store.get<Approval>(`approval:${approval}`);
  if (!offered) return null;
  const { claimed, value: collector } = await context.store.setIfAbsent(
    `collected:${approval}`,
    'browser',
    OUTCOME_MEMORY_SECONDS,
  );
  if (collector !== 'browser') return null;
  const session = await readSessionByToken(context, offered.token);
  if (!session) return null;
  if (claimed) await openSession(context, offered.token, session.session, context.sessionLifetime);
  return { token: offered.token, session: session.session };
}

/** Gives an approval back, unless a browser collected it or it was given back before. Never throws. */
export async function withdrawApproval<Session>(context: Context<Session>, approval: string): Promise<void> {
  try {
    const { claimed } = await context.store.setIfAbsent(`collected:${approval}`, 'withdrawn', OUTCOME_MEMORY_SECONDS);
    if (!claimed) return;
    const offered = await context.store.get<Approval>(`approval:${approval}`);
    const record = offered && (await readSessionByToken(context, offered.token));
    if (!offered || !record) return;
    await deleteSession(context, offered.token);
    await revokeSession(context, record.session);
  } catch (caught) {
    context.emit(failedEvent('revoke', caught));
  }
}

/** Has the app give a session back to the provider. Never throws: the user's own act has happened by then. */
export async function revokeSession<Session>(context: Context<Session>, session: Session): Promise<void> {
  if (!context.revoke) return;
  try {
    await context.revoke(session);
    context.emit({ type: 'revoked' });
  } catch (caught) {
    context.emit(failedEvent('revoke', caught));
  }
}
