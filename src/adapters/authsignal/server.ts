import { Authsignal, UserActionState, VerificationMethod } from '@authsignal/node';
import { createHmac, randomUUID, timingSafeEqual } from 'node:crypto';
import { CibaError } from '../../contract/index.js';
import type {
  CallOptions,
  CibaAdapter,
  InitiateRequest,
  JsonValue,
  PendingApproval,
  PollResult,
  TotpRequest,
  TotpResult,
  Transaction,
} from '../../contract/index.js';
import { askCode, askPush, readPush, toMethods } from './answers.js';
import type { AuthsignalMethods } from './answers.js';
import { badShape, createAuthsignalClient, misconfigured, readAction, readBaseUrl, toRecord } from './client.js';
import type { AuthsignalLocation } from './client.js';
import { toServerError } from './server-errors.js';
import { secondsLeft } from './token.js';

export type { AuthsignalMethods } from './answers.js';
export type { AuthsignalLocation, AuthsignalRegion } from './client.js';

/** Least seconds between two polls. Authsignal names none; its own SDK polls a QR code every 3 s. */
const INTERVAL_SECONDS = 3;
/** Seconds that a push is waited for, where no option says otherwise. */
const PUSH_LIFETIME_SECONDS = 120;
/** Seconds to wait for one answer of the server API; its SDK waits for ever. */
const TIMEOUT_SECONDS = 15;

export type AuthsignalServerOptions = AuthsignalLocation & {
  /** The tenant's API secret key, from the Authsignal portal. */
  readonly apiSecretKey: string;
  /** The code of the action that is tracked: 1 to 64 of `A-Za-z0-9_-`. @default 'signIn' */
  readonly action?: string;
  /**
   * The users are signed in already, and the handler's `authRequest` names the present one as `subject`. Then, and only then,
   * Authsignal's ALLOW passes without a challenge; at a login it would let in everybody who has nothing enrolled.
   * @default false
   */
  readonly stepUp?: boolean;
  /**
   * The user types the display code into the phone, and the phone's app sends it to your server, which calls `answer`.
   * Without it the code is only there to be compared. @default false
   */
  readonly numberMatching?: boolean;
  /** Seconds that a push is waited for, at most as long as its token lives (10 minutes). @default 120 */
  readonly pushLifetime?: number;
};

/** What a completed challenge says. It holds no token. */
export interface AuthsignalSession {
  readonly userId: string;
  readonly action: string;
  /** Names this action of this user at Authsignal, for `get_action` and for the portal. */
  readonly idempotencyKey: string;
  /** `ALLOW` in a step-up that needed no challenge. */
  readonly state: 'CHALLENGE_SUCCEEDED' | 'ALLOW';
  /** How, in Authsignal's words, for example `PUSH` or `AUTHENTICATOR_APP`. */
  readonly verificationMethod?: string;
}

export interface AuthsignalTrackRequest {
  /** The user's ID at Authsignal. Take it from your own session, never from the browser. */
  readonly userId: string;
  /** Goes to the phone as `custom` data. */
  readonly transaction?: Transaction;
  /** For example `add:authenticators`; only for users who are signed in. */
  readonly scope?: string;
  /** Where Authsignal's pre-built page sends the user afterwards. */
  readonly redirectUrl?: string;
}

/** A tracked action. */
export interface AuthsignalTracked {
  /** For `getToken` of the browser's adapter. Good for 10 minutes. */
  readonly token: string;
  /** Authsignal's pre-built page for this action. */
  readonly url: string;
  readonly state: 'CHALLENGE_REQUIRED' | 'ALLOW';
  readonly idempotencyKey: string;
  readonly isEnrolled: boolean;
}

/** What a phone's app sent to your server. */
export interface AuthsignalPhoneAnswer {
  /** Whose phone it is; take it from the phone's own session. */
  readonly userId: string;
  /** Of the push that the phone got. */
  readonly idempotencyKey: string;
  readonly approved: boolean;
  /** The display code as it was typed; capitals, spaces and dashes do not matter. */
  readonly code?: string;
}

/** An authenticator that was verified elsewhere. */
export type AuthsignalVerified =
  | { readonly verificationMethod: 'SMS'; readonly phoneNumber: string }
  | { readonly verificationMethod: 'EMAIL_OTP' | 'EMAIL_MAGIC_LINK'; readonly email: string };

/** What {@link createAuthsignalServerAdapter} makes: an adapter for the handler, and the calls that an embedded wiring needs. */
export interface AuthsignalServerAdapter extends CibaAdapter<AuthsignalSession> {
  verifyTotp(request: TotpRequest, options: CallOptions): Promise<TotpResult<AuthsignalSession>>;
  /** Fails the action at Authsignal. The phone goes on showing the push, and its answer counts no more. */
  cancel(pending: PendingApproval, options: CallOptions): Promise<void>;
  /**
   * Tracks an action, for `getToken` of the browser's adapter or for the pre-built page.
   * @throws CibaError `refused` for BLOCK, `inReview` for REVIEW_REQUIRED
   */
  track(request: AuthsignalTrackRequest): Promise<AuthsignalTracked>;
  /**
   * Checks the token that the browser's adapter or the pre-built page brought. `userId` is the user of your own session:
   * without it, anybody's valid token would do.
   * @throws CibaError `refused` when the token is of another user or action, or the challenge was not completed
   */
  validate(result: { readonly token: string; readonly userId: string }): Promise<AuthsignalSession>;
  /** The ways that a user has enrolled. */
  methods(userId: string): Promise<AuthsignalMethods>;
  /**
   * Takes the phone's answer where `numberMatching` is on. A wrong code denies the request: who guesses, guesses once.
   * `over`: the request was answered before, or was never there.
   * @throws CibaError
   */
  answer(answer: AuthsignalPhoneAnswer): Promise<'approved' | 'denied' | 'wrongCode' | 'over'>;
  /** Adds an authenticator that you verified yourself, such as the number that a text message was answered from. */
  enrollVerified(
    userId: string,
    verified: AuthsignalVerified,
  ): Promise<{ readonly userAuthenticatorId: string; readonly recoveryCodes?: readonly string[] }>;
}

/** What travels from `initiate` to `poll` through the handler's store. */
interface ServerState {
  readonly userId: string;
  readonly idempotencyKey: string;
  readonly token: string;
  /** Wall-clock milliseconds. */
  readonly tokenExpiresAt: number;
  readonly expiresAt: number;
  /** Absent where Authsignal allowed a step-up without a challenge. */
  readonly challengeId?: string;
}

/**
 * Authsignal behind `createCibaHandler`: track, push, poll and validate all happen on the server, so that the browser
 * holds none of Authsignal's tokens. What the handler's `authRequest` returns as `loginHint` is the user's ID at Authsignal.
 * Its methods throw `CibaError`, and the signal's own reason when they were aborted.
 *
 * @throws CibaError `misconfigured` when an option cannot be used
 * @example
 * const adapter = createAuthsignalServerAdapter({
 *   apiSecretKey: process.env['AUTHSIGNAL_SECRET_KEY'] ?? '',
 *   region: 'eu',
 * });
 */
export function createAuthsignalServerAdapter(options: AuthsignalServerOptions): AuthsignalServerAdapter {
  const { apiSecretKey, stepUp = false, numberMatching = false, pushLifetime = PUSH_LIFETIME_SECONDS } = options;
  if (!apiSecretKey) throw misconfigured('The option `apiSecretKey` is empty. Is its environment variable set?');
  const action = readAction(options.action ?? 'signIn');
  const baseUrl = readBaseUrl(options);
  const client = createAuthsignalClient(baseUrl, (...request) => fetch(...request));
  // No retries: each SDK object would add its own to one axios for the whole process, and the engine asks again anyway.
  const sdk = new Authsignal({ apiSecretKey, apiUrl: baseUrl, retries: 0 });

  /** One call of the SDK, which knows no signal and no timeout. */
  async function call(act: string, signal: AbortSignal, run: () => Promise<unknown>): Promise<unknown> {
    signal.throwIfAborted();
    const timeout = AbortSignal.timeout(TIMEOUT_SECONDS * 1000);
    try {
      return await unlessAborted(run(), AbortSignal.any([signal, timeout]));
    } catch (caught) {
      signal.throwIfAborted();
      if (timeout.aborted) {
        throw new CibaError(
          'timeout',
          `Authsignal at ${baseUrl} did not answer the ${act} call within ${TIMEOUT_SECONDS} s.`,
        );
      }
      throw toServerError(caught, act, baseUrl);
    }
  }

  async function getMethods(userId: string, signal: AbortSignal): Promise<AuthsignalMethods & { enrolled: boolean }> {
    const user = toRecord(await call('get_user', signal, () => sdk.getUser({ userId: toPathPart(userId) })));
    const { isEnrolled, enrolledVerificationMethods: names } = user;
    if (typeof isEnrolled !== 'boolean') throw badShape('get_user');
    return { enrolled: isEnrolled, ...toMethods(Array.isArray(names) ? names : []) };
  }

  async function trackAction(
    userId: string,
    attributes: NonNullable<Parameters<Authsignal['track']>[0]['attributes']>,
    signal: AbortSignal,
  ): Promise<AuthsignalTracked> {
    const tracked = toRecord(
      await call('track', signal, () => sdk.track({ userId: toPathPart(userId), action, attributes })),
    );
    const { token, url, idempotencyKey, isEnrolled } = tracked;
    const state = readState(tracked['state'], 'track');
    if (state !== 'CHALLENGE_REQUIRED' && state !== 'ALLOW') throw badShape('track');
    if (![token, idempotencyKey].every(isText) || typeof isEnrolled !== 'boolean') throw badShape('track');
    return { token: String(token), url: String(url), state, idempotencyKey: String(idempotencyKey), isEnrolled };
  }

  /** How the action stands: the result of a challenge that brought no token, or of the phone's answer to `answer`. */
  async function getState(
    { userId, idempotencyKey }: Pick<ServerState, 'userId' | 'idempotencyKey'>,
    signal: AbortSignal,
  ) {
    const request = { userId: toPathPart(userId), action, idempotencyKey: toPathPart(idempotencyKey) };
    const found = toRecord(await call('get_action', signal, () => sdk.getAction(request)));
    return { state: readState(found['state'], 'get_action'), verificationMethod: found['verificationMethod'] };
  }

  async function setState(
    { userId, idempotencyKey }: Pick<ServerState, 'userId' | 'idempotencyKey'>,
    state: UserActionState,
    signal: AbortSignal,
  ) {
    const request = { userId: toPathPart(userId), action, idempotencyKey: toPathPart(idempotencyKey) };
    await call('update_action', signal, () => sdk.updateAction({ ...request, attributes: { state } }));
  }

  function toSession(
    { userId, idempotencyKey }: Pick<ServerState, 'userId' | 'idempotencyKey'>,
    state: AuthsignalSession['state'],
    method: unknown,
  ): AuthsignalSession {
    return { userId, action, idempotencyKey, state, ...(isText(method) && { verificationMethod: method }) };
  }

  /** Says whose challenge was completed, by the token that Authsignal gave for it. */
  async function validateToken(
    token: string,
    userId: string,
    signal: AbortSignal,
  ): Promise<PollResult<AuthsignalSession>> {
    const result = toRecord(
      await call('validate_challenge', signal, () => sdk.validateChallenge({ token, userId, action })),
    );
    const { isValid, userId: owner, action: tracked, idempotencyKey, verificationMethod } = result;
    if (typeof isValid !== 'boolean') throw badShape('validate_challenge');
    const state = result['state'] === undefined ? undefined : readState(result['state'], 'validate_challenge');
    if (state === 'CHALLENGE_FAILED') return { status: 'denied' };
    const isOwn = owner === userId && (tracked === undefined || tracked === action);
    if (!isValid || state !== 'CHALLENGE_SUCCEEDED' || !isOwn || !isText(idempotencyKey)) {
      throw new CibaError(
        'refused',
        'Authsignal does not confirm the token for this user and this action. It is of somebody else, too old, or of a challenge that was not completed.',
      );
    }
    return { status: 'approved', session: toSession({ userId, idempotencyKey }, state, verificationMethod) };
  }

  /** The result of the action itself, without a token. */
  async function lookUp(state: ServerState, signal: AbortSignal): Promise<PollResult<AuthsignalSession>> {
    const { state: found, verificationMethod } = await getState(state, signal);
    const isAllowed = found === 'ALLOW' && stepUp && state.challengeId === undefined;
    if (found === 'CHALLENGE_SUCCEEDED' || isAllowed) {
      return { status: 'approved', session: toSession(state, found, verificationMethod) };
    }
    if (found === 'CHALLENGE_FAILED') return { status: 'denied' };
    return { status: Date.now() < state.expiresAt ? 'pending' : 'expired' };
  }

  async function start(request: InitiateRequest, signal: AbortSignal): Promise<PendingApproval> {
    const { loginHint: userId, subject, bindingMessage } = request;
    if (subject !== undefined && subject !== userId) {
      throw new CibaError(
        'refused',
        '`authRequest` names two users: its `loginHint` and its `subject` must be one user ID.',
      );
    }
    if (stepUp && subject === undefined) {
      throw misconfigured(
        'With `stepUp`, let `authRequest` name the signed-in user as `subject` (and as `loginHint`).',
      );
    }
    if (numberMatching && bindingMessage === undefined) {
      throw misconfigured('`numberMatching` needs a display code. Leave `displayCode` of createCibaHandler on.');
    }
    // track would make a user of every name that somebody types.
    if (!stepUp) await requirePhone(userId, signal);
    const tracked = await trackAction(
      userId,
      {
        custom: toCustom(request),
        ...(numberMatching && { idempotencyKey: sealCode(userId, bindingMessage ?? '') }),
      },
      signal,
    );
    const allowed = tracked.state === 'ALLOW';
    if (allowed && !stepUp) throw nobody('Authsignal asks for no challenge (ALLOW), which proves nothing at a login.');

    const push = allowed ? undefined : await ring(tracked.token, signal);
    const now = Date.now();
    const life = Math.floor(secondsLeft(tracked.token, now));
    const expiresIn = Math.max(1, Math.min(pushLifetime, life));
    const serverState: ServerState & { readonly [field: string]: JsonValue } = {
      ...{ userId, idempotencyKey: tracked.idempotencyKey, token: tracked.token },
      ...{ tokenExpiresAt: now + life * 1000, expiresAt: now + expiresIn * 1000 },
      ...(push && { challengeId: push.challengeId }),
    };
    return {
      ...{ id: randomUUID(), expiresIn, interval: INTERVAL_SECONDS, resumable: true, serverState },
      ...(bindingMessage !== undefined && { displayCode: bindingMessage }),
    };
  }

  async function requirePhone(userId: string, signal: AbortSignal): Promise<void> {
    const { enrolled, push } = await getMethods(userId, signal);
    if (!enrolled) throw nobody('Authsignal knows no authenticator of this user.');
    if (!push) throw new CibaError('noDevice', 'This user has no phone that takes pushes of Authsignal.');
  }

  async function ring(token: string, signal: AbortSignal) {
    // Whether the push was delivered is not looked at: the user can open the app and finds the request there.
    return readPush(await client({ path: '/client/challenge/push', token, body: { action }, signal }));
  }

  /** A token for a code: that of the push beside it, while it lives, so that both are one action. */
  async function tokenForCode({ loginHint: userId, pending }: TotpRequest, signal: AbortSignal) {
    const state = pending && readServerState(pending.serverState);
    if (state && state.userId === userId && Date.now() < state.tokenExpiresAt) return state;
    return trackForCode(userId, signal);
  }

  async function trackForCode(userId: string, signal: AbortSignal) {
    const { totp } = await getMethods(userId, signal);
    if (!totp) return null;
    const { token, idempotencyKey } = await trackAction(userId, {}, signal);
    return { token, idempotencyKey };
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
    if (answer.status === 'tokenExpired') throw new CibaError('unavailable', 'Authsignal calls a new token expired.');
    if (answer.status !== 'approved') return answer;
    if (answer.token === undefined) throw badShape('a right code');
    const result = await validateToken(answer.token, userId, signal);
    if (result.status === 'approved') return result;
    throw new CibaError('refused', 'The code was right, and the action had been denied or cancelled before.');
  }

  /**
   * An idempotency key that commits to the display code: whoever has it (the phone) cannot read the code out of it, and
   * any process with the secret key can check a code against it, so that nothing has to be stored.
   */
  function sealCode(userId: string, code: string, nonce: string = randomUUID()): string {
    const content = JSON.stringify([nonce, userId, action, foldCode(code)]);
    return `${nonce}-${createHmac('sha256', apiSecretKey).update(content).digest('hex').slice(0, 32)}`;
  }

  function opensWith(code: string, userId: string, idempotencyKey: string): boolean {
    const nonce = idempotencyKey.slice(0, -33);
    const sealed = Buffer.from(sealCode(userId, code, nonce));
    const given = Buffer.from(idempotencyKey);
    return sealed.length === given.length && timingSafeEqual(sealed, given);
  }

  /** Answers that are being taken: of two guesses at once, one counts. */
  const answering = new Set<string>();

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
          // Also what is left of an approval whose answer was lost, where Authsignal forgets it at once.
          const result = await lookUp(state, signal);
          return result.status === 'pending' ? { status: 'expired' } : result;
        }
      }
    },

    verifyTotp: (request, { signal }) => verify(request, signal),

    async cancel({ serverState }, { signal }) {
      const state = readServerState(serverState);
      if (state.challengeId === undefined) return;
      // What was completed meanwhile, for example by a code, stays completed.
      const { state: found } = await getState(state, signal);
      if (found === 'CHALLENGE_REQUIRED') await setState(state, UserActionState.CHALLENGE_FAILED, signal);
    },

    track({ userId, transaction, scope, redirectUrl }) {
      const attributes = {
        ...(transaction && { custom: toCustom({ transaction }) }),
        ...(scope !== undefined && { scope }),
        ...(redirectUrl !== undefined && { redirectUrl }),
      };
      return trackAction(userId, attributes, notAborted());
    },

    async validate({ token, userId }) {
      const result = await validateToken(token, userId, notAborted());
      if (result.status === 'approved') return result.session;
      throw new CibaError('refused', 'The user denied the request, or it was cancelled.');
    },

    async methods(userId) {
      const { push, totp } = await getMethods(userId, notAborted());
      return { push, totp };
    },

    async answer({ userId, idempotencyKey, approved, code = '' }) {
      if (!numberMatching) throw misconfigured('`answer` is for adapters with `numberMatching: true`.');
      if (answering.has(idempotencyKey)) return 'over';
      answering.add(idempotencyKey);
      try {
        const named = { userId, idempotencyKey };
        const { state } = await getState(named, notAborted());
        if (state !== 'CHALLENGE_REQUIRED') return 'over';
        const isRight = approved && opensWith(code, userId, idempotencyKey);
        const { CHALLENGE_SUCCEEDED, CHALLENGE_FAILED } = UserActionState;
        await setState(named, isRight ? CHALLENGE_SUCCEEDED : CHALLENGE_FAILED, notAborted());
        if (isRight) return 'approved';
        return approved ? 'wrongCode' : 'denied';
      } catch (caught) {
        if (caught instanceof CibaError && caught.code === 'notFound') return 'over';
        throw caught;
      } finally {
        answering.delete(idempotencyKey);
      }
    },

    async enrollVerified(userId, { verificationMethod, ...where }) {
      const attributes = { ...where, verificationMethod: VerificationMethod[verificationMethod] };
      const enrolled = toRecord(
        await call('enroll_verified_authenticator', notAborted(), () =>
          sdk.enrollVerifiedAuthenticator({ userId: toPathPart(userId), attributes }),
        ),
      );
      const { userAuthenticatorId } = toRecord(enrolled['authenticator']);
      const codes = enrolled['recoveryCodes'];
      if (!isText(userAuthenticatorId)) throw badShape('enroll_verified_authenticator');
      return { userAuthenticatorId, ...(Array.isArray(codes) && { recoveryCodes: codes.map(String) }) };
    },
  };
}

function notAborted(): AbortSignal {
  return new AbortController().signal;
}

function isText(value: unknown): value is string {
  return typeof value === 'string' && value !== '';
}

/** The handler runs a decoy for it, so the browser cannot tell. */
function nobody(message: string): CibaError {
  return new CibaError('unknownUser', message);
}

/**
 * The SDK puts IDs into its addresses as they are. What a user typed must not lead to another one.
 * @throws CibaError `unknownUser` for what can be no ID
 */
function toPathPart(id: string): string {
  if (/^\.{0,2}$/.test(id)) throw nobody('The ID is empty or made of dots, so it can be nobody’s.');
  return encodeURIComponent(id);
}

/** What the phone's app may show. The rules in the portal can use it too. */
function toCustom({ bindingMessage, transaction }: Pick<InitiateRequest, 'bindingMessage' | 'transaction'>) {
  const details = transaction?.details?.map(({ label, value }) => `${label}: ${value}`);
  return {
    ...(bindingMessage !== undefined && { displayCode: bindingMessage }),
    ...(transaction && { transaction: transaction.title }),
    ...(details && { transactionDetails: details.join('\n') }),
  };
}

function foldCode(code: string): string {
  return code
    .normalize('NFKC')
    .toUpperCase()
    .replace(/[^\p{L}\p{N}]/gu, '');
}

type KnownState = 'ALLOW' | 'CHALLENGE_REQUIRED' | 'CHALLENGE_SUCCEEDED' | 'CHALLENGE_FAILED';

/** @throws CibaError `refused` for BLOCK, `inReview` for the states of a review */
function readState(state: unknown, act: string): KnownState {
  switch (state) {
    case 'ALLOW':
    case 'CHALLENGE_REQUIRED':
    case 'CHALLENGE_SUCCEEDED':
    case 'CHALLENGE_FAILED':
      return state;
    case 'BLOCK':
      throw new CibaError('refused', 'A rule of the Authsignal tenant blocks this action (BLOCK).');
    case 'REVIEW_REQUIRED':
    case 'REVIEW_SUCCEEDED':
    case 'REVIEW_FAILED':
      throw new CibaError('inReview', `A rule of the Authsignal tenant wants this action reviewed (${state}).`);
    default:
      throw badShape(act);
  }
}

function readServerState(state: JsonValue | undefined): ServerState {
  if (typeof state === 'object' && state !== null && 'idempotencyKey' in state && 'userId' in state) {
    return state as unknown as ServerState;
  }
  throw misconfigured(
    'The request has no `serverState` of this adapter. Hand `poll` what `initiate` returned, and let the store keep all of it.',
  );
}

function unlessAborted<T>(promise: Promise<T>, signal: AbortSignal): Promise<T> {
  return new Promise((resolve, reject) => {
    const abort = () => reject(signal.reason as Error);
    if (signal.aborted) abort();
    else signal.addEventListener('abort', abort, { once: true });
    promise.then(resolve, reject).finally(() => signal.removeEventListener('abort', abort));
  });
}
