import { expect, vi } from 'vitest';
import { CibaError } from '../../src/contract/index.js';
import type { LogoutNotice, RefreshResult, SessionInfo } from '../../src/contract/index.js';
import { createMemoryStore } from '../../src/server/index.js';
import type { CibaHandlerOptions, CibaServerEvent, CibaStore } from '../../src/server/index.js';
import { ADA, createApp, NO_LIMITS, ORIGIN } from './harness.js';
import type { Session, TestBrowser } from './harness.js';

/** A session with tokens, as an OpenID provider issues them. */
export interface TokenSession extends Session {
  /** Milliseconds since 1970, as below. */
  readonly expiresAt: number;
  readonly refreshToken?: string;
  readonly refreshExpiresAt?: number;
  readonly issuedAt: number;
  readonly sid?: string;
}

let sids = 0;

/** Tokens for five minutes that can be refreshed for half an hour. */
export function createSession(changes: Partial<TokenSession> = {}): TokenSession {
  sids += 1;
  return {
    ...ADA,
    accessToken: 'access-0',
    expiresAt: Date.now() + 300_000,
    refreshToken: 'refresh-0',
    refreshExpiresAt: Date.now() + 1_800_000,
    issuedAt: Math.floor(Date.now() / 1000) * 1000,
    sid: `sid-${sids}`,
    ...changes,
  };
}

/** The session after one more refresh, with all tokens new. */
export function rotate(session: TokenSession): TokenSession {
  const next = Number(session.accessToken.replace('access-', '')) + 1;
  return createSession({
    ...session,
    accessToken: `access-${next}`,
    refreshToken: `refresh-${next}`,
    expiresAt: Date.now() + 300_000,
    refreshExpiresAt: Date.now() + 1_800_000,
  });
}

export const refused = (what: string) => new CibaError('refused', `The logout token is ${what}.`);

/** What the adapter of an OpenID provider adds to the backend, with answers that the test decides. */
export function createTokenMethods() {
  const refresh = vi.fn(async (session: Session): Promise<RefreshResult<Session>> => ({
    status: 'refreshed',
    session: rotate(session as TokenSession),
  }));
  const sessionInfo = (session: Session): SessionInfo | null => {
    const { sub, accessToken, expiresAt, refreshToken, refreshExpiresAt, issuedAt, sid } = session as TokenSession;
    if (expiresAt === undefined) return null;
    const endsAt = refreshToken === undefined ? expiresAt : refreshExpiresAt;
    return {
      accessToken: { token: accessToken, type: 'Bearer' },
      expiresAt,
      refreshable: refreshToken !== undefined,
      ...(endsAt !== undefined && { endsAt }),
      subject: sub,
      ...(sid !== undefined && { sid }),
      issuedAt,
      acr: '1',
    };
  };
  /** A token is JSON here. The OpenID adapter's tests forge real ones. */
  const readLogoutToken = vi.fn(async (token: string): Promise<LogoutNotice> => {
    if (!token.startsWith('{')) throw refused('forged');
    return JSON.parse(token) as LogoutNotice;
  });
  return { refresh, sessionInfo, readLogoutToken };
}

/** An app whose provider issues tokens. */
export function createTokenApp(options: Partial<CibaHandlerOptions<Session>> = {}, methods = createTokenMethods()) {
  const { backend } = createApp();
  const app = createApp({
    adapter: { ...backend, ...methods },
    authRequest: (loginHint) => ({ loginHint, account: loginHint }),
    limits: NO_LIMITS,
    ...options,
  });
  return { ...app, ...methods, backend };
}

export type TokenApp = ReturnType<typeof createTokenApp>;

/** Signs in with a push. */
export async function signIn(
  { backend }: Pick<TokenApp, 'backend'>,
  page: TestBrowser,
  session = createSession(),
  { hint = 'ada@example.com', userAgent = '' } = {},
): Promise<TestBrowser> {
  const { body } = await page.initiate(hint);
  backend.poll.mockResolvedValueOnce({ status: 'approved', session });
  const reply = await page.post('poll', { id: body['id'] }, { headers: { 'user-agent': userAgent } });
  expect(reply.body['status']).toBe('approved');
  return page;
}

/** A request of this browser to one of the app's own routes. */
export function requestOf(page: TestBrowser, origin = ORIGIN): Request {
  const cookie = Array.from(page.cookies, (pair) => pair.join('=')).join('; ');
  return new Request(`${origin}/api/orders`, { headers: { cookie } });
}

export const shownTo = async (page: TestBrowser) => (await page.get('session')).body['session'];

export const endsOf = (events: readonly CibaServerEvent[]) =>
  events.flatMap((event) => (event.type === 'sessionEnded' ? [event.reason] : []));

/** A process's view of a store. After `die` no call comes back, as for a process that was killed. */
export function createMortalStore(inner: CibaStore) {
  let isDead = false;
  const store = new Proxy(inner, {
    get(target, name) {
      const method: unknown = Reflect.get(target, name);
      if (typeof method !== 'function') return method;
      return (...values: readonly unknown[]): unknown =>
        isDead ? new Promise(() => undefined) : Reflect.apply(method, target, values);
    },
  });
  return { store, die: () => void (isDead = true) };
}

/** A store that counts round trips: calls that wait for one another. What is called at the same moment is one. */
export function createCountingStore(inner: CibaStore = createMemoryStore()) {
  let trips = 0;
  let pending = 0;
  const store = new Proxy(inner, {
    get(target, name) {
      const method: unknown = Reflect.get(target, name);
      if (typeof method !== 'function') return method;
      return async (...values: readonly unknown[]) => {
        if (pending === 0) trips += 1;
        pending += 1;
        try {
          return (await Reflect.apply(method, target, values)) as unknown;
        } finally {
          pending -= 1;
        }
      };
    },
  });
  return {
    store,
    /** Round trips since the last call. */
    take() {
      const taken = trips;
      trips = 0;
      return taken;
    },
  };
}
