// @vitest-environment node
import { inspect } from 'node:util';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test, vi } from 'vitest';
import { createAuthsignalServerAdapter } from '../../../src/adapters/authsignal/server.js';
import type { AuthsignalServerOptions } from '../../../src/adapters/authsignal/server.js';
import type { CibaError, InitiateRequest, PendingApproval } from '../../../src/contract/index.js';
import { createCibaHandler } from '../../../src/server/index.js';
import type { CibaHandlerOptions, CibaServerEvent } from '../../../src/server/index.js';
import { createAuthsignalEmulator } from '../../../src/testing/index.js';
import type { AuthsignalActionState, AuthsignalFault, AuthsignalUnknowns } from '../../../src/testing/index.js';
import { TestBrowser } from '../../server/harness.js';
import { serveAuthsignal } from './backend.js';
import { errorOf as errorWithout } from '../../support/error-of.js';

const ORIGIN = 'https://app.example';
const SECRET = 'the-api-secret-key';

let rule: AuthsignalActionState | null = null;
const seenPaths: string[] = [];
const validations: unknown[] = [];
/** An Authsignal that does not look at whose token it is. */
let careless = false;
const emulator = createAuthsignalEmulator({
  apiSecretKey: SECRET,
  users: [
    { userId: 'user-ada', devices: ['Pixel 9'], totpSecret: 'JBSWY3DPEHPK3PXPJBSWY3DPEHPK3PXP' },
    { userId: 'user-ben', devices: ['iPhone'] },
    { userId: 'user-cleo', totpSecret: 'KRSXG5CTMVRXEZLUKRSXG5CTMVRXEZLU' },
    { userId: 'a/b?c=..', devices: ['Odd phone'] },
  ],
  rule: ({ isEnrolled }) => rule ?? (isEnrolled ? 'CHALLENGE_REQUIRED' : 'ALLOW'),
});
let tenant: Awaited<ReturnType<typeof serveAuthsignal>>;

beforeAll(async () => {
  tenant = await serveAuthsignal({
    ...emulator,
    async handle(request) {
      const { pathname } = new URL(request.url);
      seenPaths.push(`${request.method} ${pathname}`);
      if (pathname !== '/v1/validate') return emulator.handle(request);
      const body = (await request.json()) as Record<string, unknown>;
      validations.push(body);
      const asked = careless ? { token: body['token'] } : body;
      const { headers, url } = request;
      return emulator.handle(new Request(url, { method: 'POST', headers, body: JSON.stringify(asked) }));
    },
  });
});

afterAll(() => tenant.close());

beforeEach(() => {
  vi.useFakeTimers({ toFake: ['Date'], now: 1_800_000_000_000 + seenPaths.length * 3_600_000 });
});

afterEach(() => {
  vi.useRealTimers();
  rule = null;
  careless = false;
  emulator.setFault(null);
  emulator.setUnknowns({ denial: 'failsAction', secondRead: 'sameToken', expiredPush: 'pending' });
});

const adapterWith = (options: Partial<AuthsignalServerOptions> = {}) =>
  createAuthsignalServerAdapter({
    apiSecretKey: SECRET,
    baseUrl: tenant.baseUrl,
    ...options,
  } as AuthsignalServerOptions);

const call = () => ({ signal: new AbortController().signal, actId: crypto.randomUUID() });
const pass = (seconds: number) => vi.setSystemTime(Date.now() + seconds * 1000);
const newest = (userId: string) => {
  const request = emulator.phone.requests(userId).at(-1);
  if (!request) throw new Error('The phone shows no request.');
  return request;
};
const start = (adapter = adapterWith(), request: Partial<InitiateRequest> = {}) =>
  adapter.initiate({ loginHint: 'user-ada', ...request }, call());

const errorOf = (act: Promise<unknown> | (() => unknown)) => errorWithout(act, [SECRET]);

const stateOf = ({ serverState }: PendingApproval) => serverState as { idempotencyKey: string; token: string };
const actionOf = (pending: PendingApproval, action = 'signIn') =>
  tenant.sdk.getAction({ userId: 'user-ada', action, idempotencyKey: stateOf(pending).idempotencyKey });

/** The app's handler over the adapter, and browsers before it. */
function setUpHandler(options: Partial<CibaHandlerOptions<unknown>> = {}, adapter = adapterWith()) {
  const events: CibaServerEvent[] = [];
  const handler = createCibaHandler({
    adapter,
    origin: ORIGIN,
    authRequest: (loginHint) => ({ loginHint }),
    publicSession: ({ userId }: { userId: string }) => ({ userId }),
    responseFloor: 0,
    onEvent: (event) => events.push(event),
    ...(options as object),
  });
  return { handler, events, browser: () => new TestBrowser(handler, ORIGIN) };
}

describe('creation', () => {
  test.each([
    ['no secret key', { apiSecretKey: '' }, /apiSecretKey/],
    ['an action with spaces', { action: 'sign in' }, /`action`/],
    ['an unknown region', { baseUrl: undefined, region: 'mars' }, /`region`/],
    ['http outside loopback', { baseUrl: 'http://authsignal.test/v1' }, /isn't https/],
  ])('refuses %s', async (_, options, text) => {
    const error = await errorOf(() => adapterWith(options as Partial<AuthsignalServerOptions>));
    expect(error.code).toBe('misconfigured');
    expect(error.message).toMatch(text);
  });
});

describe('a login', () => {
  test('tracks, rings, polls and validates, with the user and the action', async () => {
    const adapter = adapterWith();
    seenPaths.length = 0;
    const pending = await start(adapter, {
      displayCode: '4827',
      bindingMessage: 'Welcome back',
      transaction: { title: 'Sign in', details: [{ label: 'Shop', value: 'Example' }] },
    });
    expect(pending).toMatchObject({ expiresIn: 120, interval: 3, resumable: true, displayCode: '4827' });
    expect(pending).not.toHaveProperty('displayCodeUse');
    expect(newest('user-ada').custom).toEqual({
      displayCode: '4827',
      bindingMessage: 'Welcome back',
      transaction: 'Sign in',
      transactionDetails: 'Shop: Example',
    });
    expect(await adapter.poll(pending, call())).toEqual({ status: 'pending' });
    emulator.phone.approve(newest('user-ada').challengeId);
    expect(await adapter.poll(pending, call())).toEqual({
      status: 'approved',
      session: {
        userId: 'user-ada',
        action: 'signIn',
        idempotencyKey: stateOf(pending).idempotencyKey,
        state: 'CHALLENGE_SUCCEEDED',
        verificationMethod: 'PUSH',
      },
    });
    expect(seenPaths).toEqual([
      'GET /v1/users/user-ada',
      'POST /v1/users/user-ada/actions/signIn',
      'POST /v1/client/challenge/push',
      'POST /v1/client/verify/push',
      'POST /v1/client/verify/push',
      'POST /v1/validate',
    ]);
  });

  test('hands out no token, neither in the request nor in the session', async () => {
    const { browser } = setUpHandler();
    const page = browser();
    const { body } = await page.initiate('user-ada');
    // Every token of Authsignal's begins like this.
    expect(JSON.stringify(body)).not.toContain('eyJ');
    emulator.phone.approve(newest('user-ada').challengeId);
    pass(4);
    const reply = await page.post('poll', { id: body['id'] });
    expect(reply.body).toEqual({ status: 'approved', session: { userId: 'user-ada' } });
  });

  test('says denied, and expired at the end of the push or of its token', async () => {
    const adapter = adapterWith({ pushLifetime: 10_000 });
    const denied = await start(adapter);
    emulator.phone.deny(newest('user-ada').challengeId);
    expect(await adapter.poll(denied, call())).toEqual({ status: 'denied' });

    const pending = await start(adapter);
    expect(pending.expiresIn).toBe(600);
    pass(600);
    expect(await adapter.poll(pending, call())).toEqual({ status: 'expired' });

    const short = adapterWith({ pushLifetime: 60 });
    const soon = await start(short);
    pass(60);
    expect(await short.poll(soon, call())).toEqual({ status: 'expired' });
  });

  test('does not count for anybody else', async () => {
    const adapter = adapterWith();
    const pending = await start(adapter);
    emulator.phone.approve(newest('user-ada').challengeId);
    const stolen = { ...pending, serverState: { ...stateOf(pending), userId: 'user-ben' } };
    expect(await errorOf(adapter.poll(stolen, call()))).toMatchObject({ code: 'refused', retryable: false });
  });

  test('names user and action to Authsignal, and checks both itself', async () => {
    const adapter = adapterWith();
    const pending = await start(adapter);
    emulator.phone.approve(newest('user-ada').challengeId);
    await adapter.poll(pending, call());
    expect(validations.at(-1)).toEqual({ token: expect.any(String), userId: 'user-ada', action: 'signIn' });

    careless = true;
    const { token } = validations.at(-1) as { token: string };
    expect(await adapter.validate({ token, userId: 'user-ada' })).toMatchObject({ userId: 'user-ada' });
    const refused = { code: 'refused', retryable: false };
    expect(await errorOf(adapter.validate({ token, userId: 'user-ben' }))).toMatchObject(refused);
    expect(await errorOf(adapterWith({ action: 'pay' }).validate({ token, userId: 'user-ada' }))).toMatchObject(
      refused,
    );
  });

  test.each(['sameToken', 'noToken', 'invalid_request'] as const)(
    'survives a lost answer, also where a second poll hears %s',
    async (secondRead) => {
      emulator.setUnknowns({ secondRead });
      const adapter = adapterWith();
      const pending = await start(adapter);
      emulator.phone.approve(newest('user-ada').challengeId);
      emulator.setFault('gateway', '/validate');
      expect(await errorOf(adapter.poll(pending, call()))).toMatchObject({ code: 'unavailable', retryable: true });
      emulator.setFault(null);
      expect(await adapter.poll(pending, call())).toMatchObject({
        status: 'approved',
        session: { userId: 'user-ada', state: 'CHALLENGE_SUCCEEDED' },
      });
    },
  );

  test.each([
    ['pending', 'pending'],
    ['denied', 'denied'],
    ['invalid_request', 'expired'],
    ['expired_token', 'expired'],
  ] as const satisfies readonly (readonly [AuthsignalUnknowns['expiredPush'], string])[])(
    'ends where a push past its life is answered with %s: %s',
    async (expiredPush, status) => {
      emulator.setUnknowns({ expiredPush, pushLifetime: 60 });
      const adapter = adapterWith();
      const pending = await start(adapter);
      pass(61);
      expect(await adapter.poll(pending, call())).toEqual({ status });
      emulator.setUnknowns({ pushLifetime: 300 });
      pass(60);
      expect((await adapter.poll(pending, call())).status).not.toBe('pending');
    },
  );

  test('waits on where no device could be notified: the user can open the app', async () => {
    emulator.setUnknowns({ delivery: 'allFailed' });
    const adapter = adapterWith();
    expect(await adapter.poll(await start(adapter), call())).toEqual({ status: 'pending' });
    emulator.setUnknowns({ delivery: 'unreported' });
  });
});

describe('somebody who cannot be rung', () => {
  test('is not tracked, so that no user comes into being', async () => {
    seenPaths.length = 0;
    expect(await errorOf(start(adapterWith(), { loginHint: 'nobody' }))).toMatchObject({ code: 'unknownUser' });
    expect(seenPaths).toEqual(['GET /v1/users/nobody']);
  });

  test('has no phone', async () => {
    expect(await errorOf(start(adapterWith(), { loginHint: 'user-cleo' }))).toMatchObject({ code: 'noDevice' });
  });

  test.each(['nobody', 'user-cleo', '..', '.', '../validate'])(
    'looks like anybody else from outside: %s',
    async (hint) => {
      const { browser, events } = setUpHandler();
      const known = await browser().initiate('user-ben');
      const unknown = await browser().initiate(hint);
      expect(unknown.status).toBe(200);
      expect(Object.keys(unknown.body)).toEqual(Object.keys(known.body));
      expect(events.at(-1)).toEqual({ type: 'started', decoy: true });
    },
  );

  test('is not signed in by ALLOW, be there nothing enrolled or a rule that allows it', async () => {
    rule = 'ALLOW';
    const { browser, events } = setUpHandler();
    const page = browser();
    const { body } = await page.initiate('user-ada');
    expect(events.at(-1)).toEqual({ type: 'started', decoy: true });
    pass(10);
    expect((await page.post('poll', { id: body['id'] })).body).toMatchObject({ status: 'pending' });
    expect(page.session).toBeUndefined();
  });
});

describe('what the rules say', () => {
  test.each([
    ['BLOCK', 'refused'],
    ['REVIEW_REQUIRED', 'inReview'],
    ['REVIEW_SUCCEEDED', 'inReview'],
    ['REVIEW_FAILED', 'inReview'],
  ] as const)('%s ends in failed (%s) for a browser where the user signed in before', async (state, code) => {
    const { browser } = setUpHandler();
    const page = browser();
    const { body } = await page.initiate('user-ada');
    emulator.phone.approve(newest('user-ada').challengeId);
    pass(4);
    expect(await page.post('poll', { id: body['id'] })).toMatchObject({ body: { status: 'approved' } });
    rule = state;
    expect(await page.initiate('user-ada')).toMatchObject({ status: 403, body: { error: code } });
  });

  test('BLOCK tells a stranger nothing: it looks like a login that nobody answers', async () => {
    rule = 'BLOCK';
    const { browser, events } = setUpHandler();
    expect(await browser().initiate('user-ada')).toMatchObject({ status: 200 });
    expect(events.at(-1)).toMatchObject({ type: 'started', decoy: true });
    expect(await errorOf(start())).toMatchObject({ code: 'refused', retryable: false });
  });

  test('holds for codes as well', async () => {
    rule = 'BLOCK';
    const code = await emulator.totpCode('user-ada');
    expect(await errorOf(adapterWith().verifyTotp({ loginHint: 'user-ada', code }, call()))).toMatchObject({
      code: 'refused',
    });
  });

  test('counts after the approval too', async () => {
    const adapter = adapterWith();
    const pending = await start(adapter);
    emulator.phone.approve(newest('user-ada').challengeId);
    await tenant.sdk.updateAction({
      ...{ userId: 'user-ada', action: 'signIn', idempotencyKey: stateOf(pending).idempotencyKey },
      attributes: { state: 'REVIEW_REQUIRED' as never },
    });
    expect(await errorOf(adapter.poll(pending, call()))).toMatchObject({ code: 'inReview' });
  });
});

describe('a code', () => {
  test('belongs to the action of the push beside it', async () => {
    const adapter = adapterWith();
    const pending = await start(adapter);
    const code = await emulator.totpCode('user-ada');
    expect(await adapter.verifyTotp({ loginHint: 'user-ada', code, pending }, call())).toMatchObject({
      status: 'approved',
      session: { idempotencyKey: stateOf(pending).idempotencyKey, verificationMethod: 'AUTHENTICATOR_APP' },
    });
    // The handler ends the push then; that must not undo the action.
    await adapter.cancel(pending, call());
    expect(await actionOf(pending)).toMatchObject({ state: 'CHALLENGE_SUCCEEDED' });
  });

  test('gets an action of its own without a push, or when its token is over', async () => {
    const adapter = adapterWith();
    const pending = await start(adapter);
    pass(601);
    const code = await emulator.totpCode('user-ada');
    const result = await adapter.verifyTotp({ loginHint: 'user-ada', code, pending }, call());
    expect(result).toMatchObject({ status: 'approved' });
    expect(JSON.stringify(result)).not.toContain(stateOf(pending).idempotencyKey);
  });

  test('does not borrow the push of somebody else', async () => {
    const adapter = adapterWith();
    const pending = await start(adapter, { loginHint: 'user-ben' });
    const code = await emulator.totpCode('user-cleo');
    expect(await adapter.verifyTotp({ loginHint: 'user-cleo', code, pending }, call())).toMatchObject({
      status: 'approved',
      session: { userId: 'user-cleo' },
    });
  });

  test.each(['user-ben', 'nobody', '..'])('of somebody without one is none: %s', async (hint) => {
    const { browser } = setUpHandler();
    const reply = await browser().post('code', { loginHint: hint, code: '123456', actId: 'attempt-of-a-test' });
    expect(reply.body).toMatchObject({ status: 'invalidCode' });
  });

  test('locks where Authsignal counts', async () => {
    const adapter = adapterWith();
    const wrong = () => adapter.verifyTotp({ loginHint: 'user-cleo', code: 'wrong!' }, call());
    for (let tries = 0; tries < 10; tries += 1) expect(await wrong()).toEqual({ status: 'invalidCode' });
    expect(await wrong()).toEqual({ status: 'lockedOut' });
  });
});

describe('cancel', () => {
  test('fails the action, and the phone comes too late', async () => {
    const adapter = adapterWith();
    const pending = await start(adapter);
    const { challengeId } = newest('user-ada');
    await adapter.cancel(pending, call());
    await adapter.cancel(pending, call());
    expect(await actionOf(pending)).toMatchObject({ state: 'CHALLENGE_FAILED' });
    emulator.phone.approve(challengeId);
    expect(await adapter.poll(pending, call())).toEqual({ status: 'denied' });
  });
});

describe('a step-up', () => {
  const stepUp = () => adapterWith({ stepUp: true, action: 'withdrawal' });
  const signedIn = { loginHint: 'user-ada', subject: 'user-ada' };

  test('shows the transaction on the phone and is of this action', async () => {
    const adapter = stepUp();
    const pending = await start(adapter, { ...signedIn, transaction: { title: 'Withdraw 120 EUR' } });
    expect(newest('user-ada')).toMatchObject({ actionCode: 'withdrawal', custom: { transaction: 'Withdraw 120 EUR' } });
    emulator.phone.approve(newest('user-ada').challengeId);
    expect(await adapter.poll(pending, call())).toMatchObject({
      status: 'approved',
      session: { userId: 'user-ada', action: 'withdrawal' },
    });
  });

  test('passes without a challenge where Authsignal allows it, and asks whether it still does', async () => {
    rule = 'ALLOW';
    const adapter = stepUp();
    const before = emulator.pushes;
    const pending = await start(adapter, signedIn);
    expect(emulator.pushes).toBe(before);
    expect(await adapter.poll(pending, call())).toMatchObject({ status: 'approved', session: { state: 'ALLOW' } });
    await adapter.cancel(pending, call());
    await tenant.sdk.updateAction({
      ...{ userId: 'user-ada', action: 'withdrawal', idempotencyKey: stateOf(pending).idempotencyKey },
      attributes: { state: 'BLOCK' as never },
    });
    expect(await errorOf(adapter.poll(pending, call()))).toMatchObject({ code: 'refused' });
  });

  test('goes through the handler, for the user of its session whatever the page says', async () => {
    rule = 'ALLOW';
    const request = () => ({ loginHint: 'user-ada', subject: 'user-ada' });
    const publicSession = ({ userId, state }: { userId: string; state: string }) => ({ userId, state });
    const { browser } = setUpHandler({ authRequest: request, publicSession } as object, stepUp());
    const page = browser();
    const { body } = await page.initiate('user-ben');
    expect((await page.post('poll', { id: body['id'] })).body).toEqual({
      status: 'approved',
      session: { userId: 'user-ada', state: 'ALLOW' },
    });
  });

  test('is not what a hint that was looked up gets: a subject alone lets nobody in', async () => {
    rule = 'ALLOW';
    expect(await errorOf(start(adapterWith(), signedIn))).toMatchObject({ code: 'unknownUser' });
  });

  test('is for the signed-in user alone', async () => {
    expect(await errorOf(start(stepUp(), { loginHint: 'user-ada' }))).toMatchObject({ code: 'misconfigured' });
    expect(await errorOf(start(stepUp(), { loginHint: 'user-ada', subject: 'user-ben' }))).toMatchObject({
      code: 'refused',
    });
  });
});

describe('the embedded wiring', () => {
  /** What the browser's adapter brings back. */
  async function approve(userId: string, action = 'signIn'): Promise<string> {
    const { token } = await adapterWith({ action }).track({ userId });
    const client = async (path: string, body: object) => {
      const answer = await emulator.fetch(`https://authsignal.test/v1/client${path}`, {
        method: 'POST',
        headers: { authorization: `Bearer ${token}` },
        body: JSON.stringify(body),
      });
      return (await answer.json()) as { challengeId: string; accessToken: string };
    };
    const { challengeId } = await client('/challenge/push', { action });
    emulator.phone.approve(challengeId);
    return (await client('/verify/push', { challengeId })).accessToken;
  }

  test('validates the token of the signed-in user', async () => {
    const token = await approve('user-ada');
    expect(await adapterWith().validate({ token, userId: 'user-ada' })).toMatchObject({
      userId: 'user-ada',
      state: 'CHALLENGE_SUCCEEDED',
    });
  });

  test("refuses another user's valid token, one of another action, an open one and nonsense", async () => {
    const token = await approve('user-ben');
    expect(await adapterWith().validate({ token, userId: 'user-ben' })).toMatchObject({ userId: 'user-ben' });
    const refused = { code: 'refused', retryable: false };
    expect(await errorOf(adapterWith().validate({ token, userId: 'user-ada' }))).toMatchObject(refused);
    const pay = adapterWith({ action: 'pay' });
    expect(await errorOf(pay.validate({ token, userId: 'user-ben' }))).toMatchObject(refused);
    const open = await adapterWith().track({ userId: 'user-ada' });
    expect(await errorOf(adapterWith().validate({ token: open.token, userId: 'user-ada' }))).toMatchObject(refused);
    expect(await errorOf(adapterWith().validate({ token: 'nonsense', userId: 'user-ada' }))).toMatchObject(refused);
  });

  test('tells what to do after track', async () => {
    expect(await adapterWith().track({ userId: 'user-ada' })).toMatchObject({ state: 'CHALLENGE_REQUIRED' });
    expect(await adapterWith().track({ userId: 'nobody' })).toMatchObject({ state: 'ALLOW', isEnrolled: false });
    rule = 'BLOCK';
    expect(await errorOf(adapterWith().track({ userId: 'user-ada' }))).toMatchObject({ code: 'refused' });
  });

  test('knows what a user has enrolled', async () => {
    expect(await adapterWith().methods('user-ada')).toEqual({ push: true, totp: true });
    expect(await adapterWith().methods('user-ben')).toEqual({ push: true, totp: false });
    expect(await adapterWith().methods('nobody')).toEqual({ push: false, totp: false });
  });

  test('adds an authenticator that was verified elsewhere', async () => {
    const added = await adapterWith().enrollVerified('user-dora', {
      verificationMethod: 'SMS',
      phoneNumber: '+64270000000',
    });
    expect(added).toEqual({ userAuthenticatorId: expect.any(String), recoveryCodes: expect.any(Array) });
    expect(await tenant.sdk.getAuthenticators({ userId: 'user-dora' })).toMatchObject([
      { verificationMethod: 'SMS', phoneNumber: '+64270000000' },
    ]);
  });
});

describe('number matching', () => {
  const matching = () => adapterWith({ numberMatching: true });

  async function setUp() {
    const adapter = matching();
    const { browser } = setUpHandler({ displayCode: () => '042' }, adapter);
    const page = browser();
    const { body } = await page.initiate('user-ada');
    const { idempotencyKey, challengeId, custom } = newest('user-ada');
    const poll = async () => {
      pass(4);
      return (await page.post('poll', { id: body['id'] })).body;
    };
    const answer = (code: string, approved = true) =>
      adapter.answer({ userId: 'user-ada', idempotencyKey, approved, code });
    return { adapter, body, custom, idempotencyKey, challengeId, poll, answer };
  }

  test('shows the number on the waiting screen, and signs in when the phone sends it', async () => {
    const { body, custom, poll, answer } = await setUp();
    expect(body).toMatchObject({ displayCode: '042', displayCodeUse: 'enter' });
    expect(custom).toEqual({ displayCode: '042' });
    expect(await poll()).toMatchObject({ status: 'pending' });
    expect(await answer(' 04-2 ')).toBe('approved');
    expect(await poll()).toMatchObject({ status: 'approved' });
  });

  test('has decoys that say the same, from the first start on', async () => {
    const { browser } = setUpHandler({ displayCode: () => '042' }, matching());
    expect((await browser().initiate('nobody')).body).toMatchObject({ displayCode: '042', displayCodeUse: 'enter' });
  });

  test('denies after one wrong number', async () => {
    const { poll, answer } = await setUp();
    expect(await answer('043')).toBe('wrongCode');
    expect(await answer('042')).toBe('over');
    expect(await poll()).toEqual({ status: 'denied' });
  });

  test('takes one of many guesses at once', async () => {
    const { answer } = await setUp();
    const guesses = Array.from({ length: 50 }, (_, guess) => answer(String(guess).padStart(3, '0')));
    const answers = await Promise.all(guesses);
    expect(answers.filter((one) => one !== 'over')).toHaveLength(1);
  });

  test('takes a no without a number, and no answer without one', async () => {
    const denied = await setUp();
    expect(await denied.answer('', false)).toBe('denied');
    expect(await denied.poll()).toEqual({ status: 'denied' });
    const bare = await setUp();
    expect(await bare.answer('')).toBe('wrongCode');
  });

  test('works in another process, which shares nothing but the secret key', async () => {
    const { idempotencyKey, poll } = await setUp();
    const answer = { userId: 'user-ada', idempotencyKey, approved: true, code: '042' };
    expect(await matching().answer(answer)).toBe('approved');
    expect(await poll()).toMatchObject({ status: 'approved' });
  });

  test('does not let a number be read out of what the phone has, nor be used for another user', async () => {
    const { adapter, idempotencyKey } = await setUp();
    expect(idempotencyKey).not.toContain('042');
    expect(await adapter.answer({ userId: 'user-ben', idempotencyKey, approved: true, code: '042' })).toBe('over');
  });

  test('knows no request that nobody made', async () => {
    const nobodys = { userId: 'user-ada', idempotencyKey: crypto.randomUUID(), approved: true, code: '042' };
    expect(await matching().answer(nobodys)).toBe('over');
  });

  test('is not passed over by ALLOW, whoever sets it', async () => {
    const { idempotencyKey, poll } = await setUp();
    await tenant.sdk.updateAction({
      ...{ userId: 'user-ada', action: 'signIn', idempotencyKey },
      attributes: { state: 'ALLOW' as never },
    });
    expect(await poll()).toMatchObject({ status: 'pending' });
  });

  test('needs a number, and is for adapters that want it', async () => {
    expect(await errorOf(start(matching()))).toMatchObject({ code: 'misconfigured' });
    const answer = { userId: 'user-ada', idempotencyKey: 'any', approved: true };
    expect(await errorOf(adapterWith().answer(answer))).toMatchObject({ code: 'misconfigured' });
  });
});

describe('faults of the server API', () => {
  const FAULTS: readonly (readonly [AuthsignalFault, CibaError['code'], boolean, RegExp])[] = [
    ['gateway', 'unavailable', true, /HTTP 500/],
    ['html', 'badResponse', true, /shape/],
    ['empty', 'badResponse', true, /shape/],
    [{ errorCode: 'unauthorized', status: 401 }, 'unauthorized', false, /region/],
    [{ errorCode: 'AUTHENTICATOR_NOT_FOUND', status: 400 }, 'misconfigured', false, /portal/],
    [{ errorCode: 'invalid_request', status: 400 }, 'misconfigured', false, /`action`/],
    [{ errorCode: 'too_many_requests', status: 429 }, 'rateLimited', true, /for now/],
    [{ errorCode: 'some_new_code', status: 400 }, 'badResponse', false, /HTTP 400/],
    [{ errorCode: 'some_new_code', status: 503 }, 'unavailable', true, /HTTP 503/],
    [{ errorCode: 'toString', status: 403 }, 'forbidden', false, /HTTP 403/],
  ];

  test.each(FAULTS)('%j is %s', async (fault, code, retryable, text) => {
    emulator.setFault(fault);
    for (const act of [
      start(),
      adapterWith().methods('user-ada'),
      adapterWith().validate({ token: 't', userId: 'u' }),
    ]) {
      const error = await errorOf(act);
      expect(error).toMatchObject({ code, retryable });
      expect(error.message).toMatch(text);
    }
  });

  test('are told from an address where nobody is', async () => {
    const adapter = createAuthsignalServerAdapter({ apiSecretKey: SECRET, baseUrl: 'http://127.0.0.1:1/v1' });
    const error = await errorOf(adapter.methods('user-ada'));
    expect(error).toMatchObject({ code: 'network', retryable: true });
    expect(error.message).toContain('ECONNREFUSED');
  });

  test('come from a key of another region or tenant', async () => {
    const error = await errorOf(start(adapterWith({ apiSecretKey: `${SECRET}-of-another-region` })));
    expect(error).toMatchObject({ code: 'unauthorized', retryable: false });
    expect(error.message).toMatch(/region/);
  });

  test('never hold a user, a code or a token', async () => {
    const adapter = adapterWith();
    const pending = await start(adapter);
    emulator.setFault('gateway');
    const printed = (error: unknown) => inspect(error, { depth: Infinity, showHidden: true });
    const errors = [
      await errorOf(adapter.poll(pending, call())),
      await errorOf(adapter.cancel(pending, call())),
      await errorOf(adapter.verifyTotp({ loginHint: 'user-ada', code: '918273', pending }, call())),
      await errorOf(adapter.validate({ token: stateOf(pending).token, userId: 'user-ada' })),
    ].map(printed);
    const { token, idempotencyKey } = stateOf(pending);
    for (const secret of [token, idempotencyKey, 'user-ada', '918273']) {
      for (const error of errors) expect(error).not.toContain(secret);
    }
  });
});

describe('an ID that is no word', () => {
  test('stays one part of the address', async () => {
    const adapter = adapterWith();
    seenPaths.length = 0;
    const pending = await start(adapter, { loginHint: 'a/b?c=..' });
    expect(seenPaths.slice(0, 2)).toEqual([
      'GET /v1/users/a%2Fb%3Fc%3D..',
      'POST /v1/users/a%2Fb%3Fc%3D../actions/signIn',
    ]);
    emulator.phone.approve(newest('a/b?c=..').challengeId);
    expect(await adapter.poll(pending, call())).toMatchObject({ session: { userId: 'a/b?c=..' } });
  });
});
