import { CibaError } from '../../contract/index.js';
import type {
  CallOptions,
  CibaAdapter,
  InitiateRequest,
  PendingApproval,
  TotpRequest,
  TotpResult,
} from '../../contract/index.js';
import { callForToken } from '../shared/app-token.js';
import { randomId } from '../shared/random-id.js';
import { unlessAborted } from '../../contract/unless-aborted.js';
import { askCode, askPush, readPush, requireToken, sendPush, toMethods } from './answers.js';
import type { AuthsignalMethods } from './answers.js';
import { badShape, INTERVAL_SECONDS, PUSH_LIFETIME_SECONDS, readAction, toRecord } from './client.js';
import type { AuthsignalClient, AuthsignalLocation } from './client.js';
import { checkToken, connect, isTokenExpired, readBody, readTenantId } from './connection.js';
import type { Connection } from './connection.js';
import { pushSeconds, secondsLeft } from './token.js';

export type { AuthsignalMethods } from './answers.js';
export type { AuthsignalLocation, AuthsignalRegion } from './client.js';
export { createAuthsignalEnrollment } from './enrollment.js';
export type { AuthsignalEnrollmentOptions } from './enrollment.js';

/** Least seconds that a token must be valid for to be used again. */
const MIN_TOKEN_SECONDS = 30;

/** The result of a completed login. Send it to your server, which validates it. */
export interface AuthsignalResult {
  /** Authsignal's token for the completed challenge, for `validate` of the server adapter. */
  readonly token: string;
}

/** The user and the transaction that a token is for. */
export type AuthsignalTokenRequest = Pick<InitiateRequest, 'loginHint' | 'transaction'>;

export type AuthsignalAdapterOptions = AuthsignalLocation &
  Connection & {
    /** The action's code as the server tracks it: 1 to 64 of `A-Za-z0-9_-`. */
    readonly action: string;
    /**
     * Fetches the token of a new `track` call from your server. It is called for each login, and again when a token has
     * expired. A resend, and a code beside a push, use the token of that push. It may throw a `CibaError`, such as
     * `refused` if the action is blocked.
     */
    readonly getToken: (request: AuthsignalTokenRequest, options: { readonly signal: AbortSignal }) => Promise<string>;
    /** Seconds to wait for an answer to a push, at most the lifetime of its token. @default 120 */
    readonly pushLifetime?: number;
  };

/** The adapter that {@link createAuthsignalAdapter} returns. */
export interface AuthsignalAdapter extends CibaAdapter<AuthsignalResult> {
  verifyTotp(request: TotpRequest, options: CallOptions): Promise<TotpResult<AuthsignalResult>>;
  /** Forgets the request and its token. A browser can't withdraw it at Authsignal, so the phone keeps showing it. */
  cancel(pending: PendingApproval, options: CallOptions): Promise<void>;
  /** Returns which methods a user has enrolled, by `POST /client/init` or the list of authenticators. */
  methods(loginHint: string, options: { readonly signal: AbortSignal }): Promise<AuthsignalMethods>;
  /** Returns this adapter with only these methods: without `totp` no code entry, without `push` no push. */
  offering(methods: AuthsignalMethods): CibaAdapter<AuthsignalResult>;
}

/** A push that was sent, with what a poll needs. None of it leaves this file. */
interface SentPush {
  readonly challengeId: string;
  readonly token: string;
  /** The key under which the token is kept. */
  readonly purpose: string;
  /** In the milliseconds of {@link elapsedMs}. */
  readonly expiresAt: number;
}

interface KeptToken {
  readonly token: string;
  /** Wall-clock milliseconds until which it may be used again. */
  readonly usableUntil: number;
}

/**
 * Creates an adapter that signs in, or steps up, at Authsignal directly from the browser, with the token of a `track`
 * call from your server. Use it for users whom that server already knows. For a login by a typed name, use
 * `createAuthsignalServerAdapter` behind `createCibaHandler`. Tokens then stay on the server, and unknown users look
 * like known ones.
 *
 * IDs and tokens stay in its closure, so its requests don't survive the page. Its methods throw `CibaError`, or the signal's
 * own reason when they were aborted.
 *
 * @throws CibaError `misconfigured` if an option is invalid
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
  const startOnce = idempotent<PendingApproval>();
  const verifyOnce = idempotent<TotpResult<AuthsignalResult>>();

  /** Fetches the token of a new track call from the app's server. */
  async function track(request: AuthsignalTokenRequest, signal: AbortSignal): Promise<string> {
    const token = await callForToken('getToken', () => getToken(request, { signal }), signal);
    checkToken(token, tenantId);
    const now = Date.now();
    kept.set(purposeOf(request), { token, usableUntil: now + (secondsLeft(token, now) - MIN_TOKEN_SECONDS) * 1000 });
    return token;
  }

  function keptToken(purpose: string): string | undefined {
    const { token, usableUntil } = kept.get(purpose) ?? { usableUntil: 0 };
    return Date.now() < usableUntil ? token : undefined;
  }

  /** Asks with an available token, and with a new one if that has expired. */
  async function askWithToken<Answer>(
    request: AuthsignalTokenRequest,
    available: string | undefined,
    signal: AbortSignal,
    ask: (token: string) => Promise<Answer>,
    isTokenExpired: (answer: Answer) => boolean,
  ): Promise<{ token: string; answer: Answer }> {
    for (const token of [available, undefined]) {
      const used = token ?? (await track(request, signal));
      const answer = await ask(used);
      if (!isTokenExpired(answer)) return { token: used, answer };
      kept.delete(purposeOf(request));
      onTokenExpired?.();
      if (token === undefined) break;
    }
    throw new CibaError(
      'unauthorized',
      'Authsignal says that the token which `getToken` just returned has expired. Make a new track call each time `getToken` is called; a token is valid for 10 minutes.',
      { retryable: true },
    );
  }

  async function start(request: InitiateRequest, signal: AbortSignal): Promise<PendingApproval> {
    const purpose = purposeOf(request);
    const ask = (token: string) => sendPush(client, { action, token }, signal);
    const { token, answer } = await askWithToken(request, keptToken(purpose), signal, ask, isTokenExpired);
    const { challengeId, undelivered } = readPush(answer);
    if (undelivered) {
      throw new CibaError('noDevice', "Authsignal couldn't notify any of this user's devices.");
    }
    const now = Date.now();
    const expiresIn = pushSeconds(token, pushLifetime, now);
    const id = randomId();
    pushes.set(id, { challengeId, token, purpose, expiresAt: elapsedMs() + expiresIn * 1000 });
    // Once this push has expired, the next one isn't a resend of it.
    const { usableUntil = 0 } = kept.get(purpose) ?? {};
    kept.set(purpose, { token, usableUntil: Math.min(usableUntil, now + expiresIn * 1000) });
    return { id, expiresIn, interval: INTERVAL_SECONDS, resumable: false };
  }

  async function verify(request: TotpRequest, signal: AbortSignal): Promise<TotpResult<AuthsignalResult>> {
    const { loginHint, code, pending } = request;
    const push = pending && pushes.get(pending.id);
    const available = push?.token ?? keptToken(purposeOf({ loginHint }));
    const check = (token: string) => askCode(client, { code, token }, signal);
    const { answer } = await askWithToken({ loginHint }, available, signal, check, ({ status }) => {
      return status === 'tokenExpired';
    });
    if (answer.status !== 'approved') return answer.status === 'tokenExpired' ? { status: 'invalidCode' } : answer;
    kept.delete(purposeOf({ loginHint }));
    if (pending) end(pending.id);
    return { status: 'approved', session: { token: requireToken(answer.token) } };
  }

  /** Ends a login, so that the next one gets a new token. */
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
          "This page has no such request. It has ended, or another page load started it, which this adapter can't resume.",
        );
      }
      const state = await askPush(client, push, signal);
      if (state.status === 'pending' && elapsedMs() < push.expiresAt) return { status: 'pending' };
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
      const { token, answer } = await askWithToken(
        request,
        keptToken(purposeOf(request)),
        signal,
        init,
        isTokenExpired,
      );
      const options = toRecord(toRecord(readBody(answer))['challengeOptions']);
      const names: unknown = options['verificationMethods'];
      return toMethods(Array.isArray(names) ? names : await listMethods(client, token, signal));
    },

    offering({ push, totp }) {
      const { initiate, poll, verifyTotp, cancel } = adapter;
      const refusePush = async (): Promise<never> => {
        throw new CibaError('noDevice', 'The user has no phone that receives pushes from Authsignal.');
      };
      return { initiate: push ? initiate : refusePush, poll, cancel, ...(totp && { verifyTotp }) };
    },
  };
  return adapter;
}

/** A token has one purpose, since what the user approves on the phone must be what the app asks for. */
function purposeOf({ loginHint, transaction }: AuthsignalTokenRequest): string {
  return JSON.stringify([loginHint, transaction]);
}

async function listMethods(client: AuthsignalClient, token: string, signal: AbortSignal): Promise<unknown[]> {
  const list = readBody(await client({ path: '/client/user-authenticators', token, method: 'GET', signal }));
  if (!Array.isArray(list)) throw badShape('the list of authenticators');
  return list.map((authenticator) => toRecord(authenticator)['verificationMethod']);
}

/** Milliseconds since an arbitrary moment. Unlike the device's clock, this one can't be set. */
function elapsedMs(): number {
  return (globalThis.performance ?? Date).now();
}

/** Runs one act once: the latest `actId` gets the same answer again. */
function idempotent<Answer>() {
  let newest: { readonly actId: string; readonly answer: Promise<Answer> } | undefined;
  return (actId: string, signal: AbortSignal, run: () => Promise<Answer>): Promise<Answer> => {
    if (signal.aborted) return Promise.reject(signal.reason as Error);
    if (newest?.actId === actId) return unlessAborted(newest.answer, signal);
    const answer = run();
    newest = { actId, answer };
    answer.catch(() => {
      // A failed act was not carried out and may be tried again.
      if (newest?.answer === answer) newest = undefined;
    });
    return answer;
  };
}
