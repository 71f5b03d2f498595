import type { ServerMetadata } from 'openid-client';
import { misconfigured } from '../../contract/errors.js';
import { isHttpsOrLoopback } from '../../contract/loopback.js';
import type { OidcProfile, OidcRequest } from './types.js';

export const CIBA_GRANT = 'urn:openid:params:grant-type:ciba';

/** Age after which the metadata is fetched again, in milliseconds. */
const METADATA_LIFETIME_MS = 3600 * 1000;

/** Shortest time between two fetches of metadata that is known already, in milliseconds. */
const REFRESH_PAUSE_MS = 30_000;

export interface MetadataCache {
  /**
   * Returns the metadata. The first call fetches it. Later ones use what is known, even if a refresh fails.
   * @param onStale called if a refresh failed and older metadata is used
   * @throws CibaError if there is none yet
   */
  read(onStale: (problem: string) => void): Promise<ServerMetadata>;
  /** Notes a failure that outdated metadata may explain, so that the next call fetches it again. */
  suspect(): void;
}

/** Keeps the provider's metadata for an hour, or until a failure that it may explain. */
export function createMetadataCache(issuer: string, fetchMetadata: () => Promise<ServerMetadata>): MetadataCache {
  let known: { readonly server: ServerMetadata; readonly fetchedAt: number } | undefined;
  let running: Promise<ServerMetadata> | undefined;
  let suspected = false;
  let refreshedAt = -Infinity;

  function refresh(): Promise<ServerMetadata> {
    running ??= fetchMetadata()
      .then((server) => {
        known = { server, fetchedAt: Date.now() };
        return server;
      })
      .finally(() => {
        running = undefined;
      });
    return running;
  }

  return {
    async read(onStale) {
      if (!known) return refresh();
      const { server, fetchedAt } = known;
      const now = Date.now();
      const isOld = now - fetchedAt >= METADATA_LIFETIME_MS;
      if ((!suspected && !isOld) || now - refreshedAt < REFRESH_PAUSE_MS) return server;
      refreshedAt = now;
      const fresh = refresh().catch(() => {
        onStale(
          `The metadata of ${issuer} couldn't be fetched again, so the adapter goes on with what it fetched before. Check that ${issuer} plus /.well-known/openid-configuration can be reached.`,
        );
        return server;
      });
      // Metadata that is merely old still works. After a failure, the call waits for the new one.
      if (!suspected) return server;
      suspected = false;
      return fresh;
    },
    suspect() {
      suspected = true;
    },
  };
}

/** Some providers don't name their endpoint in the metadata, or do so only on request. */
export function withEndpoint(server: ServerMetadata, { endpoint }: OidcProfile): ServerMetadata {
  if (server.backchannel_authentication_endpoint || endpoint === undefined) return server;
  return { ...server, backchannel_authentication_endpoint: endpoint(server.issuer.replace(/\/$/, '')) };
}

/**
 * Puts the endpoints for client certificates in place of the ordinary ones (RFC 8705 §5). Those without an alias stay.
 * @throws CibaError `misconfigured` for an alias that is http or no URL
 */
export function withAliases(server: ServerMetadata): ServerMetadata {
  const named: [string, unknown][] = Object.entries(Object(server.mtls_endpoint_aliases) as object);
  const aliases = named.filter(
    ([name, address]) => name.endsWith('_endpoint') && address !== undefined && address !== null && address !== '',
  );
  for (const [name, address] of aliases) {
    if (typeof address === 'string' && URL.canParse(address) && isHttpsOrLoopback(new URL(address))) continue;
    const fault =
      typeof address === 'string' && URL.canParse(address)
        ? "is http, so client certificates can't be presented there"
        : 'is no URL';
    throw misconfigured(
      `The metadata of ${server.issuer} has an alias for \`${name}\` (\`mtls_endpoint_aliases\`) that ${fault}. Correct it in the settings of the provider.`,
    );
  }
  return { ...server, ...(Object.fromEntries(aliases) as Partial<ServerMetadata>) };
}

/** What is wrong with the address of an endpoint, and what to do. */
function findAddressFault(address: unknown): string | undefined {
  if (typeof address !== 'string' || !URL.canParse(address)) {
    return 'that is no URL. Correct it in the settings of the provider.';
  }
  const url = new URL(address);
  if (url.username || url.password) {
    return 'with a user name or a password in it, which is never sent. Remove it in the settings of the provider.';
  }
  return isHttpsOrLoopback(url)
    ? undefined
    : "that isn't https, so it would be readable in transit. Make the provider name https endpoints; behind a proxy, it often has to be told its public address.";
}

/**
 * Checks at the start of a login what the whole login needs.
 * @throws CibaError `misconfigured` if no login can succeed at this provider
 */
export function requireCiba(server: ServerMetadata): void {
  const { issuer } = server;
  for (const [name, advice] of [
    [
      'backchannel_authentication_endpoint',
      'there is nowhere to send the request. Enable CIBA at the provider, or set the `profile` of this provider.',
    ],
    ['token_endpoint', 'there is nowhere to poll. Check that `issuer` is an OpenID provider.'],
  ] as const) {
    const address: unknown = server[name];
    if (address === undefined || address === null || address === '') {
      throw misconfigured(`The metadata of ${issuer} has no \`${name}\`, so ${advice}`);
    }
    const fault = findAddressFault(address);
    if (fault !== undefined) throw misconfigured(`The metadata of ${issuer} has a \`${name}\` ${fault}`);
  }
  const modes = listOf(server, 'backchannel_token_delivery_modes_supported');
  if (modes && !modes.includes('poll') && !modes.includes('ping')) {
    throw misconfigured(
      `The metadata of ${issuer} offers ${modes.length === 0 ? 'no delivery mode' : `the delivery mode ${quoteAll(modes)} only`}, but this adapter supports "poll" and "ping". Enable one of them at the provider, and register the client for it.`,
    );
  }
}

/** A member that should be a list of names, or undefined. Providers are free to leave it out. */
function listOf(server: ServerMetadata, name: string): readonly string[] | undefined {
  const value = server[name];
  return Array.isArray(value) ? value.filter((entry) => typeof entry === 'string') : undefined;
}

/** Foreign names in print: short, and on one line. */
const quoteAll = (names: readonly string[]) =>
  names.map((name) => JSON.stringify(name.slice(0, 60))).join(', ') || 'no';

export interface CapabilityQuestion {
  readonly profile: OidcProfile;
  /** Whether the client authenticates by HTTP Basic. */
  readonly usesBasic: boolean;
  /** The algorithm of request objects, if they are signed. */
  readonly requestObjectAlg?: string | undefined;
  /** The request that is about to be sent, as far as it is known. */
  readonly request?: OidcRequest;
}

/** Something that the provider can't do, although it was asked for. */
export interface Gap {
  /** The section of docs/providers.md about it. */
  readonly topic: 'client-authentication' | 'delivery' | 'details' | 'levels' | 'metadata' | 'signed-requests';
  readonly problem: string;
}

/** What the metadata and the profile say that the provider can't do, although it was asked for. */
export function findGaps(server: ServerMetadata, question: CapabilityQuestion): readonly Gap[] {
  const { profile, usesBasic, requestObjectAlg, request } = question;
  const { issuer } = server;
  const gaps: Gap[] = [];
  const add = (topic: Gap['topic'], problem: string) => void gaps.push({ topic, problem });
  const modes = listOf(server, 'backchannel_token_delivery_modes_supported');
  const pings = Boolean(request?.notificationToken);
  if (modes && pings && !modes.includes('ping')) {
    add(
      'delivery',
      `The metadata of ${issuer} offers no delivery mode "ping", so the provider won't notify this server. Polling goes on. Enable ping there, or remove \`ping\` from the handler.`,
    );
  }
  if (modes && !pings && !modes.includes('poll')) {
    add(
      'delivery',
      `The metadata of ${issuer} offers the delivery mode "ping" only, but no notification token is sent. Set \`ping: true\` on the handler, or enable "poll" at the provider.`,
    );
  }
  const grants = listOf(server, 'grant_types_supported');
  if (grants && !grants.includes(CIBA_GRANT)) {
    add(
      'metadata',
      `The metadata of ${issuer} doesn't list the grant type ${CIBA_GRANT}. If logins fail, enable CIBA for the provider and for this client.`,
    );
  }
  const methods = listOf(server, 'token_endpoint_auth_methods_supported');
  if (methods && usesBasic && !methods.includes('client_secret_basic')) {
    add(
      'client-authentication',
      `The metadata of ${issuer} accepts ${quoteAll(methods)} for client authentication, but \`clientSecret\` is sent as client_secret_basic. Set \`clientAuthentication\`, for example to \`ClientSecretPost(secret)\` of openid-client.`,
    );
  }
  if (server['require_signed_request_object'] === true && requestObjectAlg === undefined) {
    add(
      'signed-requests',
      `The metadata of ${issuer} requires signed request objects. Set \`requestObject\`, or allow unsigned authentication requests for this client.`,
    );
  }
  const algorithms = listOf(server, 'backchannel_authentication_request_signing_alg_values_supported');
  if (algorithms && requestObjectAlg !== undefined && !algorithms.includes(requestObjectAlg)) {
    add(
      'signed-requests',
      `\`requestObject\` signs with "${requestObjectAlg}", but the metadata of ${issuer} accepts ${quoteAll(algorithms)} for signed authentication requests. Set a key for one of these.`,
    );
  }
  const revocationFault = server.revocation_endpoint && findAddressFault(server.revocation_endpoint);
  if (revocationFault) {
    add(
      'metadata',
      `Tokens can't be revoked: the metadata of ${issuer} has a \`revocation_endpoint\` ${revocationFault}`,
    );
  }
  if (!server.revocation_endpoint) {
    add(
      'metadata',
      `The metadata of ${issuer} names no \`revocation_endpoint\`, so tokens stay valid after a sign-out or a refused approval until they expire. Keep their lifetime short, or enable revocation there.`,
    );
  }
  if (request) gaps.push(...findRequestGaps(server, profile, request));
  return gaps;
}

function findRequestGaps(server: ServerMetadata, profile: OidcProfile, request: OidcRequest): Gap[] {
  const { issuer } = server;
  const gaps: Gap[] = [];
  const add = (topic: Gap['topic'], problem: string) => void gaps.push({ topic, problem });
  if (request.userCode && server['backchannel_user_code_parameter_supported'] === false) {
    add(
      'metadata',
      `The metadata of ${issuer} says that the provider takes no \`user_code\`, but \`authRequest\` returned a \`userCode\`. Enable user codes there, or don't return one.`,
    );
  }
  const wanted = request.acrValues?.split(' ').filter(Boolean) ?? [];
  const levels = listOf(server, 'acr_values_supported');
  const { onlyAcr } = profile;
  // The metadata lists the levels of every grant, so it can offer what CIBA doesn't reach.
  if (wanted.length > 0 && onlyAcr === undefined && levels && !wanted.some((level) => levels.includes(level))) {
    add(
      'levels',
      `\`acrValues\` asks for ${quoteAll(wanted)}, but the metadata of ${issuer} offers ${quoteAll(levels)}. An approval at any other level is refused, so ask for one of these.`,
    );
  }
  if (wanted.length > 0 && onlyAcr !== undefined && !wanted.includes(onlyAcr)) {
    add(
      'levels',
      `\`acrValues\` asks for ${quoteAll(wanted)}, but ${profile.name} reaches the level "${onlyAcr}" only (under the name that its settings give to it). Unless one of these is that name, every approval is refused: ask for that level, or for none.`,
    );
  }
  const details = listOf(server, 'authorization_details_types_supported');
  const types = (request.authorizationDetails ?? []).map(({ type }) => (typeof type === 'string' ? type : ''));
  if (details && !types.every((type) => details.includes(type))) {
    add(
      'details',
      `\`authorizationDetails\` has the type ${quoteAll(types)}, but the metadata of ${issuer} offers ${quoteAll(details)}. Register the type at the provider.`,
    );
  }
  if (types.length > 0 && profile.returnsDetails === false) {
    add(
      'details',
      `${profile.name} doesn't return the granted \`authorization_details\`, so they can't be compared with what was asked for. Show the details in \`bindingMessage\`, and check them where they are used.`,
    );
  }
  return gaps;
}
