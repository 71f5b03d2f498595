// @vitest-environment node
import { describe, expect, test, vi } from 'vitest';
import { createActor } from 'xstate';
import type { MemorySession } from '../../src/adapters/memory/index.js';
import { CibaError } from '../../src/contract/index.js';
import type { CibaAdapter, PendingApproval } from '../../src/contract/index.js';
import { loginMachine } from '../../src/machine/index.js';
import { allowConsole } from '../setup/console.js';
import { CODE, HINT, setUpLogin, setUpWaiting } from '../support/set-up-login.js';

describe('the way to an approval', () => {
  test('starts idle and sends nothing', async () => {
    const { advance, adapter, view } = setUpLogin();
    await advance(600_000);
    expect(view('idle').can).toMatchObject({ start: true, useCode: true, cancel: false });
    expect(adapter.calls).toEqual([]);
  });

  test('idle → pushing → polling → approved hands the session over once', async () => {
    const { login, adapter, onApproved, settle, advance, view, events } = setUpLogin({}, {});
    login.start(`  ${HINT} `);
    expect(view('pushing')).toMatchObject({ loginHint: HINT, push: null });
    await settle();
    expect(view('polling').push.connection).toBe('ok');
    adapter.phone.approve();
    await advance(5_000);
    expect(view('approved').finishing).toBe(false);
    expect(onApproved.mock.calls).toEqual([[{ name: HINT }]]);
    expect(events.map(({ type }) => type)).toEqual(['pushSent', 'approved']);
  });

  test('is finishing while onApproved runs', async () => {
    let finish = () => {};
    const onApproved = () => new Promise<void>((resolve) => (finish = resolve));
    const { adapter, advance, settle, view } = await setUpWaiting({}, { onApproved });
    adapter.phone.approve();
    await advance(5_000);
    expect(view('approved').finishing).toBe(true);
    finish();
    await settle();
    expect(view('approved').finishing).toBe(false);
  });

  test('an onApproved that throws ends in failed with its error as the cause', async () => {
    const cause = new Error('no such account');
    const onApproved = () => {
      throw cause;
    };
    const { adapter, advance, view, events } = await setUpWaiting({}, { onApproved });
    adapter.phone.approve();
    await advance(5_000);
    const { error, can } = view('failed');
    expect(error).toMatchObject({ code: 'sessionRefused', cause });
    expect(can.retry).toBe(true);
    expect(events.at(-1)).toMatchObject({ type: 'failed', code: 'sessionRefused' });
  });

  test('no user, no push', async () => {
    const { login, adapter, settle, expectStatus } = setUpLogin();
    login.start('   ');
    await settle();
    expectStatus('idle');
    expect(adapter.calls).toEqual([]);
  });

  test('a double click rings once', async () => {
    const { login, settle, calls } = setUpLogin();
    login.start(HINT);
    login.start(HINT);
    await settle();
    expect(calls('initiate')).toHaveLength(1);
  });
});

describe('the other ends', () => {
  test('denied: says so, never re-sends, takes a report', async () => {
    const { login, adapter, advance, calls, view, events } = await setUpWaiting();
    adapter.phone.deny();
    await advance(5_000);
    expect(view('denied')).toMatchObject({ reported: false, can: { retry: true, report: true, useCode: true } });
    await advance(600_000);
    expect(calls('initiate')).toHaveLength(1);
    expect(calls('poll')).toHaveLength(1);
    login.report();
    expect(view('denied')).toMatchObject({ reported: true, can: { report: false } });
    expect(events.map(({ type }) => type)).toEqual(['pushSent', 'denied', 'reported']);
  });

  test('S16: a report reaches the adapter once, for the request that was denied', async () => {
    const { login, adapter, advance, settle, calls, view } = await setUpWaiting();
    await advance(60_000);
    login.resend();
    await settle();
    const denied = adapter.phone.requests.at(-1)?.id;
    adapter.phone.deny(denied);
    await advance(5_000);
    expect(calls('report')).toEqual([]);
    login.report();
    login.report();
    await settle();
    expect(calls('report')).toMatchObject([{ id: denied }]);
    login.cancel();
    login.start(HINT);
    await settle();
    login.report();
    await settle();
    expect(view('polling').can.report).toBe(false);
    expect(calls('report')).toHaveLength(1);
  });

  test.each(['network', 'forbidden', 'hang'] as const)(
    'S16: a report that fails (%s) is said all the same, and holds nothing up',
    async (fault) => {
      const onReported = vi.fn();
      const { login, adapter, advance, settle, view, expectStatus } = await setUpWaiting(
        { faults: { report: fault } },
        { onReported },
      );
      adapter.phone.deny();
      await advance(5_000);
      login.report();
      expect(view('denied')).toMatchObject({ reported: true, can: { retry: false, report: false } });
      expect(onReported).toHaveBeenCalledTimes(1);
      login.cancel();
      login.start(HINT);
      await settle();
      expectStatus('polling');
      await advance(100_000);
      expectStatus('polling');
    },
  );

  test.each([
    ['neither', false, false, false],
    ['onReported', true, false, true],
    ['adapter.report', false, true, true],
  ])('S16: with %s a report can be made: %s', async (_, hears, tells, can) => {
    const { login, adapter, advance, view, events } = await setUpWaiting(
      {},
      hears ? { onReported: () => undefined } : {},
      ({ report, ...memory }) => ({ ...memory, ...(tells && { report }) }),
    );
    adapter.phone.deny();
    await advance(5_000);
    expect(view('denied').can.report).toBe(can);
    login.report();
    expect(view('denied').reported).toBe(can);
    expect(events.some(({ type }) => type === 'reported')).toBe(can);
  });

  test('retry after a denial is a new push', async () => {
    const { login, adapter, advance, settle, calls, expectStatus } = await setUpWaiting();
    adapter.phone.deny();
    await advance(5_000);
    login.retry();
    await settle();
    expectStatus('polling');
    expect(calls('initiate')).toHaveLength(2);
    adapter.phone.approve();
    await advance(5_000);
    expectStatus('approved');
  });

  test('expired: one last poll decides, no sooner than the interval allows', async () => {
    const { advance, calls, view, expectStatus, now, events } = await setUpWaiting({ expiresIn: 12 });
    const start = now();
    await advance(14_999);
    expectStatus('polling');
    await advance(1);
    expect(view('expired').can).toMatchObject({ retry: true, useCode: true, cancel: true });
    expect(calls('poll').map(({ at }) => at - start)).toEqual([5_000, 10_000, 15_000]);
    expect(events.at(-1)).toEqual({ type: 'expired' });
    await advance(600_000);
    expect(calls('poll')).toHaveLength(3);
    expect(calls('initiate')).toHaveLength(1);
  });

  test('the last poll at the deadline may still bring the approval', async () => {
    const { adapter, advance, expectStatus } = await setUpWaiting({ expiresIn: 12 }, {}, (memory) => ({
      ...memory,
      // A provider that knows of the approval, while our copy of the clock says that it is over.
      poll: (pending, options) =>
        adapter.calls.filter(({ method }) => method === 'poll').length < 2
          ? memory.poll(pending, options)
          : Promise.resolve({ status: 'approved', session: { name: 'late' } }),
    }));
    await advance(15_000);
    expectStatus('approved');
  });

  test('failed: an initiate that cannot work says why and can be tried again', async () => {
    const { login, settle, view, expectStatus, adapter } = setUpLogin({ faults: { initiate: 'forbidden' } });
    login.start(HINT);
    await settle();
    expect(view('failed').error).toMatchObject({ code: 'forbidden', retryable: false });
    adapter.faults = {};
    login.retry();
    await settle();
    expectStatus('polling');
  });

  test('failed: a poll that is refused for good ends the login', async () => {
    const { advance, view } = await setUpWaiting({ faults: { poll: 'refused' } });
    await advance(5_000);
    expect(view('failed').error.code).toBe('refused');
  });

  test('timedOut: polling pauses, the request lives on, keepWaiting polls at once', async () => {
    const { login, adapter, advance, settle, calls, view, expectStatus, events } = await setUpWaiting(
      { expiresIn: 300 },
      { approvalTimeout: 12 },
    );
    await advance(12_000);
    expect(view('timedOut')).toMatchObject({ can: { keepWaiting: true, useCode: true, cancel: true } });
    expect(events.at(-1)).toEqual({ type: 'timedOut' });
    await advance(60_000);
    expect(calls('poll')).toHaveLength(2);
    adapter.phone.approve();
    login.keepWaiting();
    await advance(0);
    await settle();
    expectStatus('approved');
    expect(calls('initiate')).toHaveLength(1);
  });

  test('timedOut: a poll that is out when the approvalTimeout ends still counts', async () => {
    const { login, adapter, advance, expectStatus } = setUpLogin(
      { expiresIn: 300, latency: 2 },
      { approvalTimeout: 6 },
    );
    login.start(HINT);
    await advance(2_000);
    expectStatus('polling');
    adapter.phone.approve();
    await advance(6_000);
    expectStatus('timedOut');
    await advance(1_000);
    expectStatus('approved');
  });

  test('timedOut: the request still ends at its deadline', async () => {
    const { advance, expectStatus } = await setUpWaiting({ expiresIn: 30 }, { approvalTimeout: 12 });
    await advance(29_999);
    expectStatus('timedOut');
    await advance(1);
    expectStatus('expired');
  });

  test("timeoutAction 'code' opens the code entry, and the push goes on being polled", async () => {
    const { adapter, advance, expectStatus } = await setUpWaiting({}, { approvalTimeout: 12, timeoutAction: 'code' });
    await advance(12_000);
    expectStatus('totpEntry');
    adapter.phone.approve();
    await advance(5_000);
    expectStatus('approved');
  });

  test('cancel goes to idle, tells the adapter, stops polling, and leaves nothing behind', async () => {
    const { login, advance, calls, view, leftovers, acts, events } = await setUpWaiting();
    login.cancel();
    expect(view('idle').after).toBe('cancel');
    await advance(60_000);
    expect(calls('cancel')).toHaveLength(1);
    expect(calls('poll')).toHaveLength(0);
    expect(leftovers()).toEqual({ timers: 0, listeners: 0, locks: 0, channels: 0 });
    expect(acts).toEqual(['initiate', 'cancel']);
    expect(events.at(-1)).toEqual({ type: 'cancelled' });
  });

  test('cancel while the phone is being rung: an answer that still comes is withdrawn too', async () => {
    let answer = (_pending: unknown) => {};
    const cancel = vi.fn(() => Promise.resolve());
    const { login, settle, view, expectStatus } = setUpLogin({}, {}, (memory) => ({
      ...memory,
      cancel,
      initiate: () => new Promise((resolve) => (answer = resolve as typeof answer)),
    }));
    login.start(HINT);
    await settle();
    login.cancel();
    expect(view('idle').after).toBe('cancel');
    answer({ id: 'late', expiresIn: 60, interval: 5, resumable: false });
    await settle();
    expect(cancel).toHaveBeenCalledOnce();
    expectStatus('idle');
  });

  describe('cancel says that the phone may show a request', () => {
    test('not if only a code was to be entered', async () => {
      const { login, view, expectStatus, events } = setUpLogin({});
      login.useCode(HINT);
      login.cancel();
      expect(view('idle').after).toBeNull();
      expect(events.at(-1)).toEqual({ type: 'cancelled' });
      login.start(HINT);
      expectStatus('pushing');
    });

    test('in code entry as long as the request is open', async () => {
      for (const isOver of [false, true]) {
        const { login, advance, view } = await setUpWaiting({ expiresIn: 60 });
        login.useCode();
        if (isOver) await advance(61_000);
        expect(view('totpEntry').push === null).toBe(isOver);
        login.cancel();
        expect(view('idle').after).toBe(isOver ? null : 'cancel');
      }
    });

    test('after a failed resend that may have reached it', async () => {
      const { adapter, login, advance, view } = await setUpWaiting({ expiresIn: 60 });
      await advance(30_000);
      adapter.faults = { initiate: 'timeout' };
      login.resend();
      await advance(1_000);
      expect(view('polling').resendError).not.toBeNull();
      login.useCode();
      await advance(60_000);
      expect(view('totpEntry').push).toBeNull();
      login.cancel();
      expect(view('idle').after).toBe('cancel');
    });
  });

  test('another user ends the login under way', async () => {
    const { login, advance, calls, view } = await setUpWaiting();
    login.actorRef.send({ type: 'changeUser', loginHint: 'grace@example.com' });
    expect(view('idle')).toMatchObject({ after: null, loginHint: 'grace@example.com' });
    await advance(60_000);
    expect(calls('poll')).toHaveLength(0);
    expect(calls('cancel')).toHaveLength(1);
  });
});

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

describe('the code beside the push', () => {
  const typing = async (...args: Parameters<typeof setUpLogin>) => {
    const test = await setUpWaiting(...args);
    test.login.useCode();
    await test.settle();
    test.expectStatus('totpEntry');
    return test;
  };

  test('a right code signs in and stops the push', async () => {
    const { login, settle, advance, calls, view, expectStatus, onApproved, leftovers } = await typing();
    expect(view('totpEntry').push).not.toBeNull();
    login.submitCode('123 456');
    expect(view('totpEntry').code.verifying).toBe(true);
    await settle();
    expectStatus('approved');
    expect(onApproved).toHaveBeenCalledOnce();
    const polls = calls('poll').length;
    await advance(60_000);
    expect(calls('poll')).toHaveLength(polls);
    expect(leftovers()).toEqual({ timers: 0, listeners: 0, locks: 0, channels: 0 });
  });

  test('the phone may approve while a code is typed, and while one is checked', async () => {
    for (const check of [false, true]) {
      const { login, adapter, advance, expectStatus, onApproved } = await typing({ faults: { verifyTotp: 'hang' } });
      if (check) login.submitCode(CODE);
      adapter.phone.approve();
      await advance(5_000);
      expectStatus('approved');
      expect(onApproved).toHaveBeenCalledOnce();
    }
  });

  test('a denial ends the entry, an expiry does not', async () => {
    const denied = await typing();
    denied.adapter.phone.deny();
    await denied.advance(5_000);
    denied.expectStatus('denied');

    const expired = await typing({ expiresIn: 10 });
    await expired.advance(15_000);
    expect(expired.view('totpEntry').push).toBeNull();
  });

  test('wrong codes: tries go down, the third locks at once, it comes back by itself at retryAt', async () => {
    const { login, settle, advance, now, view, expectStatus, events, calls } = await typing({
      totp: { lockout: 40 },
      expiresIn: 300,
    });
    for (const left of [2, 1]) {
      login.submitCode('000000');
      await settle();
      expect(view('totpEntry').code).toMatchObject({
        problem: { kind: 'invalidCode' },
        attemptsLeft: left,
        verifying: false,
      });
    }
    login.submitCode('000000');
    await settle();
    expect(view('lockedOut')).toMatchObject({ retryAt: now() + 40_000, can: { submitCode: false, backToPush: true } });
    login.submitCode(CODE);
    await advance(39_999);
    expectStatus('lockedOut');
    expect(calls('verifyTotp')).toHaveLength(3);
    expect(calls('poll').length).toBeGreaterThan(5);
    await advance(1);
    expect(view('totpEntry').code).toMatchObject({ problem: null, attemptsLeft: 3 });
    expect(events.map(({ type }) => type)).toEqual(['pushSent', 'codeRejected', 'codeRejected', 'lockedOut']);
  });

  test('where the backend does not count, the third wrong code locks for 30 s, the sixth for 60 s', async () => {
    const { login, settle, advance, now, view, expectStatus } = await typing(
      { expiresIn: 600 },
      { approvalTimeout: Infinity },
      (memory) => ({
        ...memory,
        verifyTotp: () => Promise.resolve({ status: 'invalidCode' }),
      }),
    );
    for (const lock of [30_000, 60_000]) {
      for (let attempt = 0; attempt < 3; attempt += 1) {
        expectStatus('totpEntry');
        login.submitCode('000000');
        await settle();
      }
      expect(view('lockedOut').retryAt).toBe(now() + lock);
      await advance(lock);
    }
    expectStatus('totpEntry');
  });

  test('the lock survives leaving the entry and cancelling', async () => {
    const { login, settle, expectStatus } = await typing({ totp: { attempts: 1 } });
    login.submitCode('000000');
    await settle();
    expectStatus('lockedOut');
    login.backToPush();
    expectStatus('polling');
    login.cancel();
    login.useCode();
    await settle();
    expectStatus('lockedOut');
  });

  test('a fault while verifying stays in the entry and costs no try', async () => {
    const { login, settle, view, expectStatus } = await typing({ faults: { verifyTotp: ['unavailable'] } });
    login.submitCode(CODE);
    await settle();
    const { code } = view('totpEntry');
    expect(code).toMatchObject({
      attemptsLeft: 3,
      wrongCodes: 0,
      problem: { kind: 'fault', error: { code: 'unavailable' } },
    });
    login.submitCode(CODE);
    await settle();
    expectStatus('approved');
  });

  test('someone without a code sees what a wrong code shows', async () => {
    const { login, settle, view } = await typing({ totp: 'notEnrolled' });
    login.submitCode(CODE);
    await settle();
    expect(view('totpEntry').code.problem).toEqual({ kind: 'invalidCode' });
  });

  test('six letters, or too few digits, are never sent', async () => {
    const { login, settle, calls } = await typing();
    for (const typed of ['abcdef', '12345', '']) login.submitCode(typed);
    await settle();
    expect(calls('verifyTotp')).toEqual([]);
  });

  test('two submits check one code', async () => {
    const { login, settle, calls } = await typing();
    login.submitCode(CODE);
    login.submitCode(CODE);
    await settle();
    expect(calls('verifyTotp')).toHaveLength(1);
  });

  test('from idle no phone rings; backToPush starts one, and goes back to a living one without ringing', async () => {
    const { login, settle, calls, view, expectStatus } = setUpLogin();
    login.useCode(HINT);
    await settle();
    expect(view('totpEntry').push).toBeNull();
    expect(calls('initiate')).toHaveLength(0);
    login.backToPush();
    await settle();
    expectStatus('polling');
    login.useCode();
    login.backToPush();
    await settle();
    expectStatus('polling');
    expect(calls('initiate')).toHaveLength(1);
  });

  test('a backend that checks no codes offers none', async () => {
    const { login, settle, view, expectStatus } = await setUpWaiting({ totp: false });
    expect(view('polling').can.useCode).toBe(false);
    login.useCode();
    await settle();
    expectStatus('polling');
  });
});

describe('resend', () => {
  test('after the cooldown, at most three times; a late approval of the first still counts', async () => {
    const { login, adapter, settle, advance, calls, view, expectStatus, now } = await setUpWaiting(
      { expiresIn: 600 },
      { approvalTimeout: Infinity },
    );
    const first = adapter.phone.requests[0];
    for (const cooldown of [30_000, 60_000, 120_000]) {
      expect(view('polling')).toMatchObject({ resendAt: now() + cooldown, can: { resend: false } });
      login.resend();
      expectStatus('polling');
      await advance(cooldown);
      expect(view('polling').can.resend).toBe(true);
      login.resend();
      expectStatus('pushing');
      await settle();
    }
    expect(view('polling')).toMatchObject({ resendAt: null, can: { resend: false } });
    expect(calls('initiate')).toHaveLength(4);
    if (first) adapter.phone.approve(first.id);
    await advance(5_000);
    expectStatus('approved');
  });

  test('a failed resend keeps the living request and says why', async () => {
    const { login, adapter, settle, advance, view, expectStatus } = await setUpWaiting();
    await advance(30_000);
    adapter.faults = { initiate: 'rateLimited' };
    login.resend();
    await settle();
    expect(view('polling').resendError?.code).toBe('rateLimited');
    adapter.phone.approve();
    await advance(5_000);
    expectStatus('approved');
  });

  test('one that failed counts and cools down like any other: the phone may have rung all the same', async () => {
    const { login, adapter, settle, advance, calls, view, expectStatus, now } = await setUpWaiting(
      { expiresIn: 600 },
      { approvalTimeout: Infinity },
    );
    const start = now();
    adapter.faults = { initiate: 'unavailable' };
    await advance(30_000);
    login.resend();
    await settle();
    expect(view('polling')).toMatchObject({ resendAt: start + 60_000, can: { resend: false } });
    login.resend();
    expectStatus('polling');
    await advance(30_000);
    expect(view('polling').can.resend).toBe(true);
    login.resend();
    await advance(60_000);
    login.resend();
    await settle();
    expect(view('polling')).toMatchObject({ resendAt: null, can: { resend: false } });
    expect(calls('initiate')).toHaveLength(4);
  });

  test('a backend that gives one id twice has one request open', async () => {
    const { login, settle, advance, expectStatus } = await setUpWaiting(
      { expiresIn: 120 },
      { approvalTimeout: Infinity },
      (memory) => ({
        ...memory,
        initiate: async (request, options) => ({ ...(await memory.initiate(request, options)), id: 'the same' }),
        poll: () => Promise.resolve({ status: 'pending' }),
      }),
    );
    await advance(30_000);
    login.resend();
    await settle();
    expect(login.actorRef.getSnapshot().context.requests).toHaveLength(1);
    await advance(125_000);
    expectStatus('expired');
  });

  test('the phone may approve the older request while the newer is being sent, which is then withdrawn', async () => {
    const cancelled: string[] = [];
    let late: ((pending: PendingApproval) => void) | undefined;
    let starts = 0;
    const { login, adapter, settle, advance, expectStatus } = await setUpWaiting({}, {}, (memory) => ({
      ...memory,
      initiate: (request, options) =>
        ++starts === 1 ? memory.initiate(request, options) : new Promise((resolve) => (late = resolve)),
      cancel: ({ id }) => Promise.resolve(void cancelled.push(id)),
    }));
    await advance(30_000);
    login.resend();
    adapter.phone.approve();
    await advance(5_000);
    expectStatus('approved');
    expect(cancelled).toEqual([]);
    late?.({ id: 'late', expiresIn: 60, interval: 5, resumable: false });
    await settle();
    expect(cancelled).toEqual(['late']);
  });

  test('a denial of the older request only ends that one', async () => {
    const { login, adapter, settle, advance, expectStatus } = await setUpWaiting({ expiresIn: 300 });
    const [older] = adapter.phone.requests;
    await advance(30_000);
    login.resend();
    await settle();
    if (older) adapter.phone.deny(older.id);
    await advance(5_000);
    expectStatus('polling');
    adapter.phone.approve();
    await advance(5_000);
    expectStatus('approved');
  });
});

describe('two requests', () => {
  const resent = async (...args: Parameters<typeof setUpLogin>) => {
    const test = await setUpWaiting(...args);
    await test.advance(30_000);
    test.login.resend();
    await test.settle();
    return test;
  };

  test('the end of the older one leaves the newer', async () => {
    const { login, advance, view, expectStatus } = await resent({ expiresIn: 60 });
    const { startedAt } = view('polling').push;
    await advance(31_000);
    expect(view('polling').push.startedAt).toBe(startedAt);
    expect(login.actorRef.getSnapshot().context.requests).toHaveLength(1);
    await advance(40_000);
    expectStatus('expired');
  });

  test.each([
    ['approves', 'older', 'approved', ['newer']],
    ['approves', 'newer', 'approved', ['older']],
    ['denies', 'newer', 'denied', ['older']],
    ['denies', 'older', 'polling', []],
  ] as const)(
    'where the phone %s the %s one, the login is %s, and %j is withdrawn',
    async (answer, one, status, rest) => {
      const withdrawn: string[] = [];
      const { adapter, advance, expectStatus } = await resent({ expiresIn: 300 }, {}, (memory) => ({
        ...memory,
        cancel: ({ id }) => Promise.resolve(void withdrawn.push(id)),
      }));
      const [older = '', newer = ''] = adapter.phone.requests.map(({ id }) => id);
      const names = { older, newer };
      if (answer === 'approves') adapter.phone.approve(names[one]);
      else adapter.phone.deny(names[one]);
      await advance(5_000);
      expectStatus(status);
      expect(withdrawn).toEqual(rest.map((name) => names[name]));
    },
  );

  test('a definite fault of one leaves the other', async () => {
    const refused = new Set<string>();
    const { adapter, advance, view, expectStatus } = await resent({ expiresIn: 300 }, {}, (memory) => ({
      ...memory,
      poll: (pending, options) =>
        refused.has(pending.id) ? Promise.reject(new CibaError('refused', 'no')) : memory.poll(pending, options),
    }));
    const [older, newer] = adapter.phone.requests.map(({ id }) => id);
    refused.add(newer ?? '');
    await advance(5_000);
    expect(view('polling').push.startedAt).toBeDefined();
    adapter.phone.approve(older);
    await advance(5_000);
    expectStatus('approved');
  });

  test('while it is paused, too', async () => {
    const { advance, expectStatus } = await resent({ expiresIn: 100 }, { approvalTimeout: 40 });
    await advance(40_000);
    expectStatus('timedOut');
    await advance(31_000);
    expectStatus('timedOut');
    await advance(40_000);
    expectStatus('expired');
  });
});

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

test('the same user given again keeps the tries; another one starts with all of them', async () => {
  const { login, settle, view } = setUpLogin();
  login.useCode(HINT);
  login.submitCode('000000');
  await settle();
  login.cancel();
  login.useCode(HINT);
  expect(view('totpEntry').code.attemptsLeft).toBe(2);
  login.cancel();
  login.useCode('grace@example.com');
  expect(view('totpEntry').code).toMatchObject({ attemptsLeft: 3, problem: null });
});

test('a problem is gone while the next code is checked', async () => {
  const { login, settle, view } = setUpLogin();
  login.useCode(HINT);
  login.submitCode('000000');
  await settle();
  expect(view('totpEntry').code.problem).toEqual({ kind: 'invalidCode' });
  login.submitCode('000001');
  expect(view('totpEntry').code).toMatchObject({ problem: null, verifying: true });
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

test('stop ends every timer, listener and call that is out', async () => {
  const { login, advance, leftovers, calls } = await setUpWaiting({ latency: 0 });
  login.stop();
  await advance(600_000);
  expect(leftovers()).toEqual({ timers: 0, listeners: 0, locks: 0, channels: 0 });
  expect(calls('poll')).toHaveLength(0);
});

test('a code that is being checked is not left behind: it may be the approval', async () => {
  const { login, adapter, settle, advance, onApproved, view, expectStatus } = setUpLogin({ latency: 2 });
  login.start(HINT);
  await advance(2_000);
  expectStatus('polling');
  login.useCode();
  login.submitCode(CODE);
  await settle();
  expect(view('totpEntry')).toMatchObject({ code: { verifying: true }, can: { backToPush: false } });
  login.backToPush();
  expectStatus('totpEntry');
  await advance(2_000);
  expectStatus('approved');
  expect(onApproved).toHaveBeenCalledOnce();
  expect(adapter.calls.filter(({ method }) => method === 'verifyTotp')).toHaveLength(1);
});

describe('what should not happen', () => {
  test('a chart that nobody filled in fails and says what to do', async () => {
    const input = {
      loginHint: HINT,
      transaction: null,
      offersCode: false,
      offersReport: false,
      timeoutAction: 'ask' as const,
      once: false,
    };
    const actorRef = createActor(loginMachine, { input }).start();
    actorRef.send({ type: 'start', actId: 'act' });
    await vi.waitFor(() => expect(actorRef.getSnapshot().value).toEqual({ failed: 'open' }));
    const { error } = actorRef.getSnapshot().context;
    expect(error).toMatchObject({ code: 'misconfigured', message: expect.stringContaining('createLogin()') as string });
  });

  test('what breaks the poll engine ends the login in failed', async () => {
    const { login, world, settle, view } = setUpLogin({ resumable: true }, { resume: true });
    const cause = new Error('no channel here');
    vi.spyOn(world.environment, 'openChannel').mockImplementation(() => {
      throw cause;
    });
    login.start(HINT);
    await settle();
    expect(view('failed').error).toMatchObject({ code: 'unknown', cause });
    expect(world.leftovers()).toMatchObject({ timers: 0, listeners: 0 });
  });
});
