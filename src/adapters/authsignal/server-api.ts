import { Authsignal, UserActionState, VerificationMethod } from '@authsignal/node';
import { CibaError } from '../../contract/index.js';
import { validateText } from '../../contract/validate.js';
import { DEFAULT_TIMEOUT_SECONDS } from '../shared/fetch-text.js';
import { unlessAborted } from '../../contract/unless-aborted.js';
import { toMethods } from './answers.js';
import type { AuthsignalMethods } from './answers.js';
import { badShape, toRecord } from './client.js';
import { toServerError } from './server-errors.js';
import type { AuthsignalTracked, AuthsignalVerified } from './server-types.js';

/** An action of a user at Authsignal. */
export interface ActionKey {
  readonly userId: string;
  readonly idempotencyKey: string;
}

export type ActionState = 'ALLOW' | 'CHALLENGE_REQUIRED' | 'CHALLENGE_SUCCEEDED' | 'CHALLENGE_FAILED';

export interface FoundAction {
  readonly state: ActionState;
  readonly verificationMethod: string | undefined;
}

/** What `validate_challenge` says of a token. */
export interface ValidatedChallenge {
  readonly isValid: boolean;
  readonly state: ActionState | undefined;
  readonly userId: unknown;
  readonly action: unknown;
  readonly idempotencyKey: string | undefined;
  readonly verificationMethod: string | undefined;
}

type TrackAttributes = NonNullable<Parameters<Authsignal['track']>[0]['attributes']>;

/** Authsignal's server API, for one action. */
export type AuthsignalServerApi = ReturnType<typeof createServerApi>;

/**
 * Creates the calls to Authsignal's server API, by the vendor's SDK. Each throws `CibaError`, or the signal's own reason
 * when it was aborted.
 */
export function createServerApi(options: {
  readonly apiSecretKey: string;
  readonly baseUrl: string;
  readonly action: string;
}) {
  const { apiSecretKey, baseUrl, action } = options;
  // No retries: each SDK object would add its own to the one axios of the process, and the kit retries anyway.
  const sdk = new Authsignal({ apiSecretKey, apiUrl: baseUrl, retries: 0 });

  /** Makes one call of the SDK, which supports neither signals nor timeouts. */
  async function call(name: string, signal: AbortSignal, run: () => Promise<unknown>) {
    signal.throwIfAborted();
    const timeout = AbortSignal.timeout(DEFAULT_TIMEOUT_SECONDS * 1000);
    try {
      return toRecord(await unlessAborted(run(), AbortSignal.any([signal, timeout])));
    } catch (caught) {
      signal.throwIfAborted();
      if (timeout.aborted) {
        throw new CibaError(
          'timeout',
          `Authsignal at ${baseUrl} didn't answer the ${name} call within ${DEFAULT_TIMEOUT_SECONDS} s.`,
        );
      }
      throw toServerError(caught, name, baseUrl);
    }
  }

  const toActionRequest = ({ userId, idempotencyKey }: ActionKey) => ({
    userId: toPathPart(userId),
    action,
    idempotencyKey: toPathPart(idempotencyKey),
  });

  return {
    async getMethods(userId: string, signal: AbortSignal): Promise<AuthsignalMethods & { readonly enrolled: boolean }> {
      const user = await call('get_user', signal, () => sdk.getUser({ userId: toPathPart(userId) }));
      const { isEnrolled, enrolledVerificationMethods: names } = user;
      if (typeof isEnrolled !== 'boolean') throw badShape('get_user');
      return { enrolled: isEnrolled, ...toMethods(Array.isArray(names) ? names : []) };
    },

    async track(userId: string, attributes: TrackAttributes, signal: AbortSignal): Promise<AuthsignalTracked> {
      const request = () => sdk.track({ userId: toPathPart(userId), action, attributes });
      const tracked = await call('track', signal, request);
      const { isEnrolled } = tracked;
      const [token, idempotencyKey] = [validateText(tracked['token']), validateText(tracked['idempotencyKey'])];
      const state = readState(tracked['state'], 'track');
      if (state !== 'CHALLENGE_REQUIRED' && state !== 'ALLOW') throw badShape('track');
      if (!token || !idempotencyKey || typeof isEnrolled !== 'boolean') throw badShape('track');
      return { token, url: String(tracked['url']), state, idempotencyKey, isEnrolled };
    },

    async getAction(key: ActionKey, signal: AbortSignal): Promise<FoundAction> {
      const found = await call('get_action', signal, () => sdk.getAction(toActionRequest(key)));
      const state = readState(found['state'], 'get_action');
      return { state, verificationMethod: validateText(found['verificationMethod']) };
    },

    async setState(key: ActionKey, state: 'CHALLENGE_SUCCEEDED' | 'CHALLENGE_FAILED', signal: AbortSignal) {
      const attributes = { state: UserActionState[state] };
      await call('update_action', signal, () => sdk.updateAction({ ...toActionRequest(key), attributes }));
    },

    async validateChallenge(token: string, userId: string, signal: AbortSignal): Promise<ValidatedChallenge> {
      const found = await call('validate_challenge', signal, () => sdk.validateChallenge({ token, userId, action }));
      const { isValid, state } = found;
      if (typeof isValid !== 'boolean') throw badShape('validate_challenge');
      return {
        isValid,
        state: state === undefined ? undefined : readState(state, 'validate_challenge'),
        userId: found['userId'],
        action: found['action'],
        idempotencyKey: validateText(found['idempotencyKey']),
        verificationMethod: validateText(found['verificationMethod']),
      };
    },

    async enrollVerified(userId: string, { verificationMethod, ...where }: AuthsignalVerified, signal: AbortSignal) {
      const attributes = { ...where, verificationMethod: VerificationMethod[verificationMethod] };
      const request = () => sdk.enrollVerifiedAuthenticator({ userId: toPathPart(userId), attributes });
      const enrolled = await call('enroll_verified_authenticator', signal, request);
      const userAuthenticatorId = validateText(toRecord(enrolled['authenticator'])['userAuthenticatorId']);
      const codes = enrolled['recoveryCodes'];
      if (!userAuthenticatorId) throw badShape('enroll_verified_authenticator');
      return { userAuthenticatorId, ...(Array.isArray(codes) && { recoveryCodes: codes.map(String) }) };
    },
  };
}

/** The handler answers it with a decoy, so the browser can't tell that the user is unknown. */
export function unknownUser(message: string): CibaError {
  return new CibaError('unknownUser', message);
}

/**
 * Escapes an ID for a URL path. The SDK doesn't, so without this a typed ID could lead to another endpoint.
 * @throws CibaError `unknownUser` for anything that can't be an ID
 */
function toPathPart(id: string): string {
  // A lone surrogate can't be escaped, and dots would change the path.
  if (/^\.{0,2}$|\p{Cs}/u.test(id)) {
    throw unknownUser('The ID is empty, made of dots, or not valid Unicode, so no user can have it.');
  }
  return encodeURIComponent(id);
}

/** @throws CibaError `refused` for BLOCK, `inReview` for the states of a review */
function readState(state: unknown, call: string): ActionState {
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
      throw new CibaError('inReview', `A rule of the Authsignal tenant sends this action to review (${state}).`);
    default:
      throw badShape(call);
  }
}
