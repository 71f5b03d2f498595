import { misconfigured } from '../../contract/errors.js';
import { isStorable } from '../backend.js';
import type { DeviceName } from '../../contract/account-session.js';
import type { Context, Evidence, Outcomes } from '../context.js';
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
import type { StoreStep } from '../store/store.js';
import { revokeSession } from './revoke.js';
import { endSession, keepSession, openSession, readSessionByToken } from './sessions.js';
import type { SessionOrigin, StoredSession } from './sessions.js';

interface Approval {
  /** The session's cookie. */
  readonly token: string;
}

/** An approval that waits for its browser. */
interface Offered<Session> {
  readonly token: string;
  readonly stored: StoredSession<Session>;
}

/**
 * Opens a session for an approval and keeps it for the browser to collect. If the browser doesn't collect it within
 * `waitSeconds`, it is revoked. Returns the approval's key in the store.
 * @throws CibaError `misconfigured` for a session that can't be stored; `unavailable` if the store can't be reached. The
 * approval is revoked then.
 */
async function offerApproval<Session>(
  context: Context<Session>,
  session: Session,
  { waitSeconds = OUTCOME_SECONDS, ...origin }: SessionOrigin & Pick<Evidence, 'waitSeconds'>,
): Promise<string> {
  const approval = createToken();
  const token = createToken();
  if (!isStorable(session)) {
    await revokeSession(context, session, origin.account);
    throw misconfigured(
      'The session that the adapter or the verifier resolved to is missing, is not JSON, or is larger than 256 KB, so the handler can not keep it. Resolve to plain JSON.',
    );
  }
  const opened = openSession(context, token, session, origin);
  try {
    await retryStoreWrite(context, () =>
      context.store.batch([
        ...opened.steps,
        ['set', approvalKey(approval), { token } satisfies Approval, OUTCOME_MEMORY_SECONDS],
      ]),
    );
  } catch (caught) {
    await revokeSession(context, session, origin.account);
    throw caught;
  }
  // The browser that the approval is for usually collects it in this very request.
  context.offered.set(approval, { token, stored: opened.stored } satisfies Offered<Session>);
  setTimeout(() => void withdrawApproval(context, approval), waitSeconds * 1000).unref?.();
  return approval;
}

/** What a browser needs to collect an approval. */
export interface Collecting<Session> {
  readonly device: DeviceName;
  /** Runs on the session before it counts as collected. If it throws, the browser may ask again. */
  readonly check: (session: Session) => void;
  /** Steps that are taken with it. */
  readonly alongside: readonly StoreStep[];
}

/** A session and its cookie value. */
export type CollectedSession<Session> = StoredSession<Session> & { readonly token: string };

/**
 * Returns the session and its cookie value to the browser that the approval is for, the first time and whenever it asks
 * again. Returns `null` if the approval was revoked or the session has ended since.
 */
export async function collectApproval<Session>(
  context: Context<Session>,
  approval: string,
  { device, check, alongside }: Collecting<Session>,
): Promise<CollectedSession<Session> | null> {
  const offered = await readOffered(context, approval);
  if (!offered) return null;
  const { token, stored } = offered;
  check(stored.session);
  // Each time, because the first time may have failed between the two. The session would then end with the approval.
  const { record, steps, isOpen } = keepSession(context, stored, device);
  const [claim, ...answers] = await context.store.batch([
    ['setIfAbsent', collectorKey(approval), 'browser', OUTCOME_MEMORY_SECONDS],
    ...steps,
    ...alongside,
  ]);
  if ((claim as { readonly value: unknown }).value !== 'browser') {
    // It was withdrawn in the meantime. The process that withdrew it may have looked for the session before it was written here.
    await endSession(context, stored, 'uncollected');
    return null;
  }
  return (await isOpen(answers)) ? { ...stored, record, token } : null;
}

/** Has an approval lead to the session with this cookie value, whenever its browser asks again. */
export function redirectApproval<Session>(
  { store }: Context<Session>,
  approval: string,
  { token }: Approval,
): Promise<void> {
  return store.set(approvalKey(approval), { token } satisfies Approval, OUTCOME_MEMORY_SECONDS);
}

/** An approval that waits, by what this process offered, or by the store. */
async function readOffered<Session>(context: Context<Session>, approval: string): Promise<Offered<Session> | null> {
  const own = context.offered.get(approval) as Offered<Session> | undefined;
  // Only the first time. Later, the session may have been refreshed or ended.
  context.offered.delete(approval);
  if (own) return own;
  const offered = await context.store.get<Approval>(approvalKey(approval));
  const stored = offered && (await readSessionByToken(context, offered.token));
  return offered && stored ? { token: offered.token, stored } : null;
}

/** Revokes an approval, unless a browser collected it or it was revoked before. Never throws. */
async function withdrawApproval<Session>(context: Context<Session>, approval: string): Promise<void> {
  context.offered.delete(approval);
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
