'use client';

import { useEffect, useId, useMemo } from 'react';
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
  const initiate: typeof adapter.initiate = async (request, options) =>
    adapter.initiate({ ...request, loginHint: await ask() }, options);
  // All else stays the adapter's own, also what is read from it later.
  // A proxy of the adapter itself could not stand for one that is frozen.
  return new Proxy({} as typeof adapter, {
    get(_, name) {
      const value: unknown = name === 'initiate' ? initiate : Reflect.get(adapter, name);
      return typeof value === 'function' ? (value.bind(adapter) as unknown) : value;
    },
    has: (_, name) => name in adapter,
  });
}

/** Milliseconds between two looks at an element that is still disabled, and the number of looks. */
const LOOK_MS = 50;
const LOOKS = 20;

/**
 * Returns the focus to the element that had it when the call began. The browser can't if the app has disabled it meanwhile,
 * and the app enables it only once it has the answer. A focus that is elsewhere by then stays there.
 */
function focusBack(element: HTMLElement, looks = LOOKS): void {
  const { ownerDocument: page } = element;
  // Without a focus of its own, a page has it on the body, and a modal on the element around all of it.
  if (looks === 0 || !page.activeElement?.contains(element)) return;
  element.focus();
  if (page.activeElement !== element) setTimeout(() => focusBack(element, looks - 1), LOOK_MS);
}

/** One approval in the modal dialog. What the user did not approve stays until they close it. */
export function ApprovalDialog({ prompt, adapter, messages: overrides, ...card }: ApprovalDialogProps) {
  const { messages } = useMemo(() => toApprovalTexts(overrides, false), [overrides]);
  const texts = useMessages(messages);
  const { approval, end, close, from } = prompt;
  const orderId = useId();
  const asks = typeof approval === 'function';
  const opened = useMemo(() => (asks ? openingWith(adapter, approval) : adapter), [adapter, approval, asks]);
  useEffect(() => () => void (from && focusBack(from)), [from]);
  return (
    <ModalDialog
      open
      label={texts['idle.title']}
      describedBy={orderId}
      closeLabel={texts['action.close']}
      onClose={close}
    >
      {(closeButton) => (
        <ApprovalCard
          {...card}
          messages={overrides}
          layout="dialog"
          close={closeButton}
          orderId={orderId}
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
