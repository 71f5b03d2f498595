'use client';

import type { ReactNode } from 'react';
import type { PushView } from '../machine/view.js';
import { useMessages } from '../react/messages-context.js';
import { IdentifierForm, type IdentifierFormProps } from './identifier-form.js';
import type { Login, LoginIn } from './login-root.js';
import { LoginActions, LoginAlternatives, LoginNotice, LoginPushBeside, LoginText, LoginTitle } from './parts.js';
import { ConnectionNotice, PushWaiting } from './push-waiting.js';
import { screenText } from './screen-text.js';
import { StatusIcon } from './status-icon.js';
import { Summary } from './summary.js';
import { RetryCountdown, TimeLeft } from './time-left.js';
import { TotpForm } from './totp-form.js';
import { VerbButton } from './verb-button.js';

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
            <VerbButton login={login} verb="start" label="idle.start" variant="primary" />
            <VerbButton login={login} verb="useCode" label="action.useCode" variant="link" />
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
        <VerbButton login={login} verb="cancel" label="action.cancel" variant="link" />
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
        <VerbButton login={login} verb="cancel" label="action.cancel" variant="link" />
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
        <VerbButton login={login} verb="cancel" label="action.cancel" variant="link" />
      </LoginActions>
    </>
  );
}

function BackToPushButton({ login }: { login: LoginIn<'totpEntry' | 'lockedOut'> }) {
  return <VerbButton login={login} verb="backToPush" label={login.push ? 'action.backToPush' : 'action.pushInstead'} />;
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
  return (
    <>
      <Head login={login} />
      {login.status === 'timedOut' && login.push && (
        <TimeLeft startedAt={login.push.startedAt} expiresAt={login.push.expiresAt} />
      )}
      <Summary loginHint={login.loginHint} transaction={login.transaction} />
      <LoginActions>
        <VerbButton login={login} verb="keepWaiting" label="timedOut.keepWaiting" variant="primary" />
        <VerbButton
          login={login}
          verb="retry"
          label={login.status === 'expired' ? 'expired.retry' : 'action.retry'}
          variant="primary"
        />
        <VerbButton login={login} verb="report" label="denied.report" />
        <VerbButton login={login} verb="useCode" label="action.useCode" />
        <VerbButton login={login} verb="cancel" label="action.back" variant="link" />
      </LoginActions>
    </>
  );
}
