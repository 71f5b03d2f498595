import type { CibaClock } from '../machine/environment.js';

/** The longest single delay of a timer. After the machine wakes up, every deadline is noticed within this time. */
const MAX_SLEEP_MS = 5_000;

/**
 * Creates timers that follow the wall clock. A browser's own timer stops while the machine sleeps, and fires immediately
 * for delays above 2^31 - 1 ms. This one waits in short steps and checks the time after each. A clock that is set back
 * doesn't delay it, and neither does one that stands still: tests often fake the timers without `Date`, or the reverse.
 */
/* @__NO_SIDE_EFFECTS__ */
export function createWallClock(): CibaClock {
  return {
    now: () => Date.now(),
    setTimeout(run, delay) {
      const dueAt = Date.now() + delay;
      const dueAfter = performance.now() + delay;
      const timer: { handle?: ReturnType<typeof setTimeout> } = {};
      let unslept = delay;
      const sleep = (left: number) => {
        const step = Math.max(0, Math.min(left, MAX_SLEEP_MS));
        timer.handle = setTimeout(() => {
          unslept -= step;
          wake();
        }, step);
      };
      const wake = () => {
        const left = Math.min(dueAt - Date.now(), dueAfter - performance.now(), unslept);
        if (left > 0) sleep(left);
        else run();
      };
      sleep(delay);
      return timer;
    },
    clearTimeout(timer) {
      clearTimeout((timer as { handle?: ReturnType<typeof setTimeout> } | undefined)?.handle);
    },
  };
}
