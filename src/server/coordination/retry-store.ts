import { toCibaError } from '../../contract/index.js';
import type { Context } from '../context.js';
import { sleep } from '../timing.js';

const RETRY_WINDOW_MS = 30_000;
const FIRST_PAUSE_MS = 100;
const LONGEST_PAUSE_MS = 2000;

/**
 * Writes what can't be asked for again: a provider returns an approval once, and asking a second time revokes the
 * tokens. If the store is unavailable, the write is retried for {@link RETRY_WINDOW_MS}.
 * @throws what `write` throws, if it isn't transient or lasts for longer
 */
export async function retryStoreWrite<Session, Answer>(
  { now }: Context<Session>,
  write: () => Promise<Answer>,
): Promise<Answer> {
  const until = now() + RETRY_WINDOW_MS;
  for (let pauseMs = FIRST_PAUSE_MS; ; pauseMs = Math.min(pauseMs * 2, LONGEST_PAUSE_MS)) {
    try {
      return await write();
    } catch (caught) {
      if (!toCibaError(caught).retryable || now() + pauseMs > until) throw caught;
      await sleep(pauseMs);
    }
  }
}
