'use client';

import { useMemo } from 'react';
import { ModalDialog } from '../components/modal-dialog.js';
import type { CibaAdapter } from '../contract/index.js';
import { useMessages } from '../react/messages-context.js';
import { toApprovalTexts } from './approval-messages.js';
import { ApprovalCard } from './ciba-approval.js';
import type { CibaApprovalProps } from './ciba-approval.js';
import type { Prompt } from './prompts.js';
import type { ApprovedApproval } from '../contract/approvals.js';

export interface ApprovalDialogProps extends Pick<
  CibaApprovalProps,
  'adapter' | 'messages' | 'appLink' | 'support' | 'header' | 'help' | 'footer' | 'environment' | 'onEvent'
> {
  prompt: Prompt;
}

/** Opens the approval under the ID that the user's press returned. */
function openingWith(
  adapter: CibaAdapter<ApprovedApproval>,
  ask: () => Promise<string>,
): CibaAdapter<ApprovedApproval> {
  return {
    initiate: async (request, options) => adapter.initiate({ ...request, loginHint: await ask() }, options),
    poll: (pending, options) => adapter.poll(pending, options),
    ...(adapter.watch && { watch: adapter.watch.bind(adapter) }),
    ...(adapter.verifyTotp && { verifyTotp: adapter.verifyTotp.bind(adapter) }),
    ...(adapter.cancel && { cancel: adapter.cancel.bind(adapter) }),
  };
}

/** One approval in the modal dialog. What the user did not approve stays until they close it. */
export function ApprovalDialog({ prompt, adapter, messages: overrides, ...card }: ApprovalDialogProps) {
  const { messages } = useMemo(() => toApprovalTexts(overrides, false), [overrides]);
  const texts = useMessages(messages);
  const { approval, end, close } = prompt;
  const asks = typeof approval === 'function';
  const opened = useMemo(() => (asks ? openingWith(adapter, approval) : adapter), [adapter, approval, asks]);
  return (
    <ModalDialog open label={texts['idle.title']} closeLabel={texts['action.close']} onClose={close}>
      {(closeButton) => (
        <ApprovalCard
          {...card}
          messages={overrides}
          layout="dialog"
          close={closeButton}
          // Before the press it has no ID. Each prompt has a dialog of its own.
          id={asks ? `prompt-${prompt.key}` : approval}
          manual={asks}
          adapter={opened}
          onApproved={() => end('approved')}
          onDenied={() => void end('denied')}
          onExpired={() => void end('expired')}
          onFailed={(error) => void (error.retryable || end('failed'))}
          onCancelled={close}
        />
      )}
    </ModalDialog>
  );
}
