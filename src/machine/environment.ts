/** What the chart and the poll engine need from the world. Injected, so that tests hold the time in their hands. */
export interface CibaEnvironment {
  readonly clock: CibaClock;
  /** Whether the page can be seen and used. */
  isVisible(): boolean;
  /** Whether a network is there, as far as the world knows. */
  isOnline(): boolean;
  /** Calls back when the page becomes visible, gets the focus, comes online, goes offline, or the machine woke from sleep. Returns the way out. */
  subscribe(onChange: () => void): () => void;
  /** A number from 0 up to 1, for jitter. */
  random(): number;
  /** A value that no other act has. */
  createActId(): string;
  /**
   * Runs one act of the user (initiate, verify, cancel). The React layer runs it as a TanStack Query mutation; by default
   * it is just called. It must pass the result and the rejection through.
   */
  runAct<T>(act: CibaAct, run: () => Promise<T>): Promise<T>;
}

export type CibaAct = 'initiate' | 'verify' | 'cancel' | 'signOut';

/** Wall-clock time and timers, in milliseconds. The timers have XState's `Clock` shape. */
export interface CibaClock {
  now(): number;
  setTimeout(run: () => void, delay: number): unknown;
  clearTimeout(timer: unknown): void;
}

/** The longest delay that a timer can hold; more would fire at once. */
const MAX_DELAY_MS = 2 ** 31 - 1;

/** A delay that is safe for a timer: never negative, never NaN, never past what a timer can hold. */
export function clampDelay(milliseconds: number): number {
  if (!(milliseconds > 0)) return 0;
  return Math.min(milliseconds, MAX_DELAY_MS);
}
