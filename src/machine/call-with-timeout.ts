import { CibaError, toCibaError } from '../contract/index.js';
import type { CallOptions } from '../contract/index.js';
import type { CibaEnvironment } from './environment.js';

/** An adapter that never answers must not hold a login for ever. Longer than any long poll (30 s) and than its own retries. */
export const ADAPTER_CALL_TIMEOUT_MS = 90_000;

/**
 * Calls an adapter once. Whatever it does (throws a string, ignores the abort, never answers, answers late), the result
 * settles once: with its answer, or with a CibaError.
 *
 * @throws CibaError `network` as soon as `signal` aborts, `timeout` after 90 s, else what the adapter threw
 */
export async function callWithTimeout<T>(
  environment: CibaEnvironment,
  { signal, actId }: CallOptions,
  call: (options: CallOptions) => Promise<T>,
): Promise<T> {
  const controller = new AbortController();
  let giveUp = (_error: CibaError): void => undefined;
  const givenUp = new Promise<never>((_resolve, reject) => {
    giveUp = (error) => {
      controller.abort(error);
      reject(error);
    };
  });
  const onAbort = () => giveUp(new CibaError('network', 'The call was abandoned.'));
  signal.addEventListener('abort', onAbort);
  const timer = environment.clock.setTimeout(
    () => giveUp(new CibaError('timeout', `The adapter did not answer within ${ADAPTER_CALL_TIMEOUT_MS / 1000} s.`)),
    ADAPTER_CALL_TIMEOUT_MS,
  );
  try {
    if (signal.aborted) onAbort();
    const answer = signal.aborted ? givenUp : call({ signal: controller.signal, actId });
    return await Promise.race([givenUp, answer]);
  } catch (caught) {
    throw toCibaError(caught);
  } finally {
    environment.clock.clearTimeout(timer);
    signal.removeEventListener('abort', onAbort);
  }
}
