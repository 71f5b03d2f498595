import { createHash } from 'node:crypto';
import { createRemoteJWKSet, decodeJwt, errors, jwtVerify } from 'jose';
import type { JWTPayload } from 'jose';
import { misconfigured } from '../../contract/errors.js';
import type { JsonValue } from '../../contract/index.js';
import { isHttpsOrLoopback } from '../../contract/loopback.js';
import { jsonResponse, readText } from '../../server/http/body-and-response.js';
import { hash } from '../../server/secrets.js';
import { inboxRepeatKey } from '../../server/store/keys.js';
import { keptSeconds } from '../server/ask.js';
import type { AskRecord } from '../server/ask-record.js';
import { registerChannel } from '../server/channels.js';
import type { InboxContext, Told } from '../server/context.js';
import type { InboxChannel } from '../server/options.js';
import { receiveAsk } from '../server/receive.js';
import { canonicalJson } from '../server/text.js';

export interface KeycloakChannelOptions {
  /** The issuers of the realms, such as `https://sso.example.com/realms/shop`. Keycloak has one channel for all realms. */
  readonly issuer: string | readonly string[];
  /** Algorithms of the realms' keys. @default RS256, PS256 and ES256 */
  readonly algorithms?: readonly string[];
  /** The clients that may ask, by their client ID, and the name on the card. All others are refused. */
  readonly clients: Readonly<Record<string, string>>;
  /** Takes the number out of the binding message. @default the whole message, if it is 4 to 8 digits */
  readonly number?: (message: string) => string | null;
  /** Sends requests to Keycloak. @default the global `fetch` */
  readonly fetch?: typeof fetch;
}

/** Largest body of Keycloak that is read, in bytes. */
const MAX_BODY_BYTES = 16_384;
/** Seconds in which Keycloak has to take the answer. */
const CALL_TIMEOUT_SECONDS = 5;
/** Seconds by which the clocks of Keycloak and this server may differ. */
const CLOCK_SKEW_SECONDS = 5;
/** Errors of connections that were never made, so that nothing can have arrived. */
const NEVER_CONNECTED = /^(?:ECONNREFUSED|ENOTFOUND|EAI_AGAIN|EHOSTUNREACH|ENETUNREACH|UND_ERR_CONNECT_TIMEOUT)$/;

class Refused extends Error {
  constructor(
    readonly status: 401 | 403 | 409 | 413 | 503,
    readonly reason: string,
  ) {
    super(reason);
  }
}

/** What Keycloak signed. */
interface Caller {
  readonly issuer: string;
  readonly sub: string;
  readonly clientId: string;
  readonly jti: string;
  readonly expiresAtSeconds: number;
}

/**
 * Takes the requests of Keycloak's CIBA, and answers them. Set Keycloak's channel URI to `origin` + `basePath` +
 * `/channel/keycloak`.
 *
 * @throws CibaError `misconfigured` for an issuer that is no https URL, or no client
 * @example
 * const channel = keycloakChannel({
 *   issuer: 'https://sso.example.com/realms/shop',
 *   clients: { shop: 'Example Shop' },
 * });
 */
export function keycloakChannel(options: KeycloakChannelOptions): InboxChannel {
  const issuers = typeof options.issuer === 'string' ? [options.issuer] : options.issuer;
  const clients = new Map(Object.entries(options.clients));
  const algorithms = [...(options.algorithms ?? ['RS256', 'PS256', 'ES256'])];
  const send = options.fetch ?? fetch;
  if (issuers.length === 0 || !issuers.every((issuer) => URL.canParse(issuer) && isHttpsOrLoopback(new URL(issuer)))) {
    throw misconfigured('keycloakChannel needs `issuer`, the https address of a realm or a list of them.');
  }
  if (clients.size === 0) {
    throw misconfigured('keycloakChannel needs `clients`, the names of the clients that may ask, by their client ID.');
  }
  if (algorithms.some((algorithm) => !/^(?:RS|PS|ES)(?:256|384|512)$|^(?:EdDSA|Ed25519)$/.test(algorithm))) {
    throw misconfigured('The `algorithms` of keycloakChannel must be asymmetric signature algorithms, such as RS256.');
  }
  const keys = new Map(
    issuers.map((issuer) => [
      issuer,
      createRemoteJWKSet(new URL(`${issuer}/protocol/openid-connect/certs`), {
        timeoutDuration: 3000,
        cooldownDuration: 1000,
      }),
    ]),
  );
  const numberOf = options.number ?? ((message: string) => (/^\d{4,8}$/.test(message) ? message : null));

  async function verify(bearer: string, now: number): Promise<Caller> {
    let payload: JWTPayload;
    try {
      const { iss } = decodeJwt(bearer);
      const jwks = keys.get(iss ?? '');
      if (!iss || !jwks) throw new Refused(401, 'issuer');
      // The audience is the issuer itself. Access and ID tokens of the realm have the same key, but not this audience.
      ({ payload } = await jwtVerify(bearer, jwks, {
        issuer: iss,
        audience: iss,
        algorithms,
        currentDate: new Date(now),
        clockTolerance: CLOCK_SKEW_SECONDS,
        requiredClaims: ['exp', 'jti', 'sub', 'azp'],
      }));
    } catch (caught) {
      if (caught instanceof Refused) throw caught;
      // Neither an outage of Keycloak nor a key that was just replaced makes a call a forgery.
      if (caught instanceof errors.JWKSTimeout || caught instanceof errors.JWKSNoMatchingKey)
        throw new Refused(503, 'keys');
      if (caught instanceof errors.JOSEError && caught.code !== 'ERR_JOSE_GENERIC') throw new Refused(401, 'token');
      throw new Refused(503, 'keys');
    }
    const { iss, aud, sub, azp, jti, exp, typ } = payload;
    // Only a channel's bearer has neither a session nor a scope.
    if ('sid' in payload || 'scope' in payload || 'session_state' in payload || typ !== 'Bearer' || aud !== iss) {
      throw new Refused(401, 'kind');
    }
    if (typeof iss !== 'string' || typeof sub !== 'string' || typeof jti !== 'string' || typeof azp !== 'string') {
      throw new Refused(401, 'claims');
    }
    if (!clients.has(azp)) throw new Refused(403, 'client');
    return { issuer: iss, sub, clientId: azp, jti, expiresAtSeconds: exp ?? 0 };
  }

  async function receive(context: InboxContext<unknown>, request: Request): Promise<Response> {
    try {
      await take(context, request);
      return answered(201);
    } catch (caught) {
      if (!(caught instanceof Refused)) throw caught;
      const type = caught.status === 409 ? 'repeated' : 'forged';
      context.emit({ type: caught.status === 503 ? 'failed' : type, reason: caught.reason });
      return answered(caught.status);
    }
  }

  async function take(context: InboxContext<unknown>, request: Request): Promise<void> {
    const { headers } = request;
    // Keycloak is no browser. A page that got hold of a bearer must not use it from here.
    if (['origin', 'sec-fetch-site', 'sec-fetch-mode', 'cookie'].some((name) => headers.has(name))) {
      throw new Refused(403, 'browser');
    }
    const [, bearer] = /^Bearer ([\w.-]+)$/i.exec(headers.get('authorization') ?? '') ?? [];
    if (bearer === undefined) throw new Refused(401, 'token');
    const text = await readText(request, MAX_BODY_BYTES);
    const now = context.now();
    const caller = await verify(bearer, now);
    const body = parseObject(text);
    if (!body) throw new Refused(401, 'body');

    const id = hash('keycloak', caller.issuer, caller.jti);
    const expiresAt = Math.min(caller.expiresAtSeconds * 1000, now + context.maxLifeSeconds * 1000);
    // Each call counts once. The same one again is a repetition; with another content it is a forgery.
    const content = createHash('sha256').update(canonicalJson(body)).digest('base64url');
    const kept = keptSeconds(context, { expiresAt: caller.expiresAtSeconds * 1000 });
    const first = await context.store.setIfAbsent(inboxRepeatKey(id), content, kept);
    if (first.value !== content) throw new Refused(409, 'content');

    const { subject: subjectOf } = context.options;
    const { issuer, clientId, sub } = caller;
    const subject = subjectOf ? await subjectOf({ issuer, clientId, sub }) : sub;
    if (subject === null || subject === undefined || subject === '') {
      // An unknown user gets the same answer as a known one, but no card.
      context.emit({ type: 'unknownUser' });
      return;
    }
    const message = typeof body['binding_message'] === 'string' ? body['binding_message'] : '';
    const account = typeof body['login_hint'] === 'string' ? body['login_hint'] : '';
    const number = numberOf(message);
    await receiveAsk(context, {
      ...{ id, subject, account, channel: 'keycloak', issuer, clientId },
      requester: clients.get(clientId) ?? clientId,
      jti: caller.jti,
      caller: 'unknown',
      // The account is the username, which only Keycloak sends here, but doesn't sign: the card shows whose it says it is.
      shown: {
        kind: 'signIn',
        ...(account !== '' && { account }),
        ...(message !== '' && number === null && { title: message }),
      },
      number: number !== null && /^\d{4,8}$/.test(number) ? number : null,
      receivedAt: now,
      expiresAt,
      reply: bearer,
      unsigned: body,
    });
  }

  async function tell({ issuer, reply }: AskRecord, verdict: 'approved' | 'denied'): Promise<Told> {
    if (issuer === null || reply === null) return 'gone';
    let response: Response;
    try {
      response = await send(`${issuer}/protocol/openid-connect/ext/ciba/auth/callback`, {
        method: 'POST',
        headers: { authorization: `Bearer ${reply}`, 'content-type': 'application/json' },
        body: JSON.stringify({ status: verdict === 'approved' ? 'SUCCEED' : 'CANCELLED' }),
        redirect: 'error',
        signal: AbortSignal.timeout(CALL_TIMEOUT_SECONDS * 1000),
      });
    } catch (caught) {
      return isNeverConnected(caught) ? 'notArrived' : 'lost';
    }
    await response.body?.cancel().catch(() => undefined);
    if (response.ok) return 'sent';
    if (response.status === 403) return 'gone';
    // The one that says that nothing was done. A 400 may come although the approval stands (ping mode).
    return response.status === 503 ? 'notArrived' : 'lost';
  }

  return registerChannel({ name: 'keycloak' }, { receive, tell });
}

/** Keycloak keeps connections, and one that a restart closed would fail its next login. */
function answered(status: number): Response {
  const response = jsonResponse(status, null);
  response.headers.set('connection', 'close');
  return response;
}

function parseObject(text: string): Record<string, JsonValue> | null {
  try {
    const value: unknown = JSON.parse(text);
    return typeof value === 'object' && value !== null && !Array.isArray(value)
      ? (value as Record<string, JsonValue>)
      : null;
  } catch {
    return null;
  }
}

function isNeverConnected(caught: unknown): boolean {
  for (let cause: unknown = caught; cause instanceof Error; cause = cause.cause) {
    const { code } = cause as { readonly code?: unknown };
    if (typeof code === 'string' && NEVER_CONNECTED.test(code)) return true;
    // Both addresses of a host were tried.
    if (cause instanceof AggregateError) return cause.errors.every(isNeverConnected);
  }
  return false;
}
