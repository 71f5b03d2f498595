import { ClientSecretBasic } from 'openid-client';
import type { ClientAuth } from 'openid-client';
import { misconfigured } from '../../contract/errors.js';
import { isHttpsOrLoopback } from '../../contract/loopback.js';
import type { OidcIdTokenOptions } from './id-token.js';
import { oidcProfiles } from './profiles.js';
import type { OidcSecurityProfile } from './profiles.js';
import type { OidcRequestObjectOptions } from './request-object.js';
import type { OidcProfile } from './types.js';
import type { OidcFetch } from './wire.js';

/** One of openid-client's functions, or your own around one of them. */
export type OidcClientAuthentication = (...parameters: Parameters<ClientAuth>) => void | Promise<void>;

export interface OidcAdapterOptions {
  /** The provider's issuer identifier, exactly as its metadata names it: https, or http on a loopback address. */
  readonly issuer: string;
  readonly clientId: string;
  /**
   * Sent by HTTP Basic (`client_secret_basic`), form-encoded first, as RFC 6749 §2.3.1 requires. If a provider rejects a
   * secret with "-" or "_", it doesn't decode the secret: use `clientAuthentication: ClientSecretPost(secret)` there.
   */
  readonly clientSecret?: string;
  /**
   * How the client authenticates: one of openid-client's functions, such as `PrivateKeyJwt(key)` or
   * `ClientSecretPost(secret)`, or your own around one of them.
   * @default ClientSecretBasic(clientSecret)
   */
  readonly clientAuthentication?: OidcClientAuthentication;
  /**
   * The provider's quirks: the name of a known provider, or your own profile. `'fapi-ciba'` is the generic provider under
   * FAPI-CIBA; `{ provider: 'keycloak', security: 'fapi-ciba' }` another one.
   * @default 'generic'
   */
  readonly profile?: keyof typeof oidcProfiles | OidcProfile | 'fapi-ciba' | OidcSecurityProfile;
  /** Signs authentication requests as JWTs (CIBA Core 1.0 §7.1.1). @default not signed */
  readonly requestObject?: OidcRequestObjectOptions;
  /** How ID tokens are checked. */
  readonly idToken?: OidcIdTokenOptions;
  /**
   * Whether requests go to the provider's endpoints for client certificates (RFC 8705 §5 `mtls_endpoint_aliases`). Pass a
   * `fetch` that presents one.
   * @default false; true in FAPI mode
   */
  readonly mtls?: boolean;
  /**
   * Binds access tokens to this key pair with DPoP (RFC 9449): P-256, or RSA-PSS of at least 2,048 bits. Every process needs
   * the same pair. A bearer token is then refused.
   * @default bearer tokens
   */
  readonly dpopKey?: CryptoKeyPair;
  /** Seconds to wait for one response. @default 35, since a provider may hold a poll for 30 */
  readonly timeout?: number;
  /**
   * Sends every request to the provider: metadata, keys, starts, polls, revocation and userinfo. Pass one that presents a client
   * certificate, trusts a private CA, goes through a proxy or is traced.
   * @default the global `fetch` at the time of the call
   */
  readonly fetch?: OidcFetch;
}

/** @throws CibaError `misconfigured` unless the issuer is an https URL, or an http URL on loopback */
export function readIssuer(text: string): URL {
  if (!URL.canParse(text)) {
    throw misconfigured(
      `The option \`issuer\` must be a URL, but it is ${JSON.stringify(text)}. Set it exactly as the provider names itself, such as "https://login.example.com".`,
    );
  }
  const issuer = new URL(text);
  const excess = findExcess(text, issuer);
  if (excess !== undefined) {
    throw misconfigured(
      `The option \`issuer\` ${excess}, which no issuer has (OpenID Connect Discovery 1.0 §3). Set it exactly as the provider names itself, such as "https://login.example.com".`,
    );
  }
  if (isHttpsOrLoopback(issuer)) return issuer;
  throw misconfigured(
    `The option \`issuer\` isn't https (${issuer.origin}), so tokens and the client secret would be readable in transit. Use https; plain http is allowed on loopback addresses only.`,
  );
}

/** What doesn't belong into an issuer. It isn't quoted, since it may be a password. */
function findExcess(text: string, { username, password, search, hash, pathname }: URL): string | undefined {
  if (username || password) return 'contains a user name or a password';
  if (search || hash) return 'contains a query or a fragment';
  if (text !== text.trim()) return 'begins or ends with a space or a line break';
  return pathname.includes('/.well-known/') ? "is the address of the provider's metadata" : undefined;
}

/** @throws CibaError `misconfigured` if there is nothing to authenticate with */
export function readClientAuthentication({
  clientAuthentication,
  clientSecret,
}: Pick<OidcAdapterOptions, 'clientAuthentication' | 'clientSecret'>): ClientAuth {
  // openid-client waits for the promise, although its type says void.
  if (clientAuthentication) return clientAuthentication as ClientAuth;
  if (clientSecret) return ClientSecretBasic(clientSecret);
  throw misconfigured(
    'The option `clientSecret` is empty, and CIBA requires a client that authenticates. Set it (is its environment variable set?), or set `clientAuthentication`.',
  );
}

/** @throws CibaError `misconfigured` for the name of a profile that doesn't exist */
export function readProfile(profile: keyof typeof oidcProfiles | OidcProfile): OidcProfile {
  if (typeof profile !== 'string') return profile;
  if (Object.hasOwn(oidcProfiles, profile)) return oidcProfiles[profile];
  throw misconfigured(
    `The option \`profile\` is ${JSON.stringify(profile)}, which is no known provider. Set one of ${Object.keys(oidcProfiles).join(', ')}, fapi-ciba, or your own profile.`,
  );
}
