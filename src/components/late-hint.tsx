'use client';

import { useContext } from 'react';
import { useMessages } from '../react/messages-context.js';
import { AnnounceContext } from '../react/use-announcer.js';
import { useCountdown } from '../react/use-countdown.js';
import { createPart } from './create-part.js';
import * as Login from './parts.js';
import { useChangeEffect } from './use-change-effect.js';

const Late = createPart('div', 'late-hint', {});
const LateList = createPart('ul', 'late-hint-list', {});
const LateItem = createPart('li', 'late-hint-item', {});

/**
 * Seconds after which the user has probably missed the request. It isn't a whole number, so that the hint doesn't
 * interrupt the announcement of the time left, which comes at whole seconds.
 */
const LATE_AFTER_SECONDS = 25.5;

export interface LateHintProps {
  /** When the request was sent, in wall-clock milliseconds. */
  startedAt: number;
  /** Whether the user can sign in with a code instead. */
  offersCode: boolean;
}

/**
 * What to check if no request shows up on the phone. It appears after 25 s and is announced once. Place it last, so that
 * nothing moves when it appears.
 */
export function LateHint({ startedAt, offersCode }: LateHintProps) {
  const messages = useMessages();
  const announce = useContext(AnnounceContext);
  const late = useCountdown(startedAt + LATE_AFTER_SECONDS * 1000) === 0;
  const title = messages['lateHint.title'];
  const items = [
    messages['lateHint.openApp'],
    messages['lateHint.notifications'],
    messages['lateHint.online'],
    offersCode && messages['lateHint.useCode'],
  ].filter(Boolean);
  // If it was late from the start, the screen has been shown before, and the hint was announced then.
  useChangeEffect(late, () => {
    if (late) announce?.([title, ...items].join(' '));
  });

  if (!late) return null;
  return (
    <Late>
      <Login.Text>{title}</Login.Text>
      <LateList>
        {items.map((item, index) => (
          <LateItem key={index}>{item}</LateItem>
        ))}
      </LateList>
    </Late>
  );
}
