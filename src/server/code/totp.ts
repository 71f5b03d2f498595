import { Secret, TOTP } from 'otpauth';
import { CibaError } from '../../contract/index.js';
import { takeAttempt } from './code-lockout.js';
import { hash, userKey } from '../secrets.js';
import type { TotpVerifier } from './totp-verifier.js';

export type { TotpVerifier } from './totp-verifier.js';

/** What authenticator apps agree on (RFC 6238; the `period`, `digits` and `algorithm` that every app supports). */
const SETTINGS = { algorithm: 'SHA1', digits: 6, period: 30 } as const;
/** Steps of clock drift that are forgiven on either side (RFC 6238 §5.2 recommends at most one). */
const WINDOW = 1;
/** Seconds for which a used step is remembered: longer than it could be accepted. */
const STEP_MEMORY_SECONDS = SETTINGS.period * (2 * WINDOW + 2);

export interface TotpUser<Session> {
  /** The user's own id, under which tries and the last used code are remembered. */
  readonly userId: string;
  /** The shared secret in base32, as in the `otpauth:` URI. */
  readonly secret: string;
  /** What a right code signs in with; plain JSON. */
  readonly session: Session;
}

export interface TotpVerifierOptions<Session> {
  /** Finds who this hint belongs to; `null` when there is nobody or they have no code set up. */
  readonly findUser: (loginHint: string) => Promise<TotpUser<Session> | null>;
  /** Wall-clock milliseconds. @default Date.now */
  readonly now?: () => number;
}

/**
 * Checks 6-digit codes (SHA-1, 30 s, RFC 6238) against a secret that the app looks up. One step of drift either way is
 * forgiven and a code is good for one use (RFC 6238 §5.2). An unknown user costs the same work as a known one.
 *
 * The handler locks by what was typed. The verifier counts by `userId` besides, so that several hints for one user give
 * no further tries; its own lock answers `invalidCode`, or it would tell that two hints are the same person.
 *
 * @throws CibaError `misconfigured` on verifying, when a secret is no base32
 * @example
 * const users = new Map([['ada@example.com', { userId: '1', secret: 'JBSWY3DPEHPK3PXP', session: { name: 'Ada' } }]]);
 * const totp = createTotpVerifier({ findUser: async (hint) => users.get(hint) ?? null });
 */
export function createTotpVerifier<Session>({
  findUser,
  now = () => Date.now(),
}: TotpVerifierOptions<Session>): TotpVerifier<Session> {
  const nobody = new Secret({ size: 20 });

  return async ({ loginHint, code }, store) => {
    const user = await findUser(loginHint);
    const secret = user ? readSecret(user.secret) : nobody;
    // Nobody's tries are counted likewise, so that they cost as much.
    const account = hash('totp', user ? user.userId : userKey(loginHint));
    const taken = await takeAttempt({ store, now }, account);
    const timestamp = now();
    const drift = TOTP.validate({ ...SETTINGS, secret, token: code, timestamp, window: WINDOW });
    if (typeof taken === 'number') return { status: 'invalidCode' };

    const step = TOTP.counter({ period: SETTINGS.period, timestamp }) + (drift ?? 0);
    if (user && drift !== null && (await store.setIfGreater(`totp-step:${account}`, step, STEP_MEMORY_SECONDS))) {
      await taken.right();
      return { status: 'approved', session: user.session };
    }
    await taken.wrong();
    return { status: 'invalidCode' };
  };
}

function readSecret(base32: string): Secret {
  try {
    return Secret.fromBase32(base32);
  } catch {
    // Without the cause: its text quotes the secret.
    throw new CibaError(
      'misconfigured',
      'The secret that `findUser` returned is no base32 text; store it as in the otpauth: URI.',
    );
  }
}
