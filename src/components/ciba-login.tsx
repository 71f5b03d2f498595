'use client';

import { forwardRef } from 'react';
import type { ForwardedRef, ReactElement, ReactNode, RefAttributes } from 'react';
import type { Messages } from '../contract/messages.js';
import { useCibaLogin } from '../react/use-ciba-login.js';
import type { UseCibaLoginOptions } from '../react/use-ciba-login.js';
import type { LoginState } from './login-state.js';
import { LateHint } from './late-hint.js';
import * as Login from './parts.js';
import { Root } from './root.js';
import { LoginScreen } from './screens.js';
import type { LoginScreenProps } from './screens.js';

export interface CibaLoginProps<Session = unknown>
  extends UseCibaLoginOptions<Session>, Omit<LoginScreenProps, 'login' | 'loginHint'> {
  /** A framed card, or without a frame as part of the app's page. @default 'card' */
  layout?: 'card' | 'inline' | undefined;
  /** Shown above every screen. */
  logo?: ReactNode;
  /** Shown above every screen, below the logo. */
  header?: ReactNode;
  /** Shown below every screen, such as a link to the app's help. A function gets the login. */
  help?: ReactNode | ((login: LoginState) => ReactNode);
  /** Shown below every screen, after the help. */
  footer?: ReactNode;
  /** Texts that replace the inherited ones. */
  messages?: Partial<Messages> | undefined;
  /** For the root element. */
  className?: string | undefined;
  /** For the root element. */
  id?: string | undefined;
}

export interface LoginCardProps<Session> extends Omit<CibaLoginProps<Session>, 'layout'> {
  layout?: CibaLoginProps['layout'] | 'dialog';
  /** The dialog's close button. It is inside the root, so that its clicks are handled like those of all parts. */
  close?: ReactNode;
}

function LoginCardWithRef<Session>(
  {
    identifier,
    codeFirst,
    appLink,
    alternatives,
    support,
    layout = 'card',
    logo,
    header,
    help,
    footer,
    messages,
    className,
    id,
    close,
    ...options
  }: LoginCardProps<Session>,
  ref: ForwardedRef<HTMLDivElement>,
) {
  const login = useCibaLogin(options);
  return (
    <Root
      ref={ref}
      id={id}
      className={className}
      data-layout={layout}
      login={login}
      messages={messages}
      clock={options.environment?.clock}
    >
      {logo && <Login.Logo>{logo}</Login.Logo>}
      {header && <Login.Header>{header}</Login.Header>}
      <LoginScreen
        login={login}
        identifier={identifier}
        codeFirst={codeFirst}
        appLink={appLink}
        loginHint={options.loginHint}
        alternatives={alternatives}
        support={support}
      />
      {help && <Login.Help>{typeof help === 'function' ? help(login) : help}</Login.Help>}
      {footer && <Login.Footer>{footer}</Login.Footer>}
      <LateHint login={login} accountFixed={Boolean(options.loginHint)} />
      {close}
    </Root>
  );
}

/**
 * The complete sign-in: asks who is signing in, sends the push, waits, accepts a code instead, and offers a next step
 * whenever it ends. Nothing is sent before the user acts. With `loginHint` it skips the question and starts with a button.
 *
 * @example
 * <CibaLogin adapter={adapter} onApproved={(session) => navigate('/account')} />
 */
export const CibaLogin = forwardRef(LoginCardWithRef) as <Session>(
  props: CibaLoginProps<Session> & RefAttributes<HTMLDivElement>,
) => ReactElement | null;
