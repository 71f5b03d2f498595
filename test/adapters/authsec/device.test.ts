// @vitest-environment node
import { describe, expect, test, vi } from 'vitest';
import { createAuthSecDevice } from '../../../src/adapters/authsec/index.js';
import type { AuthSecDeviceOptions } from '../../../src/adapters/authsec/index.js';
import { ADA, BEN, createAuthSec, DANA } from './harness.js';
import type { Flow } from './harness.js';

// The phone's side of AuthSec's API, as an approver's app uses it.

const flows: Flow[] = ['tenant', 'admin'];
const PHONE = { deviceToken: 'ExponentPushToken[new]', platform: 'ios' } as const;
const call = (signal = new AbortController().signal) => ({ signal, actId: crypto.randomUUID() });

function setUp(flow: Flow, email = ADA) {
  const authSec = createAuthSec(flow);
  const token = () => authSec.emulator.tokenOf(email);
  return { ...authSec, device: createAuthSecDevice({ ...authSec.options, token }) };
}

type Scripted = readonly [status: number, body: unknown];

function scripted([status, body]: Scripted, options: Partial<AuthSecDeviceOptions> = {}) {
  const sent = vi.fn<typeof fetch>(async () =>
    typeof body === 'string' ? new Response(body, { status }) : Response.json(body, { status }),
  );
  const device = createAuthSecDevice({
    baseUrl: 'production',
    clientId: '6f2c1c8e-5b0e-4f0f-9f59-2d1d2c7b8a10',
    token: 'the-token',
    fetch: sent,
    ...options,
  });
  return { device, sent };
}

describe('register', () => {
  test.each(flows)('makes a phone ring that had none before: %s', async (flow) => {
    const { device, adapter, emulator } = setUp(flow, DANA);
    await expect(adapter.initiate({ loginHint: DANA }, call())).rejects.toMatchObject({ code: 'noDevice' });
    const { deviceId } = await device.register(PHONE, call());
    expect(deviceId).toMatch(/^[\da-f-]{36}$/);
    await adapter.initiate({ loginHint: DANA }, call());
    expect(emulator.phone.prompts).toMatchObject([{ email: DANA }]);
    expect(await device.register(PHONE, call())).toEqual({ deviceId });
  });

  test('sends what AuthSec calls it, with the token', async () => {
    const { device, sent } = scripted([200, { success: true, device_id: 'd' }]);
    const details = { deviceName: 'Pixel 9', deviceModel: 'GKV4X', appVersion: '1.2.3', osVersion: '16' };
    await device.register({ ...PHONE, ...details }, call());
    const [url, init] = sent.mock.calls[0] ?? [];
    expect(url).toBe('https://prod.api.authsec.ai/authsec/uflow/auth/tenant/ciba/register-device');
    expect(new Headers(init?.headers).get('authorization')).toBe('Bearer the-token');
    expect(JSON.parse(String(init?.body))).toEqual({
      device_token: PHONE.deviceToken,
      platform: 'ios',
      device_name: 'Pixel 9',
      device_model: 'GKV4X',
      app_version: '1.2.3',
      os_version: '16',
    });
  });

  test.each<readonly [string, Scripted, object]>([
    ['no ID', [200, { success: true }], { code: 'badResponse' }],
    ['no success', [200, { success: false, device_id: 'd' }], { code: 'badResponse' }],
    ['a stale token', [401, { error: 'Invalid or expired token' }], { code: 'unauthorized', retryable: false }],
    ['an unknown platform', [400, { error: 'platform' }], { code: 'badResponse', retryable: false }],
    ['a fault', [500, { error: 'x' }], { code: 'unavailable', retryable: true }],
  ])('throws for %s', async (_name, answer, expected) => {
    await expect(scripted(answer).device.register(PHONE, call())).rejects.toMatchObject({
      name: 'CibaError',
      ...expected,
    });
  });
});

describe('listPending', () => {
  test("has the user's own open requests, newest first", async () => {
    const { device, adapter, emulator, clock, options } = setUp('tenant');
    await adapter.initiate({ loginHint: ADA, bindingMessage: 'Order 7', scope: 'openid' }, call());
    const startedAt = clock.now();
    clock.advance(2);
    await adapter.initiate({ loginHint: ADA }, call());
    await adapter.initiate({ loginHint: BEN }, call());
    const [first, second] = emulator.phone.prompts;
    expect(await device.listPending(call())).toEqual([
      expect.objectContaining({ authReqId: second?.authReqId, scopes: ['openid', 'email', 'profile'] }),
      {
        authReqId: first?.authReqId,
        email: ADA,
        clientId: options.clientId,
        bindingMessage: 'Order 7',
        scopes: ['openid'],
        createdAt: startedAt,
        expiresAt: startedAt + 300_000,
      },
    ]);
    clock.advance(301);
    expect(await device.listPending(call())).toEqual([]);
  });

  test('has a GET without a body', async () => {
    const { device, sent } = scripted([200, { success: true, requests: null }]);
    expect(await device.listPending(call())).toEqual([]);
    expect(sent.mock.calls[0]?.[1]).toMatchObject({ method: 'GET' });
    expect(sent.mock.calls[0]?.[1]).not.toHaveProperty('body');
  });

  test('reads dates too, and leaves out what it cannot read', async () => {
    const requests = [
      { auth_req_id: 'a', created_at: '2026-11-27T10:00:00Z', expires_at: 'soon', scopes: null, binding_message: '' },
      { user_email: ADA },
      null,
    ];
    expect(await scripted([200, { success: true, requests }]).device.listPending(call())).toEqual([
      { authReqId: 'a', scopes: [], createdAt: Date.UTC(2026, 10, 27, 10) },
    ]);
  });

  test.each<readonly [string, Scripted, object]>([
    ['no list', [200, { success: true, requests: 'none' }], { code: 'badResponse' }],
    ['a page', [200, '<h1>Hotel</h1>'], { code: 'badResponse' }],
    ['a stale token', [401, { error: 'Invalid or expired token' }], { code: 'unauthorized' }],
  ])('throws for %s', async (_name, answer, expected) => {
    await expect(scripted(answer).device.listPending(call())).rejects.toMatchObject({ name: 'CibaError', ...expected });
  });

  test('says that the admin flow has none, and sends nothing', async () => {
    const { device, emulator } = setUp('admin');
    await expect(device.listPending(call())).rejects.toMatchObject({
      code: 'misconfigured',
      message: expect.stringContaining('`clientId`'),
    });
    expect(emulator.requests).toBe(0);
  });
});

describe('respond', () => {
  test.each(flows)('approves and denies: %s', async (flow) => {
    const { device, adapter, emulator } = setUp(flow);
    for (const [approved, status] of [
      [true, 'approved'],
      [false, 'denied'],
    ] as const) {
      const pending = await adapter.initiate({ loginHint: ADA }, call());
      const prompt = emulator.phone.prompts.at(-1);
      await device.respond(prompt?.authReqId ?? '', { approved }, call());
      expect((await adapter.poll(pending, call())).status).toBe(status);
    }
  });

  test('says whether the phone checked the user', async () => {
    const { device, sent } = scripted([200, { success: true }]);
    await device.respond('q=', { approved: true, biometricVerified: true }, call());
    await device.respond('q=', { approved: false }, call());
    expect(sent.mock.calls.map(([, init]) => JSON.parse(String(init?.body)) as unknown)).toEqual([
      { auth_req_id: 'q=', approved: true, biometric_verified: true },
      { auth_req_id: 'q=', approved: false, biometric_verified: false },
    ]);
  });

  test.each(flows)('is refused twice, too late and for what is unknown: %s', async (flow) => {
    const { device, adapter, emulator, clock } = setUp(flow);
    const refused = (authReqId = '') =>
      expect(device.respond(authReqId, { approved: true }, call())).rejects.toMatchObject({
        code: 'refused',
        retryable: false,
        message: expect.not.stringContaining(authReqId),
      });
    await adapter.initiate({ loginHint: ADA }, call());
    const answered = emulator.phone.prompts.at(-1)?.authReqId;
    emulator.phone.deny();
    await refused(answered);
    await adapter.initiate({ loginHint: ADA }, call());
    const late = emulator.phone.prompts.at(-1)?.authReqId;
    clock.advance(301);
    await refused(late);
    await refused('unknown-request');
  });

  test("can't answer for another user, except in the admin flow, which proves nothing", async () => {
    for (const [flow, outcome] of [
      ['tenant', 'refused'],
      ['admin', 'answered'],
    ] as const) {
      const { device, adapter, emulator } = setUp(flow, BEN);
      await adapter.initiate({ loginHint: ADA }, call());
      const result = await device.respond(emulator.phone.prompts[0]?.authReqId ?? '', { approved: true }, call()).then(
        () => 'answered',
        (error: { code: string }) => error.code,
      );
      expect(result).toBe(outcome);
      expect(adapter.approver === undefined).toBe(flow === 'admin');
    }
  });

  test('names no token and no ID in an error', async () => {
    const { device } = scripted([500, { error: 'the-token q=' }]);
    const error: unknown = await device.respond('q=', { approved: true }, call()).catch((caught: unknown) => caught);
    expect(String(error)).not.toMatch(/the-token|q=/);
    expect(error).toMatchObject({ code: 'unavailable' });
  });
});

test.each(['register', 'listPending', 'respond'] as const)('%s ends with the signal', async (method) => {
  const { device, emulator } = setUp('tenant');
  const aborted = call(AbortSignal.abort(new Error('Left the page.')));
  const calls = {
    register: () => device.register(PHONE, aborted),
    listPending: () => device.listPending(aborted),
    respond: () => device.respond('q=', { approved: true }, aborted),
  };
  await expect(calls[method]()).rejects.toThrow('Left the page.');
  expect(emulator.requests).toBe(0);
});
