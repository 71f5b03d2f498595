import { CibaError } from '../../contract/index.js';
import type { Context } from '../context.js';
import { failedEvent } from '../log/events.js';
import { healthKey, HEALTH_SECONDS } from '../store/keys.js';
import { jsonResponse } from './body-and-response.js';

/** Seconds that the store has to answer a health check. */
const HEALTH_TIMEOUT_SECONDS = 2;

/**
 * Reports whether this process can serve requests: it isn't stopping, and its store answers and can be written. A Redis
 * that is a replica, or whose memory is full, still answers.
 */
export async function checkHealth<Session>(context: Context<Session>, stopped: boolean): Promise<Response> {
  try {
    if (stopped) return jsonResponse(503, { status: 'stopping' });
    if (
      await within(
        HEALTH_TIMEOUT_SECONDS,
        Promise.all([
          context.store.ping(),
          context.store.set(healthKey(), 0, HEALTH_SECONDS),
          context.store.increment(healthKey(), 1, HEALTH_SECONDS),
        ]),
      )
    )
      return jsonResponse(200, { status: 'ok' });
    throw new CibaError(
      'timeout',
      `The store did not answer within ${HEALTH_TIMEOUT_SECONDS} seconds. Check that it is running and can be reached.`,
    );
  } catch (caught) {
    context.emit(failedEvent('health', caught));
    return jsonResponse(503, { status: 'unavailable' });
  }
}

/** Resolves with the promise's value, or `undefined` after a timeout in seconds. */
export async function within<Answer>(seconds: number, promise: Promise<Answer>): Promise<Answer | undefined> {
  let timer: ReturnType<typeof setTimeout> | undefined;
  const late = new Promise<undefined>((resolve) => {
    timer = setTimeout(() => resolve(undefined), seconds * 1000);
  });
  try {
    return await Promise.race([promise, late]);
  } finally {
    clearTimeout(timer);
  }
}
