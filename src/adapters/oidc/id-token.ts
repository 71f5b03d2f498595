import { encode } from 'jose/base64url';
import { JOSEError, JWKSMultipleMatchingKeys } from 'jose/errors';
import { compactDecrypt } from 'jose/jwe/compact/decrypt';
import type { createLocalJWKSet } from 'jose/jwks/local';
import { misconfigured } from '../../contract/errors.js';
import { CibaError } from '../../contract/index.js';
import { readJwtAlgorithm } from '../shared/jwt.js';
import { clockAdvice } from './errors.js';
import type { OidcSession } from './types.js';

/** How long ago an ID token may have been issued, in seconds. It is issued for this login. */
const MAX_AGE_SECONDS = 3600;

/** How far ahead of this server's clock an ID token may have been issued, in seconds. */
const MAX_AHEAD_SECONDS = 300;

const AUTH_REQ_ID_CLAIM = 'urn:openid:params:jwt:claim:auth_req_id';
const REFRESH_TOKEN_HASH_CLAIM = 'urn:openid:params:jwt:claim:rt_hash';

export interface OidcIdTokenOptions {
  /**
   * The algorithm that the client is registered with (`id_token_signed_response_alg`). Any other is refused.
   * @default those that the metadata lists, or RS256; "PS256" in FAPI mode
   */
  readonly alg?: string;
  /**
   * Whether the signature is checked with the provider's keys. OpenID Connect Core 1.0 §3.1.3.7 allows to rely on TLS.
   * @default false; always true in FAPI mode
   */
  readonly verifySignature?: boolean;
  /** The app's private key, if the client is registered for encrypted ID tokens: RSA-OAEP-256 or ECDH-ES. */
  readonly decryptionKey?: CryptoKey;
}

/** The keys of a key set (RFC 7517 §5), as the provider returned them. */
export type KeySet = Parameters<typeof createLocalJWKSet>[0];

export interface KeyCache {
  /** Returns the known keys, or fetches them. @throws CibaError if they can't be fetched */
  read(fetchKeys: () => Promise<KeySet>): Promise<KeySet>;
  /** Fetches the keys again. @throws CibaError if they can't be fetched */
  refresh(fetchKeys: () => Promise<KeySet>): Promise<KeySet>;
  /** When they were fetched, in wall-clock milliseconds; -Infinity if they never were. */
  readonly fetchedAt: number;
}

/** Age after which the keys are fetched again, in milliseconds. */
const KEYS_LIFETIME_MS = 3600 * 1000;

export function createKeyCache(): KeyCache {
  let known: { readonly keys: KeySet; readonly fetchedAt: number } | undefined;
  let running: Promise<KeySet> | undefined;

  async function refresh(fetchKeys: () => Promise<KeySet>): Promise<KeySet> {
    running ??= fetchKeys()
      .then((keys) => {
        known = { keys, fetchedAt: Date.now() };
        return keys;
      })
      .finally(() => {
        running = undefined;
      });
    return running;
  }

  return {
    refresh,
    get fetchedAt() {
      return known?.fetchedAt ?? -Infinity;
    },
    async read(fetchKeys) {
      if (!known) return refresh(fetchKeys);
      const { keys, fetchedAt } = known;
      if (Date.now() - fetchedAt < KEYS_LIFETIME_MS) return keys;
      // Keys that are merely old still work. A new one would be missing, and is then asked for.
      return refresh(fetchKeys).catch(() => keys);
    },
  };
}

/** What an ID token is compared with. */
export interface IdTokenQuestion {
  readonly session: OidcSession;
  readonly clientId: string;
  /** Absent for a refresh. */
  readonly authReqId?: string;
  /** Headers of the token response. Their date tells whether a clock is wrong. */
  readonly headers: Headers;
}

const refused = (problem: string) => new CibaError('badResponse', problem, { retryable: false });

/**
 * Checks what ties an ID token to its login (CIBA Core 1.0 §10.3.1, OpenID Connect Core 1.0 §3.1.3.7 and §3.1.3.8). Its
 * `iss`, `aud` and `exp` were checked before.
 * @throws CibaError `badResponse`
 */
export async function checkIdToken({ session, authReqId, headers }: IdTokenQuestion): Promise<void> {
  const { claims, idToken, accessToken, refreshToken } = session;
  if (claims.sub.trim() === '') {
    throw refused(
      'The ID token names no user (`sub` is empty), so the approval does not count. Have the provider name one.',
    );
  }
  const age = Date.now() / 1000 - claims.iat;
  if (!(age <= MAX_AGE_SECONDS && -age <= MAX_AHEAD_SECONDS)) {
    const distance = `${Math.abs(Math.round(age))} s ${age > 0 ? 'ago' : "ahead of this server's clock"}`;
    throw refused(
      `The ID token was issued ${distance} (\`iat\`), so it isn't for this login.${clockAdvice({ headers }) || ' Check the clocks of the provider and of this server.'}`,
    );
  }
  const named = claims[AUTH_REQ_ID_CLAIM];
  if (named !== undefined && authReqId !== undefined && named !== authReqId) {
    throw refused(
      `The ID token is for another request (\`${AUTH_REQ_ID_CLAIM}\`), so the approval does not count. Report this to the provider.`,
    );
  }
  for (const [claim, token] of [
    ['at_hash', accessToken],
    [REFRESH_TOKEN_HASH_CLAIM, refreshToken],
  ] as const) {
    const expected = claims[claim];
    if (expected === undefined || token === undefined) continue;
    if (expected !== (await hashOf(token, readJwtAlgorithm(idToken)))) {
      throw refused(
        `The ID token belongs to other tokens than those that came with it (\`${claim}\`), so the approval does not count. Check whether something between the provider and this server changes its answers.`,
      );
    }
  }
}

/**
 * Checks that the provider signed an ID token, and that it is for this client alone.
 * @throws CibaError `badResponse`, or what fetching the keys threw
 */
export async function checkSignature(
  { session, clientId }: IdTokenQuestion,
  keys: KeyCache,
  fetchKeys: () => Promise<KeySet>,
): Promise<void> {
  const { idToken, claims } = session;
  const others = [claims.aud].flat().filter((audience) => audience !== clientId);
  if (others.length > 0) {
    throw refused(
      'The ID token is for other clients, too (`aud`), which this client does not trust. Have the provider issue it for this client alone.',
    );
  }
  const { azp } = claims;
  if (azp !== undefined && azp !== clientId) {
    throw refused(
      'The ID token was issued to another client (`azp`), so the approval does not count. Have the provider issue it to this client.',
    );
  }
  if (await isSignedByProvider(idToken, keys, fetchKeys)) return;
  throw refused(
    "The ID token's signature isn't from any key of the provider (`jwks_uri`), so the approval does not count. Check whether something between the provider and this server changes its answers.",
  );
}

/**
 * Whether one of the provider's keys signed this token. The provider may have changed its keys since they were fetched. They
 * are then fetched again, if `mayFetch` allows it.
 * @throws CibaError if the keys can't be fetched, and what `mayFetch` throws
 */
export async function isSignedByProvider(
  token: string,
  keys: KeyCache,
  fetchKeys: () => Promise<KeySet>,
  mayFetch: (fetchedAt: number) => boolean = () => true,
): Promise<boolean> {
  if (!hasAsymmetricAlgorithm(token)) return false;
  if (await isSigned(token, await keys.read(fetchKeys))) return true;
  return mayFetch(keys.fetchedAt) && isSigned(token, await keys.refresh(fetchKeys));
}

/** A key set has public keys. With "none" or a shared secret, anyone could sign. */
const hasAsymmetricAlgorithm = (token: string) =>
  /^(?:[PRE]S\d{3}|EdDSA|Ed25519)$/.test(readJwtAlgorithm(token) ?? 'none');

async function isSigned(idToken: string, keys: KeySet): Promise<boolean> {
  const alg = readJwtAlgorithm(idToken) ?? 'none';
  // Loaded only where signatures are checked.
  const [{ createLocalJWKSet: keysOf }, { compactVerify }] = await Promise.all([
    import('jose/jwks/local'),
    import('jose/jws/compact/verify'),
  ]);
  try {
    await compactVerify(idToken, keysOf(keys), { algorithms: [alg] });
    return true;
  } catch (caught) {
    if (caught instanceof JWKSMultipleMatchingKeys) {
      for await (const key of caught) {
        const verified = await compactVerify(idToken, key, { algorithms: [alg] }).catch(() => undefined);
        if (verified) return true;
      }
      return false;
    }
    // No key, a wrong signature, or a key that is broken.
    if (caught instanceof JOSEError) return false;
    throw caught;
  }
}

/** The left half of a token's hash (OpenID Connect Core 1.0 §3.1.3.6). */
async function hashOf(token: string, alg = ''): Promise<string> {
  const size = /(?:256|384|512)$/.exec(alg)?.[0] ?? '512';
  const name = alg === 'Ed25519' ? 'SHA-512' : `SHA-${size}`;
  const digest = new Uint8Array(await crypto.subtle.digest(name, new TextEncoder().encode(token)));
  return encode(digest.subarray(0, digest.length / 2));
}

/**
 * Decrypts an ID token, so that its signature can be checked and it can be a hint later.
 * @throws CibaError `misconfigured` if the key doesn't fit
 */
export async function decryptIdToken(idToken: string, key: CryptoKey): Promise<string> {
  if (idToken.split('.').length !== 5) return idToken;
  try {
    return new TextDecoder().decode((await compactDecrypt(idToken, key)).plaintext);
  } catch {
    throw misconfigured(
      "The ID token can't be decrypted with `idToken.decryptionKey`. Register the public key that belongs to it, or set the key that is registered.",
      { retryable: false },
    );
  }
}
