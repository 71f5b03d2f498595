import type { RequestListener } from 'node:http';
import { createOidcAdapter } from 'react-ciba/adapters/oidc';
import type { OidcSession } from 'react-ciba/adapters/oidc';
import { createMemoryStore, toNodeListener } from 'react-ciba/server';
import { afterAll, beforeAll, beforeEach, describe, expect, inject, test } from 'vitest';
import { endsOf, requestOf } from '../server/token-backend.js';
import type { TestBrowser } from '../server/harness.js';
import { openChannel } from './channel.js';
import type { Channel } from './channel.js';
import { listen } from './listen.js';
import type { Listening } from './listen.js';
import { createRealm, SHOP, user } from './realm.js';
import type { Realm } from './realm.js';
import { createShop, start } from './shop.js';
import type { Shop, ShopOptions } from './shop.js';

// What becomes of a session after the login: its tokens, and its end by the user, the administrator and the provider.

const ROUNDS = 10;
const CLIENT = { ...SHOP, clientId: 'shop-with-sessions' };
let channel: Channel;
let server: Listening;
let realm: Realm;
let respond: RequestListener = () => undefined;
let users = 0;

beforeAll(async () => {
  channel = await openChannel();
  server = await listen(() => respond);
  realm = await createRealm({
    // Tokens of four seconds, so that a test need not wait for minutes. Each refresh token works once.
    settings: { accessTokenLifespan: 4, revokeRefreshToken: true, refreshTokenMaxReuse: 0 },
    users: Array.from({ length: 2 * ROUNDS }, (_, n) => user(`user-${n}`)),
    clients: [
      {
        clientId: CLIENT.clientId,
        attributes: {
          'backchannel.logout.url': `${server.origin}/api/ciba/backchannel-logout`,
          'backchannel.logout.session.required': 'true',
          'post.logout.redirect.uris': `${server.origin}/bye`,
        },
      },
    ],
  });
});

afterAll(async () => {
  await server?.close();
  await channel?.close();
});

// Pushes to one user are kept apart.
beforeEach(() => {
  users += 1;
});
const username = () => `user-${users}`;

const pause = (seconds: number) => new Promise((resolve) => setTimeout(resolve, seconds * 1000));

function openShop(at: Realm = realm, handler: ShopOptions['handler'] = {}): Shop {
  const shop = createShop(at, { adapter: CLIENT, handler: { origin: server.origin, ...handler } });
  respond = toNodeListener(shop.handler);
  return shop;
}

async function signIn(shop: Shop, hint = username()): Promise<TestBrowser> {
  const browser = shop.browser();
  const { body } = await start(browser, hint);
  await channel.decide(channel.requestOf(body['displayCode']), 'SUCCEED');
  await expect.poll(async () => (await browser.poll(body['id'])).body['status'], { timeout: 10_000 }).toBe('approved');
  return browser;
}

/** One user at two devices. */
async function signInTwice() {
  const shop = openShop();
  const here = await signIn(shop);
  // The user isn't asked twice within a minute.
  shop.skip(61);
  return { shop, browsers: [here, await signIn(shop)] as const };
}

const request = (browser: TestBrowser) => requestOf(browser, server.origin);
const shown = async (browser: TestBrowser) => (await browser.get('session')).body['session'];

async function sessionsAtKeycloak(at = realm): Promise<readonly unknown[]> {
  return (await at.admin('GET', `/users/${await at.userId(username())}/sessions`)) as readonly unknown[];
}

/** Whether Keycloak accepts an access token. */
async function isAccepted(token: string | undefined): Promise<boolean> {
  const response = await fetch(`${realm.issuer}/protocol/openid-connect/userinfo`, {
    headers: { authorization: `Bearer ${token}` },
  });
  await response.body?.cancel();
  return response.status === 200;
}

describe('a refresh', () => {
  test('goes on from rotated token to rotated token', async () => {
    const shop = openShop();
    const browser = await signIn(shop);
    const seen = new Set<string | undefined>();
    for (let times = 0; times < 3; times += 1) {
      const token = await shop.handler.accessToken(request(browser));
      expect(await isAccepted(token?.token)).toBe(true);
      seen.add(token?.token);
      await pause(2.5);
    }
    expect(seen.size).toBe(3);
    expect(await shown(browser)).toEqual({ name: `${username()} Example` });
    const session = await shop.tokensOf(browser);
    expect(session?.refreshExpiresAt).toBeGreaterThan(Date.now() + 60_000);
  });

  test('that 200 requests in two processes need at once is sent once, and nobody is thrown out', async () => {
    const store = createMemoryStore();
    const [one, other] = [openShop(realm, { store }), openShop(realm, { store })];
    const browser = await signIn(one);
    await pause(2.5);
    const tokens = await Promise.all(
      Array.from({ length: 200 }, (_, n) => (n % 2 === 0 ? one : other).handler.accessToken(request(browser))),
    );
    await pause(0.2);
    const newest = await one.handler.accessToken(request(browser));
    expect(await isAccepted(newest?.token)).toBe(true);
    expect(new Set(tokens.map((token) => token?.token)).size).toBeLessThanOrEqual(2);
    expect([...one.events, ...other.events].filter(({ type }) => type === 'refreshed')).toHaveLength(1);
  });

  test('after a thief used the refresh token ends the session, and says so', async () => {
    const shop = openShop();
    const browser = await signIn(shop);
    const thief = createOidcAdapter({ profile: 'keycloak', issuer: realm.issuer, ...CLIENT });
    const stolen = (await shop.tokensOf(browser)) as OidcSession;
    const signal = new AbortController().signal;
    expect(await thief.refresh(stolen, { signal, actId: 'theft' })).toMatchObject({ status: 'refreshed' });
    await pause(2.5);
    expect(await shop.handler.accessToken(request(browser))).toBeNull();
    expect(endsOf(shop.events)).toEqual(['reused']);
    expect(await shown(browser)).toBeNull();
  });
});

describe('the end of a session', () => {
  test('by the user ends it at Keycloak, with the newest tokens', async () => {
    const shop = openShop();
    const browser = await signIn(shop);
    await pause(2.5);
    const token = await shop.handler.accessToken(request(browser));
    expect(await sessionsAtKeycloak()).toHaveLength(1);
    await browser.post('sign-out', {});
    expect(await sessionsAtKeycloak()).toEqual([]);
    expect(await isAccepted(token?.token)).toBe(false);
    expect(shop.events.filter(({ type }) => type === 'failed')).toEqual([]);
  });

  test('by the user on one device leaves the other devices signed in', async () => {
    const { shop, browsers } = await signInTwice();
    const [here, there] = browsers;
    await here.post('sign-out', {});
    expect(await shown(here)).toBeNull();
    await pause(2.5);
    const token = await shop.handler.accessToken(request(there));
    expect(await isAccepted(token?.token)).toBe(true);
    expect(await sessionsAtKeycloak()).toHaveLength(1);
  });

  test('by the administrator closes it here, on every device', async () => {
    const { shop, browsers } = await signInTwice();
    await realm.admin('POST', `/users/${await realm.userId(username())}/logout`);
    const open = async () => (await Promise.all(browsers.map(shown))).filter((session) => session !== null).length;
    // Keycloak 26.5 tells of one session alone. The other one ends as soon as its tokens are refreshed.
    const untold = inject('installedKeycloak').version.startsWith('26.5.') ? 1 : 0;
    await expect.poll(open, { timeout: 10_000 }).toBe(untold);
    await pause(2.5);
    for (const browser of browsers) expect(await shop.handler.accessToken(request(browser))).toBeNull();
    expect(await open()).toBe(0);
    expect(endsOf(shop.events)).toEqual(['provider', untold === 0 ? 'provider' : 'refused']);
    expect(shop.events.filter(({ type }) => type === 'refused')).toEqual([]);
  });

  test('by Keycloak itself, whose sessions are over, is noticed by the next refresh', async () => {
    const short = await createRealm({
      settings: { accessTokenLifespan: 4, ssoSessionMaxLifespan: 6, ssoSessionIdleTimeout: 6 },
      users: [user(username())],
      clients: [{ clientId: CLIENT.clientId }],
    });
    const shop = openShop(short);
    const browser = await signIn(shop);
    await pause(7);
    expect(await shown(browser)).not.toBeNull();
    expect(await shop.handler.accessToken(request(browser))).toBeNull();
    expect(await shown(browser)).toBeNull();
    expect(endsOf(shop.events)).toEqual(['refused']);

    const following = openShop(short, { sessionFollows: 'tokens' });
    const other = await signIn(following);
    expect(await shown(other)).not.toBeNull();
    await pause(7);
    expect(await shown(other)).toBeNull();
    expect(endsOf(following.events)).toEqual(['expired']);
  });

  test('in the browser, at the address for it, leads back to the app', async () => {
    const shop = openShop();
    const browser = await signIn(shop);
    const session = (await shop.tokensOf(browser)) as OidcSession;
    await shop.handler.signOut(request(browser));
    const oidc = createOidcAdapter({ profile: 'keycloak', issuer: realm.issuer, ...CLIENT });
    const url = await oidc.endSessionUrl(session, { returnTo: `${server.origin}/bye`, state: 'state-1' });
    const response = await fetch(url, { redirect: 'manual' });
    expect(response.status).toBe(302);
    expect(response.headers.get('location')).toBe(`${server.origin}/bye?state=state-1`);
  });
});
