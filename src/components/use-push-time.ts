import { useContext } from 'react';
import type { SVGProps } from 'react';
import type { PushView } from '../machine/view.js';
import { useMessages } from '../react/messages-context.js';
import { AnnounceContext } from '../react/use-announcer.js';
import { useCountdown } from '../react/use-countdown.js';
import { useChangeEffect } from './use-change-effect.js';

/** The moments, in seconds before the end, at which the time left is announced. */
const SPOKEN_SECONDS: readonly number[] = [30, 10];

/** The time left to approve a push, and what the ring that shows it tells screen readers. It announces the last moments. */
export function usePushTime({ startedAt, expiresAt }: Pick<PushView, 'startedAt' | 'expiresAt'>) {
  const messages = useMessages();
  const announce = useContext(AnnounceContext);
  const seconds = useCountdown(expiresAt);

  useChangeEffect(seconds, (now) => {
    if (now !== null && SPOKEN_SECONDS.includes(now)) announce?.(messages['polling.timeLeftSpoken'](now));
  });

  const total = Math.max(1, Math.ceil((expiresAt - startedAt) / 1000));
  const value = Math.min(seconds ?? total, total);
  const progress: SVGProps<SVGSVGElement> = {
    role: 'progressbar',
    'aria-label': messages['polling.timeLeftLabel'],
    'aria-valuemin': 0,
    'aria-valuemax': total,
    'aria-valuenow': value,
    // Words as the value, because screen readers beep each second at a bar whose percentage moves.
    'aria-valuetext': messages['polling.timeLeftValue'](value),
  };
  /** Seconds, or null on the server, whose clock may differ. */
  const left = seconds === null ? null : value;
  return { left, share: value / total, progress };
}
