'use client';

import { useContext, useEffect } from 'react';
import { useMessages } from '../react/messages-context.js';
import { AnnounceContext } from '../react/use-announcer.js';
import { useCountdown } from '../react/use-countdown.js';
import { LoginButton, LoginText, LoginTimeLeft, LoginTimeText, type LoginButtonProps } from './parts.js';

/** The moments, in seconds before the end, at which the time left is announced. */
const SPOKEN_SECONDS: readonly number[] = [30, 10];

/** The time left to approve as a bar and as text. The only part of the waiting screen that ticks. */
export function TimeLeft({ startedAt, expiresAt }: { startedAt: number; expiresAt: number }) {
  const messages = useMessages();
  const announce = useContext(AnnounceContext);
  const seconds = useCountdown(expiresAt);

  useEffect(() => {
    if (seconds !== null && SPOKEN_SECONDS.includes(seconds)) announce?.(messages['polling.timeLeftSpoken'](seconds));
  }, [announce, messages, seconds]);

  if (seconds === null) return null;
  const total = Math.max(1, Math.ceil((expiresAt - startedAt) / 1000));
  const value = Math.min(seconds, total);
  const text = messages['polling.timeLeft'](seconds);
  return (
    <LoginTimeLeft data-urgent={seconds <= 30 ? '' : undefined}>
      {/* Drawn, since a width in a style attribute would be against a strict content policy. */}
      <svg
        data-scope="ciba-login"
        data-part="time-bar"
        role="progressbar"
        aria-label={messages['polling.timeLeftLabel']}
        aria-valuemin={0}
        aria-valuemax={total}
        aria-valuenow={value}
        // Words as the value: a screen reader beeps at a bar whose percentage moves, each second.
        aria-valuetext={text}
        focusable="false"
      >
        <rect data-scope="ciba-login" data-part="time-bar-fill" width={`${(value / total) * 100}%`} height="100%" />
      </svg>
      <LoginTimeText>{text}</LoginTimeText>
    </LoginTimeLeft>
  );
}

/** "You can enter a code again in 25 s." */
export function RetryCountdown({ retryAt }: { retryAt: number }) {
  const messages = useMessages();
  const seconds = useCountdown(retryAt);
  return seconds === null ? null : <LoginText>{messages['lockedOut.retryIn'](seconds)}</LoginText>;
}

export interface ResendButtonProps extends Omit<LoginButtonProps, 'onClick'> {
  resendAt: number;
  onResend: () => void;
}

/** Sends another push; disabled until the cool-down is over. */
export function ResendButton({ resendAt, onResend, ...props }: ResendButtonProps) {
  const messages = useMessages();
  const seconds = useCountdown(resendAt);
  const waiting = seconds !== null && seconds > 0;
  return (
    <LoginButton data-verb="resend" {...props} disabled={waiting} onClick={onResend}>
      {waiting ? messages['polling.resendIn'](seconds) : messages['polling.resend']}
    </LoginButton>
  );
}
