'use client';

import { useMessages } from '../react/messages-context.js';
import { useCountdown } from '../react/use-countdown.js';
import * as Login from './parts.js';

export interface ResendButtonProps extends Omit<Login.ButtonProps, 'onClick'> {
  /** When the cooldown ends, in wall-clock milliseconds. */
  resendAt: number;
  /** Sends the request again. */
  onResend: () => void;
}

/** Sends another push. It is disabled until the cooldown ends. */
export function ResendButton({ resendAt, onResend, ...props }: ResendButtonProps) {
  const messages = useMessages();
  const seconds = useCountdown(resendAt);
  const waiting = seconds !== null && seconds > 0;
  return (
    <Login.Button data-verb="resend" {...props} disabled={waiting} onClick={onResend}>
      {waiting ? messages['polling.resendIn'](seconds) : messages['polling.resend']}
    </Login.Button>
  );
}
