// @vitest-environment node
import { inspect } from 'node:util';
import { TOTP } from 'otpauth';
import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest';
import { createAuthsignalAdapter, createAuthsignalEnrollment } from '../../../src/adapters/authsignal/index.js';
import type { AuthsignalAdapterOptions, AuthsignalEnrollmentOptions } from '../../../src/adapters/authsignal/index.js';
import { CibaError } from '../../../src/contract/index.js';
import { createAuthsignalEmulator } from '../../../src/testing/index.js';
import type { AuthsignalEmulator, AuthsignalFault } from '../../../src/testing/index.js';
import { track, trackToken } from './backend.js';
import { setUpScreen } from './screen.js';
import { errorOf } from '../../support/error-of.js';

const BASE_URL = 'https://authsignal.test/v1';
const loginHint = 'user-1';

const call = () => ({ signal: new AbortController().signal, actId: crypto.randomUUID() });

describe('creation', () => {
  const options = { tenantId: 'tenant', region: 'us', action: 'signIn', getToken: async () => 'token' } as const;
  const create = (changed: object) => () =>
    createAuthsignalAdapter({ ...options, ...changed } as AuthsignalAdapterOptions);

  test.each([
    ['an action with spaces', { action: 'sign in' }, /`action`/],
    ['an action that is too long', { action: 'a'.repeat(65) }, /`action`/],
    ['no tenant', { tenantId: '' }, /`tenantId`/],
    ['an unknown region', { region: 'mars' }, /`region`/],
    ['neither region nor address', { region: undefined }, /`region`/],
    ['an address that is none', { region: undefined, baseUrl: 'api.authsignal.com' }, /`baseUrl`/],
    ['http outside loopback', { region: undefined, baseUrl: 'http://authsignal.test/v1' }, /isn't https/],
  ])('refuses %s', async (_, changed, text) => {
    const error = await errorOf(create(changed));
    expect(error).toMatchObject({ code: 'misconfigured', retryable: false });
    expect(error.message).toMatch(text);
  });

  test.each([
    ['us', 'https://api.authsignal.com/v1/client/challenge/push'],
    ['au', 'https://au.api.authsignal.com/v1/client/challenge/push'],
    ['eu', 'https://eu.api.authsignal.com/v1/client/challenge/push'],
  ] as const)('knows the region %s', async (region, address) => {
    const send = vi.fn<typeof fetch>(async () => Response.json({ challengeId: 'one' }));
    const adapter = createAuthsignalAdapter({ ...options, region, fetch: send });
    await adapter.initiate({ loginHint }, call());
    expect(send.mock.calls[0]?.[0]).toBe(address);
  });
});

describe('without `crypto.randomUUID`, as on plain http, or without `crypto`', () => {
  const real = crypto;
  afterEach(() => vi.unstubAllGlobals());

  test.each([
    ['randomUUID', { getRandomValues: (bytes: Uint8Array<ArrayBuffer>) => real.getRandomValues(bytes) }],
    ['getRandomValues', {}],
    ['crypto', undefined],
  ])('no %s', async (_what, stub) => {
    const send = vi.fn<typeof fetch>(async () => Response.json({ challengeId: 'one' }));
    const adapter = createAuthsignalAdapter({
      ...{ tenantId: 'tenant', region: 'us', action: 'signIn', getToken: async () => 'token', fetch: send },
    });
    const calls = [call(), call()] as const;
    vi.stubGlobal('crypto', stub);
    const [first, second] = [
      await adapter.initiate({ loginHint }, calls[0]),
      await adapter.initiate({ loginHint }, calls[1]),
    ];
    expect(first.id).not.toBe(second.id);
  });
});

describe('tokens', () => {
  let authsignal: AuthsignalEmulator;
  const getToken = vi.fn(() => trackToken(authsignal));
  const onTokenExpired = vi.fn();
  let adapter: ReturnType<typeof createAuthsignalAdapter>;

  beforeEach(() => {
    vi.useFakeTimers({ toFake: ['Date', 'performance'], now: 1_800_000_000_000 });
    authsignal = createAuthsignalEmulator();
    getToken.mockReset();
    onTokenExpired.mockReset();
    adapter = createAuthsignalAdapter({
      ...{ tenantId: authsignal.tenantId, baseUrl: BASE_URL, action: 'signIn', fetch: authsignal.fetch },
      ...{ getToken, onTokenExpired },
    });
  });

  afterEach(() => {
    vi.useRealTimers();
  });

  const pass = (seconds: number) => void vi.advanceTimersByTime(seconds * 1000);
  const newest = () => authsignal.phone.requests().at(-1)?.challengeId ?? '';

  test('serves a resend, so that both pushes are of one action, and honours the older one', async () => {
    const first = await adapter.initiate({ loginHint }, call());
    const older = newest();
    const second = await adapter.initiate({ loginHint }, call());
    expect(getToken).toHaveBeenCalledTimes(1);
    expect(new Set(authsignal.phone.requests().map(({ idempotencyKey }) => idempotencyKey)).size).toBe(1);
    authsignal.phone.approve(older);
    expect(await adapter.poll(second, call())).toEqual({ status: 'pending' });
    expect(await adapter.poll(first, call())).toMatchObject({ status: 'approved' });
  });

  test('serves a code beside the push', async () => {
    const pending = await adapter.initiate({ loginHint }, call());
    const code = await authsignal.totpCode('user-1');
    const result = await adapter.verifyTotp({ loginHint, code, pending }, call());
    expect(result).toMatchObject({ status: 'approved', session: { token: expect.any(String) } });
    expect(getToken).toHaveBeenCalledTimes(1);
  });

  test('serves no other transaction', async () => {
    await adapter.initiate({ loginHint, transaction: { title: 'Pay 1 EUR' } }, call());
    await adapter.initiate({ loginHint, transaction: { title: 'Pay 1000 EUR' } }, call());
    expect(getToken.mock.calls.map(([request]: unknown[]) => request)).toEqual([
      { loginHint, transaction: { title: 'Pay 1 EUR' } },
      { loginHint, transaction: { title: 'Pay 1000 EUR' } },
    ]);
  });

  test.each(['approve', 'deny', 'cancel', 'expire', 'leave'] as const)(
    'serves no login after an end: %s',
    async (end) => {
      const pending = await adapter.initiate({ loginHint }, call());
      if (end === 'cancel') await adapter.cancel(pending, call());
      else if (end === 'expire' || end === 'leave') pass(pending.expiresIn);
      else authsignal.phone[end](newest());
      // Who leaves does not ask any more.
      if (end !== 'cancel' && end !== 'leave') await adapter.poll(pending, call());
      await adapter.initiate({ loginHint }, call());
      expect(getToken).toHaveBeenCalledTimes(2);
    },
  );

  test('is fetched anew when it is over, without a second push', async () => {
    await adapter.initiate({ loginHint }, call());
    pass(575);
    await adapter.initiate({ loginHint }, call());
    expect(getToken).toHaveBeenCalledTimes(2);
    expect(authsignal.pushes).toBe(2);
    expect(onTokenExpired).not.toHaveBeenCalled();
  });

  test('is fetched anew once when Authsignal says that it is over', async () => {
    await adapter.initiate({ loginHint }, call());
    getToken.mockImplementationOnce(async () => {
      authsignal.setFault(null);
      return trackToken(authsignal);
    });
    authsignal.setFault({ errorCode: 'expired_token', status: 401 });
    await adapter.initiate({ loginHint }, call());
    expect(onTokenExpired).toHaveBeenCalledTimes(1);
    expect(authsignal.pushes).toBe(2);
  });

  test('that is new and over is the fault of getToken', async () => {
    const token = await trackToken(authsignal);
    pass(600);
    getToken.mockImplementationOnce(async () => token);
    const error = await errorOf(adapter.initiate({ loginHint }, call()));
    expect(error).toMatchObject({ code: 'unauthorized', retryable: true });
    expect(error.message).toContain('getToken');
    expect(onTokenExpired).toHaveBeenCalledTimes(1);
    expect(authsignal.pushes).toBe(0);
  });

  test('ends the request when it is over while the phone is waited for', async () => {
    const pending = await adapter.initiate({ loginHint }, call());
    pass(600);
    expect(await adapter.poll(pending, call())).toEqual({ status: 'expired' });
    expect(onTokenExpired).toHaveBeenCalledTimes(1);
  });

  test('bounds the life of a push', async () => {
    expect(await adapter.initiate({ loginHint }, call())).toMatchObject({ expiresIn: 120, resumable: false });
    const token = await trackToken(authsignal);
    getToken.mockImplementationOnce(async () => token);
    pass(540);
    expect(await adapter.initiate({ loginHint }, call())).toMatchObject({ expiresIn: 60 });
  });

  test.each([
    ['ahead', 3600],
    ['behind', -3600],
  ])('is believed on a computer whose clock is %s', async (_, seconds) => {
    const honest = Date.now();
    // Authsignal's own clock goes right.
    authsignal = createAuthsignalEmulator({ now: () => honest });
    const skewed = createAuthsignalAdapter({
      ...{ tenantId: authsignal.tenantId, baseUrl: BASE_URL, action: 'signIn', fetch: authsignal.fetch },
      getToken: () => trackToken(authsignal),
    });
    vi.setSystemTime(honest + seconds * 1000);
    expect(await skewed.initiate({ loginHint }, call())).toMatchObject({ expiresIn: 120 });
  });

  test.each([6 * 3600, -6 * 3600])(
    'H5: a clock that is set by %s s while a push is open ends nothing',
    async (jump) => {
      const startedAt = Date.now() - performance.now();
      // Authsignal's own clock isn't set.
      authsignal = createAuthsignalEmulator({ now: () => startedAt + performance.now() });
      adapter = createAuthsignalAdapter({
        ...{ tenantId: authsignal.tenantId, baseUrl: BASE_URL, action: 'signIn', fetch: authsignal.fetch },
        getToken: () => trackToken(authsignal),
      });
      const pending = await adapter.initiate({ loginHint }, call());
      vi.setSystemTime(Date.now() + jump * 1000);
      expect(await adapter.poll(pending, call())).toEqual({ status: 'pending' });
      pass(pending.expiresIn);
      expect(await adapter.poll(pending, call())).toEqual({ status: 'expired' });
    },
  );

  test.each([
    ['no token', async () => '', 'misconfigured', /no token/],
    ['something else', async () => ({ token: 'x' }) as unknown as string, 'misconfigured', /as a string/],
    [
      'a token of another tenant',
      () => trackToken(createAuthsignalEmulator({ tenantId: 'other' })),
      'misconfigured',
      /another tenant/,
    ],
    ['a token that Authsignal does not know', async () => 'opaque', 'unauthorized', /region/],
  ])('is refused where getToken brings %s', async (_, bring, code, text) => {
    getToken.mockImplementationOnce(bring);
    const error = await errorOf(adapter.initiate({ loginHint }, call()));
    expect(error).toMatchObject({ code, retryable: false });
    expect(error.message).toMatch(text);
    expect(authsignal.pushes).toBe(0);
  });

  test('passes on what getToken throws, wrapped where it is no CibaError', async () => {
    getToken.mockRejectedValueOnce(new CibaError('refused', 'This user may not.'));
    expect(await errorOf(adapter.initiate({ loginHint }, call()))).toMatchObject({ code: 'refused' });
    const cause = new TypeError('fetch failed');
    getToken.mockRejectedValueOnce(cause);
    expect(await errorOf(adapter.initiate({ loginHint }, call()))).toMatchObject({ code: 'unavailable', cause });
  });

  test('is in no error', async () => {
    const seen: string[] = [];
    getToken.mockImplementation(async () => {
      const token = await trackToken(authsignal);
      seen.push(token);
      return token;
    });
    for (const fault of ['gateway', 'html', 'empty', 'drop', { errorCode: 'invalid_request' }] as const) {
      authsignal.setFault(fault, '/client/challenge/push');
      const error = await errorOf(adapter.initiate({ loginHint }, call()));
      const printed = inspect(error, { depth: Infinity, showHidden: true });
      for (const token of seen) expect(printed).not.toContain(token);
    }
    expect(seen.length).toBeGreaterThan(0);
  });
});

describe('answers of another shape', () => {
  const call200 = (body: unknown) =>
    createAuthsignalAdapter({
      ...{ tenantId: 'tenant', region: 'us', action: 'signIn', getToken: async () => 'token' },
      fetch: async (input) =>
        String(input).endsWith('/challenge/push') && !Object.hasOwn(Object(body) as object, 'challengeId')
          ? Response.json({ challengeId: 'one' })
          : Response.json(body),
    });
  const bad = { code: 'badResponse', retryable: true };

  test.each([
    ...[{ message: 'Internal server error' }, {}, [], null, 'pending', 0],
    ...[{ isConsumed: false }, { isVerified: false }, { isConsumed: false, isVerified: true, accessToken: 'x' }],
    { isConsumed: 'true', isVerified: 'true', accessToken: 'x' },
  ])('are no state of a push: %j', async (body) => {
    const adapter = call200(body);
    const pending = await adapter.initiate({ loginHint }, call());
    expect(await errorOf(adapter.poll(pending, call()))).toMatchObject(bad);
  });

  test.each([{ message: 'Internal server error' }, {}, [], null, { isVerified: 'false' }, { accessToken: 'x' }])(
    'are no verdict on a code: %j',
    async (body) => {
      const act = call200(body).verifyTotp({ loginHint, code: '123456' }, call());
      expect(await errorOf(act)).toMatchObject(bad);
    },
  );

  test.each([{ challengeId: 5 }, { challengeId: '' }, { challengeId: null }])('are no push: %j', async (body) => {
    // The phone may have rung.
    const final = { code: 'badResponse', retryable: false };
    expect(await errorOf(call200(body).initiate({ loginHint }, call()))).toMatchObject(final);
  });

  test('with an approval but no token cannot be gone on with', async () => {
    const lost = { code: 'badResponse', retryable: false };
    const adapter = call200({ isConsumed: true, isVerified: true });
    const pending = await adapter.initiate({ loginHint }, call());
    expect(await errorOf(adapter.poll(pending, call()))).toMatchObject(lost);
    expect(await errorOf(adapter.verifyTotp({ loginHint, code: '123456' }, call()))).toMatchObject(lost);
  });
});

describe('methods', () => {
  const setUp = (users: Parameters<typeof createAuthsignalEmulator>[0]) => {
    const authsignal = createAuthsignalEmulator(users);
    const adapter = createAuthsignalAdapter({
      ...{ tenantId: authsignal.tenantId, baseUrl: BASE_URL, action: 'signIn', fetch: authsignal.fetch },
      getToken: () => trackToken(authsignal),
    });
    return { authsignal, adapter };
  };

  test.each([
    [
      { userId: loginHint, devices: ['Pixel 9'] },
      { push: true, totp: false },
    ],
    [
      { userId: loginHint, totpSecret: 'JBSWY3DPEHPK3PXP' },
      { push: false, totp: true },
    ],
    [{ userId: loginHint }, { push: false, totp: false }],
  ])('of %o are %o', async (user, expected) => {
    const { adapter } = setUp({ users: [user] });
    const methods = await adapter.methods(loginHint, call());
    expect(methods).toEqual(expected);
    expect('verifyTotp' in adapter.offering(methods)).toBe(expected.totp);
  });

  test('come from the list of authenticators where init names none', async () => {
    const { authsignal } = setUp({});
    const adapter = createAuthsignalAdapter({
      ...{ tenantId: authsignal.tenantId, baseUrl: BASE_URL, action: 'signIn' },
      getToken: () => trackToken(authsignal),
      fetch: async (input, init) =>
        String(input).endsWith('/init') ? Response.json({ challengeOptions: {} }) : authsignal.fetch(input, init),
    });
    expect(await adapter.methods(loginHint, call())).toEqual({ push: true, totp: true });
  });

  test('keep a login from waiting for nobody', async () => {
    const login = await setUpScreen({
      users: [{ userId: loginHint, totpSecret: 'JBSWY3DPEHPK3PXP' }],
      unknowns: { withoutDevice: 'noPush' },
      prepare: async (adapter) => adapter.offering(await adapter.methods(loginHint, call())),
    });
    await login.start();
    expect(login.screen()).toBe('failed (noDevice)');
    expect(login.login.getView().can.useCode).toBe(true);
  });

  test('keep a code field from users without a code', async () => {
    const login = await setUpScreen({
      users: [{ userId: loginHint, devices: ['Pixel 9'] }],
      prepare: async (adapter) => adapter.offering(await adapter.methods(loginHint, call())),
    });
    await login.start();
    expect(login.screen()).toBe('polling (ok)');
    expect(login.login.getView().can.useCode).toBe(false);
  });
});

describe('enrolment', () => {
  let authsignal: AuthsignalEmulator;
  beforeEach(() => {
    authsignal = createAuthsignalEmulator({ users: [{ userId: loginHint, devices: ['Pixel 9'] }] });
  });

  const enrol = (options: Partial<AuthsignalEnrollmentOptions> = {}) =>
    createAuthsignalEnrollment({
      ...{ tenantId: authsignal.tenantId, baseUrl: BASE_URL, fetch: authsignal.fetch },
      getToken: () => trackToken(authsignal, { scope: 'add:authenticators' }),
      ...options,
    } as AuthsignalEnrollmentOptions);

  test('takes a wrong code, then a right one', async () => {
    const enrollment = enrol();
    const { uri, secret } = await enrollment.begin(call());
    expect(uri).toContain(secret);
    expect(await enrollment.confirm('abcdef', call())).toEqual({ status: 'invalidCode' });
    expect(await enrollment.confirm(new TOTP({ secret }).generate(), call())).toEqual({ status: 'confirmed' });
  });

  test('makes the first secret void by a second beginning', async () => {
    const enrollment = enrol();
    const { secret } = await enrollment.begin(call());
    await enrollment.begin(call());
    expect(await enrollment.confirm(new TOTP({ secret }).generate(), call())).toEqual({ status: 'invalidCode' });
  });

  test('needs a token that may add authenticators', async () => {
    const enrollment = enrol({ getToken: () => trackToken(authsignal) });
    expect(await errorOf(enrollment.begin(call()))).toMatchObject({ code: 'unauthorized' });
  });

  test('says that the token is over', async () => {
    const onTokenExpired = vi.fn();
    const enrollment = enrol({ onTokenExpired });
    await enrollment.begin(call());
    authsignal.setFault({ errorCode: 'expired_token', status: 401 });
    expect(await errorOf(enrollment.confirm('123456', call()))).toMatchObject({
      code: 'unauthorized',
      retryable: true,
    });
    expect(onTokenExpired).toHaveBeenCalledOnce();
  });

  test('says that too many codes were wrong', async () => {
    const enrollment = enrol();
    await enrollment.begin(call());
    for (let tries = 0; tries < 10; tries += 1) await enrollment.confirm('abcdef', call());
    expect(await errorOf(enrollment.confirm('abcdef', call()))).toMatchObject({ code: 'rateLimited' });
  });

  test('confirms nothing that was not begun', async () => {
    expect(await errorOf(enrol().confirm('123456', call()))).toMatchObject({ code: 'misconfigured' });
  });

  test('takes no gateway for an answer', async () => {
    authsignal.setFault('empty', '/client/user-authenticators/totp');
    expect(await errorOf(enrol().begin(call()))).toMatchObject({ code: 'badResponse' });
  });
});

describe('what is on the screen', () => {
  const FAULTS: readonly (readonly [fault: AuthsignalFault, start: string, poll: string, code: string])[] = [
    ['gateway', 'failed (unavailable)', 'polling (reconnecting)', 'totpEntry (unavailable)'],
    ['html', 'failed (badResponse)', 'polling (reconnecting)', 'totpEntry (badResponse)'],
    ['empty', 'failed (badResponse)', 'polling (reconnecting)', 'totpEntry (badResponse)'],
    ['drop', 'failed (network)', 'polling (reconnecting)', 'totpEntry (network)'],
    ...(
      [
        ['token_not_set', 401, 'failed (unauthorized)', 'failed (unauthorized)', 'totpEntry (unauthorized)'],
        ['expired_token', 401, 'failed (unauthorized)', 'expired', 'totpEntry (unauthorized)'],
        ['network_error', 503, 'failed (network)', 'polling (reconnecting)', 'totpEntry (network)'],
        ['too_many_requests', 429, 'failed (rateLimited)', 'polling (reconnecting)', 'totpEntry (rateLimited)'],
        ['invalid_credential', 400, 'failed (noDevice)', 'expired', 'totpEntry (invalidCode)'],
        ['invalid_configuration', 400, 'failed (misconfigured)', 'failed (misconfigured)', 'totpEntry (misconfigured)'],
        ['invalid_request', 400, 'failed (misconfigured)', 'expired', 'totpEntry (misconfigured)'],
        ['unauthorized', 401, 'failed (unauthorized)', 'failed (unauthorized)', 'totpEntry (unauthorized)'],
        ['unexpected_error', 500, 'failed (unavailable)', 'polling (reconnecting)', 'totpEntry (unavailable)'],
        ['some_new_code', 400, 'failed (badResponse)', 'failed (badResponse)', 'totpEntry (badResponse)'],
        ['some_new_code', 404, 'failed (notFound)', 'expired', 'totpEntry (notFound)'],
        ['some_new_code', 503, 'failed (unavailable)', 'polling (reconnecting)', 'totpEntry (unavailable)'],
        ['__proto__', 400, 'failed (badResponse)', 'failed (badResponse)', 'totpEntry (badResponse)'],
      ] as const
    ).map(([errorCode, status, ...screens]) => [{ errorCode, status }, ...screens] as const),
  ];

  test.each(FAULTS)('%j when a push is sent: %s', async (fault, screen) => {
    const login = await setUpScreen();
    login.authsignal.setFault(fault, '/client/challenge/push');
    await login.start();
    expect(login.screen()).toBe(screen);
    expect(login.title()).toMatch(/\w/);
    expect(login.authsignal.pushes).toBe(0);
  });

  test.each(FAULTS)('%j when the phone is waited for: %3$s', async (fault, _, screen) => {
    const login = await setUpScreen();
    await login.start();
    login.authsignal.setFault(fault, '/client/verify/push');
    await login.run(5);
    expect(login.screen()).toBe(screen);
    if (!screen.startsWith('polling')) return;
    login.authsignal.setFault(null);
    login.authsignal.phone.approve(login.open()[0] ?? '');
    await login.run(40);
    expect(login.screen()).toBe('approved');
  });

  test.each(FAULTS)('%j when a code is checked: %4$s', async (fault, _, __, screen) => {
    const login = await setUpScreen();
    await login.useCode();
    login.authsignal.setFault(fault, '/client/verify/totp');
    await login.typeCode('123456');
    expect(login.screen()).toBe(screen);
  });

  test('an approval is handed over once, as the token for the server', async () => {
    const login = await setUpScreen();
    await login.start();
    login.authsignal.phone.approve(login.open()[0] ?? '');
    await login.run(10);
    expect(login.onApproved.mock.calls).toEqual([[{ token: expect.stringContaining('.') }]]);
  });

  test('a retry after the end has a new token and a new action', async () => {
    const login = await setUpScreen();
    await login.start();
    await login.run(125);
    expect(login.screen()).toBe('expired');
    const [first] = login.authsignal.phone.requests();
    login.login.retry();
    await login.run(1);
    const second = login.authsignal.phone.requests().at(-1);
    expect(login.getToken).toHaveBeenCalledTimes(2);
    expect(second?.idempotencyKey).not.toBe(first?.idempotencyKey);
  });
});

describe('who is asked', () => {
  test('is whom the server tracked, whatever the page says', async () => {
    const authsignal = createAuthsignalEmulator({ users: [{ userId: 'ada', devices: ['Pixel 9'] }] });
    const adapter = createAuthsignalAdapter({
      ...{ tenantId: authsignal.tenantId, baseUrl: BASE_URL, action: 'signIn', fetch: authsignal.fetch },
      getToken: async () => (await track(authsignal, { userId: 'ada' })).token,
    });
    await adapter.initiate({ loginHint: 'somebody-else' }, call());
    expect(authsignal.phone.requests().map(({ userId }) => userId)).toEqual(['ada']);
  });
});
