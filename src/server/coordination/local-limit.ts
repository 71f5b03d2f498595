/** How often something may be done in this process within a window. */
export interface LocalLimit {
  readonly key: string;
  readonly most: number;
}

/**
 * Counts acts in this process alone, for acts that must not cost the store anything. Windows have a fixed length and open
 * with their first act.
 *
 * @param options.seconds length of a window
 * @param options.now wall-clock milliseconds
 */
export function createLocalLimiter({ seconds, now }: { readonly seconds: number; readonly now: () => number }) {
  const windows = new Map<string, { count: number; readonly until: number }>();

  /** Removes the windows that are over. The oldest ones come first, because all of them have the same length. */
  function sweep(): void {
    for (const [key, { until }] of windows) {
      if (until > now()) return;
      windows.delete(key);
    }
  }

  return {
    /** Counts one act against every limit, or against none. Returns 0, or the seconds until all of them allow it. */
    consume(limits: readonly LocalLimit[]): number {
      sweep();
      const waitMs = Math.max(
        0,
        ...limits.map(({ key, most }) => {
          const window = windows.get(key);
          return window && window.count >= most ? window.until - now() : 0;
        }),
      );
      if (waitMs > 0) return Math.ceil(waitMs / 1000);
      for (const { key } of limits) {
        const window = windows.get(key);
        if (window) window.count += 1;
        else windows.set(key, { count: 1, until: now() + seconds * 1000 });
      }
      return 0;
    },
  };
}

export type LocalLimiter = ReturnType<typeof createLocalLimiter>;
