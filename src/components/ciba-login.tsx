'use client';

import { forwardRef, type ForwardedRef, type ReactElement, type ReactNode, type RefAttributes } from 'react';
import type { Messages } from '../contract/messages.js';
import { useCibaLogin, type UseCibaLoginOptions } from '../react/use-ciba-login.js';
import type { Identifier } from './identifier-form.js';
import { LoginRoot } from './login-root.js';
import { LoginScreen } from './screens.js';

export interface CibaLoginProps<Session = unknown> extends UseCibaLoginOptions<Session> {
  /** What people sign in with. @default 'email' */
  identifier?: Identifier | undefined;
  /** Other ways to sign in (a passkey, a password), offered at the start and on every end. */
  alternatives?: ReactNode;
  /** Texts that differ from the ones in force. */
  messages?: Partial<Messages> | undefined;
  className?: string | undefined;
  id?: string | undefined;
}

function CibaLoginWithRef<Session>(
  { identifier, alternatives, messages, className, id, ...options }: CibaLoginProps<Session>,
  ref: ForwardedRef<HTMLDivElement>,
) {
  const login = useCibaLogin(options);
  return (
    <LoginRoot
      ref={ref}
      id={id}
      className={className}
      login={login}
      messages={messages}
      clock={options.environment?.clock}
    >
      <LoginScreen login={login} identifier={identifier} loginHint={options.loginHint} alternatives={alternatives} />
    </LoginRoot>
  );
}

/**
 * The whole sign-in: asks who it is, rings the phone, waits, takes a code instead, and has a way on from every end.
 * Nothing is sent before the user acts. With `loginHint` it asks nothing and starts with one button.
 *
 * @example
 * <CibaLogin adapter={adapter} onApproved={(session) => navigate('/account')} />
 */
export const CibaLogin = forwardRef(CibaLoginWithRef) as <Session>(
  props: CibaLoginProps<Session> & RefAttributes<HTMLDivElement>,
) => ReactElement | null;
