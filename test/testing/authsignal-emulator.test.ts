// @vitest-environment node
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { TOTP } from 'otpauth';
import { beforeEach, describe, expect, test } from 'vitest';
import { toNodeListener } from '../../src/server/index.js';
import { createAuthsignalEmulator } from '../../src/testing/index.js';
import type { AuthsignalEmulator, AuthsignalUnknowns } from '../../src/testing/index.js';
import { trackToken } from '../adapters/authsignal/backend.js';

const ROOT = 'https://authsignal.test/v1';
const secret = 'JBSWY3DPEHPK3PXPJBSWY3DPEHPK3PXP';

let now: number;
let authsignal: AuthsignalEmulator;

beforeEach(() => {
  now = 1_800_000_000_000;
  authsignal = createAuthsignalEmulator({ now: () => now });
});

async function post(path: string, authorization: string, body?: object) {
  const answer = await authsignal.fetch(ROOT + path, {
    method: 'POST',
    headers: { authorization },
    ...(body && { body: JSON.stringify(body) }),
  });
  return { status: answer.status, body: (await answer.json()) as Record<string, unknown> };
}

const bearer = async (attributes?: Record<string, unknown>) => `Bearer ${await trackToken(authsignal, attributes)}`;

describe('HTTP', () => {
  test('lets pages of other origins call, after they asked', async () => {
    const asked = await authsignal.fetch(`${ROOT}/client/challenge/push`, { method: 'OPTIONS' });
    expect(asked.status).toBe(204);
    expect(asked.headers.get('access-control-allow-headers')).toBe('authorization, content-type');
    for (const authorization of [await bearer(), 'Bearer nonsense']) {
      const answer = await authsignal.fetch(`${ROOT}/client/init`, { method: 'POST', headers: { authorization } });
      expect(answer.headers.get('access-control-allow-origin')).toBe('*');
    }
  });

  test.each([
    ['of the browser SDK, without a colon', btoa('emulated-tenant'), 'token_not_set'],
    ['of the mobile SDKs, with a colon and base64url', btoa('emulated-tenant:').replace(/=+$/, ''), 'token_not_set'],
    ['of another tenant', btoa('another-tenant'), 'unauthorized'],
    ['that is no base64', '%%%', 'unauthorized'],
  ])('knows the Basic form %s', async (_, basic, errorCode) => {
    expect(await post('/client/verify/push', `Basic ${basic}`)).toMatchObject({ status: 401, body: { errorCode } });
  });

  test('has three keys in each error', async () => {
    const { body } = await post('/client/verify/push', 'Bearer nonsense');
    expect(body).toEqual({
      error: 'unauthorized',
      errorCode: 'unauthorized',
      errorDescription: 'The request is unauthorized.',
    });
  });

  test('has no other endpoints', async () => {
    expect((await post('/client/challenge/sms', await bearer())).status).toBe(404);
    expect((await post('/sessions', `Basic ${btoa('emulated-secret:')}`)).status).toBe(404);
  });
});

describe('tokens', () => {
  test('live for ten minutes of the clock that was given', async () => {
    const authorization = await bearer();
    now += 599_000;
    expect((await post('/client/init', authorization, {})).status).toBe(200);
    now += 1000;
    expect(await post('/client/init', authorization, {})).toMatchObject({
      status: 401,
      body: { errorCode: 'expired_token' },
    });
  });

  test('say what the SDKs read from them', async () => {
    const token = await trackToken(authsignal);
    const claims = JSON.parse(Buffer.from(token.split('.')[1] ?? '', 'base64url').toString()) as Record<
      string,
      unknown
    >;
    expect(claims).toMatchObject({
      sub: 'user-1',
      iat: now / 1000,
      exp: now / 1000 + 600,
      other: { tenantId: 'emulated-tenant', userId: 'user-1', actionCode: 'signIn' },
    });
  });
});

describe('codes', () => {
  const verify = async (code: string) =>
    (await post('/client/verify/totp', await bearer(), { verificationCode: code })).body;

  test('are those of any authenticator app', async () => {
    const expected = new TOTP({ secret }).generate({ timestamp: now });
    expect(await authsignal.totpCode('user-1')).toBe(expected);
    expect(await verify(expected)).toMatchObject({ isVerified: true });
  });

  test.each([
    [-2, false],
    [-1, true],
    [1, true],
    [2, false],
  ])('may be %i steps off: %s', async (steps, isVerified) => {
    expect(await verify(await authsignal.totpCode('user-1', -steps))).toMatchObject({ isVerified });
  });

  test('are good once', async () => {
    const code = await authsignal.totpCode('user-1');
    expect(await verify(code)).toMatchObject({ isVerified: true });
    expect(await verify(code)).toMatchObject({ isVerified: false, failureReason: 'CODE_INVALID_OR_EXPIRED' });
    now += 30_000;
    expect(await verify(await authsignal.totpCode('user-1'))).toMatchObject({ isVerified: true });
  });

  test('are limited to ten in five minutes', async () => {
    for (let tries = 0; tries < 10; tries += 1) await verify('wrong');
    const limited = { isVerified: false, failureReason: 'MAX_ATTEMPTS_EXCEEDED' };
    expect(await verify(await authsignal.totpCode('user-1'))).toEqual(limited);
    now += 300_000;
    expect(await verify(await authsignal.totpCode('user-1'))).toMatchObject({ isVerified: true });
  });
});

describe('pushes', () => {
  async function push(attributes?: Record<string, unknown>) {
    const authorization = await bearer(attributes);
    const { body } = await post('/client/challenge/push', authorization, { action: 'signIn' });
    const { challengeId } = body;
    return {
      challengeId: String(challengeId),
      poll: () => post('/client/verify/push', authorization, { challengeId }),
    };
  }

  test('are answered once, in time', async () => {
    const { challengeId } = await push();
    expect(authsignal.phone.deny(challengeId)).toBe(true);
    expect(authsignal.phone.approve(challengeId)).toBe(false);
    const late = await push();
    now += 300_000;
    expect(authsignal.phone.requests()).toEqual([]);
    expect(authsignal.phone.approve(late.challengeId)).toBe(false);
    expect(authsignal.phone.approve('nonsense')).toBe(false);
  });

  test.each([
    'pending',
    'invalid_request',
    'invalid_credential',
  ] as const satisfies readonly AuthsignalUnknowns['foreignPush'][])(
    'of others are hidden: %s',
    async (foreignPush) => {
      authsignal.setUnknowns({ foreignPush });
      const { challengeId } = await push();
      authsignal.phone.approve(challengeId);
      const stranger = await bearer({ userId: 'user-2' });
      const { body } = await post('/client/verify/push', stranger, { challengeId });
      if (foreignPush === 'pending') expect(body).toEqual({ isVerified: false, isConsumed: false });
      else expect(body).toMatchObject({ errorCode: foreignPush });
    },
  );

  test('say which devices were reached, where they do', async () => {
    authsignal.setUnknowns({ delivery: 'allFailed' });
    const { body } = await post('/client/challenge/push', await bearer(), {});
    expect(body['deliveryResults']).toEqual([
      { userAuthenticatorId: expect.any(String), errorCode: 'device_unreachable' },
    ]);
  });

  test('count', async () => {
    await push();
    await push();
    expect(authsignal.pushes).toBe(2);
  });
});

test('a dropped connection breaks over toNodeListener too', async () => {
  authsignal.setFault('drop');
  const server = createServer(toNodeListener(authsignal.fetch));
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const { port } = server.address() as AddressInfo;
  const call = () => fetch(`http://127.0.0.1:${port}/v1/client/init`, { method: 'POST' });
  await expect(call()).rejects.toThrow(TypeError);
  authsignal.setFault(null);
  expect((await call()).status).toBe(401);
  server.closeAllConnections();
  await new Promise((resolve) => server.close(resolve));
});
