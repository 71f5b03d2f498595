'use client';

import { DisplayCode } from './display-code.js';
import { LateHint } from './late-hint.js';
import type { LoginIn } from './login-root.js';
import { LoginActions, LoginAppLink, LoginHint, LoginNotice } from './parts.js';
import { ScreenHead } from './screen-head.js';
import { Summary } from './summary.js';
import { ResendButton } from './time-left.js';
import { useMessages } from '../react/messages-context.js';
import { VerbButton } from './verb-button.js';

export interface PushWaitingProps {
  login: LoginIn<'polling'>;
  /** Opens the authenticator app, where this device is the phone: a link of the app's own scheme or a universal link. */
  appLink?: string | undefined;
}

/** The waiting screen: what to do on the phone, the code to compare, and how long there is. */
export function PushWaiting({ login, appLink }: PushWaitingProps) {
  const messages = useMessages();
  const { push, resendAt } = login;
  return (
    <>
      <ScreenHead login={login} />
      {push.displayCode !== undefined && <DisplayCode code={push.displayCode} />}
      <Summary loginHint={login.loginHint} deliveredTo={push.deliveredTo} transaction={login.transaction} />
      {login.resendError && <LoginNotice data-tone="warning">{messages['polling.resendFailed']}</LoginNotice>}
      <LoginActions>
        {appLink && <LoginAppLink href={appLink}>{messages['polling.openApp']}</LoginAppLink>}
        {resendAt === null ? (
          <LoginHint>{messages['polling.resendLimit']}</LoginHint>
        ) : (
          <ResendButton resendAt={resendAt} onResend={login.resend} />
        )}
        <VerbButton login={login} verb="useCode" label="action.useCode" />
        <VerbButton login={login} verb="cancel" label="action.cancel" variant="link" />
      </LoginActions>
      <LateHint startedAt={push.startedAt} offersCode={login.can.useCode} />
    </>
  );
}
