import { toCibaError } from '../../contract/index.js';
import type { Context } from '../context.js';
import { idempotent } from '../coordination/idempotent.js';
import { JsonAnswer, notFound } from '../http/body-and-response.js';
import type { Answer } from '../http/body-and-response.js';
import type { HandlerRequest } from '../http/handler-request.js';
import { hash } from '../secrets.js';
import { collectingKey, OUTCOME_SECONDS } from '../store/keys.js';
import { limitSessions } from './account-sessions.js';
import { asKnown, browserCookie, keepBrowser, rememberAccount } from './browsers.js';
import type { Browser } from './browsers.js';
import { nameDevice } from './device-name.js';
import { collectApproval, redirectApproval } from './outcomes.js';
import type { CollectedSession, Collecting } from './outcomes.js';
import { readPublic } from './public-session.js';
import { endSession, readSession, sessionCookie } from './sessions.js';
import type { StoredSession } from './sessions.js';

/** An approval, and what is known of the browser that it is for. */
interface Approved {
  readonly approval: string;
  readonly browser: Browser;
  /** The key of the account that signs in. */
  readonly owner: string;
  /** When the login began, in wall-clock milliseconds. */
  readonly startedAt: number;
}

/** Gives an approval to its browser, under a new session ID. */
export async function signIn<Session>(
  context: Context<Session>,
  request: HandlerRequest,
  { approval, browser, owner, startedAt }: Approved,
): Promise<Answer> {
  // The client has disconnected. The approval is kept so that it can be collected later; if it isn't, it's revoked.
  if (request.signal.aborted) return new JsonAnswer(503, { error: 'unavailable' });

  // If `publicSession` fails, no user is signed in. The approval is then kept for as long as the browser can ask for
  // it.
  const known = asKnown(browser);
  const collecting: Collecting<Session> = {
    device: nameDevice(request.headers.get('user-agent')),
    check: (shown) => void readPublic(context, shown),
    alongside: [keepBrowser(known), rememberAccount(browser.key, owner)],
  };
  const [collected, previous, first] = await Promise.all([
    collectApproval(context, approval, collecting),
    context.onApproved ? null : readSession(context, request),
    context.onApproved ? approval : claimBrowser(context, browser, approval),
  ]);
  if (!collected) throw notFound();
  if (context.onApproved) {
    const cookies = await handOver(context, request, approval, collected);
    return approved(context, collected, cookies, known);
  }
  const kept = await keepOne(context, { approval, browser, startedAt, collected, previous, collecting }, first);
  if (previous && previous.token !== kept.token) await endSession(context, previous, 'replaced');
  await limitSessions(context, kept.record.owner);
  return approved(context, kept, [sessionCookie(context, kept.token)], known);
}

function approved<Session>(
  context: Context<Session>,
  { session }: CollectedSession<Session>,
  cookies: readonly string[],
  browser: Browser,
): Answer {
  return new JsonAnswer(200, { status: 'approved', session: readPublic(context, session) }, [
    ...cookies,
    browserCookie(context, browser),
  ]);
}

interface SignIn<Session> extends Omit<Approved, 'owner'> {
  readonly collected: CollectedSession<Session>;
  /** The session whose cookie the browser sent. */
  readonly previous: CollectedSession<Session> | null;
  readonly collecting: Collecting<Session>;
}

/** Returns the approval that this browser is collecting: this one, or that of another sign-in a moment ago. */
async function claimBrowser<Session>({ store }: Context<Session>, { key }: Browser, approval: string): Promise<string> {
  return (await store.setIfAbsent(collectingKey(key), approval, OUTCOME_SECONDS)).value;
}

/**
 * Returns the one session that two sign-ins of a browser at the same moment end in: it has one cookie, and nobody knows which
 * of two answers it reads last. If both are of one account, the first one stays, and both answers have its cookie. Otherwise, the
 * last one replaces the other, as it would a moment later.
 */
async function keepOne<Session>(
  context: Context<Session>,
  signIn: SignIn<Session>,
  first: string,
): Promise<CollectedSession<Session>> {
  const { approval, browser, startedAt, collected, previous, collecting } = signIn;
  if (first === approval) return collected;
  // If the app refuses the other one's session, that is no reason to refuse this one.
  const rival = await collectApproval(context, first, collecting).catch((caught: unknown) => {
    if (toCibaError(caught).retryable) throw caught;
    return null;
  });
  if (rival?.token === collected.token) return collected;
  // A browser that sent the other one's cookie has read that answer.
  const isUnread = rival !== null && rival.token !== previous?.token;
  if (isUnread && startedAt < rival.record.createdAt && rival.record.owner === collected.record.owner) {
    await redirectApproval(context, approval, rival);
    await endSession(context, collected, 'replaced');
    return rival;
  }
  if (!(await context.store.setIfEquals(collectingKey(browser.key), first, approval, OUTCOME_SECONDS))) {
    return keepOne(context, signIn, await claimBrowser(context, browser, approval));
  }
  if (isUnread) await endSession(context, rival, 'replaced');
  return collected;
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
