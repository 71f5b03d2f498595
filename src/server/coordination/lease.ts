import type { Context } from '../options.js';

/**
 * Seconds for which the claim for an act stands, and after which it is renewed while the act is under way. A process
 * that is killed meanwhile holds others up for no longer than that; the browser's last retry comes after 14 s.
 */
const LEASE_SECONDS = 10;
const RENEWAL_SECONDS = 3;

/**
 * Claims an act for this process and holds the claim until it is released; `null` when another process has it. A
 * process that is frozen for longer than the claim's life loses it without noticing.
 */
export async function acquireLease<Session>(
  { store }: Context<Session>,
  key: string,
): Promise<{ release: () => Promise<void> } | null> {
  if (!(await store.setIfAbsent(key, true, LEASE_SECONDS)).claimed) return null;
  let timer: ReturnType<typeof setTimeout>;
  const renewLater = () => {
    timer = setTimeout(() => {
      void store.set(key, true, LEASE_SECONDS).catch(() => undefined);
      renewLater();
    }, RENEWAL_SECONDS * 1000);
    timer.unref?.();
  };
  renewLater();
  return {
    async release() {
      clearTimeout(timer);
      // Where the store is away, the claim ends by itself.
      await store.delete(key).catch(() => undefined);
    },
  };
}
