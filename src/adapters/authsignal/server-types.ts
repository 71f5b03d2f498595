import type {
  CallOptions,
  CibaAdapter,
  PendingApproval,
  TotpRequest,
  TotpResult,
  Transaction,
} from '../../contract/index.js';
import type { AuthsignalMethods } from './answers.js';
import type { AuthsignalLocation } from './client.js';

export type AuthsignalServerOptions = AuthsignalLocation & {
  /** The tenant's API secret key, from the Authsignal portal. */
  readonly apiSecretKey: string;
  /** The code of the action that is tracked: 1 to 64 of `A-Za-z0-9_-`. @default 'signIn' */
  readonly action?: string;
  /**
   * Whether users are already signed in, and the handler's `authRequest` names the current one as `subject`. Only then
   * does Authsignal's ALLOW pass without a challenge. At a login it would let in every user with nothing enrolled.
   * @default false
   */
  readonly stepUp?: boolean;
  /**
   * Whether the user types the display code into the phone. The phone's app then sends it to your server, which calls
   * `answer`. Without it, the user only compares the code. @default false
   */
  readonly numberMatching?: boolean;
  /** Seconds to wait for an answer to a push, at most the lifetime of its token (10 minutes). @default 120 */
  readonly pushLifetime?: number;
};

/** The result of a completed challenge. It holds no token. */
export interface AuthsignalSession {
  readonly userId: string;
  readonly action: string;
  /** Identifies this action of this user at Authsignal, for `get_action` and the portal. */
  readonly idempotencyKey: string;
  /** `ALLOW` for a step-up that needed no challenge. */
  readonly state: 'CHALLENGE_SUCCEEDED' | 'ALLOW';
  /** Authsignal's name of the method that was used, for example `PUSH` or `AUTHENTICATOR_APP`. */
  readonly verificationMethod?: string;
}

export interface AuthsignalTrackRequest {
  /** The user's ID at Authsignal. Take it from your own session, never from the browser. */
  readonly userId: string;
  /** Sent to the phone as `custom` data. */
  readonly transaction?: Transaction;
  /** For example `add:authenticators`. Only for signed-in users. */
  readonly scope?: string;
  /** Where Authsignal's pre-built page sends the user afterwards. */
  readonly redirectUrl?: string;
}

/** A tracked action. */
export interface AuthsignalTracked {
  /** For `getToken` of the browser adapter. Valid for 10 minutes. */
  readonly token: string;
  /** Authsignal's pre-built page for this action. */
  readonly url: string;
  readonly state: 'CHALLENGE_REQUIRED' | 'ALLOW';
  readonly idempotencyKey: string;
  readonly isEnrolled: boolean;
}

/** What the phone's app sent to your server. */
export interface AuthsignalPhoneAnswer {
  /** The phone's user. Take it from the phone's own session. */
  readonly userId: string;
  /** From the push that the phone received. */
  readonly idempotencyKey: string;
  readonly approved: boolean;
  /** The display code as typed. Case, spaces and dashes don't matter. */
  readonly code?: string;
}

/** An authenticator that your app verified itself. */
export type AuthsignalVerified =
  | { readonly verificationMethod: 'SMS'; readonly phoneNumber: string }
  | { readonly verificationMethod: 'EMAIL_OTP' | 'EMAIL_MAGIC_LINK'; readonly email: string };

/** An adapter for the handler, with the calls that your server needs for the browser adapter and the pre-built page. */
export interface AuthsignalServerAdapter extends CibaAdapter<AuthsignalSession> {
  verifyTotp(request: TotpRequest, options: CallOptions): Promise<TotpResult<AuthsignalSession>>;
  /** Fails the action at Authsignal. The phone keeps showing the push, but its answer no longer counts. */
  cancel(pending: PendingApproval, options: CallOptions): Promise<void>;
  /**
   * Tracks an action, for `getToken` of the browser adapter or for the pre-built page.
   * @throws CibaError `refused` for BLOCK, `inReview` for REVIEW_REQUIRED
   */
  track(request: AuthsignalTrackRequest): Promise<AuthsignalTracked>;
  /**
   * Validates the token from the browser adapter or the pre-built page. Take `userId` from your own session, or a valid
   * token of any user would pass.
   * @throws CibaError `refused` if the token belongs to another user or action, or the challenge was not completed
   */
  validate(result: { readonly token: string; readonly userId: string }): Promise<AuthsignalSession>;
  /** Returns which methods a user has enrolled. */
  methods(userId: string): Promise<AuthsignalMethods>;
  /**
   * Takes the phone's answer; requires `numberMatching`. A wrong code denies the request, so an attacker has one guess.
   * Returns `over` if the request was already answered or doesn't exist.
   * @throws CibaError
   */
  answer(answer: AuthsignalPhoneAnswer): Promise<'approved' | 'denied' | 'wrongCode' | 'over'>;
  /** Enrolls an authenticator that your app verified itself, such as a phone number. */
  enrollVerified(
    userId: string,
    verified: AuthsignalVerified,
  ): Promise<{ readonly userAuthenticatorId: string; readonly recoveryCodes?: readonly string[] }>;
}
