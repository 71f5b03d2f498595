'use client';

import { forwardRef, useEffect, useImperativeHandle, useRef } from 'react';
import type { ForwardedRef, ReactElement, RefAttributes } from 'react';
import { useMessages } from '../react/messages-context.js';
import { CibaLogin } from './ciba-login.js';
import type { CibaLoginProps, LoginCardProps } from './ciba-login.js';
import { OWN_EVENTS } from './own-events.js';
import { Icon } from './icon.js';
import * as Login from './parts.js';
import { focusTarget } from './use-screen-focus.js';
import { useSecondClicks } from './use-second-clicks.js';

export interface CibaLoginDialogProps<Session = unknown> extends Omit<CibaLoginProps<Session>, 'layout'> {
  /** Whether the dialog shows. */
  open: boolean;
  /** The user closed the dialog (Escape, the close button). Set `open` to the value it receives. */
  onOpenChange: (open: boolean) => void;
}

/** `<CibaLogin>` with the prop that only the dialog uses. */
const LoginCard = CibaLogin as <Session>(props: LoginCardProps<Session>) => ReactElement | null;

function close(dialog: HTMLDialogElement): void {
  try {
    dialog.close();
  } catch {
    dialog.removeAttribute('open');
    dialog.dispatchEvent(new Event('close'));
  }
}

function CibaLoginDialogWithRef<Session>(
  { open, onOpenChange, ...props }: CibaLoginDialogProps<Session>,
  forwardedRef: ForwardedRef<HTMLDialogElement>,
) {
  const messages = useMessages(props.messages);
  const ref = useRef<HTMLDialogElement>(null);
  useImperativeHandle(forwardedRef, () => ref.current as HTMLDialogElement, []);

  const clickHandlers = useSecondClicks(open);

  useEffect(() => {
    const dialog = ref.current;
    if (!dialog || !open) return undefined;
    try {
      dialog.showModal();
    } catch {
      // Old browsers and some test environments lack it. Then the dialog opens without being modal.
      dialog.setAttribute('open', '');
    }
    // The browser focuses the first focusable element, which can be a link in a slot. Start in the login's field or title.
    focusTarget(dialog)?.focus();
    // This also runs when `<Activity>` hides it. An invisible modal would block the page.
    return () => close(dialog);
  }, [open]);

  return (
    <dialog
      ref={ref}
      {...clickHandlers}
      {...OWN_EVENTS}
      data-scope="ciba-login"
      data-part="dialog"
      aria-label={messages['idle.title']}
      onClose={({ target, currentTarget }) => {
        // Ignore it if the app closed the dialog, has reopened it, or has its own dialog in a slot.
        if (target === currentTarget && open && !currentTarget.open) onOpenChange(false);
      }}
    >
      <LoginCard
        {...props}
        layout="dialog"
        // It comes last, so that the login gets the initial focus. The style sheet draws it at the top.
        close={
          <Login.Button
            data-part="dialog-close"
            variant="quiet"
            aria-label={messages['action.close']}
            onClick={() => ref.current && close(ref.current)}
          >
            <Icon glyph="cross" />
          </Login.Button>
        }
      />
    </dialog>
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
