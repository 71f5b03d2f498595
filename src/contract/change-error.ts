import { CibaError } from './errors.js';
import type { CibaErrorOptions } from './errors.js';

type Changes = Pick<CibaErrorOptions, 'retryable' | 'retryAfter'> & { readonly message?: string };

/** Returns a copy of an error with these changes. The error itself stays: an adapter may throw the same one for every login. */
export function changeError(error: CibaError, { message = error.message, ...changes }: Changes): CibaError {
  const { code, retryable, retryAfter, maybeHint, cause } = error;
  return new CibaError(code, message, { retryable, retryAfter, maybeHint, cause, ...changes });
}
