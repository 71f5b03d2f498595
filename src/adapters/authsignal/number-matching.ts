import { createHmac, randomUUID, timingSafeEqual } from 'node:crypto';
import { CibaError } from '../../contract/index.js';
import type { AuthsignalServerApi } from './server-api.js';
import type { AuthsignalPhoneAnswer } from './server-types.js';

/**
 * Number matching: the user types the display code into the phone. The action's idempotency key commits to the code.
 * The phone knows the key and can't read the code from it. Any process with the secret key can check a code against it,
 * so nothing has to be stored.
 */
export function createNumberMatching(options: {
  readonly api: AuthsignalServerApi;
  readonly apiSecretKey: string;
  readonly action: string;
}) {
  const { api, apiSecretKey, action } = options;
  /** Keys of the answers in progress: of two guesses at the same time, only one counts. */
  const inProgress = new Set<string>();

  function commitToCode(userId: string, code: string, nonce: string = randomUUID()): string {
    const content = JSON.stringify([nonce, userId, action, foldCode(code)]);
    return `${nonce}-${createHmac('sha256', apiSecretKey).update(content).digest('hex').slice(0, 32)}`;
  }

  function isRightCode(code: string, userId: string, idempotencyKey: string): boolean {
    const nonce = idempotencyKey.slice(0, -33);
    const expected = Buffer.from(commitToCode(userId, code, nonce));
    const given = Buffer.from(idempotencyKey);
    return expected.length === given.length && timingSafeEqual(expected, given);
  }

  return {
    /** Makes an idempotency key for an action of this user. */
    commitToCode,

    /** Takes the phone's answer. A wrong code denies the request, so an attacker has one guess. */
    async answer(
      { userId, idempotencyKey, approved, code = '' }: AuthsignalPhoneAnswer,
      signal: AbortSignal,
    ): Promise<'approved' | 'denied' | 'wrongCode' | 'over'> {
      if (inProgress.has(idempotencyKey)) return 'over';
      inProgress.add(idempotencyKey);
      try {
        const key = { userId, idempotencyKey };
        const { state } = await api.getAction(key, signal);
        if (state !== 'CHALLENGE_REQUIRED') return 'over';
        const isRight = approved && isRightCode(code, userId, idempotencyKey);
        await api.setState(key, isRight ? 'CHALLENGE_SUCCEEDED' : 'CHALLENGE_FAILED', signal);
        if (isRight) return 'approved';
        return approved ? 'wrongCode' : 'denied';
      } catch (caught) {
        if (caught instanceof CibaError && caught.code === 'notFound') return 'over';
        throw caught;
      } finally {
        inProgress.delete(idempotencyKey);
      }
    },
  };
}

/** Ignores case, width, spaces and dashes. */
function foldCode(code: string): string {
  return code
    .normalize('NFKC')
    .toUpperCase()
    .replace(/[^\p{L}\p{N}]/gu, '');
}
