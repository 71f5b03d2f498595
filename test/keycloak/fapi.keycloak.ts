import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:https';
import type { RequestListener, Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { decodeJwt, decodeProtectedHeader, exportJWK, exportPKCS8, generateKeyPair } from 'jose';
import { TlsClientAuth } from 'openid-client';
import { createOidcAdapter, privateKeyJwt } from 'react-ciba/adapters/oidc';
import type { OidcAdapterOptions } from 'react-ciba/adapters/oidc';
import { toNodeListener } from 'react-ciba/server';
import { afterAll, beforeAll, describe, expect, inject, test } from 'vitest';
import { run } from '../../src/cli/run.js';
import { openChannel } from './channel.js';
import type { Channel } from './channel.js';
import { createRealm } from './realm.js';
import type { Realm } from './realm.js';
import { createShop, start } from './shop.js';
import { fetchTrusting } from './trusting-fetch.js';

// Keycloak's own policies for FAPI, over https with a private CA: the judge of an official implementation.

const DELIVERIES = ['poll', 'ping'] as const;
const METHODS = ['private_key_jwt', 'mtls'] as const;

const { certificates } = inject('server');
let channel: Channel;
let app: Server;
let appOrigin: string;
let realm: Realm;
let respond: RequestListener = () => undefined;
let signing: { readonly key: CryptoKey; readonly kid: string };

const clientIdOf = (delivery: string, method: string) => `bank-${delivery}-${method}`;

beforeAll(async () => {
  channel = await openChannel();
  const { cert, key } = certificates.app;
  app = createServer({ cert, key }, (request, response) => respond(request, response));
  await new Promise<void>((resolve) => app.listen(0, '127.0.0.1', resolve));
  appOrigin = `https://localhost:${(app.address() as AddressInfo).port}`;

  const { privateKey, publicKey } = await generateKeyPair('PS256', { extractable: true });
  signing = { key: privateKey, kid: 'bank-1' };
  const jwks = { keys: [{ ...(await exportJWK(publicKey)), kid: 'bank-1', use: 'sig', alg: 'PS256' }] };
  realm = await createRealm({
    clients: DELIVERIES.flatMap((delivery) =>
      METHODS.map((method) => ({
        clientId: clientIdOf(delivery, method),
        clientAuthenticatorType: method === 'mtls' ? 'client-x509' : 'client-jwt',
        fullScopeAllowed: false,
        attributes: {
          'use.jwks.string': 'true',
          'jwks.string': JSON.stringify(jwks),
          'token.endpoint.auth.signing.alg': 'PS256',
          'ciba.backchannel.auth.request.signing.alg': 'PS256',
          'id.token.signed.response.alg': 'PS256',
          'access.token.signed.response.alg': 'PS256',
          'tls.client.certificate.bound.access.tokens': 'true',
          'ciba.backchannel.token.delivery.mode': delivery,
          ...(delivery === 'ping' && {
            'ciba.backchannel.client.notification.endpoint': `${appOrigin}/api/ciba/ping`,
          }),
          ...(method === 'mtls' && { 'x509.subjectdn': 'CN=bank' }),
        },
      })),
    ),
  });
  // Keycloak makes a missing key with the first request that needs it, and the channel can't see it before the request's end.
  const { id } = (await realm.admin('GET', '')) as { id: string };
  await realm.admin('POST', '/components', {
    name: 'ps256',
    providerId: 'rsa-generated',
    providerType: 'org.keycloak.keys.KeyProvider',
    parentId: id,
    config: { algorithm: ['PS256'], keySize: ['2048'], priority: ['100'], enabled: ['true'], active: ['true'] },
  });
  await realm.admin('PUT', '/client-policies/policies', {
    policies: [
      {
        name: 'fapi',
        description: 'All clients of this realm',
        enabled: true,
        conditions: [{ condition: 'any-client', configuration: {} }],
        profiles: ['fapi-1-advanced', 'fapi-ciba'],
      },
    ],
  });
});

afterAll(async () => {
  app?.closeAllConnections();
  app?.close();
  await channel?.close();
});

const optionsFor = (delivery: string, method: string): OidcAdapterOptions => ({
  issuer: realm.secureIssuer,
  clientId: clientIdOf(delivery, method),
  profile: { provider: 'keycloak', security: 'fapi-ciba' },
  clientAuthentication: method === 'mtls' ? TlsClientAuth() : privateKeyJwt(signing),
  requestObject: signing,
  fetch: fetchTrusting(certificates.bank),
});

describe('a login under the policies fapi-1-advanced and fapi-ciba', () => {
  test.each(DELIVERIES.flatMap((delivery) => METHODS.map((method) => [delivery, method] as const)))(
    'signs in with %s and %s',
    async (delivery, method) => {
      const shop = createShop(realm, {
        adapter: { clientSecret: undefined, ...optionsFor(delivery, method) } as Partial<OidcAdapterOptions>,
        handler: { origin: appOrigin, ping: delivery === 'ping' },
      });
      respond = toNodeListener(shop.handler);
      const browser = shop.browser();
      const { body } = await start(browser, 'ada');
      const request = channel.requestOf(body['displayCode']);
      expect(await channel.decide(request, 'SUCCEED')).toBe(200);
      if (delivery === 'ping') {
        await expect.poll(() => shop.events, { timeout: 10_000 }).toContainEqual({ type: 'approved', method: 'push' });
        expect(shop.events).toContainEqual({ type: 'notified' });
      }
      const poll = await browser.poll(body['id']);
      expect(poll.body, JSON.stringify(shop.events)).toEqual({
        status: 'approved',
        session: { name: 'Ada Example' },
      });
      const tokens = await shop.tokensOf(browser);
      if (!tokens) throw new Error('There is no session.');
      expect(decodeProtectedHeader(tokens.idToken)).toMatchObject({ alg: 'PS256' });
      // Bound to the certificate (RFC 8705 §3.1).
      expect(decodeJwt(tokens.accessToken)['cnf']).toEqual({ 'x5t#S256': certificates.bank.thumbprint });
      expect(shop.events.filter(({ type }) => type === 'failed' || type === 'warning')).toEqual([]);

      const adapter = createOidcAdapter(optionsFor(delivery, method));
      await adapter.revoke(tokens);
      await expect(adapter.userinfo(tokens)).rejects.toMatchObject({ code: 'unauthorized' });
    },
  );
});

describe('what breaks a rule there is told to the developer, and rings nobody', () => {
  const calling = { signal: new AbortController().signal, actId: 'attempt-1' };
  const ask = { loginHint: 'ada', displayCode: '4827' };

  test.each<[string, (options: OidcAdapterOptions) => Promise<OidcAdapterOptions>, RegExp]>([
    [
      'an unsigned request',
      async ({ requestObject: _, ...rest }) => ({ ...rest, profile: 'keycloak', mtls: true }),
      /`requestObject`/,
    ],
    [
      'a request that another key signed',
      async (options) => ({
        ...options,
        requestObject: { key: (await generateKeyPair('PS256')).privateKey, kid: 'bank-1' },
      }),
      /signature|signed|requestObject/i,
    ],
    [
      'a request with another algorithm than the registered one',
      async (options) => ({
        ...options,
        requestObject: { key: (await generateKeyPair('ES256')).privateKey, kid: 'bank-1' },
      }),
      /signed|algorithm|requestObject/i,
    ],
    [
      'an assertion that another key signed',
      async (options) => ({
        ...options,
        clientAuthentication: privateKeyJwt({ key: (await generateKeyPair('PS256')).privateKey }),
      }),
      /credentials|clientAuthentication|key/,
    ],
    [
      'a CA that is not trusted',
      async ({ fetch: _, ...rest }) => ({ ...rest, fetch: (url, init) => fetch(url, init) }),
      /doesn't trust the CA/,
    ],
    [
      'a client certificate that has expired',
      async (options) => ({ ...options, fetch: fetchTrusting(certificates.expired) }),
      /certificate/,
    ],
  ])('%s', async (_what, change, text) => {
    const rungBefore = channel.requests.length;
    const adapter = createOidcAdapter(await change(optionsFor('poll', 'private_key_jwt')));
    const error: unknown = await adapter.initiate(ask, calling).then(
      () => expect.fail('nothing was thrown'),
      (caught: unknown) => caught,
    );
    expect(String(error)).toMatch(text);
    expect(channel.requests).toHaveLength(rungBefore);
  });

  test('no certificate at the token endpoint: the login goes on, and the text says what is missing', async () => {
    const withCertificate = createOidcAdapter(optionsFor('poll', 'private_key_jwt'));
    const without = createOidcAdapter({ ...optionsFor('poll', 'private_key_jwt'), fetch: fetchTrusting() });
    const pending = await withCertificate.initiate({ ...ask, displayCode: '9152' }, calling);
    expect(await channel.decide(channel.requestOf('9152'), 'SUCCEED')).toBe(200);
    await expect(without.poll(pending, calling)).rejects.toMatchObject({
      code: 'misconfigured',
      retryable: true,
      message: expect.stringContaining('Pass a `fetch` that presents the registered certificate') as string,
    });
    // The approval is still there.
    await new Promise((resolve) => setTimeout(resolve, 1500));
    await expect(withCertificate.poll(pending, calling)).resolves.toMatchObject({ status: 'approved' });
  });
});

describe('react-ciba check', () => {
  test.each(METHODS)('finds that all is well with %s, from files', async (method) => {
    const folder = mkdtempSync(join(tmpdir(), 'react-ciba-fapi-'));
    try {
      const file = (name: string, text: string) => {
        writeFileSync(join(folder, name), text);
        return join(folder, name);
      };
      const lines: string[] = [];
      const options = {
        issuer: realm.secureIssuer,
        'client-id': clientIdOf('poll', method),
        profile: 'keycloak',
        'signing-key': file('signing.pem', await exportPKCS8(signing.key)),
        'key-id': signing.kid,
        certificate: file('cert.pem', certificates.bank.cert),
        'certificate-key': file('key.pem', certificates.bank.key),
        ca: file('ca.pem', inject('server').ca),
      };
      const args = Object.entries(options).flatMap(([name, value]) => [`--${name}`, value]);
      const rungBefore = channel.requests.length;
      const exitCode = await run(
        ['check', '--fapi', ...(method === 'mtls' ? ['--tls-client-auth'] : []), ...args],
        {},
        (line) => void lines.push(line),
      );
      expect(exitCode, lines.join('\n')).toBe(0);
      for (const subject of ['metadata', 'client', 'clock', 'start', 'revocation']) {
        expect(lines.join('\n')).toMatch(new RegExp(`^ok +${subject}:`, 'm'));
      }
      expect(channel.requests).toHaveLength(rungBefore);
    } finally {
      rmSync(folder, { recursive: true, force: true });
    }
  });
});
