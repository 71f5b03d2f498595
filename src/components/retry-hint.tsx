'use client';

import { waitText } from '../contract/error-class.js';
import type { CibaError } from '../contract/errors.js';
import { useMessages } from '../react/messages-context.js';
import { useCountdown } from '../react/use-countdown.js';
import { Body, Hint } from './parts.js';

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

/** When a failure that passes can be tried again, if it is one. */
export function WaitHint({ error, retryAt }: { error: CibaError; retryAt: number }) {
  const wait = waitText(error, useMessages());
  if (wait === null) return null;
  return (
    <Body>
      {error.retryAfter === undefined ? <Hint>{wait}</Hint> : <RetryHint retryAt={retryAt} message="error.retryIn" />}
    </Body>
  );
}
