import { genericGrantRequest, initiateBackchannelAuthentication, None, tokenRevocation } from 'openid-client';
import type { ServerMetadata } from 'openid-client';
import { toCibaError } from '../../contract/index.js';
import type { CibaError, PendingApproval } from '../../contract/index.js';
import { toPollResult } from './answers.js';
import { createOidcClient } from './client.js';
import type { OidcClient } from './client.js';
import { clockAdvice } from './errors.js';
import { CIBA_GRANT, findGaps, requireCiba } from './metadata.js';
import type { OidcAdapterOptions } from './options.js';
import type { OidcProfile } from './types.js';
import type { Exchange, ProviderAnswer } from './wire.js';

/** One thing that was checked. */
export interface OidcCheck {
  /** `ok`: it works. `problem`: no login can succeed. `warning`: some logins can't. `note`: good to know. */
  readonly level: 'ok' | 'problem' | 'warning' | 'note';
  readonly subject: 'metadata' | 'client' | 'start' | 'poll' | 'revocation' | 'clock' | 'levels' | 'details';
  /** What was found, and what to change. */
  readonly text: string;
  /** The page to read, below docs/. */
  readonly doc: string;
}

export interface OidcCheckOptions extends OidcAdapterOptions {
  /** Whether the handler has `ping: true`. @default false */
  readonly ping?: boolean;
  /** The levels that logins will ask for. */
  readonly acrValues?: string;
}

/** A request ID and a token that belong to no one. They look like real ones, but contain no secret. */
const MADE_UP = 'react-ciba-check-0123456789-abcdefghijklmnopqrstuvwxyz';

/**
 * Finds out what of a login works at a provider, without a request to any user. It reads the metadata, starts a request that
 * names no user, polls for a request that doesn't exist, and revokes a token that doesn't exist. Each of them shows whether
 * the client is accepted. Without a secret or `clientAuthentication`, only the metadata is read.
 *
 * @throws CibaError `misconfigured` for options that `createOidcAdapter` refuses
 */
export async function checkProvider(options: OidcCheckOptions): Promise<readonly OidcCheck[]> {
  const canAuthenticate = Boolean(options.clientSecret ?? options.clientAuthentication);
  const client = createOidcClient(canAuthenticate ? options : { ...options, clientAuthentication: None() });
  const checks: OidcCheck[] = [];
  let server: ServerMetadata;
  try {
    server = await client.call({ requestName: 'discovery', secrets: [] }, async (_configuration, metadata) => metadata);
    requireCiba(server);
  } catch (caught) {
    return [problem('metadata', toCibaError(caught))];
  }
  checks.push({
    level: 'ok',
    subject: 'metadata',
    text: `The metadata names every endpoint that a login needs (start: ${server.backchannel_authentication_endpoint}, polls: ${server.token_endpoint}).`,
    doc: 'providers.md#metadata',
  });
  checks.push(...checkCapabilities(server, client, options, canAuthenticate));
  if (!canAuthenticate) {
    checks.push({
      level: 'note',
      subject: 'client',
      text: 'The credentials were not tried, because there are none. Set the client secret in the environment to try them.',
      doc: 'providers.md#client-authentication',
    });
    return checks;
  }
  const exchange: Exchange = {};
  const poll = await tryPoll(client, exchange);
  checks.push(poll);
  if (exchange.answer) checks.push(checkClock(exchange.answer));
  // With wrong credentials, the other requests would only say the same.
  if (poll.level === 'problem' && poll.subject === 'client') return checks;
  checks.push(await tryStart(client, options.ping ?? false));
  if (server.revocation_endpoint) checks.push(await tryRevocation(client));
  return checks;
}

const problem = (
  subject: OidcCheck['subject'],
  { code, message }: CibaError,
  doc = `errors/${code}.md`,
): OidcCheck => ({
  level: 'problem',
  subject,
  text: message,
  doc,
});

const CLIENT_DOC = 'providers.md#client-authentication';

function checkCapabilities(
  server: ServerMetadata,
  { profile, usesBasic, requestObjectAlg }: OidcClient,
  { ping = false, acrValues }: OidcCheckOptions,
  canAuthenticate: boolean,
): OidcCheck[] {
  const request = {
    loginHint: '',
    ...(acrValues !== undefined && { acrValues }),
    ...(ping && { notificationToken: MADE_UP }),
  };
  const gaps = findGaps(server, { profile, usesBasic: usesBasic && canAuthenticate, requestObjectAlg, request });
  return [
    ...gaps.map(({ topic, problem: text }): OidcCheck => ({
      level: 'warning',
      subject: topic === 'levels' ? 'levels' : 'metadata',
      text,
      doc: `providers.md#${topic}`,
    })),
    ...notesOn(profile, acrValues),
  ];
}

function notesOn({ name, onlyAcr, returnsDetails }: OidcProfile, acrValues: string | undefined): OidcCheck[] {
  const notes: OidcCheck[] = [];
  if (onlyAcr !== undefined && acrValues === undefined) {
    const text = `${name} reaches the level "${onlyAcr}" only through CIBA, whatever \`acrValues\` asks for.`;
    notes.push({ level: 'note', subject: 'levels', text, doc: 'providers.md#levels' });
  }
  if (returnsDetails === false) {
    const text = `${name} doesn't return the granted \`authorization_details\`, so they aren't compared with what was asked for.`;
    notes.push({ level: 'note', subject: 'details', text, doc: 'providers.md#details' });
  }
  return notes;
}

function checkClock(answer: ProviderAnswer): OidcCheck {
  const advice = clockAdvice(answer);
  return advice
    ? { level: 'warning', subject: 'clock', text: advice.trim(), doc: 'providers.md#clock' }
    : { level: 'ok', subject: 'clock', text: 'No difference between the clocks was seen.', doc: 'providers.md#clock' };
}

/** Polls for a request that doesn't exist. A provider checks the client first, and then refuses the ID. */
async function tryPoll(client: OidcClient, exchange: Exchange): Promise<OidcCheck> {
  const pending: PendingApproval = { id: MADE_UP, expiresIn: 60, interval: 5, resumable: false };
  try {
    await client.call({ requestName: 'token request', secrets: [], exchange }, async (configuration) => {
      try {
        await genericGrantRequest(configuration, CIBA_GRANT, { auth_req_id: MADE_UP });
      } catch (caught) {
        if (!exchange.answer || !toPollResult(exchange.answer, pending, { authReqId: MADE_UP }, client.profile)) {
          throw caught;
        }
      }
    });
  } catch (caught) {
    const name = exchange.answer?.error?.name;
    const error = toCibaError(caught);
    // Some providers call a made-up ID a malformed request, or a request of another client.
    const isAboutTheId = name === 'invalid_request' || name === 'invalid_grant';
    if (!isAboutTheId) return problem(rejectsClient(exchange) ? 'client' : 'poll', error, docOf(exchange, error));
  }
  return {
    level: 'ok',
    subject: 'client',
    text: 'The provider accepts the credentials of this client.',
    doc: CLIENT_DOC,
  };
}

/** Whether the answer rejects the credentials, and not what was asked for. */
function rejectsClient({ answer }: Exchange): boolean {
  const name = answer?.error?.name;
  // Keycloak also answers 401 if the grant is off.
  return name === 'invalid_client' || (answer?.status === 401 && name !== 'invalid_grant');
}

const docOf = (exchange: Exchange, { code }: CibaError) => (rejectsClient(exchange) ? CLIENT_DOC : `errors/${code}.md`);

/** Starts a request without a hint: it names no user, so the provider must refuse it and can't send a push. */
async function tryStart(client: OidcClient, ping: boolean): Promise<OidcCheck> {
  const exchange: Exchange = {};
  const parameters = { scope: 'openid', ...(ping && { client_notification_token: MADE_UP }) };
  try {
    await client.call({ requestName: 'authentication request', secrets: [], exchange }, async (configuration, server) =>
      initiateBackchannelAuthentication(configuration, await client.prepareStart(parameters, server)),
    );
  } catch (caught) {
    const error = toCibaError(caught);
    const isAboutTheHint = error.maybeHint === true || error.code === 'unknownUser' || error.code === 'refused';
    if (!isAboutTheHint) return problem('start', error, docOf(exchange, error));
    const text = 'The provider takes requests of this client: it refuses one that names no user, as it should.';
    return { level: 'ok', subject: 'start', text, doc: 'providers.md#check-your-provider' };
  }
  return {
    level: 'warning',
    subject: 'start',
    text: 'The provider accepted a request that names no user, which CIBA Core 1.0 §7.2 forbids. Check its settings.',
    doc: 'providers.md#check-your-provider',
  };
}

async function tryRevocation(client: OidcClient): Promise<OidcCheck> {
  const exchange: Exchange = {};
  try {
    await client.call({ requestName: 'revocation request', secrets: [], exchange }, (configuration) =>
      tokenRevocation(configuration, MADE_UP),
    );
  } catch (caught) {
    const name = exchange.answer?.error?.name;
    // RFC 7009 §2.2 wants 200 for a token that doesn't exist, but some providers call it invalid.
    if (name !== 'invalid_token' && name !== 'unsupported_token_type' && name !== 'invalid_request') {
      const error = toCibaError(caught);
      return { ...problem('revocation', error, docOf(exchange, error)), level: 'warning' };
    }
  }
  return {
    level: 'ok',
    subject: 'revocation',
    text: 'The provider revokes tokens of this client.',
    doc: 'providers.md#metadata',
  };
}
