// @vitest-environment node
import { describe, expect, test, vi } from 'vitest';
import { setUpWaiting } from '../../support/set-up-login.js';

async function setUp() {
  const unwatch = vi.fn();
  let signal = () => {};
  const watch = vi.fn((_pending: unknown, { onSignal }: { onSignal: () => void }) => {
    signal = onSignal;
    return unwatch;
  });
  const test = await setUpWaiting({ expiresIn: 300 }, { approvalTimeout: Infinity }, (memory) => ({
    ...memory,
    watch,
  }));
  const start = test.now();
  return {
    ...test,
    watch,
    unwatch,
    signal: () => signal(),
    polls: () => test.calls('poll').map(({ at }) => at - start),
  };
}

describe('with signals', () => {
  test('a signal polls now; without one only a slow heartbeat does', async () => {
    const { adapter, advance, signal, polls, expectStatus, watch } = await setUp();
    await advance(59_000);
    expect(polls()).toEqual([30_000]);
    adapter.phone.approve();
    signal();
    await advance(0);
    expect(polls()).toEqual([30_000, 59_000]);
    expectStatus('approved');
    expect(watch).toHaveBeenCalledOnce();
  });

  test('a signal never polls sooner than the backend allows', async () => {
    const { advance, signal, polls } = await setUp();
    await advance(1_000);
    signal();
    signal();
    await advance(3_999);
    expect(polls()).toEqual([]);
    await advance(1);
    signal();
    expect(polls()).toEqual([5_000]);
    await advance(5_000);
    expect(polls()).toEqual([5_000, 10_000]);
  });

  test('coming back polls without waiting for the heartbeat', async () => {
    const { advance, change, polls } = await setUp();
    await advance(12_000);
    change({ visible: true });
    await advance(0);
    expect(polls()).toEqual([12_000]);
  });

  test('the end takes the subscription back, and late signals do nothing', async () => {
    const { login, advance, signal, unwatch, polls, leftovers } = await setUp();
    login.cancel();
    expect(unwatch).toHaveBeenCalledOnce();
    signal();
    await advance(60_000);
    expect(polls()).toEqual([]);
    expect(leftovers()).toEqual({ timers: 0, listeners: 0, locks: 0, channels: 0 });
  });

  test('a watch that throws leaves plain polling', async () => {
    const { advance, calls } = await setUpWaiting({}, {}, (memory) => ({
      ...memory,
      watch: () => {
        throw new Error('no EventSource here');
      },
    }));
    await advance(15_000);
    expect(calls('poll')).toHaveLength(3);
  });
});
