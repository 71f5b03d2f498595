// @vitest-environment node
import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest';
import { CibaError } from '../../src/contract/index.js';
import { ADA, advance, createApp, newAttempt, useFakeTime } from './harness.js';

beforeEach(useFakeTime);
afterEach(() => void vi.useRealTimers());

describe('a fault of the backend at the start', () => {
  test.each([
    ['down', new CibaError('network', 'Unreachable.'), 503, { error: 'unavailable', retryAfter: 5 }],
    ['500', new CibaError('unavailable', 'It said 500.'), 503, { error: 'unavailable', retryAfter: 5 }],
    ['slow', new CibaError('timeout', 'No answer.'), 504, { error: 'timeout' }],
    [
      // Fractions of a date would vary each time, but stay the same for a decoy.
      'busy until a date',
      new CibaError('unavailable', 'Later.', { retryAfter: 29.2 }),
      503,
      { error: 'unavailable', retryAfter: 30 },
    ],
    ['wrong secret', new CibaError('unauthorized', 'Wrong client secret.'), 401, { error: 'unauthorized' }],
    ['misconfigured', new CibaError('misconfigured', 'No such scope.'), 500, { error: 'misconfigured' }],
  ])('is told by its code, without its text: %s', async (_, fault, status, body) => {
    const { backend, browser, events } = createApp();
    backend.initiate.mockRejectedValueOnce(fault);
    const reply = await browser().initiate('ada@example.com');
    expect(reply.status).toBe(status);
    expect(reply.body).toEqual(body);
    expect(reply.headers.get('cache-control')).toBe('no-store');
    expect(reply.headers.get('retry-after')).toBe('retryAfter' in body ? String(body.retryAfter) : null);
    expect(events).toContainEqual(
      expect.objectContaining({
        type: 'failed',
        during: 'initiate',
        code: fault instanceof CibaError ? fault.code : 'unknown',
      }),
    );
  });

  const ABOUT_A_HINT: [string, unknown, number, string][] = [
    ['HTML', new CibaError('badResponse', 'Not JSON.'), 502, 'badResponse'],
    ['429', new CibaError('rateLimited', 'Slow down.', { retryAfter: 30 }), 429, 'rateLimited'],
    ['a bug', new TypeError('x is not a function'), 500, 'unknown'],
    ['a bad form', new CibaError('misconfigured', 'invalid_request', { maybeHint: true }), 500, 'misconfigured'],
    ['a refusal', new CibaError('refused', 'Blocked.'), 403, 'refused'],
  ];

  test.each(ABOUT_A_HINT)(
    'S7: that one hint may have caused is a decoy, and shared with nobody: %s',
    async (_, fault) => {
      const { backend, browser, events } = createApp();
      backend.initiate.mockRejectedValueOnce(fault);
      const reply = await browser().initiate('ada@example.com');
      const nobody = await browser().initiate('stranger@example.com');
      expect([reply.status, nobody.status]).toEqual([200, 200]);
      expect(Object.keys(reply.body)).toEqual(Object.keys(nobody.body));
      expect(events).toContainEqual(expect.objectContaining({ type: 'failed', during: 'initiate' }));
    },
  );

  test.each(ABOUT_A_HINT)('that is told where the user signed in before: %s', async (_, fault, status, error) => {
    const { backend, browser } = createApp();
    const page = browser();
    const { body } = await page.initiate('ada@example.com');
    backend.poll.mockResolvedValueOnce({ status: 'approved', session: ADA });
    await page.poll(body['id']);
    backend.initiate.mockRejectedValueOnce(fault);
    expect(await page.initiate('ada@example.com')).toMatchObject({ status, body: { error } });
  });

  test('tells a developer the reason', async () => {
    const { backend, browser, events } = createApp();
    backend.initiate.mockRejectedValueOnce(new CibaError('unauthorized', 'The provider refused the client secret.'));
    await browser().initiate('ada@example.com');
    expect(events).toContainEqual(expect.objectContaining({ message: 'The provider refused the client secret.' }));
  });

  test('tells a developer where a bug is, but not its text', async () => {
    const { browser, events } = createApp({
      authRequest: () => {
        throw new TypeError('cannot find ada@example.com');
      },
    });
    await browser().initiate('ada@example.com');
    expect(events).toContainEqual(
      expect.objectContaining({ code: 'unknown', trace: expect.stringMatching(/^TypeError at .*faults\.test/) }),
    );
    expect(JSON.stringify(events)).not.toContain('ada@');
  });
});

describe('a setting that is wrong at one poll and right at the next', () => {
  const wrong = () => new CibaError('misconfigured', 'Wrong client secret.', { retryable: true });

  test('ends no login, real or not, and reaches the developer', async () => {
    const { backend, browser, events } = createApp();
    const [real, decoy] = [browser(), browser()];
    const { body: ada } = await real.initiate('ada@example.com');
    const { body: nobody } = await decoy.initiate('stranger@example.com');
    backend.poll.mockRejectedValueOnce(wrong());
    const replies = [await real.poll(ada['id']), await decoy.poll(nobody['id'])];
    for (const { status, body } of replies) {
      expect({ status, body }).toEqual({ status: 503, body: { error: 'unavailable', retryAfter: 5 } });
    }
    expect(events).toContainEqual(expect.objectContaining({ code: 'misconfigured', message: 'Wrong client secret.' }));
    await advance(31);
    expect((await decoy.poll(nobody['id'])).body).toEqual({ status: 'pending' });
    backend.poll.mockResolvedValueOnce({ status: 'approved', session: ADA });
    expect((await real.poll(ada['id'])).body).toMatchObject({ status: 'approved' });
  });
});

describe('events', () => {
  test('hold no hint, id, code, session or cookie', async () => {
    const code = '918273';
    const { backend, browser, events } = createApp({
      totp: async (request) => {
        if (request.code === '111111') throw new Error(`no answer for ${request.loginHint} ${request.code}`);
        return request.code === code ? { status: 'approved', session: ADA } : { status: 'invalidCode' };
      },
    });
    const page = browser();
    const attempt = newAttempt();
    const { body } = await page.initiate('ada@example.com', attempt);
    await page.totp('ada@example.com', '111111', body['id']);
    await page.totp('ada@example.com', '222222', body['id']);
    backend.poll.mockRejectedValueOnce(new Error(`cannot redeem auth-req-id-1`));
    await page.poll(body['id']);
    await page.totp('ada@example.com', code);
    await page.poll('x'.repeat(43));
    await page.post('poll', { id: body['id'] }, { headers: { origin: 'https://evil.example' } });
    await page.post('sign-out', {});
    const other = await page.initiate('bob@example.com');
    backend.poll.mockResolvedValueOnce({ status: 'denied' });
    await page.poll(other.body['id']);
    await advance(60);

    expect(new Set(events.map(({ type }) => type))).toEqual(
      new Set(['started', 'failed', 'codeRejected', 'approved', 'refused', 'revoked', 'signedOut', 'denied']),
    );
    const text = JSON.stringify(events);
    const secrets = [
      'example.com',
      code,
      '111111',
      '222222',
      'access-token',
      'Ada',
      'auth-req-id',
      'adapter-handle',
      attempt,
      String(body['id']),
      String(body['displayCode']),
      ...page.cookies.values(),
    ];
    for (const secret of secrets) expect(text).not.toContain(secret);
    expect(text).not.toMatch(/[\w-]{43}/);
  });

  test('fail no login when the log fails', async () => {
    const { browser } = createApp({
      onEvent: () => {
        throw new Error('disk full');
      },
    });
    expect((await browser().initiate('ada@example.com')).status).toBe(200);
  });
});
