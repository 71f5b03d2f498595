import type { Context } from '../context.js';
import { JsonAnswer, notFound, readBody, readId } from '../http/body-and-response.js';
import type { Answer } from '../http/body-and-response.js';
import type { HandlerRequest } from '../http/handler-request.js';
import { describeSessions, endSessionsOf, readOpenSessions } from './account-sessions.js';
import { takeLogoutToken } from './logout.js';
import { publicSessionOf } from './public-session.js';
import { clearedSessionCookie, endSession, expectCurrent, readSession } from './sessions.js';

// The routes of a session.

export async function session<Session>(context: Context<Session>, request: HandlerRequest): Promise<Answer> {
  // A page that only looks whether its session still exists must not keep it from being idle.
  const isUse = request.headers.get('x-ciba-background') !== '1';
  const current = await readSession(context, request, { isUse });
  return new JsonAnswer(200, { session: publicSessionOf(context, current && expectCurrent(current)) });
}

export async function sessions<Session>(context: Context<Session>, request: HandlerRequest): Promise<Answer> {
  const { owner, id } = await requireSession(context, request);
  const list = describeSessions(context, await readOpenSessions(context, [owner]), id);
  return new JsonAnswer(200, { sessions: list.map((one) => ({ ...one, device: { ...one.device } })) });
}

export async function endOneSession<Session>(context: Context<Session>, request: HandlerRequest): Promise<Answer> {
  const id = await readId(request);
  const { owner, id: currentId } = await requireSession(context, request);
  const reason = id === currentId ? 'signedOut' : 'endedElsewhere';
  const ended = await endSessionsOf(context, [owner], { id }, { currentId, reason });
  return new JsonAnswer(200, { ended }, id === currentId ? [clearedSessionCookie(context)] : []);
}

export async function endOtherSessions<Session>(context: Context<Session>, request: HandlerRequest): Promise<Answer> {
  await readBody(request);
  const { owner, id: currentId } = await requireSession(context, request);
  const ended = await endSessionsOf(context, [owner], 'others', { currentId, reason: 'endedElsewhere' });
  return new JsonAnswer(200, { ended });
}

/** @throws RefusedRequest 404 if no user is signed in */
async function requireSession<Session>(context: Context<Session>, request: HandlerRequest) {
  const current = await readSession(context, request);
  if (!current) throw notFound();
  return { id: current.id, owner: current.record.owner };
}

export async function signOut<Session>(context: Context<Session>, request: HandlerRequest): Promise<Answer> {
  const signedIn = await readSession(context, request);
  if (signedIn) await endSession(context, signedIn, 'signedOut');
  return new JsonAnswer(204, null, [clearedSessionCookie(context)]);
}

export async function backchannelLogout<Session>(context: Context<Session>, request: HandlerRequest): Promise<Answer> {
  await takeLogoutToken(context, request);
  return new JsonAnswer(200, null);
}
