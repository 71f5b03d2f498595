// @vitest-environment node
import { Authsignal, AuthsignalError, UserActionState, VerificationMethod, Webhook } from '@authsignal/node';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { createAuthsignalEmulator } from '../../src/testing/index.js';
import { serveAuthsignal } from '../adapters/authsignal/backend.js';

// What the vendor's own server SDK sends and understands is the proof that the emulator speaks as Authsignal does.

const webhooks: { payload: string; signature: string }[] = [];
let refuseWebhooks = false;

const authsignal = createAuthsignalEmulator({
  users: [
    { userId: 'ada', email: 'ada@example.com', devices: ['Pixel 9'], totpSecret: 'JBSWY3DPEHPK3PXPJBSWY3DPEHPK3PXP' },
    { userId: 'ben', devices: ['iPhone'] },
  ],
  async webhook(request) {
    webhooks.push({ payload: await request.text(), signature: request.headers.get('x-signature-v2') ?? '' });
    return new Response(null, { status: refuseWebhooks ? 500 : 204 });
  },
});
let tenant: Awaited<ReturnType<typeof serveAuthsignal>>;

beforeAll(async () => {
  tenant = await serveAuthsignal(authsignal);
});

afterAll(() => tenant.close());

async function client(path: string, token: string, body: object): Promise<Record<string, unknown>> {
  const answer = await fetch(`${tenant.baseUrl}/client${path}`, {
    method: 'POST',
    headers: { authorization: `Bearer ${token}` },
    body: JSON.stringify(body),
  });
  return (await answer.json()) as Record<string, unknown>;
}

/** A push that the phone approved, as far as the browser gets: the result token. */
async function approvePush(userId: string, action = 'signIn') {
  const tracked = await tenant.sdk.track({ userId, action });
  const { challengeId } = await client('/challenge/push', tracked.token, { action });
  authsignal.phone.approve(String(challengeId));
  const { accessToken } = await client('/verify/push', tracked.token, { challengeId });
  return { ...tracked, accessToken: String(accessToken) };
}

async function errorOf(call: Promise<unknown>): Promise<AuthsignalError> {
  const caught = await call.catch((error: unknown) => error);
  expect(caught).toBeInstanceOf(AuthsignalError);
  return caught as AuthsignalError;
}

describe('@authsignal/node', () => {
  test('tracks an action of an enrolled user', async () => {
    const tracked = await tenant.sdk.track({ userId: 'ada', action: 'signIn', attributes: { custom: { amount: 1 } } });
    expect(tracked).toMatchObject({
      state: UserActionState.CHALLENGE_REQUIRED,
      isEnrolled: true,
      enrolledVerificationMethods: [VerificationMethod.PUSH, VerificationMethod.AUTHENTICATOR_APP],
    });
    expect(tracked.url).toContain(tracked.token);
    expect(tracked.token.split('.')).toHaveLength(3);
  });

  test('is told ALLOW for a user with nothing enrolled', async () => {
    expect(await tenant.sdk.track({ userId: 'nobody', action: 'signIn' })).toMatchObject({
      state: UserActionState.ALLOW,
      isEnrolled: false,
    });
  });

  test('keeps an idempotency key, and finds the action by it', async () => {
    const attributes = { idempotencyKey: 'key-1' };
    const first = await tenant.sdk.track({ userId: 'ada', action: 'pay', attributes });
    const second = await tenant.sdk.track({ userId: 'ada', action: 'pay', attributes });
    expect([first.idempotencyKey, second.idempotencyKey]).toEqual(['key-1', 'key-1']);
    const found = await tenant.sdk.getAction({ userId: 'ada', action: 'pay', idempotencyKey: 'key-1' });
    expect(found.state).toBe('CHALLENGE_REQUIRED');
    await tenant.sdk.updateAction({
      ...{ userId: 'ada', action: 'pay', idempotencyKey: 'key-1' },
      attributes: { state: UserActionState.CHALLENGE_FAILED },
    });
    expect(await tenant.sdk.getAction({ userId: 'ada', action: 'pay', idempotencyKey: 'key-1' })).toMatchObject({
      state: 'CHALLENGE_FAILED',
    });
    expect(await tenant.sdk.queryUserActions({ userId: 'ada' })).toContainEqual(
      expect.objectContaining({ actionCode: 'pay', idempotencyKey: 'key-1', state: 'CHALLENGE_FAILED' }),
    );
  });

  test('validates a completed challenge, and renames actionCode', async () => {
    const { accessToken, idempotencyKey } = await approvePush('ada');
    expect(await tenant.sdk.validateChallenge({ token: accessToken })).toMatchObject({
      isValid: true,
      state: 'CHALLENGE_SUCCEEDED',
      userId: 'ada',
      action: 'signIn',
      idempotencyKey,
      verificationMethod: 'PUSH',
    });
  });

  test('does not validate a token for another user or another action, a track token, or nonsense', async () => {
    const { accessToken, token } = await approvePush('ada');
    const isValid = async (request: Parameters<Authsignal['validateChallenge']>[0]) =>
      (await tenant.sdk.validateChallenge(request)).isValid;
    expect(await isValid({ token: accessToken, userId: 'ada', action: 'signIn' })).toBe(true);
    expect(await isValid({ token: accessToken, userId: 'ben' })).toBe(false);
    expect(await isValid({ token: accessToken, action: 'pay' })).toBe(false);
    expect(await isValid({ token: 'nonsense' })).toBe(false);
    const open = await tenant.sdk.track({ userId: 'ada', action: 'signIn' });
    expect(await tenant.sdk.validateChallenge({ token: open.token })).toMatchObject({
      isValid: false,
      state: 'CHALLENGE_REQUIRED',
    });
    expect(token).not.toBe(accessToken);
  });

  test('reads users, known and unknown, changes and deletes them', async () => {
    expect(await tenant.sdk.getUser({ userId: 'ada' })).toMatchObject({ isEnrolled: true, email: 'ada@example.com' });
    expect(await tenant.sdk.getUser({ userId: 'ghost' })).toMatchObject({ isEnrolled: false });
    await tenant.sdk.updateUser({ userId: 'cleo', attributes: { displayName: 'Cleo' } });
    expect(await tenant.sdk.getUser({ userId: 'cleo' })).toMatchObject({ displayName: 'Cleo' });
    await tenant.sdk.deleteUser({ userId: 'cleo' });
    expect(await tenant.sdk.getUser({ userId: 'cleo' })).not.toHaveProperty('displayName');
  });

  test('enrols, lists and deletes authenticators', async () => {
    const { authenticator, recoveryCodes } = await tenant.sdk.enrollVerifiedAuthenticator({
      userId: 'dora',
      attributes: { verificationMethod: VerificationMethod.SMS, phoneNumber: '+64270000000' },
    });
    expect(authenticator).toMatchObject({ userId: 'dora', verificationMethod: 'SMS', phoneNumber: '+64270000000' });
    expect(recoveryCodes?.length).toBeGreaterThan(0);
    expect(await tenant.sdk.getUser({ userId: 'dora' })).toMatchObject({ isEnrolled: true });
    const { userAuthenticatorId } = authenticator;
    await tenant.sdk.deleteAuthenticator({ userId: 'dora', userAuthenticatorId });
    expect(await tenant.sdk.getAuthenticators({ userId: 'dora' })).toEqual([]);
  });

  test('shows no secret of an authenticator app', async () => {
    expect(JSON.stringify(await tenant.sdk.getAuthenticators({ userId: 'ada' }))).not.toContain('JBSWY3DP');
  });

  test('understands the errors', async () => {
    const stranger = new Authsignal({ apiSecretKey: 'of-another-region', apiUrl: tenant.baseUrl, retries: 0 });
    expect(await errorOf(stranger.getUser({ userId: 'ada' }))).toMatchObject({
      statusCode: 401,
      errorCode: 'unauthorized',
      errorDescription: 'The request is unauthorized.',
    });
    expect(await errorOf(tenant.sdk.track({ userId: 'ada', action: 'not%20allowed' }))).toMatchObject({
      statusCode: 400,
      errorCode: 'invalid_request',
    });
    const missing = { userId: 'ada', action: 'pay', idempotencyKey: 'missing' };
    expect(await errorOf(tenant.sdk.getAction(missing))).toMatchObject({ statusCode: 404 });
  });

  test('verifies the signature of push.created', async () => {
    webhooks.length = 0;
    const { idempotencyKey } = await approvePush('ada');
    const [received] = webhooks;
    const event = new Webhook(authsignal.apiSecretKey).constructEvent(received!.payload, received!.signature);
    expect(event).toMatchObject({
      type: 'push.created',
      version: 1,
      data: { userId: 'ada', actionCode: 'signIn', idempotencyKey },
    });
    expect(() => new Webhook('another key').constructEvent(received!.payload, received!.signature)).toThrow(/mismatch/);
  });

  test('fails the push where the webhook refuses it', async () => {
    refuseWebhooks = true;
    const { token } = await tenant.sdk.track({ userId: 'ben', action: 'signIn' });
    expect(await client('/challenge/push', token, {})).toMatchObject({ errorCode: 'invalid_request' });
    expect(authsignal.phone.requests('ben')).toEqual([]);
    refuseWebhooks = false;
  });
});
