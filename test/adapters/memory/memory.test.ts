import { describe, expect, expectTypeOf, test, vi } from 'vitest';
import { createMemoryAdapter } from '../../../src/adapters/memory/index.js';
import type { MemoryAdapterOptions, MemorySession } from '../../../src/adapters/memory/index.js';
import { CibaError } from '../../../src/contract/index.js';
import type { CallOptions, CibaAdapter } from '../../../src/contract/index.js';
import { createManualClock } from '../manual-clock.js';

let attempts = 0;
function call(overrides: Partial<CallOptions> = {}): CallOptions {
  return { signal: new AbortController().signal, actId: `attempt-${++attempts}`, ...overrides };
}

function setUp(options: MemoryAdapterOptions<MemorySession> = {}) {
  const clock = createManualClock();
  const adapter = createMemoryAdapter({ clock, ...options });
  return {
    clock,
    adapter,
    start: (loginHint = 'ada') => adapter.initiate({ loginHint }, call()),
    verify: (code: string, loginHint = 'ada') => adapter.verifyTotp?.({ loginHint, code }, call()),
  };
}

/** Runs what is ready to run. */
const settle = () => Promise.resolve().then(() => Promise.resolve());

describe('a request', () => {
  test('says what the options say', async () => {
    const plain = setUp();
    expect(await plain.start()).toStrictEqual({ id: 'memory-1', expiresIn: 120, interval: 1, resumable: false });
    const full = setUp({ expiresIn: 30, interval: 5, displayCode: 'W4', deliveredTo: 'Pixel 9', resumable: true });
    expect(await full.start()).toStrictEqual({
      id: 'memory-1',
      expiresIn: 30,
      interval: 5,
      displayCode: 'W4',
      deliveredTo: 'Pixel 9',
      resumable: true,
    });
  });

  test.each([
    ['approve', { status: 'approved', session: { name: 'ada' } }],
    ['deny', { status: 'denied' }],
  ] as const)('meets a phone that will %s, 3 s after it rang or as the option says', async (phone, outcome) => {
    for (const [options, seconds] of [
      [{}, 3],
      [{ after: 10 }, 10],
    ] as const) {
      const { adapter, clock, start } = setUp({ phone, ...options });
      const pending = await start();
      clock.advance(seconds - 0.001);
      expect(await adapter.poll(pending, call())).toEqual({ status: 'pending' });
      clock.advance(0.001);
      expect(await adapter.poll(pending, call())).toEqual(outcome);
      clock.advance(1000);
      expect(await adapter.poll(pending, call())).toEqual(outcome);
    }
  });

  test('is answered at the first poll where the phone takes 0 s', async () => {
    const { adapter, start } = setUp({ phone: 'approve', after: 0 });
    expect(await adapter.poll(await start(), call())).toMatchObject({ status: 'approved' });
  });

  test('expires at the end of its life, and a phone that is slower does nothing', async () => {
    for (const phone of ['ignore', 'approve', 'deny'] as const) {
      const { adapter, clock, start } = setUp({ phone, after: 30, expiresIn: 30 });
      const pending = await start();
      clock.advance(29.999);
      expect(await adapter.poll(pending, call())).toEqual({ status: 'pending' });
      clock.advance(0.001);
      expect(await adapter.poll(pending, call())).toEqual({ status: 'expired' });
    }
  });

  test('hands over the session of its user, the same one each time', async () => {
    const session = vi.fn((loginHint: string) => ({ user: loginHint }));
    const adapter = createMemoryAdapter({ phone: 'approve', after: 0, session });
    expectTypeOf(adapter).toExtend<CibaAdapter<{ user: string }>>();
    const pending = await adapter.initiate({ loginHint: 'grace' }, call());
    const first = await adapter.poll(pending, call());
    expect(first).toEqual({ status: 'approved', session: { user: 'grace' } });
    expect(await adapter.poll(pending, call())).toEqual(first);
    expect(session).toHaveBeenCalledOnce();
  });

  test('is unknown after a cancel', async () => {
    const { adapter, start } = setUp();
    const pending = await start();
    await adapter.cancel(pending, call());
    expect(adapter.phone.requests).toEqual([]);
    await expect(adapter.poll(pending, call())).rejects.toMatchObject({ code: 'notFound', retryable: false });
  });
});

describe('the phone', () => {
  test('shows what can be answered, oldest first', async () => {
    const { adapter, clock } = setUp({ displayCode: 'W4' });
    const sentAt = clock.now();
    await adapter.initiate({ loginHint: 'ada', bindingMessage: 'Hello', transaction: { title: 'Pay' } }, call());
    await adapter.initiate({ loginHint: 'grace' }, call());
    expect(adapter.phone.requests).toEqual([
      {
        id: 'memory-1',
        loginHint: 'ada',
        sentAt,
        displayCode: 'W4',
        bindingMessage: 'Hello',
        transaction: { title: 'Pay' },
      },
      { id: 'memory-2', loginHint: 'grace', sentAt, displayCode: 'W4' },
    ]);
    expect(adapter.phone.rings).toBe(2);
    clock.advance(120);
    expect(adapter.phone.requests).toEqual([]);
    expect(adapter.phone.rings).toBe(2);
  });

  test('answers the newest request, or the one that is named', async () => {
    const { adapter, start } = setUp();
    const [first, second, third] = [await start(), await start(), await start()];
    adapter.phone.approve();
    adapter.phone.deny(first.id);
    expect(await adapter.poll(third, call())).toMatchObject({ status: 'approved' });
    expect(await adapter.poll(first, call())).toEqual({ status: 'denied' });
    expect(await adapter.poll(second, call())).toEqual({ status: 'pending' });
  });

  test('answers once, and before its script', async () => {
    const { adapter, clock, start } = setUp({ phone: 'approve' });
    const pending = await start();
    adapter.phone.deny();
    adapter.phone.approve(pending.id);
    clock.advance(10);
    expect(await adapter.poll(pending, call())).toEqual({ status: 'denied' });
  });

  test('does nothing when it is too late', async () => {
    const { adapter, clock, start } = setUp();
    const pending = await start();
    clock.advance(120);
    adapter.phone.approve(pending.id);
    expect(await adapter.poll(pending, call())).toEqual({ status: 'expired' });
  });

  test('says that there is nothing to answer', async () => {
    const { adapter, start } = setUp();
    expect(() => adapter.phone.approve()).toThrow(/no such request/);
    await start();
    expect(() => adapter.phone.deny('other')).toThrow(/no such request/);
  });

  test('rings once for one act', async () => {
    const { adapter } = setUp();
    const options = call();
    const first = await adapter.initiate({ loginHint: 'ada' }, options);
    expect(await adapter.initiate({ loginHint: 'ada' }, options)).toEqual(first);
    expect(adapter.phone.rings).toBe(1);
    await adapter.initiate({ loginHint: 'ada' }, call());
    expect(adapter.phone.rings).toBe(2);
  });
});

describe('codes', () => {
  test('takes 123456, or the codes of the option', async () => {
    expect(await setUp().verify('123456')).toEqual({ status: 'approved', session: { name: 'ada' } });
    const { verify } = setUp({ totp: { codes: ['111111', '222222'] } });
    expect(await verify('222222')).toMatchObject({ status: 'approved' });
    expect(await verify('123456')).toMatchObject({ status: 'invalidCode' });
  });

  test('counts down to a lock for each user, and starts afresh after it', async () => {
    const { clock, verify } = setUp();
    expect(await verify('000000')).toEqual({ status: 'invalidCode', attemptsLeft: 2 });
    expect(await verify('000000')).toEqual({ status: 'invalidCode', attemptsLeft: 1 });
    expect(await verify('000000')).toEqual({ status: 'lockedOut', retryAfter: 30 });
    expect(await verify('000000', 'grace')).toEqual({ status: 'invalidCode', attemptsLeft: 2 });
    clock.advance(10);
    expect(await verify('123456')).toEqual({ status: 'lockedOut', retryAfter: 20 });
    clock.advance(20);
    expect(await verify('000000')).toEqual({ status: 'invalidCode', attemptsLeft: 2 });
    expect(await verify('123456')).toMatchObject({ status: 'approved' });
    expect(await verify('000000')).toEqual({ status: 'invalidCode', attemptsLeft: 2 });
  });

  test('locks as the option says', async () => {
    const { verify } = setUp({ totp: { attempts: 1, lockout: 90 } });
    expect(await verify('000000')).toEqual({ status: 'lockedOut', retryAfter: 90 });
  });

  test('counts one act once', async () => {
    const { adapter } = setUp();
    const options = call();
    for (let sent = 0; sent < 5; sent++) {
      expect(await adapter.verifyTotp?.({ loginHint: 'ada', code: '000000' }, options)).toEqual({
        status: 'invalidCode',
        attemptsLeft: 2,
      });
    }
  });

  test('ends the push beside a right code, and leaves it beside a wrong one', async () => {
    const { adapter, start } = setUp();
    const pending = await start();
    await adapter.verifyTotp?.({ loginHint: 'ada', code: '000000', pending }, call());
    expect(adapter.phone.requests).toHaveLength(1);
    await adapter.verifyTotp?.({ loginHint: 'ada', code: '123456', pending }, call());
    expect(adapter.phone.requests).toEqual([]);
  });

  test('can have users without a code, or none at all', async () => {
    expect(await setUp({ totp: 'notEnrolled' }).verify('123456')).toEqual({ status: 'notEnrolled' });
    expect(setUp({ totp: false }).adapter).not.toHaveProperty('verifyTotp');
  });
});

describe('faults', () => {
  test('throws for every call, until it is told otherwise', async () => {
    const { adapter, start } = setUp({ faults: { poll: 'network' } });
    const pending = await start();
    for (let round = 0; round < 3; round++) {
      await expect(adapter.poll(pending, call())).rejects.toMatchObject({ code: 'network', retryable: true });
    }
    adapter.faults = {};
    expect(await adapter.poll(pending, call())).toEqual({ status: 'pending' });
  });

  test('throws for as many calls as are listed, and leaves the list alone', async () => {
    const own = new CibaError('rateLimited', 'Too many.', { retryAfter: 9 });
    const poll = ['timeout', own] as const;
    const { adapter, start } = setUp({ faults: { poll } });
    const pending = await start();
    await expect(adapter.poll(pending, call())).rejects.toMatchObject({ code: 'timeout' });
    await expect(adapter.poll(pending, call())).rejects.toBe(own);
    expect(await adapter.poll(pending, call())).toEqual({ status: 'pending' });
    expect(poll).toHaveLength(2);
  });

  test('does nothing but fail: no ring, no try, no cancel', async () => {
    const { adapter, start, verify } = setUp({
      faults: { initiate: ['network'], verifyTotp: ['network'], cancel: ['network'] },
    });
    const options = call();
    await expect(adapter.initiate({ loginHint: 'ada' }, options)).rejects.toMatchObject({ code: 'network' });
    expect(adapter.phone.rings).toBe(0);
    const pending = await start();
    await expect(verify('000000')).rejects.toMatchObject({ code: 'network' });
    expect(await verify('000000')).toMatchObject({ attemptsLeft: 2 });
    await expect(adapter.cancel(pending, call())).rejects.toMatchObject({ code: 'network' });
    expect(await adapter.poll(pending, call())).toEqual({ status: 'pending' });
    // The act that failed was not remembered: it can be sent again.
    expect(await adapter.initiate({ loginHint: 'ada' }, options)).toMatchObject({ id: 'memory-2' });
  });

  test('hangs until it is aborted', async () => {
    const { adapter, clock } = setUp({ faults: { initiate: 'hang' } });
    const controller = new AbortController();
    const settled = vi.fn();
    const promise = adapter.initiate({ loginHint: 'ada' }, call({ signal: controller.signal }));
    promise.then(settled, settled);
    clock.advance(1e9);
    await settle();
    expect(settled).not.toHaveBeenCalled();
    const reason = new Error('gone');
    controller.abort(reason);
    await expect(promise).rejects.toBe(reason);
    expect(clock.timers).toBe(0);
  });
});

describe('time', () => {
  test('answers after the latency, though it acts at once', async () => {
    const { adapter, clock, start } = setUp({ latency: 2, faults: { poll: 'network' } });
    const settled = vi.fn();
    const starting = start();
    starting.then(settled, settled);
    expect(adapter.phone.rings).toBe(1);
    clock.advance(1.999);
    await settle();
    expect(settled).not.toHaveBeenCalled();
    clock.advance(0.001);
    const pending = await starting;

    const polling = adapter.poll(pending, call());
    const failed = vi.fn();
    polling.catch(failed);
    clock.advance(1.999);
    await settle();
    expect(failed).not.toHaveBeenCalled();
    clock.advance(0.001);
    await expect(polling).rejects.toMatchObject({ code: 'network' });
  });

  test('lets go at once when it is aborted, and leaves no timer and no listener', async () => {
    const { adapter, clock } = setUp({ latency: 2 });
    const controller = new AbortController();
    const remove = vi.spyOn(controller.signal, 'removeEventListener');
    const starting = adapter.initiate({ loginHint: 'ada' }, call({ signal: controller.signal }));
    clock.advance(2);
    const pending = await starting;
    expect(remove).toHaveBeenCalledOnce();

    const polling = adapter.poll(pending, call({ signal: controller.signal }));
    controller.abort(new Error('gone'));
    await expect(polling).rejects.toThrow('gone');
    expect(clock.timers).toBe(0);
    // What it did stays done: the phone still rings.
    expect(adapter.phone.requests).toHaveLength(1);
  });

  test('does nothing when it was aborted before', async () => {
    const { adapter } = setUp();
    const options = call({ signal: AbortSignal.abort(new Error('gone')) });
    await expect(adapter.initiate({ loginHint: 'ada' }, options)).rejects.toThrow('gone');
    expect(adapter.phone.rings).toBe(0);
    expect(adapter.calls).toEqual([]);
  });

  test('runs on the real clock by default', async () => {
    vi.useFakeTimers();
    const adapter = createMemoryAdapter({ latency: 1, phone: 'approve', after: 2 });
    const starting = adapter.initiate({ loginHint: 'ada' }, call());
    await vi.advanceTimersByTimeAsync(1000);
    const pending = await starting;
    await vi.advanceTimersByTimeAsync(1000);
    const polling = adapter.poll(pending, call());
    await vi.advanceTimersByTimeAsync(1000);
    expect(await polling).toMatchObject({ status: 'approved' });
    vi.useRealTimers();
  });
});

describe('the record of calls', () => {
  test('holds every call with its time, and how many were on the way', async () => {
    const { adapter, clock, start } = setUp({ faults: { cancel: 'network' } });
    const startedAt = clock.now();
    const [first, second] = [await start(), await start()];
    adapter.faults = { poll: ['hang', 'hang'], cancel: 'network' };
    const controller = new AbortController();
    const options = call({ signal: controller.signal });
    const hanging = [adapter.poll(first, options), adapter.poll(first, options)];
    clock.advance(5);
    await adapter.poll(second, call());
    controller.abort();
    await Promise.allSettled(hanging);
    await adapter.poll(first, call());
    await adapter.cancel(first, call()).catch(() => undefined);
    await adapter.verifyTotp?.({ loginHint: 'ada', code: '123456' }, call());

    const at = startedAt + 5000;
    expect(adapter.calls).toEqual([
      { method: 'initiate', id: undefined, at: startedAt, inFlight: 1 },
      { method: 'initiate', id: undefined, at: startedAt, inFlight: 1 },
      { method: 'poll', id: 'memory-1', at: startedAt, inFlight: 1 },
      { method: 'poll', id: 'memory-1', at: startedAt, inFlight: 2 },
      { method: 'poll', id: 'memory-2', at, inFlight: 1 },
      { method: 'poll', id: 'memory-1', at, inFlight: 1 },
      { method: 'cancel', id: 'memory-1', at, inFlight: 1 },
      { method: 'verifyTotp', id: undefined, at, inFlight: 1 },
    ]);
  });
});
