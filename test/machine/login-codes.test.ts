// @vitest-environment node
import { describe, expect, test } from 'vitest';
import { CODE, HINT, setUpLogin, setUpWaiting } from '../support/set-up-login.js';

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
