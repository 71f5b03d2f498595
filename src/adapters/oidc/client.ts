import { allowInsecureRequests, Configuration, customFetch, discovery, enableDecryptingResponses } from 'openid-client';
import type { ClientAuth, ServerMetadata } from 'openid-client';
import { changeError } from '../../contract/change-error.js';
import { CibaError, isCibaError, toCibaError } from '../../contract/index.js';
import type { CallOptions, LogoutNotice } from '../../contract/index.js';
import { misconfigured } from '../../contract/errors.js';
import { isHttpsOrLoopback } from '../../contract/loopback.js';
import { readJwtAlgorithm } from '../shared/jwt.js';
import { unlessAborted } from '../../contract/unless-aborted.js';
import { createDpop, requireBoundToken } from './dpop.js';
import type { Dpop } from './dpop.js';
import { toOidcError } from './errors.js';
import type { OidcRequestName } from './errors.js';
import { readSecurity, requireFapi, requireFapiAuthentication, requireFapiMetadata } from './fapi.js';
import { createKeyCache, decryptIdToken, checkIdToken, checkSignature, isSignedByProvider } from './id-token.js';
import type { KeySet } from './id-token.js';
import { checkLogoutClaims } from './logout-token.js';
import { createMetadataCache, withAliases, withEndpoint } from './metadata.js';
import { readClientAuthentication, readIssuer, readProfile } from './options.js';
import type { OidcAdapterOptions } from './options.js';
import { readRequestObject, toForm } from './request-object.js';
import type { RequestValues } from './request-object.js';
import type { OidcProfile, OidcSession } from './types.js';
import { recordingFetch } from './wire.js';
import type { Correction, Exchange, OidcFetch } from './wire.js';

/** A provider may hold a poll for 30 s (CIBA Core 1.0 §10.1.1), so it needs a little more than that. */
const DEFAULT_TIMEOUT_SECONDS = 35;

/** Milliseconds before forged logout tokens have the keys fetched again. Anyone can send one. */
const LOGOUT_KEYS_PAUSE_MS = 30_000;

/** Milliseconds after which a token's key must be among the keys that are fetched, although clocks and caches differ. */
const KEY_PUBLICATION_MS = 60_000;

/** One request to the provider. */
export interface OidcClientCall {
  readonly requestName: OidcRequestName;
  readonly signal?: AbortSignal | undefined;
  /** Values that no error message may hold. */
  readonly secrets: readonly string[];
  /** @default the answer is passed on as it is */
  readonly correct?: Correction;
  readonly onWarning?: CallOptions['onWarning'];
  /** Filled with what happened, for callers that look at the answer themselves. */
  readonly exchange?: Exchange;
}

export interface OidcClient {
  readonly issuer: URL;
  readonly profile: OidcProfile;
  /** Whether the client authenticates by HTTP Basic. */
  readonly usesBasic: boolean;
  /** Whether FAPI-CIBA applies. */
  readonly fapi: boolean;
  /** The algorithm of request objects, if they are signed. */
  readonly requestObjectAlg: string | undefined;
  /**
   * Makes the form of an authentication request, signed if the options say so. Everything that can fail before the request is
   * sent fails here.
   */
  prepareStart(values: RequestValues, server: ServerMetadata, signal?: AbortSignal): Promise<URLSearchParams>;
  /**
   * Fetches the provider's keys, unless they are known or not needed. Keys that can't be fetched later would lose an approval.
   * @throws CibaError if they can't be fetched
   */
  prepareKeys(server: ServerMetadata, signal?: AbortSignal): Promise<void>;
  /** The proofs of bound tokens, if the options have a key for them. */
  readonly dpop: Dpop | undefined;
  /**
   * Decrypts and checks the ID token of a session.
   * @throws CibaError if it isn't this login's
   */
  checkSession(
    session: OidcSession,
    question: { readonly authReqId: string; readonly headers: Headers; readonly server: ServerMetadata },
  ): Promise<OidcSession>;
  /**
   * Decrypts and checks the ID token that came with a refresh, if one did.
   * @throws CibaError if it isn't this session's
   */
  checkRefreshed(
    session: OidcSession,
    before: OidcSession,
    question: { readonly headers: Headers; readonly server: ServerMetadata },
  ): Promise<OidcSession>;
  /**
   * Validates a logout token.
   * @throws CibaError `refused` if it is invalid; another one if the keys can't be fetched
   */
  readLogoutToken(token: string, signal: AbortSignal | undefined): Promise<LogoutNotice>;
  /** The provider's metadata. @throws CibaError if there is none yet */
  readMetadata(signal: AbortSignal | undefined): Promise<ServerMetadata>;
  /**
   * Sends one request.
   * @throws CibaError for every error; the signal's own reason when it was aborted
   */
  call<T>(call: OidcClientCall, run: (configuration: Configuration, server: ServerMetadata) => Promise<T>): Promise<T>;
  /** Says each thing once, to the first caller that listens. */
  warn(problem: string, onWarning: CallOptions['onWarning']): void;
}

/**
 * Connects to one provider as one client.
 * @throws CibaError `misconfigured` if an option is missing or the issuer is http outside loopback
 */
export function createOidcClient(options: OidcAdapterOptions): OidcClient {
  const issuer = readIssuer(options.issuer);
  const { clientId, timeout = DEFAULT_TIMEOUT_SECONDS } = options;
  const { provider, fapi } = readSecurity(options.profile);
  const profile = readProfile(provider);
  if (!clientId) {
    throw misconfigured(
      'The option `clientId` is empty. Set the ID that the client is registered with at the provider.',
    );
  }
  if (fapi) requireFapi(options);
  const authenticate = readClientAuthentication(options);
  const clientAuthentication = fapi ? (requireFapiAuthentication(authenticate) as ClientAuth) : authenticate;
  const requestObject = options.requestObject && readRequestObject(options.requestObject, clientId);
  const { alg = fapi ? 'PS256' : undefined, verifySignature = fapi, decryptionKey } = options.idToken ?? {};
  const clientMetadata = alg === undefined ? undefined : { id_token_signed_response_alg: alg };
  const keys = createKeyCache();
  const dpop = options.dpopKey && createDpop(options.dpopKey);
  const usesBasic = options.clientAuthentication === undefined;
  const extensions = issuer.protocol === 'http:' ? [allowInsecureRequests] : [];
  const send: OidcFetch = options.fetch ?? ((url, init) => fetch(url, init));
  const metadata = createMetadataCache(options.issuer, fetchMetadata);
  const told = new Set<string>();

  const describe = (requestName: OidcRequestName, exchange: Exchange, secrets: readonly string[] = []) => ({
    requestName,
    exchange,
    issuer: options.issuer,
    secrets: [...secrets, options.clientSecret ?? ''],
    profile,
    oddCredentials: findOddCredentials(options),
  });

  const warn: OidcClient['warn'] = (problem, onWarning) => {
    if (!onWarning || told.has(problem)) return;
    told.add(problem);
    onWarning(problem);
  };

  async function fetchMetadata(): Promise<ServerMetadata> {
    const exchange: Exchange = {};
    try {
      const configuration = await discovery(issuer, clientId, undefined, clientAuthentication, {
        timeout,
        execute: extensions,
        [customFetch]: recordingFetch(send, exchange, (json) => ({ ...json })),
      });
      const named = withEndpoint(configuration.serverMetadata(), profile);
      const server = (options.mtls ?? fapi) ? withAliases(named) : named;
      if (fapi) requireFapiMetadata(server);
      return server;
    } catch (caught) {
      throw toOidcError(caught, describe('discovery', exchange));
    }
  }

  /** All calls share the metadata, so a call's signal ends its wait only. */
  const readMetadata = (signal: AbortSignal | undefined, onWarning?: CallOptions['onWarning']) =>
    unlessAborted(
      metadata.read((problem) => warn(problem, onWarning)),
      signal,
    );

  /** Sends one request. It has its own configuration, to carry a signal that not every function accepts. */
  async function call<T>(
    { requestName, signal, secrets, correct = (json) => ({ ...json }), onWarning, exchange = {} }: OidcClientCall,
    run: (configuration: Configuration, server: ServerMetadata) => Promise<T>,
  ): Promise<T> {
    const server = await readMetadata(signal, onWarning).catch((caught: unknown) => {
      // A login that waits must not end because its process can't read the metadata at the moment.
      throw requestName === 'token request' ? withRetryable(caught, true) : caught;
    });
    try {
      const configuration = new Configuration(server, clientId, clientMetadata, clientAuthentication);
      if (decryptionKey) enableDecryptingResponses(configuration, undefined, decryptionKey);
      configuration.timeout = timeout;
      const record = recordingFetch(send, exchange, correct);
      configuration[customFetch] = (url, init) => record(url, { ...init, signal: either(init.signal, signal) });
      for (const extend of extensions) extend(configuration);
      return await run(configuration, server);
    } catch (caught) {
      signal?.throwIfAborted();
      const error = toOidcError(caught, describe(requestName, exchange, secrets));
      if (mayBeOutdated(error)) metadata.suspect();
      throw error;
    }
  }

  /** Fetches the provider's keys. No call's signal ends it, since calls share it. */
  async function fetchKeys({ jwks_uri: address }: ServerMetadata): Promise<KeySet> {
    const exchange: Exchange = {};
    if (!address || !URL.canParse(address) || !isHttpsOrLoopback(new URL(address))) {
      throw misconfigured(
        `The metadata of ${options.issuer} names no https \`jwks_uri\`, so no ID token's signature can be checked. Correct it in the settings of the provider.`,
      );
    }
    try {
      await recordingFetch(send, exchange, (json) => ({ ...json }))(address, {
        method: 'GET',
        headers: { accept: 'application/json' },
        body: undefined,
        redirect: 'manual',
        signal: AbortSignal.timeout(timeout * 1000),
      });
      const { keys: list } = exchange.answer?.json ?? {};
      if (exchange.answer?.status !== 200 || !Array.isArray(list)) throw new TypeError('The keys are no list.');
      return { keys: list.filter((key) => typeof key === 'object' && key !== null) };
    } catch (caught) {
      throw toOidcError(caught, describe('keys request', exchange));
    }
  }

  const prepareKeys: OidcClient['prepareKeys'] = async (server, signal) => {
    if (!verifySignature) return;
    await unlessAborted(
      keys.read(() => fetchKeys(server)),
      signal,
    );
  };

  const prepareStart: OidcClient['prepareStart'] = async (values, server, signal) => {
    await prepareKeys(server, signal);
    if (!requestObject) return toForm(values);
    const request = await unlessAborted(requestObject.create(values, server.issuer), signal);
    return toForm({ request });
  };

  const checkSession: OidcClient['checkSession'] = async (received, { server, authReqId, headers }) => {
    const session = decryptionKey
      ? { ...received, idToken: await decryptIdToken(received.idToken, decryptionKey) }
      : received;
    const question = { session, clientId, authReqId, headers };
    if (verifySignature) await checkSignature(question, keys, () => fetchKeys(server));
    await checkIdToken(question);
    if (dpop) requireBoundToken(session);
    return session;
  };

  const checkRefreshed: OidcClient['checkRefreshed'] = async (received, before, { server, headers }) => {
    if (dpop) requireBoundToken(received);
    if (received.idToken === before.idToken) return received;
    if (received.claims.sub !== before.claims.sub) {
      throw new CibaError('refused', 'The provider answered a refresh with the tokens of another user (`sub`).');
    }
    const { idToken, claims } = before;
    const session = decryptionKey
      ? { ...received, idToken: await decryptIdToken(received.idToken, decryptionKey) }
      : received;
    const question = { session, clientId, headers };
    try {
      if (verifySignature) await checkSignature(question, keys, () => fetchKeys(server));
    } catch (caught) {
      // The access token came from the provider itself. An ID token that can't be checked now is not needed.
      if (toCibaError(caught).retryable) return { ...received, idToken, claims };
      throw caught;
    }
    await checkIdToken(question);
    return session;
  };

  const readLogoutToken: OidcClient['readLogoutToken'] = async (received, signal) => {
    const receivedAt = Date.now();
    const server = await readMetadata(signal);
    const token = decryptionKey
      ? await decryptIdToken(received, decryptionKey).catch(() => {
          throw new CibaError('refused', 'The logout token is encrypted for another key, so no session was ended.');
        })
      : received;
    // Claims are cheap to check. Keys are fetched only for a token that could be the provider's.
    const notice = checkLogoutClaims(token, { issuer: server.issuer, clientId });
    const hasWrongAlg = alg !== undefined && readJwtAlgorithm(token) !== alg;
    const isSigned =
      !hasWrongAlg &&
      (await unlessAborted(
        isSignedByProvider(
          token,
          keys,
          () => fetchKeys(server),
          (fetchedAt) => mayFetchKeys(fetchedAt, receivedAt, notice),
        ),
        signal,
      ));
    if (isSigned) return notice;
    throw new CibaError(
      'refused',
      "The logout token isn't signed by a key of the provider (`jwks_uri`), or with another algorithm than ID tokens, so no session was ended.",
    );
  };

  return {
    issuer,
    profile,
    usesBasic,
    fapi,
    requestObjectAlg: requestObject?.alg,
    dpop,
    call,
    prepareStart,
    prepareKeys,
    checkSession,
    checkRefreshed,
    readLogoutToken,
    readMetadata,
    warn,
  };
}

/**
 * Whether the keys are fetched again for a logout token that came at `receivedAt` and that none of them signed.
 * @throws CibaError `unavailable` if they were fetched a moment ago, but the provider may have changed them since: it sends no
 * logout token twice, so this one has to be validated later
 */
function mayFetchKeys(fetchedAt: number, receivedAt: number, { issuedAt }: LogoutNotice): boolean {
  if (fetchedAt >= receivedAt || fetchedAt > issuedAt + KEY_PUBLICATION_MS) return false;
  const waitMs = fetchedAt + LOGOUT_KEYS_PAUSE_MS - receivedAt;
  if (waitMs <= 0) return true;
  throw new CibaError(
    'unavailable',
    "The logout token isn't signed by a known key of the provider, and the keys were fetched a moment ago. It is validated again later.",
    { retryAfter: Math.ceil(waitMs / 1000) },
  );
}

/** Whether the provider may have moved its endpoints or changed its issuer since its metadata was fetched. */
function mayBeOutdated({ code, maybeHint }: CibaError): boolean {
  return code === 'network' || code === 'badResponse' || (code === 'misconfigured' && !maybeHint);
}

/** The same error with another `retryable`. Anything else that was thrown stays as it is. */
export function withRetryable(caught: unknown, retryable: boolean): unknown {
  return isCibaError(caught) && caught.retryable !== retryable ? changeError(caught, { retryable }) : caught;
}

/** A secret that comes from a file often ends with a line break. */
function findOddCredentials({ clientId, clientSecret = '' }: OidcAdapterOptions): string | undefined {
  const odd = Object.entries({ clientId, clientSecret }).filter(([, value]) => value !== value.trim());
  const names = odd.map(([name]) => `\`${name}\``).join(' and ');
  return names === '' ? undefined : ` There is a space or a line break at an end of ${names}: remove it.`;
}

function either(one: AbortSignal | undefined, other: AbortSignal | undefined): AbortSignal {
  return AbortSignal.any([one, other].filter((signal) => signal !== undefined));
}
