// @vitest-environment node
import { generateKeyPair, jwtVerify } from 'jose';
import { PrivateKeyJwt } from 'openid-client';
import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest';
import { createOidcAdapter, oidcProfiles } from '../../../src/adapters/oidc/index.js';
import type { OidcAdapterOptions, OidcRequest } from '../../../src/adapters/oidc/index.js';
import type { PendingApproval } from '../../../src/contract/index.js';
import { metadata, startStubProvider, tokens } from './stub.js';
import type { StubProvider } from './stub.js';

// Each provider as it answers on the wire, quirk by quirk; docs/providers.md has the table.

const DISCOVERY = '/.well-known/openid-configuration';
const START = '/backchannel';
const TOKEN = '/token';
const calling = { signal: new AbortController().signal, actId: 'attempt-1' };

let stub: StubProvider;

beforeEach(async () => {
  stub = await startStubProvider();
});

afterEach(async () => {
  vi.useRealTimers();
  await stub.close();
});

const adapterFor = (options: Partial<OidcAdapterOptions> = {}) =>
  createOidcAdapter({ issuer: stub.issuer, clientId: 'shop', clientSecret: 'secret', ...options });

type ProfileName = keyof typeof oidcProfiles;

const start = (profile: ProfileName, request: Partial<OidcRequest> = {}) =>
  adapterFor({ profile }).initiate({ loginHint: 'ann@example.com', ...request }, calling);

/** A user whom Auth0 knows. */
const ANN = { subject: 'auth0|ann', displayCode: 'K7Q-4MX' };

const formTo = (path: string) =>
  Object.fromEntries(stub.seen.find((request) => request.path === path)?.form ?? new URLSearchParams());

const pendingWith = (state: PendingApproval['serverState']): PendingApproval => ({
  id: 'handle',
  expiresIn: 120,
  interval: 5,
  resumable: true,
  serverState: state ?? null,
});

async function fallbackEndpoint(profile: ProfileName, path: string) {
  const { backchannel_authentication_endpoint: _, ...rest } = metadata(stub.issuer);
  stub.answer(DISCOVERY, { body: rest });
  stub.answer(path, { body: { auth_req_id: 'x', expires_in: 120 } });
  await start(profile, profile === 'auth0' ? ANN : {});
  expect(stub.seen.map((request) => request.path)).toEqual([DISCOVERY, path]);
}

describe.each(Object.keys(oidcProfiles) as ProfileName[])('the profile %s', (profile) => {
  test('takes the number that the handler makes, and shows it', async () => {
    const pending = await start(profile, ANN);
    expect(formTo(START)).toMatchObject({ binding_message: 'K7Q-4MX' });
    expect(pending.displayCode).toBe('K7Q-4MX');
  });

  test('shows no text as a number', async () => {
    const pending = await start(profile, { subject: 'auth0|ann', bindingMessage: '4827' });
    expect(formTo(START)).toMatchObject({ binding_message: '4827' });
    expect(pending).not.toHaveProperty('displayCode');
  });

  test.each(['', 'one\ntwo'])('refuses the number %j before anything is sent', async (displayCode) => {
    await expect(
      start(profile, { subject: 'auth0|ann', bindingMessage: 'Sign-in', displayCode }),
    ).rejects.toMatchObject({
      code: 'misconfigured',
      message: expect.stringContaining('`displayCode`') as string,
    });
    expect(stub.seen).toEqual([]);
  });

  test('sends nothing that authRequest invents beside the fields it has', async () => {
    await start(profile, { ...ANN, ...{ prompt: 'none', login_hint: 'eve', account: 'ann', nobody: false } });
    expect(Object.keys(formTo(START)).sort()).toEqual(['binding_message', 'client_id', 'login_hint', 'scope']);
  });

  test('refuses a binding message with a line break before anything is sent', async () => {
    await expect(start(profile, { subject: 'auth0|ann', bindingMessage: 'one\ntwo' })).rejects.toMatchObject({
      code: 'misconfigured',
      message: expect.stringContaining('refuses this binding message') as string,
    });
    expect(stub.seen).toEqual([]);
  });

  test('says that CIBA is switched off where nothing answers', async () => {
    stub.answer(START, { status: 404, body: '<h1>Not found</h1>' });
    await expect(start(profile, ANN)).rejects.toMatchObject({
      code: 'misconfigured',
      message: expect.stringContaining('CIBA is disabled') as string,
    });
  });
});

test('a profile that nobody knows is refused at the start', () => {
  expect(() => adapterFor({ profile: 'toString' as 'okta' })).toThrow(/one of generic, keycloak, auth0, okta/);
});

describe('generic', () => {
  test('makes a pause of its own for the interval 0 of PingFederate', async () => {
    stub.answer(START, { body: { auth_req_id: 'x', expires_in: 120, interval: 0 } });
    await expect(start('generic')).resolves.toMatchObject({ interval: 5 });
  });

  test('takes the longer pause of a provider whose slow_down adds 3 s (WSO2) as 5 s, which is never too fast', async () => {
    stub.answer(TOKEN, { status: 400, body: { error: 'slow_down', interval: 8 } });
    await expect(adapterFor().poll(pendingWith({ authReqId: 'x' }), calling)).resolves.toEqual({
      status: 'pending',
      interval: 10,
    });
  });

  test('has no endpoint to fall back on, and says so', async () => {
    const { backchannel_authentication_endpoint: _, ...rest } = metadata(stub.issuer);
    stub.answer(DISCOVERY, { body: rest });
    await expect(start('generic')).rejects.toMatchObject({
      code: 'misconfigured',
      message: expect.stringContaining('no `backchannel_authentication_endpoint`') as string,
    });
  });
});

describe('Keycloak', () => {
  test('is asked at its own path where the metadata names none', () =>
    fallbackEndpoint('keycloak', '/protocol/openid-connect/ext/ciba/auth'));

  test('says "invalid_request, Invalid user" of somebody whom it does not know', async () => {
    stub.answer(START, { status: 400, body: { error: 'invalid_request', error_description: 'Invalid user' } });
    await expect(start('keycloak')).rejects.toMatchObject({ code: 'unknownUser' });
  });

  test('means a misconfigured client by every other invalid_request', async () => {
    stub.answer(START, { status: 400, body: { error: 'invalid_request', error_description: 'missing parameter' } });
    await expect(start('keycloak')).rejects.toMatchObject({ code: 'misconfigured' });
  });

  test.each(['two words', 'a'.repeat(51), 'grün'])('takes no binding message %j', async (bindingMessage) => {
    await expect(start('keycloak', { bindingMessage })).rejects.toMatchObject({ code: 'misconfigured' });
    expect(stub.seen).toEqual([]);
  });

  test('takes a binding message of 50 of its characters, and none at all', async () => {
    const bindingMessage = 'Pay-120.00_EUR+/!?#'.padEnd(50, '0');
    await start('keycloak', { bindingMessage });
    expect(formTo(START)).toMatchObject({ binding_message: bindingMessage });
    await start('keycloak');
    expect(stub.seen.at(-1)?.form.has('binding_message')).toBe(false);
  });

  test('takes no user code', async () => {
    await expect(start('keycloak', { userCode: '1234' })).rejects.toThrow(/doesn't accept a user code/);
    expect(stub.seen).toEqual([]);
  });

  test('names its usual life although a shorter one was asked for, and got', async () => {
    stub.answer(START, { body: { auth_req_id: 'x', expires_in: 120, interval: 5 } });
    await expect(start('keycloak', { requestedExpiry: 60 })).resolves.toMatchObject({ expiresIn: 60 });
    await expect(start('keycloak', { requestedExpiry: 600 })).resolves.toMatchObject({ expiresIn: 120 });
  });

  test('has an auth_req_id of more than 1 kB', async () => {
    const id = `${'e'.repeat(2500)}.x`;
    stub.answer(START, { body: { auth_req_id: id, expires_in: 120 } });
    const pending = await start('keycloak');
    expect(pending.id.length).toBeLessThan(100);
    await adapterFor({ profile: 'keycloak' }).poll(pending, calling);
    expect(formTo(TOKEN)).toMatchObject({ auth_req_id: id });
  });

  test('leaves the interval out where it is 0, and does not lengthen it on slow_down: both are made good', async () => {
    stub.answer(START, { body: { auth_req_id: 'x', expires_in: 120 } });
    const pending = await start('keycloak');
    expect(pending.interval).toBe(5);
    stub.answer(TOKEN, { status: 400, body: { error: 'slow_down' } });
    const adapter = adapterFor({ profile: 'keycloak' });
    await expect(adapter.poll(pending, calling)).resolves.toEqual({ status: 'pending', interval: 10 });
    await expect(adapter.poll({ ...pending, interval: 10 }, calling)).resolves.toMatchObject({ interval: 15 });
  });

  test('answers 503 while its authentication channel is down, which passes', async () => {
    stub.answer(START, { status: 503, body: { error: 'server_error' } });
    await expect(start('keycloak')).rejects.toMatchObject({ code: 'unavailable', retryable: true });
  });
});

describe('Auth0', () => {
  test('is asked at its own path where the metadata names none', () => fallbackEndpoint('auth0', '/bc-authorize'));

  test('takes the user as issuer and subject, the issuer with a closing slash', async () => {
    await start('auth0', ANN);
    expect(JSON.parse(formTo(START)['login_hint'] ?? '')).toEqual({
      format: 'iss_sub',
      iss: `${stub.issuer}/`,
      sub: 'auth0|ann',
    });
  });

  test('cannot be asked for an e-mail address: the user has to be looked up', async () => {
    await expect(start('auth0', { bindingMessage: 'K7Q-4MX' })).rejects.toThrow(/Look the user up in `authRequest`/);
    expect(stub.seen).toEqual([]);
  });

  test('needs a binding message', async () => {
    await expect(start('auth0', { subject: 'auth0|ann' })).rejects.toThrow(/Auth0 requires a binding message/);
  });

  test.each(['two words', 'a'.repeat(65), 'what?'])('takes no binding message %j', async (bindingMessage) => {
    await expect(start('auth0', { subject: 'auth0|ann', bindingMessage })).rejects.toMatchObject({
      code: 'misconfigured',
    });
    expect(stub.seen).toEqual([]);
  });

  test('would send an e-mail for a life of more than 300 s, so none is asked for', async () => {
    await expect(start('auth0', { ...ANN, requestedExpiry: 301 })).rejects.toThrow(/at most 300/);
    await start('auth0', { ...ANN, requestedExpiry: 300 });
    expect(formTo(START)).toMatchObject({ requested_expiry: '300' });
  });

  test('says invalid_request of a user without push', async () => {
    stub.answer(START, { status: 400, body: { error: 'invalid_request', error_description: 'no push for this user' } });
    await expect(start('auth0', ANN)).rejects.toMatchObject({ code: 'noDevice' });
  });

  test('says access_denied of a request that was denied and of one that expired: the time tells which', async () => {
    vi.useFakeTimers({ toFake: ['Date'], now: 1_800_000_000_000 });
    stub.answer(START, { body: { auth_req_id: 'x', expires_in: 300, interval: 5 } });
    stub.answer(TOKEN, { status: 403, body: { error: 'access_denied', error_description: 'denied, or expired' } });
    const adapter = adapterFor({ profile: 'auth0' });
    const pending = await adapter.initiate({ loginHint: 'ann@example.com', ...ANN }, calling);
    vi.setSystemTime(1_800_000_299_000);
    await expect(adapter.poll(pending, calling)).resolves.toEqual({ status: 'denied' });
    vi.setSystemTime(1_800_000_300_000);
    await expect(adapter.poll(pending, calling)).resolves.toEqual({ status: 'expired' });
  });

  test('lengthens the interval in slow_down, by its body and by Retry-After', async () => {
    const answer = { status: 400, body: { error: 'slow_down', interval: 12 }, headers: { 'retry-after': '12' } };
    stub.answer(TOKEN, answer);
    await expect(adapterFor({ profile: 'auth0' }).poll(pendingWith({ authReqId: 'x' }), calling)).resolves.toEqual({
      status: 'pending',
      interval: 12,
      retryAfter: 12,
    });
  });

  test('allows five prompts a minute for one user', async () => {
    stub.answer(START, { status: 429, body: { error: 'too_many_requests' }, headers: { 'retry-after': '60' } });
    await expect(start('auth0', ANN)).rejects.toMatchObject({ code: 'rateLimited', retryAfter: 60 });
  });
});

describe('Okta', () => {
  test('is asked at its own path where the metadata names none', () =>
    fallbackEndpoint('okta', '/oauth2/v1/bc/authorize'));

  test('has that path under a custom server too', () => {
    expect(oidcProfiles.okta.endpoint?.('https://acme.okta.com/oauth2/default')).toBe(
      'https://acme.okta.com/oauth2/default/v1/bc/authorize',
    );
  });

  test('takes the username as it is and a message in words', async () => {
    await start('okta', { bindingMessage: 'Sign in to Example Shop', displayCode: '4827' });
    expect(formTo(START)).toMatchObject({
      login_hint: 'ann@example.com',
      binding_message: '4827: Sign in to Example Shop',
    });
  });

  test('has a name of its own for the life that is asked for', async () => {
    await start('okta', { requestedExpiry: 90 });
    expect(formTo(START)).toMatchObject({ request_expiry: '90' });
    expect(formTo(START)).not.toHaveProperty('requested_expiry');
  });
});

describe('a number and a text', () => {
  const both = (bindingMessage: string) => ({ subject: 'auth0|ann', displayCode: '4827', bindingMessage });

  test.each([
    ['generic', '4827: Pay 12 to Bob'],
    ['okta', '4827: Pay 12 to Bob'],
    ['keycloak', '4827'],
    ['auth0', '4827'],
  ] as const)('go to %s as %j', async (profile, message) => {
    const pending = await start(profile, both('Pay 12 to Bob'));
    expect(formTo(START)).toMatchObject({ binding_message: message });
    expect(pending.displayCode).toBe('4827');
  });

  test('are the number alone where both are too long', async () => {
    await start('okta', both('x'.repeat(95)));
    expect(formTo(START)).toMatchObject({ binding_message: '4827' });
  });

  test('are the text alone where there is no number, as long as it may be', async () => {
    await start('okta', { bindingMessage: 'x'.repeat(100) });
    expect(formTo(START)).toMatchObject({ binding_message: 'x'.repeat(100) });
  });

  test('make the developer hear, once, of a text that is not sent', async () => {
    const warnings: string[] = [];
    const adapter = adapterFor({ profile: 'keycloak' });
    for (const bindingMessage of ['Pay 12', 'Pay 13']) {
      const options = { ...calling, onWarning: (problem: string) => void warnings.push(problem) };
      await adapter.initiate({ loginHint: 'ann@example.com', ...both(bindingMessage) }, options);
    }
    expect(warnings.filter((problem) => problem.includes('only the number is sent'))).toHaveLength(1);
  });
});

describe('what is passed on', () => {
  test.each([
    ['id_token_hint', { idTokenHint: 'a.b.c' }],
    ['login_hint_token', { loginHintToken: 'a.b.c' }],
  ])('%s goes in place of the login hint', async (name, request) => {
    await start('generic', request);
    expect(formTo(START)).toMatchObject({ [name]: 'a.b.c' });
    expect(formTo(START)).not.toHaveProperty('login_hint');
  });

  test('never two hints', async () => {
    await expect(start('generic', { idTokenHint: 'a', loginHintToken: 'b' })).rejects.toThrow(/accepts only one hint/);
  });

  test('user code, acr, life, details and notification token', async () => {
    await start('generic', {
      userCode: '4711',
      acrValues: 'gold silver',
      requestedExpiry: 90,
      authorizationDetails: [{ type: 'payment', amount: 120 }],
      notificationToken: 'notify-me',
    });
    expect(formTo(START)).toMatchObject({
      user_code: '4711',
      acr_values: 'gold silver',
      requested_expiry: '90',
      authorization_details: '[{"type":"payment","amount":120}]',
      client_notification_token: 'notify-me',
    });
  });

  test.each([0, -1, 1.5, NaN])('no life of %d', async (requestedExpiry) => {
    await expect(start('generic', { requestedExpiry })).rejects.toMatchObject({ code: 'misconfigured' });
  });

  test('nothing of it stands in an error', async () => {
    const secrets = { idTokenHint: 'the-id-token', userCode: 'the-user-code', notificationToken: 'the-token' };
    stub.answer(START, {
      status: 400,
      body: { error: 'invalid_request', error_description: Object.values(secrets).join(' ') },
    });
    await expect(start('generic', secrets)).rejects.toThrow(/"\[removed\] \[removed\] \[removed\]"/);
  });

  test('a wrong user code is about the user, a missing one about the configuration', async () => {
    stub.answer(START, { status: 400, body: { error: 'invalid_user_code' } });
    await expect(start('generic')).rejects.toMatchObject({ code: 'refused' });
    stub.answer(START, { status: 400, body: { error: 'missing_user_code' } });
    await expect(start('generic')).rejects.toThrow(/Return `userCode`/);
  });

  test('private_key_jwt: the client signs for this provider', async () => {
    const { privateKey, publicKey } = await generateKeyPair('ES256');
    const adapter = createOidcAdapter({
      issuer: stub.issuer,
      clientId: 'shop',
      clientAuthentication: PrivateKeyJwt(privateKey),
    });
    await adapter.initiate({ loginHint: 'ann@example.com' }, calling);
    const form = formTo(START);
    expect(form).toMatchObject({ client_assertion_type: 'urn:ietf:params:oauth:client-assertion-type:jwt-bearer' });
    const { payload } = await jwtVerify(form['client_assertion'] ?? '', publicKey, { issuer: 'shop', subject: 'shop' });
    expect([payload.aud].flat()).toContain(stub.issuer);
    expect(stub.seen.every(({ authorization }) => authorization === undefined)).toBe(true);
  });
});

describe('a step-up', () => {
  const idToken = (claims: object) => `e30.${Buffer.from(JSON.stringify(claims)).toString('base64url')}.sig`;

  test('counts the approval of the one whom the ID token hint is about', async () => {
    const pending = await start('generic', { idTokenHint: idToken({ sub: 'ümlaut?>~' }) });
    stub.answer(TOKEN, { body: tokens(stub.issuer, { sub: 'somebody-else' }) });
    await expect(adapterFor().poll(pending, calling)).rejects.toMatchObject({ code: 'refused' });
  });

  test('takes that approval', async () => {
    const pending = await start('generic', { idTokenHint: idToken({ sub: 'user-1' }) });
    stub.answer(TOKEN, { body: tokens(stub.issuer, { sub: 'user-1' }) });
    await expect(adapterFor().poll(pending, calling)).resolves.toMatchObject({ status: 'approved' });
  });

  test.each([
    ['long ago', { auth_time: 1_799_999_000 }, 'refused'],
    ['nobody knows when', {}, 'refused'],
    ['at a time that is no number', { auth_time: '1800000000' }, 'badResponse'],
    ['just now', { auth_time: 1_799_999_995 }, 'approved'],
    ['by a clock that is 20 s slow', { auth_time: 1_799_999_930 }, 'approved'],
  ])('goes by auth_time: the user authenticated %s', async (_, claims, outcome) => {
    vi.useFakeTimers({ toFake: ['Date'], now: 1_800_000_000_000 });
    const pending = await start('generic', { maxAge: 60 });
    stub.answer(TOKEN, { body: tokens(stub.issuer, claims) });
    const answer = await adapterFor()
      .poll(pending, calling)
      .then(
        ({ status }) => status,
        (error: { code: string }) => error.code,
      );
    expect(answer).toBe(outcome);
  });
});
