'use client';

import type { ReactNode } from 'react';
import type { PushView } from '../machine/view.js';
import { useMessages } from '../react/messages-context.js';
import { IdentifierForm, waysIn, type IdentifierFormProps } from './identifier-form.js';
import type { LoginState } from './login-state.js';
import * as Login from './parts.js';
import { RetryCountdown } from './retry-countdown.js';
import { ScreenHead } from './screen-head.js';
import { StatusIcon } from './status-icon.js';
import { Summary } from './summary.js';
import { TimeLeft } from './time-left.js';
import { TotpForm } from './totp-form.js';
import { VerbButton } from './verb-button.js';
import { WaitingScreen, type WaitingScreenProps } from './waiting-screen.js';

export interface LoginScreenProps {
  /** From `useCibaLogin`. */
  login: LoginState;
  /** What people sign in with. @default 'email' */
  identifier?: IdentifierFormProps['identifier'];
  /** Who signs in where the app knows it: the first screen then asks nothing. */
  loginHint?: string | undefined;
  /** The app's other ways to sign in, offered at the start and on every end. */
  alternatives?: ReactNode;
  /** The code first and the push second, for a screen that is itself the phone. @default false */
  codeFirst?: IdentifierFormProps['codeFirst'];
  /** Opens the authenticator app, where this device is the phone: a link of the app's own scheme or a universal link. */
  appLink?: WaitingScreenProps['appLink'];
}

/** The screen of the login's present status. */
export function LoginScreen({ login, alternatives, appLink, ...idle }: LoginScreenProps) {
  const others = alternatives && <Login.Alternatives>{alternatives}</Login.Alternatives>;
  switch (login.status) {
    case 'idle':
      return (
        <>
          <IdleScreen login={login} {...idle} />
          {others}
        </>
      );
    case 'pushing':
      return <PushingScreen login={login} />;
    case 'polling':
      return <WaitingScreen login={login} appLink={appLink} />;
    case 'totpEntry':
      return <CodeScreen login={login} />;
    case 'lockedOut':
      return <LockedOutScreen login={login} />;
    case 'approved':
      return <ScreenHead login={login} />;
    case 'denied':
    case 'expired':
    case 'timedOut':
    case 'failed':
      return (
        <>
          <EndScreen login={login} />
          {others}
        </>
      );
  }
}

/** Asks who is signing in, unless the app said so; after a cancel it says what may still be on the phone. */
export function IdleScreen({
  login,
  identifier,
  loginHint,
  codeFirst,
}: Omit<LoginScreenProps, 'login' | 'alternatives' | 'appLink'> & { login: LoginState<'idle'> }) {
  const messages = useMessages();
  const [first, second] = waysIn(login, codeFirst);
  return (
    <>
      <StatusIcon status={login.status} />
      <Login.Title>{messages['idle.title']}</Login.Title>
      {first.verb === 'start' && <Login.Text>{messages['idle.text']}</Login.Text>}
      {login.after !== null && <Login.Notice>{messages[`idle.after.${login.after}`]}</Login.Notice>}
      {loginHint ? (
        <>
          <Summary loginHint={loginHint} transaction={login.transaction} />
          <Login.Actions>
            <VerbButton login={login} {...first} variant="primary" />
            <VerbButton login={login} {...second} variant="link" />
          </Login.Actions>
        </>
      ) : (
        <IdentifierForm login={login} identifier={identifier} codeFirst={codeFirst} />
      )}
    </>
  );
}

/** The request is on its way. */
export function PushingScreen({ login }: { login: LoginState<'pushing'> }) {
  return (
    <>
      <ScreenHead login={login} />
      <Summary loginHint={login.loginHint} transaction={login.transaction} />
      <Login.Actions>
        <VerbButton login={login} verb="cancel" label="action.cancel" variant="link" />
      </Login.Actions>
    </>
  );
}

/** The code entry, with the push that goes on beside it. */
export function CodeScreen({ login }: { login: LoginState<'totpEntry'> }) {
  return (
    <>
      <ScreenHead login={login} />
      <Summary loginHint={login.loginHint} transaction={login.transaction} />
      <TotpForm code={login.code} submitCode={login.submitCode}>
        <BackToPushButton login={login} />
        <VerbButton login={login} verb="cancel" label="action.cancel" variant="link" />
      </TotpForm>
      <OpenPush push={login.push} />
    </>
  );
}

/** Codes are blocked for a while; the push, where there is one, still works. */
export function LockedOutScreen({ login }: { login: LoginState<'lockedOut'> }) {
  return (
    <>
      <ScreenHead login={login} />
      <RetryCountdown retryAt={login.retryAt} />
      <OpenPush push={login.push} />
      <Login.Actions>
        <BackToPushButton login={login} />
        <VerbButton login={login} verb="cancel" label="action.cancel" variant="link" />
      </Login.Actions>
    </>
  );
}

function BackToPushButton({ login }: { login: LoginState<'totpEntry' | 'lockedOut'> }) {
  return <VerbButton login={login} verb="backToPush" label={login.push ? 'action.backToPush' : 'action.pushInstead'} />;
}

function OpenPush({ push }: { push: PushView | null }) {
  const messages = useMessages();
  if (!push) return null;
  return (
    <Login.PushBeside>
      <Login.Text>{messages['totpEntry.pushOpen']}</Login.Text>
      <TimeLeft {...push} />
    </Login.PushBeside>
  );
}

/** An end that is not a success, with every way on that is open. */
export function EndScreen({ login }: { login: LoginState<'denied' | 'expired' | 'timedOut' | 'failed'> }) {
  return (
    <>
      <ScreenHead login={login} />
      <Summary loginHint={login.loginHint} transaction={login.transaction} />
      <Login.Actions>
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
      </Login.Actions>
    </>
  );
}
