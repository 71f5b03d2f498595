'use client';

import { useContext } from 'react';
import type { ReactNode } from 'react';
import type { Connection } from '../machine/view.js';
import { useMessages } from '../react/messages-context.js';
import { AnnounceContext } from '../react/use-announcer.js';
import { useCountdown } from '../react/use-countdown.js';
import { ConnectionNotice } from './connection-notice.js';
import { createPart } from './create-part.js';
import { TimeRing } from './time-ring.js';
import { useChangeEffect } from './use-change-effect.js';

/** The ring and the text of the time left. */
export const TimeFrame = createPart('div', 'time-left', {});
/** Beside the ring: the time in words, and the state of the connection. */
const TimeStatus = createPart('div', 'time-status', {});
/** The time left in words. */
const TimeText = createPart('span', 'time-text', {});

/** The moments, in seconds before the end, at which the time left is announced. */
const SPOKEN_SECONDS: readonly number[] = [30, 10];

export interface TimeLeftProps {
  /** When the request was sent, in wall-clock milliseconds. */
  startedAt: number;
  /** When the request expires, in wall-clock milliseconds. */
  expiresAt: number;
  /** The state of the connection, shown beside the time unless it is `'ok'`. @default 'ok' */
  connection?: Connection | undefined;
  /** What is shown inside the ring. */
  children?: ReactNode;
}

/** The time left to approve, as a ring and as text. Only this component renders each second. */
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
  const text = messages['polling.timeLeft'](value);
  return (
    <TimeFrame data-urgent={seconds <= 30 ? '' : undefined}>
      {children}
      <TimeRing
        share={value / total}
        role="progressbar"
        aria-label={messages['polling.timeLeftLabel']}
        aria-valuemin={0}
        aria-valuemax={total}
        aria-valuenow={value}
        // Words as the value, because screen readers beep each second at a bar whose percentage moves.
        aria-valuetext={text}
      />
      <TimeStatus>
        <TimeText>{text}</TimeText>
        <ConnectionNotice connection={connection} />
      </TimeStatus>
    </TimeFrame>
  );
}
