import type { Context } from '../context.js';
import { LEASE_SECONDS } from '../store/keys.js';

/** Seconds after which a lease is renewed. */
const RENEWAL_SECONDS = 3;

/**
 * Acquires the lease for an act and renews it until it is released. Returns `null` if another process holds it. If this
 * process is killed, others wait for 10 seconds at most; the browser's last retry comes after 14 seconds. A process that
 * is frozen for longer than that loses the lease without noticing.
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
      // If the store is unavailable, the lease ends by itself.
      await store.delete(key).catch(() => undefined);
    },
  };
}
