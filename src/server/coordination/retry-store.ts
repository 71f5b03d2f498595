import { toCibaError } from '../../contract/index.js';
import type { Context } from '../options.js';
import { sleep } from '../timing.js';

/** Milliseconds. */
const RETRY_WINDOW_MS = 30_000;
const FIRST_PAUSE_MS = 100;
const LONGEST_PAUSE_MS = 2000;

/**
 * Writes down what cannot be asked for again: a provider tells an approval once, and asking a second time revokes the
 * tokens. So a store that is away for a moment is waited for, up to 30 s.
 * @throws whatever `write` throws that does not pass, or still throws by then
 */
export async function retryStoreWrite<Session, Answer>(
  { now }: Context<Session>,
  write: () => Promise<Answer>,
): Promise<Answer> {
  const until = now() + RETRY_WINDOW_MS;
  for (let pause = FIRST_PAUSE_MS; ; pause = Math.min(pause * 2, LONGEST_PAUSE_MS)) {
    try {
      return await write();
    } catch (caught) {
      if (!toCibaError(caught).retryable || now() + pause > until) throw caught;
      await sleep(pause);
    }
  }
}
