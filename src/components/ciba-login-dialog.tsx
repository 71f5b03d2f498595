'use client';

import { forwardRef } from 'react';
import type { ForwardedRef, ReactElement, RefAttributes } from 'react';
import { useMessages } from '../react/messages-context.js';
import { CibaLogin } from './ciba-login.js';
import type { CibaLoginProps, LoginCardProps } from './ciba-login.js';
import { ModalDialog } from './modal-dialog.js';

export interface CibaLoginDialogProps<Session = unknown> extends Omit<CibaLoginProps<Session>, 'layout'> {
  /** Whether the dialog shows. */
  open: boolean;
  /** The user closed the dialog (Escape, the close button). Set `open` to the value it receives. */
  onOpenChange: (open: boolean) => void;
}

/** `<CibaLogin>` with the prop that only the dialog uses. */
const LoginCard = CibaLogin as <Session>(props: LoginCardProps<Session>) => ReactElement | null;

function CibaLoginDialogWithRef<Session>(
  { open, onOpenChange, ...props }: CibaLoginDialogProps<Session>,
  ref: ForwardedRef<HTMLDialogElement>,
) {
  const messages = useMessages(props.messages);
  return (
    <ModalDialog
      ref={ref}
      open={open}
      onClose={() => onOpenChange(false)}
      label={messages['idle.title']}
      closeLabel={messages['action.close']}
    >
      {(closeButton) => <LoginCard {...props} layout="dialog" close={closeButton} />}
    </ModalDialog>
  );
}

/**
 * `<CibaLogin>` in the browser's own modal dialog, which traps the focus, closes on Escape and restores the focus.
 * Closing it doesn't cancel the login: it continues, and reopening the dialog shows its current state. Close the dialog
 * yourself in `onApproved`.
 *
 * @example
 * function SignIn({ adapter, open, setOpen }: { adapter: CibaAdapter; open: boolean; setOpen: (open: boolean) => void }) {
 *   const onApproved = () => setOpen(false);
 *   return <CibaLoginDialog open={open} onOpenChange={setOpen} adapter={adapter} onApproved={onApproved} />;
 * }
 */
export const CibaLoginDialog = forwardRef(CibaLoginDialogWithRef) as <Session>(
  props: CibaLoginDialogProps<Session> & RefAttributes<HTMLDialogElement>,
) => ReactElement | null;
