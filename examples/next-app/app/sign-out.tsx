'use client';

import { useRouter } from 'next/navigation';
import { adapter } from './adapter';

export function SignOut() {
  const router = useRouter();
  return (
    <button type="button" onClick={() => void adapter.signOut().then(() => router.refresh())}>
      Sign out
    </button>
  );
}
