import { toCibaError } from '../../contract/index.js';
import type { CibaErrorCode } from '../../contract/index.js';

/**
 * What happens in the handler, for logs and metrics. Events never contain a hint, an ID, a code, a session or a cookie.
 */
export type CibaServerEvent = {
  /** The account, as an HMAC under the option `auditKey`. Absent without that option, and if no account is known. */
  readonly account?: string;
} & (
  | {
      readonly type: 'started';
      /** Whether no push was sent, because there is no such user, the user has no phone, or a limit was reached. */
      readonly decoy: boolean;
    }
  | { readonly type: 'approved'; readonly method: 'push' | 'code' }
  | { readonly type: 'denied' | 'expired' | 'cancelled' | 'reported' | 'signedOut' }
  | {
      readonly type: 'codeRejected';
      readonly attemptsLeft: number;
      /**
       * `code`: the code is wrong, or there is no such user. `account`: it is another account's. `level`: it does not
       * satisfy `subject` or `acrValues`. `policy`: the option `codes` forbids it here. `closed`: too many wrong codes
       * for this account, and it was not checked.
       */
      readonly reason: CodeRejection;
    }
  | {
      readonly type: 'lockedOut';
      /** Seconds until the next attempt is allowed. */
      readonly retryAfter: number;
    }
  | {
      readonly type: 'limited';
      /**
       * `user`, `address`, `browser` and `everyone` are the lists in {@link CibaLimits}. `userBusy`: another browser is
       * signing in as this user. `logins`: too many logins are open in this browser. `resend`: a push was sent a moment
       * ago. `denied`: the user denied several times. `streams`: too many event streams are open, or were opened within a minute. `notifications`: the
       * provider notified one login too often.
       */
      readonly limit:
        | 'user'
        | 'address'
        | 'browser'
        | 'everyone'
        | 'userBusy'
        | 'logins'
        | 'resend'
        | 'denied'
        | 'streams'
        | 'notifications';
      /** Seconds until the act is allowed again. */
      readonly retryAfter: number;
    }
  /** The provider notified the handler that a login is decided (delivery mode ping). */
  | { readonly type: 'notified' }
  | {
      readonly type: 'refused';
      /** Which check refused the request. */
      readonly reason: RefusalReason;
      /** For developers: why it was refused, and what to do. */
      readonly message: string;
    }
  /** A session ended in another way than by the user's own sign-out in its browser, which is `signedOut`. */
  | { readonly type: 'sessionEnded'; readonly reason: Exclude<SessionEnd, 'signedOut' | 'uncollected'> }
  /** The access token of a session was replaced by a new one. */
  | { readonly type: 'refreshed' }
  /** The session was revoked, because it ended or was never collected. */
  | { readonly type: 'revoked' }
  | {
      readonly type: 'warning';
      readonly during: 'initiate' | 'poll' | 'code' | 'refresh';
      /** For developers: what the backend's settings or answers get wrong, and what to change. The login continued. */
      readonly message: string;
    }
  | {
      readonly type: 'failed';
      readonly during:
        | 'initiate'
        | 'poll'
        | 'code'
        | 'cancel'
        | 'report'
        | 'session'
        | 'sessions'
        | 'end-session'
        | 'end-other-sessions'
        | 'refresh'
        | 'sweep'
        | 'backchannel-logout'
        | 'sign-out'
        | 'events'
        | 'ping'
        | 'health'
        | 'revoke'
        | 'request';
      readonly code: CibaErrorCode;
      /** What the user's page shows for support, if a page was told of the error. */
      readonly reference?: string;
      /** For developers: what happened, why, and what to do. */
      readonly message: string;
      /** The error's stack lines, without its text. */
      readonly trace?: string;
    }
);

/**
 * Why a session ended. `uncollected`: no browser asked for it. `signedOut`: the user signed out in its browser. `replaced`:
 * the browser signed in again. `idle`: it was not used for too long. `expired`: it reached its longest lifetime, or with
 * `sessionFollows` that of its tokens. `endedElsewhere`: the user ended it from another device. `endedByApp`: the app ended
 * it. `limit`: the account opened more sessions than `maxSessions`. `provider`: the provider sent a logout token. `refused`:
 * the provider refused to refresh it. `reused`: the provider saw its refresh token twice, which can be a theft.
 * `refreshLost`: it is unknown whether a refresh was carried out.
 */
export type SessionEnd =
  | 'uncollected'
  | 'signedOut'
  | 'replaced'
  | 'idle'
  | 'expired'
  | 'endedElsewhere'
  | 'endedByApp'
  | 'limit'
  | 'provider'
  | 'refused'
  | 'reused'
  | 'refreshLost';

/** Why a code was rejected. */
export type CodeRejection = 'code' | 'account' | 'level' | 'policy' | 'closed';

export type RefusalReason =
  | 'path'
  | 'origin'
  | 'fetchSite'
  | 'header'
  | 'contentType'
  | 'tooLarge'
  | 'malformed'
  | 'notFound'
  | 'token'
  | 'logoutToken'
  | 'pushDelivery';

export type FailedEvent = Extract<CibaServerEvent, { type: 'failed' }>;

/**
 * What a developer needs to know of a caught error. The text of a foreign error may quote a request or a token, so only
 * its name and its stack lines are included.
 */
export function failedEvent(during: FailedEvent['during'], caught: unknown): FailedEvent {
  const error = toCibaError(caught);
  const source = error.cause instanceof Error ? error.cause : null;
  const lines = source?.stack?.split('\n').filter((line) => /^\s+at /.test(line)) ?? [];
  const trace = source ? [source.name, ...lines.slice(0, 4).map((line) => line.trim())].join(' ') : null;
  return { type: 'failed', during, code: error.code, message: error.message, ...(trace !== null && { trace }) };
}
