'use client';

import { CibaLogin as Login } from 'react-ciba';
import type { CibaLoginProps } from 'react-ciba';
import { cibaClasses } from '@/registry/ciba/lib/ciba-classes';

/** The complete sign-in, in the app's theme. The screens, the texts and the focus are react-ciba's. */
export function CibaLogin<Session>({ className = '', ...props }: CibaLoginProps<Session>) {
  return <Login {...props} className={`${cibaClasses} ${className}`} />;
}
