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
 * Seconds after which a request that nobody approved is likely to have been missed. Between two seconds, so that the
 * announcement of the time left, which falls on whole ones, is not talked over.
 */
const LATE_AFTER_SECONDS = 25.5;

export interface LateHintProps {
  /** When the request was sent, in wall-clock milliseconds. */
  startedAt: number;
  /** Whether a code is another way in. */
  offersCode: boolean;
}

/**
 * What to look at when no request shows on the phone. It comes after 25 s and is said once; it stands last, so that
 * nothing moves when it comes.
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
  // Not where it was late already: a screen that comes back has other things to say.
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
