import { readCookie, writeCookie } from './cookies.js';
import type { Context } from './options.js';
import { createToken, hash } from './secrets.js';

/** Wrapped, so that any JSON value can be a session. */
interface SessionRecord<Session> {
  readonly session: Session;
}

function keyOf(token: string): string {
  return `session:${hash('session', token)}`;
}

/** Opens a session under a new random cookie value; a value that came from a browser is never taken over. */
export async function openSession<Session>(context: Context<Session>, session: Session): Promise<string> {
  const token = createToken();
  await context.store.set(keyOf(token), { session } satisfies SessionRecord<Session>, context.sessionLifetime);
  return token;
}

export async function readSessionByToken<Session>(
  context: Context<Session>,
  token: string,
): Promise<SessionRecord<Session> | null> {
  return (await context.store.get<SessionRecord<Session>>(keyOf(token))) ?? null;
}

/** The session that the request's cookie names. */
export async function readSession<Session>(
  context: Context<Session>,
  request: Request,
): Promise<(SessionRecord<Session> & { token: string }) | null> {
  const token = readCookie(request, 'session', context.secure);
  const record = token && (await readSessionByToken(context, token));
  return record ? { ...record, token } : null;
}

export async function deleteSession<Session>(context: Context<Session>, token: string): Promise<void> {
  await context.store.delete(keyOf(token));
}

export function sessionCookie<Session>(context: Context<Session>, token: string): string {
  return writeCookie('session', token, context.sessionLifetime, context.secure);
}

export function clearedSessionCookie<Session>(context: Context<Session>): string {
  return writeCookie('session', '', 0, context.secure);
}
