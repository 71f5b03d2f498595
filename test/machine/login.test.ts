// @vitest-environment node
import { describe, expect, test, vi } from 'vitest';
import { createActor } from 'xstate';
import { loginMachine } from '../../src/machine/index.js';
import { HINT, setUpLogin, setUpWaiting } from '../support/set-up-login.js';

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

test('stop ends every timer, listener and call that is out', async () => {
  const { login, advance, leftovers, calls } = await setUpWaiting({ latency: 0 });
  login.stop();
  await advance(600_000);
  expect(leftovers()).toEqual({ timers: 0, listeners: 0, locks: 0, channels: 0 });
  expect(calls('poll')).toHaveLength(0);
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
