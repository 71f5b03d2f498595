// @vitest-environment node
import { describe, expect, test } from 'vitest';
import { HINT, setUpLogin, setUpWaiting } from '../support/set-up-login.js';

describe('the network', () => {
  test.each(['network', 'timeout', 'rateLimited', 'unavailable', 'badResponse'] as const)(
    'a blip (%s) reconnects and never ends a login',
    async (code) => {
      const { adapter, advance, view, expectStatus, events } = await setUpWaiting({ faults: { poll: [code, code] } });
      await advance(5_000);
      expect(view('polling').push.connection).toBe('reconnecting');
      adapter.phone.approve();
      await advance(30_000);
      expectStatus('approved');
      expect(events.filter(({ type }) => type === 'connectionChanged')).toEqual([
        { type: 'connectionChanged', connection: 'reconnecting' },
        { type: 'connectionChanged', connection: 'ok' },
      ]);
    },
  );

  test('faults until the deadline end in expired', async () => {
    const { advance, expectStatus } = await setUpWaiting({ expiresIn: 60, faults: { poll: 'network' } });
    await advance(59_000);
    expectStatus('polling');
    await advance(20_000);
    expectStatus('expired');
  });

  test('offline: says so, does not poll; online: polls at once', async () => {
    const { adapter, advance, change, calls, view, expectStatus, settle } = await setUpWaiting();
    change({ online: false });
    expect(view('polling').push.connection).toBe('offline');
    await advance(40_000);
    expect(calls('poll')).toHaveLength(0);
    adapter.phone.approve();
    change({ online: true });
    expect(view('polling').push.connection).toBe('reconnecting');
    await advance(0);
    await settle();
    expectStatus('approved');
  });

  test('coming back polls at once where the interval allows it, and waits for it where it does not', async () => {
    const { advance, change, calls, now } = await setUpWaiting({ faults: { poll: ['network', 'network', 'network'] } });
    const start = now();
    const polls = () => calls('poll').map(({ at }) => at - start);
    await advance(40_000);
    expect(polls()).toEqual([5_000, 12_500, 27_500]);
    change({ visible: true });
    await advance(0);
    expect(polls()).toEqual([5_000, 12_500, 27_500, 40_000]);
    change({ visible: true });
    await advance(4_999);
    expect(polls()).toHaveLength(4);
    await advance(1);
    expect(polls()).toHaveLength(5);
  });

  test('hidden, it goes on polling', async () => {
    const { advance, change, calls } = await setUpWaiting();
    change({ visible: false });
    await advance(10_000);
    expect(calls('poll')).toHaveLength(2);
  });

  test('waking past the deadline asks once more before it says expired', async () => {
    const { adapter, advance, jump, change, calls, expectStatus } = await setUpWaiting(
      { expiresIn: 300 },
      { approvalTimeout: Infinity },
    );
    adapter.phone.approve();
    jump(299_000);
    change({ visible: true });
    await advance(0);
    expect(calls('poll')).toHaveLength(1);
    expectStatus('approved');
  });
});

describe('the interval', () => {
  test('never two polls at once, never sooner than the backend said', async () => {
    const { login, advance, change, calls, now } = setUpLogin({ latency: 7 });
    const start = now();
    login.start(HINT);
    for (let second = 0; second < 40; second += 1) {
      change({ visible: second % 2 === 0 });
      await advance(1_000);
    }
    const polls = calls('poll');
    expect(Math.max(...polls.map(({ inFlight }) => inFlight))).toBe(1);
    expect(polls.map(({ at }) => at - start).every((at, i, all) => i === 0 || at - (all[i - 1] ?? 0) >= 5_000)).toBe(
      true,
    );
    expect(polls.length).toBeGreaterThan(3);
  });

  test('slow_down slows down for good, and the adapter learns the interval in force', async () => {
    const seen: number[] = [];
    const at: number[] = [];
    const { advance, now } = await setUpWaiting({}, {}, (memory) => ({
      ...memory,
      poll: (pending) => {
        seen.push(pending.interval);
        at.push(now());
        return Promise.resolve(
          seen.length === 1 ? { status: 'pending', interval: pending.interval + 5 } : { status: 'pending' },
        );
      },
    }));
    const start = now();
    await advance(36_000);
    expect(seen).toEqual([5, 10, 10, 10]);
    expect(at.map((time) => time - start)).toEqual([5_000, 15_000, 25_000, 35_000]);
  });
});
