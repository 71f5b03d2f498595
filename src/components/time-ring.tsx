'use client';

import { forwardRef } from 'react';
import { createPart } from './create-part.js';
import type { PartProps } from './create-part.js';

const Ring = createPart('svg', 'time-ring', { viewBox: '0 0 32 32', fill: 'none' });
const Track = createPart('circle', 'time-ring-track', { cx: 16, cy: 16, r: 15 });
const Share = createPart('circle', 'time-ring-share', { cx: 16, cy: 16, r: 15, pathLength: 1 });

export interface TimeRingProps extends Omit<PartProps<'svg'>, 'asChild' | 'children'> {
  /** From 0 to 1. */
  share: number;
}

/** A ring of which a share is drawn. An attribute sets the share, because a strict content policy forbids styles. */
export const TimeRing = forwardRef<SVGSVGElement, TimeRingProps>(function TimeRing({ share, ...props }, ref) {
  return (
    <Ring aria-hidden={props.role === undefined} {...props} ref={ref}>
      <Track />
      <Share strokeDasharray={`${share} 1`} />
    </Ring>
  );
});
