'use client';

import type { CibaClock } from '../machine/environment.js';
import { useTime } from '../react/use-countdown.js';

/** Whole seconds until the next code, rounded up. Time steps start at the Unix epoch (RFC 6238 §4.2 with T0 = 0). */
export function secondsToNextCode(period: number, now: number): number {
  return period - (Math.floor(now / 1000) % period);
}

/** The phone makes codes by its own time, which the device's time is closest to. */
function deviceNow(clock: CibaClock): number {
  return clock.deviceNow?.() ?? clock.now();
}

const readPeriod = (clock: CibaClock, period: number) => secondsToNextCode(period, deviceNow(clock));

/** The extra 1 ms keeps a timer that fires early from showing the same second twice. */
const nextSecond = (clock: CibaClock) => 1001 - (deviceNow(clock) % 1000);

/**
 * A ring that runs out with the current code, in sync with the authenticator app if both clocks agree. Screen readers
 * don't see it: the hint says how often a code changes, and a ticking number would disturb them.
 *
 * @example
 * <TotpPeriod period={30} />
 */
export function TotpPeriod({ period = 30 }: { /** Seconds for which a code is shown. @default 30 */ period?: number }) {
  const seconds = useTime(period, readPeriod, nextSecond);

  return (
    <svg
      data-scope="totp-period"
      data-part="root"
      data-ending={seconds !== null && seconds <= 5 ? '' : undefined}
      viewBox="0 0 32 32"
      width="32"
      height="32"
      aria-hidden="true"
    >
      <circle data-scope="totp-period" data-part="track" cx="16" cy="16" r="14" fill="none" />
      <circle
        data-scope="totp-period"
        data-part="ring"
        cx="16"
        cy="16"
        r="14"
        fill="none"
        pathLength={period}
        strokeDasharray={`${seconds ?? 0} ${period}`}
        transform="rotate(-90 16 16)"
      />
      <text data-scope="totp-period" data-part="text" x="16" y="16" textAnchor="middle" dominantBaseline="central">
        {seconds}
      </text>
    </svg>
  );
}
