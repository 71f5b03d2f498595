import type { Context } from '../context.js';
import { createToken } from '../secrets.js';
import { LEASE_SECONDS } from '../store/keys.js';
import type { StoreStep } from '../store/store.js';

/** Seconds after which a lease is renewed. */
const RENEWAL_SECONDS = 3;

/**
 * Acquires the lease for an act and renews it until it is released. Returns `null` for `lease` if another process holds it.
 * If this process is killed, others wait for {@link LEASE_SECONDS} at most, which the browser's retries outlast. A process
 * that is frozen for longer than that loses the lease. The lease holds a random value of its owner, so that this process
 * then neither renews nor releases the lease of the next owner.
 *
 * `reads` travel with it. They run after it, so they show what the last owner left.
 */
export async function acquireLease<Session>(
  { store }: Context<Session>,
  key: string,
  reads: readonly StoreStep[] = [],
): Promise<{ readonly lease: { release: () => Promise<void> } | null; readonly answers: readonly unknown[] }> {
  const owner = createToken();
  const [claim, ...answers] = await store.batch([['setIfAbsent', key, owner, LEASE_SECONDS], ...reads]);
  if ((claim as { readonly value: string }).value !== owner) return { lease: null, answers };
  let timer: ReturnType<typeof setTimeout> | undefined;
  let released = false;

  async function renew(): Promise<void> {
    try {
      // One step: between a look and a write, another process could acquire the lease.
      if (!(await store.setIfEquals(key, owner, owner, LEASE_SECONDS))) return;
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
    answers,
    lease: {
      async release() {
        released = true;
        clearTimeout(timer);
        // If the store is unavailable, the lease ends by itself.
        await store.deleteIfEquals(key, owner).catch(() => undefined);
      },
    },
  };
}
