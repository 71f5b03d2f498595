// @vitest-environment node
import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import type { TotpResult } from '../../../src/contract/index.js';
import { ADA, advance, createApp, deferred, NO_LIMITS, useFakeTime } from '../harness.js';
import type { Session } from '../harness.js';

beforeEach(useFakeTime);
afterEach(() => void vi.useRealTimers());

test.each([0, 1])(
  'S1: a wrong code whose verifier was slow does not shorten the lockouts since, after %i others',
  async (earlier) => {
    const slow = deferred<TotpResult<Session>>();
    const app = createApp({
      limits: NO_LIMITS,
      totp: async ({ code }) => (code === '999999' ? slow.promise : { status: 'invalidCode' }),
    });
    const page = app.browser();
    const wrong = async () => (await page.totp('ada@example.com', '000000')).body;
    for (let n = 0; n < 3 * earlier; n += 1) await wrong();
    await advance(31);
    await wrong();
    await wrong();
    const late = page.totp('ada@example.com', '999999');
    await advance(0);
    // The fourth attempt locks, because the third one has no answer yet; each further round locks for longer.
    let longest = 0;
    for (let n = 0; n < 9; n += 1) {
      const { retryAfter } = await wrong();
      longest = Math.max(longest, Number(retryAfter ?? 0));
      if (retryAfter !== undefined) await advance(Number(retryAfter));
    }
    slow.resolve({ status: 'invalidCode' });
    await late;
    const after = [await wrong(), await wrong(), await wrong()].map(({ retryAfter }) => Number(retryAfter ?? 0));
    expect(Math.max(...after)).toBeGreaterThanOrEqual(longest);
  },
);

test('S1: a right code whose verifier was slow ends the lockouts since', async () => {
  const slow = deferred<TotpResult<Session>>();
  const app = createApp({
    limits: NO_LIMITS,
    totp: async ({ code }) => (code === '999999' ? slow.promise : { status: 'invalidCode' }),
  });
  const page = app.browser();
  const late = page.totp('ada@example.com', '999999');
  await advance(0);
  for (let n = 0; n < 3; n += 1) await page.totp('ada@example.com', '000000');
  slow.resolve({ status: 'approved', session: ADA });
  expect((await late).body['status']).toBe('approved');
  expect((await app.browser().totp('ada@example.com', '000000')).body).toEqual({
    status: 'invalidCode',
    attemptsLeft: 2,
  });
});
