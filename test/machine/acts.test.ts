// @vitest-environment node
import { describe, expect, test, vi } from 'vitest';
import { CibaError } from '../../src/contract/index.js';
import type { CallOptions } from '../../src/contract/index.js';
import { createActs } from '../../src/machine/acts.js';
import { callWithTimeout } from '../../src/machine/call-with-timeout.js';
import { clampDelay } from '../../src/machine/environment.js';
import { createFakeEnvironment } from '../support/fake-environment.js';

describe('an act', () => {
  function setUp() {
    const world = createFakeEnvironment();
    const signals: AbortSignal[] = [];
    const send = vi.fn(({ signal }: CallOptions) => {
      signals.push(signal);
      return new Promise<string>((resolve) => setTimeout(resolve, 0, 'answer'));
    });
    return { ...world, acts: createActs(world.environment), ran: world.acts, send, signals };
  }

  test('is sent once, and everybody who joins gets its answer', async () => {
    const { acts, ran, send } = setUp();
    const first = acts.runOnce('initiate', 'a', new AbortController().signal, send);
    const second = acts.runOnce('initiate', 'a', new AbortController().signal, send);
    expect(await Promise.all([first, second])).toEqual(['answer', 'answer']);
    expect(await acts.runOnce('initiate', 'a', new AbortController().signal, send)).toBe('answer');
    expect(send).toHaveBeenCalledOnce();
    expect(send.mock.calls[0]?.[0].actId).toBe('a');
    expect(ran).toEqual(['initiate']);
  });

  test('another act, and another kind of act, is sent for itself', async () => {
    const { acts, ran, send } = setUp();
    const { signal } = new AbortController();
    await Promise.all([
      acts.runOnce('initiate', 'a', signal, send),
      acts.runOnce('verify', 'a', signal, send),
      acts.runOnce('initiate', 'b', signal, send),
    ]);
    expect(ran).toEqual(['initiate', 'verify', 'initiate']);
  });

  test('goes on while somebody waits, and through a restart in the same task', async () => {
    const { acts, send, signals } = setUp();
    const leaving = new AbortController();
    const staying = new AbortController();
    const left = acts.runOnce('initiate', 'a', leaving.signal, send);
    const kept = acts.runOnce('initiate', 'a', staying.signal, send);
    leaving.abort();
    await Promise.resolve();
    expect(signals[0]?.aborted).toBe(false);
    staying.abort();
    const again = acts.runOnce('initiate', 'a', new AbortController().signal, send);
    await Promise.resolve();
    expect(signals[0]?.aborted).toBe(false);
    expect(await Promise.all([left, kept, again])).toEqual(['answer', 'answer', 'answer']);
    expect(send).toHaveBeenCalledOnce();
  });

  test('that nobody waits for any more is aborted', async () => {
    const { acts, send, signals } = setUp();
    const leaving = new AbortController();
    const left = acts.runOnce('initiate', 'a', leaving.signal, send);
    leaving.abort();
    await expect(left).rejects.toMatchObject({
      code: 'network',
      message: expect.stringContaining('aborted') as string,
    });
    expect(signals[0]?.aborted).toBe(true);
  });
});

describe('callAdapter', () => {
  const call = { signal: new AbortController().signal, actId: 'a' };

  test('passes the answer on and leaves no timer', async () => {
    const { environment, leftovers } = createFakeEnvironment();
    expect(await callWithTimeout(environment, call, () => Promise.resolve(1))).toBe(1);
    expect(leftovers().timers).toBe(0);
  });

  test('wraps what is no CibaError, also when it is thrown at once, and passes one as it is', async () => {
    const { environment } = createFakeEnvironment();
    const refused = new CibaError('refused', 'no');
    await expect(callWithTimeout(environment, call, () => Promise.reject(refused))).rejects.toBe(refused);
    await expect(
      callWithTimeout(environment, call, () => {
        throw new TypeError('no');
      }),
    ).rejects.toMatchObject({
      code: 'unknown',
      cause: expect.any(TypeError) as TypeError,
      message: expect.stringContaining('cause') as string,
    });
  });

  test('an aborted signal calls nobody', async () => {
    const { environment } = createFakeEnvironment();
    const send = vi.fn(() => Promise.resolve(1));
    const aborted = { signal: AbortSignal.abort(), actId: 'a' };
    await expect(callWithTimeout(environment, aborted, send)).rejects.toMatchObject({ code: 'network' });
    expect(send).not.toHaveBeenCalled();
  });

  test('an abort rejects at once and reaches the adapter, even one that ignores it', async () => {
    const { environment, leftovers } = createFakeEnvironment();
    const controller = new AbortController();
    let seen: AbortSignal | undefined;
    const answer = callWithTimeout(environment, { ...call, signal: controller.signal }, ({ signal }) => {
      seen = signal;
      return new Promise(() => {});
    });
    controller.abort();
    await expect(answer).rejects.toMatchObject({ code: 'network' });
    expect(seen?.aborted).toBe(true);
    expect(leftovers().timers).toBe(0);
  });

  test('gives up after 90 s, tells the adapter, and no longer listens', async () => {
    const { environment, advance } = createFakeEnvironment();
    const controller = new AbortController();
    const remove = vi.spyOn(controller.signal, 'removeEventListener');
    let seen: AbortSignal | undefined;
    const answer = callWithTimeout(environment, { ...call, signal: controller.signal }, ({ signal }) => {
      seen = signal;
      return new Promise(() => {});
    });
    const rejected = expect(answer).rejects.toMatchObject({
      code: 'timeout',
      message: 'The adapter did not answer within 90 s.',
    });
    await advance(89_999);
    expect(seen?.aborted).toBe(false);
    await advance(1);
    await rejected;
    expect(seen?.aborted).toBe(true);
    expect(remove).toHaveBeenCalledExactlyOnceWith('abort', expect.any(Function));
  });
});

test.each([
  [5, 5],
  [0, 0],
  [-1, 0],
  [Number.NaN, 0],
  [1e12, 2 ** 31 - 1],
  [Infinity, 2 ** 31 - 1],
])('a delay of %s is %s', (given, safe) => {
  expect(clampDelay(given)).toBe(safe);
});
