import { encode } from 'jose/base64url';
import { misconfigured } from '../../contract/errors.js';
import { CibaError, isCibaError } from '../../contract/index.js';
import type { JsonValue } from '../../contract/index.js';

/** Longest wait for one signature, in seconds, unless the option says another. */
const DEFAULT_SIGN_TIMEOUT_SECONDS = 10;

/** Shortest RSA key, in bits (FAPI 1.0 Part 2 §8.6). */
const MIN_RSA_BITS = 2048;

/** Bytes of an ES256 signature: two numbers of 32 bytes (RFC 7518 §3.4). */
const ES256_BYTES = 64;

/** The algorithms that FAPI-CIBA allows (FAPI 1.0 Part 2 §8.6). */
export type OidcSigningAlgorithm = 'PS256' | 'ES256';

/**
 * Signs bytes with a key that doesn't leave its HSM or KMS. Returns the bare signature of RFC 7518: for ES256 the 64 bytes of
 * r and s, for PS256 RSASSA-PSS with SHA-256 and a salt of 32 bytes.
 */
export type OidcSigner = (
  data: Uint8Array<ArrayBuffer>,
  options: { readonly alg: OidcSigningAlgorithm; readonly signal: AbortSignal },
) => Uint8Array | Promise<Uint8Array>;

export interface OidcSigningKey {
  /** A private key: RSA of at least 2,048 bits for PS256, or P-256 for ES256. Or a function that signs with one. */
  readonly key: CryptoKey | OidcSigner;
  /** Required if `key` is a function. @default what the key is for */
  readonly alg?: OidcSigningAlgorithm;
  /** The key's ID in the client's registered key set. Required there if the set has several keys. */
  readonly kid?: string;
  /** Seconds to wait for one signature. @default 10 */
  readonly timeout?: number;
}

export interface JwtSigner {
  readonly alg: OidcSigningAlgorithm;
  /** Signs the claims of a JWT (RFC 7519) and returns it in its compact form. */
  sign(
    claims: { readonly [name: string]: JsonValue },
    header?: { readonly typ?: string; readonly jwk?: JsonValue },
  ): Promise<string>;
}

/**
 * @param name of the option, for error messages
 * @param keyName of its key
 * @throws CibaError `misconfigured` if the key can't be used
 */
export function createJwtSigner(name: string, options: OidcSigningKey, keyName = `${name}.key`): JwtSigner {
  const { key, kid, timeout = DEFAULT_SIGN_TIMEOUT_SECONDS } = options;
  const alg = readAlgorithm(name, options, keyName);
  const sign: OidcSigner = typeof key === 'function' ? key : signerOf(key);
  return {
    alg,
    async sign(claims, further) {
      const header = { alg, ...further, ...(kid !== undefined && { kid }) };
      const signed = `${encode(JSON.stringify(header))}.${encode(JSON.stringify(claims))}`;
      const signature = await inTime(name, timeout, (signal) =>
        sign(new TextEncoder().encode(signed), { alg, signal }),
      );
      requireSignature(name, alg, signature);
      return `${signed}.${encode(signature)}`;
    },
  };
}

function readAlgorithm(name: string, { key, alg }: OidcSigningKey, keyName: string): OidcSigningAlgorithm {
  const wanted: unknown = alg;
  if (wanted !== undefined && wanted !== 'PS256' && wanted !== 'ES256') {
    throw misconfigured(`The option \`${name}.alg\` is ${JSON.stringify(wanted)}. Set "PS256" or "ES256".`);
  }
  if (typeof key === 'function') {
    if (alg !== undefined) return alg;
    throw misconfigured(
      `The option \`${name}.key\` is a function, so its algorithm isn't known. Set \`${name}.alg\` to "PS256" or "ES256".`,
    );
  }
  const own = readKey(key);
  if (typeof own === 'object') {
    throw misconfigured(
      `The option \`${keyName}\` ${own.problem}. Set a private key, RSA of at least ${MIN_RSA_BITS} bits or P-256: import it with \`importPKCS8(pem, 'PS256')\` or \`'ES256'\` of jose.`,
    );
  }
  if (alg === undefined || alg === own) return own;
  throw misconfigured(
    `The option \`${name}.alg\` is "${alg}", but \`${name}.key\` is for ${own}. Leave \`alg\` out, or import another key.`,
  );
}

/** The algorithm that a key is for. Keys may come from another realm, so only their properties count. */
function readKey(key: CryptoKey): OidcSigningAlgorithm | { readonly problem: string } {
  const { type, algorithm, usages } = Object(key) as Partial<CryptoKey>;
  const {
    name: kind,
    modulusLength = 0,
    namedCurve,
    hash,
  } = Object(algorithm) as Partial<RsaHashedKeyAlgorithm & EcKeyAlgorithm>;
  if (type === undefined || kind === undefined) return { problem: 'is neither a CryptoKey nor a function' };
  if (type !== 'private' || !usages?.includes('sign')) return { problem: `is a ${type} key that can't sign` };
  if (kind === 'ECDSA') {
    if (namedCurve === 'P-256') return 'ES256';
    return { problem: `is on the curve ${String(namedCurve)}, but ES256 takes P-256 only` };
  }
  if (kind !== 'RSA-PSS' || hash?.name !== 'SHA-256') {
    return { problem: `is for ${kind}${hash ? ` with ${hash.name}` : ''}, which is neither PS256 nor ES256` };
  }
  if (modulusLength >= MIN_RSA_BITS) return 'PS256';
  return { problem: `is an RSA key of ${modulusLength} bits, which is too short` };
}

function signerOf(key: CryptoKey): OidcSigner {
  const parameters =
    key.algorithm.name === 'ECDSA' ? { name: 'ECDSA', hash: 'SHA-256' } : { name: 'RSA-PSS', saltLength: 32 };
  return async (data) => new Uint8Array(await crypto.subtle.sign(parameters, key, data));
}

/** Waits for a signer. Nothing has been sent by then, so a failure may be tried again. */
async function inTime<T>(name: string, seconds: number, run: (signal: AbortSignal) => T | Promise<T>): Promise<T> {
  const signal = AbortSignal.timeout(seconds * 1000);
  const late = new Promise<never>((_, reject) => {
    signal.addEventListener('abort', () =>
      reject(
        new CibaError(
          'timeout',
          `The signer \`${name}.key\` returned no signature within ${seconds} s, so nothing was sent. Check the HSM or KMS, or raise \`${name}.timeout\`.`,
        ),
      ),
    );
  });
  try {
    return await Promise.race([(async () => run(signal))(), late]);
  } catch (cause) {
    if (isCibaError(cause)) throw cause;
    throw new CibaError(
      'unavailable',
      `The signer \`${name}.key\` failed, so nothing was sent. Check the HSM or KMS; the error's \`cause\` is what was thrown.`,
      { cause },
    );
  }
}

function requireSignature(
  name: string,
  alg: OidcSigningAlgorithm,
  signature: unknown,
): asserts signature is Uint8Array {
  const bytes = ArrayBuffer.isView(signature) ? signature.byteLength : 0;
  if (alg === 'ES256' ? bytes === ES256_BYTES : bytes >= MIN_RSA_BITS / 8) return;
  const form =
    alg === 'ES256' ? `the ${ES256_BYTES} bytes of r and s, not ASN.1 DER` : `at least ${MIN_RSA_BITS / 8} bytes`;
  throw misconfigured(
    `The signer \`${name}.key\` returned ${bytes} bytes, which is no ${alg} signature, so nothing was sent. Return ${form} as a Uint8Array.`,
  );
}
