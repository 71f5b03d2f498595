'use client';

import { forwardRef } from 'react';
import type { Messages } from '../contract/messages.js';
import type { LoginVerb } from '../machine/view.js';
import { useMessages } from '../react/messages-context.js';
import type { LoginState } from './login-state.js';
import * as Login from './parts.js';

/** The messages that are plain texts. */
type TextKey = { [Key in keyof Messages]: Messages[Key] extends string ? Key : never }[keyof Messages];

export interface VerbButtonProps extends Login.ButtonProps {
  /** From `useCibaLogin`. */
  login: LoginState;
  /** The verb that a click calls. */
  verb: Exclude<LoginVerb, 'submitCode'>;
  /** The key of the button's text. */
  label: TextKey;
}

/**
 * A button for one of the user's verbs. It renders nothing while the verb isn't possible.
 *
 * @example
 * <Login.VerbButton login={login} verb="retry" label="action.retry" variant="primary" />
 */
export const VerbButton = forwardRef<HTMLButtonElement, VerbButtonProps>(function VerbButton(
  { login, verb, label, ...props },
  ref,
) {
  const messages = useMessages();
  if (!login.can[verb]) return null;
  return (
    <Login.Button data-verb={verb} {...props} ref={ref} onClick={() => login[verb]()}>
      {messages[label]}
    </Login.Button>
  );
});
