'use client';

import type { ComponentProps } from 'react';
import { TotpInput as Input } from 'react-ciba';
import { totpClasses } from '@/registry/ciba/lib/totp-classes';

/** A field for the code of an authenticator app, in the app's theme. */
export function TotpInput({ className = '', ...props }: ComponentProps<typeof Input>) {
  return (
    <div className={`${totpClasses} ${className}`}>
      <Input {...props} />
    </div>
  );
}
