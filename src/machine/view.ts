import type { CibaError, Transaction } from '../contract/index.js';

/** The ten statuses of a login: the same words in the chart, the hook, `data-state`, stories and docs. */
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

export type LoginStatus = (typeof LOGIN_STATUSES)[number];

/** The acts that are open to the user. */
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

export type LoginVerb = (typeof LOGIN_VERBS)[number];

/** How the line to the backend is while a push is open. */
export type Connection = 'ok' | 'reconnecting' | 'offline';

/** The newest push that is still open. All times are wall-clock milliseconds since 1970; nothing here ticks. */
export interface PushView {
  readonly startedAt: number;
  readonly expiresAt: number;
  readonly connection: Connection;
  readonly displayCode?: string;
  readonly deliveredTo?: string;
}

/** Why the last code was not accepted: a definite no, or a fault that cost no try. */
export type CodeProblem = { readonly kind: 'invalidCode' } | { readonly kind: 'fault'; readonly error: CibaError };

export interface CodeView {
  readonly verifying: boolean;
  readonly problem: CodeProblem | null;
  /** Wrong codes so far in this login. */
  readonly wrongCodes: number;
  /** Tries left before the lock; the backend's count where it has one. */
  readonly attemptsLeft: number;
}

interface Shared {
  /** Which acts are open now. */
  readonly can: Readonly<Record<LoginVerb, boolean>>;
  /** Who is signing in; empty before anybody said so. */
  readonly loginHint: string;
  readonly transaction?: Transaction;
}

/** What a login looks like from outside: one member per status, with that status's fields. */
export type LoginView = Shared &
  (
    | {
        readonly status: 'idle';
        /** After a `cancel` the phone may still show the prompt; after `otherTab` another tab has the login. */
        readonly after: 'cancel' | 'otherTab' | null;
      }
    | {
        readonly status: 'pushing';
        /** An older push that is still open beside the new one. */ readonly push: PushView | null;
      }
    | {
        readonly status: 'polling';
        readonly push: PushView;
        /** From when on a resend is allowed; null when the cap is reached. */
        readonly resendAt: number | null;
        /** Why the last resend did not go out; the older push lives on. */
        readonly resendError: CibaError | null;
      }
    | { readonly status: 'totpEntry'; readonly push: PushView | null; readonly code: CodeView }
    | {
        readonly status: 'lockedOut';
        readonly push: PushView | null;
        /** When a code may be tried again. */ readonly retryAt: number;
      }
    | { readonly status: 'approved'; /** `onApproved`'s promise is still running. */ readonly finishing: boolean }
    | { readonly status: 'denied'; /** The user said that it was somebody else. */ readonly reported: boolean }
    | { readonly status: 'expired' }
    | { readonly status: 'timedOut'; readonly push: PushView | null }
    | { readonly status: 'failed'; readonly error: CibaError }
  );

/** The stable functions that carry out the user's acts. An act that is not open now does nothing. */
export interface LoginVerbs {
  /** Rings the phone of `loginHint` (or of the one given before). */
  readonly start: (loginHint?: string) => void;
  /** Opens the code entry; an open push goes on beside it. */
  readonly useCode: (loginHint?: string) => void;
  /** Rings once more. The older request still counts while it lives. */
  readonly resend: () => void;
  /** Checks a code; it is normalised first, and an incomplete one is not sent. */
  readonly submitCode: (code: string) => void;
  /** Goes back to the open push, or starts one where none is open. */
  readonly backToPush: () => void;
  /** Goes on waiting for the same request after `timedOut`; polls at once. */
  readonly keepWaiting: () => void;
  /** Starts again for the same user. */
  readonly retry: () => void;
  /** "It wasn't me": tells the app after a denial. */
  readonly report: () => void;
  /** Ends the login and goes back to `idle`. The phone may still show the prompt. */
  readonly cancel: () => void;
}
