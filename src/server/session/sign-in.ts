import { toCibaError } from '../../contract/index.js';
import type { Context } from '../context.js';
import { idempotent } from '../coordination/idempotent.js';
import { JsonAnswer, notFound } from '../http/body-and-response.js';
import type { Answer } from '../http/body-and-response.js';
import type { HandlerRequest } from '../http/handler-request.js';
import { hash } from '../secrets.js';
import { limitSessions } from './account-sessions.js';
import { asKnown, browserCookie, keepBrowser, rememberAccount } from './browsers.js';
import type { Browser } from './browsers.js';
import { nameDevice } from './device-name.js';
import { collectApproval } from './outcomes.js';
import { readPublic } from './public-session.js';
import { endSession, readSession, sessionCookie } from './sessions.js';
import type { StoredSession } from './sessions.js';

/** Gives an approval to its browser, under a new session ID. */
export async function signIn<Session>(
  context: Context<Session>,
  request: HandlerRequest,
  approval: string,
  browser: Browser,
  owner: string,
): Promise<Answer> {
  // The client has disconnected. The approval is kept so that it can be collected later; if it isn't, it's revoked.
  if (request.signal.aborted) return new JsonAnswer(503, { error: 'unavailable' });

  // If `publicSession` fails, no user is signed in. The approval is then kept for as long as the browser can ask for
  // it.
  const known = asKnown(browser);
  const [collected, previous] = await Promise.all([
    collectApproval(context, approval, {
      device: nameDevice(request.headers.get('user-agent')),
      check: (shown) => void readPublic(context, shown),
      alongside: [keepBrowser(known), rememberAccount(browser.key, owner)],
    }),
    context.onApproved ? null : readSession(context, request),
  ]);
  if (!collected) throw notFound();
  const cookies = context.onApproved
    ? await handOver(context, request, approval, collected)
    : await openOwnSession(context, collected, previous);
  return new JsonAnswer(200, { status: 'approved', session: readPublic(context, collected.session) }, [
    ...cookies,
    browserCookie(context, known),
  ]);
}

async function openOwnSession<Session>(
  context: Context<Session>,
  { token, record }: StoredSession<Session> & { token: string },
  previous: (StoredSession<Session> & { token: string }) | null,
): Promise<readonly string[]> {
  if (previous && previous.token !== token) await endSession(context, previous, 'replaced');
  await limitSessions(context, record.owner);
  return [sessionCookie(context, token)];
}

/** Has the app open its own session, once. The same approval gets the same cookies if the browser asks again. */
async function handOver<Session>(
  context: Context<Session>,
  request: HandlerRequest,
  approval: string,
  collected: StoredSession<Session>,
): Promise<readonly string[]> {
  try {
    return await idempotent(
      context,
      hash('hand-over', approval),
      async () => (await context.onApproved?.(collected.session, request)) ?? [],
    );
  } catch (caught) {
    if (!toCibaError(caught).retryable) await endSession(context, collected, 'uncollected');
    throw caught;
  }
}
