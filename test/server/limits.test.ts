// @vitest-environment node
import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest';
import { CibaError } from '../../src/contract/index.js';
import { ADA, advance, createApp, NO_LIMITS, useFakeTime } from './harness.js';

beforeEach(useFakeTime);
afterEach(() => void vi.useRealTimers());

describe('limits', () => {
  test.each(['ada@example.com', 'stranger@example.com'])(
    'count five starts a minute for one user, from whatever browser: %s',
    async (user) => {
      const { backend, browser, events } = createApp();
      const statuses = [];
      for (let n = 0; n < 5; n += 1) {
        const page = browser();
        const { status, body } = await page.initiate(user);
        statuses.push(status);
        await page.post('cancel', { id: body['id'] });
      }
      // The pause after the second push refuses the others. They count all the same.
      expect(statuses).toEqual([200, 200, 429, 429, 429]);
      const rings = backend.initiate.mock.calls.length;
      const reply = await browser().initiate(user);
      expect(reply).toMatchObject({ status: 429, body: { error: 'rateLimited', retryAfter: 60 } });
      expect(reply.headers.get('retry-after')).toBe('60');
      expect(backend.initiate).toHaveBeenCalledTimes(rings);
      expect(events).toContainEqual({ type: 'limited', limit: 'user', retryAfter: 60 });

      await advance(60);
      expect((await browser().initiate(user)).status).toBe(200);
    },
  );

  test('allow twenty starts an hour for one user', async () => {
    const { backend, browser } = createApp({ freeDenials: 100 });
    backend.poll.mockResolvedValue({ status: 'denied' });
    for (let n = 0; n < 20; n += 1) {
      const page = browser();
      const { status, body } = await page.initiate('ada@example.com');
      expect(status).toBe(200);
      await page.poll(body['id']);
      await advance(61);
    }
    expect((await browser().initiate('ada@example.com')).status).toBe(429);
  });

  test.each([' Ada@Example.COM', 'ADA@example.com ', 'ada@exam\u200bple.com', '\uff41da@example.com'])(
    'are not got round by another spelling: %j',
    async (spelling) => {
      const { browser } = createApp();
      await browser().initiate('ada@example.com');
      expect((await browser().initiate(spelling)).status).toBe(429);
    },
  );

  test('allow thirty starts a minute from one address, cookies or not', async () => {
    const { backend, browser, events } = createApp({ clientAddress: () => '192.0.2.1' });
    for (let n = 0; n < 30; n += 1) expect((await browser().initiate(`user${n}@example.com`)).status).toBe(200);
    expect((await browser().initiate('one-more@example.com')).status).toBe(429);
    expect(backend.initiate).toHaveBeenCalledTimes(30);
    expect(events).toContainEqual({ type: 'limited', limit: 'address', retryAfter: 60 });
  });

  test('allow ten starts a minute from one browser', async () => {
    const { backend, browser, events } = createApp();
    const page = browser();
    for (let n = 0; n < 10; n += 1) {
      const { status, body } = await page.initiate(`user${n}@example.com`);
      expect(status).toBe(200);
      await page.post('cancel', { id: body['id'] });
    }
    expect((await page.initiate('one-more@example.com')).status).toBe(429);
    expect(backend.initiate).toHaveBeenCalledTimes(10);
    expect(events).toContainEqual({ type: 'limited', limit: 'browser', retryAfter: 60 });
  });

  test('can be set', async () => {
    const { browser } = createApp({ limits: { browser: [{ points: 1, duration: 10 }] } });
    const page = browser();
    await page.initiate('ada@example.com');
    expect((await page.initiate('bob@example.com')).body).toEqual({ error: 'rateLimited', retryAfter: 10 });
  });

  test('count no repeated attempt', async () => {
    const { browser } = createApp({ limits: { browser: [{ points: 1, duration: 10 }] } });
    const page = browser();
    const attempt = 'a'.repeat(36);
    await page.initiate('ada@example.com', attempt);
    expect((await page.initiate('ada@example.com', attempt)).status).toBe(200);
  });
});

describe('open logins', () => {
  test('are five in one browser at most', async () => {
    const { backend, browser } = createApp();
    const page = browser();
    const started = [];
    for (let n = 0; n < 5; n += 1) started.push(await page.initiate(`user${n}@example.com`));
    expect((await page.initiate('user5@example.com')).status).toBe(429);
    expect(backend.initiate).toHaveBeenCalledTimes(5);

    for (const { body } of started) expect((await page.poll(body['id'])).body['status']).toBe('pending');
    await page.post('cancel', { id: started[0]?.body['id'] });
    expect((await page.initiate('user5@example.com')).status).toBe(200);
  });

  test('do not mix: each approval is for its own user', async () => {
    const { backend, browser } = createApp();
    const page = browser();
    const ada = await page.initiate('ada@example.com');
    const bob = await page.initiate('bob@example.com');
    backend.poll.mockImplementation(async ({ id }) =>
      id === 'adapter-handle-2' ? { status: 'approved', session: { ...ADA, name: 'Bob' } } : { status: 'denied' },
    );
    expect((await page.poll(ada.body['id'])).body).toEqual({ status: 'denied' });
    expect((await page.poll(bob.body['id'])).body).toEqual({ status: 'approved', session: { name: 'Bob' } });
  });

  test('count a resend as the same login', async () => {
    const { browser } = createApp({ limits: NO_LIMITS });
    const page = browser();
    for (const pause of [30, 60, 120]) {
      expect((await page.initiate('ada@example.com')).status).toBe(200);
      await advance(pause);
    }
    expect((await page.initiate('ada@example.com')).status).toBe(200);
  });

  test.each(['ada@example.com', 'stranger@example.com'])(
    'are one a user: a second browser has to wait: %s',
    async (user) => {
      const { backend, browser, events } = createApp();
      await browser().initiate(user);
      const rings = backend.initiate.mock.calls.length;
      await advance(20);
      const reply = await browser().initiate(user);
      expect(reply).toMatchObject({ status: 429, body: { error: 'rateLimited' } });
      expect(events).toContainEqual(expect.objectContaining({ type: 'limited', limit: 'userBusy' }));
      expect(backend.initiate).toHaveBeenCalledTimes(rings);

      await advance(Number(reply.body['retryAfter']));
      expect((await browser().initiate(user)).status).toBe(200);
    },
  );

  test('are one a user also when two browsers start at the same time', async () => {
    const { backend, browser } = createApp();
    const replies = await Promise.all([browser().initiate('ada@example.com'), browser().initiate('ada@example.com')]);
    expect(replies.map(({ status }) => status).toSorted()).toEqual([200, 429]);
    expect(backend.initiate).toHaveBeenCalledTimes(1);
  });

  test('leave no place taken when the start fails', async () => {
    const { backend, browser } = createApp();
    backend.initiate.mockRejectedValueOnce(new CibaError('unavailable', 'Down.'));
    expect((await browser().initiate('ada@example.com')).status).toBe(503);
    expect((await browser().initiate('ada@example.com')).status).toBe(200);
  });
});

describe('several hints for one account', () => {
  const request = (loginHint: string) => ({ loginHint: loginHint.replaceAll('-', '') });

  test('ring one phone no more often than one hint, and say nothing about it', async () => {
    const { backend, browser, events } = createApp({ authRequest: request, clientAddress: () => undefined });
    const started = [];
    for (const hint of ['555-0100', '5550100', '5-550100', '55-50100']) started.push(await browser().initiate(hint));
    expect(backend.initiate).toHaveBeenCalledTimes(1);
    for (const { status, body } of started) {
      expect({ status, fields: Object.keys(body) }).toEqual({
        status: 200,
        fields: ['id', 'expiresIn', 'interval', 'displayCode', 'resumable'],
      });
    }
    expect(events).toContainEqual(expect.objectContaining({ type: 'limited', limit: 'userBusy' }));
  });

  test('share the limit of five a minute', async () => {
    const { backend, browser } = createApp({ authRequest: request, freeDenials: 100 });
    backend.poll.mockResolvedValue({ status: 'denied' });
    for (let n = 0; n < 12; n += 1) {
      const page = browser();
      const { body } = await page.initiate(`${'-'.repeat(n)}5550100`);
      await page.poll(body['id']);
    }
    expect(backend.initiate).toHaveBeenCalledTimes(5);
  });

  test('do not keep a user out of a browser where they signed in before', async () => {
    const { backend, browser } = createApp({ authRequest: request });
    const page = browser();
    const { body } = await page.initiate('5550100');
    backend.poll.mockResolvedValueOnce({ status: 'approved', session: ADA });
    await page.poll(body['id']);
    for (let n = 1; n < 12; n += 1) await browser().initiate(`${'-'.repeat(n)}5550100`);
    const rings = backend.initiate.mock.calls.length;
    await page.initiate('5550100');
    expect(backend.initiate).toHaveBeenCalledTimes(rings + 1);
  });
});

describe('a stranger', () => {
  async function knownBrowser() {
    const app = createApp();
    const page = app.browser();
    const { body } = await page.initiate('ada@example.com');
    app.backend.poll.mockResolvedValueOnce({ status: 'approved', session: ADA });
    await page.poll(body['id']);
    await page.post('sign-out', {});
    return { ...app, page };
  }

  test('does not keep a user out of a browser where they signed in before', async () => {
    const { browser, page } = await knownBrowser();
    expect((await browser().initiate('ada@example.com')).status).toBe(200);
    expect((await page.initiate('ada@example.com')).status).toBe(200);
  });

  test('does not keep them out by using up the limit either', async () => {
    const { browser, page } = await knownBrowser();
    for (let n = 0; n < 10; n += 1) await browser().initiate('ada@example.com');
    expect((await page.initiate('ada@example.com')).status).toBe(200);
  });

  test('is not let in by having signed in as somebody else', async () => {
    const { browser } = await knownBrowser();
    const other = await knownBrowser();
    await browser().initiate('bob@example.com');
    expect((await other.page.initiate('bob@example.com')).status).toBe(200);
    const { page, browser: again } = other;
    await again().initiate('carol@example.com');
    expect((await page.initiate('carol@example.com')).status).toBe(429);
  });
});
