/**
 * Behavior that Authsignal does not document, with one option each. The defaults are guesses. A client should handle all
 * of the values.
 */
export interface AuthsignalUnknowns {
  /** HTTP status of an error: one that fits the code, or always the same. @default 'fitting' */
  readonly errorStatus: 'fitting' | 200 | 400;
  /** A push's lifetime in seconds. @default 300 */
  readonly pushLifetime: number;
  /** The response to a poll for an expired push. @default 'pending' */
  readonly expiredPush: 'pending' | 'denied' | 'invalid_request' | 'expired_token';
  /** The response to a poll for an unknown push, or for one of another user. @default 'invalid_request' */
  readonly foreignPush: 'pending' | 'invalid_request' | 'invalid_credential';
  /** Whether a second push ends the first one of the same action; an ended one counts as expired. @default 'keepsOlder' */
  readonly resend: 'keepsOlder' | 'endsOlder';
  /** Whether a denial on the phone fails the action too. @default 'failsAction' */
  readonly denial: 'failsAction' | 'keepsAction';
  /** The response to a second poll, after the one that returned the token. @default 'sameToken' */
  readonly secondRead: 'sameToken' | 'noToken' | 'invalid_request';
  /** Polls per minute for one push; further ones get `too_many_requests`. @default Infinity */
  readonly pushPolls: number;
  /** The response to a push request for a user without a phone. @default 'invalid_credential' */
  readonly withoutDevice: 'invalid_credential' | 'invalid_request' | 'noPush';
  /** The response to a code of a user without an authenticator app. @default 'invalid_credential' */
  readonly withoutTotp: 'invalid_credential' | 'invalidCode';
  /** How a response reports the limit of 10 codes in 5 minutes. @default 'failureReason' */
  readonly codeLimit: 'failureReason' | 'too_many_requests';
  /** What a push response reports about the delivery. Before @authsignal/browser 1.20 it was `unreported`. @default 'unreported' */
  readonly delivery: 'unreported' | 'delivered' | 'someFailed' | 'allFailed';
  /** Whether a code that was already used is rejected while it is still valid. @default 'rejected' */
  readonly replayedCode: 'rejected' | 'accepted';
}

export const DEFAULT_UNKNOWNS: AuthsignalUnknowns = {
  errorStatus: 'fitting',
  pushLifetime: 300,
  expiredPush: 'pending',
  foreignPush: 'invalid_request',
  resend: 'keepsOlder',
  denial: 'failsAction',
  secondRead: 'sameToken',
  pushPolls: Infinity,
  withoutDevice: 'invalid_credential',
  withoutTotp: 'invalid_credential',
  codeLimit: 'failureReason',
  delivery: 'unreported',
  replayedCode: 'rejected',
};
