import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest';
import { createSteadyClock, pageClock } from '../../src/environment/steady-clock.js';
import type { TimeSource } from '../../src/environment/steady-clock.js';

const HOUR_MS = 3_600_000;
const STARTED_AT = 1_700_000_000_000;

beforeEach(() => {
  vi.useFakeTimers({ now: STARTED_AT });
});

afterEach(() => {
  vi.useRealTimers();
  vi.restoreAllMocks();
});

/** The machine sleeps: no timer fires. On some platforms the steady source stands still as well. */
function sleep(milliseconds: number, { goesOn }: { goesOn: boolean }): void {
  vi.setSystemTime(Date.now() + milliseconds);
  const before = performance.now.bind(performance);
  if (goesOn) vi.spyOn(performance, 'now').mockImplementation(() => before() + milliseconds);
}

describe('timers', () => {
  test('fire once, on time, however long the delay', () => {
    const run = vi.fn();
    pageClock.setTimeout(run, 180_000);
    vi.advanceTimersByTime(179_999);
    expect(run).not.toHaveBeenCalled();
    vi.advanceTimersByTime(1);
    expect(run).toHaveBeenCalledOnce();
    vi.advanceTimersByTime(600_000);
    expect(run).toHaveBeenCalledOnce();
  });

  test.each([0, -5, 1_000])('with a delay of %s ms', (delay) => {
    const run = vi.fn();
    pageClock.setTimeout(run, delay);
    vi.advanceTimersByTime(Math.max(delay, 0));
    expect(run).toHaveBeenCalledOnce();
  });

  test('with a delay that the browser cannot hold do not fire at once', () => {
    const run = vi.fn();
    const timer = pageClock.setTimeout(run, 1e12);
    vi.advanceTimersByTime(100_000);
    expect(run).not.toHaveBeenCalled();
    pageClock.clearTimeout(timer);
  });

  test('never fire once they are cleared, in whichever nap', () => {
    const run = vi.fn();
    const timer = pageClock.setTimeout(run, 60_000);
    vi.advanceTimersByTime(42_000);
    pageClock.clearTimeout(timer);
    pageClock.clearTimeout(timer);
    pageClock.clearTimeout(undefined);
    vi.advanceTimersByTime(60_000);
    expect(run).not.toHaveBeenCalled();
    expect(vi.getTimerCount()).toBe(0);
  });

  test('fire within five seconds of waking up where the steady source goes on in sleep', () => {
    const run = vi.fn();
    pageClock.setTimeout(run, 180_000);
    sleep(HOUR_MS, { goesOn: true });
    vi.advanceTimersByTime(5_000);
    expect(run).toHaveBeenCalledOnce();
  });

  test('take no longer than they would awake where it stands still', () => {
    const run = vi.fn();
    pageClock.setTimeout(run, 180_000);
    sleep(HOUR_MS, { goesOn: false });
    vi.advanceTimersByTime(180_000);
    expect(run).toHaveBeenCalledOnce();
  });

  test('share one timer of the browser, and those of the same moment one wake-up', () => {
    const runs: string[] = [];
    const push = (name: string) => () => void runs.push(name);
    pageClock.setTimeout(push('last'), 60_000);
    pageClock.setTimeout(push('one'), 1_000);
    pageClock.setTimeout(push('another'), 1_000);
    expect(vi.getTimerCount()).toBe(1);
    vi.advanceTimersToNextTimer();
    expect(runs).toEqual(['one', 'another']);
    vi.advanceTimersByTime(59_000);
    expect(runs).toEqual(['one', 'another', 'last']);
    expect(vi.getTimerCount()).toBe(0);
  });

  test('fire in the order of their times, also those that became due in a sleep', () => {
    const runs: number[] = [];
    for (const delay of [3_000, 1_000, 2_000]) pageClock.setTimeout(() => runs.push(delay), delay);
    sleep(HOUR_MS, { goesOn: true });
    vi.advanceTimersByTime(1_000);
    expect(runs).toEqual([1_000, 2_000, 3_000]);
  });

  test('fire although another of the same moment throws', () => {
    const run = vi.fn();
    pageClock.setTimeout(() => {
      throw new Error('broken');
    }, 1_000);
    pageClock.setTimeout(run, 1_000);
    expect(() => vi.advanceTimersByTime(1_000)).toThrow('broken');
    vi.advanceTimersByTime(1);
    expect(run).toHaveBeenCalledOnce();
  });

  test.each([
    ['cleared all timers', () => vi.clearAllTimers()],
    ['put other timers in their place', () => void vi.useRealTimers().useFakeTimers({ now: STARTED_AT })],
  ])('fire after a test has %s while another was pending', (_name, disturb) => {
    const run = vi.fn();
    const left = pageClock.setTimeout(() => undefined, 2_000);
    disturb();
    pageClock.setTimeout(run, 60_000);
    vi.advanceTimersByTime(60_000);
    expect(run).toHaveBeenCalledOnce();
    pageClock.clearTimeout(left);
  });

  test.each([
    ['setTimeout alone', ['setTimeout', 'clearTimeout']],
    ['setTimeout and Date', ['setTimeout', 'clearTimeout', 'Date']],
    ['setTimeout and performance', ['setTimeout', 'clearTimeout', 'performance']],
  ] as const)('fire on time where a test replaced %s', (_name, toFake) => {
    vi.useRealTimers();
    vi.useFakeTimers({ toFake: [...toFake] });
    const run = vi.fn();
    const before = pageClock.now();
    pageClock.setTimeout(run, 60_000);
    vi.advanceTimersByTime(59_000);
    expect(run).not.toHaveBeenCalled();
    vi.advanceTimersByTime(1_000);
    expect(run).toHaveBeenCalledOnce();
    expect(pageClock.now() - before).toBeGreaterThanOrEqual(60_000);
  });
});

describe.each([3, -3])('H5: a device whose clock is set by %s hours', (hours) => {
  test('fires timers on time', () => {
    const run = vi.fn();
    pageClock.setTimeout(run, 60_000);
    vi.advanceTimersByTime(12_345);
    vi.setSystemTime(Date.now() + hours * HOUR_MS);
    vi.advanceTimersByTime(60_000 - 12_346);
    expect(run).not.toHaveBeenCalled();
    vi.advanceTimersByTime(1);
    expect(run).toHaveBeenCalledOnce();
  });

  test('changes no time while a timer is pending, however short the gaps between two timers', () => {
    let timer = pageClock.setTimeout(() => undefined, 60_000);
    const before = pageClock.now();
    vi.setSystemTime(Date.now() + hours * HOUR_MS);
    vi.advanceTimersByTime(1_000);
    pageClock.clearTimeout(timer);
    vi.advanceTimersByTime(100);
    expect(pageClock.now() - before).toBe(1_100);
    timer = pageClock.setTimeout(() => undefined, 60_000);
    vi.advanceTimersByTime(10_000);
    expect(pageClock.now() - before).toBe(11_100);
    pageClock.clearTimeout(timer);
  });

  test('is followed as soon as nothing is pending', () => {
    pageClock.setTimeout(() => undefined, 1_000);
    vi.setSystemTime(Date.now() + hours * HOUR_MS);
    vi.advanceTimersByTime(2_000);
    expect(pageClock.now()).toBe(Date.now());
  });

  test('ends no timer late without `performance`', () => {
    vi.stubGlobal('performance', undefined);
    const run = vi.fn();
    pageClock.setTimeout(run, 60_000);
    vi.advanceTimersByTime(7_000);
    vi.setSystemTime(Date.now() + hours * HOUR_MS);
    vi.advanceTimersByTime(60_000);
    expect(run).toHaveBeenCalledOnce();
    vi.unstubAllGlobals();
  });
});

test("H6: a steady source that throws is replaced by the device's clock", () => {
  vi.spyOn(performance, 'now').mockImplementation(() => {
    throw new DOMException('denied', 'SecurityError');
  });
  const run = vi.fn();
  pageClock.setTimeout(run, 10_000);
  vi.advanceTimersByTime(10_000);
  expect(run).toHaveBeenCalledOnce();
});

test('the time never runs backward while a timer is pending', () => {
  const source: TimeSource = {
    deviceNow: () => 0,
    elapsed: vi.fn().mockReturnValueOnce(100).mockReturnValueOnce(100).mockReturnValueOnce(40).mockReturnValue(50),
    setTimeout: () => undefined,
    clearTimeout: () => undefined,
    maxNap: 5_000,
  };
  const clock = createSteadyClock(source);
  clock.setTimeout(() => undefined, 1_000);
  const times = [clock.now(), clock.now(), clock.now()];
  expect(times.toSorted((a, b) => a - b)).toEqual(times);
});
