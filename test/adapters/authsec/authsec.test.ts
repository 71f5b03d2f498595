// @vitest-environment node
import { describe, expect, test, vi } from 'vitest';
import { createAuthSecAdapter, createAuthSecEnrollment } from '../../../src/adapters/authsec/index.js';
import type { AuthSecAdapterOptions } from '../../../src/adapters/authsec/index.js';
import type { CallOptions, CibaError, PendingApproval } from '../../../src/contract/index.js';
import { ADA, BEN, CLEO, createAuthSec, DANA } from './harness.js';
import type { Flow } from './harness.js';

const CLIENT = '6f2c1c8e-5b0e-4f0f-9f59-2d1d2c7b8a10';
const AUTH_REQ_ID = 'q0S2vXnYb3J5c2VjcmV0LWF1dGgtcmVxLWlkLTAwMDE=';
const flows: Flow[] = ['tenant', 'admin'];

const call = (overrides: Partial<CallOptions> = {}): CallOptions => ({
  signal: new AbortController().signal,
  actId: crypto.randomUUID(),
  ...overrides,
});

async function errorOf(promise: Promise<unknown>): Promise<CibaError> {
  const error = await promise.then(
    () => undefined,
    (caught: unknown) => caught,
  );
  expect(error).toMatchObject({ name: 'CibaError' });
  return error as CibaError;
}

function refusalOf(options: object): CibaError {
  try {
    createAuthSecAdapter(options as AuthSecAdapterOptions);
  } catch (caught) {
    expect(caught).toMatchObject({ name: 'CibaError', code: 'misconfigured' });
    return caught as CibaError;
  }
  throw new Error('It was taken.');
}

type Scripted = readonly [status: number, body: unknown, headers?: Record<string, string>];

/** An adapter on a server that answers what the test says, in turn; the last answer holds on. */
function scripted(options: Partial<AuthSecAdapterOptions>, ...answers: readonly Scripted[]) {
  let next = 0;
  const sent = vi.fn<typeof fetch>(async () => {
    const [status, body, headers = {}] = answers[Math.min(next++, answers.length - 1)] ?? [500, ''];
    const init = { status, headers };
    return typeof body === 'string' ? new Response(body, init) : Response.json(body, init);
  });
  const adapter = createAuthSecAdapter({ baseUrl: 'production', fetch: sent, ...options } as AuthSecAdapterOptions);
  return {
    adapter,
    sent,
    urls: () => sent.mock.calls.map(([url]) => String(url)),
    bodies: () => sent.mock.calls.map(([, init]) => JSON.parse(String(init?.body)) as unknown),
    headers: () => sent.mock.calls.map(([, init]) => new Headers(init?.headers)),
  };
}

const STARTED: Scripted = [200, { auth_req_id: AUTH_REQ_ID, expires_in: 300, interval: 5, message: 'Sent' }];

/** What becomes of one poll that is answered so. */
async function pollAnswered(...answers: readonly Scripted[]) {
  const { adapter } = scripted({ clientId: CLIENT }, STARTED, ...answers);
  const pending = await adapter.initiate({ loginHint: ADA }, call());
  return { adapter, pending, poll: () => adapter.poll(pending, call()) };
}

describe('options', () => {
  test.each([
    [{ baseUrl: 'production' }, 'https://prod.api.authsec.ai/authsec/uflow/auth/ciba/initiate'],
    [{ baseUrl: 'development' }, 'https://dev.api.authsec.dev/uflow/auth/ciba/initiate'],
    [
      { baseUrl: 'development', pathPrefix: '/authsec/uflow/auth' },
      'https://dev.api.authsec.dev/authsec/uflow/auth/ciba/initiate',
    ],
    [
      { baseUrl: 'production', clientId: CLIENT },
      'https://prod.api.authsec.ai/authsec/uflow/auth/tenant/ciba/initiate',
    ],
    [
      { baseUrl: 'production', clientId: CLIENT.toUpperCase(), generation: 'workspace' },
      'https://prod.api.authsec.ai/authsec/uflow/auth/workspace/ciba/initiate',
    ],
    [
      { baseUrl: 'production', generation: 'workspace' },
      'https://prod.api.authsec.ai/authsec/uflow/auth/ciba/initiate',
    ],
    [{ baseUrl: 'production', pathPrefix: '/uflow/auth/' }, 'https://prod.api.authsec.ai/uflow/auth/ciba/initiate'],
    [{ baseUrl: 'production', pathPrefix: '' }, 'https://prod.api.authsec.ai/ciba/initiate'],
    [{ baseUrl: 'https://own.example' }, 'https://own.example/authsec/uflow/auth/ciba/initiate'],
    [{ baseUrl: new URL('https://own.example') }, 'https://own.example/authsec/uflow/auth/ciba/initiate'],
    [
      { baseUrl: new URL('https://own.example/gateway') },
      'https://own.example/gateway/authsec/uflow/auth/ciba/initiate',
    ],
    [{ baseUrl: 'https://own.example/' }, 'https://own.example/authsec/uflow/auth/ciba/initiate'],
    [{ baseUrl: 'https://own.example/gateway/' }, 'https://own.example/gateway/authsec/uflow/auth/ciba/initiate'],
    [{ baseUrl: 'https://own.example/authsec/uflow/auth' }, 'https://own.example/authsec/uflow/auth/ciba/initiate'],
    [{ baseUrl: 'https://own.example/uflow/auth/' }, 'https://own.example/uflow/auth/ciba/initiate'],
    [
      { baseUrl: 'https://own.example/uflow/auth', pathPrefix: '/uflow/auth' },
      'https://own.example/uflow/auth/ciba/initiate',
    ],
    [{ baseUrl: 'http://localhost:7468' }, 'http://localhost:7468/authsec/uflow/auth/ciba/initiate'],
    [{ baseUrl: 'http://127.0.0.1:7468' }, 'http://127.0.0.1:7468/authsec/uflow/auth/ciba/initiate'],
    [{ baseUrl: 'http://[::1]:7468' }, 'http://[::1]:7468/authsec/uflow/auth/ciba/initiate'],
    [{ baseUrl: 'http://authsec.localhost' }, 'http://authsec.localhost/authsec/uflow/auth/ciba/initiate'],
    [{ baseUrl: new URL('http://127.0.0.2:7468') }, 'http://127.0.0.2:7468/authsec/uflow/auth/ciba/initiate'],
  ])('%o', async (options, url) => {
    const { adapter, urls } = scripted(options as never, STARTED);
    await adapter.initiate({ loginHint: ADA }, call());
    expect(urls()).toEqual([url]);
  });

  test.each([
    ['no server', { baseUrl: undefined }, /`baseUrl`/],
    ['an unknown name of a server', { baseUrl: 'staging' }, /`baseUrl`/],
    ['a name that objects inherit', { baseUrl: 'constructor' }, /`baseUrl`/],
    ['no address', { baseUrl: 'own.example' }, /`baseUrl`/],
    ['http outside of loopback', { baseUrl: 'http://own.example' }, /https/],
    ['http on an address that only looks like loopback', { baseUrl: 'http://127.0.0.1.evil.example' }, /https/],
    ['another scheme', { baseUrl: 'ftp://localhost' }, /https/],
    ['a URL object with http outside of loopback', { baseUrl: new URL('http://own.example') }, /https/],
    ['a URL object with a user', { baseUrl: new URL('https://user:pass@own.example') }, /plain/],
    ['a backslash', { baseUrl: 'https://own.example\\@evil.example' }, /plain/],
    ['a scheme without slashes', { baseUrl: 'https:own.example' }, /plain/],
    ['a port that is too large', { baseUrl: 'https://own.example:99999' }, /`baseUrl`/],
    ['a user in the address', { baseUrl: 'https://user:pass@own.example' }, /plain/],
    ['a query', { baseUrl: 'https://own.example/?a=b' }, /plain/],
    ['the clientId of the documentation', { baseUrl: 'production', clientId: 'tenant_abc123' }, /must be a UUID/],
    ['an empty clientId', { baseUrl: 'production', clientId: '' }, /must be a UUID/],
    ['credentials without a client', { baseUrl: 'production', credentials: { clientSecret: 'x' } }, /`clientId`/],
    [
      'empty credentials',
      { baseUrl: 'production', clientId: CLIENT, credentials: { clientSecret: '' } },
      /`credentials`/,
    ],
    ['a long message', { baseUrl: 'production', bindingMessage: 'x'.repeat(256) }, /255/],
  ])('refuses %s', (_name, options, text) => {
    expect(refusalOf(options).message).toMatch(text);
  });

  test('names no password of an address', () => {
    expect(refusalOf({ baseUrl: 'https://user:hunter2@own.example' }).message).not.toContain('hunter2');
  });

  test('sends credentials by HTTP Basic, at start and poll alone', async () => {
    const { adapter, headers } = scripted(
      { clientId: CLIENT, credentials: { clientSecret: 's3cret' } },
      STARTED,
      [202, { error: 'authorization_pending' }],
      [401, { success: false, message: 'Invalid TOTP code' }],
    );
    const pending = await adapter.initiate({ loginHint: ADA }, call());
    await adapter.poll(pending, call());
    await adapter.verifyTotp?.({ loginHint: ADA, code: '123456' }, call());
    const basic = `Basic ${btoa(`${CLIENT}:s3cret`)}`;
    expect(headers().map((sent) => sent.get('authorization'))).toEqual([basic, basic, null]);
  });

  test('signs in at servers that want them, and says what is missing elsewhere', async () => {
    const { emulator, options } = createAuthSec('tenant', { auth: 'basic' });
    const start = (credentials?: { clientSecret: string }) =>
      createAuthSecAdapter({ ...options, ...(credentials && { credentials }) }).initiate({ loginHint: ADA }, call());
    expect(await errorOf(start())).toMatchObject({ code: 'misconfigured', retryable: false });
    expect(await errorOf(start({ clientSecret: 'wrong' }))).toMatchObject({ code: 'misconfigured' });
    await start({ clientSecret: 'client-secret' });
    expect(emulator.phone.prompts).toHaveLength(1);
  });

  test('checks no codes of end users of the workspace generation', () => {
    const options = { baseUrl: 'production', generation: 'workspace' } as const;
    expect(createAuthSecAdapter({ ...options, clientId: CLIENT }).verifyTotp).toBeUndefined();
    expect(createAuthSecAdapter(options).verifyTotp).toBeDefined();
    expect(createAuthSecAdapter({ baseUrl: 'production', clientId: CLIENT }).verifyTotp).toBeDefined();
  });
});

describe('initiate', () => {
  test('sends what each flow wants', async () => {
    const request = { loginHint: '  Ada@Example.COM ', bindingMessage: 'Order 7', scope: 'openid  email' };
    const tenant = scripted({ clientId: CLIENT }, STARTED);
    await tenant.adapter.initiate(request, call());
    const admin = scripted({}, STARTED);
    await admin.adapter.initiate(request, call());
    expect([...tenant.bodies(), ...admin.bodies()]).toEqual([
      { client_id: CLIENT, email: ADA, binding_message: 'Order 7', scopes: ['openid', 'email'] },
      { login_hint: ADA, binding_message: 'Order 7', scopes: ['openid', 'email'] },
    ]);
  });

  test.each([
    ['its own', 'Sign in to the shop', 'Order 7', 'Order 7'],
    ['the option', 'Sign in to the shop', undefined, 'Sign in to the shop'],
    ['the option for an empty one', 'Sign in to the shop', '  ', 'Sign in to the shop'],
    ['none', undefined, undefined, undefined],
    ['none for empty ones', '', '', undefined],
    ['255 characters', undefined, 'x'.repeat(255), 'x'.repeat(255)],
    ["the transaction's title", 'Sign in to the shop', undefined, 'Pay 12.00 EUR', 'Pay 12.00 EUR'],
    ['its own beside a title', 'Sign in to the shop', 'Order 7', 'Order 7', 'Pay 12.00 EUR'],
    ['the option for an empty title', 'Sign in to the shop', undefined, 'Sign in to the shop', ' '],
  ])('binding message: %s', async (_name, option, own, expected, title?: string) => {
    const { adapter, bodies } = scripted(option === undefined ? {} : { bindingMessage: option }, STARTED);
    const transaction = title === undefined ? {} : { transaction: { title } };
    await adapter.initiate(
      { loginHint: ADA, ...(own !== undefined && { bindingMessage: own }), ...transaction },
      call(),
    );
    expect(bodies()).toEqual([{ login_hint: ADA, ...(expected && { binding_message: expected }) }]);
  });

  test.each([
    ['alone', {}, '4827'],
    ['before the text', { bindingMessage: 'Order 7' }, '4827: Order 7'],
    ["before the transaction's title", { transaction: { title: 'Pay 12.00 EUR' } }, '4827: Pay 12.00 EUR'],
    ['alone where there is no room for both', { bindingMessage: 'x'.repeat(250) }, '4827'],
  ])('number: %s', async (_name, more, expected) => {
    const { adapter, bodies } = scripted({}, STARTED);
    await adapter.initiate({ loginHint: ADA, displayCode: '4827', ...more }, call());
    expect(bodies()).toEqual([{ login_hint: ADA, binding_message: expected }]);
  });

  test('shows no text as a number', async () => {
    const { adapter } = scripted({ bindingMessage: 'Sign in' }, STARTED);
    expect(await adapter.initiate({ loginHint: ADA, bindingMessage: '4827' }, call())).not.toHaveProperty(
      'displayCode',
    );
  });

  test.each([
    ['a long message', { loginHint: ADA, bindingMessage: 'x'.repeat(256) }, 'misconfigured'],
    ['a long title', { loginHint: ADA, transaction: { title: 'x'.repeat(256) } }, 'misconfigured'],
    ['an age of the authentication', { loginHint: ADA, maxAge: 0 }, 'misconfigured'],
    ['levels of authentication', { loginHint: ADA, acrValues: 'urn:high' }, 'misconfigured'],
    ['an address with a space in it', { loginHint: 'ada lovelace@example.com' }, 'unknownUser'],
    ['no address', { loginHint: 'ada' }, 'unknownUser'],
    ['nothing', { loginHint: '' }, 'unknownUser'],
  ])('sends nothing for %s', async (_name, request, code) => {
    const { adapter, sent } = scripted({}, STARTED);
    expect(await errorOf(adapter.initiate(request, call()))).toMatchObject({ code, retryable: false });
    expect(sent).not.toHaveBeenCalled();
  });

  const ZEROED = { auth_req_id: '', expires_in: 0, interval: 0 };
  test.each<readonly [string, Scripted, object]>([
    ['unknown user', [400, { ...ZEROED, error: 'user_not_found' }], { code: 'unknownUser' }],
    ['no phone', [400, { ...ZEROED, error: 'no_device_registered' }], { code: 'noDevice' }],
    ['no phone, with 200', [200, { ...ZEROED, error: 'no_device_registered' }], { code: 'noDevice' }],
    ['client', [400, { ...ZEROED, error: 'invalid_client' }], { code: 'misconfigured', retryable: false }],
    ['client, hardened', [401, { ...ZEROED, error: 'invalid_client' }], { code: 'misconfigured' }],
    ['request', [400, { ...ZEROED, error: 'invalid_request' }], { code: 'misconfigured' }],
    ['scope', [400, { ...ZEROED, error: 'invalid_scope' }], { code: 'misconfigured' }],
    ['prose', [400, { error: 'Invalid request body', details: 'x' }], { code: 'badResponse', retryable: false }],
    ['a word of Object.prototype', [400, { error: 'constructor' }], { code: 'badResponse', retryable: false }],
    ['fault', [500, { error: 'Failed to initiate CIBA', details: 'x' }], { code: 'unavailable', retryable: true }],
    ['an error beside an id', [200, { auth_req_id: 'x', error: 'user_not_found' }], { code: 'unknownUser' }],
    ['an empty id without an error', [200, ZEROED], { code: 'badResponse', retryable: true }],
    ['a page', [200, '<h1>Hotel</h1>'], { code: 'badResponse', retryable: true }],
    ['a list', [200, []], { code: 'badResponse' }],
    ['null', [200, null], { code: 'badResponse' }],
    ['no such path', [404, '404 page not found'], { code: 'misconfigured', retryable: false }],
    ['origin', [403, ''], { code: 'forbidden', retryable: false }],
    ['gateway', [401, ''], { code: 'unauthorized', retryable: false }],
    ['timeout', [408, { error: 'Request timeout' }], { code: 'timeout', retryable: true }],
    ['bad gateway', [502, '<h1>Bad gateway</h1>'], { code: 'unavailable', retryable: true }],
    [
      'limit',
      [429, { error: 'Rate limit exceeded', limit: 10, window: '1m0s' }],
      { code: 'rateLimited', retryable: true, retryAfter: 60 },
    ],
    ['limit of another window', [429, { window: '2m30s' }], { code: 'rateLimited', retryAfter: 150 }],
    ['limit of a gateway', [429, '', { 'retry-after': '7' }], { code: 'rateLimited', retryAfter: 7 }],
    ['limit that says nothing', [429, ''], { code: 'rateLimited' }],
    ['limit in nonsense', [429, { window: 'soon' }], { code: 'rateLimited' }],
  ])('answered with: %s', async (_name, answer, expected) => {
    const { adapter } = scripted({ clientId: CLIENT }, answer);
    const error = await errorOf(adapter.initiate({ loginHint: ADA }, call()));
    expect(error).toMatchObject(expected);
    if (!('retryAfter' in expected)) expect(error.retryAfter).toBeUndefined();
    expect(`${error.message}${error.stack}`).not.toContain(ADA);
  });

  test('has numbers of its own where AuthSec sends none', async () => {
    const { adapter } = scripted({}, [200, { auth_req_id: AUTH_REQ_ID, expires_in: 'x', interval: 0 }]);
    expect(await adapter.initiate({ loginHint: ADA }, call())).toMatchObject({ expiresIn: 300, interval: 5 });
  });

  test('puts AuthSec’s X-Request-ID into errors, and its prose into none', async () => {
    const { adapter } = scripted({}, [500, { error: `User not found: ${ADA}` }, { 'x-request-id': 'req-7' }]);
    const { message } = await errorOf(adapter.initiate({ loginHint: ADA }, call()));
    expect(message).toContain('X-Request-ID req-7 (');
    expect(message).not.toContain(ADA);
  });

  test('sends once, whatever comes', async () => {
    const { adapter, sent } = scripted({}, [500, '']);
    await errorOf(adapter.initiate({ loginHint: ADA }, call()));
    expect(sent).toHaveBeenCalledOnce();
  });

  test.each(flows)('finds a user whatever the capitals: %s', async (flow) => {
    const { adapter, emulator } = createAuthSec(flow);
    await adapter.initiate({ loginHint: ' ADA@Example.com' }, call());
    expect(emulator.phone.prompts).toMatchObject([{ email: ADA }]);
  });

  test.each(flows)('says who has no phone: %s', async (flow) => {
    const { adapter } = createAuthSec(flow);
    expect(await errorOf(adapter.initiate({ loginHint: DANA }, call()))).toMatchObject({ code: 'noDevice' });
  });
});

describe('poll', () => {
  test.each<readonly [string, Scripted, object]>([
    ['pending, admin', [200, { error: 'authorization_pending' }], { status: 'pending' }],
    ['pending, tenant', [202, { error: 'authorization_pending' }], { status: 'pending' }],
    ['pending, OAuth', [400, { error: 'authorization_pending' }], { status: 'pending' }],
    ['slow down', [400, { error: 'slow_down' }], { status: 'pending', interval: 10 }],
    ['denied, admin', [403, { error: 'access_denied' }], { status: 'denied' }],
    ['denied, tenant', [400, { error: 'access_denied' }], { status: 'denied' }],
    ['expired', [400, { error: 'expired_token' }], { status: 'expired' }],
    ['redeemed, newer servers', [400, { error: 'invalid_grant' }], { status: 'expired' }],
    [
      'a token beats everything',
      [202, { access_token: 'opaque', error: 'authorization_pending' }],
      { status: 'approved', session: { accessToken: 'opaque', claims: {} } },
    ],
    ['an empty token does not', [200, { access_token: '', error: 'authorization_pending' }], { status: 'pending' }],
  ])('%s', async (_name, answer, expected) => {
    expect(await (await pollAnswered(answer)).poll()).toEqual(expected);
  });

  test.each<readonly [string, Scripted, object]>([
    ['server_error with 200', [200, { error: 'server_error' }], { code: 'unavailable', retryable: true }],
    ['fault', [500, { error: 'Failed to poll token', details: 'x' }], { code: 'unavailable', retryable: true }],
    ['an error that nobody knows', [200, { error: 'moon_phase' }], { code: 'badResponse', retryable: true }],
    ['the same as a refusal', [400, { error: 'moon_phase' }], { code: 'badResponse', retryable: false }],
    ['a page', [200, '<h1>Hotel</h1>'], { code: 'badResponse', retryable: true }],
    ['client', [400, { error: 'invalid_client' }], { code: 'misconfigured', retryable: false }],
    ['no such path, while AuthSec restarts', [404, '404 page not found'], { code: 'misconfigured', retryable: true }],
    ['a firewall', [403, '<h1>Forbidden</h1>'], { code: 'forbidden', retryable: true }],
    ['a proxy that wants a password', [401, ''], { code: 'unauthorized', retryable: true }],
    ['a proxy that has no words', [410, ''], { code: 'badResponse', retryable: true }],
    ['no such path, which AuthSec itself says', [404, { error: 'x' }], { code: 'misconfigured', retryable: false }],
    ['timeout', [408, ''], { code: 'timeout', retryable: true }],
    ['limit', [429, { window: '1m0s' }], { code: 'rateLimited', retryable: true, retryAfter: 60 }],
  ])('throws: %s', async (_name, answer, expected) => {
    const error = await errorOf((await pollAnswered(answer)).poll());
    expect(error).toMatchObject(expected);
    expect(`${error.message} ${error.stack} ${JSON.stringify(error)}`).not.toContain(AUTH_REQ_ID);
  });

  test('gives up after a few answers that make no sense, unless a good one came between', async () => {
    const strange: Scripted = [200, { error: 'server_error' }];
    const good: Scripted = [202, { error: 'authorization_pending' }];
    const { poll } = await pollAnswered(strange, strange, strange, good, strange, strange, strange, strange);
    for (let round = 0; round < 3; round++) expect((await errorOf(poll())).retryable).toBe(true);
    await poll();
    for (let round = 0; round < 3; round++) expect((await errorOf(poll())).retryable).toBe(true);
    expect((await errorOf(poll())).retryable).toBe(false);
  });

  test('never gives up for a page, a path that is gone or a 500', async () => {
    for (const answer of [
      [200, '<h1>Hotel</h1>'],
      [404, '404 page not found'],
      [500, { error: 'x' }],
    ] satisfies Scripted[]) {
      const { poll } = await pollAnswered(answer);
      for (let round = 0; round < 10; round++) expect((await errorOf(poll())).retryable).toBe(true);
    }
  });

  test('keeps AuthSec’s id in bodies alone, out of every URL', async () => {
    const { adapter, urls, bodies } = scripted({ clientId: CLIENT }, STARTED, [
      202,
      { error: 'authorization_pending' },
    ]);
    await adapter.poll(await adapter.initiate({ loginHint: ADA }, call()), call());
    expect(urls().join()).not.toContain(AUTH_REQ_ID.slice(0, 8));
    expect(bodies()[1]).toEqual({ client_id: CLIENT, auth_req_id: AUTH_REQ_ID });
  });

  test.each(flows)('hands over who signed in, and until when: %s', async (flow) => {
    const { adapter, emulator, clock } = createAuthSec(flow);
    const pending = await adapter.initiate({ loginHint: ADA }, call());
    emulator.phone.approve();
    const result = await adapter.poll(pending, call());
    const lifetime = flow === 'tenant' ? 86_400 : 31_536_000;
    expect(result).toMatchObject({
      status: 'approved',
      session: { claims: { email_id: ADA }, expiresAt: clock.now() + lifetime * 1000 },
    });
  });

  test('reads names that are not ASCII, and tokens that are no JWT', async () => {
    const payload = Buffer.from(JSON.stringify({ email_id: 'jürgen@example.com', exp: 2 })).toString('base64url');
    expect(await (await pollAnswered([200, { access_token: `x.${payload}.y` }])).poll()).toMatchObject({
      session: { claims: { email_id: 'jürgen@example.com' }, expiresAt: 2000 },
    });
    expect(await (await pollAnswered([200, { access_token: 'x.bm8ganNvbg.y' }])).poll()).toMatchObject({
      session: { accessToken: 'x.bm8ganNvbg.y', claims: {} },
    });
  });

  test('takes the approval of the subject that was asked, and no other', async () => {
    const { adapter, emulator } = createAuthSec('tenant');
    const token = await emulator.tokenOf(ADA);
    const { sub } = JSON.parse(Buffer.from(token.split('.')[1] ?? '', 'base64url').toString()) as { sub: string };
    for (const [subject, outcome] of [
      [sub, 'approved'],
      ['somebody-else', 'refused'],
    ] as const) {
      const pending = await adapter.initiate({ loginHint: ADA, subject }, call());
      emulator.phone.approve();
      const result = await adapter.poll(pending, call()).catch((error: CibaError) => error);
      expect('status' in result ? result.status : result.code).toBe(outcome);
    }
  });

  test('says whose token it is to the server, except in the admin flow', async () => {
    const { adapter, emulator } = createAuthSec('tenant');
    const pending = await adapter.initiate({ loginHint: ADA }, call());
    emulator.phone.approve();
    const result = await adapter.poll(pending, call());
    if (result.status !== 'approved') expect.fail();
    expect(adapter.approver?.(result.session)).toEqual({ subject: result.session.claims.sub });
    expect(createAuthSec('admin').adapter.approver).toBeUndefined();
  });

  test.each<readonly [string, Scripted, boolean | undefined]>([
    ['one login', [200, { error: 'server_error' }], true],
    ['all of them', [500, { error: 'Failed to poll token' }], undefined],
  ])('says whether an error is about %s', async (_name, answer, maybeHint) => {
    expect((await errorOf((await pollAnswered(answer)).poll())).maybeHint).toBe(maybeHint);
  });

  test('an approval whose answer was lost is lost, as AuthSec says', async () => {
    const { adapter, emulator } = createAuthSec('tenant');
    const pending = await adapter.initiate({ loginHint: ADA }, call());
    emulator.phone.approve();
    emulator.knobs.fault = 'lostReply';
    expect(await errorOf(adapter.poll(pending, call()))).toMatchObject({ code: 'network', retryable: true });
    emulator.knobs.fault = 'none';
    expect(await adapter.poll(pending, call())).toEqual({ status: 'expired' });
  });

  test('asks no more once it is redeemed', async () => {
    const { adapter, emulator } = createAuthSec('tenant');
    const pending = await adapter.initiate({ loginHint: ADA }, call());
    emulator.phone.approve();
    await adapter.poll(pending, call());
    const { requests } = emulator;
    expect(await adapter.poll(pending, call())).toEqual({ status: 'expired' });
    expect(emulator.requests).toBe(requests);
  });

  test('goes on in another process with what the store kept', async () => {
    const { adapter, emulator, options } = createAuthSec('tenant');
    const stored = JSON.parse(JSON.stringify(await adapter.initiate({ loginHint: ADA }, call()))) as PendingApproval;
    expect(stored.resumable).toBe(true);
    emulator.phone.approve();
    expect(await createAuthSecAdapter(options).poll(stored, call())).toMatchObject({ status: 'approved' });
  });

  test('says when a request is not its own', async () => {
    const { adapter } = createAuthSec('tenant');
    const stranger = { id: 'x', expiresIn: 300, interval: 5, resumable: false };
    expect(await errorOf(adapter.poll(stranger, call()))).toMatchObject({ code: 'notFound', retryable: false });
  });

  test.each([
    ['a start', 10],
    ['a code', 10],
    ['a poll, whose answer comes once', 15],
  ] as const)('waits for the answer to %s for %d s', async (act, seconds) => {
    vi.useFakeTimers();
    const { adapter, emulator } = createAuthSec('tenant');
    const pending = await adapter.initiate({ loginHint: ADA }, call());
    emulator.knobs.fault = 'hang';
    let isOver = false;
    const acts = {
      'a start': () => adapter.initiate({ loginHint: ADA }, call()),
      'a code': async () => adapter.verifyTotp?.({ loginHint: ADA, code: '000000' }, call()),
      'a poll, whose answer comes once': () => adapter.poll(pending, call()),
    };
    const error = errorOf(acts[act]()).finally(() => {
      isOver = true;
    });
    await vi.advanceTimersByTimeAsync(seconds * 1000 - 1);
    expect(isOver).toBe(false);
    await vi.advanceTimersByTimeAsync(1);
    expect(await error).toMatchObject({ code: 'timeout' });
    vi.useRealTimers();
  });

  test('gives up an answer that does not come', async () => {
    vi.useFakeTimers();
    const { emulator, options } = createAuthSec('tenant');
    const adapter = createAuthSecAdapter({ ...options, timeout: 4 });
    const pending = await adapter.initiate({ loginHint: ADA }, call());
    emulator.knobs.fault = 'hang';
    const error = errorOf(adapter.poll(pending, call()));
    await vi.advanceTimersByTimeAsync(4000);
    expect(await error).toMatchObject({ code: 'timeout', retryable: true });
    vi.useRealTimers();
  });

  test('uses the fetch of the moment', async () => {
    const adapter = createAuthSecAdapter({ baseUrl: 'production' });
    const later = vi.spyOn(globalThis, 'fetch').mockImplementation(async () => Response.json(STARTED[1]));
    await adapter.initiate({ loginHint: ADA }, call());
    expect(later).toHaveBeenCalledOnce();
    expect(later.mock.calls[0]?.[1]).toMatchObject({ credentials: 'omit', cache: 'no-store', redirect: 'error' });
  });
});

describe('verifyTotp', () => {
  const verify = (options: Partial<AuthSecAdapterOptions>, ...answers: Scripted[]) =>
    scripted(options, ...answers).adapter.verifyTotp?.({ loginHint: ADA, code: '123456' }, call()) ??
    Promise.reject(new Error('There is no verifyTotp.'));

  test('sends what each flow wants', async () => {
    const request = { loginHint: ' Ada@example.com', code: '123456' };
    const answer: Scripted = [200, { success: true, token: 't' }];
    const tenant = scripted({ clientId: CLIENT }, answer);
    const admin = scripted({}, answer);
    await tenant.adapter.verifyTotp?.(request, call());
    await admin.adapter.verifyTotp?.(request, call());
    expect([...tenant.bodies(), ...admin.bodies()]).toEqual([
      { client_id: CLIENT, email: ADA, totp_code: '123456' },
      { email: ADA, totp_code: '123456' },
    ]);
    expect([...tenant.urls(), ...admin.urls()]).toEqual([
      'https://prod.api.authsec.ai/authsec/uflow/auth/tenant/totp/login',
      'https://prod.api.authsec.ai/authsec/uflow/auth/totp/login',
    ]);
  });

  test.each<readonly [string, Scripted, object]>([
    ['right', [200, { success: true, token: 't' }], { status: 'approved', session: { accessToken: 't', claims: {} } }],
    ['wrong, admin', [400, { error: 'Invalid TOTP code' }], { status: 'invalidCode' }],
    ['wrong, tenant', [401, { success: false, message: 'invalid totp code' }], { status: 'invalidCode' }],
    ['not enrolled, admin', [400, { error: 'no TOTP devices registered' }], { status: 'notEnrolled' }],
    [
      'not enrolled, tenant',
      [401, { success: false, message: 'No TOTP devices registered for this user' }],
      { status: 'notEnrolled' },
    ],
    ['not verified', [401, { success: false, message: 'No verified TOTP devices found' }], { status: 'notEnrolled' }],
    ['unknown, admin', [404, { error: 'User not found' }], { status: 'notEnrolled' }],
    ['unknown, tenant', [401, { success: false, message: 'User not found' }], { status: 'notEnrolled' }],
    [
      'locked, admin',
      [429, { error: 'too many failed attempts; this account is temporarily locked, try again later' }],
      { status: 'lockedOut', retryAfter: 900 },
    ],
    [
      'locked, tenant',
      [401, { success: false, message: 'Too many failed attempts; this account is temporarily locked' }],
      { status: 'lockedOut', retryAfter: 900 },
    ],
    [
      'locked, with a time',
      [429, { error: 'too many failed attempts' }, { 'retry-after': '120' }],
      { status: 'lockedOut', retryAfter: 120 },
    ],
  ])('%s', async (_name, answer, expected) => {
    expect(await verify({ clientId: CLIENT }, answer)).toEqual(expected);
  });

  test.each<readonly [string, Scripted, object]>([
    ['client', [401, { success: false, message: 'Invalid client ID format' }], { code: 'misconfigured' }],
    [
      'unknown client',
      [401, { success: false, message: 'Client not found or not mapped to tenant' }],
      { code: 'misconfigured' },
    ],
    ['tenant', [401, { success: false, message: 'Tenant not found' }], { code: 'misconfigured' }],
    ['a reason that nobody knows', [401, { success: false, message: 'Nope' }], { code: 'refused', retryable: false }],
    ['prose', [400, { error: 'Invalid request body', details: 'x' }], { code: 'refused', retryable: false }],
    ['client, hardened', [401, { error: 'invalid_client' }], { code: 'misconfigured' }],
    ["the user's tenant, with 500", [500, { error: 'Tenant not found' }], { code: 'unavailable', retryable: true }],
    ['fault', [500, { error: 'Failed to generate token' }], { code: 'unavailable', retryable: true }],
    ['limit', [429, { error: 'Rate limit exceeded', window: '1m0s' }], { code: 'rateLimited', retryAfter: 60 }],
    ['timeout', [408, ''], { code: 'timeout' }],
    ['a page', [200, '<h1>Hotel</h1>'], { code: 'badResponse' }],
    ['success without a token', [200, { success: true }], { code: 'badResponse' }],
    ['no such path', [404, '404 page not found'], { code: 'misconfigured' }],
  ])('throws: %s', async (name, answer, expected) => {
    const error = await errorOf(verify({ clientId: CLIENT }, answer));
    expect(error).toMatchObject(expected);
    expect(error.maybeHint ?? false).toBe(/client|tenant/.test(name));
    expect(error.message).not.toMatch(/123456|ada@/);
  });

  test('on a server it counts nothing: the handler does', async () => {
    const { adapter } = createAuthSec('tenant');
    for (let tries = 0; tries < 6; tries++) {
      expect(await adapter.verifyTotp?.({ loginHint: ADA, code: '000000' }, call())).toEqual({ status: 'invalidCode' });
    }
  });

  test.each(flows)('hears AuthSec’s own lock: %s', async (flow) => {
    const { adapter, emulator } = createAuthSec(flow, { lockout: '5/15min' });
    for (let tries = 0; tries < 5; tries++) await adapter.verifyTotp?.({ loginHint: ADA, code: '000000' }, call());
    const code = await emulator.codeOf(ADA);
    expect(await adapter.verifyTotp?.({ loginHint: ADA, code }, call())).toEqual({
      status: 'lockedOut',
      retryAfter: 900,
    });
  });

  test('sends nothing for what is no address', async () => {
    const { adapter, sent } = scripted({}, [200, {}]);
    expect(await adapter.verifyTotp?.({ loginHint: 'ada', code: '123456' }, call())).toEqual({ status: 'notEnrolled' });
    expect(sent).not.toHaveBeenCalled();
  });
});

describe('several users at once', () => {
  test.each(flows)('do not mix: %s', async (flow) => {
    const { adapter, emulator } = createAuthSec(flow);
    const users = [ADA, BEN, CLEO];
    const pendings = await Promise.all(users.map((loginHint) => adapter.initiate({ loginHint }, call())));
    const prompts = new Map(emulator.phone.prompts.map(({ email, authReqId }) => [email, authReqId]));
    emulator.phone.approve(prompts.get(BEN));
    emulator.phone.deny(prompts.get(CLEO));
    const results = await Promise.all(pendings.map((pending) => adapter.poll(pending, call())));
    expect(results.map(({ status }) => status)).toEqual(['pending', 'approved', 'denied']);
    expect(results[1]).toMatchObject({ session: { claims: { email_id: BEN } } });
  });
});

describe('enrolment', () => {
  test.each(flows)('adds an authenticator app: %s', async (flow) => {
    const { adapter, emulator, options } = createAuthSec(flow);
    const enrollment = createAuthSecEnrollment({ ...options, token: () => emulator.tokenOf(CLEO) });
    const { uri, secret } = await enrollment.begin(call());
    expect(uri).toMatch(/^otpauth:\/\/totp\/AuthSec[^ ]*cleo@example\.com\?secret=/);
    expect(uri).not.toContain(' ');
    expect(new URL(uri).searchParams.get('secret')).toBe(secret);

    const code = await emulator.codeOf(CLEO);
    const wrong = String((Number(code) + 500_000) % 1_000_000).padStart(6, '0');
    expect(await enrollment.confirm(wrong, call())).toEqual({ status: 'invalidCode' });
    const confirmed = await enrollment.confirm(code, call());
    expect(confirmed).toMatchObject({ status: 'confirmed' });
    expect('backupCodes' in confirmed && confirmed.backupCodes).toHaveLength(10);
    expect(await adapter.verifyTotp?.({ loginHint: CLEO, code }, call())).toMatchObject({ status: 'approved' });
  });

  test('says when nothing was begun, and when the token does not hold', async () => {
    const { options } = createAuthSec('tenant');
    const enrollment = createAuthSecEnrollment({ ...options, token: 'stale' });
    expect(await errorOf(enrollment.confirm('123456', call()))).toMatchObject({ code: 'notFound' });
    const error = await errorOf(enrollment.begin(call()));
    expect(error).toMatchObject({ code: 'unauthorized', retryable: false });
    expect(error.message).not.toContain('stale');
  });

  test.each<readonly [string, Scripted, object]>([
    [
      'a picture in place of a URI',
      [200, { secret: 'A', device_id: 'd', qr_code_url: 'data:image/png;base64,x' }],
      { code: 'badResponse' },
    ],
    ['no secret', [200, { device_id: 'd', qr_code_url: 'otpauth://totp/x' }], { code: 'badResponse' }],
    ['a fault', [500, { error: 'x' }], { code: 'unavailable' }],
    ['a page', [200, '<h1>Hotel</h1>'], { code: 'badResponse' }],
  ])('begin, answered with %s', async (_name, [status, body], expected) => {
    const enrollment = createAuthSecEnrollment({
      baseUrl: 'production',
      token: 't',
      fetch: async () => (typeof body === 'string' ? new Response(body, { status }) : Response.json(body, { status })),
    });
    expect(await errorOf(enrollment.begin(call()))).toMatchObject(expected);
  });

  test.each(flows)('a device that is not valid is no wrong code: %s', async (flow) => {
    const { options } = createAuthSec(flow);
    const answers: Scripted[] = [
      [200, { secret: 'A', device_id: 'd', qr_code_url: 'otpauth://totp/x?secret=A' }],
      [
        400,
        flow === 'admin' ? { error: 'x', details: 'invalid device' } : { success: false, message: 'invalid device' },
      ],
    ];
    const enrollment = createAuthSecEnrollment({
      ...options,
      token: 't',
      fetch: async () => {
        const [status, body] = answers.shift() ?? [500, {}];
        return Response.json(body, { status });
      },
    });
    await enrollment.begin(call());
    expect(await errorOf(enrollment.confirm('123456', call()))).toMatchObject({ code: 'refused' });
  });

  test('a device that is gone is no wrong code', async () => {
    const { emulator, options } = createAuthSec('admin');
    const answers = [{ secret: 'A', device_id: 'gone', qr_code_url: 'otpauth://totp/x?secret=A', backup_codes: [] }];
    const enrollment = createAuthSecEnrollment({
      ...options,
      token: () => emulator.tokenOf(ADA),
      fetch: async (...request) => {
        const first = answers.shift();
        return first ? Response.json(first) : emulator.fetch(...request);
      },
    });
    await enrollment.begin(call());
    expect(await errorOf(enrollment.confirm('123456', call()))).toMatchObject({ code: 'refused' });
  });
});
