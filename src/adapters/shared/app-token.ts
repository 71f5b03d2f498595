import { CibaError, isCibaError } from '../../contract/index.js';
import { unlessAborted } from '../../contract/unless-aborted.js';

/**
 * Calls a function of the app that returns a token. Only a `CibaError` may leave an adapter, so anything else that the
 * function throws becomes one.
 *
 * @param name of the option, for the error's message
 * @throws CibaError what the function threw, or `unavailable`; the signal's own reason when it was aborted
 */
export async function callForToken<Token>(
  name: string,
  getToken: () => Token | Promise<Token>,
  signal: AbortSignal,
): Promise<Token> {
  signal.throwIfAborted();
  try {
    return await unlessAborted(Promise.resolve(getToken()), signal);
  } catch (cause) {
    signal.throwIfAborted();
    if (isCibaError(cause)) throw cause;
    throw new CibaError(
      'unavailable',
      `The function \`${name}\` failed, so there is no token to send. Look at the error's \`cause\`, which is what it threw.`,
      { cause },
    );
  }
}
