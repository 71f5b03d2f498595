'use client';

import { useRouter } from 'next/navigation';
import { useState } from 'react';
import { CibaLogin, resumeInTab } from 'react-ciba';
import { createHttpAdapter } from 'react-ciba/adapters/http';

/** A client component, since an adapter is made of functions. It is rendered on the server all the same. */
export function SignIn() {
  const router = useRouter();
  const [adapter] = useState(() => createHttpAdapter<{ name: string }>());
  return <CibaLogin adapter={adapter} resume={resumeInTab()} onApproved={() => router.refresh()} />;
}
