import { randomUUID } from 'node:crypto';
import { CibaError } from '../../contract/index.js';
import type {
  InitiateRequest,
  JsonValue,
  PendingApproval,
  PollResult,
  TotpRequest,
  TotpResult,
} from '../../contract/index.js';
import { misconfigured } from '../../contract/errors.js';
import { askCode, askPush, readPush, sendPush } from './answers.js';
import {
  badShape,
  createAuthsignalClient,
  INTERVAL_SECONDS,
  PUSH_LIFETIME_SECONDS,
  readAction,
  readBaseUrl,
} from './client.js';
import { createNumberMatching } from './number-matching.js';
import { createServerApi, unknownUser } from './server-api.js';
import type { ActionKey } from './server-api.js';
import type { AuthsignalServerAdapter, AuthsignalServerOptions, AuthsignalSession } from './server-types.js';
import { pushSeconds, secondsLeft } from './token.js';

export type { AuthsignalMethods } from './answers.js';
export type { AuthsignalLocation, AuthsignalRegion } from './client.js';
export type {
  AuthsignalPhoneAnswer,
  AuthsignalServerAdapter,
  AuthsignalServerOptions,
  AuthsignalSession,
  AuthsignalTracked,
  AuthsignalTrackRequest,
  AuthsignalVerified,
} from './server-types.js';

/** What the handler's store keeps between `initiate` and `poll`. */
interface ServerState extends ActionKey {
  readonly token: string;
  /** Wall-clock milliseconds. */
  readonly tokenExpiresAt: number;
  readonly expiresAt: number;
  /** Absent if Authsignal allowed a step-up without a challenge. */
  readonly challengeId?: string;
}

/**
 * Creates an adapter for Authsignal behind `createCibaHandler`. It tracks, sends pushes, polls and validates on the server,
 * so the browser holds none of Authsignal's tokens. The `loginHint` that the handler's `authRequest` returns is the user's
 * ID at Authsignal. Its methods throw `CibaError`, or the signal's own reason when they were aborted.
 *
 * @throws CibaError `misconfigured` if an option is invalid
 * @example
 * const adapter = createAuthsignalServerAdapter({
 *   apiSecretKey: process.env['AUTHSIGNAL_SECRET_KEY'] ?? '',
 *   region: 'eu',
 * });
 */
export function createAuthsignalServerAdapter(options: AuthsignalServerOptions): AuthsignalServerAdapter {
  const { apiSecretKey, stepUp = false, numberMatching = false, pushLifetime = PUSH_LIFETIME_SECONDS } = options;
  if (!apiSecretKey)
    throw misconfigured('The option `apiSecretKey` is empty. Check that its environment variable is set.');
  const action = readAction(options.action ?? 'signIn');
  const baseUrl = readBaseUrl(options);
  const client = createAuthsignalClient(baseUrl, (...request) => fetch(...request));
  const api = createServerApi({ apiSecretKey, baseUrl, action });
  const matching = createNumberMatching({ api, apiSecretKey, action });
  const use = numberMatching && ({ displayCodeUse: 'enter' } as const);

  function toSession(
    { userId, idempotencyKey }: ActionKey,
    state: AuthsignalSession['state'],
    verificationMethod: string | undefined,
  ): AuthsignalSession {
    return { userId, action, idempotencyKey, state, ...(verificationMethod && { verificationMethod }) };
  }

  /** Finds out whose challenge was completed, by the token that Authsignal issued for it. */
  async function validateToken(
    token: string,
    userId: string,
    signal: AbortSignal,
  ): Promise<PollResult<AuthsignalSession>> {
    const found = await api.validateChallenge(token, userId, signal);
    const { isValid, state, idempotencyKey, verificationMethod } = found;
    if (state === 'CHALLENGE_FAILED') return { status: 'denied' };
    const isOwn = found.userId === userId && (found.action === undefined || found.action === action);
    if (!isValid || state !== 'CHALLENGE_SUCCEEDED' || !isOwn || !idempotencyKey) {
      throw new CibaError(
        'refused',
        "Authsignal doesn't confirm the token for this user and this action. It belongs to another user, has expired, or its challenge was not completed.",
      );
    }
    return { status: 'approved', session: toSession({ userId, idempotencyKey }, state, verificationMethod) };
  }

  /** Reads the result from the action itself, without a token. */
  async function lookUp(state: ServerState, signal: AbortSignal): Promise<PollResult<AuthsignalSession>> {
    const { state: found, verificationMethod } = await api.getAction(state, signal);
    const isAllowed = found === 'ALLOW' && stepUp && state.challengeId === undefined;
    if (found === 'CHALLENGE_SUCCEEDED' || isAllowed) {
      return { status: 'approved', session: toSession(state, found, verificationMethod) };
    }
    if (found === 'CHALLENGE_FAILED') return { status: 'denied' };
    return { status: Date.now() < state.expiresAt ? 'pending' : 'expired' };
  }

  function checkRequest({ loginHint: userId, subject, displayCode }: InitiateRequest): void {
    if (subject !== undefined && subject !== userId) {
      throw new CibaError(
        'refused',
        '`authRequest` named two users, so it is unclear who has to approve. Return the same user ID as `loginHint` and as `subject`.',
      );
    }
    if (stepUp && subject === undefined) {
      throw misconfigured(
        '`stepUp` is for signed-in users, but `authRequest` returned no `subject`. Return the signed-in user as `subject` and as `loginHint`.',
      );
    }
    if (numberMatching && displayCode === undefined) {
      throw misconfigured('`numberMatching` needs a display code. Leave `displayCode` of createCibaHandler on.');
    }
  }

  async function start(request: InitiateRequest, signal: AbortSignal): Promise<PendingApproval> {
    checkRequest(request);
    const { loginHint: userId, displayCode } = request;
    // `track` would create a user for every typed name, so the user is looked up first.
    if (!stepUp) await requirePhone(userId, signal);
    const attributes = {
      custom: toCustom(request),
      ...(numberMatching && { idempotencyKey: matching.commitToCode(userId, displayCode ?? '') }),
    };
    const tracked = await api.track(userId, attributes, signal);
    const allowed = tracked.state === 'ALLOW';
    if (allowed && !stepUp) {
      throw unknownUser('Authsignal requires no challenge for this user (ALLOW), which proves nothing at a login.');
    }

    // The delivery isn't checked, because the user can also open the app and find the request there.
    const push = allowed ? undefined : readPush(await sendPush(client, { action, token: tracked.token }, signal));
    const now = Date.now();
    const tokenSeconds = Math.floor(secondsLeft(tracked.token, now));
    const expiresIn = pushSeconds(tracked.token, pushLifetime, now);
    const serverState: ServerState & { readonly [field: string]: JsonValue } = {
      ...{ userId, idempotencyKey: tracked.idempotencyKey, token: tracked.token },
      ...{ tokenExpiresAt: now + tokenSeconds * 1000, expiresAt: now + expiresIn * 1000 },
      ...(push && { challengeId: push.challengeId }),
    };
    return {
      ...{ id: randomUUID(), expiresIn, interval: INTERVAL_SECONDS, resumable: true, serverState },
      ...(displayCode !== undefined && { displayCode, ...use }),
    };
  }

  async function requirePhone(userId: string, signal: AbortSignal): Promise<void> {
    const { enrolled, push } = await api.getMethods(userId, signal);
    if (!enrolled) throw unknownUser('Authsignal knows no authenticator of this user.');
    if (!push) throw new CibaError('noDevice', 'This user has no phone that receives pushes from Authsignal.');
  }

  /** Returns a token for a code: that of the push beside it while it is valid, so that both belong to one action. */
  async function tokenForCode({ loginHint: userId, pending }: TotpRequest, signal: AbortSignal) {
    const state = pending && readServerState(pending.serverState);
    if (state && state.userId === userId && Date.now() < state.tokenExpiresAt) return state;
    return trackForCode(userId, signal);
  }

  async function trackForCode(userId: string, signal: AbortSignal) {
    const { totp } = await api.getMethods(userId, signal);
    return totp ? api.track(userId, {}, signal) : null;
  }

  async function verify(request: TotpRequest, signal: AbortSignal): Promise<TotpResult<AuthsignalSession>> {
    const { loginHint: userId, code } = request;
    let tracked = await tokenForCode(request, signal);
    let answer = tracked && (await askCode(client, { code, token: tracked.token }, signal));
    if (answer?.status === 'tokenExpired') {
      tracked = await trackForCode(userId, signal);
      answer = tracked && (await askCode(client, { code, token: tracked.token }, signal));
    }
    if (!tracked || !answer) return { status: 'notEnrolled' };
    if (answer.status === 'tokenExpired') {
      throw new CibaError('unavailable', "Authsignal says that a new token has expired. Check this server's clock.");
    }
    if (answer.status !== 'approved') return answer;
    if (answer.token === undefined) throw badShape('a right code');
    const result = await validateToken(answer.token, userId, signal);
    if (result.status === 'approved') return result;
    throw new CibaError('refused', 'The code was right, but the action had already been denied or canceled.');
  }

  return {
    initiate: (request, { signal }) => start(request, signal),

    async poll({ serverState }, { signal }) {
      const state = readServerState(serverState);
      const { challengeId, token } = state;
      if (challengeId === undefined || numberMatching) return lookUp(state, signal);
      const push = await askPush(client, { challengeId, token }, signal);
      switch (push.status) {
        case 'approved':
          return push.token === undefined ? lookUp(state, signal) : validateToken(push.token, state.userId, signal);
        case 'pending':
          return { status: Date.now() < state.expiresAt ? 'pending' : 'expired' };
        case 'denied':
          return { status: 'denied' };
        case 'expired':
        case 'tokenExpired': {
          // Authsignal may also forget an approved push at once. If that response was lost, the action still has the result.
          const result = await lookUp(state, signal);
          return result.status === 'pending' ? { status: 'expired' } : result;
        }
      }
    },

    usualAnswer: { expiresIn: pushLifetime, interval: INTERVAL_SECONDS, ...use },

    approver(session) {
      // The app's own code verifier makes sessions of its own.
      if (typeof session?.userId !== 'string') return null;
      return { subject: session.userId, ...(session.state === 'ALLOW' && { withoutPrompt: true }) };
    },

    verifyTotp: (request, { signal }) => verify(request, signal),

    async cancel({ serverState }, { signal }) {
      const state = readServerState(serverState);
      if (state.challengeId === undefined) return;
      // An action that was completed in the meantime, for example by a code, stays completed.
      const { state: found } = await api.getAction(state, signal);
      if (found === 'CHALLENGE_REQUIRED') await api.setState(state, 'CHALLENGE_FAILED', signal);
    },

    track({ userId, transaction, scope, redirectUrl }) {
      const attributes = {
        ...(transaction && { custom: toCustom({ transaction }) }),
        ...(scope !== undefined && { scope }),
        ...(redirectUrl !== undefined && { redirectUrl }),
      };
      return api.track(userId, attributes, neverAborted());
    },

    async validate({ token, userId }) {
      const result = await validateToken(token, userId, neverAborted());
      if (result.status === 'approved') return result.session;
      throw new CibaError('refused', 'The user denied the request, or it was canceled.');
    },

    async methods(userId) {
      const { push, totp } = await api.getMethods(userId, neverAborted());
      return { push, totp };
    },

    async answer(answer) {
      if (!numberMatching) throw misconfigured('`answer` requires the option `numberMatching: true`.');
      return matching.answer(answer, neverAborted());
    },

    enrollVerified: (userId, verified) => api.enrollVerified(userId, verified, neverAborted()),
  };
}

function neverAborted(): AbortSignal {
  return new AbortController().signal;
}

/** What the phone's app may show. The rules in the portal can use it, too. */
function toCustom({
  displayCode,
  bindingMessage,
  transaction,
}: Pick<InitiateRequest, 'displayCode' | 'bindingMessage' | 'transaction'>) {
  const details = transaction?.details?.map(({ label, value }) => `${label}: ${value}`);
  return {
    ...(displayCode !== undefined && { displayCode }),
    ...(bindingMessage !== undefined && { bindingMessage }),
    ...(transaction && { transaction: transaction.title }),
    ...(details && { transactionDetails: details.join('\n') }),
    ...(transaction?.amount && { amount: `${transaction.amount.value} ${transaction.amount.currency}` }),
    ...(transaction?.payee !== undefined && { payee: transaction.payee }),
  };
}

function readServerState(state: JsonValue | undefined): ServerState {
  if (typeof state === 'object' && state !== null && 'idempotencyKey' in state && 'userId' in state) {
    return state as unknown as ServerState;
  }
  throw misconfigured(
    "The request has no `serverState` of this adapter, so Authsignal can't be asked about it. Pass `poll` what `initiate` returned, and let the store keep all of it.",
  );
}
