'use client';

import { clock } from '../contract/durations.js';
import { useMessages } from '../react/messages-context.js';
import { useCountdown } from '../react/use-countdown.js';
import { createPart } from './create-part.js';
import { Button } from './parts.js';
import type { ButtonProps } from './parts.js';

const Count = createPart('span', 'count', { 'aria-hidden': true });

export interface ResendButtonProps extends Omit<ButtonProps, 'onClick'> {
  /** When the cooldown ends, in wall-clock milliseconds, or null after the last resend. */
  resendAt: number | null;
  /** Sends the request again. */
  onResend: () => void;
}

/** Sends another push. It is disabled until the cooldown ends, and after the last resend. */
export function ResendButton({ resendAt, onResend, ...props }: ResendButtonProps) {
  const messages = useMessages();
  const seconds = useCountdown(resendAt ?? 0);
  const waiting = resendAt !== null && seconds !== null && seconds > 0;
  return (
    <Button
      data-verb="resend"
      data-accent={waiting ? undefined : ''}
      {...props}
      disabled={waiting || resendAt === null}
      aria-description={waiting ? messages['polling.resendIn'](seconds) : undefined}
      onClick={onResend}
    >
      <span>{messages[resendAt === null ? 'polling.resendLimit' : 'polling.resend']}</span>
      {waiting && <Count>{clock(seconds)}</Count>}
    </Button>
  );
}
