import { readCookie, writeCookie } from '../http/cookies.js';
import type { Context } from '../options.js';
import { hash } from '../secrets.js';

/** Wrapped, so that any JSON value can be a session. */
interface SessionRecord<Session> {
  readonly session: Session;
}

function keyOf(token: string): string {
  return `session:${hash('session', token)}`;
}

/** When the session was used last. Apart from the session itself, so that a use can never bring back one that ended. */
function usedKeyOf(token: string): string {
  return `used:${hash('session', token)}`;
}

/** Opens a session under a random cookie value for so many seconds; a value that came from a browser is never taken over. */
export async function openSession<Session>(
  context: Context<Session>,
  token: string,
  session: Session,
  lifetime: number,
): Promise<void> {
  await context.store.set(keyOf(token), { session } satisfies SessionRecord<Session>, lifetime);
  await recordUse(context, token);
}

/** Share of the idle life after which a use is noted again: not every request has to write. */
const USE_GRAIN = 1 / 20;

async function recordUse<Session>({ store, now, sessionIdleLifetime }: Context<Session>, token: string): Promise<void> {
  await store.set(usedKeyOf(token), now(), sessionIdleLifetime);
}

export async function readSessionByToken<Session>(
  { store }: Context<Session>,
  token: string,
): Promise<(SessionRecord<Session> & { usedAt: number }) | null> {
  const [record, usedAt] = await Promise.all([
    store.get<SessionRecord<Session>>(keyOf(token)),
    store.get<number>(usedKeyOf(token)),
  ]);
  return record && usedAt !== undefined ? { ...record, usedAt } : null;
}

/** The session that the request's cookie names. */
export async function readSession<Session>(
  context: Context<Session>,
  request: Request,
): Promise<(SessionRecord<Session> & { token: string }) | null> {
  const token = readCookie(request, 'session', context.secure);
  const record = token && (await readSessionByToken(context, token));
  if (!record) return null;
  const { session, usedAt } = record;
  if (context.now() - usedAt > context.sessionIdleLifetime * 1000 * USE_GRAIN) await recordUse(context, token);
  return { session, token };
}

export async function deleteSession<Session>(context: Context<Session>, token: string): Promise<void> {
  await context.store.delete(keyOf(token));
  await context.store.delete(usedKeyOf(token));
}

export function sessionCookie<Session>(context: Context<Session>, token: string): string {
  return writeCookie('session', token, context.sessionLifetime, context.secure);
}

export function clearedSessionCookie<Session>(context: Context<Session>): string {
  return writeCookie('session', '', 0, context.secure);
}
