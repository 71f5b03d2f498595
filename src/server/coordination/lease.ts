import type { Context } from '../context.js';
import { createToken } from '../secrets.js';
import { LEASE_SECONDS } from '../store/keys.js';

/** Seconds after which a lease is renewed. */
const RENEWAL_SECONDS = 3;

/**
 * Acquires the lease for an act and renews it until it is released. Returns `null` if another process holds it. If this
 * process is killed, others wait for {@link LEASE_SECONDS} at most, which the browser's retries outlast. A process that
 * is frozen for longer than that loses the lease. The lease holds a random value of its owner, so that this process
 * then neither renews nor releases the lease of the next owner.
 */
export async function acquireLease<Session>(
  { store }: Context<Session>,
  key: string,
): Promise<{ release: () => Promise<void> } | null> {
  const owner = createToken();
  if ((await store.setIfAbsent(key, owner, LEASE_SECONDS)).value !== owner) return null;
  let timer: ReturnType<typeof setTimeout> | undefined;
  let released = false;

  async function renew(): Promise<void> {
    try {
      if ((await store.get<string>(key)) !== owner) return;
      if (!released) await store.set(key, owner, LEASE_SECONDS);
    } catch {
      // The store may be back before the lease ends.
    }
    renewLater();
  }

  function renewLater(): void {
    if (released) return;
    timer = setTimeout(() => void renew(), RENEWAL_SECONDS * 1000);
    timer.unref?.();
  }

  renewLater();
  return {
    async release() {
      released = true;
      clearTimeout(timer);
      // If the store is unavailable, the lease ends by itself.
      await store.deleteIfEquals(key, owner).catch(() => undefined);
    },
  };
}
