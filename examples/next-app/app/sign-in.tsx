'use client';

import { useRouter } from 'next/navigation';
import { useState } from 'react';
import { CibaLogin, resumeInTab } from 'react-ciba';
import { createHttpAdapter } from 'react-ciba/adapters/http';

/** A client component, because an adapter consists of functions. It is still rendered on the server first. */
export function SignIn() {
  const router = useRouter();
  const [adapter] = useState(() => createHttpAdapter<{ name: string }>());
  return <CibaLogin adapter={adapter} resume={resumeInTab()} onApproved={() => router.refresh()} />;
}
