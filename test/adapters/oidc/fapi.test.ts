// @vitest-environment node
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import {
  CompactEncrypt,
  compactDecrypt,
  decodeJwt,
  exportJWK,
  exportPKCS8,
  generateKeyPair,
  generateSecret,
  SignJWT,
  UnsecuredJWT,
} from 'jose';
import type { JWTPayload } from 'jose';
import { ClientSecretJwt, ClientSecretPost, PrivateKeyJwt, TlsClientAuth } from 'openid-client';
import { afterEach, describe, expect, test } from 'vitest';
import { createBankAdapter } from '../../../examples/fapi-bank.js';
import { createOidcAdapter, oidcProfiles, privateKeyJwt } from '../../../src/adapters/oidc/index.js';
import type { OidcAdapterOptions, OidcFetch, OidcRequest, OidcSigner } from '../../../src/adapters/oidc/index.js';
import type { PendingApproval } from '../../../src/contract/index.js';
import { AUTH_REQ_ID, CLIENT_ID, halfHash, startStrictProvider } from './strict-provider.js';
import type { ClientAuthMethod, Delivery, StrictProvider, StrictProviderOptions } from './strict-provider.js';
import { errorOf as errorWithout } from '../../support/error-of.js';

let provider: StrictProvider | undefined;

afterEach(async () => {
  await provider?.close();
  provider = undefined;
});

async function start(options?: StrictProviderOptions): Promise<StrictProvider> {
  provider = await startStrictProvider(options);
  return provider;
}

const NOTIFICATION_TOKEN = 'kJ3nQ8vX2bLw7zRtYc5mHd0sPf9aGe4uTi6oVx1BqNrMlKj_hSgDyWzC';
const calling = { signal: new AbortController().signal, actId: 'attempt-1' };
const login: OidcRequest = { loginHint: 'ann@example.com', bindingMessage: 'K7-42' };

function optionsFor({ issuer, clientKeys, fetchWith }: StrictProvider): OidcAdapterOptions {
  return {
    issuer,
    clientId: CLIENT_ID,
    profile: 'fapi-ciba',
    clientAuthentication: PrivateKeyJwt({ key: clientKeys.privateKey, kid: 'client-1' }),
    requestObject: { key: clientKeys.privateKey, kid: 'client-1' },
    idToken: { alg: 'ES256' },
    fetch: fetchWith(),
  };
}

const adapterFor = (strict: StrictProvider, options: Partial<OidcAdapterOptions> = {}) =>
  createOidcAdapter({ ...optionsFor(strict), ...options });

/** The error of a call. It fails if the call succeeds, or if the error shows a secret. */
const errorOf = (act: Promise<unknown> | (() => unknown)) =>
  errorWithout(act, [AUTH_REQ_ID, 'ann@example.com', 'access-', 'eyJh']);

/** Starts a login, has the user approve, and polls once. */
async function approvedLogin(strict: StrictProvider, adapter = adapterFor(strict), request = login) {
  const pending = await adapter.initiate(request, calling);
  strict.approve();
  return adapter.poll(pending, calling);
}

describe('a login under FAPI-CIBA', () => {
  const variants: [Delivery, ClientAuthMethod][] = [
    ['poll', 'private_key_jwt'],
    ['poll', 'mtls'],
    ['ping', 'private_key_jwt'],
    ['ping', 'mtls'],
  ];

  test.each(variants)('passes at a strict provider with %s and %s', async (delivery, method) => {
    const strict = await start({ delivery, method });
    const adapter = adapterFor(strict, { ...(method === 'mtls' && { clientAuthentication: TlsClientAuth() }) });
    const pending = await adapter.initiate(
      { ...login, ...(delivery === 'ping' && { notificationToken: NOTIFICATION_TOKEN }) },
      calling,
    );
    await expect(adapter.poll(pending, calling)).resolves.toEqual({ status: 'pending' });
    strict.approve();
    const result = await adapter.poll(pending, calling);
    if (result.status !== 'approved') throw new Error(`The login is ${result.status}.`);
    const { accessToken } = result.session;
    const resource = await strict.fetchWith()(`${strict.issuer}/mtls/resource`, {
      method: 'GET',
      headers: { authorization: `Bearer ${accessToken}` },
      redirect: 'manual',
    });
    expect(JSON.parse(await resource.text())).toEqual({ balance: 42 });
    await adapter.revoke(result.session);
    expect(strict.seen.revoked).toEqual([result.session.refreshToken, accessToken]);
    expect(strict.seen.refused).toEqual([]);
  });

  test('sends a bound token to no one without the certificate', async () => {
    const strict = await start();
    const result = await approvedLogin(strict);
    const accessToken = result.status === 'approved' ? result.session.accessToken : '';
    const response = await strict.fetchWith(null)(`${strict.issuer}/mtls/resource`, {
      method: 'GET',
      headers: { authorization: `Bearer ${accessToken}` },
      redirect: 'manual',
    });
    expect(response.status).toBe(401);
  });

  test('puts everything into the request object, with the types of JSON, and nothing beside it', async () => {
    const strict = await start({ delivery: 'ping' });
    const before = Math.floor(Date.now() / 1000);
    await adapterFor(strict).initiate(
      {
        ...login,
        notificationToken: NOTIFICATION_TOKEN,
        requestedExpiry: 90,
        acrValues: 'gold',
        userCode: '1234',
        scope: 'accounts',
        authorizationDetails: [{ type: 'payment', amount: '12.50' }],
        requestContext: { ip: '192.0.2.7' },
        claims: { id_token: { given_name: { essential: true } } },
        parameters: { purpose: 'Pay a bill', priority: 2 },
        ...{ unknownField: 'stays here' },
      },
      calling,
    );
    const [{ form, header, claims } = expect.fail('no start')] = strict.seen.starts;
    expect([...form.keys()].toSorted()).toEqual(['client_assertion', 'client_assertion_type', 'client_id', 'request']);
    expect(header).toEqual({ alg: 'ES256', typ: 'oauth-authz-req+jwt', kid: 'client-1' });
    const { iat, nbf, exp, jti, ...rest } = claims;
    expect(rest).toEqual({
      iss: CLIENT_ID,
      aud: strict.issuer,
      scope: 'openid accounts',
      login_hint: 'ann@example.com',
      binding_message: 'K7-42',
      acr_values: 'gold',
      user_code: '1234',
      requested_expiry: 90,
      authorization_details: [{ type: 'payment', amount: '12.50' }],
      request_context: { ip: '192.0.2.7' },
      claims: { id_token: { given_name: { essential: true } } },
      purpose: 'Pay a bill',
      priority: 2,
      client_notification_token: NOTIFICATION_TOKEN,
    });
    expect(iat).toBeGreaterThanOrEqual(before);
    expect([(iat ?? 0) - (nbf ?? 0), (exp ?? 0) - (iat ?? 0)]).toEqual([60, 300]);
    expect(jti).toMatch(/^[\da-f-]{36}$/);
  });

  test('has another jti in each request object', async () => {
    const strict = await start();
    const adapter = adapterFor(strict);
    await adapter.initiate(login, calling);
    await adapter.initiate(login, calling);
    expect(new Set(strict.seen.starts.map(({ claims }) => claims.jti)).size).toBe(2);
  });

  test('signs with PS256, too', async () => {
    const strict = await start();
    const { privateKey, publicKey } = await generateKeyPair('PS256', { extractable: true });
    strict.clientJwks.push({ ...(await exportJWK(publicKey)), kid: 'client-rsa', alg: 'PS256' });
    const key = { key: privateKey, kid: 'client-rsa' };
    const adapter = adapterFor(strict, { clientAuthentication: privateKeyJwt(key), requestObject: key });
    await adapter.initiate(login, calling);
    expect(strict.seen.starts[0]?.header).toMatchObject({ alg: 'PS256', kid: 'client-rsa' });
  });

  test('speaks as the provider that is named beside the security', async () => {
    const strict = await start();
    const adapter = adapterFor(strict, { profile: { provider: 'keycloak', security: 'fapi-ciba' } });
    const error = await errorOf(adapter.initiate({ ...login, bindingMessage: 'two words' }, calling));
    expect(error.message).toMatch(/^Keycloak refuses this binding message/);
    await adapter.initiate(login, calling);
    expect(strict.seen.starts).toHaveLength(1);
  });

  test('warns once of a request that nothing tells from another one on the phone', async () => {
    const strict = await start();
    const warnings: string[] = [];
    const adapter = adapterFor(strict);
    const listening = { ...calling, onWarning: (problem: string) => void warnings.push(problem) };
    await adapter.initiate({ loginHint: 'ann@example.com' }, listening);
    await adapter.initiate({ loginHint: 'ann@example.com' }, listening);
    expect(warnings.filter((text) => text.includes('nothing that tells it'))).toHaveLength(1);
  });

  test('reads slow_down and the end of a request', async () => {
    const strict = await start();
    const adapter = adapterFor(strict);
    const pending = await adapter.initiate(login, calling);
    strict.tampering.pollError = { error: 'slow_down' };
    await expect(adapter.poll(pending, calling)).resolves.toEqual({ status: 'pending', interval: 7 });
    strict.tampering.pollError = { error: 'expired_token' };
    await expect(adapter.poll(pending, calling)).resolves.toEqual({ status: 'expired' });
    expect(strict.seen.refused).toEqual([]);
  });

  test('reads a denial', async () => {
    const strict = await start();
    const adapter = adapterFor(strict);
    const pending = await adapter.initiate(login, calling);
    strict.deny();
    await expect(adapter.poll(pending, calling)).resolves.toEqual({ status: 'denied' });
  });
});

describe('the example of docs/fapi.md', () => {
  test('signs in with files, and presents a renewed certificate without a restart', async () => {
    const strict = await start({ strictHandshake: true });
    const folder = mkdtempSync(join(tmpdir(), 'fapi-'));
    try {
      const write = (name: string, text: string) => {
        const file = join(folder, name);
        writeFileSync(file, text);
        return file;
      };
      const expired = { subject: CLIENT_ID, usage: 'client', notAfter: new Date(Date.now() - 1000) } as const;
      const old = strict.ca.issue(expired);
      const files = {
        certificate: write('cert.pem', old.cert),
        certificateKey: write('key.pem', old.key),
        ca: write('ca.pem', strict.ca.cert),
        signingKey: write('signing.pem', await exportPKCS8(strict.clientKeys.privateKey)),
      };
      const adapter = await createBankAdapter(strict.issuer, CLIENT_ID, files);
      await expect(errorOf(adapter.initiate(login, calling))).resolves.toMatchObject({ code: 'network' });
      write('key.pem', strict.clientCertificate.key);
      write('cert.pem', strict.clientCertificate.cert);
      const pending = await adapter.initiate(login, calling);
      // Half of the next renewal, in either order, and a file that is missing for a moment.
      write('cert.pem', old.cert);
      await expect(adapter.poll(pending, calling)).resolves.toEqual({ status: 'pending' });
      rmSync(files.certificate);
      await expect(adapter.poll(pending, calling)).resolves.toEqual({ status: 'pending' });
      write('cert.pem', strict.clientCertificate.cert);
      write('key.pem', old.key);
      strict.approve();
      await expect(adapter.poll(pending, calling)).resolves.toMatchObject({ status: 'approved' });
      write('cert.pem', old.cert);
      await expect(errorOf(adapter.initiate(login, calling))).resolves.toMatchObject({ code: 'network' });
    } finally {
      rmSync(folder, { recursive: true, force: true });
    }
  });
});

describe('the strict provider refuses', () => {
  /** Signs a changed request object with the client's own key, in transit. */
  const changing =
    (strict: StrictProvider, change: (claims: JWTPayload, form: URLSearchParams) => JWTPayload | void): OidcFetch =>
    async (url, init) => {
      const send = strict.fetchWith();
      const form = new URLSearchParams(init.body);
      const request = form.get('request');
      if (request === null) return send(url, init);
      const claims = decodeJwt(request);
      const changed = change(claims, form) ?? claims;
      const signed = await new SignJWT(changed)
        .setProtectedHeader({ alg: 'ES256', kid: 'client-1' })
        .sign(strict.clientKeys.privateKey);
      if (form.has('request')) form.set('request', signed);
      return send(url, { ...init, body: form.toString() });
    };
  const now = () => Math.floor(Date.now() / 1000);

  test.each<[string, (claims: JWTPayload, form: URLSearchParams) => JWTPayload | void]>([
    ['Request object is missing', (_, form) => form.delete('request')],
    ['nothing outside of the request object', (_, form) => form.set('scope', 'openid')],
    ['iss', (claims) => ({ ...claims, iss: 'someone' })],
    ['aud', (claims) => ({ ...claims, aud: 'https://login.example.com' })],
    ['exp at most 60 minutes ahead', (claims) => ({ ...claims, exp: now() + 3700 })],
    ['nbf at most 60 minutes back', (claims) => ({ ...claims, nbf: now() - 3700 })],
    ['valid for at most 60 minutes', (claims) => ({ ...claims, nbf: now() - 3000, exp: now() + 3000 })],
    ['iat', ({ iat: _, ...claims }) => claims],
    ['jti once', ({ jti: _, ...claims }) => claims],
    ['scope with openid', (claims) => ({ ...claims, scope: 'accounts' })],
    ['exactly one hint', (claims) => ({ ...claims, id_token_hint: 'x' })],
    ['no request inside', (claims) => ({ ...claims, request_uri: 'x' })],
    ['no sub of the client', (claims) => ({ ...claims, sub: CLIENT_ID })],
    ['numbers as numbers', (claims) => ({ ...claims, requested_expiry: '90' })],
    ['no notification token for poll', (claims) => ({ ...claims, client_notification_token: 'x' })],
  ])('a request that breaks "%s"', async (rule, change) => {
    const strict = await start();
    const error = await errorOf(adapterFor(strict, { fetch: changing(strict, change) }).initiate(login, calling));
    expect(error.code).toBe('misconfigured');
    expect(strict.seen.refused).toEqual([rule]);
    expect(strict.seen.starts).toEqual([]);
  });

  test.each([
    ['notification token inside, at most 1,024 characters', undefined],
    ['notification token inside, at most 1,024 characters', 'x'.repeat(1025)],
    ['notification token of 96 bits', 'a'.repeat(64)],
  ])('a ping client that breaks "%s"', async (rule, notificationToken) => {
    const strict = await start({ delivery: 'ping' });
    const request = { ...login, ...(notificationToken && { notificationToken }) };
    await errorOf(adapterFor(strict).initiate(request, calling));
    expect(strict.seen.refused).toEqual([rule]);
  });

  test.each<[string, Partial<OidcAdapterOptions> | ((strict: StrictProvider) => Partial<OidcAdapterOptions>)]>([
    ['not the ordinary endpoint /backchannel', { profile: 'generic' }],
    [
      'the registered client certificate',
      (strict) => ({ fetch: strict.fetchWith(null), clientAuthentication: TlsClientAuth() }),
    ],
    ['no assertion with mTLS', {}],
  ])('a client that breaks "%s"', async (rule, change) => {
    const strict = await start({ method: 'mtls' });
    const options = typeof change === 'function' ? change(strict) : change;
    await errorOf(adapterFor(strict, options).initiate(login, calling));
    expect(strict.seen.refused).toEqual([rule]);
  });

  test('an encrypted request object', async () => {
    const strict = await start();
    const { privateKey, publicKey } = await generateKeyPair('ECDH-ES');
    const objects: string[] = [];
    const adapter = adapterFor(strict, {
      requestObject: {
        ...optionsFor(strict).requestObject!,
        encrypt: { key: publicKey, alg: 'ECDH-ES', kid: 'provider-enc' },
      },
      fetch: (url, init) => {
        const object = new URLSearchParams(init.body).get('request');
        if (object !== null) objects.push(object);
        return strict.fetchWith()(url, init);
      },
    });
    await errorOf(adapter.initiate(login, calling));
    expect(strict.seen.refused).toEqual(['signed, not encrypted']);
    const { plaintext, protectedHeader } = await compactDecrypt(objects[0] ?? '', privateKey);
    expect(protectedHeader).toMatchObject({
      alg: 'ECDH-ES',
      enc: 'A256GCM',
      kid: 'provider-enc',
      cty: 'oauth-authz-req+jwt',
    });
    expect(decodeJwt(new TextDecoder().decode(plaintext))).toMatchObject({ login_hint: 'ann@example.com' });
  });
});

describe('an answer that is refused', () => {
  test.each(['auth_req_id', 'expires_in'])('an acknowledgement without %s', async (member) => {
    const strict = await start();
    strict.tampering.acknowledgement = ({ [member]: _, ...body }) => body;
    const error = await errorOf(adapterFor(strict).initiate(login, calling));
    expect(error).toMatchObject({ code: 'badResponse', retryable: false });
    expect(error.message).toContain(member);
  });

  test('unknown_user_id', async () => {
    const strict = await start();
    strict.tampering.startError = { error: 'unknown_user_id' };
    await expect(errorOf(adapterFor(strict).initiate(login, calling))).resolves.toMatchObject({ code: 'unknownUser' });
  });

  const now = () => Math.floor(Date.now() / 1000);

  test.each<[string, (claims: JWTPayload) => JWTPayload, RegExp]>([
    ['a wrong iss', (claims) => ({ ...claims, iss: 'https://login.example.com' }), /"iss"/],
    ['no iss', ({ iss: _, ...claims }) => claims, /"iss"/],
    ['a wrong aud', (claims) => ({ ...claims, aud: 'other' }), /"aud"/],
    ['no aud', ({ aud: _, ...claims }) => claims, /"aud"/],
    ['no exp', ({ exp: _, ...claims }) => claims, /"exp"/],
    ['exp in the past', (claims) => ({ ...claims, exp: now() - 60 }), /"exp"/],
    ['a second audience', (claims) => ({ ...claims, aud: [CLIENT_ID, 'other'] }), /untrusted audiences/],
    [
      'a second audience, with azp',
      (claims) => ({ ...claims, aud: [CLIENT_ID, 'other'], azp: CLIENT_ID }),
      /for other clients, too \(`aud`\)/,
    ],
    ['another azp', (claims) => ({ ...claims, azp: 'other' }), /\(`azp`\)/],
    ['no iat', ({ iat: _, ...claims }) => claims, /"iat"/],
    ['iat a week ago', (claims) => ({ ...claims, iat: now() - 7 * 86_400 }), /issued 60480\d s ago \(`iat`\)/],
    ['iat in an hour', (claims) => ({ ...claims, iat: now() + 3600 }), /issued 3(?:600|599) s ahead of/],
    ['another at_hash', (claims) => ({ ...claims, at_hash: halfHash('other') }), /\(`at_hash`\)/],
    [
      'another rt_hash',
      (claims) => ({ ...claims, 'urn:openid:params:jwt:claim:rt_hash': halfHash('other') }),
      /\(`urn:openid:params:jwt:claim:rt_hash`\)/,
    ],
    [
      'another auth_req_id',
      (claims) => ({ ...claims, 'urn:openid:params:jwt:claim:auth_req_id': 'other' }),
      /for another request/,
    ],
  ])('an ID token with %s', async (_, claims, text) => {
    const strict = await start();
    strict.tampering.claims = claims;
    const error = await errorOf(approvedLogin(strict));
    expect(error).toMatchObject({ code: 'badResponse', retryable: false });
    expect(error.message).toMatch(text);
    expect(strict.seen.resource).toBe(0);
    expect(strict.seen.revoked).toHaveLength(2);
  });

  test.each<[string, (strict: StrictProvider, claims: JWTPayload) => Promise<string> | string, RegExp]>([
    [
      "a signature that isn't the provider's",
      async (_, claims) => {
        const { privateKey } = await generateKeyPair('ES256');
        return new SignJWT(claims).setProtectedHeader({ alg: 'ES256', kid: 'provider-1' }).sign(privateKey);
      },
      /signature isn't from any key/,
    ],
    ['alg none', (_, claims) => new UnsecuredJWT(claims).encode(), /"alg"/],
    [
      'another alg than the registered one',
      async (_, claims) => {
        const { privateKey } = await generateKeyPair('PS256');
        return new SignJWT(claims).setProtectedHeader({ alg: 'PS256', kid: 'provider-1' }).sign(privateKey);
      },
      /"alg".*`idToken\.alg`/,
    ],
    [
      'a shared secret',
      async (_, claims) => new SignJWT(claims).setProtectedHeader({ alg: 'HS256' }).sign(await generateSecret('HS256')),
      /"alg"/,
    ],
  ])('an ID token with %s', async (_, sign, text) => {
    const strict = await start();
    strict.tampering.signIdToken = (claims) => sign(strict, claims);
    const error = await errorOf(approvedLogin(strict));
    expect(error).toMatchObject({ code: 'badResponse', retryable: false });
    expect(error.message).toMatch(text);
    expect(strict.seen.resource).toBe(0);
  });

  test.each(['invalid_request', 'invalid_scope'])(
    'a poll that is answered with %s: there is no other',
    async (name) => {
      const strict = await start();
      const adapter = adapterFor(strict);
      const pending = await adapter.initiate(login, calling);
      strict.tampering.pollError = { error: name };
      await expect(errorOf(adapter.poll(pending, calling))).resolves.toMatchObject({ retryable: false });
    },
  );

  test('no signature is checked outside of FAPI mode, unless it is asked for', async () => {
    const signedBySomeone = async (claims: JWTPayload) =>
      new SignJWT(claims).setProtectedHeader({ alg: 'ES256' }).sign((await generateKeyPair('ES256')).privateKey);
    const strict = await start();
    strict.tampering.signIdToken = signedBySomeone;
    const generic = { profile: 'generic', mtls: true } as const;
    await expect(approvedLogin(strict, adapterFor(strict, generic))).resolves.toMatchObject({ status: 'approved' });
    expect(strict.seen.keys).toBe(0);
    await strict.close();
    const second = await start();
    second.tampering.signIdToken = signedBySomeone;
    const checking = adapterFor(second, { ...generic, idToken: { alg: 'ES256', verifySignature: true } });
    await expect(errorOf(approvedLogin(second, checking))).resolves.toMatchObject({ code: 'badResponse' });
  });
});

describe('an answer that is accepted', () => {
  test('tokens without scope and expires_in', async () => {
    const strict = await start();
    strict.tampering.tokens = ({ scope: _, expires_in: __, ...body }) => body;
    await expect(approvedLogin(strict)).resolves.toMatchObject({ status: 'approved' });
  });

  test('an aud that is a list of one', async () => {
    const strict = await start();
    strict.tampering.claims = (claims) => ({ ...claims, aud: [CLIENT_ID] });
    await expect(approvedLogin(strict)).resolves.toMatchObject({ status: 'approved' });
  });

  test('an ID token without hashes', async () => {
    const strict = await start();
    strict.tampering.claims = ({ iss, aud, sub, iat, exp }) => ({ iss, aud, sub, iat, exp }) as JWTPayload;
    await expect(approvedLogin(strict)).resolves.toMatchObject({ status: 'approved' });
  });

  test('a key that the provider changed between start and poll, after asking once more', async () => {
    const strict = await start();
    const adapter = adapterFor(strict);
    const pending = await adapter.initiate(login, calling);
    await strict.rotate();
    strict.approve();
    await expect(adapter.poll(pending, calling)).resolves.toMatchObject({ status: 'approved' });
    expect(strict.seen.keys).toBe(2);
  });

  test('an encrypted ID token, whose signature is checked and which can be a hint later', async () => {
    const strict = await start();
    const { privateKey, publicKey } = await generateKeyPair('RSA-OAEP-256');
    const encrypted = async (claims: JWTPayload) =>
      new CompactEncrypt(new TextEncoder().encode(await strict.sign(claims)))
        .setProtectedHeader({ alg: 'RSA-OAEP-256', enc: 'A256GCM', cty: 'JWT' })
        .encrypt(publicKey);
    strict.tampering.signIdToken = encrypted;
    const adapter = adapterFor(strict, { idToken: { alg: 'ES256', decryptionKey: privateKey } });
    const result = await approvedLogin(strict, adapter);
    if (result.status !== 'approved') throw new Error(`The login is ${result.status}.`);
    expect(decodeJwt(result.session.idToken)).toMatchObject({ sub: 'user-1' });
    expect(result.session.claims.sub).toBe('user-1');
  });
});

describe('options that contradict FAPI-CIBA', () => {
  test.each<[string, Partial<Record<keyof OidcAdapterOptions, unknown>>, RegExp]>([
    ['http', { issuer: 'http://127.0.0.1:1' }, /`issuer` is http/],
    ['a secret', { clientSecret: 'secret' }, /`clientSecret` is a shared secret/],
    ['no client authentication', { clientAuthentication: undefined }, /`clientAuthentication` is missing/],
    ['unsigned requests', { requestObject: undefined }, /unsigned\. Set `requestObject/],
    ['no client certificate', { fetch: undefined }, /`fetch` is missing/],
    ['no mTLS', { mtls: false }, /`mtls` is false/],
    ['unchecked signatures', { idToken: { verifySignature: false } }, /`idToken\.verifySignature` is false/],
    ['another algorithm', { idToken: { alg: 'RS256' } }, /`idToken\.alg` is "RS256"/],
    ['another profile', { profile: { provider: 'keycloak', security: 'fapi-9' } }, /"fapi-9".*no known security/],
    ['another provider', { profile: { provider: 'nobody', security: 'fapi-ciba' } }, /"nobody".*no known provider/],
  ])('%s', async (_, options, text) => {
    const { privateKey } = await generateKeyPair('ES256');
    const sound = {
      issuer: 'https://login.example.com',
      clientId: CLIENT_ID,
      profile: 'fapi-ciba',
      clientAuthentication: TlsClientAuth(),
      requestObject: { key: privateKey },
      fetch: () => expect.fail('nothing is sent'),
    };
    expect(() => createOidcAdapter(sound as OidcAdapterOptions)).not.toThrow();
    const error = await errorOf(() => createOidcAdapter({ ...sound, ...options } as OidcAdapterOptions));
    expect(error.code).toBe('misconfigured');
    expect(error.message).toMatch(text);
  });

  test.each([
    ['a secret in the form', ClientSecretPost('a-shared-secret'), /forbids client secrets/],
    ['an assertion with a secret', ClientSecretJwt('a-shared-secret'), /signed with HS256/],
  ])('%s, before the first request is sent', async (_, clientAuthentication, text) => {
    const strict = await start();
    const error = await errorOf(adapterFor(strict, { clientAuthentication }).initiate(login, calling));
    expect(error).toMatchObject({ code: 'misconfigured', message: expect.stringMatching(text) as string });
    expect(strict.seen.refused).toEqual([]);
  });

  test('a provider that offers push only', async () => {
    const strict = await start({ metadata: { backchannel_token_delivery_modes_supported: ['push'] } });
    const error = await errorOf(adapterFor(strict).initiate(login, calling));
    expect(error.message).toMatch(/offers the delivery mode "push" only/);
  });
});

describe('keys and signers', () => {
  const keyOf = async (algorithm: Parameters<typeof crypto.subtle.generateKey>[0]) =>
    ((await crypto.subtle.generateKey(algorithm, true, ['sign', 'verify'])) as CryptoKeyPair).privateKey;
  const rsa = (name: string, modulusLength: number, hash = 'SHA-256') =>
    keyOf({ name, modulusLength, hash, publicExponent: new Uint8Array([1, 0, 1]) } as RsaHashedKeyGenParams);
  const sound = { issuer: 'https://login.example.com', clientId: 'shop', clientSecret: 'secret' };

  test.each<[string, () => Promise<unknown>, RegExp]>([
    ['too short', () => rsa('RSA-PSS', 1024), /RSA key of 1024 bits, which is too short/],
    ['for RS256', () => rsa('RSASSA-PKCS1-v1_5', 2048), /for RSASSA-PKCS1-v1_5 with SHA-256/],
    ['for PS512', () => rsa('RSA-PSS', 2048, 'SHA-512'), /for RSA-PSS with SHA-512/],
    ['on another curve', () => keyOf({ name: 'ECDSA', namedCurve: 'P-384' } as EcKeyGenParams), /curve P-384/],
    ['a public one', async () => (await generateKeyPair('ES256')).publicKey, /public key that can't sign/],
    ['a secret', async () => generateSecret('HS256', { extractable: true }), /secret key that can't sign/],
    ['text', async () => '-----BEGIN PRIVATE KEY-----', /neither a CryptoKey nor a function/],
    ['nothing', async () => undefined, /neither a CryptoKey nor a function/],
  ])('refuse a key that is %s', async (_, makeKey, text) => {
    const key = (await makeKey()) as CryptoKey;
    for (const create of [
      () => createOidcAdapter({ ...sound, requestObject: { key } }),
      () => privateKeyJwt({ key }),
    ]) {
      const error = await errorOf(create);
      expect(error).toMatchObject({ code: 'misconfigured', message: expect.stringMatching(text) as string });
    }
  });

  const signer: OidcSigner = async () => new Uint8Array(64);

  test.each<[string, object, RegExp]>([
    ['a function without an algorithm', { key: signer }, /Set `requestObject\.alg`/],
    ['an algorithm that FAPI forbids', { key: signer, alg: 'RS256' }, /`requestObject\.alg` is "RS256"/],
    ['a lifetime of more than an hour', { key: signer, alg: 'ES256', lifetime: 3600 }, /at most 3540/],
    ['a lifetime of 0', { key: signer, alg: 'ES256', lifetime: 0 }, /`requestObject\.lifetime` is 0/],
    ['a lifetime that is no number', { key: signer, alg: 'ES256', lifetime: '5m' }, /`requestObject\.lifetime` is 5m/],
  ])('refuse %s', async (_, requestObject, text) => {
    const error = await errorOf(() => createOidcAdapter({ ...sound, requestObject: requestObject as never }));
    expect(error).toMatchObject({ code: 'misconfigured', message: expect.stringMatching(text) as string });
  });

  test('refuse an algorithm that is not of the key, and a private key to encrypt with', async () => {
    const { privateKey } = await generateKeyPair('ES256');
    const wrongAlg = await errorOf(() =>
      createOidcAdapter({ ...sound, requestObject: { key: privateKey, alg: 'PS256' } }),
    );
    expect(wrongAlg.message).toMatch(/`requestObject\.alg` is "PS256", but `requestObject\.key` is for ES256/);
    const encrypt = { key: (await generateKeyPair('ECDH-ES')).privateKey, alg: 'ECDH-ES' } as const;
    const wrongKey = await errorOf(() => createOidcAdapter({ ...sound, requestObject: { key: privateKey, encrypt } }));
    expect(wrongKey.message).toMatch(/`requestObject\.encrypt\.key` must be a public/);
  });

  test('sign by a function, in time, for the request object and the assertion', async () => {
    const strict = await start();
    const algs: string[] = [];
    const key: OidcSigner = async (data, { alg, signal }) => {
      algs.push(alg);
      expect(signal.aborted).toBe(false);
      return new Uint8Array(
        await crypto.subtle.sign({ name: 'ECDSA', hash: 'SHA-256' }, strict.clientKeys.privateKey, data),
      );
    };
    const byFunction = { key, alg: 'ES256', kid: 'client-1' } as const;
    const adapter = adapterFor(strict, { requestObject: byFunction, clientAuthentication: privateKeyJwt(byFunction) });
    await expect(approvedLogin(strict, adapter)).resolves.toMatchObject({ status: 'approved' });
    expect(algs).toEqual(['ES256', 'ES256', 'ES256']);
  });

  test.each<[string, OidcSigner, string, RegExp]>([
    [
      'throws',
      () => {
        throw new Error('HSM is locked');
      },
      'unavailable',
      /signer `requestObject\.key` failed, so nothing was sent/,
    ],
    ['rejects', () => Promise.reject(new Error('HSM is locked')), 'unavailable', /failed, so nothing was sent/],
    ['hangs', () => new Promise(() => undefined), 'timeout', /no signature within 0\.05 s, so nothing was sent/],
    ['returns DER', () => new Uint8Array(70), 'misconfigured', /returned 70 bytes.*not ASN\.1 DER/],
    ['returns nothing', () => undefined as never, 'misconfigured', /returned 0 bytes/],
  ])('say so and send nothing, if a signer %s', async (_, key, code, text) => {
    const strict = await start();
    const adapter = adapterFor(strict, { requestObject: { key, alg: 'ES256', timeout: 0.05 } });
    const error = await errorOf(adapter.initiate(login, calling));
    expect(error).toMatchObject({ code, message: expect.stringMatching(text) as string });
    expect(strict.seen.starts).toEqual([]);
    expect(strict.seen.refused).toEqual([]);
  });

  test('say so at a poll, too, which then goes on', async () => {
    const strict = await start();
    let isLocked = false;
    const key: OidcSigner = async (data) => {
      if (isLocked) throw new Error('HSM is locked');
      return new Uint8Array(
        await crypto.subtle.sign({ name: 'ECDSA', hash: 'SHA-256' }, strict.clientKeys.privateKey, data),
      );
    };
    const adapter = adapterFor(strict, { clientAuthentication: privateKeyJwt({ key, alg: 'ES256', kid: 'client-1' }) });
    const pending = await adapter.initiate(login, calling);
    isLocked = true;
    const error = await errorOf(adapter.poll(pending, calling));
    expect(error).toMatchObject({ code: 'unavailable', retryable: true });
    expect(error.message).toMatch(/signer `privateKeyJwt\.key` failed/);
    isLocked = false;
    strict.approve();
    await expect(adapter.poll(pending, calling)).resolves.toMatchObject({ status: 'approved' });
  });

  test('send nothing, if the login was canceled while the signer worked', async () => {
    const strict = await start();
    const controller = new AbortController();
    const key: OidcSigner = async (data) => {
      controller.abort(new Error('canceled'));
      return new Uint8Array(
        await crypto.subtle.sign({ name: 'ECDSA', hash: 'SHA-256' }, strict.clientKeys.privateKey, data),
      );
    };
    const adapter = adapterFor(strict, { requestObject: { key, alg: 'ES256', kid: 'client-1' } });
    await expect(adapter.initiate(login, { ...calling, signal: controller.signal })).rejects.toThrow('canceled');
    expect(strict.seen.starts).toEqual([]);
  });
});

describe('settings that are wrong', () => {
  test('names an alias that is http', async () => {
    const aliases = { token_endpoint: 'http://login.example.com/token' };
    const strict = await start({ metadata: { mtls_endpoint_aliases: aliases } });
    const error = await errorOf(adapterFor(strict).initiate(login, calling));
    expect(error.message).toMatch(/alias for `token_endpoint`.*is http/);
  });

  test('takes nothing but endpoints from the aliases', async () => {
    const metadata: Record<string, unknown> = {};
    const strict = await start({ metadata });
    metadata['mtls_endpoint_aliases'] = {
      issuer: 'https://elsewhere.example.com',
      token_endpoint: `${strict.issuer}/mtls/token`,
      backchannel_authentication_endpoint: `${strict.issuer}/mtls/backchannel`,
    };
    await adapterFor(strict).initiate(login, calling);
    expect(strict.seen.starts[0]?.claims.aud).toBe(strict.issuer);
  });

  test.each([
    ['an http endpoint', { userinfo_endpoint: 'http://127.0.0.1/me' }, /an http `userinfo_endpoint`/],
    ['no keys', { jwks_uri: undefined }, /has no `jwks_uri`/],
  ])('names %s in the metadata', async (_, metadata, text) => {
    const strict = await start({ metadata });
    const error = await errorOf(adapterFor(strict).initiate(login, calling));
    expect(error).toMatchObject({ code: 'misconfigured', message: expect.stringMatching(text) as string });
  });

  test('fails at the start if the keys cannot be fetched, before any phone rings', async () => {
    const strict = await start();
    strict.tampering.keysStatus = 503;
    const error = await errorOf(adapterFor(strict).initiate(login, calling));
    expect(error.message).toMatch(/answered the keys request with server_error/);
    expect(strict.seen.starts).toEqual([]);
    strict.tampering.keysStatus = 200;
    await adapterFor(strict).initiate(login, calling);
  });

  test('a login that waits goes on if another process cannot fetch the keys', async () => {
    const strict = await start();
    const pending = await adapterFor(strict).initiate(login, calling);
    let isAway = true;
    const fetch: OidcFetch = (url, init) =>
      isAway && url.endsWith('/jwks')
        ? Promise.resolve(new Response('<h1>Not found</h1>', { status: 404 }))
        : strict.fetchWith()(url, init);
    const restarted = adapterFor(strict, { fetch });
    await expect(errorOf(restarted.poll(pending, calling))).resolves.toMatchObject({ retryable: true });
    isAway = false;
    await expect(restarted.poll(pending, calling)).resolves.toMatchObject({ status: 'pending' });
  });

  test('a fetch that hangs and ignores its signal holds up no other login', async () => {
    const strict = await start();
    let hangs = true;
    const fetch: OidcFetch = (url, init) =>
      hangs && url.endsWith('/jwks') ? new Promise(() => undefined) : strict.fetchWith()(url, init);
    const adapter = adapterFor(strict, { fetch, timeout: 1 });
    await expect(errorOf(adapter.initiate(login, calling))).resolves.toMatchObject({ code: 'timeout' });
    expect(strict.seen.starts).toEqual([]);
    hangs = false;
    await expect(approvedLogin(strict, adapter)).resolves.toMatchObject({ status: 'approved' });
  });

  test.each<[string, ClientAuthMethod]>([
    ['client assertions', 'private_key_jwt'],
    ['request objects', 'mtls'],
  ])('says that the clock is wrong by an hour, for %s', async (_, method) => {
    const strict = await start({ clockAhead: 3600, method });
    const authentication = method === 'mtls' && { clientAuthentication: TlsClientAuth() };
    const error = await errorOf(adapterFor(strict, { ...authentication }).initiate(login, calling));
    expect(error.message).toMatch(/This server's clock is 3(?:600|599|601) s behind the provider's/);
    expect(strict.seen.starts).toEqual([]);
  });

  test('names the key of a client that the provider does not know', async () => {
    const strict = await start();
    const { privateKey } = await generateKeyPair('ES256');
    const adapter = adapterFor(strict, { requestObject: { key: privateKey, kid: 'client-1' } });
    const error = await errorOf(adapter.initiate(login, calling));
    expect(error.message).toMatch(/register its public key/);
    expect(error.maybeHint).not.toBe(true);
  });

  test('shows no request object, even if the provider repeats it', async () => {
    const strict = await start();
    const fetch: OidcFetch = async (url, init) => {
      const request = new URLSearchParams(init.body).get('request');
      if (request === null) return strict.fetchWith()(url, init);
      const description = `Cannot read ${request}`;
      return Response.json({ error: 'invalid_request', error_description: description }, { status: 400 });
    };
    const error = await errorOf(adapterFor(strict, { fetch }).initiate(login, calling));
    expect(error.message).toContain('Cannot read [removed]');
  });

  test('goes on polling if the client key was changed between start and poll', async () => {
    const strict = await start();
    const adapter = adapterFor(strict);
    const pending = await adapter.initiate(login, calling);
    const [known] = strict.clientJwks.splice(0);
    const error = await errorOf(adapter.poll(pending, calling));
    expect(error).toMatchObject({ code: 'misconfigured', retryable: true });
    strict.clientJwks.push(known!);
    strict.approve();
    await expect(adapter.poll(pending, calling)).resolves.toMatchObject({ status: 'approved' });
  });

  test('names a CA that this server does not trust', async () => {
    const strict = await start();
    const other = await startStrictProvider();
    const fetch = strict.fetchWith(strict.clientCertificate, other.ca.cert);
    await other.close();
    const error = await errorOf(adapterFor(strict, { fetch }).initiate(login, calling));
    expect(error.message).toMatch(/doesn't trust the CA/);
    expect(error.retryable).toBe(false);
  });

  test.each(['expired', 'missing', 'foreign'])('hints at a client certificate that is %s', async (kind) => {
    const strict = await start({ strictHandshake: true });
    const other = await startStrictProvider();
    await other.close();
    const expired = { subject: CLIENT_ID, usage: 'client', notAfter: new Date(Date.now() - 1000) } as const;
    const certificates = { expired: strict.ca.issue(expired), missing: null, foreign: other.clientCertificate };
    const fetch = strict.fetchWith(certificates[kind as keyof typeof certificates]);
    const error = await errorOf(adapterFor(strict, { fetch }).initiate(login, calling));
    expect(error.message).toMatch(/client certificate/);
  });
});

describe('tokens that are bound with DPoP', () => {
  const withKey = async (strict: StrictProvider) =>
    adapterFor(strict, { profile: 'generic', mtls: true, dpopKey: await generateKeyPair('ES256') });

  test('come with proofs, and a provider that wants a nonce is asked once more', async () => {
    const strict = await start({ dpop: true });
    const adapter = await withKey(strict);
    const result = await approvedLogin(strict, adapter);
    expect(result).toMatchObject({ status: 'approved', session: { tokenType: 'DPoP' } });
    expect(strict.seen.polls).toBe(1);
    expect(strict.seen.refused).toEqual([]);
  });

  test('authorize requests for userinfo and those of the app', async () => {
    const metadata: Record<string, unknown> = {};
    const strict = await start({ dpop: true, metadata });
    metadata['userinfo_endpoint'] = `${strict.issuer}/userinfo`;
    const adapter = await withKey(strict);
    const result = await approvedLogin(strict, adapter);
    if (result.status !== 'approved') throw new Error(`The login is ${result.status}.`);
    await expect(adapter.userinfo(result.session)).resolves.toMatchObject({ sub: 'user-1' });
    const url = `${strict.issuer}/accounts?open=1`;
    const ask = async (nonce?: string) => {
      const headers = await adapter.authorizationHeaders(result.session, { url, ...(nonce && { nonce }) });
      return strict.fetchWith()(url, { method: 'GET', headers: { ...headers }, redirect: 'manual' });
    };
    expect((await ask()).status).toBe(401);
    expect((await ask('nonce-of-accounts')).status).toBe(200);
    expect(strict.seen.refused).toEqual([]);
  });

  test('need no proof if they are bearer tokens', async () => {
    const strict = await start();
    const headers = await adapterFor(strict).authorizationHeaders({ accessToken: 'a' }, { url: strict.issuer });
    expect(headers).toEqual({ authorization: 'Bearer a' });
  });

  test('cannot be used without the key', async () => {
    const strict = await start();
    const token = { accessToken: 'a', tokenType: 'DPoP' } as const;
    const error = await errorOf(adapterFor(strict).authorizationHeaders(token, { url: strict.issuer }));
    expect(error.message).toMatch(/Set `dpopKey`/);
  });

  test('are refused and revoked if they are not bound', async () => {
    const strict = await start();
    const adapter = await withKey(strict);
    const error = await errorOf(approvedLogin(strict, adapter));
    expect(error.message).toMatch(/returned a bearer token/);
    expect(strict.seen.revoked).toHaveLength(2);
  });

  test('name the missing key', async () => {
    const strict = await start({ dpop: true });
    const error = await errorOf(approvedLogin(strict, adapterFor(strict, { profile: 'generic', mtls: true })));
    expect(error.message).toMatch(/invalid_dpop_proof.*Set `dpopKey`/);
  });

  test.each<[string, () => Promise<unknown>, RegExp]>([
    ['no pair', async () => ({}), /`dpopKey\.privateKey` is neither/],
    ['for RS256', () => generateKeyPair('RS256'), /RSASSA-PKCS1-v1_5/],
    [
      'without its public key',
      async () => ({ privateKey: (await generateKeyPair('ES256')).privateKey }),
      /`dpopKey\.publicKey`/,
    ],
  ])('refuse a key that is %s', async (_, makeKey, text) => {
    const dpopKey = (await makeKey()) as CryptoKeyPair;
    const options = { issuer: 'https://login.example.com', clientId: 'shop', clientSecret: 'x', dpopKey };
    const error = await errorOf(() => createOidcAdapter(options));
    expect(error).toMatchObject({ code: 'misconfigured', message: expect.stringMatching(text) as string });
  });
});

describe('further parameters', () => {
  test.each(['scope', 'client_id', 'login_hint', 'request', 'iss', 'client_notification_token'])(
    'may not be %s, which the adapter sets itself',
    async (name) => {
      const adapter = createOidcAdapter({ issuer: 'https://login.example.com', clientId: 'shop', clientSecret: 'x' });
      const error = await errorOf(adapter.initiate({ ...login, parameters: { [name]: 'x' } }, calling));
      expect(error).toMatchObject({ code: 'misconfigured' });
      expect(error.message).toContain(`\`${name}\` in \`parameters\``);
    },
  );

  test('are sent in the form, if nothing is signed: text as it is, the rest as JSON', async () => {
    const forms: URLSearchParams[] = [];
    const adapter = createOidcAdapter({
      issuer: 'https://login.example.com',
      clientId: 'shop',
      clientSecret: 'x',
      profile: { ...oidcProfiles.generic, endpoint: (issuer) => `${issuer}/backchannel` },
      fetch: async (url, init) => {
        forms.push(new URLSearchParams(init.body));
        const issuer = 'https://login.example.com';
        if (!url.endsWith('/backchannel')) return Response.json({ issuer, token_endpoint: `${issuer}/token` });
        return Response.json({ auth_req_id: AUTH_REQ_ID, expires_in: 60 });
      },
    });
    const pending: PendingApproval = await adapter.initiate(
      {
        ...login,
        requestContext: { ip: '192.0.2.7' },
        claims: { userinfo: null },
        parameters: { purpose: 'a b', n: 2 },
      },
      calling,
    );
    expect(pending.expiresIn).toBe(60);
    expect(Object.fromEntries(forms[1] ?? [])).toMatchObject({
      request_context: '{"ip":"192.0.2.7"}',
      claims: '{"userinfo":null}',
      purpose: 'a b',
      n: '2',
    });
  });
});
