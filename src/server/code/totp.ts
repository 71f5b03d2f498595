import { Secret, TOTP } from 'otpauth';
import { TOTP_LENGTH } from '../../contract/code.js';
import { misconfigured } from '../../contract/errors.js';
import { accountKey } from '../secrets.js';
import { USED_CODE_SECONDS, usedCodeKey } from '../store/keys.js';
import type { TotpVerifier } from './totp-verifier.js';

export type { TotpTools, TotpVerifier } from './totp-verifier.js';

/** The `period` (in seconds), number of digits and `algorithm` that every authenticator app supports (RFC 6238). */
const SETTINGS = { algorithm: 'SHA1', digits: TOTP_LENGTH, period: 30 } as const;
/** Steps of clock drift that are accepted on either side (RFC 6238 §5.2 recommends at most one). */
const WINDOW = 1;

export interface TotpUser<Session> {
  /** The user's ID in your app, as `authRequest` names the account. Attempts and the last used code belong to it. */
  readonly userId: string;
  /** The shared secret in base32, as in the `otpauth:` URI. */
  readonly secret: string;
  /** The session that a right code opens; plain JSON. */
  readonly session: Session;
}

export interface TotpVerifierOptions<Session> {
  /** Finds the user for a login hint. Return `null` if there is no such user, or the user has not set up codes. */
  readonly findUser: (loginHint: string) => Promise<TotpUser<Session> | null>;
  /** The authentication context class that a code reaches, for requests with `acrValues`. @default none, and such requests accept no code */
  readonly acr?: string;
  /** Wall-clock milliseconds. @default Date.now */
  readonly now?: () => number;
}

/**
 * Checks codes of authenticator apps (SHA-1, 6 digits, 30 seconds; RFC 6238) against a secret that the app looks up.
 * One step of clock drift either way is accepted, and each code works once (RFC 6238 §5.2). An unknown user costs the
 * same work as a known one.
 *
 * The handler counts attempts by account and by what was typed. The verifier has it count them by `userId` too, so that
 * several hints for one user give no extra attempts, even if `authRequest` names no account.
 *
 * @throws CibaError `misconfigured` from the verifier, if a secret isn't base32
 * @example
 * const users = new Map([['ada@example.com', { userId: '1', secret: 'JBSWY3DPEHPK3PXP', session: { name: 'Ada' } }]]);
 * const totp = createTotpVerifier({ findUser: async (hint) => users.get(hint) ?? null });
 */
export function createTotpVerifier<Session>({
  findUser,
  acr,
  now = () => Date.now(),
}: TotpVerifierOptions<Session>): TotpVerifier<Session> {
  const unknownUserSecret = new Secret({ size: 20 });

  return async ({ loginHint, code }, { store, mayTry }) => {
    const user = await findUser(loginHint);
    const secret = user ? readSecret(user.secret) : unknownUserSecret;
    // Attempts for unknown users are counted too, so that they take the same time.
    const allowed = await mayTry(user ? user.userId : null);
    const timestamp = now();
    const drift = TOTP.validate({ ...SETTINGS, secret, token: code, timestamp, window: WINDOW });
    if (!user || !allowed || drift === null) return { status: 'invalidCode' };

    const { userId: account, session } = user;
    const step = TOTP.counter({ period: SETTINGS.period, timestamp }) + drift;
    const fresh = await store.setIfGreater(usedCodeKey(accountKey(account)), step, USED_CODE_SECONDS);
    if (!fresh) return { status: 'invalidCode' };
    return { status: 'approved', session, account, ...(acr !== undefined && { acr }) };
  };
}

function readSecret(base32: string): Secret {
  try {
    return Secret.fromBase32(base32);
  } catch {
    // The cause is left out, because its text quotes the secret.
    throw misconfigured(
      'The `secret` that `findUser` returned is not base32 text. Return it as it stands in the otpauth: URI.',
    );
  }
}
