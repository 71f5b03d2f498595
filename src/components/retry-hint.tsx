'use client';

import { useMessages } from '../react/messages-context.js';
import { useCountdown } from '../react/use-countdown.js';
import { Hint } from './parts.js';

/** "You can enter a code again in 5 minutes." */
export function RetryHint({ retryAt }: { /** In wall-clock milliseconds. */ retryAt: number }) {
  const messages = useMessages();
  const seconds = useCountdown(retryAt);
  return seconds === null ? null : <Hint>{messages['lockedOut.retryIn'](seconds)}</Hint>;
}
