// @vitest-environment node
import { Secret, TOTP } from 'otpauth';
import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest';
import { CibaError } from '../../src/contract/index.js';
import type { PollResult } from '../../src/contract/index.js';
import { lockoutSeconds } from '../../src/contract/lockout.js';
import { createMemoryStore } from '../../src/server/index.js';
import { createTotpVerifier } from '../../src/server/code/totp.js';
import { ADA, advance, createApp, deferred, NO_LIMITS, newAttempt, useFakeTime } from './harness.js';
import type { Session } from './harness.js';

beforeEach(useFakeTime);
afterEach(() => void vi.useRealTimers());

const SECRET = 'JBSWY3DPEHPK3PXPJBSWY3DPEHPK3PXP';

/** The code of the step that is `drift` steps away. */
function codeNow(drift = 0): string {
  return TOTP.generate({ secret: Secret.fromBase32(SECRET), timestamp: Date.now() + drift * 30_000 });
}

function wrongCode(): string {
  return String((Number(codeNow()) + 500_000) % 1_000_000).padStart(6, '0');
}

const totp = createTotpVerifier<Session>({
  findUser: async (hint) => {
    if (hint === 'broken@example.com') return { userId: '9', secret: '!', session: ADA };
    return hint === 'ada@example.com' ? { userId: '1', secret: SECRET, session: ADA } : null;
  },
});

function createCodeApp(options: Parameters<typeof createApp>[0] = {}) {
  return createApp({ totp, limits: NO_LIMITS, ...options });
}

describe('a right code', () => {
  test('signs in, beside no push', async () => {
    const { browser, events } = createCodeApp();
    const page = browser();
    const reply = await page.totp('ada@example.com', codeNow());
    expect(reply).toMatchObject({ status: 200, body: { status: 'approved', session: { name: 'Ada' } } });
    expect((await page.get('session')).body).toEqual({ session: { name: 'Ada' } });
    expect(events).toEqual([{ type: 'approved', method: 'code' }]);
  });

  test.each([-1, 0, 1])('may be off by one step: %i', async (drift) => {
    expect((await createCodeApp().browser().totp('ada@example.com', codeNow(drift))).body['status']).toBe('approved');
  });

  test.each([-2, 2])('may not be off by two: %i', async (drift) => {
    expect((await createCodeApp().browser().totp('ada@example.com', codeNow(drift))).body['status']).toBe(
      'invalidCode',
    );
  });

  test('is good for one use, also in another browser and at the same time', async () => {
    const { browser } = createCodeApp();
    const replies = await Promise.all([
      browser().totp('ada@example.com', codeNow()),
      browser().totp('ada@example.com', codeNow()),
    ]);
    expect(replies.map(({ body }) => body['status']).toSorted()).toEqual(['approved', 'invalidCode']);
    expect((await browser().totp('ada@example.com', codeNow())).body['status']).toBe('invalidCode');
    expect((await browser().totp('ada@example.com', codeNow(-1))).body['status']).toBe('invalidCode');
    await advance(30);
    expect((await browser().totp('ada@example.com', codeNow())).body['status']).toBe('approved');
  });

  test('is answered again for the same attempt, with a cookie that works', async () => {
    const { browser } = createCodeApp();
    const page = browser();
    const attempt = newAttempt();
    const body = { loginHint: 'ada@example.com', code: codeNow(), actId: attempt };
    const lost = await page.postLost('code', body);
    const again = await page.post('code', body);
    expect(again.body).toEqual(lost.body);
    expect((await page.get('session')).body).toEqual({ session: { name: 'Ada' } });
  });

  test('ends the push beside it, and a later approval of that is given back', async () => {
    const { backend, browser, revoke } = createCodeApp();
    const page = browser();
    const { body } = await page.initiate('ada@example.com');
    const answer = deferred<PollResult<Session>>();
    backend.poll.mockReturnValueOnce(answer.promise);
    const poll = page.poll(body['id']);
    await advance(0);

    expect((await page.totp('ada@example.com', codeNow(), body['id'])).body['status']).toBe('approved');
    expect(backend.cancel).toHaveBeenCalledTimes(1);
    const pushed = { ...ADA, accessToken: 'by-push' };
    answer.resolve({ status: 'approved', session: pushed });
    expect((await poll).body).toEqual({ status: 'approved', session: { name: 'Ada' } });
    expect(revoke).toHaveBeenCalledExactlyOnceWith(pushed);
    expect((await page.get('session')).body).toEqual({ session: { name: 'Ada' } });
  });

  test("does not end another user's push", async () => {
    const { backend, browser } = createCodeApp();
    const page = browser();
    const { body } = await page.initiate('bob@example.com');
    await page.totp('ada@example.com', codeNow(), body['id']);
    expect(backend.cancel).not.toHaveBeenCalled();
    expect((await page.poll(body['id'])).body['status']).toBe('pending');
  });

  test("does not end another browser's push", async () => {
    const { backend, browser } = createCodeApp();
    const other = browser();
    const { body } = await other.initiate('ada@example.com');
    await browser().totp('ada@example.com', codeNow(), body['id']);
    expect(backend.cancel).not.toHaveBeenCalled();
    expect((await other.poll(body['id'])).body['status']).toBe('pending');
  });
});

describe('a wrong code', () => {
  test('counts down, and the third one locks at once', async () => {
    const { browser, events } = createCodeApp();
    const page = browser();
    expect((await page.totp('ada@example.com', wrongCode())).body).toEqual({ status: 'invalidCode', attemptsLeft: 2 });
    expect((await page.totp('ada@example.com', wrongCode())).body).toEqual({ status: 'invalidCode', attemptsLeft: 1 });
    expect((await page.totp('ada@example.com', wrongCode())).body).toEqual({ status: 'lockedOut', retryAfter: 30 });
    await advance(10);
    expect((await page.totp('ada@example.com', codeNow())).body).toEqual({ status: 'lockedOut', retryAfter: 20 });
    await advance(20);
    expect((await page.totp('ada@example.com', codeNow())).body['status']).toBe('approved');
    expect(events.map(({ type }) => type)).toEqual([
      'codeRejected',
      'codeRejected',
      'lockedOut',
      'lockedOut',
      'approved',
    ]);
  });

  test('is forgotten after a right one', async () => {
    const { browser } = createCodeApp();
    const page = browser();
    for (let n = 0; n < 3; n += 1) {
      await page.totp('ada@example.com', wrongCode());
      await page.totp('ada@example.com', wrongCode());
      expect((await page.totp('ada@example.com', codeNow())).body['status']).toBe('approved');
      await advance(30);
    }
  });

  test('locks for twice as long each time, an hour at most', async () => {
    const { browser } = createCodeApp();
    const page = browser();
    for (const seconds of [30, 60, 120]) {
      await page.totp('ada@example.com', wrongCode());
      await page.totp('ada@example.com', wrongCode());
      expect((await page.totp('ada@example.com', wrongCode())).body).toEqual({
        status: 'lockedOut',
        retryAfter: seconds,
      });
      await advance(seconds);
    }
    expect(lockoutSeconds(50)).toBe(3600);
  });

  test('is counted by user: neither cancelling nor another browser starts anew', async () => {
    const { browser } = createCodeApp();
    const statuses = [];
    for (let n = 0; n < 10; n += 1) {
      const page = browser();
      const { body } = await page.initiate('ada@example.com');
      statuses.push((await page.totp('ada@example.com', wrongCode(), body['id'])).body['status']);
      await page.post('cancel', { id: body['id'] });
    }
    expect(statuses).toEqual(['invalidCode', 'invalidCode', ...Array.from({ length: 8 }, () => 'lockedOut')]);
  });

  test('is counted before it is checked: a hundred at once are three tries', async () => {
    const verify = vi.fn(async () => ({ status: 'invalidCode' }) as const);
    const { browser } = createCodeApp({ totp: verify });
    await Promise.all(
      Array.from({ length: 100 }, (_, n) => browser().totp('ada@example.com', String(n).padStart(6, '0'))),
    );
    expect(verify).toHaveBeenCalledTimes(3);
  });

  test('is not forgotten by another spelling of the user', async () => {
    const { browser } = createCodeApp();
    await browser().totp('ada@example.com', wrongCode());
    await browser().totp('ADA@example.com', wrongCode());
    expect((await browser().totp(' ada@EXAMPLE.com', wrongCode())).body['status']).toBe('lockedOut');
  });

  test('costs one try for one attempt, however often it is sent', async () => {
    const { browser } = createCodeApp();
    const page = browser();
    const attempt = newAttempt();
    const code = wrongCode();
    for (let n = 0; n < 5; n += 1) {
      expect((await page.totp('ada@example.com', code, undefined, attempt)).body).toEqual({
        status: 'invalidCode',
        attemptsLeft: 2,
      });
    }
  });

  test('costs another try under the same attempt with another code', async () => {
    const verify = vi.fn(async () => ({ status: 'invalidCode' }) as const);
    const { browser } = createCodeApp({ totp: verify });
    const page = browser();
    const attempt = newAttempt();
    for (const code of ['000001', '000002', '000003', '000004']) {
      await page.totp('ada@example.com', code, undefined, attempt);
    }
    expect(verify).toHaveBeenCalledTimes(3);
  });

  test('leaves the push open', async () => {
    const { browser } = createCodeApp();
    const page = browser();
    const { body } = await page.initiate('ada@example.com');
    await page.totp('ada@example.com', wrongCode(), body['id']);
    expect((await page.poll(body['id'])).body['status']).toBe('pending');
  });

  test.each(['abcdef', '12345', '1234567', '12 456', '１２３４５６'])(
    'that is no six digits is refused and costs no try: %s',
    async (code) => {
      const { browser } = createCodeApp();
      const page = browser();
      expect((await page.totp('ada@example.com', code)).status).toBe(400);
      expect((await page.totp('ada@example.com', wrongCode())).body['attemptsLeft']).toBe(2);
    },
  );
});

describe('a fault while a code is checked', () => {
  test('is told and costs no try', async () => {
    const verify = vi.fn(totp);
    const { browser } = createCodeApp({ totp: verify });
    const page = browser();
    for (let n = 0; n < 5; n += 1) {
      verify.mockRejectedValueOnce(new CibaError('unavailable', 'Down.', { retryAfter: 4 }));
      expect(await page.totp('ada@example.com', codeNow())).toMatchObject({
        status: 503,
        body: { error: 'unavailable', retryAfter: 4 },
      });
    }
    expect((await page.totp('ada@example.com', wrongCode())).body['attemptsLeft']).toBe(2);
    expect((await page.totp('ada@example.com', codeNow())).body['status']).toBe('approved');
  });

  test('names a broken secret in the event, without quoting it', async () => {
    const { browser, events } = createCodeApp();
    expect((await browser().totp('broken@example.com', '123456')).status).toBe(500);
    expect(events).toEqual([
      { type: 'failed', during: 'code', code: 'misconfigured', message: expect.stringMatching(/base32/) },
    ]);
  });

  test('says what is missing when nothing checks codes', async () => {
    const { browser, events } = createApp();
    expect((await browser().totp('ada@example.com', '123456')).status).toBe(500);
    expect(events).toContainEqual(expect.objectContaining({ message: expect.stringMatching(/`totp`/) }));
  });
});

describe('an unknown user, and one without a code', () => {
  test('gets the answers of a wrong code, in the same time', async () => {
    const runs = [];
    for (const user of ['ada@example.com', 'stranger@example.com']) {
      const { browser } = createCodeApp({ responseFloor: 300 });
      const page = browser();
      const answers = [];
      for (let n = 0; n < 4; n += 1) {
        const since = Date.now();
        let durationMs = 0;
        let done = false;
        const reply = page.totp(user, wrongCode()).then((value) => {
          durationMs = Date.now() - since;
          done = true;
          return value;
        });
        while (!done) await advance(0.01);
        const { status, body, headers } = await reply;
        answers.push({ status, body, durationMs, names: [...headers.keys()] });
      }
      runs.push(answers);
    }
    expect(runs[0]?.map(({ durationMs }) => durationMs)).toEqual([300, 300, 300, 300]);
    expect(runs[0]?.map(({ body }) => body['status'])).toEqual([
      'invalidCode',
      'invalidCode',
      'lockedOut',
      'lockedOut',
    ]);
    expect(runs[1]).toEqual(runs[0]);
  });
});

describe("an adapter's own check", () => {
  test('is used where there is no verifier, with the mapped hint and the open push', async () => {
    const app = createApp();
    const verifyTotp = vi.fn(async () => ({ status: 'approved', session: ADA }) as const);
    const { browser } = createApp({
      adapter: { ...app.backend, verifyTotp },
      authRequest: () => ({ loginHint: 'mapped' }),
    });
    const page = browser();
    const { body } = await page.initiate('ada@example.com');
    expect((await page.totp('ada@example.com', '123456', body['id'])).body['status']).toBe('approved');
    expect(verifyTotp).toHaveBeenCalledExactlyOnceWith(
      { loginHint: 'mapped', code: '123456', pending: expect.objectContaining({ id: 'adapter-handle-1' }) },
      expect.objectContaining({ actId: expect.any(String) }),
    );
  });

  test.each(['notEnrolled', 'unknownUser', 'noDevice'] as const)(
    'may say %s, which the browser is not told',
    async (said) => {
      const app = createApp();
      const verifyTotp = async () => {
        if (said === 'notEnrolled') return { status: said };
        throw new CibaError(said, 'Nobody.');
      };
      const { browser } = createApp({ adapter: { ...app.backend, verifyTotp } });
      expect((await browser().totp('ada@example.com', '123456')).body).toEqual({
        status: 'invalidCode',
        attemptsLeft: 2,
      });
    },
  );
});

describe('codes', () => {
  test('are limited by address and by browser', async () => {
    const { browser } = createApp({
      totp,
      clientAddress: () => '192.0.2.1',
      limits: { address: [{ points: 3, duration: 60 }], browser: [{ points: 2, duration: 60 }] },
    });
    const page = browser();
    await page.totp('a@example.com', '000000');
    await page.totp('b@example.com', '000000');
    expect((await page.totp('c@example.com', '000000')).status).toBe(429);
    expect((await browser().totp('d@example.com', '000000')).status).toBe(429);
  });
});

describe('several hints for one user', () => {
  test('give no more tries than one, and say nothing about it', async () => {
    const verify = createTotpVerifier<Session>({
      findUser: async (hint) => (hint.startsWith('ada') ? { userId: '1', secret: SECRET, session: ADA } : null),
    });
    const { browser } = createCodeApp({ totp: verify });
    for (const hint of ['ada1', 'ada2', 'ada3']) {
      expect((await browser().totp(hint, wrongCode())).body).toEqual({ status: 'invalidCode', attemptsLeft: 2 });
    }
    expect((await browser().totp('ada4', codeNow())).body).toEqual({ status: 'invalidCode', attemptsLeft: 2 });
    await advance(30);
    expect((await browser().totp('ada4', codeNow())).body['status']).toBe('approved');
  });
});

describe('createTotpVerifier', () => {
  test('remembers a used step for as long as it would be accepted', async () => {
    const store = createMemoryStore();
    const code = codeNow(1);
    const request = { loginHint: 'ada@example.com', code };
    const tools = { store, mayTry: async () => true };
    expect((await totp(request, tools)).status).toBe('approved');
    for (let seconds = 0; seconds < 120; seconds += 10) {
      expect((await totp(request, tools)).status).toBe('invalidCode');
      await advance(10);
    }
  });

  test('reads secrets with spaces and in small letters, as people store them', async () => {
    const verify = createTotpVerifier({
      findUser: async () => ({
        userId: '1',
        secret: SECRET.toLowerCase()
          .replace(/(.{4})/g, '$1 ')
          .trim(),
        session: 1,
      }),
    });
    const tools = { store: createMemoryStore(), mayTry: async () => true };
    expect((await verify({ loginHint: 'x', code: codeNow() }, tools)).status).toBe('approved');
  });
});
