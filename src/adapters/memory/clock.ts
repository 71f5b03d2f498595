/** Wall-clock time and timers, in milliseconds. */
export interface MemoryClock {
  now(): number;
  setTimeout(run: () => void, delay: number): unknown;
  clearTimeout(timer: unknown): void;
}

export const realClock: MemoryClock = {
  now: () => Date.now(),
  setTimeout: (run, delay) => setTimeout(run, delay),
  clearTimeout: (timer) => clearTimeout(timer as ReturnType<typeof setTimeout>),
};

/** Waits on the clock, forever if `seconds` is infinite. Rejects with the signal's reason once it is aborted. */
export function sleep(seconds: number, signal: AbortSignal | undefined, clock: MemoryClock): Promise<void> {
  return new Promise((resolve, reject) => {
    const stop = () => {
      clock.clearTimeout(timer);
      reject(signal?.reason as Error);
    };
    const wake = () => {
      signal?.removeEventListener('abort', stop);
      resolve();
    };
    const timer = Number.isFinite(seconds) ? clock.setTimeout(wake, seconds * 1000) : undefined;
    signal?.addEventListener('abort', stop, { once: true });
  });
}
