// @vitest-environment node
import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import { CibaError } from '../../src/contract/index.js';
import type { CibaErrorCode } from '../../src/contract/index.js';
import { advance, createApp, createKnownBrowser, NO_LIMITS, useFakeTime } from './harness.js';

beforeEach(useFakeTime);
afterEach(() => void vi.useRealTimers());

// A login polls on through an outage. The log has it once, and not with every poll.

const FAULTS = [
  ['misconfigured', new CibaError('misconfigured', 'The secret is wrong.', { retryable: true })],
  ['unavailable', new CibaError('unavailable', 'Down.')],
  ['network', new CibaError('network', 'Unreachable.')],
  ['badResponse', new CibaError('badResponse', 'A page.')],
  ['rateLimited', new CibaError('rateLimited', 'Too many.')],
] as const;

async function started(browserKind: 'known' | 'new', hint = 'ada@example.com') {
  const app = createApp({ limits: NO_LIMITS });
  const page = browserKind === 'known' ? await createKnownBrowser(app) : app.browser();
  const { body } = await page.initiate(hint);
  const poll = async () => {
    const reply = await page.poll(body['id']);
    await advance(10);
    return reply;
  };
  const failures = () => app.events.flatMap((event) => (event.type === 'failed' ? [event.code] : []));
  return { ...app, page, poll, failures };
}

test.each(FAULTS.flatMap((fault) => [[...fault, 'known'] as const, [...fault, 'new'] as const]))(
  'a fault that lasts is one event: %s %s, in a browser that is %s',
  async (code, fault, browserKind) => {
    const { backend, poll, failures } = await started(browserKind);
    backend.poll.mockRejectedValue(fault);
    const replies = [await poll(), await poll(), await poll()];
    expect(new Set(replies.map(({ status }) => status)).size).toBe(1);
    expect(failures()).toEqual([code]);
    expect(backend.poll).toHaveBeenCalledTimes(3);
  },
);

test('a fault that comes back after an answer is told again', async () => {
  const { backend, poll, failures } = await started('known');
  backend.poll.mockRejectedValueOnce(new CibaError('unavailable', 'Down.'));
  await poll();
  await poll();
  backend.poll.mockRejectedValueOnce(new CibaError('unavailable', 'Down.'));
  await poll();
  expect(failures()).toEqual(['unavailable', 'unavailable']);
});

test('another fault is told, too, and so is the one that ends the login', async () => {
  const { backend, poll, failures } = await started('known');
  const faults: [CibaErrorCode, boolean][] = [
    ['unavailable', true],
    ['misconfigured', true],
    ['misconfigured', false],
  ];
  for (const [code, retryable] of faults) {
    backend.poll.mockRejectedValueOnce(new CibaError(code, 'Broken.', { retryable }));
    await poll();
  }
  expect(failures()).toEqual(['unavailable', 'misconfigured', 'misconfigured']);
});

test('an end that is asked for again is told once', async () => {
  const { backend, poll, failures } = await started('known');
  backend.poll.mockRejectedValueOnce(new CibaError('refused', 'Somebody else approved it.'));
  expect((await poll()).status).toBe(403);
  expect((await poll()).status).toBe(403);
  expect(failures()).toEqual(['refused']);
});

test('a login is saved by the poll that works again', async () => {
  const { backend, poll } = await started('known');
  backend.poll.mockRejectedValueOnce(new CibaError('misconfigured', 'The key is gone.', { retryable: true }));
  expect((await poll()).status).toBe(503);
  backend.poll.mockResolvedValueOnce({ status: 'approved', session: { sub: '1', name: 'Ada', accessToken: 'token' } });
  expect((await poll()).body).toMatchObject({ status: 'approved' });
});
