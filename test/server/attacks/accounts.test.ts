// @vitest-environment node
import { Secret, TOTP } from 'otpauth';
import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest';
import type { TotpResult } from '../../../src/contract/index.js';
import { createTotpVerifier } from '../../../src/server/code/totp.js';
import { createMemoryStore } from '../../../src/server/index.js';
import type { CibaStore } from '../../../src/server/index.js';
import { ADA, advance, createApp, NO_LIMITS, useFakeTime } from '../harness.js';
import type { Session, TestBrowser } from '../harness.js';

beforeEach(useFakeTime);
afterEach(() => void vi.useRealTimers());

const SECRET = 'JBSWY3DPEHPK3PXPJBSWY3DPEHPK3PXP';
const RIGHT = '111111';
const WRONG = '000000';
const MALLORY: Session = { sub: 'm', name: 'Mallory', accessToken: 'token-of-mallory' };

type App = ReturnType<typeof createApp>;

/** Ada has a phone number, which people write in many ways. Whoever else is typed is nobody. */
const authRequest = (typed: string) => {
  const loginHint = typed.replaceAll(/[^\d]/g, '');
  return loginHint === '5550100'
    ? { loginHint, account: 'ada', bindingMessage: 'Sign in' }
    : { loginHint, nobody: true, bindingMessage: 'Sign in' };
};

function createVerifier(approved: Partial<Extract<TotpResult<Session>, { status: 'approved' }>> = {}) {
  return vi.fn(async ({ code }: { readonly code: string }): Promise<TotpResult<Session>> => {
    return code === RIGHT
      ? { status: 'approved', session: ADA, account: 'ada', ...approved }
      : { status: 'invalidCode' };
  });
}

function createAccountApp(options: Parameters<typeof createApp>[0] = {}) {
  const totp = createVerifier();
  return { ...createApp({ totp, limits: NO_LIMITS, authRequest, ...options }), totp };
}

/** Signs in with a push, so that the browser is known for whoever was typed. */
async function signInByPush(app: App, page: TestBrowser, typed: string) {
  const { body } = await page.initiate(typed);
  app.backend.poll.mockResolvedValueOnce({ status: 'approved', session: ADA });
  const { body: answer } = await page.poll(body['id']);
  expect(answer['status']).toBe('approved');
}

/** Tries wrong codes from ever new browsers until the door is closed, and waits out each lockout. */
async function closeTheDoor(app: App) {
  for (let n = 0; n < 30; n += 1) {
    const { body } = await app.browser().totp('555-0100', WRONG);
    if (body['status'] === 'lockedOut') await advance(Number(body['retryAfter']));
  }
}

const statusOf = async (reply: Promise<{ body: Record<string, unknown> }>) => (await reply).body['status'];

describe('S1: after a lockout', () => {
  test('and a right code, further right codes sign in', async () => {
    const app = createAccountApp();
    const page = app.browser();
    for (let round = 0; round < 4; round += 1) {
      for (let n = 0; n < 3; n += 1) await page.totp('5550100', WRONG);
      await advance(31 * 2 ** 5);
      for (let n = 0; n < 3; n += 1) {
        expect(await statusOf(app.browser().totp('5550100', RIGHT))).toBe('approved');
        await advance(31);
      }
    }
  });

  test('and a right code, the next lockout is short again', async () => {
    const app = createAccountApp();
    const wrong = async () => {
      for (let n = 0; n < 2; n += 1) await app.browser().totp('5550100', WRONG);
      return (await app.browser().totp('5550100', WRONG)).body;
    };
    expect(await wrong()).toEqual({ status: 'lockedOut', retryAfter: 30 });
    await advance(30);
    expect(await wrong()).toEqual({ status: 'lockedOut', retryAfter: 60 });
    await advance(60);
    expect(await statusOf(app.browser().totp('5550100', RIGHT))).toBe('approved');
    expect(await wrong()).toEqual({ status: 'lockedOut', retryAfter: 30 });
  });

  test('a day is enough, however often somebody tried meanwhile', async () => {
    const app = createAccountApp();
    for (let n = 0; n < 3; n += 1) await app.browser().totp('5550100', WRONG);
    for (let hour = 0; hour < 24; hour += 1) {
      await advance(3600);
      await app.browser().totp('5550100', WRONG);
    }
    await advance(3600);
    expect(await statusOf(app.browser().totp('5550100', RIGHT))).toBe('approved');
  });

  test.each([
    ['the first lockout', 0],
    ['a later one', 1],
  ])('no lost write of %s locks for good, however often codes are tried then', async (_, earlier) => {
    const memory = createMemoryStore();
    let failing = false;
    const store = new Proxy(memory, {
      get(target, name: keyof CibaStore) {
        const method = target[name] as (...values: readonly unknown[]) => Promise<unknown>;
        return async (...values: readonly unknown[]) => {
          const isWrite = name === 'setIfAbsent' || name === 'setIfEquals' || name === 'set';
          if (failing && isWrite && / lockout:/.test(String(values[0]))) throw new Error('the write was lost');
          return Reflect.apply(method, target, values);
        };
      },
    });
    const app = createAccountApp({ store });
    for (let round = 0; round < earlier; round += 1) {
      for (let n = 0; n < 3; n += 1) await app.browser().totp('5550100', WRONG);
      await advance(31);
    }
    for (let n = 0; n < 2; n += 1) await app.browser().totp('5550100', WRONG);
    failing = true;
    for (let n = 0; n < 3; n += 1) await app.browser().totp('5550100', WRONG);
    failing = false;
    // Whoever comes next makes up for the lost write, so there may be one more lockout.
    let status;
    for (let minute = 0; minute < 5 && status !== 'approved'; minute += 1) {
      status = await statusOf(app.browser().totp('5550100', RIGHT));
      await advance(60);
    }
    expect(status).toBe('approved');
  });
});

describe('S2: spellings of one account', () => {
  test.each(['a verifier', 'the adapter'])('share one count, checked by %s', async (checker) => {
    const totp = createVerifier();
    const verifyTotp = vi.fn(async (request: { readonly code: string }) => totp(request));
    const { backend } = createApp();
    const app =
      checker === 'a verifier'
        ? createAccountApp({ totp })
        : createApp({ limits: NO_LIMITS, authRequest, adapter: { ...backend, verifyTotp } });
    for (let n = 0; n < 200; n += 1) await app.browser().totp(`${'-'.repeat(n)}5550100`, WRONG);
    expect(totp).toHaveBeenCalledTimes(3);
    expect(await statusOf(app.browser().totp('5-550-100', RIGHT))).toBe('invalidCode');
  });

  test('share one count where only the verifier knows that they are one', async () => {
    const findUser = vi.fn(async () => ({ userId: 'ada', secret: SECRET, session: ADA }));
    const app = createApp({ totp: createTotpVerifier<Session>({ findUser }), limits: NO_LIMITS });
    const right = TOTP.generate({ secret: Secret.fromBase32(SECRET), timestamp: Date.now() });
    for (const hint of ['ada', 'ada.lovelace', 'a.lovelace']) await app.browser().totp(hint, WRONG);
    expect(await statusOf(app.browser().totp('lovelace', right))).toBe('invalidCode');
  });

  test('with accents, capitals and other letters of the same name share one count, where the app names no account', async () => {
    const totp = createVerifier();
    const app = createApp({ totp, limits: NO_LIMITS });
    const spellings = [
      'strasse.idil',
      'ŠTRÅSSÉ.ÍDÎL',
      'straße.idil',
      'ſtraſſe.ıdıl',
      'STRASSE.İDİL',
      's\u0323trasse.\u200bidil',
    ];
    for (const typed of spellings) await app.browser().totp(typed, WRONG);
    expect(totp).toHaveBeenCalledTimes(3);
    for (const typed of spellings) await app.browser().initiate(typed);
    expect(app.backend.initiate).toHaveBeenCalledTimes(1);
  });

  test('are no other people, whose names have other letters', async () => {
    const app = createApp({ totp: createVerifier(), limits: NO_LIMITS });
    for (let n = 0; n < 3; n += 1) await app.browser().totp('राम', WRONG);
    for (const other of ['रमा', 'रम', 'ram', 'ράμα', 'рама']) {
      expect((await app.browser().totp(other, WRONG)).body).toEqual({ status: 'invalidCode', attemptsLeft: 2 });
    }
  });

  test('of nobody share one count as well', async () => {
    const app = createAccountApp();
    const answers = async (typed: string) => {
      const seen = [];
      for (let n = 0; n < 8; n += 1) seen.push((await app.browser().totp(`${'-'.repeat(n)}${typed}`, WRONG)).body);
      return seen;
    };
    expect(await answers('5550199')).toEqual(await answers('5550100'));
  });

  test('share the limits of starts, and ring once', async () => {
    const app = createApp({ authRequest });
    for (let n = 0; n < 20; n += 1) await app.browser().initiate(`${'-'.repeat(n)}5550100`);
    expect(app.backend.initiate).toHaveBeenCalledTimes(1);
  });

  test('ring once from one browser, too, without any limit', async () => {
    const app = createAccountApp();
    const page = app.browser();
    for (let n = 0; n < 20; n += 1) await page.initiate(`${'-'.repeat(n)}5550100`);
    expect(app.backend.initiate).toHaveBeenCalledTimes(1);
  });
});

describe('S3: guessing', () => {
  test('ends after 30 wrong codes in a row, however long a stranger waits', async () => {
    const app = createAccountApp();
    await closeTheDoor(app);
    app.totp.mockClear();
    for (let day = 0; day < 10; day += 1) {
      await advance(24 * 3600);
      expect((await app.browser().totp('5550100', RIGHT)).body).toEqual({ status: 'invalidCode', attemptsLeft: 2 });
    }
    expect(app.totp).not.toHaveBeenCalled();
    expect(app.events).toContainEqual(expect.objectContaining({ type: 'codeRejected', reason: 'closed' }));
  });

  test('is answered the same whether the door is closed or not, right codes too', async () => {
    const app = createAccountApp();
    await closeTheDoor(app);
    await advance(72 * 3600);
    const rhythm = async (typed: string, code: string) => {
      const seen = [];
      for (let n = 0; n < 7; n += 1) seen.push((await app.browser().totp(typed, code)).body);
      return seen;
    };
    expect(await rhythm('5550100', RIGHT)).toEqual(await rhythm('5550199', WRONG));
  });

  test('that closed the door never locks the owner out of a known browser, and their code opens it', async () => {
    const app = createAccountApp();
    const own = app.browser();
    await signInByPush(app, own, '555-0100');
    await closeTheDoor(app);
    await advance(24 * 3600);
    expect(await statusOf(app.browser().totp('5550100', RIGHT))).toBe('invalidCode');
    expect(await statusOf(own.totp('5550100', RIGHT))).toBe('approved');
    expect(await statusOf(app.browser().totp('5550100', RIGHT))).toBe('approved');
  });

  test('locks nobody out of a known browser meanwhile', async () => {
    const app = createAccountApp();
    const own = app.browser();
    await signInByPush(app, own, '555-0100');
    for (let n = 0; n < 5; n += 1) await app.browser().totp('555-0100', WRONG);
    expect(await statusOf(app.browser().totp('555-0100', RIGHT))).toBe('lockedOut');
    expect(await statusOf(own.totp('555-0100', RIGHT))).toBe('approved');
  });

  test('is possible again after a push that was approved', async () => {
    const app = createAccountApp();
    await closeTheDoor(app);
    await advance(24 * 3600);
    await signInByPush(app, app.browser(), '5550100');
    expect(await statusOf(app.browser().totp('5550100', RIGHT))).toBe('approved');
  });

  test('is possible again after handler.allowCodes', async () => {
    const app = createAccountApp();
    await closeTheDoor(app);
    await advance(24 * 3600);
    await app.handler.allowCodes('somebody else');
    expect(await statusOf(app.browser().totp('5550100', RIGHT))).toBe('invalidCode');
    await app.handler.allowCodes('ada');
    expect(await statusOf(app.browser().totp('5550100', RIGHT))).toBe('approved');
  });
});

describe('S3: the one live place of an account', () => {
  test('is held by a stranger for a minute, however long the provider keeps the request', async () => {
    const app = createApp({ limits: NO_LIMITS });
    app.backend.initiate.mockResolvedValueOnce({ id: 'x', expiresIn: 100_000_000, interval: 5, resumable: true });
    await app.browser().initiate('ada@example.com');
    const { status, body } = await app.browser().initiate('ada@example.com');
    expect(status).toBe(429);
    expect(body['retryAfter']).toBeLessThanOrEqual(60);
    await advance(60);
    expect((await app.browser().initiate('ada@example.com')).status).toBe(200);
    expect(app.backend.initiate).toHaveBeenCalledTimes(2);
  });

  test.each(['555-0100', '5550100'])('is never kept from a known browser by a stranger who types %s', async (typed) => {
    const app = createAccountApp();
    const own = app.browser();
    await signInByPush(app, own, '5550100');
    await app.browser().initiate(typed);
    const rings = app.backend.initiate.mock.calls.length;
    expect((await own.initiate('5550100')).status).toBe(200);
    expect(app.backend.initiate).toHaveBeenCalledTimes(rings + 1);
  });
});

describe('S4: a browser is known', () => {
  const phoneName = async (page: TestBrowser, typed: string) => (await page.initiate(typed)).body['deliveredTo'];

  test('for every spelling of the account that approved', async () => {
    const app = createAccountApp();
    const page = app.browser();
    await signInByPush(app, page, '555-0100');
    expect(await phoneName(page, '5550100')).toBe('Pixel 9');
  });

  test('for no account that was only typed: whoever the code belongs to counts', async () => {
    const totp = createVerifier({ account: 'mallory', session: MALLORY });
    const app = createApp({ totp, limits: NO_LIMITS });
    const page = app.browser();
    expect(await statusOf(page.totp('ada@example.com', RIGHT))).toBe('approved');
    expect(await phoneName(page, 'ada@example.com')).toBeUndefined();
  });

  test('for one of two accounts whose names differ in case alone', async () => {
    const app = createAccountApp({ authRequest: (typed) => ({ loginHint: 'x', account: typed }) });
    const page = app.browser();
    await signInByPush(app, page, 'Ada');
    expect(await phoneName(page, 'ada')).toBeUndefined();
    await page.post('cancel', {});
    expect(await phoneName(page, 'Ada')).toBe('Pixel 9');
  });
});

describe('S4: an account', () => {
  test.each([
    ['an empty account', { account: '' }, 'is empty'],
    ['a number', { account: 42 }, "isn't text"],
    ['an object', { account: { id: 42 } }, "isn't text"],
    ['an empty subject', { subject: '' }, 'is empty'],
    ['an empty hint', { loginHint: '' }, 'is empty'],
  ])('that is %s is refused: two users would share it, and see each other’s sessions', async (_, named, what) => {
    const authRequest = ((loginHint: string) => ({ loginHint, ...named })) as unknown as typeof accountOf;
    const app = createApp({ authRequest, totp: createVerifier() });
    expect((await app.browser().initiate('ada')).status).toBe(500);
    expect((await app.browser().totp('ada', RIGHT)).status).toBe(500);
    expect(app.backend.initiate).not.toHaveBeenCalled();
    expect(app.events).toContainEqual(
      expect.objectContaining({ type: 'failed', message: expect.stringContaining(what) as string }),
    );
  });

  const accountOf = (loginHint: string) => ({ loginHint });

  test('that is empty for nobody looks like a user', async () => {
    const authRequest = ((loginHint: string) => ({
      loginHint,
      account: loginHint === 'ada' ? 'user:ada' : '',
      nobody: loginHint !== 'ada',
    })) as unknown as typeof accountOf;
    const app = createApp({ authRequest, totp: createVerifier() });
    expect((await app.browser().initiate('ada')).status).toBe(200);
    expect((await app.browser().initiate('eve')).status).toBe(200);
    expect((await app.browser().totp('eve', RIGHT)).status).toBe(200);
  });

  test('that is null in the app’s database is that of the hint', async () => {
    const authRequest = ((loginHint: string) => ({ loginHint, account: null })) as unknown as typeof accountOf;
    expect((await createApp({ authRequest }).browser().initiate('ada')).status).toBe(200);
  });
});

describe('both doors obey the same request', () => {
  const ask = { loginHint: 'ada', account: 'ada' };

  test('a code of another account is a wrong code, and its session is revoked', async () => {
    const totp = createVerifier({ account: 'mallory', session: MALLORY });
    const { browser, revoke, events } = createApp({ totp, authRequest: () => ask });
    expect((await browser().totp('ada', RIGHT)).body).toEqual({ status: 'invalidCode', attemptsLeft: 2 });
    expect(revoke).toHaveBeenCalledExactlyOnceWith(MALLORY);
    expect(events).toContainEqual(expect.objectContaining({ type: 'codeRejected', reason: 'account' }));
  });

  test.each([
    ['a level that the verifier does not name', { ...ask, acrValues: 'mfa' }, {}, 'invalidCode'],
    ['another level', { ...ask, acrValues: 'mfa phr' }, { acr: 'pwd' }, 'invalidCode'],
    ['one of the levels', { ...ask, acrValues: 'mfa phr' }, { acr: 'phr' }, 'approved'],
    ['another subject', { loginHint: 'ada', subject: 'sub-of-ada' }, {}, 'invalidCode'],
    ['this subject', { loginHint: 'ada', subject: 'ada' }, {}, 'approved'],
    ['an age', { ...ask, maxAge: 60 }, {}, 'approved'],
  ])('a code is compared with %s', async (_, asked, approved, status) => {
    const { browser } = createApp({ totp: createVerifier(approved), authRequest: () => asked });
    expect(await statusOf(browser().totp('ada', RIGHT))).toBe(status);
  });

  test('a code that names nobody does not satisfy a subject', async () => {
    const totp = async () => ({ status: 'approved', session: ADA }) as const;
    const { browser } = createApp({ totp, authRequest: () => ({ loginHint: 'ada', subject: 'ada' }) });
    expect(await statusOf(browser().totp('ada', RIGHT))).toBe('invalidCode');
  });

  test.each([
    ['the asked subject', { subject: 'ada', acr: 'mfa', authTime: 1_800_000_000 }, 'approved'],
    ['another subject', { subject: 'mallory', acr: 'mfa', authTime: 1_800_000_000 }, 'refused'],
    ['a weaker level', { subject: 'ada', acr: 'pwd', authTime: 1_800_000_000 }, 'refused'],
    ['an old sign-in', { subject: 'ada', acr: 'mfa', authTime: 1_700_000_000 }, 'refused'],
    ['no time of sign-in', { subject: 'ada', acr: 'mfa' }, 'refused'],
    ['a session that is not the adapter’s', null, 'refused'],
  ])('a push is compared by adapter.approver: %s', async (_, approver, answer) => {
    const { backend } = createApp();
    const { browser, revoke } = createApp({
      adapter: { ...backend, approver: () => approver },
      authRequest: () => ({ loginHint: 'ada', subject: 'ada', acrValues: 'mfa', maxAge: 60 }),
    });
    const page = browser();
    const { body } = await page.initiate('ada');
    backend.poll.mockResolvedValueOnce({ status: 'approved', session: ADA });
    const { body: seen } = await page.poll(body['id']);
    expect(seen['status'] ?? seen['error']).toBe(answer);
    expect(revoke).toHaveBeenCalledTimes(answer === 'refused' ? 1 : 0);
  });

  test('a code of the app’s own verifier counts by what the verifier says, if the adapter doesn’t know its session', async () => {
    const { backend } = createApp();
    const { browser } = createApp({
      adapter: { ...backend, approver: () => null },
      authRequest: () => ({ loginHint: 'ada', subject: 'ada' }),
      totp: async ({ code }) =>
        code === '123456' || code === '654321'
          ? { status: 'approved', session: ADA, account: code === '123456' ? 'ada' : 'ben' }
          : { status: 'invalidCode' },
    });
    expect((await browser().totp('ada', '654321')).body).toMatchObject({ status: 'invalidCode' });
    expect((await browser().totp('ada', '123456')).body).toMatchObject({ status: 'approved' });
  });

  test('what is for the handler alone is not sent to the backend', async () => {
    const { backend, browser } = createAccountApp();
    await browser().initiate('5550100');
    expect(backend.initiate).toHaveBeenCalledExactlyOnceWith(
      { loginHint: '5550100', bindingMessage: 'Sign in', displayCode: expect.any(String) as string },
      expect.anything(),
    );
  });
});

describe('the option codes', () => {
  test.each([
    ['always', ['approved', 'approved', 'approved']],
    ['besidePush', ['invalidCode', 'approved', 'invalidCode']],
    ['knownBrowsers', ['invalidCode', 'invalidCode', 'approved']],
    ['never', ['invalidCode', 'invalidCode', 'invalidCode']],
  ] as const)('%s: alone, beside a push, in a known browser', async (codes, expected) => {
    const alone = createAccountApp({ codes });
    const seen = [await statusOf(alone.browser().totp('5550100', RIGHT))];

    const beside = createAccountApp({ codes });
    const page = beside.browser();
    const { body } = await page.initiate('5550100');
    seen.push(await statusOf(page.totp('5550100', RIGHT, body['id'])));

    const known = createAccountApp({ codes });
    const own = known.browser();
    await signInByPush(known, own, '5550100');
    seen.push(await statusOf(own.totp('5550100', RIGHT)));
    expect(seen).toEqual(expected);
  });

  test('besidePush: not beside a push that was denied', async () => {
    const app = createAccountApp({ codes: 'besidePush' });
    const page = app.browser();
    const { body } = await page.initiate('5550100');
    app.backend.poll.mockResolvedValueOnce({ status: 'denied' });
    await page.poll(body['id']);
    expect(await statusOf(page.totp('5550100', RIGHT, body['id']))).toBe('invalidCode');
  });
});

describe('events', () => {
  test('name the account under the key of the app alone, the same for every spelling', async () => {
    const app = createAccountApp({ auditKey: 'k'.repeat(32) });
    await app.browser().totp('555-0100', WRONG);
    await app.browser().totp('5550100', WRONG);
    await app.browser().initiate('55-50100');
    const names = app.events.map(({ account }) => account);
    expect(new Set(names).size).toBe(1);
    expect(names[0]).toMatch(/^[\w-]{43}$/);
    const other = createAccountApp({ auditKey: 'l'.repeat(32) });
    await other.browser().totp('5550100', WRONG);
    expect(other.events[0]?.account).not.toBe(names[0]);
  });

  test('name none without a key', async () => {
    const app = createAccountApp();
    await app.browser().totp('555-0100', WRONG);
    expect(app.events[0]).not.toHaveProperty('account');
  });

  test.each([
    ['a message', { bindingMessage: 'Pay 12' }],
    ['a number', { displayCode: '12' }],
  ])('say that a bare null beside %s gives unknown users away, once', async (_what, shown) => {
    const app = createApp({
      authRequest: (loginHint) => (loginHint === 'nobody' ? null : { loginHint, ...shown }),
    });
    for (let n = 0; n < 3; n += 1) {
      await app.browser().initiate(`user${n}`);
      await app.browser().initiate('nobody');
    }
    expect(
      app.events.filter((event) => event.type === 'failed' && event.message.includes('nobody: true')),
    ).toHaveLength(1);
  });
});
