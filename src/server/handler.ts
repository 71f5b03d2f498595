import { misconfigured } from '../contract/errors.js';
import { CibaError } from '../contract/index.js';
import type { AccountSession } from '../contract/account-session.js';
import type { AccessToken, InitiateRequest } from '../contract/index.js';
import { reserveMount } from './check-options.js';
import { createContext } from './context.js';
import type { Context } from './context.js';
import { answerErrors } from './http/answer-errors.js';
import { notFound, toResponse } from './http/body-and-response.js';
import type { Answer } from './http/body-and-response.js';
import { guardGet, guardPost, guardStream } from './http/csrf.js';
import { expectWebRequest, explainPath } from './http/expected-request.js';
import type { HandlerRequest } from './http/handler-request.js';
import { createHealthCheck } from './http/health.js';
import { within } from './timing.js';
import { ownHandlers } from './http/own-handlers.js';
import { failedEvent } from './log/events.js';
import type { FailedEvent } from './log/events.js';
import { isRepeated } from './login/poll-login.js';
import * as login from './login/routes.js';
import type { CibaHandlerOptions, PublicSession } from './options.js';
import { accountKey, hash, hintAccountKey } from './secrets.js';
import { readAccessToken } from './session/access-token.js';
import { describeSessions, endSessionsOf, ownersNamed, readOpenSessions } from './session/account-sessions.js';
import type { WhichSessions } from './session/account-sessions.js';
import { createSessionOutcomes } from './session/outcomes.js';
import { publicSessionOf } from './session/public-session.js';
import * as session from './session/routes.js';
import { sweepLogouts } from './session/logout.js';
import { clearedSessionCookie, endSession, expectCurrent, readSession } from './session/sessions.js';
import { createSweeper } from './session/sweep.js';
import { unserializable } from './session/unserializable.js';
import { guessesKey } from './store/keys.js';

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

type Route<Session> = (context: Context<Session>, request: HandlerRequest) => Promise<Answer>;

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
  const routes = new Map<string, readonly [FailedEvent['during'], (request: HandlerRequest) => void, Route<Session>]>();
  const route = (
    method: 'GET' | 'POST',
    name: FailedEvent['during'],
    answer: Route<Session>,
    guard: (request: HandlerRequest) => void = method === 'GET'
      ? guardGet
      : (request) => guardPost(request, context.origin),
  ) => routes.set(`${method} ${basePath}/${name}`, [name, guard, answer]);

  route('POST', 'initiate', login.initiate);
  route('POST', 'poll', login.poll);
  route('POST', 'code', login.code);
  route('POST', 'cancel', login.cancel);
  route('POST', 'report', login.report);
  if (!context.onApproved) {
    route('POST', 'sign-out', session.signOut);
    route('GET', 'session', session.session);
    route('GET', 'sessions', session.sessions);
    route('POST', 'end-session', session.endOneSession);
    route('POST', 'end-other-sessions', session.endOtherSessions);
    if (context.adapter.readLogoutToken) {
      // The provider calls this from its server, without an origin or a cookie. The token authenticates it.
      route('POST', 'backchannel-logout', session.backchannelLogout, () => undefined);
    }
  }
  if (context.ping) {
    route('GET', 'events', login.events, guardStream);
    // The provider calls this from its server, without an origin or a cookie. The token authenticates it.
    route('POST', 'ping', login.ping, () => undefined);
  }

  const paths = [...routes.keys(), `GET ${basePath}/health`];

  const checkHealth = createHealthCheck(context);
  const sweeper = createSweeper(() => context);
  const pendingRequests = new Set<Promise<Answer>>();
  let stopped = false;

  async function handle(request: HandlerRequest): Promise<Answer> {
    // Next's `trailingSlash` adds a slash to each path.
    const pathname = new URL(request.url).pathname.replace(/\/$/, '');
    if (pathname === `${basePath}/health`) {
      if (request.method === 'GET') return checkHealth(stopped);
      if (request.method === 'HEAD') return new Response(null, await checkHealth(stopped));
    }
    const found = routes.get(`${request.method} ${pathname}`);
    return answerErrors(
      async () => {
        if (!found) throw notFound();
        const [, guard, answer] = found;
        guard(request);
        // Providers send a logout once. It is kept before this process ends.
        if (stopped && found[0] !== 'backchannel-logout')
          throw new CibaError('unavailable', 'This process is stopping. Ask again.', { retryAfter: 1 });
        return answer(context, request);
      },
      {
        refused({ reason, message }) {
          if (found) context.emit({ type: 'refused', reason, message });
          else context.emit({ type: 'refused', reason: 'path', message: explainPath(pathname, basePath, paths) });
        },
        failed(error, reference) {
          const [during] = found ?? ['request' as const];
          if (!isRepeated(error)) context.emit({ ...failedEvent(during, error), reference });
        },
      },
    );
  }

  /** @throws CibaError `misconfigured` for a Node request, which this function can't answer */
  function expectRequest(request: HandlerRequest, usedBy: 'handler' | 'session'): void {
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

  async function usableSession(request: Request) {
    const current = await currentSession(request);
    return current && expectCurrent(current);
  }

  /** Whose sessions are meant, and which of them asks. `null` for a request without a session. */
  async function findOwners(of: Request | string) {
    if (typeof of === 'string') return { owners: ownersNamed(of), currentId: null };
    const current = await currentSession(of);
    return current && { owners: [current.record.owner], currentId: current.id };
  }

  async function answerAndCount(request: HandlerRequest): Promise<Answer> {
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

  const handler = async (request: Request) => toResponse(await answerAndCount(request));
  ownHandlers.set(handler, answerAndCount);
  return Object.assign(handler, {
    session: async (request: Request) => publicSessionOf(context, await usableSession(request)) as Public | null,
    async sessionWithTokens(request: Request) {
      const current = await usableSession(request);
      return current && unserializable(current.session);
    },
    async accessToken(request: Request) {
      const current = await usableSession(request);
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
      for (const timer of context.timers) clearTimeout(timer);
      context.timers.clear();
      for (const streams of context.streams.values()) for (const close of streams) close();
      await within(timeout, Promise.allSettled(pendingRequests));
      if (context.heldLogouts.size > 0) await within(timeout, Promise.allSettled([sweepLogouts(context)]));
      await within(timeout, Promise.allSettled(context.background));
    },
  });
}
