import { misconfigured } from '../contract/errors.js';
import { CibaError, isCompleteCode, toCibaError, TOTP_LENGTH } from '../contract/index.js';
import type { AccountSession } from '../contract/account-session.js';
import type { AccessToken, InitiateRequest } from '../contract/index.js';
import { reserveMount } from './check-options.js';
import { checkCode } from './code/check-code.js';
import type { CodeAnswer } from './code/check-code.js';
import { createContext } from './context.js';
import type { Context } from './context.js';
import { inBackground } from './coordination/background.js';
import { idempotent } from './coordination/idempotent.js';
import {
  errorResponse,
  jsonResponse,
  notFound,
  readBody,
  RefusedRequest,
  refusalResponse,
} from './http/body-and-response.js';
import type { Body } from './http/body-and-response.js';
import { expectWebRequest, explainPath } from './http/expected-request.js';
import { guardGet, guardPost, guardStream } from './http/csrf.js';
import { limitOrigin } from './limits.js';
import { checkHealth, within } from './http/health.js';
import { ownHandlers } from './http/own-handlers.js';
import { failedEvent } from './log/events.js';
import type { FailedEvent } from './log/events.js';
import { openEventStream } from './login/event-stream.js';
import { cancelLogin, readLogin, reportLogin } from './login/login-record.js';
import { takeNotification } from './login/notifications.js';
import { isRepeated, pollLogin } from './login/poll-login.js';
import { startLogin } from './login/start-login.js';
import type { StartAnswer } from './login/start-login.js';
import type { CibaHandlerOptions, PublicSession } from './options.js';
import { accountKey, createReference, hash, hintAccountKey, userKey } from './secrets.js';
import { readAccessToken } from './session/access-token.js';
import {
  describeSessions,
  endSessionsOf,
  limitSessions,
  ownersNamed,
  readOpenSessions,
} from './session/account-sessions.js';
import type { WhichSessions } from './session/account-sessions.js';
import { actAsBrowser, asKnown, browserCookie, keepBrowser, readBrowser, rememberAccount } from './session/browsers.js';
import type { Browser } from './session/browsers.js';
import { nameDevice } from './session/device-name.js';
import { takeLogoutToken } from './session/logout.js';
import { collectApproval, createSessionOutcomes } from './session/outcomes.js';
import { createSweeper } from './session/sweep.js';
import { guessesKey } from './store/keys.js';
import { clearedSessionCookie, endSession, readSession, sessionCookie } from './session/sessions.js';
import type { StoredSession } from './session/sessions.js';
import { unserializable } from './session/unserializable.js';

/** Longest texts that are accepted, in characters. */
const MAX_HINT_CHARACTERS = 320;
const MAX_ID_CHARACTERS = 200;

/**
 * A function from `Request` to `Response`, with methods that read the session in the app's other routes.
 *
 * @typeParam Session what a completed login returns to the app
 * @typeParam Public what `publicSession` shows of it
 */
export interface CibaHandler<Session, Public extends PublicSession = PublicSession> {
  (request: Request): Promise<Response>;
  /**
   * Returns what `publicSession` shows of the current session, for a request to any route. Returns `null` if no user is
   * signed in. The result is safe to pass to a page.
   * @throws CibaError `unavailable` if the store can't be reached
   */
  session(request: Request): Promise<Public | null>;
  /**
   * Returns the whole session, including its tokens, for calls that the server makes for the user. Returns `null` if no
   * user is signed in. The result can't be serialized: `JSON.stringify` throws `misconfigured`, and so do frameworks that
   * would send it to a page.
   * @throws CibaError `unavailable` if the store can't be reached
   */
  sessionWithTokens(request: Request): Promise<Session | null>;
  /**
   * Returns an access token for a call to an API on the user's behalf, or `null` if no user is signed in. It is refreshed
   * shortly before it expires, once for all requests and processes. If the provider refuses that, the session ends. Never
   * pass the result to a page. For a token that is bound to a key, `adapter.authorizationHeaders` makes the proof.
   * @throws CibaError `unauthorized` if the session has no valid access token, and no refresh token; `unavailable` and the
   * like if the provider or the store can't be reached
   */
  accessToken(request: Request): Promise<AccessToken | null>;
  /**
   * Returns the open sessions of an account: the one that is signed in with a request, which comes first in its list, or any
   * account, as `authRequest` names it. Returns none for a request without a session.
   * @throws CibaError `unavailable` if the store can't be reached
   */
  listSessions(of: Request | string): Promise<readonly AccountSession[]>;
  /**
   * Ends sessions of an account and revokes their tokens: all of them, all `others` than that of the request, or one by its
   * `id`. Returns how many. Check before that the caller may do this.
   * @throws CibaError `unavailable` if the store can't be reached; `misconfigured` for the `others` of an account
   */
  endSessions(of: Request | string, which: WhichSessions): Promise<number>;
  /**
   * Returns a name for the session of a request to any route, or `null` if no user is signed in. It can't be used as a cookie,
   * and another sign-in gets another one. For `requester` of `createApprovals`.
   * @throws CibaError `unavailable` if the store can't be reached
   */
  sessionId(request: Request): Promise<string | null>;
  /**
   * Ends the session of a request to one of your own routes, and returns the `Set-Cookie` values that remove its cookie. Your
   * route must reject forged requests, as the handler's own `sign-out` does.
   * @throws CibaError `unavailable` if the store can't be reached
   */
  signOut(request: Request): Promise<readonly string[]>;
  /**
   * Lets strangers try authenticator codes for this account again, after too many wrong codes in a row closed it to
   * them. Call this once you know that the account's owner asks for it. `account` is what `authRequest` returns as
   * `account` or `subject`, or else as `loginHint`.
   * @throws CibaError `unavailable` if the store can't be reached
   */
  allowCodes(account: string): Promise<void>;
  /**
   * Shuts down gracefully. Rejects new requests with a 503, so that a load balancer picks another process, and closes
   * the event streams. Resolves once pending requests finish or `timeout` seconds have passed. @default 30
   */
  stop(options?: { readonly timeout?: number }): Promise<void>;
}

type Route<Session> = (context: Context<Session>, request: Request) => Promise<Response>;

/**
 * Exposes a sign-in backend over HTTP, and keeps request IDs and tokens on the server. Under `basePath` it serves
 * `POST initiate`, `poll`, `code`, `cancel`, `report`, `sign-out`, `end-session`, `end-other-sessions`, and `GET session`,
 * `sessions` and `health`. With `ping` it also serves `POST ping` and `GET events`, and with an adapter that reads logout
 * tokens `POST backchannel-logout`.
 *
 * @throws CibaError `misconfigured` for invalid options
 * @example
 * import type { CibaAdapter } from 'react-ciba';
 *
 * declare const adapter: CibaAdapter<{ sub: string; name: string }>;
 * const handler = createCibaHandler({
 *   adapter,
 *   origin: 'https://app.example',
 *   authRequest: (loginHint) => ({ loginHint, scope: 'openid profile' }),
 *   publicSession: ({ name }) => ({ name }),
 * });
 * // const response = await handler(request);
 */
export function createCibaHandler<
  Session,
  Ask extends InitiateRequest = InitiateRequest,
  Public extends PublicSession = PublicSession,
>(options: CibaHandlerOptions<Session, Ask, Public>): CibaHandler<Session, Public> {
  const context = createContext(options, createSessionOutcomes<Session>());
  const { basePath } = context;
  const freeMount = reserveMount(context.origin + context.basePath, options.store === undefined);
  const routes = new Map<string, readonly [FailedEvent['during'], (request: Request) => void, Route<Session>]>();
  const route = (
    method: 'GET' | 'POST',
    name: FailedEvent['during'],
    answer: Route<Session>,
    guard: (request: Request) => void = method === 'GET' ? guardGet : (request) => guardPost(request, context.origin),
  ) => routes.set(`${method} ${basePath}/${name}`, [name, guard, answer]);

  route('POST', 'initiate', initiate);
  route('POST', 'poll', poll);
  route('POST', 'code', code);
  route('POST', 'cancel', cancel);
  route('POST', 'report', report);
  if (!context.onApproved) {
    route('POST', 'sign-out', signOut);
    route('GET', 'session', session);
    route('GET', 'sessions', sessions);
    route('POST', 'end-session', endOneSession);
    route('POST', 'end-other-sessions', endOtherSessions);
    if (context.adapter.readLogoutToken) {
      // The provider calls this from its server, without an origin or a cookie. The token authenticates it.
      route('POST', 'backchannel-logout', backchannelLogout, () => undefined);
    }
  }
  if (context.ping) {
    route('GET', 'events', events, guardStream);
    // The provider calls this from its server, without an origin or a cookie. The token authenticates it.
    route('POST', 'ping', ping, () => undefined);
  }

  const paths = [...routes.keys(), `GET ${basePath}/health`];

  const sweeper = createSweeper(() => context);
  const pendingRequests = new Set<Promise<Response>>();
  let stopped = false;

  async function handle(request: Request): Promise<Response> {
    // Next's `trailingSlash` adds a slash to each path.
    const pathname = new URL(request.url).pathname.replace(/\/$/, '');
    if (pathname === `${basePath}/health`) {
      if (request.method === 'GET') return checkHealth(context, stopped);
      if (request.method === 'HEAD') return new Response(null, await checkHealth(context, stopped));
    }
    const found = routes.get(`${request.method} ${pathname}`);
    if (!found) {
      context.emit({ type: 'refused', reason: 'path', message: explainPath(pathname, basePath, paths) });
      return refusalResponse(notFound());
    }
    const [during, guard, answer] = found;
    try {
      guard(request);
      if (stopped) throw new CibaError('unavailable', 'This process is stopping. Ask again.', { retryAfter: 1 });
      return await answer(context, request);
    } catch (caught) {
      if (caught instanceof RefusedRequest) {
        context.emit({ type: 'refused', reason: caught.reason, message: caught.message });
        return refusalResponse(caught);
      }
      const error = toCibaError(caught);
      const reference = createReference();
      if (!isRepeated(error)) context.emit({ ...failedEvent(during, error), reference });
      return errorResponse(error, reference);
    }
  }

  /** @throws CibaError `misconfigured` for a Node request, which this function can't answer */
  function expectRequest(request: Request, usedBy: 'handler' | 'session'): void {
    try {
      expectWebRequest(request, usedBy);
    } catch (caught) {
      context.emit(failedEvent('request', caught));
      throw caught;
    }
  }

  async function currentSession(request: Request) {
    expectRequest(request, 'session');
    sweeper.start();
    return readSession(context, request);
  }

  /** Whose sessions are meant, and which of them asks. `null` for a request without a session. */
  async function findOwners(of: Request | string) {
    if (typeof of === 'string') return { owners: ownersNamed(of), currentId: null };
    const current = await currentSession(of);
    return current && { owners: [current.record.owner], currentId: current.id };
  }

  async function answerAndCount(request: Request): Promise<Response> {
    expectRequest(request, 'handler');
    sweeper.start();
    const response = handle(request);
    pendingRequests.add(response);
    try {
      return await response;
    } finally {
      pendingRequests.delete(response);
    }
  }

  ownHandlers.add(answerAndCount);
  return Object.assign(answerAndCount, {
    session: async (request: Request) => publicSessionOf(context, await currentSession(request)) as Public | null,
    async sessionWithTokens(request: Request) {
      const current = await currentSession(request);
      return current && unserializable(current.session);
    },
    async accessToken(request: Request) {
      const current = await currentSession(request);
      return current && readAccessToken(context, current);
    },
    async listSessions(of: Request | string) {
      const found = await findOwners(of);
      if (!found) return [];
      return describeSessions(context, await readOpenSessions(context, found.owners), found.currentId);
    },
    async endSessions(of: Request | string, which: WhichSessions) {
      if (which === 'others' && typeof of === 'string') {
        throw misconfigured(
          "handler.endSessions() got 'others' with an account, which doesn't say which session stays. Pass the request of the session that stays, or 'all'.",
        );
      }
      const found = await findOwners(of);
      if (!found) return 0;
      const reason = typeof of === 'string' ? 'endedByApp' : 'endedElsewhere';
      return endSessionsOf(context, found.owners, which, { ...found, reason });
    },
    async sessionId(request: Request) {
      const current = await currentSession(request);
      return current && hash('session-name', current.id);
    },
    async signOut(request: Request) {
      const current = await currentSession(request);
      if (current) await endSession(context, current, 'signedOut');
      return [clearedSessionCookie(context)];
    },
    async allowCodes(account: string) {
      for (const key of [accountKey(account), hintAccountKey(account)]) await context.store.delete(guessesKey(key));
    },
    async stop({ timeout = 30 } = {}) {
      stopped = true;
      freeMount();
      sweeper.stop();
      for (const streams of context.streams.values()) for (const close of streams) close();
      await within(timeout, Promise.allSettled(pendingRequests));
      await within(timeout, Promise.allSettled(context.background));
    },
  });
}

/** Control characters, line separators, and halves of a surrogate pair. No hint has them, and some providers fail on them. */
const UNSENDABLE = /[\p{Cc}\p{Cs}\p{Zl}\p{Zp}]/u;

/** @throws RefusedRequest 400 for a hint that no provider should see */
function readHint(body: Body): string {
  const loginHint = body.text('loginHint', MAX_HINT_CHARACTERS);
  if (!UNSENDABLE.test(loginHint)) return loginHint;
  throw new RefusedRequest(
    'malformed',
    400,
    'misconfigured',
    '"loginHint" must be one line without control characters.',
  );
}

async function initiate<Session>(context: Context<Session>, request: Request): Promise<Response> {
  const body = await readBody(request);
  const loginHint = readHint(body);
  const actId = body.text('actId', MAX_ID_CHARACTERS);
  const user = userKey(loginHint);
  return actAsBrowser(context, request, { actId, user }, async ({ key }, confirmed) => {
    const act = hash('initiate', actId, user, key);
    const admitted = admit(confirmed, limitOrigin(context, 'start', { request, browser: key, act }));
    const answer = await idempotent<Session, StartAnswer>(context, act, (keep) =>
      startLogin(context, { request, loginHint, actId, user, admitted }, keep),
    );
    return jsonResponse(200, answer, [browserCookie(context, await confirmed)]);
  });
}

/** Resolves to the browser once its limits allow the act. An act that is answered from memory doesn't wait for it. */
function admit(confirmed: Promise<Browser>, limited: Promise<void>): Promise<Browser> {
  const admitted = Promise.all([confirmed, limited]).then(([browser]) => browser);
  admitted.catch(() => undefined);
  return admitted;
}

async function poll<Session>(context: Context<Session>, request: Request): Promise<Response> {
  const id = (await readBody(request)).text('id', MAX_ID_CHARACTERS);
  const { browser, login } = await findOwnLogin(context, request, id);
  if (!browser || !login) throw notFound();
  const answer = await pollLogin(context, login);
  if (answer.status !== 'approved') return jsonResponse(200, answer);
  return signIn(context, request, answer.approval, browser, login.record.owner);
}

/** Finds the browser that sent the request, and the login with this ID if this browser started it. */
async function findOwnLogin<Session>(context: Context<Session>, request: Request, id: string) {
  const [browser, login] = await Promise.all([readBrowser(context, request), readLogin(context, id)]);
  return { browser, login: login?.record.browser === browser?.key ? login : null };
}

async function code<Session>(context: Context<Session>, request: Request): Promise<Response> {
  const body = await readBody(request);
  const loginHint = readHint(body);
  const code = body.text('code', MAX_ID_CHARACTERS);
  if (!isCompleteCode(code)) {
    throw new RefusedRequest('malformed', 400, 'misconfigured', `"code" must be ${TOTP_LENGTH} digits.`);
  }
  const actId = body.text('actId', MAX_ID_CHARACTERS);
  const id = body.has('id') ? body.text('id', MAX_ID_CHARACTERS) : null;
  const user = userKey(loginHint);
  return actAsBrowser(context, request, { actId, user }, async ({ key }, confirmed) => {
    const act = hash('code', actId, user, code, key);
    const admitted = admit(confirmed, limitOrigin(context, 'code', { request, browser: key, act }));
    const answer = await idempotent<Session, CodeAnswer>(context, act, (keep) =>
      checkCode(context, { request, loginHint, code, actId, user, browser: key, id, admitted }, keep),
    );
    const browser = await confirmed;
    if (answer.status === 'approved') return signIn(context, request, answer.approval, browser, answer.owner);
    inBackground(context, 'code', () => context.store.batch([keepBrowser(browser)]));
    return jsonResponse(200, answer, [browserCookie(context, browser)]);
  });
}

/** Gives an approval to its browser, under a new session ID. */
async function signIn<Session>(
  context: Context<Session>,
  request: Request,
  approval: string,
  browser: Browser,
  owner: string,
): Promise<Response> {
  // The client has disconnected. The approval is kept so that it can be collected later; if it isn't, it's revoked.
  if (request.signal.aborted) return jsonResponse(503, { error: 'unavailable' });

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
  return jsonResponse(200, { status: 'approved', session: readPublic(context, collected.session) }, [
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
  request: Request,
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

/** @throws CibaError `misconfigured` if the app shows nothing, which would mean that no user is signed in, or no JSON */
function readPublic<Session>(context: Context<Session>, session: Session): PublicSession {
  let text: string | undefined;
  let isPromise = false;
  try {
    const shown: unknown = context.publicSession(session);
    isPromise = typeof (Object(shown) as { readonly then?: unknown }).then === 'function';
    // A value that JSON can't represent is shown as nothing.
    text = JSON.stringify(shown) as string | undefined;
  } catch (cause) {
    throw misconfigured(
      '`publicSession` of createCibaHandler threw, or returned what JSON can not hold (a cycle, a BigInt). No session can be shown until that is fixed.',
      { cause },
    );
  }
  if (isPromise) {
    throw misconfigured('`publicSession` of createCibaHandler returned a promise. Return the value itself.');
  }
  if (text !== undefined && text !== 'null') return JSON.parse(text) as PublicSession;
  throw misconfigured(
    '`publicSession` of createCibaHandler returned null, undefined or a function, which would mean that no user is signed in. Return `{}` to show nothing of a session.',
  );
}

async function ping<Session>(context: Context<Session>, request: Request): Promise<Response> {
  await takeNotification(context, request);
  return jsonResponse(204, null);
}

async function events<Session>(context: Context<Session>, request: Request): Promise<Response> {
  const browser = await readBrowser(context, request);
  return openEventStream(context, request, browser ? [browser.key] : []);
}

async function cancel<Session>(context: Context<Session>, request: Request): Promise<Response> {
  const id = (await readBody(request)).text('id', MAX_ID_CHARACTERS);
  const { login } = await findOwnLogin(context, request, id);
  if (login) await cancelLogin(context, login);
  return jsonResponse(204, null);
}

async function report<Session>(context: Context<Session>, request: Request): Promise<Response> {
  const id = (await readBody(request)).text('id', MAX_ID_CHARACTERS);
  const { login } = await findOwnLogin(context, request, id);
  if (login) await reportLogin(context, login);
  return jsonResponse(204, null);
}

async function session<Session>(context: Context<Session>, request: Request): Promise<Response> {
  // A page that only looks whether its session still exists must not keep it from being idle.
  const isUse = request.headers.get('x-ciba-background') !== '1';
  return jsonResponse(200, { session: publicSessionOf(context, await readSession(context, request, { isUse })) });
}

async function sessions<Session>(context: Context<Session>, request: Request): Promise<Response> {
  const { owner, id } = await requireSession(context, request);
  const list = describeSessions(context, await readOpenSessions(context, [owner]), id);
  return jsonResponse(200, { sessions: list.map((one) => ({ ...one, device: { ...one.device } })) });
}

async function endOneSession<Session>(context: Context<Session>, request: Request): Promise<Response> {
  const id = (await readBody(request)).text('id', MAX_ID_CHARACTERS);
  const { owner, id: currentId } = await requireSession(context, request);
  const reason = id === currentId ? 'signedOut' : 'endedElsewhere';
  const ended = await endSessionsOf(context, [owner], { id }, { currentId, reason });
  return jsonResponse(200, { ended }, id === currentId ? [clearedSessionCookie(context)] : []);
}

async function endOtherSessions<Session>(context: Context<Session>, request: Request): Promise<Response> {
  await readBody(request);
  const { owner, id: currentId } = await requireSession(context, request);
  const ended = await endSessionsOf(context, [owner], 'others', { currentId, reason: 'endedElsewhere' });
  return jsonResponse(200, { ended });
}

/** @throws RefusedRequest 404 if no user is signed in */
async function requireSession<Session>(context: Context<Session>, request: Request) {
  const current = await readSession(context, request);
  if (!current) throw notFound();
  return { id: current.id, owner: current.record.owner };
}

async function backchannelLogout<Session>(context: Context<Session>, request: Request): Promise<Response> {
  await takeLogoutToken(context, request);
  return jsonResponse(200, null);
}

function publicSessionOf<Session>(context: Context<Session>, signedIn: { readonly session: Session } | null) {
  return signedIn && readPublic(context, signedIn.session);
}

async function signOut<Session>(context: Context<Session>, request: Request): Promise<Response> {
  const signedIn = await readSession(context, request);
  if (signedIn) await endSession(context, signedIn, 'signedOut');
  return jsonResponse(204, null, [clearedSessionCookie(context)]);
}
