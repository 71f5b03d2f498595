import { CibaError } from '../../contract/index.js';
import type { TotpResult } from '../../contract/index.js';
import { badShape, toRecord } from './client.js';
import type { AuthsignalClient, ClientAnswer } from './client.js';

/** How a push stands. `token` is missing where Authsignal hands it over only once and it was lost on the way. */
export type PushState =
  | { readonly status: 'pending' | 'denied' | 'expired' | 'tokenExpired' }
  | { readonly status: 'approved'; readonly token?: string };

export interface Push {
  readonly challengeId: string;
  /** No device could be notified. The request can still be found by opening the app. */
  readonly undelivered: boolean;
}

/**
 * Reads the answer to a push challenge.
 * @throws CibaError for every error, and for a shape that is none of Authsignal's
 */
export function readPush(answer: ClientAnswer): Push {
  if (!answer.ok) throw answer.error;
  const { challengeId, deliveryResults } = toRecord(answer.body);
  if (typeof challengeId !== 'string' || challengeId === '') throw badShape('a push challenge');
  const deliveries: unknown[] = Array.isArray(deliveryResults) ? deliveryResults : [];
  const failed = deliveries.filter((delivery) => toRecord(delivery)['errorCode'] !== undefined);
  return { challengeId, undelivered: deliveries.length > 0 && failed.length === deliveries.length };
}

/**
 * Asks once how a push stands.
 * @throws CibaError for every error but those that say that the request or its token is over
 */
export async function askPush(
  client: AuthsignalClient,
  { challengeId, token }: { readonly challengeId: string; readonly token: string },
  signal: AbortSignal,
): Promise<PushState> {
  const answer = await client({ path: '/client/verify/push', token, body: { challengeId }, signal });
  if (!answer.ok) {
    if (answer.errorCode === 'expired_token') return { status: 'tokenExpired' };
    // Authsignal took this very request when it was made, so one that it does not know any more is over.
    const forgotten = ['invalid_request', 'invalid_credential'].includes(answer.errorCode);
    if (forgotten || answer.error.code === 'notFound') return { status: 'expired' };
    throw answer.error;
  }
  const { isConsumed, isVerified, accessToken } = toRecord(answer.body);
  if (isConsumed === false && isVerified === false) return { status: 'pending' };
  if (isConsumed === true && isVerified === false) return { status: 'denied' };
  if (isConsumed === true && isVerified === true) {
    return { status: 'approved', ...(isToken(accessToken) && { token: accessToken }) };
  }
  throw badShape('the state of a push');
}

export type CodeState =
  | { readonly status: 'approved'; readonly token?: string }
  | Exclude<TotpResult, { readonly status: 'approved' }>
  | { readonly status: 'tokenExpired' };

/**
 * Checks a code of the user's authenticator app, which costs a try.
 * @throws CibaError for every error but those about the token and about a user without an authenticator app
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
  if (isVerified === true) return { status: 'approved', ...(isToken(accessToken) && { token: accessToken }) };
  if (isVerified !== false) throw badShape('a code');
  return { status: failureReason === 'MAX_ATTEMPTS_EXCEEDED' ? 'lockedOut' : 'invalidCode' };
}

/** The ways to prove who one is that this kit has a screen for. */
export interface AuthsignalMethods {
  /** A phone with the app that takes pushes. */
  readonly push: boolean;
  /** An authenticator app with 6-digit codes. */
  readonly totp: boolean;
}

/** @param names `verificationMethods` of Authsignal's answers */
export function toMethods(names: readonly unknown[]): AuthsignalMethods {
  return { push: names.includes('PUSH'), totp: names.includes('AUTHENTICATOR_APP') };
}

/** The result token of a challenge that was completed; it is the whole point of an approval. */
export function requireToken(token: string | undefined): string {
  if (token !== undefined) return token;
  throw new CibaError(
    'badResponse',
    'Authsignal says that the challenge was completed and gives no token for it: it hands the token over once, and that answer was lost. Only a new login can help.',
    { retryable: false },
  );
}

function isToken(value: unknown): value is string {
  return typeof value === 'string' && value !== '';
}
