import { AuthsignalError } from '@authsignal/node';
import { CibaError, isCibaError } from '../../contract/index.js';
import type { CibaErrorCode } from '../../contract/index.js';
import { codeOfStatus } from '../shared/fetch-text.js';

/** Error codes of the server API, with what a developer can do. */
const ERROR_CODES: Readonly<Record<string, readonly [CibaErrorCode, string]>> = {
  unauthorized: [
    'unauthorized',
    'It does not accept the API secret key. Is it the secret key (not the tenant ID), and is the tenant in this region? Each region knows its own keys alone.',
  ],
  AUTHENTICATOR_NOT_FOUND: ['misconfigured', 'Set up push or an authenticator app for the tenant in the portal.'],
  authenticator_not_found: ['misconfigured', 'Set up push or an authenticator app for the tenant in the portal.'],
  invalid_configuration: ['misconfigured', 'Complete the set-up of the tenant in the Authsignal portal.'],
  invalid_request: ['misconfigured', 'It does not take this request. Check `action` and the user ID.'],
  too_many_requests: ['rateLimited', 'It allows no more requests for now.'],
};

/**
 * Turns what @authsignal/node threw into a {@link CibaError}. The vendor's error is not attached as `cause`: it holds the
 * whole request, with the API secret key and the token, and causes end up in logs.
 */
export function toServerError(caught: unknown, act: string, baseUrl: string): CibaError {
  if (isCibaError(caught)) return caught;
  if (!(caught instanceof AuthsignalError)) {
    return new CibaError('unknown', `The ${act} call to Authsignal failed in an unexpected way.`);
  }
  const status = readStatus(caught);
  if (status === undefined) {
    const why = /\bE[A-Z]{4,}\b/.exec(caught.message)?.[0];
    return new CibaError(
      'network',
      `Authsignal at ${baseUrl} could not be reached for the ${act} call${why ? ` (${why})` : ''}. May this server connect to it?`,
    );
  }
  const { errorCode } = caught;
  const known = Object.hasOwn(ERROR_CODES, errorCode ?? '') ? ERROR_CODES[errorCode] : undefined;
  if (known) {
    const [code, advice] = known;
    return new CibaError(code, `Authsignal at ${baseUrl} answered the ${act} call with "${errorCode}". ${advice}`);
  }
  const code = codeOfStatus(status);
  return new CibaError(code, `Authsignal at ${baseUrl} answered the ${act} call with HTTP ${status} (${code}).`, {
    retryable: code === 'badResponse' ? false : undefined,
  });
}

/** The SDK calls each failure a 500 where the answer had no body, and one that never came as well. */
function readStatus({ axiosError, statusCode, message }: AuthsignalError): number | undefined {
  if (axiosError) return statusCode;
  const [, status] = /status code (\d{3})/.exec(message) ?? [];
  return status === undefined ? undefined : Number(status);
}
