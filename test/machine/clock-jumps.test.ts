// @vitest-environment node
import { describe, expect, test } from 'vitest';
import type { CibaClock } from '../../src/machine/index.js';
import { secondsLeft } from '../../src/react/use-countdown.js';
import { CODE, HINT, openLogin, setUpLogin } from '../support/set-up-login.js';
import type { TestOptions } from '../support/set-up-login.js';

const HOUR_MS = 3_600_000;
const OPTIONS: TestOptions = { approvalTimeout: Infinity };

/** A login whose backend has a clock that nobody sets. */
function setUp(memory: Parameters<typeof setUpLogin>[0] = {}, options: TestOptions = OPTIONS) {
  const clock: CibaClock = {
    now: () => test.now(),
    setTimeout: (run, delay) => test.environment.clock.setTimeout(run, delay),
    clearTimeout: (timer) => test.environment.clock.clearTimeout(timer),
  };
  const test = setUpLogin({ clock, expiresIn: 120, latency: 1, ...memory }, options);
  return test;
}

async function setUpWaiting(...args: Parameters<typeof setUp>) {
  const test = setUp(...args);
  test.login.start(HINT);
  await test.advance((args[0]?.latency ?? 1) * 1000);
  test.expectStatus('polling');
  return test;
}

const left = ({ environment }: ReturnType<typeof setUp>, deadline: number) =>
  secondsLeft(deadline, environment.clock.now());

describe.each([3, -3])('H5: a clock that is set by %s hours', (hours) => {
  const jump = hours * HOUR_MS;

  test('before the start', async () => {
    const test = setUp();
    await test.advance(1_000);
    test.setDeviceClock(jump);
    test.login.start(HINT);
    await test.advance(1_000);
    expect(left(test, test.view('polling').push.expiresAt)).toBe(120);
    expect(test.view('polling').push.startedAt).toBe(test.environment.clock.deviceNow?.());
    test.adapter.phone.approve();
    await test.advance(6_000);
    test.expectStatus('approved');
  });

  test('while the push is sent', async () => {
    const test = setUp({ latency: 4 });
    test.login.start(HINT);
    await test.advance(1_000);
    test.setDeviceClock(jump);
    test.expectStatus('pushing');
    await test.advance(3_000);
    expect(left(test, test.view('polling').push.expiresAt)).toBe(120);
    test.adapter.phone.approve();
    await test.advance(9_000);
    test.expectStatus('approved');
  });

  test('while it polls: as often as before, as long as before', async () => {
    const test = await setUpWaiting();
    await test.advance(6_000);
    test.setDeviceClock(jump);
    const before = test.calls('poll').length;
    await test.advance(60_000);
    expect(test.calls('poll').length - before).toBeGreaterThanOrEqual(9);
    expect(left(test, test.view('polling').push.expiresAt)).toBe(54);
    await test.advance(56_000);
    test.expectStatus('expired');
  });

  test('in the middle of a poll', async () => {
    const test = await setUpWaiting({ latency: 3 });
    await test.advance(6_500);
    expect(test.calls('poll')).toHaveLength(1);
    test.setDeviceClock(jump);
    test.adapter.phone.approve();
    await test.advance(10_000);
    test.expectStatus('approved');
  });

  test('in a back-off', async () => {
    const test = await setUpWaiting({ faults: { poll: ['network', 'network', 'network'] } });
    await test.advance(20_000);
    test.setDeviceClock(jump);
    test.adapter.phone.approve();
    await test.advance(60_000);
    test.expectStatus('approved');
  });

  test('during the cooldown of a resend', async () => {
    const test = await setUpWaiting();
    const { resendAt } = test.view('polling');
    test.setDeviceClock(jump);
    expect(left(test, resendAt ?? 0)).toBe(30);
    await test.advance(29_000);
    expect(test.view('polling').can.resend).toBe(false);
    await test.advance(1_000);
    expect(test.view('polling').can.resend).toBe(true);
  });

  test('before the approval timeout', async () => {
    const test = await setUpWaiting({}, { approvalTimeout: 60 });
    test.setDeviceClock(jump);
    await test.advance(59_000);
    test.expectStatus('polling');
    await test.advance(1_000);
    test.expectStatus('timedOut');
    test.setDeviceClock(-jump);
    test.login.keepWaiting();
    test.adapter.phone.approve();
    await test.advance(6_000);
    test.expectStatus('approved');
  });

  test('during code entry and a lockout', async () => {
    const test = await setUpWaiting({ latency: 0 });
    test.login.useCode();
    test.setDeviceClock(jump);
    for (let attempt = 0; attempt < 3; attempt += 1) {
      test.login.submitCode('000000');
      await test.settle();
    }
    test.setDeviceClock(-2 * jump);
    expect(left(test, test.view('lockedOut').retryAt)).toBe(30);
    await test.advance(29_000);
    test.expectStatus('lockedOut');
    await test.advance(1_000);
    test.expectStatus('totpEntry');
    test.setDeviceClock(jump);
    test.login.submitCode(CODE);
    await test.settle();
    test.expectStatus('approved');
  });

  describe('between two page loads', () => {
    const RESUME = { ...OPTIONS, resume: true };

    test('the login goes on with the time that it had', async () => {
      const test = await setUpWaiting({ resumable: true }, RESUME);
      await test.advance(20_000);
      test.login.stop();
      test.setDeviceClock(jump);
      await test.advance(1_000);
      const next = openLogin(test.world, test.adapter, RESUME);
      expect(left(test, next.view('polling').push.expiresAt)).toBeLessThanOrEqual(105);
      await test.advance(50_000);
      next.expectStatus('polling');
      test.adapter.phone.approve();
      await test.advance(6_000);
      next.expectStatus('approved');
    });

    test('a clock that was set before the last poll changes nothing', async () => {
      const test = await setUpWaiting({ resumable: true }, RESUME);
      test.setDeviceClock(jump);
      await test.advance(20_000);
      test.login.stop();
      await test.advance(2_000);
      const next = openLogin(test.world, test.adapter, RESUME);
      expect(left(test, next.view('polling').push.expiresAt)).toBe(98);
      await test.advance(105_000);
      next.expectStatus('expired');
    });
  });

  test('between two tabs: they still poll as often as one', async () => {
    const test = await setUpWaiting({ resumable: true }, { ...OPTIONS, resume: true });
    await test.advance(6_000);
    test.setDeviceClock(jump);
    const second = openLogin(test.world, test.adapter, { ...OPTIONS, resume: true });
    const before = test.calls('poll').length;
    await test.advance(60_000);
    second.expectStatus('polling');
    test.expectStatus('polling');
    expect(test.calls('poll').length - before).toBeLessThanOrEqual(12);
  });
});

test('H5: a sleep longer than the request ends it, as soon as the backend is asked', async () => {
  const test = await setUpWaiting();
  await test.advance(6_000);
  test.jump(3 * HOUR_MS);
  await test.advance(2_000);
  test.expectStatus('expired');
});
