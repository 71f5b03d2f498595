'use client';

import { useMessages } from '../react/messages-context.js';
import { useCountdown } from '../react/use-countdown.js';
import * as Login from './parts.js';

/** "You can enter a code again in 25 s." */
export function RetryCountdown({ retryAt }: { /** In wall-clock milliseconds. */ retryAt: number }) {
  const messages = useMessages();
  const seconds = useCountdown(retryAt);
  return seconds === null ? null : <Login.Text>{messages['lockedOut.retryIn'](seconds)}</Login.Text>;
}
