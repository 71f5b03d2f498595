import { isCompleteCode, toCibaError } from '../contract/index.js';
import { collectApproval, revokeSession } from './approvals.js';
import { browserCookie, identifyBrowser, readBrowser, rememberUser } from './browsers.js';
import type { Browser } from './browsers.js';
import { checkCode } from './check-code.js';
import { failedEvent } from './events.js';
import type { FailedEvent } from './events.js';
import { guardGet, guardPost } from './guards.js';
import { errorResponse, jsonResponse, notFound, readBody, RefusedRequest, refusalResponse } from './http.js';
import { cancelLogin, findLogin } from './logins.js';
import { once } from './once.js';
import { createContext } from './options.js';
import type { CibaHandlerOptions, Context } from './options.js';
import { pollLogin } from './poll-login.js';
import { hash, userKey } from './secrets.js';
import { clearedSessionCookie, deleteSession, readSession, sessionCookie } from './sessions.js';
import { startLogin } from './start-login.js';

/** Longest texts that are taken, in characters. */
const LONGEST_HINT = 320;
const LONGEST_ID = 200;

/** The handler: a Web-standard function, and a way to read the session in the app's other routes. */
export interface CibaHandler<Session> {
  (request: Request): Promise<Response>;
  /** The session that a request's cookie names, whatever route it is for; `null` when nobody is signed in. */
  session(request: Request): Promise<Session | null>;
}

type Route<Session> = (context: Context<Session>, request: Request) => Promise<Response>;

/**
 * Signs users in over HTTP on behalf of a backend: keeps request ids and tokens on the server, and answers
 * `POST initiate · poll · totp · cancel · logout` and `GET session` under `basePath`.
 *
 * @throws CibaError `misconfigured` when `origin` cannot be used
 * @example
 * import type { CibaAdapter } from 'react-ciba';
 *
 * declare const adapter: CibaAdapter<{ sub: string; name: string }>;
 * const handler = createCibaHandler({
 *   adapter,
 *   origin: 'https://app.example',
 *   request: (loginHint) => ({ loginHint, scope: 'openid profile' }),
 *   publicSession: ({ name }) => ({ name }),
 * });
 * // const response = await handler(request);
 */
export function createCibaHandler<Session>(options: CibaHandlerOptions<Session>): CibaHandler<Session> {
  const context = createContext(options);
  const routes = new Map<string, readonly [FailedEvent['during'], Route<Session>]>([
    [`POST ${context.basePath}/initiate`, ['initiate', initiate]],
    [`POST ${context.basePath}/poll`, ['poll', poll]],
    [`POST ${context.basePath}/totp`, ['totp', totp]],
    [`POST ${context.basePath}/cancel`, ['cancel', cancel]],
    [`POST ${context.basePath}/logout`, ['logout', logout]],
    [`GET ${context.basePath}/session`, ['session', session]],
  ]);

  async function handle(request: Request): Promise<Response> {
    const route = routes.get(`${request.method} ${new URL(request.url).pathname}`);
    if (!route) return refusalResponse(notFound());
    const [during, answer] = route;
    try {
      if (request.method === 'GET') guardGet(request);
      else guardPost(request, context.origin);
      return await answer(context, request);
    } catch (caught) {
      if (caught instanceof RefusedRequest) {
        context.emit({ type: 'refused', reason: caught.reason });
        return refusalResponse(caught);
      }
      const error = toCibaError(caught);
      context.emit(failedEvent(during, error));
      return errorResponse(error);
    }
  }

  return Object.assign(handle, {
    session: async (request: Request) => (await readSession(context, request))?.session ?? null,
  });
}

async function initiate<Session>(context: Context<Session>, request: Request): Promise<Response> {
  const body = await readBody(request);
  const loginHint = body.text('loginHint', LONGEST_HINT);
  const attemptId = body.text('attemptId', LONGEST_ID);
  const user = userKey(loginHint);
  const browser = await identifyBrowser(context, request, { attemptId, user });
  const answer = await once(context, hash('initiate', attemptId, user, browser.key), () =>
    startLogin(context, { request, loginHint, attemptId, user, browser: browser.key }),
  );
  return jsonResponse(200, answer, [await browserCookie(context, browser)]);
}

async function poll<Session>(context: Context<Session>, request: Request): Promise<Response> {
  const id = (await readBody(request)).text('id', LONGEST_ID);
  const browser = await readBrowser(context, request);
  const login = browser && (await findLogin(context, id, browser.key));
  if (!browser || !login) throw notFound();
  const answer = await pollLogin(context, login);
  if (answer.status !== 'approved') return jsonResponse(200, answer);
  return signIn(context, request, answer.approval, browser, login.user);
}

async function totp<Session>(context: Context<Session>, request: Request): Promise<Response> {
  const body = await readBody(request);
  const loginHint = body.text('loginHint', LONGEST_HINT);
  const code = body.text('code', LONGEST_ID);
  if (!isCompleteCode(code)) {
    throw new RefusedRequest('malformed', 400, 'misconfigured', '"code" has to be six digits.');
  }
  const attemptId = body.text('attemptId', LONGEST_ID);
  const id = body.has('id') ? body.text('id', LONGEST_ID) : null;
  const user = userKey(loginHint);
  const browser = await identifyBrowser(context, request, { attemptId, user });
  const open = id === null ? null : await findLogin(context, id, browser.key);
  const login = open?.user === user ? open : null;
  const answer = await once(context, hash('totp', attemptId, user, code, browser.key), () =>
    checkCode(context, { request, loginHint, code, attemptId, user, browser: browser.key, login }),
  );
  if (answer.status === 'approved') return signIn(context, request, answer.approval, browser, user);
  return jsonResponse(200, answer, [await browserCookie(context, browser)]);
}

/** Hands an approval to the browser it is for, under a session id that is new. */
async function signIn<Session>(
  context: Context<Session>,
  request: Request,
  approval: string,
  browser: Browser,
  user: string,
): Promise<Response> {
  // Nobody hears this answer. The approval waits to be asked for again, and is revoked if nobody does.
  if (request.signal.aborted) return jsonResponse(503, { error: 'unavailable' });

  const collected = await collectApproval(context, approval);
  if (!collected) throw notFound();
  const previous = await readSession(context, request);
  if (previous && previous.token !== collected.token) await deleteSession(context, previous.token);
  await rememberUser(context, browser.key, user);
  return jsonResponse(200, { status: 'approved', session: context.publicSession(collected.session) }, [
    sessionCookie(context, collected.token),
    await browserCookie(context, browser),
  ]);
}

async function cancel<Session>(context: Context<Session>, request: Request): Promise<Response> {
  const id = (await readBody(request)).text('id', LONGEST_ID);
  const browser = await readBrowser(context, request);
  const login = browser && (await findLogin(context, id, browser.key));
  if (login) await cancelLogin(context, login);
  return jsonResponse(204, null);
}

async function session<Session>(context: Context<Session>, request: Request): Promise<Response> {
  const signedIn = await readSession(context, request);
  return jsonResponse(200, { session: signedIn ? context.publicSession(signedIn.session) : null });
}

async function logout<Session>(context: Context<Session>, request: Request): Promise<Response> {
  const signedIn = await readSession(context, request);
  if (signedIn) {
    await deleteSession(context, signedIn.token);
    await revokeSession(context, signedIn.session);
    context.emit({ type: 'loggedOut' });
  }
  return jsonResponse(204, null, [clearedSessionCookie(context)]);
}
