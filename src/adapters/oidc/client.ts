import { allowInsecureRequests, Configuration, customFetch, discovery, type ServerMetadata } from 'openid-client';
import type { CallOptions, CibaError } from '../../contract/index.js';
import { misconfigured } from '../../contract/errors.js';
import { unlessAborted } from '../shared/unless-aborted.js';
import { type OidcRequestName, toOidcError } from './errors.js';
import { createMetadataCache, withEndpoint } from './metadata.js';
import { type OidcAdapterOptions, readClientAuthentication, readIssuer, readProfile } from './options.js';
import type { OidcProfile } from './types.js';
import { type Correction, type Exchange, type OidcFetch, recordingFetch } from './wire.js';

/** A provider may hold a poll for 30 s (CIBA Core 1.0 §10.1.1), so it needs a little more than that. */
const DEFAULT_TIMEOUT_SECONDS = 35;

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
  const profile = readProfile(options.profile);
  if (!clientId) {
    throw misconfigured(
      'The option `clientId` is empty. Set the ID that the client is registered with at the provider.',
    );
  }
  const clientAuthentication = readClientAuthentication(options);
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
      return withEndpoint(configuration.serverMetadata(), profile);
    } catch (caught) {
      throw toOidcError(caught, describe('discovery', exchange));
    }
  }

  /** Sends one request. It has its own configuration, to carry a signal that not every function accepts. */
  async function call<T>(
    { requestName, signal, secrets, correct = (json) => ({ ...json }), onWarning, exchange = {} }: OidcClientCall,
    run: (configuration: Configuration, server: ServerMetadata) => Promise<T>,
  ): Promise<T> {
    // All calls share the metadata, so a call's signal ends its wait only.
    const server = await unlessAborted(
      metadata.read((problem) => warn(problem, onWarning)),
      signal,
    );
    try {
      const configuration = new Configuration(server, clientId, undefined, clientAuthentication);
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

  return { issuer, profile, usesBasic, call, warn };
}

/** Whether the provider may have moved its endpoints or changed its issuer since its metadata was fetched. */
function mayBeOutdated({ code, maybeHint }: CibaError): boolean {
  return code === 'network' || code === 'badResponse' || (code === 'misconfigured' && !maybeHint);
}

function either(one: AbortSignal | undefined, other: AbortSignal | undefined): AbortSignal {
  return AbortSignal.any([one, other].filter((signal) => signal !== undefined));
}
