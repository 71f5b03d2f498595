// @vitest-environment node
import { inspect } from 'node:util';
import { generateKeyPair, jwtVerify, SignJWT } from 'jose';
import { modifyAssertion, PrivateKeyJwt } from 'openid-client';
import type { ClientAuth } from 'openid-client';
import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest';
import { createOidcAdapter, oidcProfiles } from '../../../src/adapters/oidc/index.js';
import type { OidcAdapterOptions, OidcProfile, OidcRequest } from '../../../src/adapters/oidc/index.js';
import type { PendingApproval } from '../../../src/contract/index.js';
import { metadata, startStubProvider, tokens } from './stub.js';
import type { Answer, StubProvider } from './stub.js';
import { errorOf } from '../../support/error-of.js';

// The kinds of faults that other people's servers showed, each with several of its forms.

const DISCOVERY = '/.well-known/openid-configuration';
const START = '/backchannel';
const TOKEN = '/token';
const REVOKE = '/revoke';

let stub: StubProvider;
let warnings: string[];

beforeEach(async () => {
  stub = await startStubProvider();
  warnings = [];
});

afterEach(async () => {
  vi.useRealTimers();
  await stub.close();
});

const calling = () => ({
  signal: new AbortController().signal,
  actId: 'attempt-1',
  onWarning: (problem: string) => void warnings.push(problem),
});

const adapterFor = (options: Partial<OidcAdapterOptions> = {}) =>
  createOidcAdapter({ issuer: stub.issuer, clientId: 'shop', clientSecret: 'the-client-secret', ...options });

const start = (request: Partial<OidcRequest> = {}, adapter = adapterFor()) =>
  adapter.initiate({ loginHint: 'ann@example.com', ...request }, calling());

const pendingWith = (state: Record<string, unknown> = {}): PendingApproval => ({
  id: 'handle',
  expiresIn: 120,
  interval: 5,
  resumable: true,
  serverState: { authReqId: 'secret-request-id', ...state } as never,
});

const poll = (state: Record<string, unknown> = {}, adapter = adapterFor()) =>
  adapter.poll(pendingWith(state), calling());

const formsTo = (path: string) => stub.seen.filter((request) => request.path === path).map(({ form }) => form);
const revoked = () => formsTo(REVOKE).map((form) => form.get('token'));

const oauthError = (error: string, description?: string, more: Partial<Exclude<Answer, 'silence'>> = {}): Answer => ({
  status: 400,
  body: { error, ...(description !== undefined && { error_description: description }) },
  ...more,
});

const CHALLENGE = { 'www-authenticate': 'Basic realm="shop"' };
const JSON_TYPE = { 'content-type': 'application/json' };

describe('the body counts more than headers and status', () => {
  test.each([
    ['a challenge beside every error', { headers: CHALLENGE }],
    ['401', { status: 401, headers: CHALLENGE }],
    ['403', { status: 403 }],
    ['500', { status: 500 }],
    ['200', { status: 200 }],
    ['text/html', { headers: { 'content-type': 'text/html' } }],
  ])('pending stays pending with %s', async (_, more) => {
    stub.answer(TOKEN, oauthError('authorization_pending', undefined, more));
    await expect(poll()).resolves.toEqual({ status: 'pending' });
  });

  test('a denial and an end are read beside a challenge', async () => {
    stub.answer(TOKEN, oauthError('access_denied', undefined, { status: 401, headers: CHALLENGE }));
    await expect(poll()).resolves.toEqual({ status: 'denied' });
    stub.answer(TOKEN, oauthError('expired_token', undefined, { headers: CHALLENGE }));
    await expect(poll()).resolves.toEqual({ status: 'expired' });
  });

  test('the reason of a 401 is told', async () => {
    stub.answer(START, oauthError('invalid_client', 'The secret has expired', { status: 401, headers: CHALLENGE }));
    const error = await errorOf(start());
    expect(error).toMatchObject({ code: 'misconfigured', retryable: false });
    expect(error.message).toContain('"The secret has expired"');
  });

  test('an unknown user at 401 is an unknown user', async () => {
    stub.answer(START, oauthError('unknown_user_id', undefined, { status: 401, headers: CHALLENGE }));
    expect((await errorOf(start())).code).toBe('unknownUser');
  });
});

describe('an unknown user', () => {
  test.each([
    ['invalid_request', 'invalid_user'],
    ['invalid_request', 'Invalid user'],
    ['invalid_request', "Don't know which user to ask"],
    ['invalid_request', 'Unable to determine subject'],
    ['invalid_request', 'The user could not be found: user not found.'],
    ['invalid_request', 'Account does not exist'],
    ['user_not_found', undefined],
    ['unknown_user', 'whatever'],
    ['Unknown-User-Id', undefined],
  ])('%s, %j is known', async (error, description) => {
    stub.answer(START, oauthError(error, description));
    expect(await errorOf(start())).toMatchObject({ code: 'unknownUser', retryable: false });
  });

  test.each([
    ['invalid_request', 'Malformed login_hint'],
    ['invalid_request', 'computer says no'],
    ['invalid_request', 'User code not supported'],
    ['expired_login_hint_token', undefined],
    ['missing_user_code', undefined],
    ['invalid_binding_message', undefined],
    ['E4711', 'no'],
  ])('may be the reason of %s, %j', async (error, description) => {
    stub.answer(START, oauthError(error, description));
    const caught = await errorOf(start());
    expect(caught.code).not.toBe('unknownUser');
    expect(caught).toMatchObject({ maybeHint: true, retryable: false });
  });

  test.each([
    ['invalid_client', undefined],
    ['unauthorized_client', undefined],
    ['unsupported_grant_type', undefined],
    ['invalid_scope', undefined],
    ['invalid_request', "Missing parameter: 'request' or 'request_uri'"],
    ['use_dpop_nonce', undefined],
  ])('is not the reason of %s, %j, which is about the client', async (error, description) => {
    stub.answer(START, oauthError(error, description));
    const caught = await errorOf(start());
    expect(caught.code).toBe('misconfigured');
    expect(caught).not.toHaveProperty('maybeHint');
  });

  test('has no part in an error of a poll', async () => {
    stub.answer(TOKEN, oauthError('invalid_request', 'invalid_user'));
    const caught = await errorOf(poll());
    expect(caught).toMatchObject({ code: 'misconfigured', retryable: false });
    expect(caught).not.toHaveProperty('maybeHint');
  });

  test.each<[string, OidcProfile, Partial<OidcRequest>]>([
    ['a hint that the profile cannot build', oidcProfiles.auth0, { bindingMessage: 'K7-42' }],
    ['a user code at a provider that takes none', oidcProfiles.keycloak, { userCode: '4711' }],
    ['an ID token at a provider that takes usernames only', oidcProfiles.keycloak, { idTokenHint: 'a.b.c' }],
    ['an empty hint', oidcProfiles.generic, { loginHint: ' ' }],
  ])('may be the reason of what is not even sent: %s', async (_, profile, request) => {
    expect(await errorOf(start(request, adapterFor({ profile })))).toMatchObject({
      code: 'misconfigured',
      maybeHint: true,
    });
    expect(formsTo(START)).toEqual([]);
  });
});

describe('tokens that are refused are given back', () => {
  const full = (claims: Record<string, unknown> = {}) => ({
    ...tokens(stub.issuer, claims),
    refresh_token: 'secret-refresh-token',
  });

  test.each<[string, Record<string, unknown>, () => Record<string, unknown>]>([
    ['another subject', { subject: 'user-1' }, () => full({ sub: 'user-2' })],
    ['no acr', { acrValues: 'gold' }, () => full()],
    ['an old auth_time', { maxAge: 60 }, () => full({ auth_time: 1 })],
    ['no ID token', {}, () => ({ ...full(), id_token: undefined })],
    ['an ID token of null', {}, () => ({ ...full(), id_token: null })],
    ['an ID token for another client', {}, () => full({ aud: 'another' })],
    ['an ID token that has expired', {}, () => full({ exp: 1 })],
    ['no token type', {}, () => ({ ...full(), token_type: undefined })],
    [
      'details that were not granted',
      { authorizationDetails: [{ type: 'payment' }] },
      () => ({ ...full(), authorization_details: [] }),
    ],
  ])('after %s', async (_, state, body) => {
    stub.answer(TOKEN, { body: body() });
    stub.answer(REVOKE, { status: 200 });
    expect((await errorOf(poll(state))).retryable).toBe(false);
    expect(revoked()).toEqual(['secret-refresh-token', 'secret-access-token']);
  });

  test('also when they came with 201', async () => {
    stub.answer(TOKEN, { status: 201, body: full() });
    stub.answer(REVOKE, { status: 200 });
    await errorOf(poll());
    expect(revoked()).toEqual(['secret-refresh-token', 'secret-access-token']);
  });

  test('and the refusal is told even if the provider does not revoke', async () => {
    stub.answer(TOKEN, { body: full({ sub: 'user-2' }) });
    stub.answer(REVOKE, { status: 503 });
    expect((await errorOf(poll({ subject: 'user-1' }))).code).toBe('refused');
    expect(revoked()).toEqual(['secret-refresh-token']);
  });

  test('but an approval that counts keeps its tokens', async () => {
    stub.answer(TOKEN, { body: full() });
    await expect(poll()).resolves.toMatchObject({ status: 'approved' });
    expect(revoked()).toEqual([]);
  });

  test('an access token that went with its refresh token is no fault of a sign-out', async () => {
    stub.answer(REVOKE, { status: 200 }, oauthError('invalid_token'));
    await adapterFor().revoke({ claims: {} as never, accessToken: 'a', idToken: 'i', refreshToken: 'r' });
    expect(revoked()).toEqual(['r', 'a']);
  });

  test('a refresh token that cannot be revoked is', async () => {
    stub.answer(REVOKE, oauthError('unsupported_token_type'));
    const session = { claims: {} as never, accessToken: 'a', idToken: 'i', refreshToken: 'r' };
    expect((await errorOf(adapterFor().revoke(session))).code).toBe('misconfigured');
  });
});

describe('the delivery mode push', () => {
  test('is refused at the start where the metadata offers nothing else', async () => {
    stub.answer(DISCOVERY, {
      body: { ...metadata(stub.issuer), backchannel_token_delivery_modes_supported: ['push'] },
    });
    const error = await errorOf(start());
    expect(error).toMatchObject({ code: 'misconfigured', retryable: false });
    expect(error.message).toContain('"push"');
    expect(formsTo(START)).toEqual([]);
  });

  test('is named where the client is registered for it', async () => {
    stub.answer(START, oauthError('invalid_request', 'client_notification_token is required'));
    expect((await errorOf(start())).message).toMatch(/`ping: true`.*"push" is not supported/);
    stub.answer(TOKEN, oauthError('unauthorized_client'));
    expect((await errorOf(poll())).message).toContain('"poll" or "ping"');
  });
});

describe('what was granted', () => {
  const asked = [{ type: 'payment', amount: '12.50', to: ['Bob'] }];
  const approve = (more: Record<string, unknown>, profile: OidcProfile = oidcProfiles.generic) => {
    stub.answer(TOKEN, { body: { ...tokens(stub.issuer), ...more } });
    stub.answer(REVOKE, { status: 200 });
    return poll({ authorizationDetails: asked }, adapterFor({ profile }));
  };

  test('stands in the session', async () => {
    const granted = [{ ...asked[0], account: 'DE89', to: ['Bob', 'his bank'] }];
    await expect(approve({ scope: 'openid pay', authorization_details: granted })).resolves.toMatchObject({
      session: { scope: 'openid pay', authorizationDetails: granted },
    });
  });

  test('may be told as a string', async () => {
    await expect(approve({ authorization_details: JSON.stringify(asked) })).resolves.toMatchObject({
      session: { authorizationDetails: asked },
    });
  });

  test.each([
    ['another amount', [{ type: 'payment', amount: '1.00', to: ['Bob'] }]],
    ['another kind', [{ type: 'account', amount: '12.50', to: ['Bob'] }]],
    ['somebody else', [{ type: 'payment', amount: '12.50', to: ['Eve'] }]],
    ['a list for a name', [{ type: 'payment', amount: ['12.50'], to: ['Bob'] }]],
    ['nothing', []],
    ['nothing that is told', undefined],
    ['no list', 'payment'],
  ])('is no approval where it is %s', async (_, granted) => {
    expect(await errorOf(approve({ authorization_details: granted }))).toMatchObject({ code: 'refused' });
  });

  test('is not compared where the provider never tells, which is said at the first start', async () => {
    await expect(approve({}, oidcProfiles.keycloak)).resolves.toMatchObject({ status: 'approved' });
    await start({ authorizationDetails: asked }, adapterFor({ profile: 'keycloak' }));
    expect(warnings).toContainEqual(expect.stringContaining("doesn't return the granted `authorization_details`"));
  });

  test('is compared from start to end by what the store keeps', async () => {
    const { serverState } = await start({ authorizationDetails: asked });
    expect(JSON.parse(JSON.stringify(serverState))).toMatchObject({ authorizationDetails: asked });
  });

  test('is nothing that the approver can tell of a session of the app’s own verifier', () => {
    expect(adapterFor().approver({ name: 'Ada' } as never, { subject: 'user-1' }, null)).toBeNull();
  });

  test('is compared again by the approver', () => {
    const adapter = adapterFor();
    const session = {
      claims: { iss: 'i', aud: 'shop', sub: 'user-1', iat: 1, exp: 2, acr: 'gold', auth_time: 3 },
      accessToken: 'a',
      idToken: 'i',
    };
    expect(adapter.approver(session, { subject: 'user-1', acrValues: 'gold' }, null)).toEqual({
      subject: 'user-1',
      acr: 'gold',
      authTime: 3,
    });
    for (const wanted of [
      { subject: 'user-2' },
      { acrValues: 'silver' },
      { maxAge: 5 },
      { authorizationDetails: asked },
    ]) {
      expect(() => adapter.approver(session, wanted, null)).toThrow(expect.objectContaining({ code: 'refused' }));
    }
  });
});

describe('errors that other standards name', () => {
  test.each([
    ['invalid_authorization_details', /`authorizationDetails`/],
    ['invalid_request_object', /signed JWT/],
    ['invalid_request_uri', /signed JWT/],
    ['request_not_supported', /signed JWT/],
    ['request_uri_not_supported', /signed JWT/],
    ['invalid_target', /resource/],
    ['not_allowed', /offline_access/],
    ['invalid_dpop_proof', /DPoP/],
    ['use_dpop_nonce', /DPoP/],
  ])('%s', async (error, advice) => {
    for (const [path, call] of [
      [START, start],
      [TOKEN, poll],
    ] as const) {
      stub.answer(path, oauthError(error));
      const caught = await errorOf(call());
      expect(caught).toMatchObject({ code: 'misconfigured', retryable: false });
      expect(caught.message).toMatch(advice);
    }
  });

  test.each(['insufficient_user_authentication', 'unmet_authentication_requirements'])('%s', async (error) => {
    stub.answer(TOKEN, oauthError(error));
    expect(await errorOf(poll())).toMatchObject({ code: 'refused' });
  });
});

test.each(['constructor', '__proto__', 'toString', 'hasOwnProperty'])(
  'an error called %s is one of the unknown',
  async (error) => {
    for (const [path, call] of [
      [START, start],
      [TOKEN, poll],
    ] as const) {
      stub.answer(path, oauthError(error, error));
      expect(await errorOf(call())).toMatchObject({ code: 'badResponse', retryable: false });
    }
  },
);

describe('an answer that is none', () => {
  test.each<[string, Answer, RegExp]>([
    ['201', { status: 201, body: { auth_req_id: 'x', expires_in: 60 } }, /HTTP 201, where the standards want 200/],
    ['202', { status: 202, body: { auth_req_id: 'x', expires_in: 60 } }, /HTTP 202/],
    ['204', { status: 204 }, /HTTP 204/],
    ['205', { status: 205 }, /HTTP 205/],
    ['JSON null', { body: null }, /JSON|object/],
    ['a list', { body: [] }, /object/],
    ['a number', { body: 7 }, /object/],
    ['nothing', { body: '', headers: JSON_TYPE }, /invalid JSON/],
    ['half of it', { body: '{"auth_req_id":', headers: JSON_TYPE }, /invalid JSON/],
    ['megabytes', { body: { auth_req_id: 'x'.repeat(3_000_000), expires_in: 60 } }, /more than 1 MB/],
  ])('%s is told as what it is, and rings no second time', async (_, answer, text) => {
    for (const [path, call] of [
      [START, start],
      [TOKEN, poll],
    ] as const) {
      stub.answer(path, answer);
      const error = await errorOf(call());
      expect(error).toMatchObject({ code: 'badResponse', retryable: false });
      expect(error.message).toMatch(text);
      expect(error.message).not.toMatch(/is running|proxy.*JSON/);
      expect(error).not.toHaveProperty('cause');
    }
  });

  test.each<[string, Answer, string, RegExp]>([
    ['a page', { body: '<h1>Log in to the hotel</h1>' }, 'badResponse', /proxy/],
    ['a page with 403', { status: 403, body: '<h1>Forbidden</h1>' }, 'badResponse', /proxy/],
    [
      '302',
      { status: 302, headers: { location: 'https://hotel.example/?id=7' } },
      'badResponse',
      /https:\/\/hotel\.example,/,
    ],
    ['304', { status: 304 }, 'badResponse', /HTTP 304/],
  ])('%s comes from something in between, so it may pass', async (_, answer, code, text) => {
    for (const [path, call] of [
      [START, start],
      [TOKEN, poll],
    ] as const) {
      stub.answer(path, answer);
      const error = await errorOf(call());
      expect(error).toMatchObject({ code, retryable: true });
      expect(error.message).toMatch(text);
    }
  });

  test('301 stays, so the metadata is wrong', async () => {
    stub.answer(START, { status: 301, headers: { location: '/elsewhere' } });
    expect(await errorOf(start())).toMatchObject({ code: 'misconfigured', retryable: false });
    expect(stub.seen.map(({ path }) => path)).not.toContain('/elsewhere');
  });

  test.each<[string, Answer]>([
    ['a page', { body: '<h1>Log in</h1>' }],
    ['204', { status: 204 }],
    ['302', { status: 302, headers: { location: '/login' } }],
    ['JSON null', { body: null }],
    ['megabytes', { body: 'x'.repeat(2_000_000) }],
  ])('as metadata, %s names the issuer', async (_, answer) => {
    stub.answer(DISCOVERY, answer);
    const error = await errorOf(start());
    expect(error.message).toContain(stub.issuer);
    expect(error.message).not.toContain('Is it running');
    expect(error.retryable).toBe(false);
  });
});

describe('null and "" mean absent in an answer', () => {
  test.each([null, ''])('%j', async (nothing) => {
    stub.answer(TOKEN, {
      body: {
        ...tokens(stub.issuer),
        refresh_token: nothing,
        scope: nothing,
        expires_in: nothing,
        authorization_details: nothing,
        error: nothing,
      },
    });
    const result = await poll();
    expect(result).toMatchObject({ status: 'approved', session: { accessToken: 'secret-access-token' } });
    for (const name of ['refreshToken', 'scope', 'expiresAt', 'authorizationDetails'])
      expect(result).not.toHaveProperty(`session.${name}`);
  });

  test.each([
    ['expires_in', 'soon'],
    ['expires_in', -1],
    ['expires_in', '1e400'],
    ['scope', 7],
  ])('and an approved login is not lost by %s = %j', async (name, value) => {
    stub.answer(TOKEN, { body: { ...tokens(stub.issuer), [name]: value } });
    await expect(poll()).resolves.toMatchObject({ status: 'approved' });
  });

  test('scopes may be a list', async () => {
    stub.answer(TOKEN, { body: { ...tokens(stub.issuer), scope: ['openid', 'email'] } });
    await expect(poll()).resolves.toMatchObject({ session: { scope: 'openid email' } });
  });

  test('at the start, too', async () => {
    stub.answer(START, { body: { auth_req_id: 'x', expires_in: 60, interval: null, error: null, binding: '' } });
    await expect(start()).resolves.toMatchObject({ expiresIn: 60, interval: 5 });
  });
});

describe('an empty field of a request', () => {
  test('is not sent', async () => {
    const nothing = {
      idTokenHint: '',
      loginHintToken: ' ',
      userCode: '',
      acrValues: '',
      notificationToken: '',
      subject: '',
    };
    const pending = await start({ ...nothing, scope: '', authorizationDetails: [] });
    expect(Object.fromEntries(formsTo(START)[0] ?? [])).toEqual({
      client_id: 'shop',
      scope: 'openid',
      login_hint: 'ann@example.com',
    });
    expect(pending.serverState).toEqual({ authReqId: 'secret-request-id' });
  });

  test('does not hide the other hint', async () => {
    await start({ idTokenHint: '', loginHintToken: 'a.b.c' });
    expect(formsTo(START)[0]?.get('login_hint_token')).toBe('a.b.c');
  });

  test('may be null in JavaScript', async () => {
    await start({ idTokenHint: null, requestedExpiry: null, maxAge: null } as never);
    expect(formsTo(START)[0]?.has('requested_expiry')).toBe(false);
  });
});

describe('bounds', () => {
  test.each([
    [{ expires_in: 1e8, interval: 5 }, {}, { expiresIn: 3600, interval: 5 }],
    [{ expires_in: 120, interval: 1e9 }, {}, { expiresIn: 120, interval: 5 }],
    [{ expires_in: 3600, interval: 1000 }, {}, { interval: 300 }],
    [{ expires_in: 90_000 }, { requestedExpiry: 86_400 }, { expiresIn: 86_400 }],
    [{ expires_in: '60', interval: '7' }, {}, { expiresIn: 60, interval: 7 }],
    [{ expires_in: 60, interval: Number.MAX_VALUE }, {}, { interval: 5 }],
  ])('%j is taken within them', async (answer, request, expected) => {
    stub.answer(START, { body: { auth_req_id: 'x', ...answer } });
    await expect(start(request)).resolves.toMatchObject(expected);
  });

  test.each([0, -1, 'soon', null])('a lifetime of %j is none', async (lifetime) => {
    stub.answer(START, { body: { auth_req_id: 'x', expires_in: lifetime } });
    expect(await errorOf(start())).toMatchObject({ code: 'badResponse', retryable: false });
  });

  test.each([1e21, 604_801, Number.MAX_SAFE_INTEGER, Infinity, 1.5, 0])(
    'no lifetime of %d is asked for',
    async (requestedExpiry) => {
      expect((await errorOf(start({ requestedExpiry }))).code).toBe('misconfigured');
      expect(stub.seen).toEqual([]);
    },
  );

  test('a poll waits for no longer than five minutes', async () => {
    stub.answer(TOKEN, oauthError('slow_down', undefined, { headers: { 'retry-after': '99999999' } }));
    await expect(poll()).resolves.toEqual({ status: 'pending', interval: 10, retryAfter: 300 });
    stub.answer(TOKEN, { status: 400, body: { error: 'slow_down', interval: 1e9 } });
    await expect(poll()).resolves.toEqual({ status: 'pending', interval: 300 });
  });

  test('an access token is told to live for a year at most', async () => {
    vi.useFakeTimers({ toFake: ['Date'], now: 1_800_000_000_000 });
    stub.answer(TOKEN, { body: { ...tokens(stub.issuer), expires_in: 1e300 } });
    await expect(poll()).resolves.toMatchObject({ session: { expiresAt: 1_800_000_000_000 + 365 * 86_400_000 } });
  });
});

describe('redaction', () => {
  test.each([
    [
      'a short hint',
      'e',
      'unknown_user_id',
      'The user e is unknown here',
      'unknown_user_id, "The user [removed] is unknown here"',
    ],
    ['a hint that is part of a code', 'a', 'invalid_request', 'no a', 'invalid_request, "no [removed]"'],
    ['a hint that is a code', 'invalid_request', 'invalid_request', 'x', 'invalid_request, "x"'],
    ['a hint that is a code of the provider alone', 'e4711', 'E4711', 'x', 'E4711, "x"'],
    ['another case', 'Ada@Example.com', 'invalid_request', 'no ADA@example.COM', '"no [removed]"'],
    ['a form', 'ada+1@example.com', 'invalid_request', 'no ada%2B1%40example.com', '"no [removed]"'],
    ['signs of a pattern', 'a.*(b', 'invalid_request', 'no a.*(b, but axxb', '"no [removed], but axxb"'],
    ['its own mark', 'removed', 'invalid_request', 'removed', '"[removed]"'],
    ['line ends', 'ann', 'invalid_request', 'one\r\ntwo\u2028three\u202Efour', '"one two three four"'],
  ])('%s', async (_, loginHint, error, description, expected) => {
    stub.answer(START, oauthError(error, description));
    expect((await errorOf(start({ loginHint }))).message).toContain(expected);
  });

  test('the longer secret goes first', async () => {
    stub.answer(START, oauthError('invalid_request', 'no ann@example.com-4711'));
    const error = await errorOf(start({ subject: 'ann@example.com-4711' }));
    expect(error.message).toContain('"no [removed]"');
  });

  test('a token in place of a code is removed', async () => {
    stub.answer(TOKEN, oauthError('secret-request-id'));
    expect(inspect(await errorOf(poll()), { depth: Infinity })).not.toContain('secret-request-id');
  });
});

describe('texts that point to the cause', () => {
  test.each([
    ["Missing parameter: 'request' or 'request_uri'", /signed JWT \(RFC 9101\)/],
    ['Only signed requests are allowed', /signed JWT/],
    ['DPoP proof is required', /RFC 9449/],
    ['client_notification_token is missing', /`ping: true`/],
    ['Invalid id_token_hint', /`adapter\.hintsOf\(session\)`/],
    ['login_hint_token expired', /`loginHintToken`/],
    ['unsupported login_hint', /which kind of hint/],
    ['user_code is required', /`userCode`/],
    ['binding_message is too long', /`bindingMessage`/],
    ['something else', /which parameters this client may send/],
  ])('invalid_request, %j', async (description, advice) => {
    stub.answer(START, oauthError('invalid_request', description));
    expect((await errorOf(start())).message).toMatch(advice);
  });

  test('wrong credentials: that Basic is form-encoded', async () => {
    stub.answer(START, oauthError('invalid_client', undefined, { status: 401 }));
    expect((await errorOf(start())).message).toMatch(/form-encoded.*"-".*ClientSecretPost/);
  });

  const failing = (cause: object) => async () => {
    throw new TypeError('fetch failed', { cause: Object.assign(new Error('failed'), cause) });
  };

  test.each([
    ['UNABLE_TO_VERIFY_LEAF_SIGNATURE', /NODE_EXTRA_CA_CERTS/],
    ['SELF_SIGNED_CERT_IN_CHAIN', /NODE_EXTRA_CA_CERTS/],
    ['CERT_HAS_EXPIRED', /has expired/],
    ['CERT_NOT_YET_VALID', /clock/],
    ['ERR_TLS_CERT_ALTNAME_INVALID', /another host name/],
    ['ERR_SSL_WRONG_VERSION_NUMBER', /no TLS/],
  ])('a certificate: %s', async (code, advice) => {
    const error = await errorOf(start({}, adapterFor({ fetch: failing({ code }) })));
    expect(error).toMatchObject({ code: 'misconfigured', retryable: false });
    expect(error.message).toContain(code);
    expect(error.message).toMatch(advice);
    expect(error.message).not.toContain('is running');
  });

  test.each([
    ['ENOTFOUND', /DNS/],
    ['EAI_AGAIN', /DNS/],
    ['ECONNREFUSED', /Nothing listens/],
    ['ECONNRESET', /closed the connection/],
    ['UND_ERR_CONNECT_TIMEOUT', /may connect/],
  ])('a network: %s', async (code, advice) => {
    const error = await errorOf(start({}, adapterFor({ fetch: failing({ code }) })));
    expect(error).toMatchObject({ code: 'network', retryable: true });
    expect(error.message).toMatch(advice);
  });

  test.each([
    ['token_endpoint', undefined, /no `token_endpoint`/],
    ['token_endpoint', null, /no `token_endpoint`/],
    ['token_endpoint', '', /no `token_endpoint`/],
    ['token_endpoint', 'token', /is no URL/],
    ['token_endpoint', 'http://login.example.com/token', /`token_endpoint` that isn't https/],
    ['backchannel_authentication_endpoint', 7, /is no URL/],
  ])('metadata whose %s is %j is told at the start', async (name, value, text) => {
    stub.answer(DISCOVERY, { body: { ...metadata(stub.issuer), [name]: value } });
    const error = await errorOf(start());
    expect(error).toMatchObject({ code: 'misconfigured', retryable: false });
    expect(error.message).toMatch(text);
    expect(formsTo(START)).toEqual([]);
  });

  test.each([
    ['aud', { aud: 'another' }, /`clientId`/],
    ['iss', { iss: 'https://elsewhere.example.com' }, /names another issuer/],
  ])('an ID token with another %s', async (_, claims, advice) => {
    stub.answer(TOKEN, { body: tokens(stub.issuer, claims) });
    expect((await errorOf(poll())).message).toMatch(advice);
  });

  test.each([
    [3600, /3600 s ahead of/],
    [65, /65 s ahead of/],
    [-3600, /3600 s behind/],
  ])('a clock that is %d s off', async (offset, advice) => {
    const now = Math.floor(Date.now() / 1000) * 1000;
    vi.useFakeTimers({ toFake: ['Date'], now });
    const providerTime = now - offset * 1000;
    const headers = { date: new Date(providerTime).toUTCString() };
    const expired = { exp: providerTime / 1000 + (offset > 0 ? 10 : -4000), iat: providerTime / 1000 };
    const early = { nbf: providerTime / 1000, exp: now / 1000 + 9999 };
    stub.answer(TOKEN, { body: tokens(stub.issuer, offset > 0 ? expired : early), headers });
    const error = await errorOf(poll());
    expect(error).toMatchObject({ code: 'badResponse', retryable: false });
    expect(error.message).toMatch(advice);
    stub.answer(START, oauthError('invalid_client', undefined, { status: 401, headers }));
    expect((await errorOf(start())).message).toMatch(advice);
  });

  test('clocks that agree are not blamed', async () => {
    stub.answer(START, oauthError('invalid_client', undefined, { status: 401 }));
    expect((await errorOf(start())).message).not.toMatch(/This server's clock is/);
  });
});

describe('an error that stands for several things', () => {
  test.each([
    ['unauthorized_client', 'Invalid client credentials', 400, /`clientSecret`/],
    ['unauthorized_client', '', 401, /`clientSecret`/],
    ['unauthorized_client', 'CIBA is off', 400, /Allow the CIBA grant/],
    ['invalid_grant', 'Client not allowed OIDC CIBA Grant', 400, /Allow the CIBA grant/],
    ['invalid_grant', 'This grant type is disabled', 400, /Allow the CIBA grant/],
  ])('%s "%s" with %d', async (error, description, status, advice) => {
    stub.answer(START, oauthError(error, description, { status }));
    const caught = await errorOf(start());
    expect(caught.message).toMatch(advice);
    expect(caught.message.includes('`clientSecret`')).toBe(advice.source.includes('Secret'));
    expect(caught).toMatchObject({ code: 'misconfigured', retryable: false });
    expect(caught).not.toHaveProperty('maybeHint');
  });
});

describe('a poll of a login that the next one can save', () => {
  test.each<[string, Answer]>([
    ['a secret that is being changed', oauthError('invalid_client', undefined, { status: 401 })],
    ['401', { status: 401 }],
    ['404', { status: 404 }],
    ['308', { status: 308, headers: { location: '/elsewhere' } }],
    [
      'a client certificate that is not presented, as Keycloak says it',
      oauthError('invalid_grant', 'Client Certification missing for MTLS HoK Token Binding'),
    ],
    ['the same as others say it', oauthError('invalid_request', 'mTLS client certificate is missing')],
  ])('survives %s', async (_, answer) => {
    stub.answer(TOKEN, answer, oauthError('authorization_pending'));
    const adapter = adapterFor();
    expect(await errorOf(poll({}, adapter))).toMatchObject({ code: 'misconfigured', retryable: true });
    await expect(poll({}, adapter)).resolves.toEqual({ status: 'pending' });
  });

  test.each(['invalid_request', 'unauthorized_client', 'unsupported_grant_type', 'invalid_scope'])(
    'does not survive %s, after which no client may poll',
    async (error) => {
      stub.answer(TOKEN, oauthError(error));
      expect(await errorOf(poll())).toMatchObject({ code: 'misconfigured', retryable: false });
    },
  );
});

describe('a profile reads the words of its server', () => {
  const profile: OidcProfile = {
    ...oidcProfiles.generic,
    name: 'our server',
    startError: (error, _description, status) =>
      error === 'E1'
        ? { code: 'misconfigured', advice: 'Ask Carol.', maybeHint: true }
        : status === 418
          ? 'noDevice'
          : undefined,
    tokenError(error) {
      if (error === 'WAITING') return 'authorization_pending';
      if (error === 'TOO_FAST') return 'slow_down';
      if (error === 'NO') return 'access_denied';
      if (error === 'GONE') return 'expired_token';
      if (error === 'LOCKED') return { code: 'refused', advice: 'Unlock the user.' };
      if (error === 'BUSY') return 'unavailable';
      if (error === 'invalid_grant') return 'refused';
      return undefined;
    },
  };

  test.each([
    ['WAITING', { status: 'pending' }],
    ['TOO_FAST', { status: 'pending', interval: 10 }],
    ['NO', { status: 'denied' }],
    ['GONE', { status: 'expired' }],
    ['authorization_pending', { status: 'pending' }],
  ])('%s', async (error, result) => {
    stub.answer(TOKEN, oauthError(error));
    await expect(poll({}, adapterFor({ profile }))).resolves.toEqual(result);
  });

  test.each([
    ['LOCKED', 'refused', false],
    ['BUSY', 'unavailable', true],
    ['invalid_grant', 'refused', false],
  ])('%s', async (error, code, retryable) => {
    stub.answer(TOKEN, oauthError(error));
    expect(await errorOf(poll({}, adapterFor({ profile })))).toMatchObject({ code, retryable });
  });

  test('with advice of its own, and with the status', async () => {
    stub.answer(START, oauthError('E1'), oauthError('E2', '', { status: 418 }));
    const adapter = adapterFor({ profile });
    const error = await errorOf(start({}, adapter));
    expect(error).toMatchObject({ code: 'misconfigured', maybeHint: true });
    expect(error.message).toContain('Ask Carol.');
    expect((await errorOf(start({}, adapter))).code).toBe('noDevice');
  });
});

describe('Keycloak', () => {
  const keycloak = () => adapterFor({ profile: 'keycloak' });

  test.each([
    ['invalid_request', 'invalid user', 400, 'unknownUser', false],
    ['invalid_request', 'invalid_user', 400, 'unknownUser', false],
    ['invalid_request', 'INVALID-USER.', 400, 'unknownUser', false],
    ['invalid_grant', 'Client not allowed OIDC CIBA Grant', 400, 'misconfigured', false],
    ['unauthorized_client', 'Invalid client or Invalid client credentials', 401, 'misconfigured', false],
    ['invalid_client', 'Invalid client or Invalid client credentials', 401, 'misconfigured', false],
    ['server_error', 'Failed to send authentication request', 503, 'unavailable', true],
  ])('%s "%s" at the start', async (error, description, status, code, retryable) => {
    stub.answer(START, oauthError(error, description, { status }));
    const caught = await errorOf(start({}, keycloak()));
    expect(caught).toMatchObject({ code, retryable });
    expect(caught).not.toHaveProperty('maybeHint');
  });

  test('tells a wrong secret and a client without CIBA apart', async () => {
    stub.answer(
      START,
      oauthError('unauthorized_client', 'Invalid client or Invalid client credentials', { status: 401 }),
    );
    expect((await errorOf(start({}, keycloak()))).message).toContain('`clientSecret`');
    stub.answer(START, oauthError('invalid_grant', 'Client not allowed OIDC CIBA Grant'));
    expect((await errorOf(start({}, keycloak()))).message).toContain('"OIDC CIBA Grant"');
  });

  test.each([
    ['invalid_grant', 'User disabled', 'refused'],
    ['invalid_grant', 'Account is not fully set up', 'refused'],
    ['invalid_grant', 'unauthorized client', 'misconfigured'],
    ['not_allowed', 'Offline tokens not allowed for the user or client', 'misconfigured'],
  ])('%s "%s" at a poll', async (error, description, code) => {
    stub.answer(TOKEN, oauthError(error, description));
    expect(await errorOf(poll({}, keycloak()))).toMatchObject({ code, retryable: false });
  });

  test.each(['Invalid Auth Req ID', 'Invalid auth_req_id'])('invalid_grant "%s" is the end', async (description) => {
    stub.answer(TOKEN, oauthError('invalid_grant', description));
    await expect(poll({}, keycloak())).resolves.toEqual({ status: 'expired' });
  });

  test('says at the start that no other level than its first is reached', async () => {
    await start({ acrValues: 'gold' }, keycloak());
    expect(warnings).toContainEqual(expect.stringContaining('Keycloak reaches the level "1" only'));
  });
});

describe('a step-up', () => {
  const session = (claims: Record<string, unknown> = {}) => ({
    claims: { iss: stub.issuer, aud: 'shop', sub: 'user-1', iat: 1, exp: Date.now() / 1000 + 600, ...claims },
    accessToken: 'a',
    idToken: 'the.id.token',
  });

  test('sends the ID token while it lives', async () => {
    const adapter = adapterFor();
    expect(adapter.hintsOf(session())).toEqual({ loginHint: 'user-1', subject: 'user-1', idTokenHint: 'the.id.token' });
    await start(adapter.hintsOf(session()), adapter);
    expect(formsTo(START)[0]?.get('id_token_hint')).toBe('the.id.token');
  });

  test('sends a name after that', () => {
    const exp = Date.now() / 1000 + 30;
    expect(adapterFor().hintsOf(session({ exp, preferred_username: 'ann' }))).toEqual({
      loginHint: 'ann',
      subject: 'user-1',
    });
    expect(adapterFor().hintsOf(session({ exp, email: 'a@b.c' }))).toEqual({ loginHint: 'a@b.c', subject: 'user-1' });
    expect(adapterFor().hintsOf(session({ exp }))).toEqual({ loginHint: 'user-1', subject: 'user-1' });
  });

  test('names the user of Keycloak by username, never by sub or ID token', () => {
    const adapter = adapterFor({ profile: 'keycloak' });
    expect(adapter.hintsOf(session({ preferred_username: 'ann' }))).toEqual({ loginHint: 'ann', subject: 'user-1' });
    expect(() => adapter.hintsOf(session())).toThrow(/"profile"/);
  });

  test('names the user of Auth0 by sub', async () => {
    const adapter = adapterFor({ profile: 'auth0' });
    await start({ ...adapter.hintsOf(session()), bindingMessage: 'K7-42' }, adapter);
    expect(formsTo(START)[0]?.get('login_hint')).toContain('"sub":"user-1"');
  });

  test('sends no ID token where a profile takes none', () => {
    const profile: OidcProfile = { name: 'ours', hints: ['login_hint'] };
    expect(adapterFor({ profile }).hintsOf(session())).not.toHaveProperty('idTokenHint');
  });
});

describe('userinfo', () => {
  const session = () => ({ claims: { sub: 'user-1' } as never, accessToken: 'secret-access-token', idToken: 'i' });
  const withUserinfo = () =>
    stub.answer(DISCOVERY, { body: { ...metadata(stub.issuer), userinfo_endpoint: `${stub.issuer}/me` } });

  test('is asked on demand', async () => {
    withUserinfo();
    stub.answer('/me', { body: { sub: 'user-1', email: 'ann@example.com' } });
    await expect(adapterFor().userinfo(session())).resolves.toEqual({ sub: 'user-1', email: 'ann@example.com' });
    expect(stub.seen.at(-1)?.authorization).toBe('Bearer secret-access-token');
  });

  test('of somebody else is refused', async () => {
    withUserinfo();
    stub.answer('/me', { body: { sub: 'user-2' } });
    expect((await errorOf(adapterFor().userinfo(session()))).code).toBe('badResponse');
  });

  test.each<[string, Answer]>([
    ['a challenge', { status: 401, headers: { 'www-authenticate': 'Bearer error="invalid_token"' } }],
    ['a body', oauthError('invalid_token', undefined, { status: 401 })],
  ])('says by %s that the token is over', async (_, answer) => {
    withUserinfo();
    stub.answer('/me', answer);
    const error = await errorOf(adapterFor().userinfo(session()));
    expect(error.code).toBe('unauthorized');
    expect(error.message).toContain('has expired');
  });

  test('needs its endpoint', async () => {
    expect((await errorOf(adapterFor().userinfo(session()))).message).toContain('no `userinfo_endpoint`');
  });
});

describe('the recipes of docs/providers.md', () => {
  test('sign the authentication request, and nothing else', async () => {
    const { publicKey, privateKey } = await generateKeyPair('ES256');
    const authenticate = PrivateKeyJwt(privateKey);
    const clientAuthentication = async (...[server, client, body, headers]: Parameters<ClientAuth>) => {
      if (body.has('scope')) {
        const request = await new SignJWT(Object.fromEntries(body))
          .setProtectedHeader({ alg: 'ES256' })
          .setIssuer(client.client_id)
          .setAudience(server.issuer)
          .setIssuedAt()
          .setNotBefore('0s')
          .setExpirationTime('5m')
          .setJti(crypto.randomUUID())
          .sign(privateKey);
        for (const name of [...body.keys()]) body.delete(name);
        body.set('request', request);
      }
      await authenticate(server, client, body, headers);
    };
    const adapter = adapterFor({ clientAuthentication });
    const pending = await start({ acrValues: 'gold' }, adapter);
    const form = Object.fromEntries(formsTo(START)[0] ?? []);
    expect(Object.keys(form).toSorted()).toEqual(['client_assertion', 'client_assertion_type', 'client_id', 'request']);
    const { payload } = await jwtVerify(form['request'] ?? '', publicKey, { issuer: 'shop', audience: stub.issuer });
    expect(payload).toMatchObject({ scope: 'openid', login_hint: 'ann@example.com', acr_values: 'gold' });
    await adapter.poll(pending, calling());
    expect(formsTo(TOKEN)[0]?.get('auth_req_id')).toBe('secret-request-id');
  });

  test('change the client assertion', async () => {
    const { publicKey, privateKey } = await generateKeyPair('ES256', { extractable: true });
    const clientAuthentication = PrivateKeyJwt(privateKey, {
      [modifyAssertion](_header, payload) {
        payload['aud'] = `${stub.issuer}/token`;
        delete payload['nbf'];
      },
    });
    await start({}, adapterFor({ clientAuthentication }));
    const assertion = formsTo(START)[0]?.get('client_assertion') ?? '';
    const { payload } = await jwtVerify(assertion, publicKey, { audience: `${stub.issuer}/token` });
    expect(payload).not.toHaveProperty('nbf');
  });
});
