'use client';

import { forwardRef } from 'react';
import type { LoginStatus } from '../machine/view.js';
import { createPart } from './create-part.js';
import type { PartProps } from './create-part.js';

const PHONE = 'M7 2h10v20H7zM11 18h2';
const CLOCK = 'M12 3a9 9 0 1 1 0 18 9 9 0 0 1 0-18zM12 7v5l3 2';
const ALERT = 'M12 4 3 20h18zM12 10v4M12 17h.01';

/** Statuses without a shape show the phone. Dots have a length, because some browsers don't draw lines of length 0. */
const SHAPES: Partial<Record<LoginStatus, string>> = {
  totpEntry: 'M3 6h18v12H3zM7 12h.01M12 12h.01M17 12h.01',
  lockedOut: 'M6 11h12v9H6zM8 11V8a4 4 0 0 1 8 0v3',
  approved: 'M5 12l5 5L19 7',
  denied: 'M6 6l12 12M18 6L6 18',
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
});

export interface StatusIconProps extends PartProps<'svg'> {
  /** Selects the icon. Your own children replace it. */
  status: LoginStatus;
}

/** An icon for the status. It is decoration: the title says the same in words. */
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
