import type { Context } from '../context.js';
import { failedEvent } from '../log/events.js';
import { dueSessionsKey, SWEEP_INTERVAL_SECONDS, sweepKey } from '../store/keys.js';
import { sweepLogouts } from './logout.js';
import { sweepSession } from './sessions.js';

/** Sessions that are looked at together. Revoking one takes a call to the provider. */
const BATCH = 20;

/** Sessions that one sweep looks at. More than this are left to the next one. */
const MAX_PER_SWEEP = 2000;

/**
 * Looks once a minute for sessions that are idle or over and for logouts that are not carried out, in one of the processes
 * that share the store. `start` does nothing while it runs. A process that never serves a request sweeps nothing.
 */
export function createSweeper<Session>(getContext: () => Context<Session>): { start(): void; stop(): void } {
  let timer: ReturnType<typeof setTimeout> | undefined;
  let stopped = false;

  function start(): void {
    if (timer !== undefined || stopped) return;
    timer = setTimeout(() => void run(), SWEEP_INTERVAL_SECONDS * 1000);
    timer.unref?.();
  }

  async function run(): Promise<void> {
    await sweep(getContext());
    timer = undefined;
    start();
  }

  return {
    start,
    stop() {
      stopped = true;
      clearTimeout(timer);
    },
  };
}

/** One session that can't be looked at must not keep the others. */
async function sweepOne<Session>(context: Context<Session>, id: string): Promise<void> {
  try {
    await sweepSession(context, id);
  } catch (caught) {
    context.emit(failedEvent('sweep', caught));
  }
}

/** Never throws. What fails is due again in the next minute. */
export async function sweep<Session>(context: Context<Session>): Promise<void> {
  const { store, now } = context;
  try {
    // Each process has logouts of its own to carry out, so this comes before the claim.
    if (context.heldLogouts.size > 0) await sweepLogouts(context);
    const { claimed } = await store.setIfAbsent(sweepKey(), true, SWEEP_INTERVAL_SECONDS * 0.9);
    if (!claimed) return;
    await sweepLogouts(context);
    const ids = await store.readIndex(dueSessionsKey(), { upTo: now(), limit: MAX_PER_SWEEP });
    for (let first = 0; first < ids.length; first += BATCH) {
      const some = ids.slice(first, first + BATCH);
      await Promise.all(some.map((id) => sweepOne(context, id)));
    }
  } catch (caught) {
    context.emit(failedEvent('sweep', caught));
  }
}
