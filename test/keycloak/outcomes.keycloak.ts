import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { createOidcAdapter } from 'react-ciba/adapters/oidc';
import { openChannel } from './channel.js';
import type { Channel, Decision } from './channel.js';
import { createRealm, SHOP, user } from './realm.js';
import type { Realm } from './realm.js';
import { createShop, start } from './shop.js';
import type { ShopOptions } from './shop.js';

// How a login ends.

let channel: Channel;
let realm: Realm;
/** Requests end after two seconds here. */
let hastyRealm: Realm;

beforeAll(async () => {
  channel = await openChannel();
  [realm, hastyRealm] = await Promise.all([
    createRealm({
      clients: [{ clientId: 'second-shop' }],
      users: [user('fickle'), user('unfinished'), user('plain')],
      settings: { revokeRefreshToken: true },
    }),
    createRealm({ attributes: { cibaExpiresIn: '2' } }),
  ]);
});

afterAll(() => channel?.close());

/** Keycloak's own clock has to go past the interval of a second. */
const interval = () => new Promise((resolve) => setTimeout(resolve, 1500));

const calling = { signal: new AbortController().signal, actId: 'attempt-1' };
const adapterFor = (clientId = SHOP.clientId, at = realm) =>
  createOidcAdapter({ profile: 'keycloak', issuer: at.issuer, ...SHOP, clientId });

/** Starts a login at a shop of its own, up to what its phone shows. */
async function ring(loginHint: string, at: Realm = realm, options: ShopOptions = {}) {
  const shop = createShop(at, options);
  const browser = shop.browser();
  const { body } = await start(browser, loginHint);
  const request = channel.requestOf(body['displayCode']);
  return {
    shop,
    browser,
    decide: (decision: Decision) => channel.decide(request, decision),
    poll: async () => (await browser.poll(body['id'])).body,
    failure: () => shop.events.find((event) => event.type === 'failed'),
  };
}

describe('a login', () => {
  test('waits, then signs in who approved, and polls no more', async () => {
    const { shop, browser, decide, poll } = await ring('ada');
    await expect(poll()).resolves.toEqual({ status: 'pending' });
    expect(await decide('SUCCEED')).toBe(200);
    await interval();
    await expect(poll()).resolves.toEqual({ status: 'approved', session: { name: 'Ada Example' } });
    expect(await shop.tokensOf(browser)).toMatchObject({
      claims: { sub: await realm.userId('ada'), iss: realm.issuer, preferred_username: 'ada', acr: '1' },
      accessToken: expect.any(String) as string,
      refreshToken: expect.any(String) as string,
      expiresAt: expect.any(Number) as number,
    });
    expect(shop.events).toEqual([
      { type: 'started', decoy: false },
      { type: 'approved', method: 'push' },
    ]);
  });

  test.each([['UNAUTHORIZED'], ['CANCELLED']] as const)('is denied by %s', async (decision) => {
    const { decide, poll } = await ring('ada');
    expect(await decide(decision)).toBe(200);
    await expect(poll()).resolves.toEqual({ status: 'denied' });
  });

  test('slows down where Keycloak is asked before its interval, and then goes on', async () => {
    const { shop, decide, poll } = await ring('ada');
    await expect(poll()).resolves.toEqual({ status: 'pending' });
    shop.skip(1);
    // The handler waits longer from here on, and tells a stranger nothing of it.
    await expect(poll()).resolves.toEqual({ status: 'pending' });
    expect(await decide('SUCCEED')).toBe(200);
    await interval();
    shop.skip(6);
    await expect(poll()).resolves.toEqual({ status: 'approved', session: { name: 'Ada Example' } });
  });

  test('of two users at once ends as each decides', async () => {
    const [ada, bob] = await Promise.all([ring('ada'), ring('bob')]);
    await Promise.all([ada.decide('CANCELLED'), bob.decide('SUCCEED')]);
    await expect(Promise.all([ada.poll(), bob.poll()])).resolves.toEqual([
      { status: 'denied' },
      { status: 'approved', session: { name: 'Bob Example' } },
    ]);
  });

  test('is refused where the user was disabled after approving', async () => {
    const { decide, poll, failure } = await ring('fickle');
    await decide('SUCCEED');
    await realm.changeUser('fickle', { enabled: false });
    await expect(poll()).resolves.toEqual({ error: 'refused' });
    expect(failure()).toMatchObject({ code: 'refused', message: expect.stringContaining('User disabled') as string });
  });

  test('is refused where the account is not set up, and the developer is told what is missing', async () => {
    await realm.changeUser('unfinished', { requiredActions: ['UPDATE_PASSWORD'] });
    const { decide, poll, failure } = await ring('unfinished');
    await decide('SUCCEED');
    await expect(poll()).resolves.toEqual({ error: 'refused' });
    expect(failure()).toMatchObject({
      code: 'refused',
      message: expect.stringMatching(/Account is not fully set up.*required action/) as string,
    });
  });

  test('that asks for offline access without the right to it tells the developer that the approval is lost', async () => {
    // Offline access is a role of the realm that new users have by default.
    const roles = await realm.admin('GET', `/users/${await realm.userId('plain')}/role-mappings/realm`);
    await realm.admin('DELETE', `/users/${await realm.userId('plain')}/role-mappings/realm`, roles);
    const { decide, poll, failure } = await ring('plain', realm, { ask: { scope: 'openid offline_access' } });
    await decide('SUCCEED');
    await expect(poll()).resolves.toEqual({ error: 'misconfigured' });
    expect(failure()).toMatchObject({
      code: 'misconfigured',
      message: expect.stringContaining('offline_access') as string,
    });
  });
});

describe('a request', () => {
  test('is redeemed once; then it has expired', async () => {
    const adapter = adapterFor();
    const pending = await adapter.initiate({ loginHint: 'ada', bindingMessage: 'ONCE-ONLY' }, calling);
    await channel.decide(channel.requestOf('ONCE-ONLY'), 'SUCCEED');
    await expect(adapter.poll(pending, calling)).resolves.toMatchObject({ status: 'approved' });
    await expect(adapter.poll(pending, calling)).resolves.toEqual({ status: 'expired' });
  });

  test('has expired at the end of the time that the realm gives, and takes no decision from then on', async () => {
    const adapter = adapterFor(SHOP.clientId, hastyRealm);
    const pending = await adapter.initiate({ loginHint: 'ada', bindingMessage: 'TOO-LATE' }, calling);
    expect(pending.expiresIn).toBe(2);
    await interval();
    await interval();
    expect(await channel.decide(channel.requestOf('TOO-LATE'), 'SUCCEED')).toBe(403);
    await expect(adapter.poll(pending, calling)).resolves.toEqual({ status: 'expired' });
  });

  test('that Keycloak does not know has expired', async () => {
    const adapter = adapterFor();
    const pending = await adapter.initiate({ loginHint: 'ada', bindingMessage: 'UNKNOWN-ID' }, calling);
    await expect(adapter.poll({ ...pending, serverState: { authReqId: 'nothing' } }, calling)).resolves.toEqual({
      status: 'expired',
    });
  });

  test('of another client is a fault of the app, and the developer is told so', async () => {
    const pending = await adapterFor().initiate({ loginHint: 'ada', bindingMessage: 'NOT-YOURS' }, calling);
    await channel.decide(channel.requestOf('NOT-YOURS'), 'SUCCEED');
    await expect(adapterFor('second-shop').poll(pending, calling)).rejects.toMatchObject({ code: 'misconfigured' });
  });
});

describe('a session', () => {
  const signIn = async (options: ShopOptions = {}) => {
    const login = await ring('ada', realm, options);
    await login.decide('SUCCEED');
    await login.poll();
    const tokens = await login.shop.tokensOf(login.browser);
    if (!tokens) throw new Error('The login did not sign in.');
    return { ...login, tokens };
  };
  const refresh = async (refreshToken = '') => {
    const response = await fetch(`${realm.issuer}/protocol/openid-connect/token`, {
      method: 'POST',
      body: new URLSearchParams({
        grant_type: 'refresh_token',
        refresh_token: refreshToken,
        client_id: SHOP.clientId,
        client_secret: SHOP.clientSecret,
      }),
    });
    return { status: response.status, body: (await response.json()) as { refresh_token?: string } };
  };
  const userinfo = async (accessToken: string) =>
    (
      await fetch(`${realm.issuer}/protocol/openid-connect/userinfo`, {
        headers: { authorization: `Bearer ${accessToken}` },
      })
    ).status;

  test('is over at Keycloak when the user signs out', async () => {
    const { shop, browser, tokens } = await signIn();
    expect(await userinfo(tokens.accessToken)).toBe(200);
    await expect(browser.post('sign-out', {})).resolves.toMatchObject({ status: 204 });
    expect(await shop.tokensOf(browser)).toBeNull();
    expect(await userinfo(tokens.accessToken)).toBe(401);
    expect((await refresh(tokens.refreshToken)).status).toBe(400);
    expect(shop.events.filter(({ type }) => type === 'failed')).toEqual([]);
  });

  test('does not survive two refreshes at once, so there must be one for all processes', async () => {
    const { tokens } = await signIn();
    const answers = await Promise.all([refresh(tokens.refreshToken), refresh(tokens.refreshToken)]);
    expect(answers.map(({ status }) => status).sort()).toEqual([200, 400]);
    const renewed = answers.find(({ status }) => status === 200)?.body.refresh_token;
    expect((await refresh(renewed)).status).toBe(400);
  });

  test('lives on where its token is refreshed once', async () => {
    const { tokens } = await signIn();
    const { body } = await refresh(tokens.refreshToken);
    expect((await refresh(body.refresh_token)).status).toBe(200);
  });
});
