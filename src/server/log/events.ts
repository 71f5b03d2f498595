import { toCibaError } from '../../contract/index.js';
import type { CibaErrorCode } from '../../contract/index.js';

/**
 * What happens in the handler, for logs and metrics. No event holds a hint, an id, a code, a session or a cookie.
 */
export type CibaServerEvent =
  | {
      readonly type: 'started';
      /** Nobody was rung: there is no such user, or none with a phone. */
      readonly decoy: boolean;
    }
  | { readonly type: 'approved'; readonly by: 'push' | 'code' }
  | { readonly type: 'denied' | 'expired' | 'cancelled' | 'signedOut' }
  | { readonly type: 'codeRejected'; readonly attemptsLeft: number }
  | {
      readonly type: 'lockedOut';
      /** Seconds. */ readonly retryAfter: number;
    }
  | {
      readonly type: 'limited';
      /**
       * `live`: somebody else is signing in as this user; `logins`: too many logins are open in this browser; `denied`:
       * the user denied several times; `everyone`: the breaker for all browsers that nobody signed in with before.
       */
      readonly limit: 'user' | 'address' | 'browser' | 'everyone' | 'live' | 'logins' | 'denied';
      /** Seconds. */
      readonly retryAfter: number;
    }
  | { readonly type: 'notified' /** The provider said that a login is decided (delivery mode ping). */ }
  | {
      readonly type: 'refused';
      /** Which defence said no. */ readonly reason: RefusalReason;
      /** For developers: why, and what to do. */ readonly message: string;
    }
  | { readonly type: 'revoked' /** An approval that no browser collected, or that was cancelled, was given back. */ }
  | {
      readonly type: 'failed';
      readonly during:
        'initiate' | 'poll' | 'code' | 'cancel' | 'session' | 'sign-out' | 'events' | 'ping' | 'health' | 'revoke';
      readonly code: CibaErrorCode;
      /** For developers: what happened, why, and what to do. */
      readonly message: string;
      /** Where the error came from, without its text. */
      readonly trace?: string;
    };

export type RefusalReason =
  'path' | 'origin' | 'fetchSite' | 'header' | 'contentType' | 'tooLarge' | 'malformed' | 'notFound' | 'token';

export type FailedEvent = Extract<CibaServerEvent, { type: 'failed' }>;

/**
 * What a developer needs of a caught error. The texts of foreign errors may quote a request or a token, so of those
 * only the kind and the lines of code are told.
 */
export function failedEvent(during: FailedEvent['during'], caught: unknown): FailedEvent {
  const error = toCibaError(caught);
  const source = error.cause instanceof Error ? error.cause : null;
  const lines = source?.stack?.split('\n').filter((line) => /^\s+at /.test(line)) ?? [];
  const trace = source ? [source.name, ...lines.slice(0, 4).map((line) => line.trim())].join(' ') : null;
  return { type: 'failed', during, code: error.code, message: error.message, ...(trace !== null && { trace }) };
}
