import { misconfigured } from '../../contract/errors.js';
import { isStorable } from '../backend.js';
import type { DeviceName } from '../../contract/account-session.js';
import type { Context, Outcomes } from '../context.js';
import { retryStoreWrite } from '../coordination/retry-store.js';
import { failedEvent } from '../log/events.js';
import { createToken } from '../secrets.js';
import {
  approvalKey,
  collectorKey,
  ENDED_LOGIN_SECONDS,
  OUTCOME_MEMORY_SECONDS,
  OUTCOME_SECONDS,
} from '../store/keys.js';
import { releaseSlots } from '../login/login-record.js';
import { revokeSession } from './revoke.js';
import { endSession, keepSession, openSession, readSessionByToken } from './sessions.js';
import type { SessionOrigin, StoredSession } from './sessions.js';

interface Approval {
  /** The session's cookie. */
  readonly token: string;
}

/**
 * Opens a session for an approval and keeps it for the browser to collect. If the browser doesn't collect it within 30
 * seconds, it is revoked. Returns the approval's key in the store.
 * @throws CibaError `misconfigured` for a session that can't be stored; `unavailable` if the store can't be reached. The
 * approval is revoked then.
 */
async function offerApproval<Session>(
  context: Context<Session>,
  session: Session,
  origin: SessionOrigin,
): Promise<string> {
  const approval = createToken();
  const token = createToken();
  if (!isStorable(session)) {
    await revokeSession(context, session, origin.account);
    throw misconfigured(
      'The session that the adapter or the verifier resolved to is missing, is not JSON, or is larger than 256 KB, so the handler can not keep it. Resolve to plain JSON.',
    );
  }
  try {
    await retryStoreWrite(context, async () => {
      await openSession(context, token, session, origin);
      await context.store.set(approvalKey(approval), { token } satisfies Approval, OUTCOME_MEMORY_SECONDS);
    });
  } catch (caught) {
    await revokeSession(context, session, origin.account);
    throw caught;
  }
  setTimeout(() => void withdrawApproval(context, approval), OUTCOME_SECONDS * 1000).unref?.();
  return approval;
}

/**
 * Returns the session and its cookie value to the browser that the approval is for, the first time and whenever it asks
 * again. Returns `null` if the approval was revoked or the session has ended since.
 *
 * `check` runs on the session before it counts as collected. If it throws, the browser may ask again.
 */
export async function collectApproval<Session>(
  context: Context<Session>,
  approval: string,
  device: DeviceName,
  check: (session: Session) => void,
): Promise<(StoredSession<Session> & { token: string }) | null> {
  const offered = await context.store.get<Approval>(approvalKey(approval));
  const waiting = offered && (await readSessionByToken(context, offered.token));
  if (!offered || !waiting) return null;
  check(waiting.session);
  const { value: collector } = await context.store.setIfAbsent(
    collectorKey(approval),
    'browser',
    OUTCOME_MEMORY_SECONDS,
  );
  if (collector !== 'browser') return null;
  // Each time, because the first time may have failed between the two steps. The session would then end with the approval.
  if (!(await keepSession(context, offered.token, waiting, device))) return null;
  return { ...waiting, token: offered.token };
}

/** Revokes an approval, unless a browser collected it or it was revoked before. Never throws. */
async function withdrawApproval<Session>(context: Context<Session>, approval: string): Promise<void> {
  try {
    const { claimed } = await context.store.setIfAbsent(collectorKey(approval), 'withdrawn', OUTCOME_MEMORY_SECONDS);
    if (!claimed) return;
    const offered = await context.store.get<Approval>(approvalKey(approval));
    const record = offered && (await readSessionByToken(context, offered.token));
    if (!offered || !record) return;
    await endSession(context, record, 'uncollected');
  } catch (caught) {
    context.emit(failedEvent('revoke', caught));
  }
}

/** Logins end in a session, which its browser collects. */
export const createSessionOutcomes = <Session>(): Outcomes<Session> => ({
  answerSeconds: OUTCOME_SECONDS,
  recordSeconds: ENDED_LOGIN_SECONDS,
  graceSeconds: Infinity,
  codeAfterExpiry: true,
  offer: offerApproval,
  recover: async () => null,
  withdraw: withdrawApproval,
  release: releaseSlots,
});
