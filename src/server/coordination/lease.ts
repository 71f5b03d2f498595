import type { Context } from '../context.js';
import { createNonce } from '../secrets.js';
import { LEASE_SECONDS } from '../store/keys.js';
import type { StoreStep } from '../store/store.js';
import { sleep } from '../timing.js';
import { finishInBackground } from './background.js';

/** Seconds after which a lease is renewed. */
const RENEWAL_SECONDS = 3;

/** Milliseconds before each try to release a lease. */
const RELEASE_PAUSES_MS = [0, 100, 500, 2000];

/**
 * Releases a lease, also one that may have been acquired although the store's answer was lost. Everybody, this process
 * included, would otherwise wait until it ends. If the store stays away for longer, that is what happens.
 */
function releaseLease<Session>(context: Context<Session>, key: string, owner: string): Promise<void> {
  const { store } = context;
  async function release(): Promise<void> {
    for (const pauseMs of RELEASE_PAUSES_MS) {
      if (pauseMs > 0) await sleep(pauseMs);
      try {
        await store.deleteIfEquals(key, owner);
        return;
      } catch {
        // The next try may reach the store.
      }
    }
  }
  const task = release();
  finishInBackground(context, task);
  return task;
}

/**
 * Acquires the lease for an act and renews it until it is released. Returns `null` for `lease` if another process holds it.
 * If this process is killed, others wait for {@link LEASE_SECONDS} at most, which the browser's retries outlast. A process
 * that is frozen for longer than that loses the lease. The lease holds a random value of its owner, so that this process
 * then neither renews nor releases the lease of the next owner.
 *
 * `reads` travel with it. They run after it, so they show what the last owner left.
 */
export async function acquireLease<Session>(
  context: Context<Session>,
  key: string,
  reads: readonly StoreStep[] = [],
): Promise<{ readonly lease: { release: () => Promise<void> } | null; readonly answers: readonly unknown[] }> {
  const { store } = context;
  const owner = createNonce();
  const acquired = store.batch([['setIfAbsent', key, owner, LEASE_SECONDS], ...reads]);
  acquired.catch(() => void releaseLease(context, key, owner));
  const [claim, ...answers] = await acquired;
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
      release() {
        released = true;
        clearTimeout(timer);
        return releaseLease(context, key, owner);
      },
    },
  };
}
