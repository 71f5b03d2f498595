import type { CibaClock } from '../machine/environment.js';

/** What a clock is made from. It is injected, so that tests can set the device's clock and put the machine to sleep. */
export interface TimeSource {
  /** The device's time in milliseconds since 1970. Users and time servers set it forward and back. */
  deviceNow(): number;
  /** Milliseconds since any moment. Nothing sets it, but on some platforms it stops while the machine sleeps. */
  elapsed(): number;
  setTimeout(run: () => void, delayMs: number): unknown;
  clearTimeout(timer: unknown): void;
  /** The longest single delay of a timer, in milliseconds. Every deadline is noticed within this time of waking up. */
  readonly maxNap: number;
}

/** How long no timer must have been pending before the clock follows the device's time. A login only has shorter gaps. */
const QUIET_MS = 200;

/**
 * Creates the clock of a login. While a login runs, only time that really passed counts. The device's clock can be set
 * by hours without ending anything early or late. A device can't tell a clock that was set forward from a sleep during
 * which its timer stood still. So neither ends a request here: the next poll asks the backend, which knows.
 *
 * While no timer is pending, no deadline is open, and the clock follows the device's time, so that the times of a new
 * login are close to `Date.now()`.
 */
/* @__NO_SIDE_EFFECTS__ */
export function createSteadyClock(source: TimeSource): CibaClock {
  /** What `source.elapsed()` lacks to the time of this clock. */
  let offset = 0;
  let latest = -Infinity;
  let pending = 0;
  let quietSince = -Infinity;

  function elapsed(): number {
    const since = source.elapsed();
    // It runs backward if there is no `performance`, or if a test installs fake timers. No time has passed then.
    if (since < latest) {
      offset += latest - since;
      quietSince = -Infinity;
    }
    return (latest = since);
  }

  function now(): number {
    const since = elapsed();
    if (pending === 0 && since - quietSince > QUIET_MS) offset = source.deviceNow() - since;
    return since + offset;
  }

  function end(timer: { done: boolean }): boolean {
    if (timer.done) return false;
    timer.done = true;
    pending -= 1;
    quietSince = elapsed();
    return true;
  }

  return {
    now,
    deviceNow: () => source.deviceNow(),
    setTimeout(run, delayMs) {
      const dueAt = now() + Math.max(0, delayMs);
      const timer: { handle?: unknown; done: boolean } = { done: false };
      const sleep = () => {
        const wakeAt = Math.min(dueAt, now() + source.maxNap);
        timer.handle = source.setTimeout(() => {
          // A timer that fires proves that its delay has passed, even if a test replaced only some of the timers.
          const missing = wakeAt - now();
          if (missing > 0) offset += missing;
          if (now() < dueAt) sleep();
          else if (end(timer)) run();
        }, wakeAt - now());
      };
      pending += 1;
      sleep();
      return timer;
    },
    clearTimeout(timer) {
      const known = timer as { handle?: unknown; done: boolean } | undefined;
      if (known && end(known)) source.clearTimeout(known.handle);
    },
  };
}

/** The clock of this page. All logins and countdowns share it, so that all of them mean the same moment. */
export const pageClock: CibaClock = /* @__PURE__ */ createSteadyClock({
  deviceNow: () => Date.now(),
  elapsed() {
    try {
      return performance.now();
    } catch {
      return Date.now();
    }
  },
  setTimeout: (run, delayMs) => setTimeout(run, delayMs),
  clearTimeout: (timer) => clearTimeout(timer as ReturnType<typeof setTimeout>),
  maxNap: 5_000,
});
