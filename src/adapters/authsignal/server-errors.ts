import { AuthsignalError } from '@authsignal/node';
import { CibaError, isCibaError } from '../../contract/index.js';
import type { CibaErrorCode } from '../../contract/index.js';
import { readConnectionFault } from '../../contract/connection-fault.js';
import { codeOfStatus } from '../shared/fetch-text.js';
import { STATUS_ADVICE } from './client.js';

/** The error codes of the server API, and what a developer can do. */
const ERROR_CODES: Readonly<Record<string, readonly [CibaErrorCode, string]>> = {
  unauthorized: [
    'unauthorized',
    "It doesn't accept `apiSecretKey`. Check that it is the secret key (not the tenant ID), and that the tenant is in this region.",
  ],
  AUTHENTICATOR_NOT_FOUND: ['misconfigured', 'Set up push or an authenticator app for the tenant in the portal.'],
  authenticator_not_found: ['misconfigured', 'Set up push or an authenticator app for the tenant in the portal.'],
  invalid_configuration: ['misconfigured', 'Complete the setup of the tenant in the Authsignal portal.'],
  invalid_request: ['misconfigured', "It doesn't accept this request. Check `action` and the user ID."],
  too_many_requests: ['rateLimited', 'It allows no more requests for now. Try again later.'],
};

/**
 * Turns anything that @authsignal/node throws into a {@link CibaError}. The vendor's error isn't attached as `cause`: it
 * holds the whole request, with the API secret key and the token, and causes end up in logs.
 */
export function toServerError(caught: unknown, call: string, baseUrl: string): CibaError {
  if (isCibaError(caught)) return caught;
  if (!(caught instanceof AuthsignalError)) {
    return new CibaError(
      'unknown',
      `The ${call} call to Authsignal failed unexpectedly. Check that the versions of react-ciba and @authsignal/node match.`,
    );
  }
  const status = readStatus(caught);
  if (status === undefined) {
    const reason = readReason(caught.message);
    const {
      code,
      advice = 'Check that this server may connect to it.',
      isLasting,
    } = readConnectionFault(reason, 'Authsignal');
    const why = code === undefined ? '' : ` (${code})`;
    return new CibaError(
      isLasting ? 'misconfigured' : 'network',
      `Authsignal at ${baseUrl} couldn't be reached for the ${call} call${why}. ${advice}`,
    );
  }
  const { errorCode } = caught;
  const known = Object.hasOwn(ERROR_CODES, errorCode ?? '') ? ERROR_CODES[errorCode] : undefined;
  if (known) {
    const [code, advice] = known;
    return new CibaError(code, `Authsignal at ${baseUrl} answered the ${call} call with "${errorCode}". ${advice}`);
  }
  const code = codeOfStatus(status);
  return new CibaError(
    code,
    `Authsignal at ${baseUrl} answered the ${call} call with HTTP ${status} (${code}). ${STATUS_ADVICE[code] ?? ''}`,
    { retryable: code === 'badResponse' ? false : undefined },
  );
}

/** Node's sentences about certificates, and their codes, which the SDK drops. */
const SENTENCES: readonly (readonly [RegExp, string])[] = [
  [/has expired/, 'CERT_HAS_EXPIRED'],
  [/not yet valid/, 'CERT_NOT_YET_VALID'],
  [/altnames/, 'ERR_TLS_CERT_ALTNAME_INVALID'],
  [/self[- ]signed|unable to (?:verify|get)/, 'UNABLE_TO_VERIFY_LEAF_SIGNATURE'],
  [/unsuitable certificate purpose|unsupported certificate purpose/, 'INVALID_PURPOSE'],
  [/wrong version number/, 'ERR_SSL_WRONG_VERSION_NUMBER'],
  [/SSL routines|TLS/, 'ERR_SSL_UNKNOWN'],
  [/socket hang up/, 'ECONNRESET'],
];

/** What {@link readConnectionFault} reads, from the text that the SDK leaves. */
function readReason(message: string): { readonly code?: string } {
  const code = SENTENCES.find(([pattern]) => pattern.test(message))?.[1] ?? /\bE[A-Z]{4,}\b/.exec(message)?.[0];
  return code === undefined ? {} : { code };
}

/** The SDK reports a 500 for every failure without a body, and for a response that never came. */
function readStatus({ axiosError, statusCode, message }: AuthsignalError): number | undefined {
  if (axiosError) return statusCode;
  const [, status] = /status code (\d{3})/.exec(message) ?? [];
  return status === undefined ? undefined : Number(status);
}
