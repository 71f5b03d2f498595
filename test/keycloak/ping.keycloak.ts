import type { IncomingMessage, RequestListener } from 'node:http';
import { toNodeListener } from 'react-ciba/server';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { openChannel } from './channel.js';
import type { Channel } from './channel.js';
import { listen } from './listen.js';
import type { Listening } from './listen.js';
import { createRealm } from './realm.js';
import type { Realm } from './realm.js';
import { createShop, start } from './shop.js';

// Delivery mode ping, and what else Keycloak posts to the app.

let channel: Channel;
let server: Listening;
let realm: Realm;
let respond: RequestListener = () => undefined;

interface Received {
  readonly headers: IncomingMessage['headers'];
  readonly body: string;
}

/** Takes what Keycloak posts, and answers with this status. */
function receive(status: number): { received: Received[] } {
  const received: Received[] = [];
  respond = (request, response) => {
    const chunks: Buffer[] = [];
    request.on('data', (chunk: Buffer) => chunks.push(chunk));
    request.on('end', () => {
      received.push({ headers: request.headers, body: Buffer.concat(chunks).toString() });
      response.writeHead(status).end();
    });
  };
  return { received };
}

beforeAll(async () => {
  channel = await openChannel();
  server = await listen(() => respond);
  realm = await createRealm({
    clients: [
      {
        clientId: 'pinged-shop',
        attributes: {
          'ciba.backchannel.token.delivery.mode': 'ping',
          'ciba.backchannel.client.notification.endpoint': `${server.origin}/api/ciba/ping`,
          'backchannel.logout.url': `${server.origin}/logout`,
          'backchannel.logout.session.required': 'true',
        },
      },
    ],
  });
});

afterAll(async () => {
  await server?.close();
  await channel?.close();
});

async function ring(ping: boolean, loginHint = 'ada') {
  const shop = createShop(realm, {
    adapter: { clientId: 'pinged-shop' },
    ask: ping ? {} : { notificationToken: 'token-of-this-test' },
    handler: { ping, origin: server.origin },
  });
  const browser = shop.browser();
  if (ping) respond = toNodeListener(shop.handler);
  const { body } = await start(browser, loginHint);
  const request = channel.requestOf(body['displayCode']);
  return { shop, browser, request, poll: async () => (await browser.poll(body['id'])).body };
}

/** The two readable parts of a token. */
function readToken(token: string) {
  const [header, claims] = token
    .split('.')
    .slice(0, 2)
    .map((part) => JSON.parse(Buffer.from(part, 'base64url').toString()) as Record<string, unknown>);
  return { header: header ?? {}, claims: claims ?? {} };
}

describe('ping', () => {
  test('tells the handler, which then asks at once', async () => {
    const { shop, request, poll } = await ring(true);
    expect(await channel.decide(request, 'SUCCEED')).toBe(200);
    await expect.poll(() => shop.events, { timeout: 10_000 }).toContainEqual({ type: 'approved', method: 'push' });
    expect(shop.events).toContainEqual({ type: 'notified' });
    await expect(poll()).resolves.toEqual({ status: 'approved', session: { name: 'Ada Example' } });
    expect(shop.events.filter(({ type }) => type === 'refused' || type === 'failed')).toEqual([]);
  });

  test('tells of a denial as well', async () => {
    const { shop, request, poll } = await ring(true);
    await channel.decide(request, 'CANCELLED');
    await expect.poll(() => shop.events, { timeout: 10_000 }).toContainEqual({ type: 'denied' });
    expect(shop.events).toContainEqual({ type: 'notified' });
    await expect(poll()).resolves.toEqual({ status: 'denied' });
  });

  test('is a bearer and the request ID', async () => {
    const { received } = receive(204);
    const { request } = await ring(false);
    await channel.decide(request, 'SUCCEED');
    await expect.poll(() => received, { timeout: 10_000 }).toHaveLength(1);
    expect(received[0]?.headers).toMatchObject({ authorization: 'Bearer token-of-this-test' });
    expect(JSON.parse(received[0]?.body ?? '')).toEqual({
      auth_req_id: expect.stringMatching(/^.{500,3500}$/) as string,
    });
  });

  test('that the app does not take leaves the approval as it is', async () => {
    receive(500);
    const { request, poll } = await ring(false);
    await channel.decide(request, 'SUCCEED');
    await expect(poll()).resolves.toMatchObject({ status: 'approved' });
  });
});

describe('back-channel logout', () => {
  test('is posted for the session that an administrator ends, and not again where the app fails', async () => {
    // Bob has no other session that would be ended as well.
    const { shop, browser, request, poll } = await ring(false, 'bob');
    await channel.decide(request, 'SUCCEED');
    await poll();
    const tokens = await shop.tokensOf(browser);
    const { received } = receive(500);
    await realm.admin('POST', `/users/${await realm.userId('bob')}/logout`);

    const logoutTokens = () =>
      received
        .flatMap(({ body }) => new URLSearchParams(body).get('logout_token') ?? [])
        .map(readToken)
        .filter(({ claims }) => claims['sid'] === tokens?.claims['sid']);
    await expect.poll(logoutTokens, { timeout: 10_000 }).toHaveLength(1);
    const [{ header, claims } = {}] = logoutTokens();
    expect(header).toMatchObject({ typ: 'logout+jwt', alg: 'RS256' });
    expect(claims).toMatchObject({
      iss: realm.issuer,
      aud: 'pinged-shop',
      sub: tokens?.claims.sub,
      events: { 'http://schemas.openid.net/event/backchannel-logout': {} },
    });
    expect(claims).not.toHaveProperty('nonce');
  });
});
