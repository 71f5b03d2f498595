// @vitest-environment node
import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest';
import { ADA, advance, createApp, NO_LIMITS, useFakeTime } from '../harness.js';
import type { TestBrowser } from '../harness.js';

beforeEach(useFakeTime);
afterEach(() => void vi.useRealTimers());

type App = ReturnType<typeof createApp>;

const reportsOf = ({ events }: App) => events.filter(({ type }) => type === 'reported').length;

/** A login that the user denied. */
async function denied(app: App, page: TestBrowser, loginHint = 'ada@example.com') {
  const { body } = await page.initiate(loginHint);
  app.backend.poll.mockResolvedValueOnce({ status: 'denied' });
  expect((await page.poll(body['id'])).body).toEqual({ status: 'denied' });
  return body['id'];
}

describe('S16: a report', () => {
  test('counts once, however often and however late it is sent', async () => {
    const app = createApp();
    const page = app.browser();
    const id = await denied(app, page);
    // The screen stands for longer than the answer to a poll is repeated.
    await advance(60);
    await Promise.all([1, 2, 3].map(() => page.post('report', { id })));
    expect(await page.post('report', { id })).toMatchObject({ status: 204, body: {} });
    expect(reportsOf(app)).toBe(1);
  });

  test('is not taken from another browser, and looks the same', async () => {
    const app = createApp();
    const id = await denied(app, app.browser());
    const other = app.browser();
    await other.initiate('bob@example.com');
    for (const page of [other, app.browser()]) {
      expect(await page.post('report', { id })).toMatchObject({ status: 204, body: {}, setCookies: [] });
    }
    expect(reportsOf(app)).toBe(0);
  });

  test.each(['pending', 'cancelled', 'approved', 'expired', 'decoy', 'unknown'])(
    'is not taken for a login that the user did not deny: %s',
    async (state) => {
      const app = createApp();
      const page = app.browser();
      const { body } = await page.initiate(state === 'decoy' ? 'ghost@example.com' : 'ada@example.com');
      if (state === 'approved') app.backend.poll.mockResolvedValueOnce({ status: 'approved', session: ADA });
      if (state === 'expired') app.backend.poll.mockResolvedValueOnce({ status: 'expired' });
      if (state === 'cancelled') await page.post('cancel', { id: body['id'] });
      await page.poll(body['id']);
      const reply = await page.post('report', { id: state === 'unknown' ? 'x'.repeat(43) : body['id'] });
      expect(reply).toMatchObject({ status: 204, body: {} });
      expect(reportsOf(app)).toBe(0);
    },
  );

  test.each([
    ['another site', { origin: 'https://evil.example', 'sec-fetch-site': 'cross-site' }, 403],
    ['a form', { 'x-ciba-request': null }, 403],
  ])('is not taken from %s', async (_, headers, status) => {
    const app = createApp();
    const page = app.browser();
    const id = await denied(app, page);
    expect((await page.post('report', { id }, { headers })).status).toBe(status);
    expect(reportsOf(app)).toBe(0);
  });
});

/** Signs in, so that the browser is known for the account. */
async function knownBrowser(app: App, loginHint = 'ada@example.com') {
  const page = app.browser();
  const { body } = await page.initiate(loginHint);
  app.backend.poll.mockResolvedValueOnce({ status: 'approved', session: ADA });
  await page.poll(body['id']);
  return page;
}

/** Whether a start rang the phone. */
async function rings(app: App, page: TestBrowser, loginHint = 'ada@example.com') {
  const before = app.backend.initiate.mock.calls.length;
  const { status, body } = await page.initiate(loginHint);
  expect(status).toBe(200);
  await page.post('cancel', { id: body['id'] });
  return app.backend.initiate.mock.calls.length > before;
}

describe('S16: after a report', () => {
  test.each([
    [119, false],
    [121, true],
  ])('strangers ring nobody for a while, and the owner does all the time: after %i s', async (seconds, again) => {
    const app = createApp({ limits: NO_LIMITS });
    const owner = await knownBrowser(app);
    const stranger = app.browser();
    const id = await denied(app, stranger);
    await stranger.post('report', { id });
    expect(await rings(app, app.browser())).toBe(false);
    expect(await rings(app, owner)).toBe(true);
    await advance(seconds);
    expect(await rings(app, app.browser())).toBe(again);
  });

  test('its browser rings nobody else either, and cannot see that', async () => {
    const app = createApp({ limits: NO_LIMITS });
    const stranger = app.browser();
    const id = await denied(app, stranger);
    await stranger.post('report', { id });
    expect(await rings(app, stranger, 'bob@example.com')).toBe(false);
    expect(await rings(app, app.browser(), 'bob@example.com')).toBe(true);
    await advance(61);
    expect(await rings(app, stranger, 'bob@example.com')).toBe(true);
  });

  test('by the owner, the owner still rings from that browser', async () => {
    const app = createApp({ limits: NO_LIMITS });
    const owner = await knownBrowser(app);
    await owner.post('report', { id: await denied(app, owner) });
    expect(await rings(app, owner)).toBe(true);
    expect(await rings(app, app.browser())).toBe(false);
  });
});
