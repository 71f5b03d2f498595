// @vitest-environment node
import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest';
import { CibaError } from '../../src/contract/index.js';
import type { PendingApproval, PollResult } from '../../src/contract/index.js';
import { createMemoryStore } from '../../src/server/index.js';
import {
  ADA,
  advance,
  createApp,
  deferred,
  newAttempt,
  ORIGIN,
  TestBrowser,
  useFakeTime,
  createKnownBrowser,
} from './harness.js';
import type { Session } from './harness.js';

beforeEach(useFakeTime);
afterEach(() => void vi.useRealTimers());

describe('initiate', () => {
  test('rings the phone and answers with what the waiting screen needs', async () => {
    const { backend, browser } = createApp();
    const reply = await browser().initiate('ada@example.com');

    expect(reply.status).toBe(200);
    expect(reply.body).toEqual({
      id: expect.stringMatching(/^[\w-]{43}$/),
      expiresIn: 90,
      interval: 3,
      displayCode: expect.stringMatching(/^\d{4}$/),
      resumable: true,
    });
    expect(reply.headers.get('cache-control')).toBe('no-store');
    expect(backend.initiate).toHaveBeenCalledTimes(1);
    expect(backend.initiate.mock.calls[0]?.[0]).toMatchObject({
      loginHint: 'ada@example.com',
      scope: 'openid',
      displayCode: reply.body['displayCode'],
    });
  });

  test("keeps the adapter's handle and the auth_req_id on the server", async () => {
    const { browser } = createApp();
    const { body } = await browser().initiate('ada@example.com');
    expect(JSON.stringify(body)).not.toMatch(/adapter-handle|auth-req-id|authReqId/);
  });

  test('takes nothing but the hint from the browser', async () => {
    const { backend, browser } = createApp();
    await browser().post('initiate', {
      loginHint: 'ada@example.com',
      actId: newAttempt(),
      scope: 'admin',
      acrValues: 'none',
      subject: '666',
      bindingMessage: 'PLANTED',
      displayCode: '666',
      transaction: { title: 'Pay' },
    });
    const sent = backend.initiate.mock.calls[0]?.[0];
    expect(sent).toEqual({ loginHint: 'ada@example.com', scope: 'openid', displayCode: expect.any(String) });
    expect(sent?.displayCode).not.toBe('666');
  });

  test("shows the app's text as a text, beside a number", async () => {
    const { backend, browser } = createApp({
      authRequest: (loginHint) => ({ loginHint, bindingMessage: 'PAY-120' }),
    });
    const { body } = await browser().initiate('ada@example.com');
    expect(body).toMatchObject({ bindingMessage: 'PAY-120', displayCode: expect.stringMatching(/^\d{4}$/) });
    expect(backend.initiate.mock.calls[0]?.[0]).toMatchObject({
      bindingMessage: 'PAY-120',
      displayCode: body['displayCode'],
    });
  });

  test('shows no number for a text alone', async () => {
    const { browser } = createApp({
      authRequest: (loginHint) => ({ loginHint, bindingMessage: '4827' }),
      displayCode: false,
    });
    const { body } = await browser().initiate('ada@example.com');
    expect(body).toMatchObject({ bindingMessage: '4827' });
    expect(body).not.toHaveProperty('displayCode');
  });

  test.each(['ada@example.com', 'stranger@example.com'])("shows the app's own number to %s", async (hint) => {
    const { backend, browser } = createApp({
      authRequest: (loginHint) => ({ loginHint, nobody: loginHint.startsWith('stranger'), displayCode: 'A-7' }),
    });
    expect((await browser().initiate(hint)).body['displayCode']).toBe('A-7');
    for (const [sent] of backend.initiate.mock.calls) expect(sent).toMatchObject({ displayCode: 'A-7' });
  });

  test('makes no display code when told so', async () => {
    const { browser } = createApp({ displayCode: false });
    expect((await browser().initiate('ada@example.com')).body).not.toHaveProperty('displayCode');
  });

  test('answers the same attempt with the same answer and rings once', async () => {
    const { backend, browser } = createApp();
    const page = browser();
    const attempt = newAttempt();
    const first = await page.initiate('ada@example.com', attempt);
    await advance(59);
    expect((await page.initiate('ada@example.com', attempt)).body).toEqual(first.body);
    expect(backend.initiate).toHaveBeenCalledTimes(1);

    await advance(2);
    await page.initiate('ada@example.com', attempt);
    expect(backend.initiate).toHaveBeenCalledTimes(2);
  });

  test('rings once when the same attempt comes twice at the same time', async () => {
    const { backend, browser } = createApp();
    const page = browser();
    const attempt = newAttempt();
    const [first, second] = await Promise.all([
      page.initiate('ada@example.com', attempt),
      page.initiate('ada@example.com', attempt),
    ]);
    expect(first.body).toEqual(second.body);
    expect(first.setCookies).toEqual(second.setCookies);
    expect(backend.initiate).toHaveBeenCalledTimes(1);
  });

  test('gives the first answer again, with its cookie, to a browser that lost both', async () => {
    const { backend, browser } = createApp();
    const page = browser();
    const attempt = newAttempt();
    const lost = await page.postLost('initiate', { loginHint: 'ada@example.com', actId: attempt });
    const reply = await page.initiate('ada@example.com', attempt);

    expect(reply.body).toEqual(lost.body);
    expect(backend.initiate).toHaveBeenCalledTimes(1);
    expect((await page.poll(reply.body['id'])).body['status']).toBe('pending');
  });

  test('gives nobody the answer of an attempt that another browser made', async () => {
    const { browser } = createApp();
    const attempt = newAttempt();
    const mine = await browser().initiate('ada@example.com', attempt);
    const other = browser();
    await other.initiate('bob@example.com');
    const theirs = await other.initiate('ada@example.com', attempt);
    expect(theirs.status).toBe(429);
    expect(theirs.body['id']).not.toBe(mine.body['id']);
  });

  test('gives nobody the answer of an attempt whose id is short enough to guess', async () => {
    const { browser } = createApp();
    await browser().initiate('ada@example.com', '1');
    expect((await browser().initiate('ada@example.com', '1')).status).toBe(429);
  });

  test('rings anew when the attempt failed before', async () => {
    const { backend, browser } = createApp();
    backend.initiate.mockRejectedValueOnce(new CibaError('unavailable', 'Down.'));
    const page = browser();
    const attempt = newAttempt();
    expect((await page.initiate('ada@example.com', attempt)).status).toBe(503);
    expect((await page.initiate('ada@example.com', attempt)).status).toBe(200);
  });

  test('takes a new start by the same browser for a resend: the older request goes on counting', async () => {
    const { backend, browser } = createApp();
    const page = browser();
    const older = await page.initiate('ada@example.com');
    await advance(30);
    const newer = await page.initiate('ada@example.com');
    expect(newer.status).toBe(200);
    expect(newer.body['id']).not.toBe(older.body['id']);
    // The older request was polled before the newer one was sent.
    await advance(3);

    backend.poll.mockImplementation(async ({ id }) =>
      id === 'adapter-handle-1' ? { status: 'approved', session: ADA } : { status: 'pending' },
    );
    expect((await page.poll(newer.body['id'])).body['status']).toBe('pending');
    expect((await page.poll(older.body['id'])).body['status']).toBe('approved');
  });
});

describe('poll', () => {
  async function started(options?: Parameters<typeof createApp>[0]) {
    const app = createApp(options);
    const page = app.browser();
    const { body } = await page.initiate('ada@example.com');
    return { ...app, page, id: body['id'] };
  }

  /** Only such a browser learns what the provider says of one login. */
  async function startedInKnownBrowser() {
    const app = createApp();
    const page = await createKnownBrowser(app);
    const { body } = await page.initiate('ada@example.com');
    return { ...app, page, id: body['id'] };
  }

  test('hands the adapter its own handle, its state and the present interval', async () => {
    const { backend, page, id } = await startedInKnownBrowser();
    backend.poll.mockResolvedValueOnce({ status: 'pending', interval: 8 });
    expect((await page.poll(id)).body).toEqual({ status: 'pending', interval: 8 });
    await advance(8);
    expect((await page.poll(id)).body).toEqual({ status: 'pending', interval: 8 });
    expect(backend.poll.mock.calls.map(([pending]) => pending)).toMatchObject([
      { id: 'adapter-handle-2', interval: 3, serverState: { authReqId: 'auth-req-id-2' } },
      { id: 'adapter-handle-2', interval: 8, serverState: { authReqId: 'auth-req-id-2' } },
    ]);
  });

  test('asks the provider no sooner than it allows, and answers from its own record meanwhile', async () => {
    const { backend, page, id } = await started();
    await page.poll(id);
    await advance(2.4);
    expect((await page.poll(id)).body).toEqual({ status: 'pending' });
    expect(backend.poll).toHaveBeenCalledTimes(1);
    await advance(0.6);
    await page.poll(id);
    expect(backend.poll).toHaveBeenCalledTimes(2);
  });

  test('waits as long as a Retry-After says', async () => {
    const { backend, page, id } = await startedInKnownBrowser();
    backend.poll.mockResolvedValueOnce({ status: 'pending', retryAfter: 20 });
    expect((await page.poll(id)).body).toEqual({ status: 'pending', retryAfter: 20 });
    await advance(10);
    expect((await page.poll(id)).body).toEqual({ status: 'pending', retryAfter: 10 });
    expect(backend.poll).toHaveBeenCalledTimes(1);
  });

  test('sends one of two overlapping polls to the provider', async () => {
    const { backend, page, id } = await started();
    const answer = deferred<PollResult<Session>>();
    backend.poll.mockReturnValue(answer.promise);
    const first = page.poll(id);
    const second = await page.poll(id);
    await advance(10);
    const third = await page.poll(id);
    answer.resolve({ status: 'approved', session: ADA });

    expect(second.body).toEqual({ status: 'pending' });
    expect(third.body).toEqual({ status: 'pending' });
    expect((await first).body['status']).toBe('approved');
    expect(backend.poll).toHaveBeenCalledTimes(1);
  });

  test('redeems once, however many polls come at the same time', async () => {
    const { backend, page, id } = await started();
    backend.poll.mockResolvedValue({ status: 'approved', session: ADA });
    const replies = await Promise.all(Array.from({ length: 20 }, () => page.poll(id)));
    expect(backend.poll).toHaveBeenCalledTimes(1);
    expect(replies.filter(({ body }) => body['status'] === 'approved').length).toBeGreaterThanOrEqual(1);
  });

  test.each(['denied', 'expired'] as const)(
    'says %s, again for 30 s, and asks the provider no more',
    async (status) => {
      const { backend, page, id } = await started();
      await advance(91);
      backend.poll.mockResolvedValueOnce({ status });
      expect((await page.poll(id)).body).toEqual({ status });
      await advance(29);
      expect((await page.poll(id)).body).toEqual({ status });
      await advance(2);
      expect((await page.poll(id)).status).toBe(404);
      expect(backend.poll).toHaveBeenCalledTimes(1);
    },
  );

  test('asks once more at the end of the life and then says expired', async () => {
    const { backend, page, id } = await started();
    await advance(91);
    expect((await page.poll(id)).body).toEqual({ status: 'expired' });
    expect(backend.poll).toHaveBeenCalledTimes(1);
  });

  test('lets an approval at the last moment count', async () => {
    const { backend, page, id } = await started();
    await advance(91);
    backend.poll.mockResolvedValueOnce({ status: 'approved', session: ADA });
    expect((await page.poll(id)).body['status']).toBe('approved');
  });

  test.each([
    [new CibaError('unavailable', 'Down.', { retryAfter: 7 }), 503, { error: 'unavailable', retryAfter: 7 }],
    [new CibaError('network', 'Unreachable.'), 503, { error: 'unavailable', retryAfter: 5 }],
    [new CibaError('badResponse', 'HTML.'), 502, { error: 'badResponse' }],
    [new CibaError('rateLimited', '429.', { retryAfter: 12 }), 429, { error: 'rateLimited', retryAfter: 12 }],
    [new CibaError('timeout', 'Slow.'), 504, { error: 'timeout' }],
  ])('tells a fault that passes and keeps the login: %s', async (fault, status, body) => {
    const { backend, page, id } = await startedInKnownBrowser();
    backend.poll.mockRejectedValueOnce(fault);
    const reply = await page.poll(id);
    expect(reply.status).toBe(status);
    expect(reply.body).toEqual(body);
    expect(reply.headers.get('retry-after')).toBe('retryAfter' in body ? String(body.retryAfter) : null);

    await advance(12);
    backend.poll.mockResolvedValueOnce({ status: 'approved', session: ADA });
    expect((await page.poll(id)).body['status']).toBe('approved');
  });

  test('honours the Retry-After of a fault before it asks again', async () => {
    const { backend, page, id } = await started();
    backend.poll.mockRejectedValueOnce(new CibaError('rateLimited', '429.', { retryAfter: 12 }));
    await page.poll(id);
    await advance(11);
    await page.poll(id);
    expect(backend.poll).toHaveBeenCalledTimes(1);
  });

  test('ends a login with a fault that does not pass, and frees its places', async () => {
    const { backend, page, id, events, browser } = await started();
    backend.poll.mockRejectedValueOnce(new CibaError('refused', 'Somebody else approved it.'));
    expect(await page.poll(id)).toMatchObject({ status: 403, body: { error: 'refused' } });
    expect(await page.poll(id)).toMatchObject({ status: 403, body: { error: 'refused' } });
    expect(backend.poll).toHaveBeenCalledTimes(1);
    expect(events).toContainEqual(expect.objectContaining({ type: 'failed', during: 'poll', code: 'refused' }));
    expect((await browser().initiate('ada@example.com')).status).toBe(200);
  });

  test('goes on as a decoy when the provider says only now that there is nobody', async () => {
    const { backend, page, id } = await started();
    backend.poll.mockRejectedValueOnce(new CibaError('unknownUser', 'No such user.'));
    expect((await page.poll(id)).body).toEqual({ status: 'pending' });
    await advance(3);
    expect((await page.poll(id)).body).toEqual({ status: 'pending' });
    expect(backend.poll).toHaveBeenCalledTimes(1);
  });
});

describe('cancel', () => {
  test('ends the login, tells the adapter, and frees its places', async () => {
    const { backend, browser } = createApp();
    const page = browser();
    const { body } = await page.initiate('ada@example.com');
    const reply = await page.post('cancel', { id: body['id'] });
    expect(reply.status).toBe(204);
    expect(backend.cancel).toHaveBeenCalledTimes(1);
    expect(backend.cancel.mock.calls[0]?.[0]).toMatchObject({ id: 'adapter-handle-1' });
    expect((await page.poll(body['id'])).status).toBe(404);
    expect(backend.poll).not.toHaveBeenCalled();
    expect((await browser().initiate('ada@example.com')).status).toBe(200);
  });

  test('answers 204 for an unknown id, and for one of another browser, which stays', async () => {
    const { browser } = createApp();
    const page = browser();
    const { body } = await page.initiate('ada@example.com');
    const other = browser();
    await other.initiate('bob@example.com');
    expect((await other.post('cancel', { id: body['id'] })).status).toBe(204);
    expect((await other.post('cancel', { id: 'nothing' })).status).toBe(204);
    expect((await page.poll(body['id'])).status).toBe(200);
  });

  test('does not wait for the backend, nor fail with it', async () => {
    const { backend, browser, events } = createApp();
    const page = browser();
    const { body } = await page.initiate('ada@example.com');
    backend.cancel.mockRejectedValueOnce(new CibaError('unavailable', 'Down.'));
    expect((await page.post('cancel', { id: body['id'] })).status).toBe(204);
    await advance(0);
    expect(events).toContainEqual(expect.objectContaining({ type: 'failed', during: 'cancel' }));
  });
});

describe('two processes that share a store', () => {
  function twoProcesses() {
    const store = createMemoryStore();
    const { backend, handler: one } = createApp({ store });
    const { handler: two } = createApp({ store, adapter: backend });
    return { backend, page: new TestBrowser(one, ORIGIN), sameOnTwo: new TestBrowser(two, ORIGIN) };
  }

  test('ring once for one attempt', async () => {
    const { backend, page, sameOnTwo } = twoProcesses();
    const attempt = newAttempt();
    const answer = deferred<PendingApproval>();
    backend.initiate.mockReturnValueOnce(answer.promise);
    const first = page.initiate('ada@example.com', attempt);
    await advance(0);
    expect(await sameOnTwo.initiate('ada@example.com', attempt)).toMatchObject({
      status: 503,
      body: { error: 'unavailable', retryAfter: 1 },
    });
    answer.resolve({ id: 'adapter-handle-1', expiresIn: 90, interval: 3, resumable: true });
    const { body } = await first;
    expect((await sameOnTwo.initiate('ada@example.com', attempt)).body).toEqual(body);
    expect(backend.initiate).toHaveBeenCalledTimes(1);
  });

  test('redeem once, and both tell it', async () => {
    const { backend, page, sameOnTwo } = twoProcesses();
    const { body } = await page.initiate('ada@example.com');
    for (const [name, value] of page.cookies) sameOnTwo.cookies.set(name, value);
    const answer = deferred<PollResult<Session>>();
    backend.poll.mockReturnValue(answer.promise);
    const first = page.poll(body['id']);
    await advance(0);
    expect((await sameOnTwo.poll(body['id'])).body).toEqual({ status: 'pending' });
    answer.resolve({ status: 'approved', session: ADA });
    expect((await first).body['status']).toBe('approved');
    expect((await sameOnTwo.poll(body['id'])).body['status']).toBe('approved');
    expect(backend.poll).toHaveBeenCalledTimes(1);
  });
});
