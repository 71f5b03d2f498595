'use client';

import { DisplayCode } from './display-code.js';
import { LateHint } from './late-hint.js';
import type { LoginState } from './login-state.js';
import * as Login from './parts.js';
import { ResendButton } from './resend-button.js';
import { ScreenHead } from './screen-head.js';
import { Summary } from './summary.js';
import { useMessages } from '../react/messages-context.js';
import { VerbButton } from './verb-button.js';

export interface WaitingScreenProps {
  login: LoginState<'polling'>;
  /** A link that opens the authenticator app if this device is the phone: a custom scheme or a universal link. */
  appLink?: string | undefined;
}

/** The waiting screen: what to do on the phone, the code to compare, and how long there is. */
export function WaitingScreen({ login, appLink }: WaitingScreenProps) {
  const messages = useMessages();
  const { push, resendAt } = login;
  return (
    <>
      <ScreenHead login={login} />
      {push.displayCode !== undefined && <DisplayCode code={push.displayCode} />}
      <Summary loginHint={login.loginHint} deliveredTo={push.deliveredTo} transaction={login.transaction} />
      {login.resendError && <Login.Notice data-tone="warning">{messages['polling.resendFailed']}</Login.Notice>}
      <Login.Actions>
        {appLink && <Login.AppLink href={appLink}>{messages['polling.openApp']}</Login.AppLink>}
        {resendAt === null ? (
          <Login.Hint>{messages['polling.resendLimit']}</Login.Hint>
        ) : (
          <ResendButton resendAt={resendAt} onResend={login.resend} />
        )}
        <VerbButton login={login} verb="useCode" label="action.useCode" />
        <VerbButton login={login} verb="cancel" label="action.cancel" variant="link" />
      </Login.Actions>
      <LateHint startedAt={push.startedAt} offersCode={login.can.useCode} />
    </>
  );
}
