import { CibaError } from '../../contract/index.js';
import { validateText } from '../../contract/validate.js';
import type { TotpResult } from '../../contract/index.js';
import { badShape, POLL_PUSH, SEND_PUSH, toRecord } from './client.js';
import type { AuthsignalClient, ClientAnswer } from './client.js';

/** The state of a push. `token` is absent if Authsignal returns it only once and that response was lost. */
export type PushState =
  | { readonly status: 'pending' | 'denied' | 'expired' | 'tokenExpired' }
  | { readonly status: 'approved'; readonly token?: string };

export interface Push {
  readonly challengeId: string;
  /** Whether no device could be notified. The user can still find the request by opening the app. */
  readonly undelivered: boolean;
}

/** Asks Authsignal to send a push for an action. Read the answer with {@link readPush}. */
export function sendPush(
  client: AuthsignalClient,
  { action, token }: { readonly action: string; readonly token: string },
  signal: AbortSignal,
): Promise<ClientAnswer> {
  return client({ path: SEND_PUSH, token, body: { action }, signal });
}

/**
 * Reads the answer to a push challenge.
 * @throws CibaError for every error, and for an undocumented shape
 */
export function readPush(answer: ClientAnswer): Push {
  if (!answer.ok) throw answer.error;
  const { challengeId, deliveryResults } = toRecord(answer.body);
  if (typeof challengeId !== 'string' || challengeId === '') throw badShape('a push challenge', { retryable: false });
  const deliveries: unknown[] = Array.isArray(deliveryResults) ? deliveryResults : [];
  const failed = deliveries.filter((delivery) => toRecord(delivery)['errorCode'] !== undefined);
  return { challengeId, undelivered: deliveries.length > 0 && failed.length === deliveries.length };
}

/**
 * Polls a push once.
 * @throws CibaError for every error except those for a request or a token that has ended
 */
export async function askPush(
  client: AuthsignalClient,
  { challengeId, token }: { readonly challengeId: string; readonly token: string },
  signal: AbortSignal,
): Promise<PushState> {
  const answer = await client({ path: POLL_PUSH, token, body: { challengeId }, signal });
  if (!answer.ok) {
    if (answer.errorCode === 'expired_token') return { status: 'tokenExpired' };
    // Authsignal accepted this request at first, so one that it no longer knows has ended.
    const forgotten = ['invalid_request', 'invalid_credential'].includes(answer.errorCode);
    if (forgotten || answer.error.code === 'notFound') return { status: 'expired' };
    throw answer.error;
  }
  const { isConsumed, isVerified, accessToken } = toRecord(answer.body);
  if (isConsumed === false && isVerified === false) return { status: 'pending' };
  if (isConsumed === true && isVerified === false) return { status: 'denied' };
  if (isConsumed === true && isVerified === true) {
    return { status: 'approved', ...withToken(accessToken) };
  }
  throw badShape('the state of a push');
}

export type CodeState =
  | { readonly status: 'approved'; readonly token?: string }
  | Exclude<TotpResult, { readonly status: 'approved' }>
  | { readonly status: 'tokenExpired' };

/**
 * Checks a code of the user's authenticator app, which counts as an attempt.
 * @throws CibaError for every error except those for an expired token or a user without an authenticator app
 */
export async function askCode(
  client: AuthsignalClient,
  { code, token }: { readonly code: string; readonly token: string },
  signal: AbortSignal,
): Promise<CodeState> {
  const answer = await client({ path: '/client/verify/totp', token, body: { verificationCode: code }, signal });
  if (!answer.ok) {
    if (answer.errorCode === 'expired_token') return { status: 'tokenExpired' };
    if (answer.errorCode === 'invalid_credential') return { status: 'notEnrolled' };
    throw answer.error;
  }
  const { isVerified, accessToken, failureReason } = toRecord(answer.body);
  if (isVerified === true) return { status: 'approved', ...withToken(accessToken) };
  if (isVerified !== false) throw badShape('a code');
  return { status: failureReason === 'MAX_ATTEMPTS_EXCEEDED' ? 'lockedOut' : 'invalidCode' };
}

/** The enrolled methods that this package has a screen for. */
export interface AuthsignalMethods {
  /** A phone with an app that receives pushes. */
  readonly push: boolean;
  /** An authenticator app with 6-digit codes. */
  readonly totp: boolean;
}

/** @param names `verificationMethods` of Authsignal's responses */
export function toMethods(names: readonly unknown[]): AuthsignalMethods {
  return { push: names.includes('PUSH'), totp: names.includes('AUTHENTICATOR_APP') };
}

/**
 * Returns the token of a completed challenge.
 * @throws CibaError `badResponse` without one, since an approval without its token proves nothing
 */
export function requireToken(token: string | undefined): string {
  if (token !== undefined) return token;
  throw new CibaError(
    'badResponse',
    'Authsignal says that the challenge was completed, but returned no token for it. It returns the token once, and that response was lost. Start a new login.',
    { retryable: false },
  );
}

function withToken(value: unknown): { readonly token?: string } {
  const token = validateText(value);
  return token === undefined ? {} : { token };
}
