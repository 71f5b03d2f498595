'use client';

import { createContext, useCallback, useContext, useSyncExternalStore } from 'react';
import { pageClock } from '../environment/steady-clock.js';
import type { CibaClock } from '../machine/environment.js';

/** The clock that countdowns read. It is the login's own, so that both agree on the time. */
export const ClockContext = createContext<CibaClock>(pageClock);

/** Whole seconds until `deadline`, rounded up; 0 once it has passed. */
export function secondsLeft(deadline: number, now: number): number {
  const seconds = Math.ceil((deadline - now) / 1000);
  return seconds > 0 ? seconds : 0;
}

/**
 * Whole seconds until a wall-clock time (milliseconds since 1970). Re-renders its component once a second, in step
 * with the deadline, and stops at 0. Call it in the smallest component that shows the time. It is `null` on the server,
 * whose clock may differ from the browser's.
 *
 * @example
 * function TimeLeft({ expiresAt }: { expiresAt: number }) {
 *   const seconds = useCountdown(expiresAt);
 *   return seconds === null ? null : <span>{seconds} s</span>;
 * }
 */
export function useCountdown(deadline: number): number | null {
  const clock = useContext(ClockContext);

  const subscribe = useCallback(
    (onTick: () => void) => {
      let timer: unknown;
      const schedule = () => {
        const left = deadline - clock.now();
        if (!(left > 0)) return;
        // Waits until the current second ends. The extra 1 ms keeps a timer that fires early from showing it twice.
        timer = clock.setTimeout(
          () => {
            onTick();
            schedule();
          },
          (left % 1000 || 1000) + 1,
        );
      };
      schedule();
      return () => clock.clearTimeout(timer);
    },
    [clock, deadline],
  );

  return useSyncExternalStore(
    subscribe,
    () => secondsLeft(deadline, clock.now()),
    () => null,
  );
}
