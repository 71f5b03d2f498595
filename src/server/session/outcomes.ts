import type { Context } from '../context.js';
import { retryStoreWrite } from '../coordination/retry-store.js';
import { failedEvent } from '../log/events.js';
import { createToken } from '../secrets.js';
import { approvalKey, collectorKey, OUTCOME_MEMORY_SECONDS, OUTCOME_SECONDS } from '../store/keys.js';
import { deleteSession, openSession, readSessionByToken } from './sessions.js';

interface Approval {
  /** The session's cookie. */
  readonly token: string;
}

/**
 * Opens a session for an approval and keeps it for the browser to collect. If the browser doesn't collect it within 30
 * seconds, it is revoked. Returns the approval's key in the store.
 */
export async function offerApproval<Session>(context: Context<Session>, session: Session): Promise<string> {
  const approval = createToken();
  const token = createToken();
  try {
    await retryStoreWrite(context, async () => {
      // The session lives no longer than the browser can collect it. If this process dies, no orphan is left behind.
      await openSession(context, token, session, OUTCOME_MEMORY_SECONDS);
      await context.store.set(approvalKey(approval), { token } satisfies Approval, OUTCOME_MEMORY_SECONDS);
    });
  } catch (caught) {
    await revokeSession(context, session);
    throw caught;
  }
  setTimeout(() => void withdrawApproval(context, approval), OUTCOME_SECONDS * 1000).unref?.();
  return approval;
}

/**
 * Returns the session and its cookie value to the browser that the approval is for, the first time and whenever it asks
 * again. Returns `null` if the approval was revoked or the session has ended since.
 */
export async function collectApproval<Session>(
  context: Context<Session>,
  approval: string,
): Promise<{ token: string; session: Session } | null> {
  const offered = await context.store.get<Approval>(approvalKey(approval));
  if (!offered) return null;
  const { claimed, value: collector } = await context.store.setIfAbsent(
    collectorKey(approval),
    'browser',
    OUTCOME_MEMORY_SECONDS,
  );
  if (collector !== 'browser') return null;
  const session = await readSessionByToken(context, offered.token);
  if (!session) return null;
  if (claimed) await openSession(context, offered.token, session.session, context.sessionLifetimeSeconds);
  return { token: offered.token, session: session.session };
}

/** Revokes an approval, unless a browser collected it or it was revoked before. Never throws. */
export async function withdrawApproval<Session>(context: Context<Session>, approval: string): Promise<void> {
  try {
    const { claimed } = await context.store.setIfAbsent(collectorKey(approval), 'withdrawn', OUTCOME_MEMORY_SECONDS);
    if (!claimed) return;
    const offered = await context.store.get<Approval>(approvalKey(approval));
    const record = offered && (await readSessionByToken(context, offered.token));
    if (!offered || !record) return;
    await deleteSession(context, offered.token);
    await revokeSession(context, record.session);
  } catch (caught) {
    context.emit(failedEvent('revoke', caught));
  }
}

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
