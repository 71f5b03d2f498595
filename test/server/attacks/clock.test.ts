// @vitest-environment node
import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest';
import { createMemoryStore } from '../../../src/server/index.js';
import { ADA, advance, createApp, useFakeTime } from '../harness.js';

beforeEach(useFakeTime);
afterEach(() => void vi.useRealTimers());

const HOURS = 3 * 3600 * 1000;

/** Sets the wall clock, as NTP or an operator does. Timers are not affected. */
function setClockBack(): void {
  vi.setSystemTime(Date.now() - HOURS);
}

async function waiting(options: Parameters<typeof createApp>[0] = {}) {
  const app = createApp(options);
  const page = app.browser();
  const { body } = await page.initiate('ada@example.com');
  await page.poll(body['id']);
  return { ...app, page, id: body['id'] };
}

describe('S12: a clock that is set back by hours', () => {
  test('delays no poll, and loses no login', async () => {
    const { backend, page, id } = await waiting();
    setClockBack();
    await page.poll(id);
    await advance(3);
    backend.poll.mockResolvedValueOnce({ status: 'approved', session: ADA });
    expect((await page.poll(id)).body['status']).toBe('approved');
    expect((await page.get('session')).body).toEqual({ session: { name: 'Ada' } });
  });

  test('delays no poll in a process that was started afterwards', async () => {
    const store = createMemoryStore();
    const first = await waiting({ store });
    setClockBack();
    const second = createApp({ store });
    const page = second.browser();
    for (const [name, value] of first.page.cookies) page.cookies.set(name, value);
    second.backend.poll.mockResolvedValueOnce({ status: 'approved', session: ADA });
    expect((await page.poll(first.id)).body['status']).toBe('approved');
  });

  test('holds up no answer', async () => {
    const app = createApp({ responseFloor: 300 });
    const page = app.browser();
    app.backend.initiate.mockImplementationOnce(async () => {
      setClockBack();
      return { id: 'handle', expiresIn: 90, interval: 3, resumable: true };
    });
    const reply = page.initiate('ada@example.com');
    await advance(0.3);
    const done = await Promise.race([reply, Promise.resolve('waiting')]);
    expect(done).toMatchObject({ status: 200 });
  });

  test('makes no cooldown and no lockout longer', async () => {
    const app = createApp({ totp: async () => ({ status: 'invalidCode' }) });
    const page = app.browser();
    for (let tries = 0; tries < 3; tries += 1) await page.totp('ada@example.com', '000000');
    setClockBack();
    const locked = (await page.totp('ada@example.com', '000000')).body['retryAfter'];
    expect(locked).toBeLessThanOrEqual(30);
    await advance(31);
    expect((await page.totp('ada@example.com', '000000')).body['status']).toBe('invalidCode');
  });

  test('ends no session that is in use, and keeps none that is not', async () => {
    const app = await waiting({ sessionIdleLifetime: 600 });
    app.backend.poll.mockResolvedValue({ status: 'approved', session: ADA });
    await advance(3);
    await app.page.poll(app.id);
    setClockBack();
    for (let minutes = 0; minutes < 30; minutes += 5) {
      await advance(300);
      expect((await app.page.get('session')).body).toEqual({ session: { name: 'Ada' } });
    }
    await advance(601);
    expect((await app.page.get('session')).body).toEqual({ session: null });
  });

  test('a lockout of a process whose clock was a day ahead ends as late as the longest one', async () => {
    const store = createMemoryStore();
    const totp = async () => ({ status: 'invalidCode' }) as const;
    const ahead = createApp({ store, totp, now: () => Date.now() + 24 * 3600 * 1000 });
    for (let tries = 0; tries < 3; tries += 1) await ahead.browser().totp('ada@example.com', '000000');
    await ahead.handler.stop();
    const right = createApp({ store, totp });
    expect((await right.browser().totp('ada@example.com', '000000')).body).toEqual({
      status: 'lockedOut',
      retryAfter: 3600,
    });
    await advance(3599);
    expect((await right.browser().totp('ada@example.com', '000000')).body['retryAfter']).toBe(1);
    await advance(1);
    expect((await right.browser().totp('ada@example.com', '000000')).body['status']).toBe('invalidCode');
  });

  test('a cooldown of such a process is told as the longest one at most', async () => {
    const store = createMemoryStore();
    const ahead = createApp({ store, freeDenials: 0, now: () => Date.now() + 24 * 3600 * 1000 });
    const page = ahead.browser();
    ahead.backend.poll.mockResolvedValueOnce({ status: 'approved', session: ADA });
    await page.poll((await page.initiate('ada@example.com')).body['id']);
    ahead.backend.poll.mockResolvedValueOnce({ status: 'denied' });
    await page.poll((await page.initiate('ada@example.com')).body['id']);
    await ahead.handler.stop();
    const later = createApp({ store }).browser();
    for (const [name, value] of page.cookies) later.cookies.set(name, value);
    expect((await later.initiate('ada@example.com')).body['retryAfter']).toBe(3600);
    await advance(60);
    expect((await later.initiate('ada@example.com')).status).toBe(200);
  });
});
