import { toCibaError } from '../../contract/index.js';
import type { Context } from '../options.js';
import { sleep } from '../timing.js';

/** Milliseconds. */
const PATIENCE = 30_000;
const FIRST_PAUSE = 100;
const LONGEST_PAUSE = 2000;

/**
 * Writes down what cannot be asked for again: a provider tells an approval once, and asking a second time revokes the
 * tokens. So a store that is away for a moment is waited for, up to 30 s.
 * @throws whatever `write` throws that does not pass, or still throws by then
 */
export async function untilStored<Session, Answer>(
  { now }: Context<Session>,
  write: () => Promise<Answer>,
): Promise<Answer> {
  const until = now() + PATIENCE;
  for (let pause = FIRST_PAUSE; ; pause = Math.min(pause * 2, LONGEST_PAUSE)) {
    try {
      return await write();
    } catch (caught) {
      if (!toCibaError(caught).retryable || now() + pause > until) throw caught;
      await sleep(pause);
    }
  }
}
