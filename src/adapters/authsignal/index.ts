import { CibaError, isCibaError } from '../../contract/index.js';
import type {
  CallOptions,
  CibaAdapter,
  InitiateRequest,
  PendingApproval,
  TotpEnrollment,
  TotpRequest,
  TotpResult,
} from '../../contract/index.js';
import { askCode, askPush, readPush, requireToken, toMethods } from './answers.js';
import type { AuthsignalMethods } from './answers.js';
import { badShape, createAuthsignalClient, misconfigured, readAction, readBaseUrl, toRecord } from './client.js';
import type { AuthsignalClient, AuthsignalLocation, ClientAnswer } from './client.js';
import { readToken, secondsLeft } from './token.js';

export type { AuthsignalMethods } from './answers.js';
export type { AuthsignalLocation, AuthsignalRegion } from './client.js';

/** Least seconds between two polls. Authsignal names none; its own SDK polls a QR code every 3 s. */
const INTERVAL_SECONDS = 3;
/** Seconds that a push is waited for. Authsignal tells a browser nothing of a push's end. */
const PUSH_LIFETIME_SECONDS = 120;
/** A token with fewer seconds left is not used once more. */
const LEAST_LEFT_SECONDS = 30;

/** What a completed login hands to the app: send it to your server, which validates it. */
export interface AuthsignalResult {
  /** Authsignal's token for the completed challenge, for `validate` of the server adapter. */
  readonly token: string;
}

/** For whom, and for what, a token is wanted. */
export type AuthsignalTokenRequest = Pick<InitiateRequest, 'loginHint' | 'transaction'>;

interface Connection {
  /** The tenant's ID, from the Authsignal portal. A token of another tenant is refused before it is sent. */
  readonly tenantId: string;
  /** Sends the requests. @default the global `fetch` */
  readonly fetch?: typeof fetch;
  /** Told when Authsignal says that a token is over (10 minutes after the track call). */
  readonly onTokenExpired?: () => void;
}

export type AuthsignalAdapterOptions = AuthsignalLocation &
  Connection & {
    /** The action's code as the server tracks it: 1 to 64 of `A-Za-z0-9_-`. */
    readonly action: string;
    /**
     * Fetches the token of a new `track` call from the app's own server. It is called for each login, and again when a
     * token is over; a resend and a code beside a push use the token of that push. It may throw a `CibaError`, such as
     * `refused` where the action is blocked.
     */
    readonly getToken: (request: AuthsignalTokenRequest, options: { readonly signal: AbortSignal }) => Promise<string>;
    /** Seconds that a push is waited for, at most as long as its token lives. @default 120 */
    readonly pushLifetime?: number;
  };

/** What {@link createAuthsignalAdapter} makes. */
export interface AuthsignalAdapter extends CibaAdapter<AuthsignalResult> {
  verifyTotp(request: TotpRequest, options: CallOptions): Promise<TotpResult<AuthsignalResult>>;
  /** Forgets the request and its token. Authsignal has no way for a browser to withdraw it: the phone goes on showing it. */
  cancel(pending: PendingApproval, options: CallOptions): Promise<void>;
  /** The ways that a user has enrolled: `POST /client/init`, or the list of authenticators. */
  methods(loginHint: string, options: { readonly signal: AbortSignal }): Promise<AuthsignalMethods>;
  /** The same adapter with only these ways: no code entry without `totp`, and no push that nobody can get without `push`. */
  offering(methods: AuthsignalMethods): CibaAdapter<AuthsignalResult>;
}

/** A push that was sent, and what it takes to ask about it. None of it leaves this file. */
interface SentPush {
  readonly challengeId: string;
  readonly token: string;
  /** Under what the token is kept. */
  readonly purpose: string;
  /** Wall-clock milliseconds. */
  readonly expiresAt: number;
}

interface KeptToken {
  readonly token: string;
  /** Until when it may be used once more, in wall-clock milliseconds. */
  readonly usableUntil: number;
}

/**
 * Signs in, or steps up, against Authsignal straight from the browser, with the token of a `track` call of the app's own
 * server. It is for users whom that server knows already; a login by a typed name belongs behind `createCibaHandler` with
 * `createAuthsignalServerAdapter`, where tokens stay on the server and unknown users look like known ones.
 *
 * Ids and tokens stay in its closure, so its requests do not outlive the page. Its methods throw `CibaError`, and the
 * signal's own reason when they were aborted.
 *
 * @throws CibaError `misconfigured` when an option cannot be used
 * @example
 * const adapter = createAuthsignalAdapter({
 *   tenantId: 'dddddddd-dddd-dddd-dddd-dddddddddddd',
 *   region: 'us',
 *   action: 'withdrawal',
 *   getToken: async (request, { signal }) => {
 *     const answer = await fetch('/withdrawal/token', { method: 'POST', signal });
 *     return answer.text();
 *   },
 * });
 */
export function createAuthsignalAdapter(options: AuthsignalAdapterOptions): AuthsignalAdapter {
  const { getToken, onTokenExpired, pushLifetime = PUSH_LIFETIME_SECONDS } = options;
  const action = readAction(options.action);
  const tenantId = readTenantId(options);
  const client = connect(options);

  const pushes = new Map<string, SentPush>();
  /** The tokens of open logins, so that a resend belongs to the same action. */
  const kept = new Map<string, KeptToken>();
  const startOnce = once<PendingApproval>();
  const verifyOnce = once<TotpResult<AuthsignalResult>>();

  /** Has the app's server track anew. */
  async function track(request: AuthsignalTokenRequest, signal: AbortSignal): Promise<string> {
    signal.throwIfAborted();
    const token = await callGetToken(() => getToken(request, { signal }), signal);
    checkToken(token, tenantId);
    const now = Date.now();
    kept.set(purposeOf(request), { token, usableUntil: now + (secondsLeft(token, now) - LEAST_LEFT_SECONDS) * 1000 });
    return token;
  }

  function keptToken(purpose: string): string | undefined {
    const { token, usableUntil } = kept.get(purpose) ?? { usableUntil: 0 };
    return Date.now() < usableUntil ? token : undefined;
  }

  /** Asks with a token that is at hand, and with a new one where that was over. A user's act is behind each call. */
  async function askWithToken<Answer>(
    request: AuthsignalTokenRequest,
    atHand: string | undefined,
    signal: AbortSignal,
    ask: (token: string) => Promise<Answer>,
    isTokenOver: (answer: Answer) => boolean,
  ): Promise<{ token: string; answer: Answer }> {
    for (const token of [atHand, undefined]) {
      const used = token ?? (await track(request, signal));
      const answer = await ask(used);
      if (!isTokenOver(answer)) return { token: used, answer };
      kept.delete(purposeOf(request));
      onTokenExpired?.();
      if (token === undefined) break;
    }
    throw new CibaError(
      'unauthorized',
      'Authsignal says that the token is over which `getToken` returned just now. Let it track anew each time it is called; a token lives for 10 minutes.',
      { retryable: true },
    );
  }

  async function start(request: InitiateRequest, signal: AbortSignal): Promise<PendingApproval> {
    const purpose = purposeOf(request);
    const ring = (token: string) => client({ path: '/client/challenge/push', token, body: { action }, signal });
    const { token, answer } = await askWithToken(request, keptToken(purpose), signal, ring, isTokenOver);
    const { challengeId, undelivered } = readPush(answer);
    if (undelivered) {
      throw new CibaError('noDevice', 'Authsignal could notify none of the devices of this user.');
    }
    const now = Date.now();
    const expiresIn = Math.max(1, Math.min(pushLifetime, Math.floor(secondsLeft(token, now))));
    const expiresAt = now + expiresIn * 1000;
    const id = createId();
    pushes.set(id, { challengeId, token, purpose, expiresAt });
    // When nobody waits for this push any more, what comes next is no resend of it.
    const { usableUntil = 0 } = kept.get(purpose) ?? {};
    kept.set(purpose, { token, usableUntil: Math.min(usableUntil, expiresAt) });
    return { id, expiresIn, interval: INTERVAL_SECONDS, resumable: false };
  }

  async function verify(request: TotpRequest, signal: AbortSignal): Promise<TotpResult<AuthsignalResult>> {
    const { loginHint, code, pending } = request;
    const push = pending && pushes.get(pending.id);
    const atHand = push?.token ?? keptToken(purposeOf({ loginHint }));
    const check = (token: string) => askCode(client, { code, token }, signal);
    const { answer } = await askWithToken({ loginHint }, atHand, signal, check, ({ status }) => {
      return status === 'tokenExpired';
    });
    if (answer.status !== 'approved') return answer.status === 'tokenExpired' ? { status: 'invalidCode' } : answer;
    kept.delete(purposeOf({ loginHint }));
    if (pending) end(pending.id);
    return { status: 'approved', session: { token: requireToken(answer.token) } };
  }

  /** Whatever comes next is a new login, with a new token. */
  function end(id: string): void {
    const push = pushes.get(id);
    if (push) kept.delete(push.purpose);
    pushes.delete(id);
  }

  const adapter: AuthsignalAdapter = {
    initiate: (request, { signal, actId }) => startOnce(actId, signal, () => start(request, signal)),

    async poll({ id }, { signal }) {
      signal.throwIfAborted();
      const push = pushes.get(id);
      if (!push) {
        throw new CibaError(
          'notFound',
          'This page has no such request: it ended, or was made by another page load, which this adapter cannot go on with.',
        );
      }
      const state = await askPush(client, push, signal);
      if (state.status === 'pending' && Date.now() < push.expiresAt) return { status: 'pending' };
      end(id);
      if (state.status === 'tokenExpired') onTokenExpired?.();
      if (state.status === 'denied') return { status: 'denied' };
      if (state.status !== 'approved') return { status: 'expired' };
      return { status: 'approved', session: { token: requireToken(state.token) } };
    },

    verifyTotp: (request, { signal, actId }) => verifyOnce(actId, signal, () => verify(request, signal)),

    async cancel({ id }, { signal }) {
      signal.throwIfAborted();
      end(id);
    },

    async methods(loginHint, { signal }) {
      const request = { loginHint };
      const init = (token: string) => client({ path: '/client/init', token, body: {}, signal });
      const { token, answer } = await askWithToken(request, keptToken(purposeOf(request)), signal, init, isTokenOver);
      const options = toRecord(toRecord(readBody(answer))['challengeOptions']);
      const names: unknown = options['verificationMethods'];
      return toMethods(Array.isArray(names) ? names : await listMethods(client, token, signal));
    },

    offering({ push, totp }) {
      const { initiate, poll, verifyTotp, cancel } = adapter;
      const nobodyToRing = async (): Promise<never> => {
        throw new CibaError('noDevice', 'The user has no phone that takes pushes of Authsignal.');
      };
      return { initiate: push ? initiate : nobodyToRing, poll, cancel, ...(totp && { verifyTotp }) };
    },
  };
  return adapter;
}

export type AuthsignalEnrollmentOptions = AuthsignalLocation &
  Connection & {
    /**
     * Fetches a token that may add authenticators from the app's own server: one of a track call with the scope
     * `add:authenticators`, for the user who is signed in.
     */
    readonly getToken: (options: { readonly signal: AbortSignal }) => Promise<string>;
  };

/**
 * Adds an authenticator app for a signed-in user of Authsignal, for `<TotpSetup>`. Its methods throw `CibaError`.
 *
 * @throws CibaError `misconfigured` when an option cannot be used
 * @example
 * const enrollment = createAuthsignalEnrollment({
 *   tenantId: 'dddddddd-dddd-dddd-dddd-dddddddddddd',
 *   region: 'us',
 *   getToken: async ({ signal }) => (await fetch('/enrolment/token', { method: 'POST', signal })).text(),
 * });
 */
export function createAuthsignalEnrollment(options: AuthsignalEnrollmentOptions): TotpEnrollment {
  const tenantId = readTenantId(options);
  const client = connect(options);
  let token: string | undefined;

  function throwExpired(): never {
    options.onTokenExpired?.();
    throw new CibaError('unauthorized', 'The token is over (10 minutes). Begin again.', { retryable: true });
  }

  return {
    async begin({ signal }) {
      token = await callGetToken(() => options.getToken({ signal }), signal);
      checkToken(token, tenantId);
      const answer = await client({ path: '/client/user-authenticators/totp', token, signal });
      if (isTokenOver(answer)) throwExpired();
      const { uri, secret } = toRecord(readBody(answer));
      if (typeof uri !== 'string' || typeof secret !== 'string' || !uri.startsWith('otpauth://')) {
        throw badShape('a new authenticator app');
      }
      return { uri, secret };
    },

    async confirm(code, { signal }) {
      if (token === undefined) throw misconfigured('`confirm` was called before `begin`: there is nothing to confirm.');
      const answer = await askCode(client, { code, token }, signal);
      switch (answer.status) {
        case 'approved':
          return { status: 'confirmed' };
        case 'invalidCode':
          return { status: 'invalidCode' };
        case 'tokenExpired':
          return throwExpired();
        case 'lockedOut':
          throw new CibaError('rateLimited', 'Too many wrong codes: Authsignal takes no more for now.');
        case 'notEnrolled':
          throw new CibaError('notFound', 'Authsignal knows no new authenticator app of this user. Begin again.');
      }
    },
  };
}

function connect(options: AuthsignalLocation & Connection): AuthsignalClient {
  // Looked up at each call, so that a fetch that is replaced later (tracing, tests) is used.
  return createAuthsignalClient(readBaseUrl(options), options.fetch ?? ((...request) => fetch(...request)));
}

function readTenantId({ tenantId }: Connection): string {
  if (tenantId) return tenantId;
  throw misconfigured('The option `tenantId` is empty. The Authsignal portal shows it under Settings, API keys.');
}

/** What the app's own function throws is its own matter, but only a CibaError leaves an adapter. */
async function callGetToken(getToken: () => Promise<string>, signal: AbortSignal): Promise<string> {
  try {
    signal.throwIfAborted();
    return await getToken();
  } catch (cause) {
    signal.throwIfAborted();
    if (isCibaError(cause)) throw cause;
    throw new CibaError('unavailable', '`getToken` failed: the app’s own server gave no token. Its `cause` says why.', {
      cause,
    });
  }
}

/** Only for texts that help: whether the token is good is for Authsignal to say. */
function checkToken(token: unknown, tenantId: string): asserts token is string {
  if (typeof token !== 'string' || token === '') {
    throw misconfigured('`getToken` returned no token. Return the `token` of the track call, as text.');
  }
  const { tenantId: own } = readToken(token);
  if (own !== undefined && own !== tenantId) {
    throw misconfigured(
      'The token is of another tenant than `tenantId`. The server’s API secret key and this tenant ID must be of one tenant.',
    );
  }
}

/** A token is good for one purpose: what the user approved on the phone must be what the app asks for. */
function purposeOf({ loginHint, transaction }: AuthsignalTokenRequest): string {
  return JSON.stringify([loginHint, transaction]);
}

function isTokenOver(answer: ClientAnswer): boolean {
  return !answer.ok && answer.errorCode === 'expired_token';
}

function readBody(answer: ClientAnswer): unknown {
  if (answer.ok) return answer.body;
  throw answer.error;
}

async function listMethods(client: AuthsignalClient, token: string, signal: AbortSignal): Promise<unknown[]> {
  const list = readBody(await client({ path: '/client/user-authenticators', token, method: 'GET', signal }));
  if (!Array.isArray(list)) throw badShape('the list of authenticators');
  return list.map((authenticator) => toRecord(authenticator)['verificationMethod']);
}

/** Tabs tell each other about their requests, so no two may have the same. randomUUID is missing on plain http. */
function createId(): string {
  return Array.from(crypto.getRandomValues(new Uint8Array(16)), (byte) => byte.toString(16).padStart(2, '0')).join('');
}

/** Carries one act out once: the same `actId` again gets the same answer, while it is the newest one. */
function once<Answer>() {
  let newest: { readonly actId: string; readonly answer: Promise<Answer> } | undefined;
  return (actId: string, signal: AbortSignal, run: () => Promise<Answer>): Promise<Answer> => {
    if (signal.aborted) return Promise.reject(signal.reason as Error);
    if (newest?.actId === actId) return newest.answer;
    const answer = run();
    newest = { actId, answer };
    answer.catch(() => {
      // What failed was not carried out and may be tried again.
      if (newest?.answer === answer) newest = undefined;
    });
    return answer;
  };
}
