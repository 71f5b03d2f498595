import { focusManager, onlineManager } from '@tanstack/react-query';
import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest';
import { createBrowserEnvironment } from '../../src/environment/browser.js';
import { createWallClock } from '../../src/environment/wall-clock.js';

beforeEach(() => {
  vi.useFakeTimers({ now: 1_000_000 });
});

afterEach(() => {
  vi.useRealTimers();
  focusManager.setFocused(undefined);
  onlineManager.setOnline(true);
});

describe('the wall clock', () => {
  test('fires once, on time, however long the delay', () => {
    const run = vi.fn();
    createWallClock().setTimeout(run, 180_000);
    vi.advanceTimersByTime(179_999);
    expect(run).not.toHaveBeenCalled();
    vi.advanceTimersByTime(1);
    expect(run).toHaveBeenCalledOnce();
    vi.advanceTimersByTime(600_000);
    expect(run).toHaveBeenCalledOnce();
  });

  test.each([0, -5, 1_000])('a delay of %s ms', (delay) => {
    const run = vi.fn();
    createWallClock().setTimeout(run, delay);
    vi.advanceTimersByTime(Math.max(delay, 0));
    expect(run).toHaveBeenCalledOnce();
  });

  test('what a timer cannot hold does not fire at once', () => {
    const run = vi.fn();
    createWallClock().setTimeout(run, 1e12);
    vi.advanceTimersByTime(100_000);
    expect(run).not.toHaveBeenCalled();
  });

  test('after a sleep it fires within five seconds of waking', () => {
    const run = vi.fn();
    createWallClock().setTimeout(run, 180_000);
    // Asleep: the wall clock goes on, the timers stand still.
    vi.setSystemTime(1_000_000 + 3_600_000);
    vi.advanceTimersByTime(5_000);
    expect(run).toHaveBeenCalledOnce();
  });

  test('a clock that is set back delays nothing', () => {
    const run = vi.fn();
    createWallClock().setTimeout(run, 60_000);
    vi.setSystemTime(0);
    vi.advanceTimersByTime(60_000);
    expect(run).toHaveBeenCalledOnce();
  });

  test('a cleared timer never fires, in whichever nap it is', () => {
    const clock = createWallClock();
    const run = vi.fn();
    const timer = clock.setTimeout(run, 60_000);
    vi.advanceTimersByTime(42_000);
    clock.clearTimeout(timer);
    clock.clearTimeout(undefined);
    vi.advanceTimersByTime(60_000);
    expect(run).not.toHaveBeenCalled();
    expect(vi.getTimerCount()).toBe(0);
  });
});

describe('the browser', () => {
  test.each([
    ['focus', () => window.dispatchEvent(new Event('focus'))],
    ['pageshow', () => window.dispatchEvent(new Event('pageshow'))],
    ['resume', () => document.dispatchEvent(new Event('resume'))],
    ['visibilitychange', () => window.dispatchEvent(new Event('visibilitychange'))],
    ['online', () => onlineManager.setOnline(false)],
  ])('%s is a change of the world, until the way out is taken', (_name, happen) => {
    const onChange = vi.fn();
    const exit = createBrowserEnvironment().subscribe(onChange);
    happen();
    expect(onChange).toHaveBeenCalledOnce();
    exit();
    happen();
    onlineManager.setOnline(true);
    expect(onChange).toHaveBeenCalledOnce();
  });

  test("follows TanStack Query's managers", () => {
    const environment = createBrowserEnvironment();
    focusManager.setFocused(false);
    onlineManager.setOnline(false);
    expect([environment.isVisible(), environment.isOnline()]).toEqual([false, false]);
  });

  test('no two acts share an id', () => {
    const { createAttemptId } = createBrowserEnvironment();
    const ids = new Set(Array.from({ length: 1000 }, createAttemptId));
    expect(ids.size).toBe(1000);
    for (const id of ids) expect(id).toMatch(/^[0-9a-f]{32}$/);
  });
});
