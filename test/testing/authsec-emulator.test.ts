// @vitest-environment node
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { TOTP } from 'otpauth';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { createAuthSecEmulator } from '../../src/testing/index.js';
import type { AuthSecEmulator, AuthSecEmulatorOptions } from '../../src/testing/index.js';
import { toNodeListener } from '../../src/server/index.js';
import { startLoopback } from '../adapters/loopback.js';
import { createManualClock } from '../adapters/manual-clock.js';

// The emulator from outside: plain HTTP, and the tables of what AuthSec's servers answer. No adapter takes part, so
// that both cannot share one mistake.

const CLIENT = '0b8e1f5a-52f7-4c06-9a39-1a8f5f6f1c01';
const SIBLING = '0b8e1f5a-52f7-4c06-9a39-1a8f5f6f1c02';
const FOREIGN = '0b8e1f5a-52f7-4c06-9a39-1a8f5f6f1c03';
const UNKNOWN_CLIENT = '0b8e1f5a-52f7-4c06-9a39-1a8f5f6f1c04';
const SECRET = 'GEZDGNBVGY3TQOJQGEZDGNBVGY3TQOJQ';
const ADA = 'ada@example.com';
const ORIGIN = 'https://shop.example';

let clock: ReturnType<typeof createManualClock>;
let emulator: AuthSecEmulator;
let server: Awaited<ReturnType<typeof startLoopback>>;

async function start(options: Partial<AuthSecEmulatorOptions> = {}) {
  clock = createManualClock();
  emulator = createAuthSecEmulator({
    clock,
    clients: [
      { clientId: CLIENT, tenantId: 'tenant-1', clientSecret: 's3cret' },
      { clientId: SIBLING, tenantId: 'tenant-1' },
      { clientId: FOREIGN, tenantId: 'tenant-2' },
    ],
    users: [
      { email: ADA, totpSecret: SECRET },
      { email: 'nophone@example.com', phone: false },
      { email: 'nocode@example.com', totpSecret: false },
      { email: 'foreign@example.com', clientId: FOREIGN },
    ],
    origins: [ORIGIN],
    ...options,
  });
  server = await startLoopback(() => (request) => emulator.fetch(request));
}

beforeEach(() => start());
afterEach(() => server.close());

interface Answer {
  readonly status: number;
  readonly body: Record<string, unknown>;
  readonly headers: Headers;
}

async function send(
  method: string,
  path: string,
  body?: unknown,
  headers: Record<string, string> = {},
): Promise<Answer> {
  const response = await fetch(server.origin + path, {
    method,
    headers: { 'content-type': 'application/json', ...headers },
    ...(body !== undefined && { body: typeof body === 'string' ? body : JSON.stringify(body) }),
  });
  const text = await response.text();
  const isJson = response.headers.get('content-type')?.includes('json') === true;
  return { status: response.status, headers: response.headers, body: isJson ? JSON.parse(text) : { text } };
}

const PREFIX = '/authsec/uflow/auth';
const post = (path: string, body?: unknown, headers?: Record<string, string>) =>
  send('POST', PREFIX + path, body, headers);
const as = async (email: string) => ({ authorization: `Bearer ${await emulator.tokenOf(email)}` });
const basic = (id: string, secret: string) => ({ authorization: `Basic ${btoa(`${id}:${secret}`)}` });

const ZEROED = { auth_req_id: '', expires_in: 0, interval: 0 };

async function startAdmin(): Promise<string> {
  return String((await post('/ciba/initiate', { login_hint: ADA })).body['auth_req_id']);
}
async function startTenant(clientId = CLIENT, email = ADA): Promise<string> {
  return String((await post('/tenant/ciba/initiate', { client_id: clientId, email })).body['auth_req_id']);
}
const pollAdmin = (auth_req_id: string) => post('/ciba/token', { auth_req_id });
const pollTenant = (auth_req_id: string, client_id = CLIENT) => post('/tenant/ciba/token', { auth_req_id, client_id });

function claimsOf(token: unknown): Record<string, unknown> {
  return JSON.parse(Buffer.from(String(token).split('.')[1] ?? '', 'base64url').toString()) as Record<string, unknown>;
}

describe('both prefixes', () => {
  test.each(['/authsec/uflow/auth', '/uflow/auth'])('%s', async (prefix) => {
    const admin = await send('POST', `${prefix}/ciba/initiate`, { login_hint: ADA });
    const tenant = await send('POST', `${prefix}/tenant/ciba/initiate`, { client_id: CLIENT, email: ADA });
    expect([admin.status, tenant.status]).toEqual([200, 200]);
  });

  test.each(['/ciba/initiate', '/authsec/auth/ciba/initiate', `${PREFIX}/nothing`, `${PREFIX}/ciba/requests`])(
    'no other path: %s',
    async (path) => {
      expect((await send('POST', path, { login_hint: ADA })).status).toBe(404);
    },
  );

  test('takes POST where it takes POST', async () => {
    expect((await send('GET', `${PREFIX}/ciba/initiate`)).status).toBe(404);
  });

  test('echoes X-Request-ID', async () => {
    const { headers } = await post('/ciba/initiate', { login_hint: ADA }, { 'x-request-id': 'req-7' });
    expect(headers.get('x-request-id')).toBe('req-7');
  });
});

describe('admin, initiate', () => {
  test('sends', async () => {
    const { status, body } = await post('/ciba/initiate', { login_hint: ADA, binding_message: 'Hello' });
    expect(status).toBe(200);
    expect(body).toEqual({
      auth_req_id: expect.stringMatching(/^[\w-]{43}=$/),
      expires_in: 300,
      interval: 5,
      message: "Push notification sent to user's device",
    });
    expect(emulator.phone.prompts).toMatchObject([{ authReqId: body['auth_req_id'], email: ADA, text: 'Hello' }]);
  });

  test.each([
    [
      'an unknown user',
      { login_hint: 'nobody@example.com' },
      400,
      { ...ZEROED, error: 'user_not_found', error_description: 'User not found: nobody@example.com' },
    ],
    // The admin path does not lower-case.
    ['other capitals', { login_hint: 'Ada@example.com' }, 400, { ...ZEROED, error: 'user_not_found' }],
    ['no phone', { login_hint: 'nophone@example.com' }, 200, { ...ZEROED, error: 'no_device_registered' }],
    ['no hint', {}, 400, { error: 'Invalid request body', details: expect.any(String) }],
    ['no JSON', 'hello', 400, { error: 'Invalid request body', details: expect.any(String) }],
    [
      'a long message',
      { login_hint: ADA, binding_message: 'x'.repeat(256) },
      500,
      { error: 'Failed to initiate CIBA' },
    ],
  ])('%s', async (_name, body, status, expected) => {
    expect(await post('/ciba/initiate', body)).toMatchObject({ status, body: expected });
  });

  test('looks a user up across all tenants', async () => {
    expect((await post('/ciba/initiate', { login_hint: 'foreign@example.com' })).status).toBe(200);
  });

  test('has a text of its own for the notification', async () => {
    await startAdmin();
    await startTenant();
    expect(emulator.phone.prompts.map(({ text }) => text)).toEqual([
      'Authentication request',
      'Tap to approve sign-in',
    ]);
  });
});

describe('admin, token', () => {
  test('pending, approved once, then used', async () => {
    const id = await startAdmin();
    expect(await pollAdmin(id)).toMatchObject({
      status: 200,
      body: { error: 'authorization_pending', error_description: 'User has not responded yet' },
    });
    emulator.phone.approve(id);
    const { status, body } = await pollAdmin(id);
    expect(status).toBe(200);
    expect(body).toEqual({
      access_token: expect.any(String),
      token_type: 'Bearer',
      expires_in: 31_536_000,
      scope: 'openid email profile',
    });
    const claims = claimsOf(body['access_token']);
    expect(claims).toMatchObject({
      iss: 'authsec-ai/auth-manager',
      aud: 'authsec-api',
      email_id: ADA,
      token_type: 'default',
      scope: ['openid', 'email', 'profile'],
      tenant_id: 'tenant-1',
    });
    // The admin flow names the user where the client should be.
    expect(claims['client_id']).toBe(claims['user_id']);
    expect(Number(claims['exp']) - Number(claims['iat'])).toBe(31_536_000);
    expect(await pollAdmin(id)).toMatchObject({
      status: 400,
      body: { error: 'expired_token', error_description: 'Request already used' },
    });
  });

  test('denied, for good', async () => {
    const id = await startAdmin();
    emulator.phone.deny(id);
    for (let round = 0; round < 2; round++) {
      expect(await pollAdmin(id)).toMatchObject({
        status: 403,
        body: { error: 'access_denied', error_description: 'User denied the authentication request' },
      });
    }
  });

  test('expired, before anything else', async () => {
    const [open, approved, denied] = [await startAdmin(), await startAdmin(), await startAdmin()];
    emulator.phone.approve(approved);
    emulator.phone.deny(denied);
    clock.advance(301);
    for (const id of [open, approved, denied]) {
      expect(await pollAdmin(id)).toMatchObject({
        status: 400,
        body: { error: 'expired_token', error_description: 'Request expired' },
      });
    }
  });

  test('unknown, malformed, and a request of the other flow', async () => {
    const unknown = {
      status: 400,
      body: { error: 'expired_token', error_description: 'Request not found or expired' },
    };
    expect(await pollAdmin('nothing')).toMatchObject(unknown);
    expect(await pollAdmin(await startTenant())).toMatchObject(unknown);
    expect(await post('/ciba/token', {})).toMatchObject({ status: 400, body: { error: 'Invalid request body' } });
  });
});

describe('tenant, initiate', () => {
  test('sends, whatever the capitals', async () => {
    const { status, body } = await post('/tenant/ciba/initiate', { client_id: CLIENT, email: 'Ada@Example.com' });
    expect(status).toBe(200);
    expect(body).toEqual({
      auth_req_id: expect.stringMatching(/^[\w-]{43}=$/),
      expires_in: 300,
      interval: 5,
      message: 'Push notification sent to your registered device',
    });
  });

  test.each([
    [
      'a client_id that is no UUID',
      { client_id: 'tenant_abc123', email: ADA },
      { ...ZEROED, error: 'invalid_client', error_description: 'Invalid client ID format' },
    ],
    [
      'an unknown client_id',
      { client_id: UNKNOWN_CLIENT, email: ADA },
      { ...ZEROED, error: 'invalid_client', error_description: 'Client not found or not mapped to tenant' },
    ],
    [
      'an unknown user',
      { client_id: CLIENT, email: 'nobody@example.com' },
      { ...ZEROED, error: 'user_not_found', error_description: 'User not found: nobody@example.com' },
    ],
    ["another client's user", { client_id: SIBLING, email: ADA }, { ...ZEROED, error: 'user_not_found' }],
    [
      'no phone',
      { client_id: CLIENT, email: 'nophone@example.com' },
      {
        ...ZEROED,
        error: 'no_device_registered',
        error_description: 'User has no registered push notification devices',
      },
    ],
    ['no client_id', { email: ADA }, { error: expect.stringContaining('ClientID') }],
    ['no address', { client_id: CLIENT, email: 'ada' }, { error: expect.stringContaining('Email') }],
  ])('%s', async (_name, body, expected) => {
    expect(await post('/tenant/ciba/initiate', body)).toMatchObject({ status: 400, body: expected });
  });
});

describe('tenant, token', () => {
  test('pending, approved once, then used', async () => {
    const id = await startTenant();
    expect(await pollTenant(id)).toMatchObject({
      status: 202,
      body: {
        error: 'authorization_pending',
        error_description: 'User has not responded to authentication request',
      },
    });
    emulator.phone.approve(id);
    const { status, body } = await pollTenant(id);
    expect(status).toBe(200);
    expect(body).toMatchObject({ token_type: 'Bearer', expires_in: 86_400, scope: 'openid email profile' });
    expect(claimsOf(body['access_token'])).toMatchObject({ client_id: CLIENT, email_id: ADA });
    expect(await pollTenant(id)).toMatchObject({
      status: 400,
      body: { error: 'expired_token', error_description: 'Invalid request state' },
    });
  });

  test('denied', async () => {
    const id = await startTenant();
    emulator.phone.deny(id);
    expect(await pollTenant(id)).toMatchObject({
      status: 400,
      body: { error: 'access_denied', error_description: 'User denied the authentication request' },
    });
  });

  test('expired', async () => {
    const id = await startTenant();
    emulator.phone.approve(id);
    clock.advance(301);
    expect(await pollTenant(id)).toMatchObject({
      status: 400,
      body: { error: 'expired_token', error_description: 'Authentication request has expired' },
    });
  });

  test.each([
    ['no UUID', 'tenant_abc123', { error: 'invalid_client', error_description: 'Invalid client ID format' }],
    [
      'unknown',
      UNKNOWN_CLIENT,
      { error: 'invalid_client', error_description: 'Client not found or not mapped to tenant' },
    ],
    ['of another tenant', FOREIGN, { error: 'expired_token', error_description: 'Authentication request not found' }],
  ])('a client_id that is %s', async (_name, clientId, expected) => {
    const id = await startTenant();
    emulator.phone.approve(id);
    expect(await pollTenant(id, clientId)).toMatchObject({ status: 400, body: expected });
  });

  test('a client_id of the same tenant works like the right one', async () => {
    const id = await startTenant();
    emulator.phone.approve(id);
    expect((await pollTenant(id, SIBLING)).status).toBe(200);
  });

  test('a second request leaves the first alive', async () => {
    const [first, second] = [await startTenant(), await startTenant()];
    emulator.phone.approve(first);
    expect([(await pollTenant(first)).status, (await pollTenant(second)).status]).toEqual([200, 202]);
  });
});

describe('respond', () => {
  test.each([
    [true, 'Authentication approved'],
    [false, 'Authentication denied'],
    [undefined, 'Authentication denied'],
  ])('approved: %s', async (approved, message) => {
    const ok = { status: 200, body: { success: true, message } };
    const body = (auth_req_id: string) => ({ auth_req_id, approved });
    expect(await post('/ciba/respond', body(await startAdmin()), await as(ADA))).toMatchObject(ok);
    expect(await post('/tenant/ciba/respond', body(await startTenant()), await as(ADA))).toMatchObject(ok);
  });

  test('anybody may answer for an admin, only the user for an end user', async () => {
    const stranger = await as('foreign@example.com');
    const admin = { auth_req_id: await startAdmin(), approved: true };
    expect((await post('/ciba/respond', admin, stranger)).body['success']).toBe(true);
    const tenant = { auth_req_id: await startTenant(), approved: true };
    expect(await post('/tenant/ciba/respond', tenant, stranger)).toMatchObject({
      status: 200,
      body: { success: false, message: expect.stringMatching(/not authorized/i) },
    });
    expect((await pollTenant(tenant.auth_req_id)).status).toBe(202);
  });

  test.each([
    ['unknown', async () => 'nothing', 'invalid auth_req_id'],
    [
      'answered',
      async (begin: () => Promise<string>) => {
        const id = await begin();
        emulator.phone.deny(id);
        return id;
      },
      'request already processed',
    ],
    [
      'expired',
      async (begin: () => Promise<string>) => {
        const id = await begin();
        clock.advance(301);
        return id;
      },
      'request expired',
    ],
  ])('%s', async (_name, prepare, details) => {
    const admin = { auth_req_id: await prepare(startAdmin), approved: true };
    expect(await post('/ciba/respond', admin, await as(ADA))).toMatchObject({
      status: 400,
      body: { error: 'Failed to respond', details },
    });
    const tenant = { auth_req_id: await prepare(startTenant), approved: true };
    expect(await post('/tenant/ciba/respond', tenant, await as(ADA))).toMatchObject({
      status: 200,
      body: { success: false },
    });
  });

  test.each([
    [{}, 'authorization header required'],
    [{ authorization: 'Basic abc' }, 'invalid authorization header format'],
    [{ authorization: 'Bearer abc' }, 'Invalid or expired token'],
  ])('wants a token: %o', async (headers, error) => {
    for (const path of ['/ciba/respond', '/tenant/ciba/respond', '/totp/register', '/ciba/register-device']) {
      const answer = await post(path, { auth_req_id: 'x' }, headers as Record<string, string>);
      expect(answer).toMatchObject({ status: 401, body: { error } });
      expect(answer.headers.get('www-authenticate')).not.toBeNull();
    }
  });

  test('takes no token past its end', async () => {
    const bearer = await as(ADA);
    clock.advance(86_401);
    expect(await post('/ciba/respond', { auth_req_id: 'x' }, bearer)).toMatchObject({ status: 401 });
  });
});

describe('the phone', () => {
  test('lists what is open for its user, newest first', async () => {
    const [first, second, denied] = [await startTenant(), await startTenant(), await startTenant()];
    emulator.phone.deny(denied);
    await startTenant(FOREIGN, 'foreign@example.com');
    const { body } = await send('GET', `${PREFIX}/tenant/ciba/requests`, undefined, await as(ADA));
    const requests = body['requests'] as Record<string, unknown>[];
    expect(body['success']).toBe(true);
    expect(requests.map(({ auth_req_id }) => auth_req_id)).toEqual([second, first]);
    expect(requests[0]).toMatchObject({
      user_email: ADA,
      client_id: CLIENT,
      status: 'pending',
      scopes: ['openid', 'email', 'profile'],
    });
    clock.advance(301);
    expect((await send('GET', `${PREFIX}/tenant/ciba/requests`, undefined, await as(ADA))).body['requests']).toEqual(
      [],
    );
  });

  test('can be registered, and then rings', async () => {
    const bearer = await as('nophone@example.com');
    const device = { device_token: 'ExponentPushToken[new]', platform: 'ios' };
    const registered = await post('/tenant/ciba/register-device', device, bearer);
    expect(registered).toMatchObject({ status: 200, body: { success: true, device_id: expect.any(String) } });
    expect((await post('/tenant/ciba/register-device', device, bearer)).body).toMatchObject({
      device_id: registered.body['device_id'],
      message: 'Device updated successfully',
    });
    expect(await startTenant(CLIENT, 'nophone@example.com')).toHaveLength(44);
  });

  test('tenants take ios and android alone', async () => {
    const device = { device_token: 'x', platform: 'web' };
    expect((await post('/tenant/ciba/register-device', device, await as(ADA))).status).toBe(400);
    expect((await post('/ciba/register-device', device, await as(ADA))).status).toBe(200);
  });
});

const present = (offset = 0) => new TOTP({ secret: SECRET }).generate({ timestamp: clock.now() + offset * 1000 });
const loginAdmin = (fields: object) => post('/totp/login', { email: ADA, ...fields });
const loginTenant = (fields: object) => post('/tenant/totp/login', { client_id: CLIENT, email: ADA, ...fields });
const WRONG = '000000';

describe('codes', () => {
  test.each([-30, 0, 30])('right, %i s off', async (offset) => {
    const totp_code = present(offset);
    expect(await loginAdmin({ totp_code })).toMatchObject({
      status: 200,
      body: { success: true, token: expect.any(String), message: 'Login successful' },
    });
    const tenant = await loginTenant({ totp_code });
    expect(tenant).toMatchObject({ status: 200, body: { success: true, message: 'Authentication successful' } });
    const claims = claimsOf(tenant.body['token']);
    expect(claims).not.toHaveProperty('scope');
    expect(Number(claims['exp']) - Number(claims['iat'])).toBe(86_400);
  });

  test.each([-60, 60])('wrong, %i s off', async (offset) => {
    expect((await loginAdmin({ totp_code: present(offset) })).status).toBe(400);
  });

  test('agree with the phone', async () => {
    expect(await emulator.codeOf(ADA)).toBe(present());
  });

  test('may be used again inside their window', async () => {
    const totp_code = present();
    expect((await loginAdmin({ totp_code })).status).toBe(200);
    expect((await loginAdmin({ totp_code })).status).toBe(200);
  });

  test.each([
    ['wrong', { totp_code: WRONG }, 400, { error: 'Invalid TOTP code' }],
    ['letters', { totp_code: 'abcdef' }, 400, { error: 'Invalid TOTP code' }],
    ['five digits', { totp_code: '12345' }, 400, { error: 'Invalid request body', details: expect.any(String) }],
    ['not enrolled', { email: 'nocode@example.com', totp_code: WRONG }, 400, { error: 'no TOTP devices registered' }],
    ['unknown user', { email: 'nobody@example.com', totp_code: WRONG }, 404, { error: 'User not found' }],
  ])('admin: %s', async (_name, fields, status, body) => {
    const answer = await loginAdmin(fields);
    expect(answer.status).toBe(status);
    expect(answer.body).toEqual(body);
  });

  test.each([
    ['wrong', { totp_code: WRONG }, 401, { success: false, message: 'Invalid TOTP code' }],
    [
      'not enrolled',
      { email: 'nocode@example.com', totp_code: WRONG },
      401,
      { success: false, message: 'No TOTP devices registered for this user' },
    ],
    [
      'unknown user',
      { email: 'nobody@example.com', totp_code: WRONG },
      401,
      { success: false, message: 'User not found' },
    ],
    [
      'client_id that is no UUID',
      { client_id: 'x', totp_code: WRONG },
      401,
      { success: false, message: 'Invalid client ID format' },
    ],
    [
      'unknown client_id',
      { client_id: UNKNOWN_CLIENT, totp_code: WRONG },
      401,
      { success: false, message: 'Client not found or not mapped to tenant' },
    ],
    ['five digits', { totp_code: '12345' }, 400, { error: expect.any(String) }],
  ])('tenant: %s', async (_name, fields, status, body) => {
    const answer = await loginTenant(fields);
    expect(answer.status).toBe(status);
    expect(answer.body).toEqual(body);
  });
});

describe('enrolment', () => {
  test.each([
    ['/totp', 'AuthSec', 400],
    ['/tenant/totp', 'AuthSec Tenant Auth', 200],
  ])('%s', async (path, issuer, beforeConfirm) => {
    const email = 'nocode@example.com';
    const bearer = await as(email);
    const { status, body } = await post(`${path}/register`, { device_name: 'Phone' }, bearer);
    expect(status).toBe(200);
    expect(body).toMatchObject({ success: true, secret: expect.stringMatching(/^[A-Z2-7]{32}$/) });
    expect(body['qr_code_url']).toMatch(`otpauth://totp/${issuer}:${email}?secret=${body['secret']}`);
    expect(body['backup_codes']).toHaveLength(10);
    expect((body['backup_codes'] as string[])[0]).toMatch(/^[\da-f]{16}$/);

    const totp_code = new TOTP({ secret: String(body['secret']) }).generate({ timestamp: clock.now() });
    const login = () => post(`${path}/login`, { client_id: CLIENT, email, totp_code });
    // An end user's secret is live before it is confirmed.
    expect((await login()).status).toBe(beforeConfirm);

    const confirm = (fields: object) =>
      post(`${path}/confirm`, { device_id: body['device_id'], totp_code, ...fields }, bearer);
    const admin = path === '/totp';
    expect(await confirm({ totp_code: WRONG })).toMatchObject({
      status: 400,
      body: admin
        ? { error: 'Failed to confirm registration', details: 'invalid TOTP code' }
        : { success: false, message: expect.any(String), device_id: '', device_name: '' },
    });
    expect(await confirm({ device_id: 'none' })).toMatchObject({
      status: 400,
      body: admin ? { details: 'device not found' } : { success: false },
    });
    expect(await confirm({})).toMatchObject({
      status: 200,
      body: { success: true, device_id: body['device_id'], device_name: 'Phone' },
    });
    expect((await login()).status).toBe(200);
  });

  test('wants a name', async () => {
    expect(await post('/totp/register', {}, await as(ADA))).toMatchObject({ status: 400 });
  });
});

describe('every generation at once', () => {
  test.each(['/authsec/uflow/auth', '/uflow/auth'])('below %s', async (prefix) => {
    for (const path of ['', '/tenant', '/workspace']) {
      const fields = path === '' ? { login_hint: ADA } : { client_id: CLIENT, email: ADA };
      const started = await send('POST', `${prefix}${path}/ciba/initiate`, fields);
      const auth_req_id = started.body['auth_req_id'];
      emulator.phone.approve();
      const polled = await send('POST', `${prefix}${path}/ciba/token`, { client_id: CLIENT, auth_req_id });
      expect([started.status, polled.status, typeof polled.body['access_token']]).toEqual([200, 200, 'string']);
    }
  });

  test('whose tokens name a tenant or a workspace', async () => {
    for (const [path, claim] of [
      ['/tenant', 'tenant_id'],
      ['/workspace', 'workspace_id'],
    ] as const) {
      const { body } = await post(`${path}/ciba/initiate`, { client_id: CLIENT, email: ADA });
      emulator.phone.approve();
      const token = await post(`${path}/ciba/token`, { client_id: CLIENT, auth_req_id: body['auth_req_id'] });
      const claims = claimsOf(token.body['access_token']);
      expect(claims[claim]).toBe('tenant-1');
      expect('tenant_id' in claims && 'workspace_id' in claims).toBe(false);
    }
  });

  test.each(['tenant', 'workspace'] as const)('%s alone has no paths of the other', async (generation) => {
    emulator.knobs.generation = generation;
    const statuses = [];
    for (const path of ['/tenant', '/workspace']) {
      statuses.push((await post(`${path}/ciba/initiate`, { client_id: CLIENT, email: ADA })).status);
    }
    expect(statuses).toEqual(generation === 'tenant' ? [200, 404] : [404, 200]);
  });

  test('a workspace signs in without a client, a tenant does not', async () => {
    expect((await post('/tenant/ciba/initiate', { email: ADA })).status).toBe(400);
    const { body } = await post('/workspace/ciba/initiate', { email: ADA });
    emulator.phone.approve();
    const fields = { auth_req_id: body['auth_req_id'] };
    expect((await post('/tenant/ciba/token', fields)).status).toBe(400);
    expect((await post('/workspace/ciba/token', fields)).status).toBe(200);
  });
});

describe('as a fetch', () => {
  const URL_OF_START = 'https://authsec.test/authsec/uflow/auth/ciba/initiate';
  const init = { method: 'POST', body: JSON.stringify({ login_hint: ADA }) };

  test('ends with the signal of a Request', async () => {
    const controller = new AbortController();
    const request = new Request(URL_OF_START, { ...init, signal: controller.signal });
    emulator.knobs.fault = 'hang';
    const answer = emulator.fetch(request);
    controller.abort(new Error('Left the page.'));
    await expect(answer).rejects.toThrow('Left the page.');
    emulator.knobs.fault = 'none';
    const late = new Request(URL_OF_START, { ...init, signal: controller.signal });
    await expect(emulator.fetch(late)).rejects.toThrow('Left the page.');
    expect(emulator.phone.prompts).toEqual([]);
  });

  test('ends with the signal beside a Request, which counts alone', async () => {
    const request = new Request(URL_OF_START, { ...init, signal: AbortSignal.abort(new Error('Of the Request.')) });
    const other = new AbortController();
    expect((await emulator.fetch(request.clone(), { signal: other.signal })).status).toBe(200);
    expect((await emulator.fetch(request.clone(), { signal: null })).status).toBe(200);
    other.abort(new Error('Of the call.'));
    await expect(emulator.fetch(request.clone(), { signal: other.signal })).rejects.toThrow('Of the call.');
  });

  test('gives no answer that comes after the abort', async () => {
    const controller = new AbortController();
    const answer = emulator.fetch(URL_OF_START, { ...init, signal: controller.signal });
    controller.abort(new Error('Left the page.'));
    await expect(answer).rejects.toThrow('Left the page.');
  });
});

describe('over toNodeListener', () => {
  let listening: ReturnType<typeof createServer>;
  let url: string;

  beforeEach(async () => {
    listening = createServer(toNodeListener(emulator.fetch));
    await new Promise<void>((resolve) => listening.listen(0, '127.0.0.1', resolve));
    url = `http://127.0.0.1:${(listening.address() as AddressInfo).port}${PREFIX}/ciba/initiate`;
  });
  afterEach(async () => {
    listening.closeAllConnections();
    await new Promise((resolve) => listening.close(resolve));
  });

  test.each([
    ['drop', 0],
    ['lostReply', 1],
  ] as const)('%s breaks the connection', async (fault, rung) => {
    emulator.knobs.fault = fault;
    const call = () => fetch(url, { method: 'POST', body: JSON.stringify({ login_hint: ADA }) });
    await expect(call()).rejects.toThrow(TypeError);
    expect(emulator.phone.prompts).toHaveLength(rung);
    emulator.knobs.fault = 'none';
    expect((await call()).status).toBe(200);
  });

  test('error and html are answers', async () => {
    for (const [fault, status] of [
      ['error', 500],
      ['html', 200],
    ] as const) {
      emulator.knobs.fault = fault;
      const response = await fetch(url, { method: 'POST', body: JSON.stringify({ login_hint: ADA }) });
      expect([response.status, (await response.text()).length > 0]).toEqual([status, true]);
    }
  });
});

describe('knobs', () => {
  test('generation workspace: other paths, no codes for end users, a deprecated admin flow', async () => {
    emulator.knobs.generation = 'workspace';
    expect((await post('/tenant/ciba/initiate', { client_id: CLIENT, email: ADA })).status).toBe(404);
    expect((await post('/workspace/ciba/initiate', { client_id: CLIENT, email: ADA })).status).toBe(200);
    expect(await post('/workspace/totp/login', { client_id: CLIENT, email: ADA, totp_code: present() })).toMatchObject({
      status: 401,
      body: { success: false, message: 'Client not found or not mapped to tenant' },
    });
    const { headers } = await post('/ciba/initiate', { login_hint: ADA });
    expect(headers.get('deprecation')).toBe('true');
    expect(headers.get('link')).toContain('successor-version');
    expect(headers.get('sunset')).toContain('31 Dec 2026');
  });

  test('auth basic: end users want HTTP Basic, admins a client', async () => {
    emulator.knobs.auth = 'basic';
    const body = { client_id: CLIENT, email: ADA };
    const refused = {
      status: 401,
      body: {
        error: 'invalid_client',
        error_description: 'client authentication required (HTTP Basic client_id:client_secret)',
      },
    };
    expect(await post('/tenant/ciba/initiate', body)).toMatchObject(refused);
    expect(await post('/tenant/ciba/initiate', body, basic(CLIENT, 'wrong'))).toMatchObject(refused);
    const started = await post('/tenant/ciba/initiate', body, basic(CLIENT, 's3cret'));
    expect(started.status).toBe(200);
    const poll = { client_id: CLIENT, auth_req_id: started.body['auth_req_id'] };
    expect(await post('/tenant/ciba/token', poll)).toMatchObject(refused);
    expect((await post('/tenant/ciba/token', poll, basic(CLIENT, 's3cret'))).status).toBe(202);

    expect(await post('/ciba/initiate', { login_hint: ADA })).toMatchObject({
      status: 400,
      body: { ...ZEROED, error: 'invalid_request', error_description: 'workspace_id or client_id is required' },
    });
    const admin = await post('/ciba/initiate', { login_hint: ADA, client_id: CLIENT });
    emulator.phone.approve(String(admin.body['auth_req_id']));
    expect((await pollAdmin(String(admin.body['auth_req_id']))).body).toMatchObject({ expires_in: 86_400 });
  });

  test('rate 10/min: starts, polls and codes share it', async () => {
    emulator.knobs.rate = '10/min';
    const id = await startTenant();
    for (let sent = 0; sent < 5; sent++) await pollTenant(id);
    for (let sent = 0; sent < 4; sent++) await loginAdmin({ totp_code: WRONG });
    const { status, body, headers } = await pollTenant(id);
    expect(status).toBe(429);
    expect(body).toMatchObject({ error: 'Rate limit exceeded', limit: 10, window: '1m0s' });
    expect(headers.has('retry-after')).toBe(false);
    expect((await post('/ciba/respond', { auth_req_id: id }, await as(ADA))).status).toBe(400);
    clock.advance(61);
    expect((await pollTenant(id)).status).toBe(202);
  });

  test('lockout 5/15min: the right code is refused too', async () => {
    emulator.knobs.lockout = '5/15min';
    for (let tries = 0; tries < 5; tries++) expect((await loginAdmin({ totp_code: WRONG })).status).toBe(400);
    const { status, body, headers } = await loginAdmin({ totp_code: present() });
    expect(status).toBe(429);
    const text = 'too many failed attempts; this account is temporarily locked, try again later';
    expect(body).toEqual({ error: text });
    expect(headers.has('retry-after')).toBe(false);
    expect(await loginTenant({ totp_code: present() })).toMatchObject({
      status: 401,
      body: { success: false, message: text },
    });
    clock.advance(15 * 60 + 1);
    expect((await loginAdmin({ totp_code: present() })).status).toBe(200);
  });

  test('lockout 5/15min: forgets what is older', async () => {
    emulator.knobs.lockout = '5/15min';
    for (let tries = 0; tries < 6; tries++) {
      await loginAdmin({ totp_code: WRONG });
      clock.advance(240);
    }
    expect((await loginAdmin({ totp_code: present() })).status).toBe(200);
  });

  test('replay reject: a code counts once', async () => {
    emulator.knobs.replay = 'reject';
    const totp_code = present();
    expect((await loginAdmin({ totp_code })).status).toBe(200);
    expect(await loginAdmin({ totp_code })).toMatchObject({ status: 400, body: { error: 'Invalid TOTP code' } });
    clock.advance(30);
    expect((await loginAdmin({ totp_code: present() })).status).toBe(200);
  });

  test('push lost: AuthSec says that it rang', async () => {
    emulator.knobs.push = 'lost';
    const id = await startTenant();
    expect(id).toHaveLength(44);
    expect(emulator.phone.prompts).toEqual([]);
    expect(() => emulator.phone.approve()).toThrow(/no such prompt/);
    expect((await pollTenant(id)).status).toBe(202);
  });

  test('slowDown: a poll that comes too early', async () => {
    emulator.knobs.slowDown = true;
    const id = await startTenant();
    expect((await pollTenant(id)).body['error']).toBe('authorization_pending');
    expect(await pollTenant(id)).toMatchObject({ status: 400, body: { error: 'slow_down' } });
    clock.advance(6);
    expect((await pollTenant(id)).body['error']).toBe('slow_down');
    clock.advance(15);
    expect((await pollTenant(id)).body['error']).toBe('authorization_pending');
  });

  test('without it, every poll is welcome', async () => {
    const id = await startTenant();
    for (let sent = 0; sent < 3; sent++) expect((await pollTenant(id)).status).toBe(202);
  });

  test('fault error: a 500 in the words of each flow, and nothing is done', async () => {
    const [admin, tenant] = [await startAdmin(), await startTenant()];
    emulator.phone.approve(admin);
    emulator.knobs.fault = 'error';
    expect(await pollAdmin(admin)).toMatchObject({
      status: 500,
      body: { error: 'Failed to poll token', details: expect.any(String) },
    });
    expect(await post('/ciba/initiate', { login_hint: ADA })).toMatchObject({
      status: 500,
      body: { error: 'Failed to initiate CIBA' },
    });
    expect(await pollTenant(tenant)).toMatchObject({ status: 500, body: { error: expect.any(String) } });
    emulator.knobs.fault = 'none';
    expect((await pollAdmin(admin)).status).toBe(200);
  });

  test('fault html', async () => {
    emulator.knobs.fault = 'html';
    const { status, headers } = await post('/ciba/initiate', { login_hint: ADA });
    expect([status, headers.get('content-type')]).toEqual([200, 'text/html']);
  });

  test('fault drop: nothing is done; fault lostReply: it is done, and nobody hears of it', async () => {
    const poll = (auth_req_id: string) =>
      emulator.fetch(`https://dev.api.authsec.dev${PREFIX}/ciba/token`, {
        method: 'POST',
        body: JSON.stringify({ auth_req_id }),
      });
    const [dropped, lost] = [await startAdmin(), await startAdmin()];
    emulator.phone.approve(dropped);
    emulator.phone.approve(lost);
    emulator.knobs.fault = 'drop';
    await expect(poll(dropped)).rejects.toThrow(TypeError);
    emulator.knobs.fault = 'lostReply';
    await expect(poll(lost)).rejects.toThrow(TypeError);
    emulator.knobs.fault = 'none';
    expect((await pollAdmin(dropped)).status).toBe(200);
    expect((await pollAdmin(lost)).body['error']).toBe('expired_token');
  });

  test('latency: seconds of the clock, and a 408 from 120 on', async () => {
    emulator.knobs.latency = 3;
    let settled = false;
    const url = `https://dev.api.authsec.dev${PREFIX}/ciba/initiate`;
    const answer = emulator.fetch(url, { method: 'POST', body: JSON.stringify({ login_hint: ADA }) });
    void answer.then(() => (settled = true));
    await Promise.resolve();
    expect([settled, clock.timers]).toEqual([false, 1]);
    clock.advance(3);
    expect((await answer).status).toBe(200);

    emulator.knobs.latency = 500;
    const late = emulator.fetch(url, { method: 'POST', body: '{}', headers: { 'x-request-id': 'req-9' } });
    await Promise.resolve();
    clock.advance(120);
    const response = await late;
    expect(response.status).toBe(408);
    expect(await response.json()).toMatchObject({ error: 'Request timeout', request_id: 'req-9' });
  });

  test.each(['hang', 'latency'])('%s: can be aborted', async (kind) => {
    if (kind === 'hang') emulator.knobs.fault = 'hang';
    else emulator.knobs.latency = 3;
    const controller = new AbortController();
    const answer = emulator.fetch(`https://dev.api.authsec.dev${PREFIX}/ciba/token`, {
      method: 'POST',
      signal: controller.signal,
    });
    controller.abort();
    await expect(answer).rejects.toMatchObject({ name: 'AbortError' });
    expect(clock.timers).toBe(0);
  });
});

describe('pages of other origins', () => {
  const preflight = (origin: string) =>
    send('OPTIONS', `${PREFIX}/ciba/initiate`, undefined, { origin, 'access-control-request-method': 'POST' });

  test('on the list: the origin is echoed', async () => {
    const { status, headers } = await preflight(ORIGIN);
    expect(status).toBe(204);
    expect(headers.get('access-control-allow-origin')).toBe(ORIGIN);
    expect(headers.get('access-control-allow-credentials')).toBe('true');
    expect(headers.get('access-control-allow-headers')).toContain('authorization');
    const answer = await post('/ciba/initiate', { login_hint: ADA }, { origin: ORIGIN });
    expect([answer.status, answer.headers.get('access-control-allow-origin')]).toEqual([200, ORIGIN]);
  });

  test('not on the list: 403', async () => {
    const { status, headers } = await preflight('https://evil.example');
    expect([status, headers.get('access-control-allow-origin')]).toEqual([403, null]);
  });
});

describe('the emulator’s own side', () => {
  test('says who is missing', async () => {
    await expect(emulator.tokenOf('nobody@example.com')).rejects.toThrow(/no user nobody@example.com/);
    await expect(emulator.codeOf('nocode@example.com')).rejects.toThrow(/no authenticator app/);
    expect(() => createAuthSecEmulator({ users: [{ email: ADA, clientId: UNKNOWN_CLIENT }] })).toThrow(/no client/);
  });

  test('counts requests', async () => {
    const before = emulator.requests;
    await startAdmin();
    expect(emulator.requests).toBe(before + 1);
  });

  // RFC 6238, appendix B: the SHA-1 rows, their last six digits.
  test.each([
    [59, '287082'],
    [1111111109, '081804'],
    [1111111111, '050471'],
    [1234567890, '005924'],
    [2000000000, '279037'],
    [20000000000, '353130'],
  ])('computes the codes of RFC 6238: %i s', async (seconds, code) => {
    const at = createAuthSecEmulator({
      clock: { ...createManualClock(seconds * 1000), now: () => seconds * 1000 },
      users: [{ email: ADA, totpSecret: SECRET }],
    });
    expect(await at.codeOf(ADA)).toBe(code);
  });
});
