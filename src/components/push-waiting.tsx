'use client';

import type { PushView } from '../machine/view.js';
import { useMessages } from '../react/messages-context.js';
import type { LoginIn } from './login-root.js';
import {
  LoginActions,
  LoginDisplayCode,
  LoginDisplayCodeLabel,
  LoginDisplayCodeText,
  LoginDisplayCodeValue,
  LoginHint,
  LoginNotice,
  LoginText,
  LoginTitle,
} from './parts.js';
import { screenText } from './screen-text.js';
import { StatusIcon } from './status-icon.js';
import { Summary } from './summary.js';
import { ResendButton, TimeLeft } from './time-left.js';
import { VerbButton } from './verb-button.js';

/** The waiting screen: what to do on the phone, the code to compare, and how long there is. */
export function PushWaiting({ login }: { login: LoginIn<'polling'> }) {
  const messages = useMessages();
  const { title, text } = screenText(login, messages);
  const { push, resendAt } = login;
  return (
    <>
      <StatusIcon status={login.status} />
      <LoginTitle>{title}</LoginTitle>
      <LoginText>{text}</LoginText>
      {push.displayCode !== undefined && <DisplayCode code={push.displayCode} />}
      <TimeLeft startedAt={push.startedAt} expiresAt={push.expiresAt} />
      <Summary loginHint={login.loginHint} deliveredTo={push.deliveredTo} transaction={login.transaction} />
      <ConnectionNotice connection={push.connection} />
      {login.resendError && <LoginNotice data-tone="warning">{messages['polling.resendFailed']}</LoginNotice>}
      <LoginHint>{messages['polling.help']}</LoginHint>
      <LoginActions>
        {resendAt === null ? (
          <LoginHint>{messages['polling.resendLimit']}</LoginHint>
        ) : (
          <ResendButton resendAt={resendAt} onResend={login.resend} />
        )}
        <VerbButton login={login} verb="useCode" label="action.useCode" />
        <VerbButton login={login} verb="cancel" label="action.cancel" variant="link" />
      </LoginActions>
    </>
  );
}

/** The code that screen and phone share, in characters that a glance can compare. */
export function DisplayCode({ code }: { code: string }) {
  const messages = useMessages();
  return (
    <LoginDisplayCode>
      <LoginDisplayCodeLabel>{messages['polling.displayCode']}</LoginDisplayCodeLabel>
      <LoginDisplayCodeValue>{code}</LoginDisplayCodeValue>
      <LoginDisplayCodeText>{messages['polling.displayCodeText']}</LoginDisplayCodeText>
    </LoginDisplayCode>
  );
}

/** Says that the line is bad, as long as it is. */
export function ConnectionNotice({ connection }: { connection: PushView['connection'] }) {
  const messages = useMessages();
  return connection === 'ok' ? null : (
    <LoginNotice data-tone="warning">{messages[`polling.${connection}`]}</LoginNotice>
  );
}
