import { CibaError } from '../../contract/index.js';
import type { TotpEnrollment } from '../../contract/index.js';
import { misconfigured } from '../../contract/errors.js';
import { callForToken } from '../shared/app-token.js';
import { askCode } from './answers.js';
import { badShape, toRecord } from './client.js';
import type { AuthsignalLocation } from './client.js';
import { checkToken, connect, isTokenExpired, readBody, readTenantId } from './connection.js';
import type { Connection } from './connection.js';

export type AuthsignalEnrollmentOptions = AuthsignalLocation &
  Connection & {
    /**
     * Fetches a token that may add authenticators from your server: that of a track call with the scope
     * `add:authenticators`, for the signed-in user.
     */
    readonly getToken: (options: { readonly signal: AbortSignal }) => Promise<string>;
  };

/**
 * Lets a signed-in user add an authenticator app at Authsignal, for `<TotpSetup>`. Its methods throw `CibaError`, or the
 * signal's own reason when they were aborted.
 *
 * @throws CibaError `misconfigured` if an option is invalid
 * @example
 * const enrollment = createAuthsignalEnrollment({
 *   tenantId: 'dddddddd-dddd-dddd-dddd-dddddddddddd',
 *   region: 'us',
 *   getToken: async ({ signal }) => (await fetch('/enrollment/token', { method: 'POST', signal })).text(),
 * });
 */
export function createAuthsignalEnrollment(options: AuthsignalEnrollmentOptions): TotpEnrollment {
  const tenantId = readTenantId(options);
  const client = connect(options);
  let token: string | undefined;

  function throwExpired(): never {
    options.onTokenExpired?.();
    throw new CibaError('unauthorized', 'The token has expired (10 minutes). Call `begin` again.', { retryable: true });
  }

  return {
    async begin({ signal }) {
      token = await callForToken('getToken', () => options.getToken({ signal }), signal);
      checkToken(token, tenantId);
      const answer = await client({ path: '/client/user-authenticators/totp', token, signal });
      if (isTokenExpired(answer)) throwExpired();
      const { uri, secret } = toRecord(readBody(answer));
      if (typeof uri !== 'string' || typeof secret !== 'string' || !uri.startsWith('otpauth://')) {
        throw badShape('a new authenticator app');
      }
      return { uri, secret };
    },

    async confirm(code, { signal }) {
      if (token === undefined)
        throw misconfigured('`confirm` was called without a secret to confirm. Call `begin` first.');
      const answer = await askCode(client, { code, token }, signal);
      switch (answer.status) {
        case 'approved':
          return { status: 'confirmed' };
        case 'invalidCode':
          return { status: 'invalidCode' };
        case 'tokenExpired':
          return throwExpired();
        case 'lockedOut':
          throw new CibaError(
            'rateLimited',
            'Authsignal accepts no more codes for now, because there were too many wrong ones. Try again later.',
          );
        case 'notEnrolled':
          throw new CibaError(
            'notFound',
            'Authsignal knows no new authenticator app of this user. Call `begin` again.',
          );
      }
    },
  };
}
