/** What every call of a {@link TotpEnrollment} gets. */
export interface EnrollmentCallOptions {
  /** Aborted when nobody waits for the answer any more. */
  readonly signal: AbortSignal;
}

/** A secret that was made for the signed-in user and is not in force yet. */
export interface EnrollmentSecret {
  /** What authenticator apps read from a QR code: an `otpauth://totp/…` URI (Key URI Format) that holds `secret`. */
  readonly uri: string;
  /** The same secret for people who type it: base32 (RFC 4648 §6), without spaces or padding. */
  readonly secret: string;
}

/** The answer to the first code of a new secret. A fault (network, 5xx …) is thrown. */
export type EnrollmentResult =
  | {
      readonly status: 'confirmed';
      /** Codes for the day that the phone is lost, each good for one sign-in, where the backend gives any. Shown once. */
      readonly backupCodes?: readonly string[];
    }
  | { readonly status: 'invalidCode' };

/**
 * What a backend provides so that a user who is signed in can add an authenticator app. Both methods throw nothing but
 * {@link CibaError}; an abort needs no answer.
 *
 * `begin` may be called again at any time and then makes the earlier secret void; nothing changes for the user before
 * `confirm` said `confirmed`. A server checks who is signed in, lets `confirm` be tried a few times only, and takes the
 * code from the current 30 s step and the ones beside it (RFC 6238 §5.2).
 *
 * @example
 * const enrollment: TotpEnrollment = {
 *   async begin({ signal }) {
 *     const answer = await fetch('/totp/begin', { method: 'POST', signal });
 *     return answer.json();
 *   },
 *   async confirm(code, { signal }) {
 *     const answer = await fetch('/totp/confirm', { method: 'POST', body: code, signal });
 *     return answer.json();
 *   },
 * };
 */
export interface TotpEnrollment {
  /** Makes a new secret, not in force yet. */
  begin(options: EnrollmentCallOptions): Promise<EnrollmentSecret>;
  /** Checks the first code (digits only); with the right one the secret comes into force. */
  confirm(code: string, options: EnrollmentCallOptions): Promise<EnrollmentResult>;
}
