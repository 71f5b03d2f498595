'use client';

import { useMessages } from '../react/messages-context.js';
import { useCountdown } from '../react/use-countdown.js';
import { Hint } from './parts.js';

export interface RetryHintProps {
  /** In wall-clock milliseconds. */
  retryAt: number;
  /** The text for the seconds left. @default 'lockedOut.retryIn' */
  message?: 'lockedOut.retryIn' | 'error.retryIn';
}

/** "You can enter a code again in 5 minutes." It keeps its place when the time is over. */
export function RetryHint({ retryAt, message = 'lockedOut.retryIn' }: RetryHintProps) {
  const messages = useMessages();
  const seconds = useCountdown(retryAt);
  return seconds === null ? null : <Hint>{seconds > 0 ? messages[message](seconds) : '\u00a0'}</Hint>;
}
