'use client';

import { type ReactNode } from 'react';
import { createHttpApprovalAdapter } from 'react-ciba/adapters/http';
import { ApprovalProvider } from 'react-ciba/approvals';

const adapter = createHttpApprovalAdapter();

/** Shows the dialog in which users approve. A client component, because an adapter consists of functions. */
export function WithApprovals({ children }: { children: ReactNode }) {
  return <ApprovalProvider adapter={adapter}>{children}</ApprovalProvider>;
}
