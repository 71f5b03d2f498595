// @vitest-environment node
import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest';
import { createHttpAdapter } from '../../../src/adapters/http/index.js';
import type { HttpAdapterOptions } from '../../../src/adapters/http/index.js';
import type { CallOptions, PendingApproval } from '../../../src/contract/index.js';
import { startLoopback } from '../loopback.js';

const PENDING: PendingApproval = { id: 'handle-1', expiresIn: 120, interval: 5, resumable: true };

type Answer = Response | Error | 'hang';

const json = (body: unknown, status = 200, headers: Record<string, string> = {}) =>
  Response.json(body, { status, headers });

/** A fetch that gives these answers in turn, and then the last one again and again. */
function createFetch(...answers: Answer[]) {
  return vi.fn<typeof fetch>((_url, init) => {
    const answer = answers.length > 1 ? answers.shift() : answers[0];
    if (answer instanceof Response) return Promise.resolve(answer.clone());
    if (answer instanceof Error) return Promise.reject(answer);
    return new Promise((_resolve, reject) => {
      init?.signal?.addEventListener('abort', () => reject(new DOMException('Aborted', 'AbortError')));
    });
  });
}

function setUp(answers: Answer[], options: HttpAdapterOptions = {}) {
  const fetch = createFetch(...answers);
  return { fetch, adapter: createHttpAdapter({ fetch, ...options }) };
}

function call(overrides: Partial<CallOptions> = {}): CallOptions {
  return { signal: new AbortController().signal, actId: 'attempt-1', ...overrides };
}

const bodyOf = (fetch: ReturnType<typeof createFetch>, index = 0) =>
  JSON.parse(String(fetch.mock.calls[index]?.[1]?.body)) as unknown;

/** What a promise came to, without anybody waiting for it. */
function follow(promise: Promise<unknown>) {
  const state: { settled: boolean; value?: unknown; error?: unknown } = { settled: false };
  promise.then(
    (value) => Object.assign(state, { settled: true, value }),
    (error: unknown) => Object.assign(state, { settled: true, error }),
  );
  return state;
}

beforeEach(() => {
  vi.useFakeTimers();
});

afterEach(() => {
  expect(vi.getTimerCount()).toBe(0);
  vi.useRealTimers();
  vi.unstubAllGlobals();
});

describe('requests', () => {
  test('sends JSON by POST, with the header of the handler, cookies of its own origin, no cache and no redirect', async () => {
    const { fetch, adapter } = setUp([json({ status: 'pending' })]);
    await adapter.poll(PENDING, call());

    expect(fetch).toHaveBeenCalledExactlyOnceWith(
      '/api/ciba/poll',
      expect.objectContaining({
        method: 'POST',
        headers: { 'content-type': 'application/json', 'x-ciba-request': '1' },
        credentials: 'same-origin',
        cache: 'no-store',
        redirect: 'error',
      }),
    );
    expect(bodyOf(fetch)).toEqual({ id: 'handle-1' });
  });

  test('uses basePath, with or without a slash at its end', async () => {
    for (const basePath of ['/auth/ciba', '/auth/ciba/']) {
      const { fetch, adapter } = setUp([json({ status: 'pending' })], { basePath });
      await adapter.poll(PENDING, call());
      expect(fetch.mock.calls[0]?.[0]).toBe('/auth/ciba/poll');
    }
  });

  test('uses the global fetch of the moment', async () => {
    const adapter = createHttpAdapter();
    const fetch = createFetch(json({ status: 'denied' }));
    vi.stubGlobal('fetch', fetch);
    expect(await adapter.poll(PENDING, call())).toEqual({ status: 'denied' });
    expect(fetch).toHaveBeenCalledOnce();
  });

  test('sends the hint and the attempt to start with, and nothing else of the request', async () => {
    const { fetch, adapter } = setUp([json(PENDING)]);
    await adapter.initiate({ loginHint: 'ada@example.com', bindingMessage: 'W4', scope: 'openid' }, call());
    expect(fetch.mock.calls[0]?.[0]).toBe('/api/ciba/initiate');
    expect(bodyOf(fetch)).toEqual({ loginHint: 'ada@example.com', actId: 'attempt-1' });
  });

  test('sends a code with the push beside it, if there is one', async () => {
    const { fetch, adapter } = setUp([json({ status: 'notEnrolled' })]);
    await adapter.verifyTotp({ loginHint: 'ada', code: '123456' }, call());
    await adapter.verifyTotp({ loginHint: 'ada', code: '123456', pending: PENDING }, call());
    expect(fetch.mock.calls[0]?.[0]).toBe('/api/ciba/code');
    expect(bodyOf(fetch, 0)).toEqual({ loginHint: 'ada', code: '123456', actId: 'attempt-1' });
    expect(bodyOf(fetch, 1)).toEqual({ loginHint: 'ada', code: '123456', actId: 'attempt-1', id: 'handle-1' });
  });

  test('S16: reports by the handle alone, and takes an empty answer for a yes', async () => {
    const { fetch, adapter } = setUp([new Response(null, { status: 204 })]);
    await expect(adapter.report(PENDING, call())).resolves.toBeUndefined();
    expect(fetch.mock.calls[0]?.[0]).toBe('/api/ciba/report');
    expect(bodyOf(fetch)).toEqual({ id: 'handle-1' });
  });

  test('cancels, and takes an empty answer for a yes', async () => {
    const { fetch, adapter } = setUp([new Response(null, { status: 204 })]);
    await expect(adapter.cancel(PENDING, call())).resolves.toBeUndefined();
    expect(fetch.mock.calls[0]?.[0]).toBe('/api/ciba/cancel');
    expect(bodyOf(fetch)).toEqual({ id: 'handle-1' });
  });

  test('asks who is signed in by GET', async () => {
    const { fetch, adapter } = setUp([json({ session: { name: 'Ada' } }), json({ session: null }), json({})]);
    expect(await adapter.session()).toEqual({ name: 'Ada' });
    expect(fetch).toHaveBeenLastCalledWith('/api/ciba/session', expect.objectContaining({ method: 'GET' }));
    expect(fetch.mock.lastCall?.[1]?.body).toBeUndefined();
    expect(await adapter.session()).toBeNull();
    await expect(adapter.session()).rejects.toMatchObject({ code: 'badResponse' });
  });

  test('signs out', async () => {
    const { fetch, adapter } = setUp([new Response(null, { status: 204 })]);
    await expect(adapter.signOut()).resolves.toBeUndefined();
    expect(fetch).toHaveBeenCalledExactlyOnceWith('/api/ciba/sign-out', expect.objectContaining({ method: 'POST' }));
  });
});

describe('answers', () => {
  const poll = (body: unknown) => setUp([json(body)]).adapter.poll(PENDING, call());
  const initiate = (body: unknown) => {
    const { fetch, adapter } = setUp([json(body), json({ error: 'forbidden' }, 403)]);
    // A malformed answer is asked for again, and that answer ends it here.
    const outcome = adapter.initiate({ loginHint: 'ada' }, call());
    return { fetch, outcome };
  };
  const verify = (body: unknown) => setUp([json(body)]).adapter.verifyTotp({ loginHint: 'a', code: '123456' }, call());

  test('keeps the fields it knows and drops the others', async () => {
    const full = { ...PENDING, displayCode: 'W4-7', deliveredTo: 'Pixel 9' };
    expect(await initiate({ ...full, serverState: 'auth_req_id', more: 1 }).outcome).toStrictEqual(full);
    expect(await initiate(PENDING).outcome).toStrictEqual(PENDING);
    expect(await poll({ status: 'pending', interval: 10, retryAfter: 0, more: 1 })).toStrictEqual({
      status: 'pending',
      interval: 10,
      retryAfter: 0,
    });
    expect(await poll({ status: 'approved', session: { name: 'Ada' }, token: 't' })).toStrictEqual({
      status: 'approved',
      session: { name: 'Ada' },
    });
    expect(await poll({ status: 'denied', session: 1 })).toStrictEqual({ status: 'denied' });
    expect(await poll({ status: 'expired' })).toStrictEqual({ status: 'expired' });
    expect(await verify({ status: 'approved', session: 'Ada' })).toStrictEqual({ status: 'approved', session: 'Ada' });
    expect(await verify({ status: 'invalidCode' })).toStrictEqual({ status: 'invalidCode' });
    expect(await verify({ status: 'invalidCode', attemptsLeft: 2 })).toStrictEqual({
      status: 'invalidCode',
      attemptsLeft: 2,
    });
    expect(await verify({ status: 'lockedOut', retryAfter: 30 })).toStrictEqual({
      status: 'lockedOut',
      retryAfter: 30,
    });
    expect(await verify({ status: 'notEnrolled' })).toStrictEqual({ status: 'notEnrolled' });
  });

  test.each([
    ['nothing', undefined],
    ['null', null],
    ['a text', 'pending'],
    ['a list', [{ status: 'pending' }]],
    ['no status', {}],
    ['an unknown status', { status: 'ok' }],
    ['the name of an inherited property', { status: 'constructor' }],
    ['an approval without a session', { status: 'approved' }],
    ['an approval with no session', { status: 'approved', session: null }],
    ['an interval of 0', { status: 'pending', interval: 0 }],
    ['an interval in text', { status: 'pending', interval: '5' }],
    ['a negative wait', { status: 'pending', retryAfter: -1 }],
    ['a wait of a year', { status: 'pending', retryAfter: 31_536_000 }],
    ['a status of codes', { status: 'invalidCode' }],
  ])('takes %s for no answer to a poll', async (_name, body) => {
    await expect(poll(body ?? null)).rejects.toMatchObject({ code: 'badResponse', retryable: true });
  });

  test('takes a number that is too large for JSON for no answer', async () => {
    const { adapter } = setUp([new Response('{"status":"pending","retryAfter":1e999}')]);
    await expect(adapter.poll(PENDING, call())).rejects.toMatchObject({ code: 'badResponse' });
  });

  test.each([
    ['no id', { id: undefined }],
    ['an empty id', { id: '' }],
    ['a number as id', { id: 7 }],
    ['no life', { expiresIn: 0 }],
    ['a life in text', { expiresIn: '120' }],
    ['an endless life', { expiresIn: 1e12 }],
    ['no interval', { interval: undefined }],
    ['a display code that is a number', { displayCode: 42 }],
    ['a place that is null', { deliveredTo: null }],
    ['no word on resuming', { resumable: undefined }],
  ])('takes a start with %s for no answer', async (_name, change) => {
    const { fetch, outcome } = initiate({ ...PENDING, ...change });
    const state = follow(outcome);
    await vi.advanceTimersByTimeAsync(1999);
    expect(fetch).toHaveBeenCalledTimes(1);
    await vi.advanceTimersByTimeAsync(1);
    expect(state.error).toMatchObject({ code: 'forbidden' });
  });

  test.each([
    ['tries in part', { status: 'invalidCode', attemptsLeft: 1.5 }],
    ['tries below 0', { status: 'invalidCode', attemptsLeft: -1 }],
    ['a wait in text', { status: 'lockedOut', retryAfter: '30' }],
    ['a status of polls', { status: 'pending' }],
  ])('takes %s for no answer to a code', async (_name, body) => {
    await expect(verify(body)).rejects.toMatchObject({ code: 'badResponse' });
  });
});

describe('errors', () => {
  const failure = async (answer: Answer) => {
    const { fetch, adapter } = setUp([answer]);
    const error: unknown = await adapter.poll(PENDING, call()).catch((caught: unknown) => caught);
    expect(fetch).toHaveBeenCalledOnce();
    return error;
  };

  test.each([
    [400, 'badResponse', false],
    [401, 'unauthorized', false],
    [403, 'forbidden', false],
    [404, 'notFound', false],
    [405, 'badResponse', false],
    [408, 'timeout', true],
    [429, 'rateLimited', true],
    [500, 'unavailable', true],
    [502, 'unavailable', true],
    [503, 'unavailable', true],
    [504, 'timeout', true],
  ])('takes HTTP %i without a word for %s', async (status, code, retryable) => {
    for (const answer of [
      new Response('<html>', { status }),
      json({}, status),
      json(null, status),
      json({ error: 'toString' }, status),
    ]) {
      expect(await failure(answer)).toMatchObject({ name: 'CibaError', code, retryable });
    }
  });

  test('believes the code of the body, whatever the status', async () => {
    expect(await failure(json({ error: 'refused' }, 400))).toMatchObject({ code: 'refused', retryable: false });
    expect(await failure(json({ error: 'inReview' }, 403))).toMatchObject({ code: 'inReview' });
    expect(await failure(json({ error: 'badResponse' }, 502))).toMatchObject({ code: 'badResponse', retryable: true });
    expect(await failure(json({ error: 'misconfigured' }, 500))).toMatchObject({ retryable: false });
  });

  test('takes a page of HTML for no answer', async () => {
    expect(await failure(new Response('<!doctype html>'))).toMatchObject({ code: 'badResponse', retryable: true });
  });

  test.each([
    ['the body', json({ error: 'rateLimited', retryAfter: 7 }, 429, { 'retry-after': '9' }), 7],
    ['a header in seconds', json({}, 429, { 'retry-after': '9' }), 9],
    ['a header on HTML', new Response('<p>', { status: 503, headers: { 'retry-after': '9' } }), 9],
    ['a body that makes no sense', json({ retryAfter: 'soon' }, 429, { 'retry-after': '9' }), 9],
    ['a header that makes no sense', json({}, 429, { 'retry-after': 'soon' }), undefined],
    ['no header', json({}, 429), undefined],
  ])('reads the wait from %s', async (_name, answer, retryAfter) => {
    expect(((await failure(answer)) as { retryAfter?: number }).retryAfter).toBe(retryAfter);
  });

  test("reads the wait from a header with a date, by the server's clock", async () => {
    vi.setSystemTime(Date.UTC(2026, 0, 1, 9, 0, 0));
    const date = 'Thu, 01 Jan 2026 12:00:00 GMT';
    const at = (retryAfter: string) => json({}, 503, { 'retry-after': retryAfter, date });
    expect(await failure(at('Thu, 01 Jan 2026 12:00:30 GMT'))).toMatchObject({ retryAfter: 30 });
    expect(await failure(at('Thu, 01 Jan 2026 11:00:00 GMT'))).not.toHaveProperty('retryAfter');
  });

  test('calls a rejected fetch a network fault, and keeps its cause', async () => {
    const cause = new TypeError('Failed to fetch');
    expect(await failure(cause)).toMatchObject({ code: 'network', retryable: true, cause });
  });

  test('calls a body that breaks off a network fault', async () => {
    const broken = Object.assign(new Response(), { text: () => Promise.reject(new TypeError('terminated')) });
    const adapter = createHttpAdapter({ fetch: () => Promise.resolve(broken) });
    await expect(adapter.poll(PENDING, call())).rejects.toMatchObject({ code: 'network', retryable: true });
  });

  test('calls it offline where the browser knows that it is', async () => {
    vi.stubGlobal('navigator', { onLine: false });
    expect(await failure(new TypeError('Failed to fetch'))).toMatchObject({ code: 'offline', retryable: true });
    // What reaches the server all the same is believed: some systems report no network while loopback works.
    expect(await setUp([json({ status: 'denied' })]).adapter.poll(PENDING, call())).toEqual({ status: 'denied' });
  });

  test('keeps bodies, ids, hints and codes out of the texts', async () => {
    const broken = '{"status":"approved","session":{"token":"session-secret"';
    for (const answer of [
      new Response(broken),
      new Response(broken, { status: 500 }),
      json({ status: 'session-secret' }),
      json({ error: 'session-secret' }, 400),
      new TypeError('Failed to fetch'),
    ]) {
      const { adapter } = setUp([answer]);
      const request = { loginHint: 'ada@example.com', code: '123456', pending: PENDING };
      const error = (await adapter.verifyTotp(request, call()).catch((caught: unknown) => caught)) as Error;
      const printed = [error.stack, error.cause, JSON.stringify(error)].join('\n');
      expect(printed).toContain('CibaError');
      expect(printed).not.toMatch(/secret|ada@example|123456|handle-1/);
    }
  });
});

describe('time', () => {
  test('gives an answer 15 s, then lets go of the request', async () => {
    const { fetch, adapter } = setUp(['hang']);
    const state = follow(adapter.poll(PENDING, call()));
    await vi.advanceTimersByTimeAsync(14_999);
    expect(state.settled).toBe(false);
    await vi.advanceTimersByTimeAsync(1);
    expect(state.error).toMatchObject({ code: 'timeout', retryable: true });
    expect(fetch.mock.calls[0]?.[1]?.signal?.aborted).toBe(true);
    expect(fetch).toHaveBeenCalledOnce();
  });

  test('gives it as long as the option says', async () => {
    const state = follow(setUp(['hang'], { timeout: 40 }).adapter.poll(PENDING, call()));
    await vi.advanceTimersByTimeAsync(39_999);
    expect(state.settled).toBe(false);
    await vi.advanceTimersByTimeAsync(1);
    expect(state.error).toMatchObject({ code: 'timeout' });
  });

  test('takes a timeout of Infinity for none', async () => {
    const controller = new AbortController();
    const state = follow(
      setUp(['hang'], { timeout: Infinity }).adapter.poll(PENDING, call({ signal: controller.signal })),
    );
    await vi.advanceTimersByTimeAsync(3_600_000);
    expect(state.settled).toBe(false);
    controller.abort();
    await vi.advanceTimersByTimeAsync(0);
    expect(state.settled).toBe(true);
  });

  test('counts the reading of a body too', async () => {
    const adapter = createHttpAdapter({
      fetch: (_url, init) => {
        const text = () =>
          new Promise<string>((_resolve, reject) => {
            init?.signal?.addEventListener('abort', () => reject(new DOMException('Aborted', 'AbortError')));
          });
        return Promise.resolve(Object.assign(new Response(), { text }));
      },
    });
    const state = follow(adapter.poll(PENDING, call()));
    await vi.advanceTimersByTimeAsync(15_000);
    expect(state.error).toMatchObject({ code: 'timeout' });
  });

  test('sends nothing when it was aborted before', async () => {
    const { fetch, adapter } = setUp([json(PENDING)]);
    const reason = new Error('unmounted');
    const options = call({ signal: AbortSignal.abort(reason) });
    await expect(adapter.initiate({ loginHint: 'ada' }, options)).rejects.toBe(reason);
    await expect(adapter.poll(PENDING, options)).rejects.toBe(reason);
    await expect(adapter.session(options)).rejects.toBe(reason);
    expect(fetch).not.toHaveBeenCalled();
  });

  test('lets go at once when it is aborted, with the reason of the signal', async () => {
    const { fetch, adapter } = setUp(['hang']);
    const controller = new AbortController();
    const reason = new Error('unmounted');
    const state = follow(adapter.poll(PENDING, call({ signal: controller.signal })));
    controller.abort(reason);
    await vi.advanceTimersByTimeAsync(0);
    expect(state.error).toBe(reason);
    expect(fetch.mock.calls[0]?.[1]?.signal?.aborted).toBe(true);
  });
});

describe('starting again by itself', () => {
  const TRANSIENT: [string, () => Answer][] = [
    ['a lost connection', () => new TypeError('Failed to fetch')],
    ['HTTP 408', () => json({}, 408)],
    ['HTTP 429', () => json({}, 429, { 'retry-after': '1' })],
    ['HTTP 500', () => json({}, 500)],
    ['HTML', () => new Response('<html>')],
  ];

  test.each(TRANSIENT)('repeats the same attempt after 2, 4 and 8 s when it met %s', async (_name, fault) => {
    const { fetch, adapter } = setUp([fault(), fault(), fault(), json(PENDING)]);
    const state = follow(adapter.initiate({ loginHint: 'ada' }, call()));
    for (const [pause, sent] of [
      [2000, 1],
      [4000, 2],
      [8000, 3],
    ] as const) {
      await vi.advanceTimersByTimeAsync(pause - 1);
      expect(fetch).toHaveBeenCalledTimes(sent);
      await vi.advanceTimersByTimeAsync(1);
      expect(fetch).toHaveBeenCalledTimes(sent + 1);
    }
    expect(state.value).toEqual(PENDING);
    for (const index of [0, 1, 2, 3]) {
      expect(bodyOf(fetch, index)).toEqual({ loginHint: 'ada', actId: 'attempt-1' });
    }
  });

  test('gives up after the third repetition, with its error', async () => {
    const { fetch, adapter } = setUp([json({}, 500), json({}, 500), json({}, 500), json({}, 503)]);
    const state = follow(adapter.initiate({ loginHint: 'ada' }, call()));
    await vi.advanceTimersByTimeAsync(14_000);
    expect(state.error).toMatchObject({ code: 'unavailable', message: expect.stringContaining('503') });
    expect(fetch).toHaveBeenCalledTimes(4);
  });

  test('waits as long as the server asks for, up to 8 s', async () => {
    const { fetch, adapter } = setUp([json({}, 503, { 'retry-after': '8' }), json(PENDING)]);
    const state = follow(adapter.initiate({ loginHint: 'ada' }, call()));
    await vi.advanceTimersByTimeAsync(7999);
    expect(fetch).toHaveBeenCalledOnce();
    await vi.advanceTimersByTimeAsync(1);
    expect(state.value).toEqual(PENDING);
  });

  test.each<[string, () => Answer, string]>([
    ['a longer wait', () => json({}, 429, { 'retry-after': '9' }), 'rateLimited'],
    ['a definite no', () => json({ error: 'forbidden' }, 403), 'forbidden'],
    ['a request that nobody understood', () => json({}, 400), 'badResponse'],
  ])('leaves %s to the user', async (_name, answer, code) => {
    const { fetch, adapter } = setUp([answer()]);
    await expect(adapter.initiate({ loginHint: 'ada' }, call())).rejects.toMatchObject({ code });
    expect(fetch).toHaveBeenCalledOnce();
  });

  test('says at once that there is no network', async () => {
    vi.stubGlobal('navigator', { onLine: false });
    const { fetch, adapter } = setUp([new TypeError('Failed to fetch')]);
    await expect(adapter.initiate({ loginHint: 'ada' }, call())).rejects.toMatchObject({ code: 'offline' });
    expect(fetch).toHaveBeenCalledOnce();
  });

  test.each([-6, 6])('repeats as usual when the clock of the device jumps by %i hours', async (hours) => {
    const { fetch, adapter } = setUp([json({ error: 'unavailable' }, 503), json(PENDING)]);
    const started = follow(adapter.initiate({ loginHint: 'ada' }, call()));
    await vi.advanceTimersByTimeAsync(0);
    vi.setSystemTime(Date.now() + hours * 3_600_000);
    await vi.advanceTimersByTimeAsync(2000);
    expect(fetch).toHaveBeenCalledTimes(2);
    expect(started).toMatchObject({ settled: true, value: PENDING });
  });

  test.each([-6, 6])('starts no late repetition either when the clock jumps by %i hours', async (hours) => {
    const slow = () => new Promise<Response>((resolve) => setTimeout(() => resolve(json({}, 503)), 14_000));
    const fetch = vi.fn<typeof globalThis.fetch>(slow);
    vi.stubGlobal('fetch', fetch);
    const started = follow(createHttpAdapter().initiate({ loginHint: 'ada' }, call()));
    await vi.advanceTimersByTimeAsync(1000);
    vi.setSystemTime(Date.now() + hours * 3_600_000);
    await vi.advanceTimersByTimeAsync(120_000);
    expect(started.error).toMatchObject({ code: 'unavailable' });
    // At 0, 16 and 34 s; the next one would come at 56.
    expect(fetch).toHaveBeenCalledTimes(3);
  });

  test('starts no repetition later than 50 s after the first sending, since the handler forgets after 60', async () => {
    const { fetch, adapter } = setUp(['hang']);
    const sentAt: number[] = [];
    const startedAt = Date.now();
    const hang = fetch.getMockImplementation();
    fetch.mockImplementation((...request) => {
      sentAt.push((Date.now() - startedAt) / 1000);
      return hang?.(...request) ?? Promise.reject(new Error('no fetch'));
    });
    const state = follow(adapter.initiate({ loginHint: 'ada' }, call()));
    await vi.advanceTimersByTimeAsync(51_000);
    expect(state.error).toMatchObject({ code: 'timeout' });
    expect(sentAt).toEqual([0, 17, 36]);
  });

  test('stops at once when it is aborted between two sendings', async () => {
    const { fetch, adapter } = setUp([json({}, 500)]);
    const controller = new AbortController();
    const state = follow(adapter.initiate({ loginHint: 'ada' }, call({ signal: controller.signal })));
    await vi.advanceTimersByTimeAsync(1000);
    controller.abort(new Error('cancelled'));
    expect(vi.getTimerCount()).toBe(0);
    await vi.advanceTimersByTimeAsync(0);
    expect(state.error).toMatchObject({ message: 'cancelled' });
    await vi.advanceTimersByTimeAsync(60_000);
    expect(fetch).toHaveBeenCalledOnce();
  });

  test('repeats nothing when the answer to an aborted sending comes all the same', async () => {
    const controller = new AbortController();
    const fetch = vi.fn(() => {
      controller.abort(new Error('cancelled'));
      return Promise.resolve(json({}, 500));
    });
    const state = follow(
      createHttpAdapter({ fetch }).initiate({ loginHint: 'ada' }, call({ signal: controller.signal })),
    );
    await vi.advanceTimersByTimeAsync(0);
    expect(state.settled).toBe(true);
    expect(fetch).toHaveBeenCalledOnce();
  });

  test('leaves no listener on the signal', async () => {
    const { signal } = new AbortController();
    const add = vi.spyOn(signal, 'addEventListener');
    const remove = vi.spyOn(signal, 'removeEventListener');
    const { adapter } = setUp([json({}, 500), json(PENDING)]);
    const state = follow(adapter.initiate({ loginHint: 'ada' }, call({ signal })));
    await vi.advanceTimersByTimeAsync(2000);
    expect(state.value).toEqual(PENDING);
    const listeners = (spy: typeof add | typeof remove) => spy.mock.calls.map(([, listener]) => listener);
    expect(listeners(add)).toHaveLength(3);
    expect(listeners(remove)).toEqual(listeners(add));
  });

  test('repeats nothing else', async () => {
    const { fetch, adapter } = setUp([json({}, 500)]);
    const outcomes = [
      adapter.poll(PENDING, call()),
      adapter.verifyTotp({ loginHint: 'ada', code: '123456' }, call()),
      adapter.cancel(PENDING, call()),
      adapter.session(),
      adapter.signOut(),
    ];
    for (const outcome of await Promise.allSettled(outcomes)) {
      expect(outcome).toMatchObject({ status: 'rejected', reason: { code: 'unavailable' } });
    }
    expect(fetch).toHaveBeenCalledTimes(5);
  });
});

describe('over a real connection', () => {
  test('follows no redirect', async () => {
    vi.useRealTimers();
    const server = await startLoopback(() => () => Response.redirect('http://127.0.0.1/login'));
    const adapter = createHttpAdapter({ basePath: `${server.origin}/api/ciba` });
    await expect(adapter.poll(PENDING, call())).rejects.toMatchObject({ code: 'network' });
    expect(server.requests).toBe(1);
    await server.close();
    vi.useFakeTimers();
  });
});
