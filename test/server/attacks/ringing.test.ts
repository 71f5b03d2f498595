// @vitest-environment node
import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest';
import { ADA, advance, createApp, NO_LIMITS, useFakeTime } from '../harness.js';

beforeEach(useFakeTime);
afterEach(() => void vi.useRealTimers());

describe('S6: ringing', () => {
  test('five starts at one instant ring once, from one browser and from five', async () => {
    for (const many of [false, true]) {
      const app = createApp({ limits: NO_LIMITS });
      const page = app.browser();
      await page.initiate('bob@example.com');
      app.backend.initiate.mockClear();
      await Promise.all([1, 2, 3, 4, 5].map(() => (many ? app.browser() : page).initiate('ada@example.com')));
      expect(app.backend.initiate).toHaveBeenCalledTimes(1);
    }
  });

  test.each(['ada@example.com', 'stranger@example.com'])(
    'a resend waits 30, 60, 120 s, and there are three: %s',
    async (user) => {
      const app = createApp({ limits: NO_LIMITS });
      // The request outlives every pause.
      app.backend.initiate.mockImplementation(async () => ({
        id: 'bc-1',
        expiresIn: 900,
        interval: 5,
        resumable: true,
      }));
      await app.browser().initiate('bob@example.com');
      const page = app.browser();
      for (const pause of [30, 60, 120, 600]) {
        expect((await page.initiate(user)).status).toBe(200);
        await advance(pause - 1);
        const early = await page.initiate(user);
        expect(early).toMatchObject({ status: 429, body: { error: 'rateLimited', retryAfter: 1 } });
        await advance(1);
      }
      expect((await page.initiate(user)).status).toBe(200);
      expect(app.events).toContainEqual({ type: 'limited', limit: 'resend', retryAfter: 1 });
    },
  );

  test.each(['ada@example.com', 'stranger@example.com'])(
    'the pause ends with a request that lives for a shorter time, and the cap stays: %s',
    async (user) => {
      const app = createApp({ limits: NO_LIMITS });
      app.backend.initiate.mockImplementation(async () => ({
        id: 'bc-1',
        expiresIn: 20,
        interval: 5,
        resumable: true,
      }));
      // Decoys look like the last real answer.
      await app.browser().initiate('bob@example.com');
      const page = app.browser();
      for (let push = 1; push <= 4; push++) {
        expect((await page.initiate(user)).body).toMatchObject({ expiresIn: 20 });
        await advance(19);
        expect((await page.initiate(user)).status).toBe(429);
        await advance(1);
      }
      expect((await page.initiate(user)).status).toBe(429);
    },
  );

  test('a denial is noticed before the next push, even if nobody polls', async () => {
    const app = createApp({ limits: NO_LIMITS, freeDenials: 0 });
    const page = app.browser();
    await page.initiate('ada@example.com');
    app.backend.poll.mockResolvedValueOnce({ status: 'denied' });
    await advance(90);
    app.backend.initiate.mockClear();
    await page.initiate('ada@example.com');
    expect(app.backend.initiate).not.toHaveBeenCalled();
    expect(app.events).toContainEqual({ type: 'denied' });
    expect(app.events).toContainEqual(expect.objectContaining({ type: 'limited', limit: 'denied' }));
  });

  test.each(['one browser', 'new browsers'])(
    'starting and canceling again and again rings four times: %s',
    async (who) => {
      const app = createApp({ limits: NO_LIMITS });
      const page = app.browser();
      for (let seconds = 0; seconds < 600; seconds += 5) {
        const by = who === 'one browser' ? page : app.browser();
        const { body } = await by.initiate('ada@example.com');
        await by.post('cancel', { id: body['id'] });
        await advance(5);
      }
      expect(app.backend.initiate).toHaveBeenCalledTimes(4);
    },
  );

  test.each(['ada@example.com', 'stranger@example.com'])(
    'the first cancel is free, and the second is not: %s',
    async (user) => {
      const app = createApp({ limits: NO_LIMITS });
      const page = app.browser();
      for (const [status, retryAfter] of [[200], [200], [429, 60]] as const) {
        const reply = await page.initiate(user);
        expect([reply.status, reply.body['retryAfter']]).toEqual([status, retryAfter]);
        await page.post('cancel', { id: reply.body['id'] });
      }
    },
  );

  test('a code that signs in ends the pause, as an approval does', async () => {
    const app = createApp({
      limits: NO_LIMITS,
      totp: async () => ({ status: 'approved', session: ADA }),
    });
    const page = app.browser();
    let id: unknown;
    for (const pause of [30, 60, 120, 0]) {
      const { status, body } = await page.initiate('ada@example.com');
      expect(status).toBe(200);
      id = body['id'];
      await advance(pause);
    }
    expect((await page.initiate('ada@example.com')).status).toBe(429);
    expect((await page.totp('ada@example.com', '123456', id)).body['status']).toBe('approved');
    expect((await app.browser().initiate('ada@example.com')).status).toBe(200);
  });
});
