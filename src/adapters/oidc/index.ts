import {
  allowInsecureRequests,
  type ClientAuth,
  ClientSecretBasic,
  Configuration,
  customFetch,
  type CustomFetch,
  discovery,
  genericGrantRequest,
  type IDToken,
  initiateBackchannelAuthentication,
  ResponseBodyError,
  type ServerMetadata,
  tokenRevocation,
} from 'openid-client';
import {
  type CallOptions,
  type CibaAdapter,
  CibaError,
  type JsonValue,
  type PendingApproval,
  type PollResult,
} from '../../contract/index.js';
import { parseRetryAfter } from '../shared/fetch-text.js';
import { type OidcAct, toOidcError } from './errors.js';
import { type OidcProfile, oidcProfiles } from './profiles.js';
import { type OidcRequest, secretsOf, subjectOf, toParameters } from './request.js';

export { oidcProfiles } from './profiles.js';
export type { OidcProfile, OidcProfileRefusal } from './profiles.js';
export type { OidcRequest } from './request.js';

const CIBA_GRANT = 'urn:openid:params:grant-type:ciba';

/** CIBA Core 1.0 §7.3: what holds where the provider names no interval; §11: what a `slow_down` adds. Seconds. */
const DEFAULT_INTERVAL_SECONDS = 5;
const SLOW_DOWN_STEP_SECONDS = 5;

/** A provider may hold a poll for 30 s (CIBA Core 1.0 §10.1.1), so it must be given a little more. Seconds. */
const DEFAULT_TIMEOUT_SECONDS = 35;

/** Seconds that the clocks of provider and server may differ by. */
const CLOCK_SKEW_SECONDS = 30;

/** What the provider handed over. It belongs on the server: never send it to a browser. */
export interface OidcSession {
  /** The claims of the validated ID token. */
  readonly claims: IDToken;
  readonly accessToken: string;
  readonly idToken: string;
  readonly refreshToken?: string;
  /** When the access token ends: milliseconds since 1970. Absent where the provider does not say. */
  readonly expiresAt?: number;
}

export interface OidcAdapterOptions {
  /** The provider's issuer identifier, as its metadata names it; https, or http on a loopback address. */
  readonly issuer: string;
  readonly clientId: string;
  /**
   * Sent by HTTP Basic (`client_secret_basic`), form-encoded first as RFC 6749 §2.3.1 demands. A provider that does not
   * decode it calls a secret with "-" or "_" wrong: use `clientAuthentication: ClientSecretPost(secret)` there.
   */
  readonly clientSecret?: string;
  /**
   * How the client proves itself, by one of openid-client's functions, such as `PrivateKeyJwt(key)` or
   * `ClientSecretPost(secret)`.
   * @default ClientSecretBasic(clientSecret)
   */
  readonly clientAuthentication?: ClientAuth;
  /** Whose ways the adapter follows: a provider that it knows by name, or a profile of your own. @default 'generic' */
  readonly profile?: keyof typeof oidcProfiles | OidcProfile;
  /** Seconds to wait for one answer. @default 35, since a provider may hold a poll for 30 */
  readonly timeout?: number;
}

export interface OidcAdapter extends CibaAdapter<OidcSession> {
  initiate(request: OidcRequest, options: CallOptions): Promise<PendingApproval>;
  /**
   * Revokes a session's tokens (RFC 7009) where the provider has a revocation endpoint; else does nothing.
   * @throws CibaError when the provider does not carry it out
   */
  revoke(session: OidcSession): Promise<void>;
}

/** What travels from `initiate` to `poll` through the handler's store. */
interface ServerState {
  readonly authReqId: string;
  readonly subject?: string;
  readonly acrValues?: string;
  /** Seconds. */
  readonly maxAge?: number;
  /** Wall-clock milliseconds: what is denied from then on has expired. Only where the provider has one word for both. */
  readonly deniedUntil?: number;
}

/**
 * An adapter for any OpenID provider with CIBA (CIBA Core 1.0, delivery modes poll and ping). It holds the client's secret, so it
 * runs on a server: give it to `createCibaHandler`. Its methods throw `CibaError`, and the signal's own reason when they
 * were aborted.
 *
 * @throws CibaError with code `misconfigured` when an option is missing or the issuer is http outside loopback
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
  if (!clientId)
    throw misconfigured('The option `clientId` is empty. Give the ID that the provider knows the client by.');
  const clientAuthentication = readClientAuthentication(options);
  const extensions = issuer.protocol === 'http:' ? [allowInsecureRequests] : [];

  let metadata: Promise<ServerMetadata> | undefined;

  /** Asks for the provider's metadata once; a failure is forgotten, so that the next call asks again. */
  function discover(): Promise<ServerMetadata> {
    metadata ??= discovery(issuer, clientId, undefined, clientAuthentication, { timeout, execute: extensions })
      .then((configuration) => withEndpoint(configuration.serverMetadata(), profile))
      .catch((caught: unknown) => {
        metadata = undefined;
        throw toOidcError(caught, { act: 'discovery', issuer: options.issuer, secrets: [], profile });
      });
    return metadata;
  }

  /** One request to the provider. A configuration of its own carries the call's signal, which not every function takes. */
  async function call<T>(
    act: OidcAct,
    { signal, secrets, request = send }: { signal?: AbortSignal; secrets: string[]; request?: CustomFetch },
    run: (configuration: Configuration) => Promise<T>,
  ): Promise<T> {
    try {
      const server = await unlessAborted(discover(), signal);
      const configuration = new Configuration(server, clientId, undefined, clientAuthentication);
      configuration.timeout = timeout;
      configuration[customFetch] = (url, init) => request(url, { ...init, signal: either(init.signal, signal) });
      for (const extend of extensions) extend(configuration);
      return await run(configuration);
    } catch (caught) {
      signal?.throwIfAborted();
      throw toOidcError(caught, {
        act,
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
      const answer = await call('authentication request', { signal, secrets, request: fetchAck }, (configuration) => {
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
          // The provider began to count after we sent, so its end is no earlier than this.
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

function misconfigured(message: string, options: { cause?: unknown } = {}): CibaError {
  return new CibaError('misconfigured', message, options);
}

function readIssuer(text: string): URL {
  if (!URL.canParse(text)) {
    throw misconfigured(
      'The option `issuer` is no address. Give it as the provider names it, such as https://login.example.com.',
    );
  }
  const issuer = new URL(text);
  const allowed = issuer.protocol === 'https:' || (issuer.protocol === 'http:' && isLoopback(issuer.hostname));
  if (!allowed) {
    throw misconfigured(
      `The issuer ${issuer.origin} is not https, so tokens and the client secret would travel readable. Use https; http is for loopback addresses alone.`,
    );
  }
  return issuer;
}

function isLoopback(hostname: string): boolean {
  return (
    hostname === 'localhost' ||
    hostname.endsWith('.localhost') ||
    hostname === '[::1]' ||
    /^127(\.\d+){3}$/.test(hostname)
  );
}

function readClientAuthentication({ clientAuthentication, clientSecret }: OidcAdapterOptions): ClientAuth {
  if (clientAuthentication) return clientAuthentication;
  if (clientSecret) return ClientSecretBasic(clientSecret);
  throw misconfigured(
    'There is no client secret. CIBA is for confidential clients: set `clientSecret` (is its environment variable set?) or `clientAuthentication`.',
  );
}

function readProfile(profile: OidcAdapterOptions['profile'] = 'generic'): OidcProfile {
  if (typeof profile !== 'string') return profile;
  if (Object.hasOwn(oidcProfiles, profile)) return oidcProfiles[profile];
  throw misconfigured(
    `There is no profile of that name. Give one of ${Object.keys(oidcProfiles).join(', ')}, or a profile of your own.`,
  );
}

/** Not every provider names its endpoint in its metadata, and some do only when it is asked for. */
function withEndpoint(server: ServerMetadata, { endpoint }: OidcProfile): ServerMetadata {
  if (server.backchannel_authentication_endpoint || endpoint === undefined) return server;
  return { ...server, backchannel_authentication_endpoint: endpoint(server.issuer.replace(/\/$/, '')) };
}

function requireBackchannelEndpoint(server: ServerMetadata, issuer: string): void {
  if (server.backchannel_authentication_endpoint) return;
  throw misconfigured(
    `The metadata of ${issuer} has no backchannel_authentication_endpoint: CIBA is switched off there, or the provider does not have it.`,
  );
}

const send: CustomFetch = (url, { body, ...init }) => fetch(url, { ...init, body: (body ?? null) as BodyInit | null });

/**
 * Some providers send an interval that openid-client rejects as a whole: 0 (PingFederate's default), "5", null. A number
 * in quotes is meant as a number; anything else that is not above 0 falls back to the default, since a loop without a
 * pause would flood the provider.
 */
const fetchAck: CustomFetch = async (url, init) => {
  const response = await send(url, init);
  if (!response.ok) return response;
  const text = await response.text();
  return new Response(mendInterval(text), { status: response.status, headers: response.headers });
};

function mendInterval(text: string): string {
  try {
    const { interval, ...ack } = JSON.parse(text) as { interval?: unknown };
    const seconds = Number(interval);
    return JSON.stringify(seconds > 0 && Number.isFinite(seconds) ? { ...ack, interval: seconds } : ack);
  } catch {
    return text; // not JSON: openid-client says so
  }
}

function toPollResult(
  { error, cause, response }: ResponseBodyError,
  pending: PendingApproval,
  { deniedUntil = Infinity }: ServerState,
): PollResult<OidcSession> | undefined {
  switch (error) {
    case 'access_denied':
      return { status: Date.now() < deniedUntil ? 'denied' : 'expired' };
    // Some providers forget a request soon after its end and then answer invalid_grant, as they do for a redeemed one.
    case 'expired_token':
    case 'invalid_grant':
      return { status: 'expired' };
    case 'authorization_pending':
    case 'slow_down': {
      const least = error === 'slow_down' ? pending.interval + SLOW_DOWN_STEP_SECONDS : pending.interval;
      const interval = Math.max(least, readInterval(cause));
      const retryAfter = parseRetryAfter(response.headers);
      return {
        status: 'pending',
        ...(interval > pending.interval && { interval }),
        ...(retryAfter !== undefined && { retryAfter }),
      };
    }
    default:
      return undefined;
  }
}

/** Auth0 names the new interval in the body of a `slow_down`. */
function readInterval({ interval }: ResponseBodyError['cause']): number {
  return typeof interval === 'number' ? interval : 0;
}

function readServerState(state: JsonValue | undefined): ServerState {
  if (typeof state === 'object' && state !== null && 'authReqId' in state && typeof state.authReqId === 'string') {
    return state as unknown as ServerState;
  }
  throw misconfigured(
    'The request has no `serverState` of this adapter. Hand `poll` what `initiate` returned, and let the store keep all of it.',
  );
}

type Tokens = Awaited<ReturnType<typeof genericGrantRequest>>;

function toSession(tokens: Tokens): OidcSession {
  const claims = tokens.claims();
  if (!claims || tokens.id_token === undefined) {
    throw new CibaError(
      'badResponse',
      'The provider approved the request and sent no ID token, so it is not known who approved. Check that the client may use the scope "openid".',
      { retryable: false },
    );
  }
  return {
    claims,
    accessToken: tokens.access_token,
    idToken: tokens.id_token,
    ...(tokens.refresh_token !== undefined && { refreshToken: tokens.refresh_token }),
    ...(tokens.expires_in !== undefined && { expiresAt: Date.now() + tokens.expires_in * 1000 }),
  };
}

/** Who approved, and how, is what the ID token says, not what was typed (CIBA Core 1.0 §14). */
function checkSession(session: OidcSession, { subject, acrValues, maxAge }: ServerState): OidcSession {
  const { sub, acr, auth_time: authTime } = session.claims;
  if (subject !== undefined && sub !== subject) {
    throw new CibaError('refused', 'Somebody else approved than the user who was asked. The approval does not count.');
  }
  if (acrValues !== undefined && !(typeof acr === 'string' && acrValues.split(' ').includes(acr))) {
    throw new CibaError(
      'refused',
      'The approval did not reach one of the levels that were asked for (acr_values). Check what the provider puts into `acr`.',
    );
  }
  if (
    maxAge !== undefined &&
    !(typeof authTime === 'number' && Date.now() / 1000 - authTime <= maxAge + CLOCK_SKEW_SECONDS)
  ) {
    throw new CibaError(
      'refused',
      `The user authenticated more than ${maxAge} s ago (\`maxAge\`), or the ID token does not say when. Check that the provider puts \`auth_time\` into it.`,
    );
  }
  return session;
}

function either(one: AbortSignal | undefined, other: AbortSignal | undefined): AbortSignal {
  return AbortSignal.any([one, other].filter((signal) => signal !== undefined));
}

/** Discovery is shared between calls, so a call's signal ends the waiting for it and not the discovery. */
function unlessAborted<T>(promise: Promise<T>, signal: AbortSignal | undefined): Promise<T> {
  if (!signal) return promise;
  return new Promise((resolve, reject) => {
    const abort = () => reject(signal.reason as Error);
    if (signal.aborted) abort();
    else signal.addEventListener('abort', abort, { once: true });
    promise.then(resolve, reject).finally(() => signal.removeEventListener('abort', abort));
  });
}
