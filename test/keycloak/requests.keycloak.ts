import { inspect } from 'node:util';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import type { OidcRequest } from 'react-ciba/adapters/oidc';
import { openChannel } from './channel.js';
import type { Channel } from './channel.js';
import { createRealm } from './realm.js';
import type { Realm } from './realm.js';
import { createShop, start } from './shop.js';
import type { Shop, ShopOptions } from './shop.js';

// What an app can ask for, and what Keycloak makes of it.

let channel: Channel;
let realm: Realm;

beforeAll(async () => {
  channel = await openChannel();
  realm = await createRealm({ attributes: { 'acr.loa.map': JSON.stringify({ silver: 1, gold: 2 }) } });
});

afterAll(() => channel?.close());

/** Starts a login of Ada that asks for this, and returns what the developer is told of a refusal. */
async function refusal(ask: Partial<OidcRequest>, more: ShopOptions = {}) {
  const shop = createShop(realm, { ...more, ask });
  const { status, body } = await shop.browser().initiate('ada');
  return { status, body, told: shop.events.find((event) => event.type === 'failed') };
}

/** Starts a login of Ada that asks for this, approves it and polls. */
async function approve(shop: Shop) {
  const browser = shop.browser();
  const { body } = await start(browser, 'ada');
  const request = channel.requestOf(body['displayCode']);
  expect(await channel.decide(request, 'SUCCEED')).toBe(200);
  const poll = await browser.poll(body['id']);
  return { request, poll, tokens: await shop.tokensOf(browser) };
}

describe('what reaches the phone', () => {
  test('is the user, the scope and the message that the page shows', async () => {
    const { body } = await start(createShop(realm).browser(), 'ada@example.com');
    const { body: shown, claims } = channel.requestOf(body['displayCode']);
    expect(shown).toMatchObject({
      // The username, however the user was named.
      login_hint: 'ada',
      scope: expect.stringContaining('openid') as string,
      binding_message: body['displayCode'],
    });
    expect(claims).toMatchObject({ iss: realm.issuer, aud: realm.issuer, azp: 'shop', sub: await realm.userId('ada') });
    expect((claims.exp ?? 0) - Date.now() / 1000).toBeGreaterThan(100);
  });

  test('holds authorization details as a string; the session has none', async () => {
    const authorizationDetails = [{ type: 'payment', amount: '12.50' }];
    const { request, poll, tokens } = await approve(createShop(realm, { ask: { authorizationDetails } }));
    expect(JSON.parse(request.body.authorization_details ?? '')).toEqual(authorizationDetails);
    expect(poll.body['status']).toBe('approved');
    expect(inspect({ ...tokens }, { depth: 9 })).not.toContain('authorization_details');
  });
});

describe('a binding message', () => {
  test.each([
    ['every sign that is allowed', 'Az09-._+/!?#'],
    ['50 characters', 'M'.repeat(50)],
  ])('may have %s', async (_what, bindingMessage) => {
    await start(createShop(realm, { ask: { bindingMessage }, handler: { displayCode: false } }).browser(), 'ada');
    expect(channel.requestOf(bindingMessage).body.binding_message).toBe(bindingMessage);
  });

  test('gives way to the number, for which Keycloak has room alone', async () => {
    const { body } = await start(createShop(realm, { ask: { bindingMessage: 'Pay 12' } }).browser(), 'ada');
    expect(body).toMatchObject({ bindingMessage: 'Pay 12', displayCode: expect.stringMatching(/^\d{4}$/) as string });
    expect(channel.requestOf(body['displayCode']).body.binding_message).toBe(body['displayCode']);
  });

  test.each([
    ['51 characters', 'M'.repeat(51)],
    ['a space', 'Pay 12'],
    ['another alphabet', 'Überweisung'],
  ])('with %s is stopped before it is sent', async (_what, bindingMessage) => {
    const { told } = await refusal({ bindingMessage }, { handler: { displayCode: false } });
    expect(told).toMatchObject({
      code: 'misconfigured',
      message: expect.stringContaining('1 to 50 characters') as string,
    });
  });

  test.each([
    ['51 characters', 'M'.repeat(51)],
    ['a space', 'Pay 12'],
    ['another alphabet', 'Überweisung'],
  ])('with %s is refused by Keycloak, as the profile says', async (_what, bindingMessage) => {
    const { told } = await refusal(
      { bindingMessage },
      { adapter: { profile: 'generic' }, handler: { displayCode: false } },
    );
    expect(told).toMatchObject({
      code: 'misconfigured',
      message: expect.stringContaining('invalid_binding_message') as string,
    });
  });
});

describe('what Keycloak does not have', () => {
  test('is a user code: the adapter stops it, and Keycloak would refuse it', async () => {
    const userCode = '1234';
    const stopped = await refusal({ userCode });
    expect(stopped.told).toMatchObject({
      code: 'misconfigured',
      message: expect.stringContaining('`userCode`') as string,
    });
    const sent = await refusal({ userCode }, { adapter: { profile: 'generic' } });
    expect(sent.told).toMatchObject({ message: expect.stringContaining('User code not supported') as string });
  });

  test('is an ID token hint', async () => {
    const { tokens } = await approve(createShop(realm));
    const idTokenHint = tokens?.idToken ?? '';
    expect(idTokenHint).not.toBe('');
    const { told } = await refusal({ idTokenHint }, { adapter: { profile: 'generic' } });
    expect(told).toMatchObject({ message: expect.stringContaining('login_hint') as string });
  });

  test('is a level above its first: `acr` is always that one', async () => {
    const silver = await approve(createShop(realm, { ask: { acrValues: 'silver' } }));
    expect(silver.request.body.acr_values).toBe('silver');
    expect(silver.tokens?.claims['acr']).toBe('silver');
    const none = await approve(createShop(realm));
    expect(none.tokens?.claims['acr']).toBe('silver');
  });
});

describe('scopes', () => {
  test('that do not exist are refused with their names', async () => {
    const { status, told } = await refusal({ scope: 'openid nosuchscope' });
    expect(status).toBe(500);
    expect(told).toMatchObject({ code: 'misconfigured', message: expect.stringContaining('invalid_scope') as string });
  });

  test('always hold openid, since without it nobody is known to have approved', async () => {
    const { request, tokens } = await approve(createShop(realm, { ask: { scope: 'email' } }));
    expect(request.body.scope.split(' ')).toContain('openid');
    expect(tokens?.claims.sub).toBe(await realm.userId('ada'));
  });
});

describe('requested_expiry', () => {
  test('shortens what the phone may answer, while Keycloak names the time of the realm: the shorter one is told', async () => {
    const shop = createShop(realm, { ask: { requestedExpiry: 2 } });
    const { body } = await start(shop.browser(), 'ada');
    expect(body['expiresIn']).toBe(2);
    const { claims } = channel.requestOf(body['displayCode']);
    expect((claims.exp ?? 0) - (claims.iat ?? 0)).toBe(2);
  });

  test('ends the login by the own clock, while Keycloak still says pending', async () => {
    const shop = createShop(realm, { ask: { requestedExpiry: 5 } });
    const browser = shop.browser();
    const { body } = await start(browser, 'ada');
    shop.skip(6);
    await expect(browser.poll(body['id'])).resolves.toMatchObject({ body: { status: 'expired' } });
  });

  test('that is no number is an error of the app, and is told so', async () => {
    const fetchWithExpiry: NonNullable<ShopOptions['adapter']>['fetch'] = (url, init) =>
      fetch(url, { ...init, ...(url.endsWith('/ciba/auth') && { body: `${init.body}&requested_expiry=abc` }) });
    const { told } = await refusal({}, { adapter: { fetch: fetchWithExpiry } });
    expect(told).toMatchObject({ message: expect.stringContaining('For input string') as string });
  });
});
