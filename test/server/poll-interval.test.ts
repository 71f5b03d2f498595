// @vitest-environment node
import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest';
import { CibaError } from '../../src/contract/index.js';
import type { CibaErrorCode } from '../../src/contract/index.js';
import { advance, createApp, createKnownBrowser, NO_LIMITS, useFakeTime } from './harness.js';
import type { TestBrowser } from './harness.js';

beforeEach(useFakeTime);
afterEach(() => void vi.useRealTimers());

const INTERVAL_SECONDS = 3;

const wait = (ms: number) => new Promise((resolve) => setTimeout(resolve, ms));

/**
 * A provider that counts the interval from the moment at which it has read a poll, as Keycloak does. That moment is
 * somewhere between sending and answering.
 */
function createStrictProvider(delaysMs: readonly (readonly [toProvider: number, back: number])[]) {
  const app = createApp({ limits: NO_LIMITS });
  const readAt: number[] = [];
  app.backend.poll.mockImplementation(async () => {
    const [toProvider = 0, back = 0] = delaysMs[readAt.length % delaysMs.length] ?? [];
    await wait(toProvider);
    readAt.push(Date.now());
    await wait(back);
    return { status: 'pending' };
  });
  return { ...app, gapsMs: () => readAt.slice(1).map((at, place) => at - (readAt[place] ?? 0)) };
}

/** Polls as a browser does: at the interval, counted from sending, and never two at once. */
async function pollAtTheInterval(page: TestBrowser, id: unknown, polls: number): Promise<void> {
  for (let poll = 0; poll < polls; poll += 1) {
    const next = wait(INTERVAL_SECONDS * 1000);
    await page.poll(id);
    await next;
  }
}

describe('a browser that polls at the interval', () => {
  test.each([
    ['answers at once', [[0, 0]]],
    [
      'takes longer with some polls than with others',
      [
        [0, 0],
        [5, 5],
        [240, 20],
        [1, 0],
        [400, 60],
      ],
    ],
    [
      'is slow',
      [
        [1500, 300],
        [200, 900],
        [900, 20],
      ],
    ],
  ] as const)('is never too early at a provider that %s, and its polls arrive there', async (_what, delays) => {
    const { browser, gapsMs } = createStrictProvider(delays);
    const page = browser();
    const { body } = await page.initiate('ada@example.com');
    const polling = pollAtTheInterval(page, body['id'], 20);
    await advance(INTERVAL_SECONDS * 20 + 10);
    await polling;
    expect(Math.min(...gapsMs())).toBeGreaterThanOrEqual(INTERVAL_SECONDS * 1000);
    // The provider's turns are an interval and an answer apart, so a few of the browser's polls come between two.
    expect(Math.max(...gapsMs())).toBeLessThan(2 * INTERVAL_SECONDS * 1000);
  });
});

describe('a poll that comes a little early', () => {
  async function polledOnce(hint = 'ada@example.com') {
    const app = createApp({ limits: NO_LIMITS });
    // Only such a browser is told of a pause.
    const page = hint.startsWith('ada') ? await createKnownBrowser(app) : app.browser();
    const { body } = await page.initiate(hint);
    await page.poll(body['id']);
    app.backend.poll.mockClear();
    return { ...app, page, id: body['id'], intervalSeconds: Number(body['interval']) };
  }

  test.each([500, 499, 1])('waits for its turn when it comes %i ms before', async (earlyMs) => {
    const { backend, page, id } = await polledOnce();
    await advance(INTERVAL_SECONDS - earlyMs / 1000);
    const polling = page.poll(id);
    await advance((earlyMs - 1) / 1000);
    expect(backend.poll).not.toHaveBeenCalled();
    await advance(0.002);
    await polling;
    expect(backend.poll).toHaveBeenCalledTimes(1);
  });

  test('waits as long for a user as for nobody', async () => {
    const took = async (hint: string) => {
      const { page, id, intervalSeconds } = await polledOnce(hint);
      await advance(intervalSeconds - 0.3);
      const since = Date.now();
      const polling = page.poll(id).then(() => Date.now() - since);
      await advance(1);
      expect(await polling).toBeGreaterThanOrEqual(300);
      return polling;
    };
    expect(await took('stranger@example.com')).toBe(await took('ada@example.com'));
  });

  test('waits once, however many come', async () => {
    const { backend, page, id } = await polledOnce();
    await advance(INTERVAL_SECONDS - 0.3);
    const polls = Array.from({ length: 5 }, () => page.poll(id));
    await advance(1);
    await Promise.all(polls);
    expect(backend.poll).toHaveBeenCalledTimes(1);
  });

  test('learns of a cancel that came while it waited, and does not reach the provider', async () => {
    const { backend, page, id } = await polledOnce();
    await advance(INTERVAL_SECONDS - 0.3);
    const polling = page.poll(id);
    await page.post('cancel', { id });
    await advance(1);
    expect((await polling).status).toBe(404);
    expect(backend.poll).not.toHaveBeenCalled();
  });

  test('does not wait out a longer pause that the provider named', async () => {
    const { backend, page, id } = await polledOnce();
    await advance(INTERVAL_SECONDS);
    backend.poll.mockResolvedValueOnce({ status: 'pending', retryAfter: 20 });
    await page.poll(id);
    await advance(INTERVAL_SECONDS);
    expect((await page.poll(id)).body).toEqual({ status: 'pending', retryAfter: 17 });
    expect(backend.poll).toHaveBeenCalledTimes(1);
  });
});

test('a provider that holds polls for longer than the interval is polled again at once', async () => {
  const { backend, browser } = createApp({ limits: NO_LIMITS });
  const page = browser();
  const { body } = await page.initiate('ada@example.com');
  backend.poll.mockImplementation(() => wait(25_000).then(() => ({ status: 'pending' })));
  const first = page.poll(body['id']);
  await advance(25);
  await first;
  const second = page.poll(body['id']);
  await advance(0);
  expect(backend.poll).toHaveBeenCalledTimes(2);
  await advance(25);
  await second;
});

test.each(['unavailable', 'badResponse'] satisfies CibaErrorCode[])(
  'the interval starts at an answer that is an error, too: %s',
  async (code) => {
    const { backend, browser } = createApp({ limits: NO_LIMITS });
    const page = browser();
    const { body } = await page.initiate('ada@example.com');
    backend.poll.mockImplementationOnce(async () => {
      await wait(800);
      throw new CibaError(code, 'Broken.');
    });
    const first = page.poll(body['id']);
    await advance(0.8);
    await first;
    const second = page.poll(body['id']);
    expect((await second).body).toMatchObject({ status: 'pending' });
    await advance(INTERVAL_SECONDS - 0.001);
    const third = page.poll(body['id']);
    await advance(0);
    expect(backend.poll).toHaveBeenCalledTimes(1);
    await advance(0.01);
    await third;
    expect(backend.poll).toHaveBeenCalledTimes(2);
  },
);
