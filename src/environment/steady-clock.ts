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
  let quietSince = -Infinity;
  const timers = new Set<Timer>();
  /** The one timer of the source that all timers share, so that a page that waits wakes up as rarely as it can. */
  let alarm: unknown;
  let waking = false;

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
    if (timers.size === 0 && since - quietSince > QUIET_MS) offset = source.deviceNow() - since;
    return since + offset;
  }

  /** Sets the alarm anew for every new timer, because a test may have taken the old one away. */
  function setAlarm(): void {
    source.clearTimeout(alarm);
    if (timers.size === 0) return;
    const time = now();
    const wakeAt = Math.min(time + source.maxNap, ...[...timers].map(({ dueAt }) => dueAt));
    // Browsers round a delay down.
    alarm = source.setTimeout(() => wake(wakeAt), Math.max(0, Math.ceil(wakeAt - time)));
  }

  function wake(wakeAt: number): void {
    if (timers.size === 0) return;
    // An alarm proves that its delay has passed, even if a test replaced only some of the timers.
    const missing = wakeAt - now();
    if (missing > 0) offset += missing;
    // What is due in the same millisecond shares an alarm.
    const time = now() + 1;
    const due = [...timers].filter(({ dueAt }) => dueAt < time).sort((one, other) => one.dueAt - other.dueAt);
    waking = true;
    try {
      for (const timer of due) if (end(timer)) timer.run();
    } finally {
      waking = false;
      setAlarm();
    }
  }

  function end(timer: Timer): boolean {
    if (!timers.delete(timer)) return false;
    quietSince = elapsed();
    return true;
  }

  return {
    now,
    deviceNow: () => source.deviceNow(),
    setTimeout(run, delayMs) {
      const timer = { run, dueAt: now() + Math.max(0, delayMs) };
      timers.add(timer);
      if (!waking) setAlarm();
      return timer;
    },
    clearTimeout(timer) {
      if (end(timer as Timer) && timers.size === 0) source.clearTimeout(alarm);
    },
  };
}

interface Timer {
  readonly run: () => void;
  readonly dueAt: number;
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
