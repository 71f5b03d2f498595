import {
  allowInsecureRequests,
  Configuration,
  customFetch,
  type CustomFetch,
  discovery,
  genericGrantRequest,
  initiateBackchannelAuthentication,
  ResponseBodyError,
  type ServerMetadata,
  tokenRevocation,
} from 'openid-client';
import type { CallOptions, CibaAdapter, PendingApproval, PollResult } from '../../contract/index.js';
import { misconfigured } from '../../contract/errors.js';
import { DEFAULT_INTERVAL_SECONDS } from '../../contract/validate.js';
import { unlessAborted } from '../shared/unless-aborted.js';
import { checkSession, readServerState, send, sendAndFixInterval, toPollResult, toSession } from './answers.js';
import { type OidcRequestName, toOidcError } from './errors.js';
import { type OidcAdapterOptions, readClientAuthentication, readIssuer, readProfile } from './options.js';
import { secretsOf, subjectOf, toParameters } from './request.js';
import type { OidcProfile, OidcRequest, OidcSession } from './types.js';

export type { OidcAdapterOptions } from './options.js';
export { oidcProfiles } from './profiles.js';
export type { OidcProfile, OidcProfileRefusal, OidcRequest, OidcSession } from './types.js';

const CIBA_GRANT = 'urn:openid:params:grant-type:ciba';

/** A provider may hold a poll for 30 s (CIBA Core 1.0 §10.1.1), so it needs a little more than that. */
const DEFAULT_TIMEOUT_SECONDS = 35;

export interface OidcAdapter extends CibaAdapter<OidcSession> {
  initiate(request: OidcRequest, options: CallOptions): Promise<PendingApproval>;
  /**
   * Revokes a session's tokens (RFC 7009), or does nothing if the provider has no revocation endpoint.
   * @throws CibaError if the provider doesn't revoke them
   */
  revoke(session: OidcSession): Promise<void>;
}

/**
 * Creates an adapter for any OpenID provider that supports CIBA (CIBA Core 1.0, delivery modes poll and ping). It holds
 * the client secret, so it runs on a server: pass it to `createCibaHandler`. Its methods throw `CibaError`, or the
 * signal's own reason when they were aborted.
 *
 * @throws CibaError `misconfigured` if an option is missing or the issuer is http outside loopback
 * @example
 * const adapter = createOidcAdapter({
 *   issuer: 'https://login.example.com',
 *   clientId: 'shop',
 *   clientSecret: process.env['OIDC_CLIENT_SECRET'] ?? '',
 * });
 */
export function createOidcAdapter(options: OidcAdapterOptions): OidcAdapter {
  const issuer = readIssuer(options.issuer);
  const { clientId, timeout = DEFAULT_TIMEOUT_SECONDS } = options;
  const profile = readProfile(options.profile);
  if (!clientId) {
    throw misconfigured(
      'The option `clientId` is empty. Set the ID that the client is registered with at the provider.',
    );
  }
  const clientAuthentication = readClientAuthentication(options);
  const extensions = issuer.protocol === 'http:' ? [allowInsecureRequests] : [];

  let metadata: Promise<ServerMetadata> | undefined;

  /** Fetches the provider's metadata once. A failure isn't kept, so the next call tries again. */
  function discover(): Promise<ServerMetadata> {
    metadata ??= discovery(issuer, clientId, undefined, clientAuthentication, { timeout, execute: extensions })
      .then((configuration) => withEndpoint(configuration.serverMetadata(), profile))
      .catch((caught: unknown) => {
        metadata = undefined;
        throw toOidcError(caught, { requestName: 'discovery', issuer: options.issuer, secrets: [], profile });
      });
    return metadata;
  }

  /** Sends one request. It has its own configuration, to carry a signal that not every function accepts. */
  async function call<T>(
    requestName: OidcRequestName,
    { signal, secrets, request = send }: { signal?: AbortSignal; secrets: string[]; request?: CustomFetch },
    run: (configuration: Configuration) => Promise<T>,
  ): Promise<T> {
    try {
      // All calls share the discovery, so a call's signal ends its wait only.
      const server = await unlessAborted(discover(), signal);
      const configuration = new Configuration(server, clientId, undefined, clientAuthentication);
      configuration.timeout = timeout;
      configuration[customFetch] = (url, init) => request(url, { ...init, signal: either(init.signal, signal) });
      for (const extend of extensions) extend(configuration);
      return await run(configuration);
    } catch (caught) {
      signal?.throwIfAborted();
      throw toOidcError(caught, {
        requestName,
        issuer: options.issuer,
        secrets: [...secrets, options.clientSecret ?? ''],
        profile,
      });
    }
  }

  return {
    async initiate(request, { signal }): Promise<PendingApproval> {
      const secrets = secretsOf(request);
      const { acrValues, maxAge, requestedExpiry = Infinity } = request;
      const subject = subjectOf(request);
      const parameters = toParameters(request, profile, issuer.href);
      const sentAt = Date.now();
      const callOptions = { signal, secrets, request: sendAndFixInterval };
      const answer = await call('authentication request', callOptions, (configuration) => {
        requireBackchannelEndpoint(configuration.serverMetadata(), options.issuer);
        return initiateBackchannelAuthentication(configuration, parameters);
      });
      const expiresIn = profile.expiry?.ignoredInAnswer
        ? Math.min(answer.expires_in, requestedExpiry)
        : answer.expires_in;
      return {
        id: crypto.randomUUID(),
        expiresIn,
        interval: answer.interval ?? DEFAULT_INTERVAL_SECONDS,
        ...(request.bindingMessage !== undefined && { displayCode: request.bindingMessage }),
        resumable: true,
        serverState: {
          authReqId: answer.auth_req_id,
          ...(subject !== undefined && { subject }),
          ...(acrValues !== undefined && { acrValues }),
          ...(maxAge !== undefined && { maxAge }),
          // The provider started counting after this was sent, so the request ends no earlier than this.
          ...(profile.deniedMeansExpiredToo && { deniedUntil: sentAt + expiresIn * 1000 }),
        },
      };
    },

    async poll(pending, { signal }: CallOptions): Promise<PollResult<OidcSession>> {
      const state = readServerState(pending.serverState);
      return call('token request', { signal, secrets: [state.authReqId] }, async (configuration) => {
        try {
          const tokens = await genericGrantRequest(configuration, CIBA_GRANT, { auth_req_id: state.authReqId });
          return { status: 'approved', session: checkSession(toSession(tokens), state) };
        } catch (caught) {
          const result = caught instanceof ResponseBodyError ? toPollResult(caught, pending, state) : undefined;
          if (result) return result;
          throw caught;
        }
      });
    },

    async revoke(session) {
      const tokens = [session.refreshToken, session.accessToken].filter((token) => token !== undefined);
      await call('revocation request', { secrets: tokens }, async (configuration) => {
        if (!configuration.serverMetadata().revocation_endpoint) return;
        for (const token of tokens) await tokenRevocation(configuration, token);
      });
    },
  };
}

/** Some providers don't name their endpoint in the metadata, or do so only on request. */
function withEndpoint(server: ServerMetadata, { endpoint }: OidcProfile): ServerMetadata {
  if (server.backchannel_authentication_endpoint || endpoint === undefined) return server;
  return { ...server, backchannel_authentication_endpoint: endpoint(server.issuer.replace(/\/$/, '')) };
}

function requireBackchannelEndpoint(server: ServerMetadata, issuer: string): void {
  if (server.backchannel_authentication_endpoint) return;
  throw misconfigured(
    `The metadata of ${issuer} has no \`backchannel_authentication_endpoint\`, so there is nowhere to send the request. Enable CIBA at the provider, or set the \`profile\` of this provider.`,
  );
}

function either(one: AbortSignal | undefined, other: AbortSignal | undefined): AbortSignal {
  return AbortSignal.any([one, other].filter((signal) => signal !== undefined));
}
