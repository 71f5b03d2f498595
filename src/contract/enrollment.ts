/** The options of every {@link TotpEnrollment} call. */
export interface EnrollmentCallOptions {
  /** Aborts when the answer is no longer needed. */
  readonly signal: AbortSignal;
}

/** A new secret for the signed-in user. It isn't active yet. */
export interface EnrollmentSecret {
  /** The content of the QR code: an `otpauth://totp/…` URI (Key URI Format) that contains `secret`. */
  readonly uri: string;
  /** The same secret for users who type it: base32 (RFC 4648 §6), without spaces or padding. */
  readonly secret: string;
}

/** The result of checking the first code of a new secret. Network errors and server errors are thrown instead. */
export type EnrollmentResult =
  | {
      readonly status: 'confirmed';
      /** Codes to use if the phone is lost, if the backend creates any. Each is valid for one sign-in, and they are shown only once. */
      readonly backupCodes?: readonly string[];
    }
  | { readonly status: 'invalidCode' };

/**
 * The interface to a backend that lets a signed-in user add an authenticator app. A method that fails throws a
 * {@link CibaError}. Once its `signal` aborts, it may throw the signal's own `reason`.
 *
 * `begin` can be called again at any time, which invalidates the earlier secret. Nothing changes for the user until
 * `confirm` returns `confirmed`. The server checks who is signed in, limits the attempts of `confirm`, and accepts codes
 * from the current 30-second step and the steps next to it (RFC 6238 §5.2).
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
  /** Creates a new secret, which isn't active yet. @throws CibaError, or the signal's reason after an abort */
  begin(options: EnrollmentCallOptions): Promise<EnrollmentSecret>;
  /** Checks the first code (digits only). The correct code activates the secret. @throws CibaError, or the signal's reason after an abort */
  confirm(code: string, options: EnrollmentCallOptions): Promise<EnrollmentResult>;
}
