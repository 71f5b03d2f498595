'use client';

import type { ReactNode } from 'react';
import type { PushView } from '../machine/view.js';
import { useMessages } from '../react/messages-context.js';
import { IdentifierForm, type IdentifierFormProps } from './identifier-form.js';
import type { Login, LoginIn } from './login-root.js';
import {
  LoginActions,
  LoginAlternatives,
  LoginButton,
  LoginNotice,
  LoginPushBeside,
  LoginText,
  LoginTitle,
} from './parts.js';
import { ConnectionNotice, PushWaiting } from './push-waiting.js';
import { screenText } from './screen-text.js';
import { StatusIcon } from './status-icon.js';
import { Summary } from './summary.js';
import { RetryCountdown, TimeLeft } from './time-left.js';
import { TotpForm } from './totp-form.js';

export interface LoginScreenProps {
  login: Login;
  identifier?: IdentifierFormProps['identifier'];
  /** Who signs in where the app knows it: the first screen then asks nothing. */
  loginHint?: string | undefined;
  /** The app's other ways to sign in, offered at the start and on every end. */
  alternatives?: ReactNode;
}

/** The screen of the login's present status. */
export function LoginScreen({ login, identifier, loginHint, alternatives }: LoginScreenProps) {
  switch (login.status) {
    case 'idle':
      return (
        <>
          <IdleScreen login={login} identifier={identifier} loginHint={loginHint} />
          <Alternatives>{alternatives}</Alternatives>
        </>
      );
    case 'pushing':
      return <PushingScreen login={login} />;
    case 'polling':
      return <PushWaiting login={login} />;
    case 'totpEntry':
      return <CodeScreen login={login} />;
    case 'lockedOut':
      return <LockedOutScreen login={login} />;
    case 'approved':
      return <Head login={login} />;
    case 'denied':
    case 'expired':
    case 'timedOut':
    case 'failed':
      return (
        <>
          <EndScreen login={login} />
          <Alternatives>{alternatives}</Alternatives>
        </>
      );
  }
}

function Head({ login }: { login: Login }) {
  const { title, text } = screenText(login, useMessages());
  return (
    <>
      <StatusIcon status={login.status} />
      <LoginTitle>{title}</LoginTitle>
      <LoginText>{text}</LoginText>
    </>
  );
}

function Alternatives({ children }: { children: ReactNode }) {
  return children === undefined || children === null ? null : <LoginAlternatives>{children}</LoginAlternatives>;
}

function CancelButton({ login, label = 'action.cancel' }: { login: Login; label?: 'action.cancel' | 'action.back' }) {
  const messages = useMessages();
  if (!login.can.cancel) return null;
  return (
    <LoginButton variant="link" onClick={login.cancel}>
      {messages[label]}
    </LoginButton>
  );
}

function UseCodeButton({ login }: { login: Login }) {
  const messages = useMessages();
  if (!login.can.useCode) return null;
  return <LoginButton onClick={() => login.useCode()}>{messages['action.useCode']}</LoginButton>;
}

/** Asks who is signing in, unless the app said so; after a cancel it says what may still be on the phone. */
export function IdleScreen({
  login,
  identifier,
  loginHint,
}: Omit<LoginScreenProps, 'login' | 'alternatives'> & { login: LoginIn<'idle'> }) {
  const messages = useMessages();
  return (
    <>
      <StatusIcon status={login.status} />
      <LoginTitle>{messages['idle.title']}</LoginTitle>
      <LoginText>{messages['idle.text']}</LoginText>
      {login.after !== null && <LoginNotice>{messages[`idle.after.${login.after}`]}</LoginNotice>}
      {loginHint ? (
        <>
          <Summary loginHint={loginHint} transaction={login.transaction} />
          <LoginActions>
            <LoginButton variant="primary" onClick={() => login.start(loginHint)}>
              {messages['idle.start']}
            </LoginButton>
            {login.can.useCode && (
              <LoginButton variant="link" onClick={() => login.useCode(loginHint)}>
                {messages['action.useCode']}
              </LoginButton>
            )}
          </LoginActions>
        </>
      ) : (
        <IdentifierForm login={login} identifier={identifier} />
      )}
    </>
  );
}

/** The request is on its way. */
export function PushingScreen({ login }: { login: LoginIn<'pushing'> }) {
  return (
    <>
      <Head login={login} />
      <Summary loginHint={login.loginHint} transaction={login.transaction} />
      <LoginActions>
        <CancelButton login={login} />
      </LoginActions>
    </>
  );
}

/** The code entry, with the push that goes on beside it. */
export function CodeScreen({ login }: { login: LoginIn<'totpEntry'> }) {
  return (
    <>
      <Head login={login} />
      <Summary loginHint={login.loginHint} transaction={login.transaction} />
      <TotpForm code={login.code} submitCode={login.submitCode}>
        <BackToPushButton login={login} />
        <CancelButton login={login} />
      </TotpForm>
      <PushBeside push={login.push} />
    </>
  );
}

/** Codes are blocked for a while; the push, where there is one, still works. */
export function LockedOutScreen({ login }: { login: LoginIn<'lockedOut'> }) {
  return (
    <>
      <Head login={login} />
      <RetryCountdown retryAt={login.retryAt} />
      <PushBeside push={login.push} />
      <LoginActions>
        <BackToPushButton login={login} />
        <CancelButton login={login} />
      </LoginActions>
    </>
  );
}

function BackToPushButton({ login }: { login: LoginIn<'totpEntry' | 'lockedOut'> }) {
  const messages = useMessages();
  if (!login.can.backToPush) return null;
  return (
    <LoginButton onClick={login.backToPush}>
      {messages[login.push ? 'action.backToPush' : 'action.pushInstead']}
    </LoginButton>
  );
}

function PushBeside({ push }: { push: PushView | null }) {
  const messages = useMessages();
  if (!push) return null;
  return (
    <LoginPushBeside>
      <LoginText>{messages['totpEntry.pushOpen']}</LoginText>
      <TimeLeft startedAt={push.startedAt} expiresAt={push.expiresAt} />
      <ConnectionNotice connection={push.connection} />
    </LoginPushBeside>
  );
}

/** An end that is not a success, with every way on that is open. */
export function EndScreen({ login }: { login: LoginIn<'denied' | 'expired' | 'timedOut' | 'failed'> }) {
  const messages = useMessages();
  const { can } = login;
  return (
    <>
      <Head login={login} />
      {login.status === 'timedOut' && login.push && (
        <TimeLeft startedAt={login.push.startedAt} expiresAt={login.push.expiresAt} />
      )}
      <Summary loginHint={login.loginHint} transaction={login.transaction} />
      <LoginActions>
        {can.keepWaiting && (
          <LoginButton variant="primary" onClick={login.keepWaiting}>
            {messages['timedOut.keepWaiting']}
          </LoginButton>
        )}
        {can.retry && (
          <LoginButton variant="primary" onClick={login.retry}>
            {messages[login.status === 'expired' ? 'expired.retry' : 'action.retry']}
          </LoginButton>
        )}
        {can.report && <LoginButton onClick={login.report}>{messages['denied.report']}</LoginButton>}
        <UseCodeButton login={login} />
        <CancelButton login={login} label="action.back" />
      </LoginActions>
    </>
  );
}
