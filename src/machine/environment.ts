/** What the chart and the poll engine need from their surroundings. It is injected, so that tests control the time. */
export interface CibaEnvironment {
  readonly clock: CibaClock;
  /** Returns whether the page is visible. */
  isVisible(): boolean;
  /** Returns whether the device is online, or true if that is unknown. */
  isOnline(): boolean;
  /** Calls back when the page becomes visible or focused, goes online or offline, or wakes from sleep. Returns an unsubscribe function. */
  subscribe(onChange: () => void): () => void;
  /** Returns a random number from 0 up to 1, which spreads retries over time. */
  random(): number;
  /** Returns a unique value for an act. */
  createActId(): string;
  /**
   * Runs one act of the user. The hooks run it as a TanStack Query mutation, and the browser environment just calls
   * `run`. An implementation must return the result of `run` and pass on its rejection.
   */
  runAct<T>(act: CibaAct, run: () => Promise<T>): Promise<T>;
}

/** The acts of the user that call the backend. */
export type CibaAct = 'initiate' | 'verify' | 'cancel' | 'report' | 'signOut' | 'endSession' | 'answer';

/**
 * The time in milliseconds since 1970, and timers. While a timer is pending, `now` must pass steadily, whatever happens to
 * the device's clock. The timers match XState's `Clock`.
 */
export interface CibaClock {
  now(): number;
  /** Returns the device's own time, which users and time servers set. @default `now` */
  deviceNow?(): number;
  setTimeout(run: () => void, delayMs: number): unknown;
  clearTimeout(timer: unknown): void;
}

/** The longest delay that a timer supports. A longer one would fire immediately. */
const MAX_DELAY_MS = 2 ** 31 - 1;

/** Returns a delay that a timer supports: from 0 to the longest delay, and 0 for NaN. */
export function clampDelay(milliseconds: number): number {
  if (!(milliseconds > 0)) return 0;
  return Math.min(milliseconds, MAX_DELAY_MS);
}
