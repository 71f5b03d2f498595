import { within } from '../timing.js';
import { CibaError } from '../../contract/index.js';
import type { Context } from '../context.js';
import { createLocalLimiter } from '../coordination/local-limit.js';
import { failedEvent } from '../log/events.js';
import { healthKey, HEALTH_SECONDS } from '../store/keys.js';
import { jsonResponse } from './body-and-response.js';

/** Seconds that the store has to answer a health check. */
const HEALTH_TIMEOUT_SECONDS = 2;

/** Checks that go to the store in each window. Many load balancers stay below it, and a flood of checks is no load. */
const CHECKS_PER_WINDOW = 10;
const WINDOW_SECONDS = 10;

/**
 * Creates the check whether this process can serve requests: it isn't stopping, and its store answers and can be written. A
 * Redis that is a replica, or whose memory is full, still answers. Anyone may ask, so checks at the same time share one look
 * at the store, and above {@link CHECKS_PER_WINDOW} the last look counts until the window ends.
 */
export function createHealthCheck<Session>(context: Context<Session>): (stopped: boolean) => Promise<Response> {
  const limiter = createLocalLimiter({ seconds: WINDOW_SECONDS, now: context.now });
  let last: Promise<boolean> = Promise.resolve(true);
  let isLooking = false;

  async function look(): Promise<boolean> {
    isLooking = true;
    try {
      await askStore(context);
      return true;
    } catch (caught) {
      context.emit(failedEvent('health', caught));
      return false;
    } finally {
      isLooking = false;
    }
  }

  return async (stopped) => {
    if (stopped) return jsonResponse(503, { status: 'stopping' });
    if (!isLooking && limiter.consume([{ key: 'checks', most: CHECKS_PER_WINDOW }]) === 0) last = look();
    return (await last) ? jsonResponse(200, { status: 'ok' }) : jsonResponse(503, { status: 'unavailable' });
  };
}

/** @throws CibaError if the store doesn't answer in time, or refuses to write */
async function askStore<Session>({ store }: Context<Session>): Promise<void> {
  const answered = await within(
    HEALTH_TIMEOUT_SECONDS,
    Promise.all([
      store.ping(),
      store.set(healthKey(), 0, HEALTH_SECONDS),
      store.increment(healthKey(), 1, HEALTH_SECONDS),
    ]),
  );
  if (answered) return;
  throw new CibaError(
    'timeout',
    `The store did not answer within ${HEALTH_TIMEOUT_SECONDS} seconds. Check that it is running and can be reached.`,
  );
}
