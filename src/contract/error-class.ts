import type { CibaError } from './errors.js';
import type { Messages } from './messages.js';

/**
 * What helps against an error: to try again, to wait, or to ask support. It decides which buttons a failed login has, and in
 * which order.
 */
export type ErrorClass = 'retry' | 'wait' | 'support';

const WAIT: readonly string[] = ['inReview', 'rateLimited', 'unavailable'];
const RETRY: readonly string[] = ['notFound', 'unknown', 'unknownUser', 'noDevice'];

/** Returns the class of an error. `again` if the attempt before it failed in the same way: then an unknown error stays. */
export function errorClass({ code, retryable, retryAfter }: CibaError, again: boolean): ErrorClass {
  if (retryAfter !== undefined || WAIT.includes(code)) return 'wait';
  if (code === 'unknown' && again) return 'support';
  return retryable || RETRY.includes(code) ? 'retry' : 'support';
}

/** Whether the account itself may be the cause. To try again would send the same thing once more. */
export function mayBeAccount({ code }: CibaError): boolean {
  return code === 'unknownUser' || code === 'noDevice';
}

/** What a text about an error ends with if waiting helps: when the user can try again. */
export function waitText(error: CibaError, messages: Messages): string | null {
  if (error.code === 'inReview' || errorClass(error, false) !== 'wait') return null;
  const { retryAfter } = error;
  return retryAfter === undefined ? messages['error.retryLater'] : messages['error.retryIn'](Math.ceil(retryAfter));
}
