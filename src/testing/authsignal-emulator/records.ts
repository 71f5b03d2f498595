/** The states of a tracked action. */
export type AuthsignalActionState =
  | 'ALLOW'
  | 'BLOCK'
  | 'CHALLENGE_REQUIRED'
  | 'CHALLENGE_SUCCEEDED'
  | 'CHALLENGE_FAILED'
  | 'REVIEW_REQUIRED'
  | 'REVIEW_SUCCEEDED'
  | 'REVIEW_FAILED';

/** A user of the emulated tenant. */
export interface AuthsignalEmulatorUser {
  readonly userId: string;
  readonly email?: string;
  readonly phoneNumber?: string;
  /** Names of phones that receive pushes. @default none */
  readonly devices?: readonly string[];
  /** The secret of an authenticator app, base32. @default none */
  readonly totpSecret?: string;
}

export interface Authenticator {
  readonly userAuthenticatorId: string;
  readonly verificationMethod: string;
  readonly createdAt: string;
  readonly verifiedAt?: string;
  readonly displayName?: string;
  readonly email?: string;
  readonly phoneNumber?: string;
  readonly secret?: string;
}

export interface User {
  readonly userId: string;
  attributes: Readonly<Record<string, unknown>>;
  authenticators: readonly Authenticator[];
  /** When codes were submitted within the window, in wall-clock milliseconds. */
  attempts: readonly number[];
  lastStep: number;
}

export interface Action {
  readonly userId: string;
  readonly action: string;
  readonly idempotencyKey: string;
  readonly createdAt: string;
  readonly custom: unknown;
  state: AuthsignalActionState;
  stateUpdatedAt: string;
  verificationMethod?: string;
}

export interface Token {
  readonly action: Action;
  readonly scope: string;
  readonly expiresAt: number;
}

export interface Challenge {
  readonly challengeId: string;
  readonly action: Action;
  readonly createdAt: number;
  readonly expiresAt: number;
  answer: 'none' | 'approved' | 'denied' | 'replaced';
  accessToken?: string;
  polls: readonly number[];
}

/** A push as the phone shows it. */
export interface AuthsignalPhoneRequest {
  readonly challengeId: string;
  readonly userId: string;
  readonly actionCode: string;
  readonly idempotencyKey: string;
  /** The `custom` data of the track call, such as a transaction. */
  readonly custom: unknown;
  /** Wall-clock milliseconds. */
  readonly createdAt: number;
  readonly expiresAt: number;
}
