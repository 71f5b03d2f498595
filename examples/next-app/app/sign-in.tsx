'use client';

import { useRouter } from 'next/navigation';
import { CibaLogin, resumeInTab } from 'react-ciba';
import { adapter } from './adapter';

/** A client component, because an adapter consists of functions. It is still rendered on the server first. */
export function SignIn() {
  const router = useRouter();
  return <CibaLogin adapter={adapter} resume={resumeInTab()} onApproved={() => router.refresh()} />;
}
