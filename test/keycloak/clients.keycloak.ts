import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { exportJWK, generateKeyPair } from 'jose';
import { ClientSecretJwt, ClientSecretPost, PrivateKeyJwt } from 'openid-client';
import { openChannel } from './channel.js';
import type { Channel } from './channel.js';
import { createRealm, SHOP } from './realm.js';
import type { Realm } from './realm.js';
import { createShop, start } from './shop.js';
import type { ShopOptions } from './shop.js';

// How the shop proves itself, and what is told where it cannot.

const ALGORITHMS = ['ES256', 'PS256'] as const;

let channel: Channel;
let realm: Realm;
const keys = new Map<string, CryptoKey>();

beforeAll(async () => {
  channel = await openChannel();
  const signing = await Promise.all(
    ALGORITHMS.map(async (alg) => {
      const { privateKey, publicKey } = await generateKeyPair(alg, { extractable: true });
      keys.set(alg, privateKey);
      const jwks = { keys: [{ ...(await exportJWK(publicKey)), kid: alg, use: 'sig', alg }] };
      return {
        clientId: `signing-${alg}`,
        clientAuthenticatorType: 'client-jwt',
        attributes: {
          'use.jwks.string': 'true',
          'jwks.string': JSON.stringify(jwks),
          'token.endpoint.auth.signing.alg': alg,
        },
      };
    }),
  );
  realm = await createRealm({
    clients: [
      { clientId: 'second-shop' },
      { clientId: 'without-ciba', attributes: { 'oidc.ciba.grant.enabled': 'false' } },
      { clientId: 'secret-jwt', clientAuthenticatorType: 'client-secret-jwt' },
      ...signing,
    ],
  });
});

afterAll(() => channel?.close());

async function signIn(adapter: ShopOptions['adapter'] = {}) {
  const shop = createShop(realm, { adapter });
  const browser = shop.browser();
  const { body } = await start(browser, 'ada');
  const request = channel.requestOf(body['displayCode']);
  await channel.decide(request, 'SUCCEED');
  return { request, poll: await browser.poll(body['id']), tokens: await shop.tokensOf(browser) };
}

describe('a client signs in', () => {
  test.each([
    ['its secret in the form', SHOP.clientId, () => ClientSecretPost(SHOP.clientSecret)],
    ['a token signed with its secret', 'secret-jwt', () => ClientSecretJwt(SHOP.clientSecret)],
    ...ALGORITHMS.map(
      (alg) =>
        [
          `a token signed with its key (${alg})`,
          `signing-${alg}`,
          () => PrivateKeyJwt({ key: keys.get(alg) as CryptoKey, kid: alg }),
        ] as const,
    ),
  ] as const)('by %s', async (_what, clientId, clientAuthentication) => {
    const { poll } = await signIn({ clientId, clientAuthentication: clientAuthentication() });
    expect(poll.body).toEqual({ status: 'approved', session: { name: 'Ada Example' } });
  });

  test('at the same Keycloak as another one, each with tokens for itself', async () => {
    const [first, second] = await Promise.all([signIn(), signIn({ clientId: 'second-shop' })]);
    expect([first.request.claims['azp'], second.request.claims['azp']]).toEqual(['shop', 'second-shop']);
    expect([first.tokens?.claims.aud, second.tokens?.claims.aud]).toEqual(['shop', 'second-shop']);
  });
});

describe('the developer is told', () => {
  const told = async (adapter: ShopOptions['adapter']) => {
    const shop = createShop(realm, { ...(adapter && { adapter }) });
    const { status } = await shop.browser().initiate('ada');
    return { status, event: shop.events.find(({ type }) => type === 'failed') };
  };

  test('that a client ID is unknown', async () => {
    const { status, event } = await told({ clientId: 'nobody' });
    expect(status).toBe(500);
    expect(event).toMatchObject({
      code: 'misconfigured',
      message: expect.stringMatching(/clientId/) as string,
    });
  });

  test('that the secret is wrong', async () => {
    const { status, event } = await told({ clientSecret: 'wrong' });
    expect(status).toBe(500);
    expect(event).toMatchObject({ code: 'misconfigured', message: expect.stringMatching(/clientSecret/) as string });
    expect(event).toMatchObject({ message: expect.not.stringContaining('Allow the CIBA grant') as string });
  });

  test('that the client may not use CIBA', async () => {
    const { status, event } = await told({ clientId: 'without-ciba' });
    expect(status).toBe(500);
    expect(event).toMatchObject({ code: 'misconfigured', message: expect.stringMatching(/CIBA Grant/i) as string });
  });

  test('that there is no such realm', async () => {
    const { event } = await told({ issuer: `${realm.issuer}-not` });
    expect(event).toMatchObject({
      code: 'misconfigured',
      message: expect.stringContaining('Check `issuer`') as string,
    });
  });

  test('that nobody answers at the authentication channel', async () => {
    channel.answerWith(500);
    const { status, event } = await told({});
    channel.answerWith(201);
    expect(status).toBe(503);
    expect(event).toMatchObject({ code: 'unavailable' });
  });
});
