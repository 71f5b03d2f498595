'use client';

import { useMemo } from 'react';
import type { ReactNode } from 'react';
import type { ApprovalMessages, Messages } from '../contract/messages.js';
import * as Login from '../components/parts.js';
import { Root } from '../components/root.js';
import { PaymentTexts, ScreenHead } from '../components/screen-head.js';
import { LoginScreen } from '../components/screens.js';
import type { LoginScreenProps } from '../components/screens.js';
import type { LoginState } from '../components/login-state.js';
import { LateHint } from '../components/late-hint.js';
import { VerbButton } from '../components/verb-button.js';
import { toApprovalTexts } from './approval-messages.js';
import { useApproval } from './use-ciba-approval.js';
import type { UseCibaApprovalOptions } from './use-ciba-approval.js';

export interface CibaApprovalProps extends UseCibaApprovalOptions, Pick<LoginScreenProps, 'appLink' | 'support'> {
  /** A framed card, or without a frame as part of the app's page. @default 'card' */
  layout?: 'card' | 'inline' | undefined;
  /** Texts that replace the inherited ones, and those of approvals, such as `{ ...de, ...deApproval }`. */
  messages?: Partial<Messages & ApprovalMessages> | undefined;
  /** Shown above every screen. */
  header?: ReactNode;
  /** Shown below every screen, such as a link to the app's help. */
  help?: ReactNode;
  /** Shown below every screen, after the help. */
  footer?: ReactNode;
  /** For the root element. */
  className?: string | undefined;
}

export interface ApprovalCardProps extends Omit<CibaApprovalProps, 'layout'> {
  layout?: CibaApprovalProps['layout'] | 'dialog';
  /** Waits for the user's press, which sends the push. */
  manual?: boolean | undefined;
  /** The dialog's close button. */
  close?: ReactNode;
  /** The ID that what is approved gets, to describe the dialog. */
  orderId?: string | undefined;
}

/** The card, in the page or in the dialog. */
export function ApprovalCard({
  appLink,
  support,
  layout = 'card',
  messages: overrides,
  header,
  help,
  footer,
  className,
  close,
  manual,
  orderId,
  ...options
}: ApprovalCardProps) {
  const offersRetry = options.onRetry !== undefined;
  const { messages, approval } = useMemo(() => toApprovalTexts(overrides, offersRetry), [overrides, offersRetry]);
  const login = useApproval(options, manual);
  const payment = useMemo(
    () => ({
      id: orderId,
      eyebrow: approval['approval.eyebrow'],
      amount: approval['approval.amount'],
      payee: approval['approval.payee'],
    }),
    [approval, orderId],
  );
  return (
    <PaymentTexts.Provider value={payment}>
      <Root
        className={className}
        data-layout={layout}
        data-purpose="approval"
        login={login}
        messages={messages}
        clock={options.environment?.clock}
      >
        {header && <Login.Header>{header}</Login.Header>}
        {login.status === 'idle' ? (
          <IdleApproval login={login} />
        ) : (
          <LoginScreen login={login} appLink={appLink} support={support} loginHint={options.id} />
        )}
        {help && <Login.Help>{help}</Login.Help>}
        {footer && <Login.Footer>{footer}</Login.Footer>}
        <LateHint login={login} accountFixed />
        {close}
      </Root>
    </PaymentTexts.Provider>
  );
}

/** Before the push, or after a cancel, which only the app can follow with a new approval. */
function IdleApproval({ login }: { login: LoginState<'idle'> }) {
  return (
    <>
      <ScreenHead login={login} />
      <Login.Actions>
        <VerbButton login={login} verb="start" label="idle.start" variant="primary" />
        <VerbButton login={login} verb="retry" label="denied.retry" variant="primary" />
      </Login.Actions>
    </>
  );
}

/**
 * The screen of an approval that your server created: what is approved, in large letters, and what to do on the phone. It
 * sends nothing and cancels nothing by itself; a reload shows the same approval again.
 *
 * @example
 * const adapter = createHttpApprovalAdapter();
 * const card = (id: string) => <CibaApproval key={id} id={id} adapter={adapter} onApproved={() => location.reload()} />;
 */
export function CibaApproval(props: CibaApprovalProps) {
  return <ApprovalCard {...props} />;
}
