import type { Context } from '../context.js';
import { readCookie, writeCookie } from '../http/cookies.js';
import { sessionKey, sessionUseKey } from '../store/keys.js';

/** What the store keeps. The session is wrapped, so that any JSON value can be one. */
interface SessionRecord<Session> {
  readonly session: Session;
}

/** Share of the idle lifetime after which a use is written again, so that not every request writes to the store. */
const USE_GRAIN = 1 / 20;

/** Opens a session for `ttl` seconds. `token` must be a new random value, never one that came from a browser. */
export async function openSession<Session>(
  context: Context<Session>,
  token: string,
  session: Session,
  ttl: number,
): Promise<void> {
  await context.store.set(sessionKey(token), { session } satisfies SessionRecord<Session>, ttl);
  await recordUse(context, token);
}

async function recordUse<Session>(context: Context<Session>, token: string): Promise<void> {
  await context.store.set(sessionUseKey(token), context.now(), context.sessionIdleLifetimeSeconds);
}

/** Reads the session with this cookie value, unless it has ended or was idle for too long. */
export async function readSessionByToken<Session>(
  { store }: Context<Session>,
  token: string,
): Promise<(SessionRecord<Session> & { usedAt: number }) | null> {
  const [record, usedAt] = await Promise.all([
    store.get<SessionRecord<Session>>(sessionKey(token)),
    store.get<number>(sessionUseKey(token)),
  ]);
  return record && usedAt !== undefined ? { ...record, usedAt } : null;
}

/** Reads the session that the request's cookie names, and records the use. */
export async function readSession<Session>(
  context: Context<Session>,
  request: Request,
): Promise<(SessionRecord<Session> & { token: string }) | null> {
  const token = readCookie(request, 'session', context);
  const record = token && (await readSessionByToken(context, token));
  if (!record) return null;
  const { session, usedAt } = record;
  if (context.now() - usedAt > context.sessionIdleLifetimeSeconds * 1000 * USE_GRAIN) await recordUse(context, token);
  return { session, token };
}

/** Ends a session. */
export async function deleteSession<Session>(context: Context<Session>, token: string): Promise<void> {
  await context.store.delete(sessionKey(token));
  await context.store.delete(sessionUseKey(token));
}

export function sessionCookie<Session>(context: Context<Session>, token: string): string {
  return writeCookie('session', token, context.sessionLifetimeSeconds, context);
}

export function clearedSessionCookie<Session>(context: Context<Session>): string {
  return writeCookie('session', '', 0, context);
}
