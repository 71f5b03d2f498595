'use client';

import { forwardRef, useImperativeHandle, useRef } from 'react';
import type { ReactNode } from 'react';
import useIsomorphicLayoutEffect from '../react/use-isomorphic-layout-effect.js';
import { Icon } from './icon.js';
import { OWN_EVENTS } from './own-events.js';
import * as Login from './parts.js';
import { focusTarget } from './use-screen-focus.js';
import { useSecondClicks } from './use-second-clicks.js';

/** Closes it without telling anyone where the browser has no dialogs; others tell it later, if it is still closed then. */
function close(dialog: HTMLDialogElement): void {
  try {
    dialog.close();
  } catch {
    dialog.removeAttribute('open');
  }
}

/** The user closes it. */
function closeByUser(dialog: HTMLDialogElement): void {
  close(dialog);
  // Browsers without dialogs, and some test environments, have no event either.
  if (!('close' in dialog)) (dialog as HTMLElement).dispatchEvent(new Event('close'));
}

export interface ModalDialogProps {
  /** Whether the dialog shows. */
  open: boolean;
  /** The user closed the dialog: with Escape or with its button. */
  onClose: () => void;
  /** The accessible name. */
  label: string;
  /** The id of what describes it. */
  describedBy?: string | undefined;
  /** The accessible name of the close button. */
  closeLabel: string;
  /**
   * The content. It places the close button, inside its own root, so that its clicks are handled like those of all parts. The
   * button comes last, so that the content gets the initial focus.
   */
  children: (closeButton: ReactNode) => ReactNode;
}

/** The browser's own modal dialog, which traps the focus, closes on Escape and restores the focus. */
export const ModalDialog = forwardRef<HTMLDialogElement, ModalDialogProps>(function ModalDialog(
  { open, onClose, label, describedBy, closeLabel, children },
  forwardedRef,
) {
  const ref = useRef<HTMLDialogElement>(null);
  useImperativeHandle(forwardedRef, () => ref.current as HTMLDialogElement, []);
  const clickHandlers = useSecondClicks(open);

  /** Whether it is open by its props, and not hidden. */
  const shown = useRef(false);

  useIsomorphicLayoutEffect(() => {
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
    shown.current = true;
    // Escape closes this dialog. A modal of another library around it would listen at the document and close instead.
    const keepEscape = (event: KeyboardEvent) => {
      if (event.key === 'Escape' && (event.target as Element).closest?.('dialog') === dialog) event.stopPropagation();
    };
    window.addEventListener('keydown', keepEscape, true);
    // This also runs when `<Activity>` or `<Suspense>` hides it. An invisible modal would block the page.
    return () => {
      window.removeEventListener('keydown', keepEscape, true);
      shown.current = false;
      close(dialog);
    };
  }, [open]);

  return (
    <dialog
      ref={ref}
      {...clickHandlers}
      {...OWN_EVENTS}
      data-scope="ciba-login"
      data-part="dialog"
      aria-label={label}
      aria-describedby={describedBy}
      onClose={({ target, currentTarget }) => {
        // Ignore it if the app closed or hid the dialog, has reopened it, or has its own dialog in a slot.
        if (target === currentTarget && shown.current && !currentTarget.open) onClose();
      }}
    >
      {children(
        <Login.Button
          data-part="dialog-close"
          variant="quiet"
          aria-label={closeLabel}
          onClick={() => ref.current && closeByUser(ref.current)}
        >
          <Icon glyph="cross" />
        </Login.Button>,
      )}
    </dialog>
  );
});
