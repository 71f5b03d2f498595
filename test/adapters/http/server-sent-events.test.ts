// @vitest-environment node
import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest';
import { createHttpAdapter, serverSentEvents } from '../../../src/adapters/http/index.js';
import type { PendingApproval } from '../../../src/contract/index.js';

beforeEach(() => void vi.useFakeTimers());
afterEach(() => void vi.useRealTimers());

const PENDING: PendingApproval = { id: 'x', expiresIn: 120, interval: 5, resumable: true };

/** A server whose streams a test writes to. */
function setUp() {
  const streams: { send(text: string): void; end(): void; signal: AbortSignal }[] = [];
  const answers: (() => Response | Promise<Response>)[] = [];
  const requests = vi.fn(async (_url: string, init: RequestInit = {}): Promise<Response> => {
    const next = answers.shift();
    if (next) return next();
    let controller: ReadableStreamDefaultController<Uint8Array> | null = null;
    const body = new ReadableStream<Uint8Array>({ start: (started) => void (controller = started) });
    const { signal } = init;
    if (!signal) throw new Error('no signal');
    signal.addEventListener('abort', () => controller?.error(signal.reason));
    streams.push({
      send: (text) => controller?.enqueue(new TextEncoder().encode(text)),
      end: () => controller?.close(),
      signal,
    });
    return new Response(body);
  });
  const adapter = createHttpAdapter({
    basePath: '/auth/',
    events: serverSentEvents,
    fetch: requests as unknown as typeof fetch,
  });
  const watch = (pending: PendingApproval = PENDING, life = new AbortController()) => {
    const onSignal = vi.fn();
    const leave = adapter.watch?.(pending, { signal: life.signal, onSignal }) ?? expect.fail('no watch');
    return { onSignal, leave, life };
  };
  return { streams, answers, requests, watch };
}

const settle = () => vi.advanceTimersByTimeAsync(0);

describe('watch', () => {
  test('is there only where events are asked for', () => {
    expect(createHttpAdapter()).not.toHaveProperty('watch');
    expect(createHttpAdapter({ events: serverSentEvents })).toHaveProperty('watch');
  });

  test('asks with the header and without an id in the address', async () => {
    const { requests, watch } = setUp();
    watch();
    await settle();
    expect(requests).toHaveBeenCalledOnce();
    const [url, init] = requests.mock.calls[0] ?? [];
    expect(url).toBe('/auth/events');
    expect(init).toMatchObject({ headers: { 'x-ciba-request': '1' }, credentials: 'same-origin', cache: 'no-store' });
  });

  test('signals when the stream opens and at each event, not at a comment', async () => {
    const { streams, watch } = setUp();
    const { onSignal } = watch();
    await settle();
    expect(onSignal).toHaveBeenCalledTimes(1);
    streams[0]?.send(': open\n\n');
    streams[0]?.send(':\n\n');
    await settle();
    expect(onSignal).toHaveBeenCalledTimes(1);
    streams[0]?.send('data: ready\n\n');
    await settle();
    expect(onSignal).toHaveBeenCalledTimes(2);
  });

  test('opens a broken stream again, and has everybody poll meanwhile: a signal may have been lost', async () => {
    const { requests, streams, watch } = setUp();
    const { onSignal } = watch();
    await settle();
    streams[0]?.end();
    await vi.advanceTimersByTimeAsync(5_000);
    expect(requests).toHaveBeenCalledTimes(2);
    expect(onSignal.mock.calls.length).toBeGreaterThanOrEqual(2);
  });

  test.each([
    ['refuses', () => new Response(null, { status: 404 })],
    ['is away', () => Promise.reject(new TypeError('fetch failed'))],
    ['answers nothing', () => new Response(null, { status: 204 })],
  ])('keeps the usual pace of polls while the server %s', async (_, answer) => {
    const { answers, watch } = setUp();
    answers.push(...Array.from({ length: 20 }, () => answer));
    const { onSignal } = watch();
    await vi.advanceTimersByTimeAsync(31_000);
    expect(onSignal).toHaveBeenCalledTimes(6);
  });

  test('opens one stream for all requests, and closes it after the last', async () => {
    const { requests, streams, watch } = setUp();
    const one = watch();
    const two = watch({ ...PENDING, id: 'y' });
    await settle();
    expect(requests).toHaveBeenCalledOnce();
    streams[0]?.send('data: ready\n\n');
    await settle();
    expect([one.onSignal.mock.calls.length, two.onSignal.mock.calls.length]).toEqual([2, 2]);

    one.leave();
    expect(streams[0]?.signal.aborted).toBe(false);
    streams[0]?.send('data: ready\n\n');
    await settle();
    expect([one.onSignal.mock.calls.length, two.onSignal.mock.calls.length]).toEqual([2, 3]);
    two.life.abort();
    expect(streams[0]?.signal.aborted).toBe(true);
    await settle();
    expect(vi.getTimerCount()).toBe(0);
    expect(requests).toHaveBeenCalledOnce();
  });

  test('opens a stream of its own after all had left', async () => {
    const { requests, watch } = setUp();
    watch().leave();
    const { onSignal } = watch();
    await vi.advanceTimersByTimeAsync(20_000);
    expect(requests).toHaveBeenCalledTimes(2);
    expect(onSignal).toHaveBeenCalledTimes(1);
  });

  test('does nothing for a request that was given up before', async () => {
    const { requests, watch } = setUp();
    const life = new AbortController();
    life.abort();
    watch(PENDING, life);
    await settle();
    expect(requests).not.toHaveBeenCalled();
  });
});
