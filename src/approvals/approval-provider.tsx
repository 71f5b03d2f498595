'use client';

import { createContext, useContext, useEffect, useState, useSyncExternalStore } from 'react';
import type { ReactNode } from 'react';
import type { PendingApproval } from '../contract/index.js';
import { useLatest } from '../react/use-latest.js';
import { bindApprovedFetch } from './approved-fetch.js';
import type { ApprovedFetch } from './approved-fetch.js';
import { ApprovalDialog } from './approval-dialog.js';
import type { ApprovalDialogProps } from './approval-dialog.js';
import { NotApprovedError } from './not-approved-error.js';
import { createPrompts } from './prompts.js';
import type { Prompts } from './prompts.js';

const PromptsContext = createContext<Prompts | undefined>(undefined);
/** Those of all mounted providers. The last one shows what is asked for outside of React. */
const mounted: Prompts[] = [];

export interface ApprovalProviderProps extends Omit<ApprovalDialogProps, 'prompt'> {
  readonly children?: ReactNode;
}

/**
 * Shows the approvals that calls below it need, one after another, in one modal dialog. Put it once at the root of the
 * app, and another one into a modal that hides the rest of the page. Closing the dialog cancels the approval.
 *
 * @example
 * const adapter = createHttpApprovalAdapter({ basePath: '/api/approvals' });
 * const root = (
 *   <ApprovalProvider adapter={adapter}>
 *     <App />
 *   </ApprovalProvider>
 * );
 */
export function ApprovalProvider({ children, ...dialog }: ApprovalProviderProps) {
  const latest = useLatest(dialog.adapter);
  const [prompts] = useState(() => createPrompts((id) => withdraw(latest.current, id)));
  const prompt = useSyncExternalStore(prompts.subscribe, prompts.current, () => null);

  useEffect(() => {
    const close = prompts.open();
    mounted.push(prompts);
    return () => {
      mounted.splice(mounted.indexOf(prompts), 1);
      close();
    };
  }, [prompts]);

  return (
    <PromptsContext.Provider value={prompts}>
      {children}
      {prompt && <ApprovalDialog {...dialog} key={prompt.key} prompt={prompt} />}
    </PromptsContext.Provider>
  );
}

/**
 * `fetch`, `withApproval` and `show` for a component. They use the nearest ApprovalProvider. When the component goes away,
 * its calls reject, and their approvals are canceled.
 *
 * @example
 * function PayButton({ order }: { order: string }) {
 *   const { fetch } = useApprovedFetch();
 *   const pay = () => fetch('/api/pay', { method: 'POST', body: JSON.stringify({ order }) });
 *   return <button onClick={() => void pay()}>Pay</button>;
 * }
 */
export function useApprovedFetch(): ApprovedFetch {
  const prompts = useLatest(useContext(PromptsContext));
  const [{ calls, mount }] = useState(() => {
    let leaving = new AbortController();
    return {
      calls: bindApprovedFetch(
        () => prompts.current,
        () => leaving.signal,
      ),
      mount() {
        if (leaving.signal.aborted) leaving = new AbortController();
        return () => leaving.abort(new NotApprovedError('cancelled'));
      },
    };
  });
  useEffect(mount, [mount]);
  return calls;
}

/**
 * `fetch`, `withApproval` and `show` for code outside of React, such as an API module or a tRPC link. They use the
 * ApprovalProvider that was mounted last, and end with it.
 *
 * @example
 * export const { fetch: approvedFetch, withApproval } = createApprovedFetch();
 */
export function createApprovedFetch(): ApprovedFetch {
  return bindApprovedFetch(() => mounted.at(-1));
}

/** Ends an approval at the server. What can't be reached ends by itself. */
function withdraw(adapter: ApprovalProviderProps['adapter'], id: string): void {
  const pending: PendingApproval = { id, expiresIn: 0, interval: 1, resumable: true };
  const call = { signal: new AbortController().signal, actId: id };
  void Promise.resolve(adapter.cancel?.(pending, call)).catch(() => undefined);
}
