import { misconfigured } from '../../contract/errors.js';
import type { JsonValue } from '../../contract/index.js';
import { createJwtSigner } from './signing.js';
import type { OidcSigningAlgorithm, OidcSigningKey } from './signing.js';

/** Lifetime of a request object, in seconds, unless the option says another. */
const DEFAULT_LIFETIME_SECONDS = 300;

/** How far `nbf` lies back, in seconds, so that a clock that is a little behind accepts it. */
const NOT_BEFORE_SECONDS = 60;

/** Longest time from `nbf` to `exp`, in seconds (FAPI-CIBA §5.2.2). */
const LONGEST_VALIDITY_SECONDS = 3600;

/** The media type of a request object (RFC 9101 §10.8.1). */
const TYPE = 'oauth-authz-req+jwt';

export interface OidcRequestObjectOptions extends OidcSigningKey {
  /** Seconds until a request object expires, 1 to 3540. @default 300 */
  readonly lifetime?: number;
  /** Also encrypts the request object to the provider. FAPI-CIBA providers needn't support this. @default not encrypted */
  readonly encrypt?: OidcRequestObjectEncryption;
}

export interface OidcRequestObjectEncryption {
  /** The provider's public key. */
  readonly key: CryptoKey;
  readonly alg: 'RSA-OAEP-256' | 'ECDH-ES' | 'ECDH-ES+A256KW';
  /** @default 'A256GCM' */
  readonly enc?: 'A128GCM' | 'A256GCM' | 'A128CBC-HS256' | 'A256CBC-HS512';
  /** The key's ID in the provider's key set. */
  readonly kid?: string;
}

/** The parameters of an authentication request, before they are put on the wire. */
export type RequestValues = { readonly [name: string]: JsonValue };

export interface RequestObjectSigner {
  readonly alg: OidcSigningAlgorithm;
  /** Makes a signed request object (CIBA Core 1.0 §7.1.1, RFC 9101) for an audience, which is the issuer. */
  create(values: RequestValues, audience: string): Promise<string>;
}

/** @throws CibaError `misconfigured` if the key or the lifetime can't be used */
export function readRequestObject(options: OidcRequestObjectOptions, clientId: string): RequestObjectSigner {
  const { lifetime = DEFAULT_LIFETIME_SECONDS, encrypt } = options;
  const longest = LONGEST_VALIDITY_SECONDS - NOT_BEFORE_SECONDS;
  if (!Number.isInteger(lifetime) || lifetime < 1 || lifetime > longest) {
    throw misconfigured(
      `The option \`requestObject.lifetime\` is ${String(lifetime)}. Set whole seconds, at least 1 and at most ${longest}: providers refuse request objects that are valid for more than an hour.`,
    );
  }
  if (encrypt && (Object(encrypt.key) as Partial<CryptoKey>).type !== 'public') {
    throw misconfigured(
      'The option `requestObject.encrypt.key` must be a public CryptoKey. Set the encryption key of the provider, not your own.',
    );
  }
  const signer = createJwtSigner('requestObject', options);
  return {
    alg: signer.alg,
    async create(values, audience) {
      const now = Math.floor(Date.now() / 1000);
      const registered = {
        iss: clientId,
        aud: audience,
        iat: now,
        nbf: now - NOT_BEFORE_SECONDS,
        exp: now + lifetime,
        jti: crypto.randomUUID(),
      };
      const signed = await signer.sign({ ...values, ...registered }, { typ: TYPE });
      return encrypt ? encryptTo(encrypt, signed) : signed;
    },
  };
}

async function encryptTo({ key, alg, enc = 'A256GCM', kid }: OidcRequestObjectEncryption, signed: string) {
  // Loaded only where requests are encrypted.
  const { CompactEncrypt } = await import('jose/jwe/compact/encrypt');
  try {
    return await new CompactEncrypt(new TextEncoder().encode(signed))
      .setProtectedHeader({ alg, enc, cty: TYPE, ...(kid !== undefined && { kid }) })
      .encrypt(key);
  } catch (cause) {
    throw misconfigured(
      `The request object couldn't be encrypted with ${alg} and ${enc}, so nothing was sent. Check that \`requestObject.encrypt.key\` is for this algorithm.`,
      { cause },
    );
  }
}

/** Values as form parameters: text as it is, everything else as JSON. */
export function toForm(values: RequestValues): URLSearchParams {
  return new URLSearchParams(
    Object.entries(values).map(([name, value]) => [name, typeof value === 'string' ? value : JSON.stringify(value)]),
  );
}
