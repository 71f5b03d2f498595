import { createHash } from 'node:crypto';
import type { IncomingMessage, ServerResponse } from 'node:http';
import { createServer as createSecureServer } from 'node:https';
import type { AddressInfo } from 'node:net';
import type { TLSSocket } from 'node:tls';
import {
  calculateJwkThumbprint,
  createLocalJWKSet,
  decodeProtectedHeader,
  EmbeddedJWK,
  exportJWK,
  generateKeyPair,
  jwtVerify,
  SignJWT,
} from 'jose';
import type { JWK, JWTPayload } from 'jose';
import { Agent, fetch as undiciFetch } from 'undici';
import type { OidcFetch } from '../../../src/adapters/oidc/index.js';
import { createCertificateAuthority } from '../../support/certificates.js';
import type { Certificate } from '../../support/certificates.js';

// A provider under FAPI-CIBA that checks every rule for clients, and refuses a request by the name of the rule.

export type ClientAuthMethod = 'private_key_jwt' | 'mtls';
export type Delivery = 'poll' | 'ping';

export interface StrictProviderOptions {
  readonly method?: ClientAuthMethod;
  readonly delivery?: Delivery;
  /** How far the provider's clock is ahead, in seconds. */
  readonly clockAhead?: number;
  /** Whether the handshake fails without a certificate that the CA issued. Without this, the endpoints refuse. */
  readonly strictHandshake?: boolean;
  /** Binds tokens with DPoP, and asks for a nonce at each endpoint. */
  readonly dpop?: boolean;
  readonly metadata?: Readonly<Record<string, unknown>>;
}

/** What a test changes in the next answers. */
export interface Tampering {
  acknowledgement?: (body: Record<string, unknown>) => Record<string, unknown>;
  /** Replaces the acknowledgement by an error. */
  startError?: { readonly error: string };
  claims?: (claims: JWTPayload) => JWTPayload;
  tokens?: (body: Record<string, unknown>) => Record<string, unknown>;
  /** Signs the ID token in another way. */
  signIdToken?: (claims: JWTPayload) => Promise<string> | string;
  pollError?: { readonly error: string };
  keysStatus?: number;
}

export interface SeenStart {
  readonly form: URLSearchParams;
  readonly header: Readonly<Record<string, unknown>>;
  readonly claims: JWTPayload;
}

export const CLIENT_ID = 'bank-app';
export const AUTH_REQ_ID = 'strict-request-0123456789-abcdefghijklmnop';

const HOUR_SECONDS = 3600;
const ALGORITHMS = ['PS256', 'ES256'];
const HINTS = ['login_hint', 'login_hint_token', 'id_token_hint'];

class Refusal extends Error {
  constructor(
    readonly rule: string,
    readonly error = 'invalid_request',
    readonly status = 400,
  ) {
    super(rule);
  }
}

function must(condition: unknown, ...refusal: ConstructorParameters<typeof Refusal>): asserts condition {
  if (!condition) throw new Refusal(...refusal);
}

export type StrictProvider = Awaited<ReturnType<typeof startStrictProvider>>;

export async function startStrictProvider(options: StrictProviderOptions = {}) {
  const {
    method = 'private_key_jwt',
    delivery = 'poll',
    clockAhead = 0,
    strictHandshake = false,
    dpop = false,
  } = options;
  const ca = createCertificateAuthority();
  const serverCertificate = ca.issue({ subject: 'localhost', usage: 'server' });
  const clientCertificate = ca.issue({ subject: CLIENT_ID, usage: 'client' });
  const clientKeys = await generateKeyPair('ES256', { extractable: true });
  const clientJwks: JWK[] = [{ ...(await exportJWK(clientKeys.publicKey)), kid: 'client-1', alg: 'ES256' }];
  let signing = await newSigningKey('provider-1');
  const tampering: Tampering = {};
  const seen = {
    starts: [] as SeenStart[],
    polls: 0,
    keys: 0,
    resource: 0,
    revoked: [] as string[],
    refused: [] as string[],
  };
  let decision: 'pending' | 'approved' | 'denied' = 'pending';
  let isOver = false;
  let accessToken = '';
  const usedIds = new Set<unknown>();
  const now = () => Math.floor(Date.now() / 1000) + clockAhead;

  async function newSigningKey(kid: string) {
    const { privateKey, publicKey } = await generateKeyPair('ES256', { extractable: true });
    return { kid, privateKey, jwk: { ...(await exportJWK(publicKey)), kid, alg: 'ES256', use: 'sig' } };
  }

  function certificateOf(request: IncomingMessage): string | undefined {
    const socket = request.socket as TLSSocket;
    if (!socket.authorized) return undefined;
    return createHash('sha256').update(socket.getPeerCertificate().raw).digest('base64url');
  }

  function requireTls(request: IncomingMessage) {
    const { name } = (request.socket as TLSSocket).getCipher();
    const version = (request.socket as TLSSocket).getProtocol();
    must(version === 'TLSv1.3' || (version === 'TLSv1.2' && name.startsWith('ECDHE')), 'TLS with forward secrecy');
  }

  async function verifySigned(jwt: string, rule: string): Promise<JWTPayload> {
    const key = createLocalJWKSet({ keys: clientJwks });
    const verified = await jwtVerify(jwt, key, { algorithms: ALGORITHMS, currentDate: new Date(now() * 1000) }).catch(
      (error: Error) => {
        throw new Refusal(`${rule}: ${error.message}`);
      },
    );
    return verified.payload;
  }

  async function authenticate(request: IncomingMessage, form: URLSearchParams) {
    const refused = ['invalid_client', 401] as const;
    must(request.headers.authorization === undefined && !form.has('client_secret'), 'no shared secret', ...refused);
    must(form.get('client_id') === CLIENT_ID, 'client_id', ...refused);
    if (method === 'mtls') {
      must(!form.has('client_assertion'), 'no assertion with mTLS', ...refused);
      must(certificateOf(request) === clientCertificate.thumbprint, 'the registered client certificate', ...refused);
      return;
    }
    const assertion = form.get('client_assertion');
    must(assertion !== null, 'client assertion', ...refused);
    const claims = await verifySigned(assertion, 'client assertion').catch((error: Refusal) => {
      throw new Refusal(error.rule, ...refused);
    });
    const isOurs = claims.iss === CLIENT_ID && claims.sub === CLIENT_ID && claims.aud === issuer;
    must(isOurs, 'client assertion: iss, sub, aud', ...refused);
    must(claims.jti !== undefined && !usedIds.has(claims.jti), 'client assertion: jti once', ...refused);
    usedIds.add(claims.jti);
  }

  async function start(request: IncomingMessage, form: URLSearchParams) {
    must(request.method === 'POST', 'POST');
    must(/^application\/x-www-form-urlencoded\b/.test(request.headers['content-type'] ?? ''), 'form');
    await authenticate(request, form);
    const object = form.get('request');
    must(object, 'Request object is missing');
    const allowed = ['request', 'client_id', 'client_assertion', 'client_assertion_type'];
    must(
      [...form.keys()].every((name) => allowed.includes(name)),
      'nothing outside of the request object',
    );
    must(object.split('.').length === 3, 'signed, not encrypted');
    const header = decodeProtectedHeader(object);
    must(header.alg && ALGORITHMS.includes(header.alg), 'PS256 or ES256');
    must(header.typ === undefined || header.typ === 'oauth-authz-req+jwt', 'typ');
    const claims = await verifySigned(object, 'request object');
    must(claims.iss === CLIENT_ID, 'iss');
    must(claims.aud === issuer, 'aud');
    must(typeof claims.exp === 'number' && claims.exp - now() <= HOUR_SECONDS, 'exp at most 60 minutes ahead');
    must(typeof claims.nbf === 'number' && now() - claims.nbf <= HOUR_SECONDS, 'nbf at most 60 minutes back');
    must(claims.exp - claims.nbf <= HOUR_SECONDS, 'valid for at most 60 minutes');
    must(typeof claims.iat === 'number', 'iat');
    must(typeof claims.jti === 'string' && !usedIds.has(claims.jti), 'jti once');
    usedIds.add(claims.jti);
    must(String(claims['scope']).split(' ').includes('openid'), 'scope with openid');
    must(HINTS.filter((name) => name in claims).length === 1, 'exactly one hint');
    must(!('request' in claims) && !('request_uri' in claims), 'no request inside');
    must(claims.sub !== CLIENT_ID, 'no sub of the client');
    must(['undefined', 'number'].includes(typeof claims['requested_expiry']), 'numbers as numbers');
    const token = claims['client_notification_token'];
    if (delivery === 'ping') {
      must(typeof token === 'string' && token.length <= 1024, 'notification token inside, at most 1,024 characters');
      must(entropyOf(token) >= 96, 'notification token of 96 bits');
    } else {
      must(token === undefined, 'no notification token for poll');
    }
    seen.starts.push({ form, header, claims });
    if (tampering.startError) throw new Refusal('asked for', tampering.startError.error);
    const body = { auth_req_id: AUTH_REQ_ID, expires_in: 120, interval: 2 };
    return tampering.acknowledgement?.(body) ?? body;
  }

  let boundTo = '';

  /** Checks a proof (RFC 9449 §4.3) and returns the thumbprint of its key. */
  async function verifyProof(request: IncomingMessage, nonce: string, bearer?: string): Promise<string> {
    const proof = request.headers['dpop'];
    must(typeof proof === 'string', 'DPoP proof', 'invalid_dpop_proof');
    const { payload, protectedHeader } = await jwtVerify(proof, EmbeddedJWK, {
      algorithms: ALGORITHMS,
      typ: 'dpop+jwt',
      currentDate: new Date(now() * 1000),
    }).catch((error: Error) => {
      throw new Refusal(`DPoP proof: ${error.message}`, 'invalid_dpop_proof');
    });
    const invalid = (condition: unknown, rule: string) => must(condition, `DPoP ${rule}`, 'invalid_dpop_proof');
    invalid(payload['htm'] === request.method, 'htm');
    invalid(payload['htu'] === `${issuer}${request.url?.split('?')[0]}`, 'htu');
    invalid(Math.abs(now() - (payload.iat ?? 0)) <= 60, 'iat');
    invalid(payload.jti !== undefined && !usedIds.has(payload.jti), 'jti once');
    usedIds.add(payload.jti);
    const hash = bearer === undefined ? undefined : createHash('sha256').update(bearer).digest('base64url');
    invalid(payload['ath'] === hash, 'ath');
    must(payload['nonce'] === nonce, 'asked for', 'use_dpop_nonce', bearer === undefined ? 400 : 401);
    return calculateJwkThumbprint(protectedHeader.jwk as JWK);
  }

  async function token(request: IncomingMessage, form: URLSearchParams) {
    await authenticate(request, form);
    must(form.get('grant_type') === 'urn:openid:params:grant-type:ciba', 'grant type');
    if (dpop) boundTo = await verifyProof(request, 'nonce-of-token');
    const thumbprint = certificateOf(request);
    must(
      dpop || thumbprint === clientCertificate.thumbprint,
      'tokens are bound to a certificate',
      'invalid_client',
      401,
    );
    must(form.get('auth_req_id') === AUTH_REQ_ID, 'auth_req_id', 'invalid_grant');
    must(!isOver, 'no poll after the end');
    seen.polls += 1;
    if (tampering.pollError) {
      isOver = !['authorization_pending', 'slow_down'].includes(tampering.pollError.error);
      throw new Refusal('asked for', tampering.pollError.error);
    }
    if (decision === 'pending') throw new Refusal('asked for', 'authorization_pending');
    isOver = true;
    if (decision === 'denied') throw new Refusal('asked for', 'access_denied');
    accessToken = `access-${crypto.randomUUID()}`;
    const refreshToken = `refresh-${crypto.randomUUID()}`;
    const claims = {
      iss: issuer,
      aud: CLIENT_ID,
      sub: 'user-1',
      iat: now(),
      exp: now() + 300,
      at_hash: halfHash(accessToken),
      'urn:openid:params:jwt:claim:auth_req_id': AUTH_REQ_ID,
      'urn:openid:params:jwt:claim:rt_hash': halfHash(refreshToken),
    };
    const changed = tampering.claims?.(claims) ?? claims;
    const idToken = await (tampering.signIdToken ?? sign)(changed);
    const body = {
      access_token: accessToken,
      refresh_token: refreshToken,
      token_type: dpop ? 'DPoP' : 'Bearer',
      id_token: idToken,
      expires_in: 60,
      scope: 'openid',
    };
    return tampering.tokens?.(body) ?? body;
  }

  const sign = (claims: JWTPayload) =>
    new SignJWT(claims).setProtectedHeader({ alg: 'ES256', kid: signing.kid }).sign(signing.privateKey);

  async function answer(request: IncomingMessage, form: URLSearchParams): Promise<unknown> {
    requireTls(request);
    switch (request.url) {
      case '/.well-known/openid-configuration':
        return metadata();
      case '/jwks':
        seen.keys += 1;
        must((tampering.keysStatus ?? 200) === 200, 'asked for', 'server_error', tampering.keysStatus);
        return { keys: [signing.jwk] };
      case '/mtls/backchannel':
        return start(request, form);
      case '/mtls/token':
        return token(request, form);
      case '/mtls/revoke':
        await authenticate(request, form);
        seen.revoked.push(form.get('token') ?? '');
        return {};
      case '/userinfo':
      case '/accounts?open=1': {
        const nonce = request.url === '/userinfo' ? 'nonce-of-userinfo' : 'nonce-of-accounts';
        const isBound = request.headers.authorization === `DPoP ${accessToken}`;
        must(
          isBound && (await verifyProof(request, nonce, accessToken)) === boundTo,
          'bound to the key',
          'invalid_token',
          401,
        );
        return { sub: 'user-1', balance: 42 };
      }
      case '/mtls/resource':
        seen.resource += 1;
        must(certificateOf(request) === clientCertificate.thumbprint, 'bound to the certificate', 'invalid_token', 401);
        must(request.headers.authorization === `Bearer ${accessToken}`, 'bearer token', 'invalid_token', 401);
        return { balance: 42 };
      default:
        throw new Refusal(`not the ordinary endpoint ${request.url}`, 'invalid_request', 404);
    }
  }

  const metadata = () => ({
    issuer,
    jwks_uri: `${issuer}/jwks`,
    token_endpoint: `${issuer}/token`,
    backchannel_authentication_endpoint: `${issuer}/backchannel`,
    revocation_endpoint: `${issuer}/revoke`,
    mtls_endpoint_aliases: {
      token_endpoint: `${issuer}/mtls/token`,
      backchannel_authentication_endpoint: `${issuer}/mtls/backchannel`,
      revocation_endpoint: `${issuer}/mtls/revoke`,
    },
    backchannel_token_delivery_modes_supported: [delivery],
    backchannel_authentication_request_signing_alg_values_supported: ALGORITHMS,
    id_token_signing_alg_values_supported: ALGORITHMS,
    ...options.metadata,
  });

  async function respond(request: IncomingMessage, response: ServerResponse) {
    let text = '';
    for await (const chunk of request) text += String(chunk);
    let status = 200;
    const body = await answer(request, new URLSearchParams(text)).catch((error: unknown) => {
      if (!(error instanceof Refusal)) throw error;
      if (error.rule !== 'asked for') seen.refused.push(error.rule);
      status = error.status;
      return { error: error.error, error_description: error.rule };
    });
    const nonce = request.url?.includes('token') ? 'token' : request.url === '/userinfo' ? 'userinfo' : 'accounts';
    response.writeHead(status, {
      'content-type': 'application/json',
      date: new Date(now() * 1000).toUTCString(),
      ...(dpop && { 'dpop-nonce': `nonce-of-${nonce}` }),
      // A challenge that says nothing of DPoP. The body counts.
      ...(status === 401 && { 'www-authenticate': 'Bearer' }),
    });
    response.end(JSON.stringify(body));
  }

  const server = createSecureServer(
    {
      cert: serverCertificate.cert,
      key: serverCertificate.key,
      ca: ca.cert,
      requestCert: true,
      rejectUnauthorized: strictHandshake,
      minVersion: 'TLSv1.2',
    },
    (request, response) => void respond(request, response),
  );
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const issuer = `https://127.0.0.1:${(server.address() as AddressInfo).port}`;
  const agents: Agent[] = [];

  /** A `fetch` that trusts the CA and presents a certificate, as docs/fapi.md shows. */
  function fetchWith(
    certificate: Certificate | null = clientCertificate,
    trusted: string | undefined = ca.cert,
  ): OidcFetch {
    const dispatcher = new Agent({
      connect: {
        ...(trusted !== undefined && { ca: trusted }),
        ...(certificate && { cert: certificate.cert, key: certificate.key }),
      },
    });
    agents.push(dispatcher);
    return (url, init) => undiciFetch(url, { ...init, dispatcher });
  }

  return {
    issuer,
    ca,
    clientKeys,
    clientJwks,
    clientCertificate,
    seen,
    tampering,
    fetchWith,
    sign,
    approve: () => void (decision = 'approved'),
    deny: () => void (decision = 'denied'),
    /** Changes the provider's signing key. The old one leaves the key set. */
    async rotate() {
      signing = await newSigningKey('provider-2');
    },
    async close() {
      await Promise.all(agents.map((agent) => agent.close()));
      server.closeAllConnections();
      await new Promise((resolve) => server.close(resolve));
    },
  };
}

/** The left half of a token's SHA-256, as base64url (OpenID Connect Core 1.0 §3.1.3.6). */
export const halfHash = (token: string) =>
  createHash('sha256').update(token).digest().subarray(0, 16).toString('base64url');

/** Bits of entropy as a judge measures it: by the frequency of the characters. */
function entropyOf(token: string): number {
  const counts = new Map<string, number>();
  for (const character of token) counts.set(character, (counts.get(character) ?? 0) + 1);
  return [...counts.values()].reduce((bits, count) => bits - count * Math.log2(count / token.length), 0);
}
