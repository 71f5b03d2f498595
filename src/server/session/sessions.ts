import type { Context } from '../context.js';
import { readCookie, writeCookie } from '../http/cookies.js';
import { OUTCOME_MEMORY_SECONDS, sessionEndKey, sessionKey, sessionUseKey } from '../store/keys.js';
import { revokeSession } from './revoke.js';

/** What the store keeps. The session is wrapped, so that any JSON value can be one. */
interface SessionRecord<Session> {
  readonly session: Session;
}

/** Share of the idle lifetime after which a use is written again, so that not every request writes to the store. */
const USE_GRAIN = 1 / 20;

/** Opens a session for `ttlSeconds`. `token` must be a new random value, never one that came from a browser. */
export async function openSession<Session>(
  context: Context<Session>,
  token: string,
  session: Session,
  ttlSeconds: number,
): Promise<void> {
  const record: SessionRecord<Session> = { session };
  await context.store.set(sessionKey(token), record, ttlSeconds);
  await recordUse(context, token);
}

/**
 * Extends a session that waited for its browser. Returns whether it is still open: a sign-in that was slower than the
 * user's sign-out must not restore the session.
 */
export async function keepSession<Session>(
  context: Context<Session>,
  token: string,
  session: Session,
): Promise<boolean> {
  await openSession(context, token, session, context.sessionLifetimeSeconds);
  // A session that ends is first marked as ended and then deleted. So either the mark is visible here, or the session
  // is deleted after this write.
  if ((await context.store.get(sessionEndKey(token))) === undefined) return true;
  await deleteSession(context, token);
  return false;
}

async function recordUse<Session>(context: Context<Session>, token: string): Promise<void> {
  await context.store.set(sessionUseKey(token), context.now(), context.sessionIdleLifetimeSeconds);
}

async function deleteSession<Session>({ store }: Context<Session>, token: string): Promise<void> {
  await store.delete(sessionKey(token));
  await store.delete(sessionUseKey(token));
}

/** What the store has of a session. Without `usedAt` it was idle for too long. */
async function readRecord<Session>({ store }: Context<Session>, token: string) {
  const [record, usedAt] = await Promise.all([
    store.get<SessionRecord<Session>>(sessionKey(token)),
    store.get<number>(sessionUseKey(token)),
  ]);
  return record ? { session: record.session, usedAt } : null;
}

/** Reads the session with this cookie value, unless it has ended or was idle for too long. */
export async function readSessionByToken<Session>(
  context: Context<Session>,
  token: string,
): Promise<SessionRecord<Session> | null> {
  const record = await readRecord(context, token);
  return record?.usedAt === undefined ? null : record;
}

/** Reads the session that the request's cookie names, and records the use. One that was idle for too long is revoked. */
export async function readSession<Session>(
  context: Context<Session>,
  request: Request,
): Promise<(SessionRecord<Session> & { token: string }) | null> {
  const token = readCookie(request, 'session', context);
  const record = token && (await readRecord(context, token));
  if (!record) return null;
  const { session, usedAt } = record;
  if (usedAt === undefined) {
    await endSession(context, token, session);
    return null;
  }
  const idleMs = context.sessionIdleLifetimeSeconds * 1000;
  // Another process's clock, or this one's before it was set back, may have been ahead.
  if (Math.abs(context.now() - usedAt) > idleMs * USE_GRAIN) await recordUse(context, token);
  return { session, token };
}

/** Ends a session, and has it revoked at the provider, once. */
export async function endSession<Session>(context: Context<Session>, token: string, session: Session): Promise<void> {
  const { claimed } = await context.store.setIfAbsent(sessionEndKey(token), true, OUTCOME_MEMORY_SECONDS);
  if (claimed) await revokeSession(context, session);
  await deleteSession(context, token);
}

export function sessionCookie<Session>(context: Context<Session>, token: string): string {
  return writeCookie('session', token, context.sessionLifetimeSeconds, context);
}

export function clearedSessionCookie<Session>(context: Context<Session>): string {
  return writeCookie('session', '', 0, context);
}
