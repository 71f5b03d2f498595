'use client';

import { forwardRef, useContext, type ReactNode } from 'react';
import type { Connection } from '../machine/view.js';
import { useMessages } from '../react/messages-context.js';
import { AnnounceContext } from '../react/use-announcer.js';
import { useCountdown } from '../react/use-countdown.js';
import { createPart, type PartProps } from './part.js';
import {
  LoginButton,
  LoginNotice,
  LoginText,
  LoginTimeLeft,
  LoginTimeStatus,
  LoginTimeText,
  type LoginButtonProps,
} from './parts.js';
import { useChangeEffect } from './use-change-effect.js';

/** The moments, in seconds before the end, at which the time left is announced. */
const SPOKEN_SECONDS: readonly number[] = [30, 10];

export interface TimeLeftProps {
  /** When the request was sent, in wall-clock milliseconds. */
  startedAt: number;
  /** When its life ends, likewise. */
  expiresAt: number;
  /** How the line is; said beside the time while it is bad. @default 'ok' */
  connection?: Connection | undefined;
  /** What stands inside the ring. */
  children?: ReactNode;
}

/** The time left to approve as a ring and as text. It ticks, and nothing around it does. */
export function TimeLeft({ startedAt, expiresAt, connection = 'ok', children }: TimeLeftProps) {
  const messages = useMessages();
  const announce = useContext(AnnounceContext);
  const seconds = useCountdown(expiresAt);

  useChangeEffect(seconds, (now) => {
    if (now !== null && SPOKEN_SECONDS.includes(now)) announce?.(messages['polling.timeLeftSpoken'](now));
  });

  if (seconds === null) return children;
  const total = Math.max(1, Math.ceil((expiresAt - startedAt) / 1000));
  const value = Math.min(seconds, total);
  const text = messages['polling.timeLeft'](seconds);
  return (
    <LoginTimeLeft data-urgent={seconds <= 30 ? '' : undefined}>
      {children}
      <TimeRing
        share={value / total}
        role="progressbar"
        aria-label={messages['polling.timeLeftLabel']}
        aria-valuemin={0}
        aria-valuemax={total}
        aria-valuenow={value}
        // Words as the value: a screen reader beeps at a bar whose percentage moves, each second.
        aria-valuetext={text}
      />
      <LoginTimeStatus>
        <LoginTimeText>{text}</LoginTimeText>
        <ConnectionNotice connection={connection} />
      </LoginTimeStatus>
    </LoginTimeLeft>
  );
}

const Ring = createPart('svg', 'time-ring', { viewBox: '0 0 32 32', fill: 'none' });
const Track = createPart('circle', 'time-ring-track', { cx: 16, cy: 16, r: 15 });
const Share = createPart('circle', 'time-ring-share', { cx: 16, cy: 16, r: 15, pathLength: 1 });

export interface TimeRingProps extends Omit<PartProps<'svg'>, 'asChild' | 'children'> {
  /** From 0 to 1. */
  share: number;
}

/** A ring of which a share is drawn: by an attribute, since a style would be against a strict content policy. */
export const TimeRing = forwardRef<SVGSVGElement, TimeRingProps>(function TimeRing({ share, ...props }, ref) {
  return (
    <Ring aria-hidden={props.role === undefined} {...props} ref={ref}>
      <Track />
      <Share strokeDasharray={`${share} 1`} />
    </Ring>
  );
});

/** Says that the line is bad, as long as it is. */
export function ConnectionNotice({ connection }: { connection: Connection }) {
  const messages = useMessages();
  return connection === 'ok' ? null : (
    <LoginNotice data-tone="warning">{messages[`polling.${connection}`]}</LoginNotice>
  );
}

/** "You can enter a code again in 25 s." */
export function RetryCountdown({ retryAt }: { retryAt: number }) {
  const messages = useMessages();
  const seconds = useCountdown(retryAt);
  return seconds === null ? null : <LoginText>{messages['lockedOut.retryIn'](seconds)}</LoginText>;
}

export interface ResendButtonProps extends Omit<LoginButtonProps, 'onClick'> {
  /** When the cool-down is over, in wall-clock milliseconds. */
  resendAt: number;
  /** Sends the request again. */
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
