'use client';

import { CibaApproval as Approval } from 'react-ciba/approvals';
import type { CibaApprovalProps } from 'react-ciba/approvals';
import { cibaClasses } from '@/registry/ciba/lib/ciba-classes';

/** The screen of an approval that your server created, in the app's theme. */
export function CibaApproval({ className = '', ...props }: CibaApprovalProps) {
  return <Approval {...props} className={`${cibaClasses} ${className}`} />;
}
