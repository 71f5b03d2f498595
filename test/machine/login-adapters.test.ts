// @vitest-environment node
import { describe, expect, test, vi } from 'vitest';
import type { MemorySession } from '../../src/adapters/memory/index.js';
import { CibaError } from '../../src/contract/index.js';
import type { CibaAdapter } from '../../src/contract/index.js';
import { allowConsole } from '../setup/console.js';
import { HINT, setUpLogin, setUpWaiting } from '../support/set-up-login.js';

describe('what a poll brings', () => {
  test('an expiry before its time counts', async () => {
    const { advance, expectStatus } = await setUpWaiting({ expiresIn: 300 }, {}, (memory) => ({
      ...memory,
      poll: () => Promise.resolve({ status: 'expired' }),
    }));
    await advance(5_000);
    expectStatus('expired');
  });

  test('a definite fault at the deadline says what it is, a passing one is an expiry', async () => {
    for (const [code, status] of [
      ['refused', 'failed'],
      ['network', 'expired'],
    ] as const) {
      const { advance, expectStatus } = await setUpWaiting({ expiresIn: 4 }, {}, (memory) => ({
        ...memory,
        poll: () => Promise.reject(new CibaError(code, 'no')),
      }));
      await advance(5_000);
      expectStatus(status);
    }
  });

  test('a thrown string is a passing fault', async () => {
    const { advance, view } = await setUpWaiting({}, {}, (memory) => ({ ...memory, poll: () => Promise.reject('no') }));
    await advance(5_000);
    expect(view('polling').push.connection).toBe('reconnecting');
  });

  test('a poll that fails while the browser says offline is offline', async () => {
    const { world, advance, view } = await setUpWaiting({ latency: 0 }, {}, (memory) => ({
      ...memory,
      poll: async () => {
        world.change({ online: false });
        throw new CibaError('network', 'gone');
      },
    }));
    await advance(5_000);
    expect(view('polling').push.connection).toBe('offline');
  });

  test('a login that starts offline says so, and nothing else changes the line', async () => {
    const { login, world, settle, view, events } = setUpLogin();
    world.change({ online: false });
    login.start(HINT);
    await settle();
    expect(view('polling').push.connection).toBe('offline');
    world.change({ visible: false });
    world.change({ visible: true });
    expect(events.filter(({ type }) => type === 'connectionChanged')).toHaveLength(1);
    world.change({ online: true });
    world.change({ visible: false });
    expect(view('polling').push.connection).toBe('reconnecting');
  });

  test('coming back while hidden does not hurry', async () => {
    const { advance, change, calls, now } = await setUpWaiting({ faults: { poll: ['network', 'network', 'network'] } });
    const start = now();
    change({ visible: false });
    await advance(28_000);
    change({ visible: false });
    await advance(5_000);
    expect(calls('poll').map(({ at }) => at - start)).toEqual([5_000, 12_500, 27_500]);
  });
});

describe('adapters that misbehave', () => {
  const never = () => new Promise<never>(() => {});
  test.each<[string, Partial<CibaAdapter<MemorySession>>, string]>([
    ['throws a string', { initiate: () => Promise.reject('no') }, 'unknown'],
    [
      'throws before it returns a promise',
      {
        initiate: () => {
          throw new TypeError('no');
        },
      },
      'unknown',
    ],
    ['resolves to nothing', { initiate: () => Promise.resolve(undefined as never) }, 'badResponse'],
    [
      'gives no id',
      { initiate: () => Promise.resolve({ id: '', expiresIn: 60, interval: 5, resumable: false }) },
      'badResponse',
    ],
    [
      'gives an expiry in the past',
      { initiate: () => Promise.resolve({ id: 'a', expiresIn: -5, interval: 5, resumable: false }) },
      'badResponse',
    ],
    ['never answers', { initiate: never }, 'timeout'],
  ])('an initiate that %s ends in failed', async (_name, broken, code) => {
    allowConsole(/\[react-ciba\] The adapter returned an invalid expiresIn/);
    const { login, advance, view } = setUpLogin({}, {}, (memory) => ({ ...memory, ...broken }));
    login.start(HINT);
    await advance(90_000);
    const { error } = view('failed');
    expect(error).toBeInstanceOf(CibaError);
    expect(error.code).toBe(code);
  });

  test.each([0, -1, Number.NaN, '5' as unknown as number])(
    'an interval of %s means 5 s, and development builds say so',
    async (interval) => {
      const complaint = vi.spyOn(console, 'error').mockImplementation(() => {});
      const { calls, advance, now } = await setUpWaiting({}, {}, (memory) => ({
        ...memory,
        initiate: async (...args) => ({ ...(await memory.initiate(...args)), interval }),
      }));
      const start = now();
      await advance(10_000);
      expect(calls('poll').map(({ at }) => at - start)).toEqual([5_000, 10_000]);
      expect(complaint).toHaveBeenCalledExactlyOnceWith(
        expect.stringContaining('invalid interval: expected a positive number of seconds'),
      );
    },
  );

  test('a retryAfter of 1e9 and an interval of a week end with the request, not later', async () => {
    allowConsole(/expected at most a week/);
    for (const answer of [{ retryAfter: 1e9 }, { interval: 604_800 }]) {
      const { advance, expectStatus } = await setUpWaiting({ expiresIn: 60 }, {}, (memory) => ({
        ...memory,
        poll: () => Promise.resolve({ status: 'pending', ...answer }),
      }));
      await advance(60_000);
      expectStatus('expired');
    }
  });

  test('an answer that comes twice counts once', async () => {
    const { login, adapter, advance, settle, onApproved, expectStatus } = await setUpWaiting({}, {}, (memory) => ({
      ...memory,
      poll: (pending, options) =>
        new Promise((resolve) => {
          void memory.poll(pending, options).then((answer) => {
            resolve(answer);
            resolve(answer);
          });
        }),
    }));
    adapter.phone.approve();
    await advance(5_000);
    login.retry();
    await settle();
    expectStatus('approved');
    expect(onApproved).toHaveBeenCalledOnce();
  });

  test('a poll that never answers is given up after 90 s, and polling goes on', async () => {
    let polls = 0;
    const { advance, view } = await setUpWaiting({ expiresIn: 600 }, { approvalTimeout: Infinity }, (memory) => ({
      ...memory,
      poll: (pending, options) => ((polls += 1) === 1 ? never() : memory.poll(pending, options)),
    }));
    await advance(5_000 + 90_000);
    expect(view('polling').push.connection).toBe('reconnecting');
    await advance(30_000);
    expect(polls).toBeGreaterThan(1);
    expect(view('polling').push.connection).toBe('ok');
  });

  test.each([{ status: 'maybe' }, null, 'approved', []])(
    'a poll that answers %j is a passing fault',
    async (answer) => {
      const { advance, view } = await setUpWaiting({}, {}, (memory) => ({
        ...memory,
        poll: () => Promise.resolve(answer as never),
      }));
      await advance(5_000);
      expect(view('polling').push.connection).toBe('reconnecting');
    },
  );

  test('an answer after the end changes nothing', async () => {
    let answer = (_result: unknown) => {};
    const { login, advance, settle, expectStatus, onApproved } = await setUpWaiting({}, {}, (memory) => ({
      ...memory,
      poll: () => new Promise((resolve) => (answer = resolve as typeof answer)),
    }));
    await advance(5_000);
    login.cancel();
    answer({ status: 'approved', session: { name: 'late' } });
    await settle();
    expectStatus('idle');
    expect(onApproved).not.toHaveBeenCalled();
  });
});
