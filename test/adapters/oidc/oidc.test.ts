// @vitest-environment node
import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest';
import { createOidcAdapter } from '../../../src/adapters/oidc/index.js';
import type { OidcAdapterOptions } from '../../../src/adapters/oidc/index.js';
import type { PendingApproval } from '../../../src/contract/index.js';
import { metadata, startStubProvider, tokens } from './stub.js';
import type { StubProvider } from './stub.js';
import { errorOf as errorWithout } from '../../support/error-of.js';

const DISCOVERY = '/.well-known/openid-configuration';
const SECRET = 'the-client-secret';
const AUTH_REQ_ID = 'secret-request-id';
const ACCESS_TOKEN = 'secret-access-token';

let stub: StubProvider;

beforeEach(async () => {
  stub = await startStubProvider();
});

afterEach(() => stub.close());

const adapterFor = (options: Partial<OidcAdapterOptions> = {}) =>
  createOidcAdapter({ issuer: stub.issuer, clientId: 'shop', clientSecret: SECRET, ...options });

const calling = (signal: AbortSignal = new AbortController().signal) => ({ signal, actId: 'attempt-1' });

const pending = (state: Record<string, string> = {}): PendingApproval => ({
  id: 'handle',
  expiresIn: 120,
  interval: 2,
  resumable: true,
  serverState: { authReqId: AUTH_REQ_ID, ...state },
});

const initiate = (adapter = adapterFor()) => adapter.initiate({ loginHint: 'ann@example.com' }, calling());
const poll = (adapter = adapterFor(), state: Record<string, string> = {}) => adapter.poll(pending(state), calling());

/** The error of a call; fails where the call succeeds, throws something else, or prints a secret. */
const errorOf = (act: Promise<unknown> | (() => unknown)) =>
  errorWithout(act, [SECRET, AUTH_REQ_ID, ACCESS_TOKEN, 'ann@example.com']);

const requestsTo = (path: string) => stub.seen.filter((request) => request.path === path);

describe('creation', () => {
  test.each([
    ['crypto', undefined],
    ['crypto.subtle, as in jsdom', { getRandomValues: () => undefined }],
  ])('says where it runs if there is no %s', async (_, stubbed) => {
    vi.stubGlobal('crypto', stubbed);
    try {
      const error = await errorOf(() => adapterFor());
      expect(error).toMatchObject({ code: 'misconfigured', retryable: false });
      expect(error.message).toMatch(/needs Web Crypto.*Node\.js, Bun, Deno or Workers.*`@jest-environment node`/);
    } finally {
      vi.unstubAllGlobals();
    }
  });

  test.each([
    ['an issuer that is no address', { issuer: 'login' }, /`issuer` must be a URL, but it is "login"/],
    ['an http issuer outside loopback', { issuer: 'http://login.example.com' }, /isn't https/],
    ['a host name that only begins like loopback', { issuer: 'http://127.0.0.1.example.com' }, /isn't https/],
    ['another scheme', { issuer: 'ftp://localhost' }, /isn't https/],
    ['an empty client ID', { clientId: '' }, /clientId/],
    ['an empty client secret', { clientSecret: '' }, /environment variable/],
  ])('refuses %s', async (_, options, text) => {
    const error = await errorOf(() => adapterFor(options));
    expect(error.code).toBe('misconfigured');
    expect(error.message).toMatch(text);
  });

  test.each(['http://localhost:1', 'http://[::1]:1', 'http://127.0.0.2:1', 'https://login.example.com'])(
    'takes %s',
    (issuer) => {
      expect(() => adapterFor({ issuer })).not.toThrow();
    },
  );

  test('asks nobody anything', () => {
    adapterFor();
    expect(stub.seen).toEqual([]);
  });
});

describe('discovery', () => {
  test('happens once, also for calls at the same time', async () => {
    const adapter = adapterFor();
    await Promise.all([initiate(adapter), initiate(adapter)]);
    await poll(adapter);
    expect(requestsTo(DISCOVERY)).toHaveLength(1);
  });

  test('is tried again after a failure', async () => {
    stub.answer(DISCOVERY, { status: 503, headers: { 'retry-after': '7' } }, { body: metadata(stub.issuer) });
    const adapter = adapterFor();
    expect(await errorOf(initiate(adapter))).toMatchObject({ code: 'unavailable', retryable: true, retryAfter: 7 });
    await expect(initiate(adapter)).resolves.toMatchObject({ expiresIn: 120 });
  });

  test('says that a provider that is down cannot be reached', async () => {
    await stub.close();
    const error = await errorOf(initiate());
    expect(error).toMatchObject({ code: 'network', retryable: true });
    expect(error.message).toContain('ECONNREFUSED');
  });

  test.each([
    ['a page', '<h1>Not found</h1>'],
    ['JSON with an error', { error: 'Realm does not exist' }],
  ])('says which address it found nothing at, if that answers with %s', async (_what, body) => {
    stub.answer(DISCOVERY, { status: 404, body });
    const error = await errorOf(initiate());
    expect(error).toMatchObject({ code: 'misconfigured', retryable: false });
    expect(error.message).toContain(`${stub.issuer} plus /.well-known/openid-configuration`);
  });

  test('refuses the metadata of another issuer', async () => {
    stub.answer(DISCOVERY, { body: metadata('https://elsewhere.example.com') });
    expect((await errorOf(initiate())).code).toBe('misconfigured');
  });

  test('says that a provider has no CIBA, and looks again the next time', async () => {
    const { backchannel_authentication_endpoint: _, ...rest } = metadata(stub.issuer);
    stub.answer(DISCOVERY, { body: rest });
    const error = await errorOf(initiate());
    expect(error.code).toBe('misconfigured');
    expect(error.message).toContain('backchannel_authentication_endpoint');
  });
});

describe('initiate', () => {
  test('sends the form of CIBA Core with the client authenticated by HTTP Basic', async () => {
    await adapterFor().initiate(
      { loginHint: 'ann@example.com', bindingMessage: 'K7-42', scope: 'email openid email', acrValues: 'gold silver' },
      calling(),
    );
    const [request] = requestsTo('/backchannel');
    expect(Object.fromEntries(request?.form ?? [])).toEqual({
      client_id: 'shop',
      scope: 'openid email',
      login_hint: 'ann@example.com',
      binding_message: 'K7-42',
      acr_values: 'gold silver',
    });
    const [scheme, credentials = ''] = (request?.authorization ?? '').split(' ');
    expect([scheme, decodeURIComponent(Buffer.from(credentials, 'base64').toString())]).toEqual([
      'Basic',
      `shop:${SECRET}`,
    ]);
  });

  test('authenticates as it is told', async () => {
    const adapter = createOidcAdapter({
      issuer: stub.issuer,
      clientId: 'shop',
      clientAuthentication: (_as, _client, body) => body.set('client_assertion', 'signed'),
    });
    await initiate(adapter);
    expect(requestsTo('/backchannel')[0]?.form.get('client_assertion')).toBe('signed');
  });

  test('keeps the auth_req_id in the server state, apart from the handle', async () => {
    const approval = await adapterFor().initiate(
      { loginHint: 'ann@example.com', displayCode: 'K7-42', subject: 'user-1', acrValues: 'gold' },
      calling(),
    );
    expect(approval).toEqual({
      id: expect.stringMatching(/^[\w-]{20,}$/) as string,
      expiresIn: 120,
      interval: 2,
      displayCode: 'K7-42',
      resumable: true,
      serverState: { authReqId: AUTH_REQ_ID, subject: 'user-1', acrValues: 'gold' },
    });
    expect(JSON.parse(JSON.stringify(approval))).toEqual(approval);
    const { serverState: _, ...visible } = approval;
    expect(JSON.stringify(visible)).not.toContain(AUTH_REQ_ID);
  });

  test('makes a new handle for each request', async () => {
    const adapter = adapterFor();
    const [one, two] = await Promise.all([initiate(adapter), initiate(adapter)]);
    expect(one.id).not.toBe(two.id);
  });

  test.each([
    ['absent', undefined, 5],
    ['0', 0, 5],
    ['null', null, 5],
    ['negative', -3, 5],
    ['a word', 'soon', 5],
    ['a number in quotes', '7', 7],
    ['a fraction', 0.5, 0.5],
  ])('takes an interval that is %s', async (_, interval, expected) => {
    stub.answer('/backchannel', { body: { auth_req_id: AUTH_REQ_ID, expires_in: 120, interval } });
    await expect(initiate()).resolves.toMatchObject({ interval: expected });
  });

  test('takes a life in quotes', async () => {
    stub.answer('/backchannel', { body: { auth_req_id: AUTH_REQ_ID, expires_in: '60' } });
    await expect(initiate()).resolves.toMatchObject({ expiresIn: 60 });
  });

  test.each([
    ['no life', { auth_req_id: AUTH_REQ_ID }],
    ['no auth_req_id', { expires_in: 120 }],
    ['a list', [AUTH_REQ_ID]],
  ])('refuses an answer with %s for good', async (_, body) => {
    stub.answer('/backchannel', { body });
    expect(await errorOf(initiate())).toMatchObject({ code: 'badResponse', retryable: false });
  });

  test.each([
    ['unknown_user_id', 400, 'unknownUser'],
    ['access_denied', 403, 'refused'],
    ['invalid_request', 400, 'misconfigured'],
    ['invalid_scope', 400, 'misconfigured'],
    ['invalid_binding_message', 400, 'misconfigured'],
    ['invalid_client', 401, 'misconfigured'],
    ['missing_user_code', 400, 'misconfigured'],
    ['unauthorized_client', 400, 'misconfigured'],
    ['expired_login_hint_token', 400, 'misconfigured'],
    ['something_new', 400, 'badResponse'],
  ])('maps %s', async (error, status, code) => {
    stub.answer('/backchannel', { status, body: { error, error_description: 'in their words' } });
    const caught = await errorOf(initiate());
    expect(caught).toMatchObject({ code, retryable: false });
    expect(caught.message).toContain(`${error}, "in their words"`);
  });

  test('knows the unknown user of Keycloak', async () => {
    stub.answer('/backchannel', { status: 400, body: { error: 'invalid_request', error_description: 'Invalid user' } });
    expect((await errorOf(initiate())).code).toBe('unknownUser');
  });

  test('takes what was sent out of what the provider says', async () => {
    const words = `no ${SECRET}\nfor ann@example.com`;
    stub.answer('/backchannel', { status: 400, body: { error: 'invalid_request', error_description: words } });
    expect((await errorOf(initiate())).message).toContain('"no [removed] for [removed]"');
  });
});

describe('poll', () => {
  test('makes exactly one request', async () => {
    await expect(poll()).resolves.toEqual({ status: 'pending' });
    const [request, ...others] = requestsTo('/token');
    expect(others).toEqual([]);
    expect(Object.fromEntries(request?.form ?? [])).toEqual({
      grant_type: 'urn:openid:params:grant-type:ciba',
      auth_req_id: AUTH_REQ_ID,
    });
  });

  test('hands over the session', async () => {
    vi.useFakeTimers({ toFake: ['Date'], now: 1_800_000_000_000 });
    try {
      const body = { ...tokens(stub.issuer, { email: 'ann@example.com' }), refresh_token: 'refresh' };
      stub.answer('/token', { body });
      await expect(poll()).resolves.toMatchObject({
        status: 'approved',
        session: {
          claims: { sub: 'user-1', email: 'ann@example.com' },
          accessToken: ACCESS_TOKEN,
          refreshToken: 'refresh',
          expiresAt: 1_800_000_060_000,
        },
      });
    } finally {
      vi.useRealTimers();
    }
  });

  test.each([
    ['authorization_pending', {}, {}, { status: 'pending' }],
    ['authorization_pending', {}, { 'retry-after': '9' }, { status: 'pending', retryAfter: 9 }],
    ['authorization_pending', { interval: 4 }, {}, { status: 'pending', interval: 4 }],
    ['slow_down', {}, {}, { status: 'pending', interval: 7 }],
    ['slow_down', { interval: 20 }, {}, { status: 'pending', interval: 20 }],
    ['slow_down', { interval: 1 }, { 'retry-after': '30' }, { status: 'pending', interval: 7, retryAfter: 30 }],
    ['access_denied', {}, {}, { status: 'denied' }],
    ['expired_token', {}, {}, { status: 'expired' }],
    ['invalid_grant', {}, {}, { status: 'expired' }],
  ])('reads %s %j %j', async (error, more, headers, result) => {
    stub.answer('/token', { status: 400, body: { error, ...more }, headers });
    await expect(poll()).resolves.toEqual(result);
  });

  test('reads a Retry-After that is a date', async () => {
    const headers = { 'retry-after': 'Fri, 01 Jan 2027 12:00:45 GMT', date: 'Fri, 01 Jan 2027 12:00:00 GMT' };
    stub.answer('/token', { status: 400, body: { error: 'authorization_pending' }, headers });
    await expect(poll()).resolves.toEqual({ status: 'pending', retryAfter: 45 });
  });

  test.each([
    ['transaction_failed', 'refused'],
    ['unauthorized_client', 'misconfigured'],
    ['unsupported_grant_type', 'misconfigured'],
    ['invalid_request', 'misconfigured'],
  ])('ends for good on %s', async (error, code) => {
    stub.answer('/token', { status: 400, body: { error } });
    expect(await errorOf(poll())).toMatchObject({ code, retryable: false });
  });

  test.each([
    ['500 with an error in JSON', { status: 500, body: { error: 'server_error' } }, { code: 'unavailable' }],
    [
      '503 with Retry-After',
      { status: 503, headers: { 'retry-after': '11' } },
      { code: 'unavailable', retryAfter: 11 },
    ],
    [
      '400 temporarily_unavailable',
      { status: 400, body: { error: 'temporarily_unavailable' } },
      { code: 'unavailable' },
    ],
    [
      '429 in JSON',
      { status: 429, body: { error: 'slow' }, headers: { 'retry-after': '8' } },
      { code: 'rateLimited', retryAfter: 8 },
    ],
    [
      '429 in HTML',
      { status: 429, body: '<h1>Too many</h1>', headers: { 'retry-after': '8' } },
      { code: 'rateLimited', retryAfter: 8 },
    ],
    ['408', { status: 408, body: '' }, { code: 'timeout' }],
    ['HTML', { status: 400, body: '<h1>Bad gateway</h1>' }, { code: 'badResponse' }],
    ['HTML with 200', { status: 200, body: '<h1>Log in to the hotel</h1>' }, { code: 'badResponse' }],
    ['a redirect', { status: 302, headers: { location: '/elsewhere' } }, { code: 'badResponse' }],
  ])('can be tried again after %s', async (_, answer, expected) => {
    stub.answer('/token', answer);
    expect(await errorOf(poll())).toMatchObject({ retryable: true, ...expected });
  });

  test.each([
    ['a challenge', { status: 401, headers: { 'www-authenticate': 'Basic realm="shop"' }, body: {} }],
    ['invalid_client', { status: 401, body: { error: 'invalid_client' } }],
    ['a bare 401', { status: 401, body: '' }],
  ])('says that the client secret is wrong after %s', async (_, answer) => {
    stub.answer('/token', answer);
    const error = await errorOf(poll());
    // The next poll can succeed, for example once a changed secret has reached every server.
    expect(error).toMatchObject({ code: 'misconfigured', retryable: true });
    expect(error.message).toContain('`clientSecret`');
  });

  test.each([
    ['no ID token', () => ({ ...tokens(stub.issuer), id_token: undefined }), /no ID token/],
    ['no access token', () => ({ ...tokens(stub.issuer), access_token: undefined }), /access_token/],
    ['an ID token for another client', () => tokens(stub.issuer, { aud: 'another' }), /aud/],
    ['an ID token of another issuer', () => tokens('https://elsewhere.example.com'), /iss/],
    ['an ID token that is over', () => tokens(stub.issuer, { exp: 1 }), /exp/],
  ])('refuses %s for good, since the request is redeemed', async (_, body, text) => {
    stub.answer('/token', { body: body() });
    const error = await errorOf(poll());
    expect(error).toMatchObject({ code: 'badResponse', retryable: false });
    expect(error.message).toMatch(text);
  });

  test('refuses the approval of somebody else', async () => {
    stub.answer('/token', { body: tokens(stub.issuer, { sub: 'user-2' }) });
    expect(await errorOf(poll(adapterFor(), { subject: 'user-1' }))).toMatchObject({
      code: 'refused',
      retryable: false,
    });
  });

  test.each([{}, { acr: 'bronze' }, { acr: 'gold silver' }])(
    'refuses an approval below the wanted acr: %j',
    async (claims) => {
      stub.answer('/token', { body: tokens(stub.issuer, claims) });
      expect((await errorOf(poll(adapterFor(), { acrValues: 'gold silver' }))).code).toBe('refused');
    },
  );

  test('takes the wanted subject at one of the wanted acr', async () => {
    stub.answer('/token', { body: tokens(stub.issuer, { acr: 'silver' }) });
    await expect(poll(adapterFor(), { subject: 'user-1', acrValues: 'gold silver' })).resolves.toMatchObject({
      status: 'approved',
    });
  });

  test('needs its server state', async () => {
    const { serverState: _, ...lost } = pending();
    const error = await errorOf(adapterFor().poll(lost, calling()));
    expect(error.code).toBe('misconfigured');
    expect(error.message).toContain('serverState');
  });
});

describe('time', () => {
  test('gives up after `timeout`', async () => {
    stub.answer('/token', 'silence');
    expect(await errorOf(poll(adapterFor({ timeout: 0.2 })))).toMatchObject({ code: 'timeout', retryable: true });
    await stub.abandoned;
  });

  test.each(['/backchannel', '/token', DISCOVERY])('gives up %s when it is told to', async (path) => {
    stub.answer(path, 'silence');
    const controller = new AbortController();
    const adapter = adapterFor();
    const call =
      path === '/token'
        ? adapter.poll(pending(), calling(controller.signal))
        : adapter.initiate({ loginHint: 'ann@example.com' }, calling(controller.signal));
    const outcome = expect(call).rejects.toBe('nobody waits');
    await vi.waitFor(() => expect(requestsTo(path)).toHaveLength(1));
    controller.abort('nobody waits');
    await outcome;
    if (path !== DISCOVERY) await stub.abandoned;
  });

  test('sends nothing for a call that was given up before', async () => {
    const call = adapterFor().poll(pending(), calling(AbortSignal.abort('nobody waits')));
    await expect(call).rejects.toBe('nobody waits');
    expect(requestsTo('/token')).toEqual([]);
  });
});

describe('revoke', () => {
  const session = { claims: {} as never, accessToken: ACCESS_TOKEN, idToken: 'id', refreshToken: 'refresh' };

  test('revokes the refresh token and the access token', async () => {
    stub.answer('/revoke', { status: 200 });
    await adapterFor().revoke(session);
    expect(requestsTo('/revoke').map(({ form }) => form.get('token'))).toEqual(['refresh', ACCESS_TOKEN]);
  });

  test('does nothing where the provider cannot', async () => {
    const { revocation_endpoint: _, ...rest } = metadata(stub.issuer);
    stub.answer(DISCOVERY, { body: rest });
    await adapterFor().revoke(session);
    expect(stub.seen.map(({ path }) => path)).toEqual([DISCOVERY]);
  });

  test('says that it failed', async () => {
    stub.answer('/revoke', { status: 503 });
    expect((await errorOf(adapterFor().revoke(session))).code).toBe('unavailable');
  });
});
