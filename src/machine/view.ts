import type { CibaError, DisplayCode, Transaction } from '../contract/index.js';

/** The ten statuses of a login. The chart, the hooks, `data-state`, stories and docs use the same names. */
export const LOGIN_STATUSES = [
  'idle',
  'pushing',
  'polling',
  'totpEntry',
  'lockedOut',
  'approved',
  'denied',
  'expired',
  'timedOut',
  'failed',
] as const;

/** One of {@link LOGIN_STATUSES}. */
export type LoginStatus = (typeof LOGIN_STATUSES)[number];

/** The acts of a user. */
export const LOGIN_VERBS = [
  'start',
  'useCode',
  'resend',
  'submitCode',
  'backToPush',
  'keepWaiting',
  'retry',
  'report',
  'cancel',
] as const;

/** One of {@link LOGIN_VERBS}. */
export type LoginVerb = (typeof LOGIN_VERBS)[number];

/** The state of the connection to the backend while a push is open. */
export type Connection = 'ok' | 'reconnecting' | 'offline';

/** The newest open push. All times are wall-clock milliseconds since 1970. They don't change, so count down from them. */
export interface PushView extends Partial<DisplayCode> {
  readonly startedAt: number;
  readonly expiresAt: number;
  readonly connection: Connection;
  /** The text of the request. Never a number to compare. */
  readonly bindingMessage?: string;
  readonly deliveredTo?: string;
}

/** Why the last code wasn't accepted: it was wrong, or an error kept it from being checked. An error doesn't count as an attempt. */
export type CodeProblem = { readonly kind: 'invalidCode' } | { readonly kind: 'fault'; readonly error: CibaError };

/** The state of code entry. */
export interface CodeView {
  /** Whether a code is being checked. */
  readonly verifying: boolean;
  /** Why the last code wasn't accepted, or null. */
  readonly problem: CodeProblem | null;
  /** The number of wrong codes in this login. */
  readonly wrongCodes: number;
  /** Attempts left before the lockout. The backend's count is used if it has one. */
  readonly attemptsLeft: number;
}

interface Shared {
  /** The acts that are possible now. */
  readonly can: Readonly<Record<LoginVerb, boolean>>;
  /** Who is signing in. It is empty until the user is known. */
  readonly loginHint: string;
  /** What the user is asked to approve. */
  readonly transaction?: Transaction;
}

/** The state of a login, for rendering: one variant per status, with the fields of that status. */
export type LoginView = Shared &
  (
    | {
        readonly status: 'idle';
        /**
         * Why the login returned to `idle`. After `cancel` the phone may still show the prompt; a cancel before anything was
         * sent gives null. After `otherTab` another tab is signed in.
         */
        readonly after: 'cancel' | 'otherTab' | null;
      }
    | {
        readonly status: 'pushing';
        /** An older push that is still open. */
        readonly push: PushView | null;
        /** Whether a code can be entered instead once the request is sent. */
        readonly offersCode: boolean;
        /** Whether the request can be sent again at some time. An approval is one request. */
        readonly offersResend: boolean;
      }
    | {
        readonly status: 'polling';
        readonly push: PushView;
        /** When a resend becomes possible, in wall-clock milliseconds, or null after the last resend. */
        readonly resendAt: number | null;
        /** Why the last resend failed, or null. The older push stays open. */
        readonly resendError: CibaError | null;
        /** Whether the request can be sent again at some time. An approval is one request. */
        readonly offersResend: boolean;
      }
    | { readonly status: 'totpEntry'; readonly push: PushView | null; readonly code: CodeView }
    | {
        readonly status: 'lockedOut';
        readonly push: PushView | null;
        /** When a code can be tried again, in wall-clock milliseconds. */
        readonly retryAt: number;
      }
    | {
        readonly status: 'approved';
        /** Whether the promise of `onApproved` is still pending. */
        readonly finishing: boolean;
      }
    | {
        readonly status: 'denied';
        /** Whether the user reported the request as not their own. */
        readonly reported: boolean;
      }
    | { readonly status: 'expired' }
    | { readonly status: 'timedOut'; readonly push: PushView | null }
    | {
        readonly status: 'failed';
        readonly error: CibaError;
        /** When the login can be tried again, in wall-clock milliseconds, if the error says so. Null from then on. */
        readonly retryAt: number | null;
        /** Whether the attempt before this one failed in the same way. */
        readonly again: boolean;
      }
  );

/** The user's acts as stable functions. An act that isn't possible now does nothing. */
export interface LoginVerbs {
  /** Sends a push to the user named by `loginHint`, or to the current user. */
  readonly start: (loginHint?: string) => void;
  /** Opens code entry. An open push can still be approved. */
  readonly useCode: (loginHint?: string) => void;
  /** Sends another push. The older request can still be approved until it expires. */
  readonly resend: () => void;
  /** Checks a code. It is normalized first, and an incomplete code isn't sent. */
  readonly submitCode: (code: string) => void;
  /** Returns to the open push, or sends a new one if none is open. */
  readonly backToPush: () => void;
  /** Continues to wait for the same request after `timedOut`. Polls right away. */
  readonly keepWaiting: () => void;
  /** Starts again for the same user. */
  readonly retry: () => void;
  /** "It wasn't me", after a denial: tells the backend, if the adapter can, and emits the `reported` event. */
  readonly report: () => void;
  /** Cancels the login and returns to `idle`. The phone may still show the prompt. */
  readonly cancel: () => void;
}
