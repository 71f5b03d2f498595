'use client';

import {
  forwardRef,
  useEffect,
  useImperativeHandle,
  useRef,
  type ForwardedRef,
  type ReactElement,
  type RefAttributes,
} from 'react';
import { useMessages } from '../react/messages-context.js';
import { CibaLogin, type CibaLoginProps } from './ciba-login.js';
import * as Login from './parts.js';

export interface CibaLoginDialogProps<Session = unknown> extends Omit<CibaLoginProps<Session>, 'layout'> {
  /** Whether the dialog shows. */
  open: boolean;
  /** The user closed the dialog (Escape, the close button). Set `open` to what it is told. */
  onOpenChange: (open: boolean) => void;
}

function CibaLoginDialogWithRef<Session>(
  { open, onOpenChange, ...props }: CibaLoginDialogProps<Session>,
  forwardedRef: ForwardedRef<HTMLDialogElement>,
) {
  const messages = useMessages(props.messages);
  const ref = useRef<HTMLDialogElement>(null);
  useImperativeHandle(forwardedRef, () => ref.current as HTMLDialogElement, []);

  useEffect(() => {
    const dialog = ref.current;
    if (!dialog || !open) return undefined;
    dialog.showModal();
    // The browser takes the first thing that can have the focus, which is the title. Who has to type starts in the field.
    dialog.querySelector('input')?.focus();
    // Also where `<Activity>` hides it: a modal that cannot be seen would leave the page dead.
    return () => dialog.close();
  }, [open]);

  return (
    <dialog
      ref={ref}
      data-scope="ciba-login"
      data-part="dialog"
      aria-label={messages['idle.title']}
      onClose={({ target, currentTarget }) => {
        // Not where the app closed it, opened it again meanwhile, or has a dialog of its own in a slot.
        if (target === currentTarget && open && !currentTarget.open) onOpenChange(false);
      }}
    >
      <CibaLogin {...props} />
      {/* Last, so that the dialog's first focus goes to the login. It is drawn at the top. */}
      <Login.Button data-part="dialog-close" onClick={() => ref.current?.close()}>
        {messages['action.close']}
      </Login.Button>
    </dialog>
  );
}

/**
 * `<CibaLogin>` in the browser's own modal dialog, which keeps the focus inside, closes on Escape and gives the focus
 * back. Closing it cancels nothing: a login that is under way goes on, and opening it again shows where it stands. Close
 * it yourself in `onApproved`.
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
