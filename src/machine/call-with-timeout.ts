import { CibaError, toCibaError } from '../contract/index.js';
import type { CallOptions } from '../contract/index.js';
import type { CibaEnvironment } from './environment.js';

/** Ends a call that never settles. It is longer than any long poll (30 s) and longer than an adapter's own retries. */
export const ADAPTER_CALL_TIMEOUT_MS = 90_000;

/**
 * Calls an adapter once. The promise always settles, even if the adapter throws a string, ignores the abort or never
 * answers.
 *
 * @throws CibaError `network` as soon as `signal` aborts, `timeout` after {@link ADAPTER_CALL_TIMEOUT_MS}, otherwise
 * the adapter's own error
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
  const onAbort = () => giveUp(new CibaError('network', 'The call was aborted.'));
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
