import type { CibaClock } from '../machine/environment.js';

/** The longest single sleep of a timer, in milliseconds. After the machine slept, every deadline is seen within this. */
const LONGEST_NAP_MS = 5_000;

/**
 * Timers that mean the wall clock. A browser's own timer stands still while the machine sleeps and fires at once above
 * 2^31 - 1 ms; this one sleeps in short naps and looks at the time after each. A clock that was set back delays nothing.
 */
/* @__NO_SIDE_EFFECTS__ */
export function createWallClock(): CibaClock {
  return {
    now: () => Date.now(),
    setTimeout(run, delay) {
      const dueAt = Date.now() + delay;
      const dueAfter = performance.now() + delay;
      const timer: { nap?: ReturnType<typeof setTimeout> } = {};
      const sleep = (left: number) => {
        timer.nap = setTimeout(wake, Math.max(0, Math.min(left, LONGEST_NAP_MS)));
      };
      const wake = () => {
        const left = Math.min(dueAt - Date.now(), dueAfter - performance.now());
        if (left > 0) sleep(left);
        else run();
      };
      sleep(delay);
      return timer;
    },
    clearTimeout(timer) {
      clearTimeout((timer as { nap?: ReturnType<typeof setTimeout> } | undefined)?.nap);
    },
  };
}
