'use client';

import { forwardRef } from 'react';
import type { LoginStatus } from '../machine/view.js';
import { createPart, type PartProps } from './part.js';

const PHONE = 'M7 2.5h10v19H7zM11 18.5h2';
const CLOCK = 'M12 3.5a8.5 8.5 0 1 1 0 17 8.5 8.5 0 0 1 0-17ZM12 7.5V12l3 2';
const ALERT = 'M12 4 3 19.5h18L12 4ZM12 10v4M12 16.8v.2';

/** What is neither a code nor an end is about the phone. */
const SHAPES: Partial<Record<LoginStatus, string>> = {
  totpEntry: 'M3 6.5h18v11H3zM7 12h.01M12 12h.01M17 12h.01',
  lockedOut: 'M6.5 11h11v9h-11ZM8.5 11V8a3.5 3.5 0 0 1 7 0v3',
  approved: 'M5 12.5l4.5 4.5L19 7.5',
  denied: 'M6.5 6.5l11 11M17.5 6.5l-11 11',
  expired: CLOCK,
  timedOut: CLOCK,
  failed: ALERT,
};

const Icon = createPart('svg', 'icon', {
  viewBox: '0 0 24 24',
  width: 24,
  height: 24,
  fill: 'none',
  stroke: 'currentColor',
  strokeWidth: 1.75,
  strokeLinecap: 'round',
  strokeLinejoin: 'round',
  'aria-hidden': true,
  focusable: false,
});

export interface StatusIconProps extends PartProps<'svg'> {
  /** Which picture. With children of your own it is theirs. */
  status: LoginStatus;
}

/** A picture of the status, for decoration: the title says the same in words. */
export const StatusIcon = forwardRef<SVGSVGElement, StatusIconProps>(function StatusIcon(
  { status, children = <path d={SHAPES[status] ?? PHONE} pathLength={1} />, ...props },
  ref,
) {
  return (
    <Icon data-state={status} {...props} ref={ref}>
      {children}
    </Icon>
  );
});
