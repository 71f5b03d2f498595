'use client';

import { createContext, useCallback, useContext, useSyncExternalStore } from 'react';
import { attempt, listen, page } from '../environment/browser.js';
import { pageClock } from '../environment/steady-clock.js';
import type { RefObject } from 'react';
import type { CibaClock } from '../machine/environment.js';

/** The clock that countdowns read. It is the login's own, so that both agree on the time. */
export const ClockContext = createContext<CibaClock>(pageClock);

/** An element of the login, whose window may be another one than that of the script. */
export const PlaceContext = createContext<RefObject<Element | null> | null>(null);

/** Whole seconds until `deadline`, rounded up; 0 once it has passed. */
export function secondsLeft(deadline: number, now: number): number {
  const seconds = Math.ceil((deadline - now) / 1000);
  return seconds > 0 ? seconds : 0;
}

/**
 * What `read` makes of the clock and of `at`. It renders only when that has changed, and waits for nothing while the page is
 * hidden. It is `null` on the server, whose clock may differ from the browser's.
 *
 * @param at a time in milliseconds, or whatever else both functions need
 * @param nextIn returns the milliseconds until the next change, or 0 if there is none. Like `read`, it stays the same function
 */
export function useTime<T>(
  at: number,
  read: (clock: CibaClock, at: number) => T,
  nextIn: (clock: CibaClock, at: number) => number,
): T | null {
  const clock = useContext(ClockContext);
  const placeRef = useContext(PlaceContext);

  const subscribe = useCallback(
    (onTick: () => void) => {
      const shownIn = placeRef?.current?.ownerDocument ?? page.document;
      let timer: unknown;
      const tick = () => {
        onTick();
        clock.clearTimeout(timer);
        const delayMs = attempt(() => shownIn?.visibilityState, undefined) !== 'hidden' ? nextIn(clock, at) : 0;
        if (delayMs > 0) timer = clock.setTimeout(tick, delayMs);
      };
      tick();
      const unsubscribe = attempt(() => listen(shownIn, ['visibilitychange'], tick), undefined);
      return () => {
        unsubscribe?.();
        clock.clearTimeout(timer);
      };
    },
    [at, clock, nextIn, placeRef],
  );

  return useSyncExternalStore(
    subscribe,
    () => read(clock, at),
    () => null,
  );
}

const readSeconds = (clock: CibaClock, deadline: number) => secondsLeft(deadline, clock.now());

/** The time until the current second ends. The extra 1 ms keeps a timer that fires early from showing it twice. */
function nextSecond(clock: CibaClock, deadline: number): number {
  const left = deadline - clock.now();
  return left > 0 ? (left % 1000 || 1000) + 1 : 0;
}

/**
 * Whole seconds until a wall-clock time (milliseconds since 1970). Re-renders its component once a second, in step
 * with the deadline, and stops at 0. It stands still while the page is hidden. Call it in the smallest component that shows
 * the time. It is `null` on the server, whose clock may differ from the browser's.
 *
 * @example
 * function TimeLeft({ expiresAt }: { expiresAt: number }) {
 *   const seconds = useCountdown(expiresAt);
 *   return seconds === null ? null : <span>{seconds} s</span>;
 * }
 */
export function useCountdown(deadline: number): number | null {
  return useTime(deadline, readSeconds, nextSecond);
}
