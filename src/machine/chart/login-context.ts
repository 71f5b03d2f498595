import type { CibaError, CibaErrorCode, PendingApproval, Sealed, Transaction } from '../../contract/index.js';
import type { PollerEvent } from '../polling/poller.js';
import type { LiveRequest } from '../polling/request.js';
import type { ResumedLogin } from '../polling/resume.js';
import type { Connection, LoginVerb } from '../view.js';
import type { LoginHost } from './host.js';
import type { CodeAttempts } from './lockout.js';
import type { SubmitCode } from './totp.machine.js';

// What the chart of a login knows, accepts and tells, and when it allows an act.

/** The input of `loginMachine`. */
export interface LoginInput {
  readonly loginHint: string;
  readonly transaction: Transaction | null;
  /** Whether the backend can check codes. */
  readonly offersCode: boolean;
  /** Whether the adapter or the app handles a report that the user didn't start the request. */
  readonly offersReport: boolean;
  /** What happens after `approvalTimeout`: ask the user, or open code entry. */
  readonly timeoutAction: 'ask' | 'code';
  /** Whether it is about one request, as in an approval: it isn't sent again, and nothing replaces it after its end. */
  readonly once: boolean;
  /** Seconds until `timeoutAction`. @default 180 */
  readonly approvalTimeout?: number | undefined;
  /** What the chart does outside of itself. `createLogin()` sets it. @default nothing, and every act fails */
  readonly host?: LoginHost;
}

/** The context of `loginMachine`. */
export interface LoginContext extends LoginInput {
  readonly host: LoginHost;
  /** Identifies the latest act that sends a push. Every start and resend has its own. */
  readonly actId: string;
  /** The open requests, newest first. */
  readonly requests: readonly LiveRequest[];
  readonly connection: Connection;
  readonly resends: number;
  readonly resendError: CibaError | null;
  readonly coolingDown: boolean;
  readonly codeAttempts: CodeAttempts;
  readonly verifying: boolean;
  readonly session: Sealed<unknown> | null;
  readonly error: CibaError | null;
  /** When the login may be tried again, in wall-clock milliseconds, if the error says so and until then. */
  readonly retryAt: number | null;
  /** The error of the failure before this one. */
  readonly lastError: CibaError | null;
  /** Why the login returned to `idle`, if the screen tells the user. */
  readonly idleAfter: 'cancel' | 'otherTab' | null;
  /** The request that the user denied. */
  readonly denied: PendingApproval | null;
  readonly reported: boolean;
}

/** What `loginMachine` accepts: the user's acts, and the outcomes of polling. */
export type LoginEvent =
  | { readonly type: 'start' | 'useCode'; readonly actId: string; readonly loginHint?: string | undefined }
  | { readonly type: 'resend' | 'retry' | 'backToPush'; readonly actId: string }
  | SubmitCode
  | { readonly type: 'keepWaiting' | 'report' | 'cancel' }
  | { readonly type: 'changeUser'; readonly loginHint: string }
  | { readonly type: 'resume'; readonly login: ResumedLogin }
  /** The user left the page and came back to it: from the back-forward cache, or in an `<Activity>`. */
  | { readonly type: 'pageReturned' }
  | PollerEvent;

/** Something that happened in a login, for logs. Events contain no user, code, session or request ID. */
export type CibaEvent =
  | {
      readonly type:
        | 'pushSent'
        | 'codeRejected'
        | 'approved'
        | 'denied'
        | 'expired'
        | 'timedOut'
        | 'lockedOut'
        | 'cancelled'
        | 'reported'
        | 'resumed'
        | 'takenByOtherTab';
    }
  | { readonly type: 'connectionChanged'; readonly connection: Connection }
  | { readonly type: 'failed'; readonly code: CibaErrorCode; readonly error: CibaError };

/** Returns whether the context allows an act in a state that accepts it. The chart's guards and the view's `can` share this rule. */
export function isOpen(verb: LoginVerb, context: LoginContext): boolean {
  switch (verb) {
    case 'start':
      return !context.once || context.idleAfter === null;
    case 'retry':
      // An approval that couldn't be opened is opened again, which sends nothing.
      if (context.retryAt !== null) return false;
      // Who reported a denial may have lost the phone, which another push would ring.
      return !context.reported && (!context.once || context.error?.retryable === true);
    case 'useCode':
      return context.offersCode && (context.requests[0]?.pending.codeAllowed ?? !context.once);
    case 'resend':
      // Past the last resend the cooldown never ends.
      return !context.coolingDown && context.requests[0]?.pending.resendAllowed !== false;
    case 'submitCode':
      // A code that is being checked may be the approval.
      return !context.verifying;
    case 'backToPush':
      return !context.verifying && context.requests[0]?.pending.pushed !== false;
    case 'report':
      return context.offersReport && !context.reported;
    default:
      return true;
  }
}
