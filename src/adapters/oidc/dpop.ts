import { encode } from 'jose/base64url';
import { getDPoPHandle } from 'openid-client';
import type { Configuration, DPoPHandle } from 'openid-client';
import { misconfigured } from '../../contract/errors.js';
import { CibaError } from '../../contract/index.js';
import { createJwtSigner } from './signing.js';
import type { OidcSession } from './types.js';

/** A request of the app to an API that accepts the access token. */
export interface OidcResourceRequest {
  /** @default 'GET' */
  readonly method?: string;
  readonly url: string;
  /** The value of the API's last `DPoP-Nonce` header (RFC 9449 §8). If it answers 401 with a new one, try once more with it. */
  readonly nonce?: string;
}

/** Headers that authorize one request. */
export type OidcAuthorizationHeaders = { readonly authorization: string; readonly dpop?: string };

type BoundToken = Pick<OidcSession, 'accessToken' | 'tokenType'>;

export interface Dpop {
  /** What openid-client makes proofs with. It remembers the provider's nonces. */
  handle(configuration: Configuration): DPoPHandle;
  headers(token: BoundToken, request: OidcResourceRequest): Promise<OidcAuthorizationHeaders>;
}

/** @throws CibaError `misconfigured` if the keys can't be used */
export function createDpop(keyPair: CryptoKeyPair): Dpop {
  const { privateKey, publicKey } = Object(keyPair) as Partial<CryptoKeyPair>;
  const signer = createJwtSigner('dpopKey', { key: privateKey as CryptoKey }, 'dpopKey.privateKey');
  if (publicKey?.type !== 'public' || !publicKey.extractable) {
    throw misconfigured(
      'The option `dpopKey.publicKey` must be an extractable public CryptoKey, because each proof contains it. Set the one that belongs to `dpopKey.privateKey`.',
    );
  }
  let handle: DPoPHandle | undefined;
  let jwk: Promise<{ readonly [member: string]: string }> | undefined;
  return {
    handle: (configuration) => (handle ??= getDPoPHandle(configuration, keyPair)),
    async headers({ accessToken }, { method = 'GET', url, nonce }) {
      const { origin, pathname } = new URL(url);
      const hash = await crypto.subtle.digest('SHA-256', new TextEncoder().encode(accessToken));
      jwk ??= exportPublic(publicKey);
      const proof = await signer.sign(
        {
          jti: crypto.randomUUID(),
          htm: method.toUpperCase(),
          htu: `${origin}${pathname}`,
          iat: Math.floor(Date.now() / 1000),
          ath: encode(new Uint8Array(hash)),
          ...(nonce !== undefined && { nonce }),
        },
        { typ: 'dpop+jwt', jwk: await jwk },
      );
      return { authorization: `DPoP ${accessToken}`, dpop: proof };
    },
  };
}

/** The members of a public key that its thumbprint is made of (RFC 7638 §3.2). */
async function exportPublic(key: CryptoKey): Promise<{ readonly [member: string]: string }> {
  const exported = Object.entries(await crypto.subtle.exportKey('jwk', key)) as [string, unknown][];
  return Object.fromEntries(
    exported.filter((entry): entry is [string, string] => /^(?:kty|crv|x|y|e|n)$/.test(entry[0])),
  );
}

/** @throws CibaError `badResponse` for a bearer token, although a bound one was asked for */
export function requireBoundToken({ tokenType }: OidcSession): void {
  if (tokenType === 'DPoP') return;
  throw new CibaError(
    'badResponse',
    'The provider returned a bearer token, although each request had a DPoP proof (`dpopKey`), so the token is bound to nothing. Switch on DPoP for this client, or remove `dpopKey`.',
    { retryable: false },
  );
}
