'use client';

import { useState } from 'react';
import type { ReactNode } from 'react';
import type { PushView } from '../machine/view.js';
import { useMessages } from '../react/messages-context.js';
import { IdentifierForm, waysIn } from './identifier-form.js';
import type { IdentifierFormProps } from './identifier-form.js';
import type { LoginState } from './login-state.js';
import * as Login from './parts.js';
import { RetryCountdown } from './retry-countdown.js';
import { ScreenHead } from './screen-head.js';
import { StatusIcon } from './status-icon.js';
import { Summary } from './summary.js';
import { TimeLeft } from './time-left.js';
import { TotpForm } from './totp-form.js';
import { VerbButton } from './verb-button.js';
import { WaitingScreen } from './waiting-screen.js';
import type { WaitingScreenProps } from './waiting-screen.js';

export interface LoginScreenProps {
  /** From `useCibaLogin`. */
  login: LoginState;
  /** What people sign in with. @default 'email' */
  identifier?: IdentifierFormProps['identifier'];
  /** The user, if the app knows who signs in. The first screen then doesn't ask. */
  loginHint?: string | undefined;
  /** The app's other ways to sign in, offered at the start and whenever the login ends without success. */
  alternatives?: ReactNode;
  /** Offers the code before the push, for screens on the phone itself. @default false */
  codeFirst?: IdentifierFormProps['codeFirst'];
  /** A link that opens the authenticator app if this device is the phone: a custom scheme or a universal link. */
  appLink?: WaitingScreenProps['appLink'];
}

/** The screen for the login's current status. */
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

/** Asks who is signing in, unless the app knows. After a cancel, it says what the phone may still show. */
export function IdleScreen({
  login,
  identifier,
  loginHint,
  codeFirst,
}: Omit<LoginScreenProps, 'login' | 'alternatives' | 'appLink'> & { login: LoginState<'idle'> }) {
  const messages = useMessages();
  // A hint that comes while the user types doesn't replace the field under their hands.
  const [typed, setTyped] = useState(false);
  const [first, second] = waysIn(login, codeFirst);
  return (
    <>
      <StatusIcon status={login.status} />
      <Login.Title>{messages['idle.title']}</Login.Title>
      {first.verb === 'start' && <Login.Text>{messages['idle.text']}</Login.Text>}
      {login.after !== null && <Login.Notice>{messages[`idle.after.${login.after}`]}</Login.Notice>}
      {loginHint && !typed ? (
        <>
          <Summary loginHint={loginHint} transaction={login.transaction} />
          <Login.Actions>
            <VerbButton login={login} {...first} variant="primary" />
            <VerbButton login={login} {...second} variant="link" />
          </Login.Actions>
        </>
      ) : (
        <IdentifierForm {...{ login, identifier, codeFirst }} onInput={() => setTyped(true)} />
      )}
    </>
  );
}

/** The screen while the request is being sent. */
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

/** The code entry, beside the push that is still open. */
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

/** Codes are locked for a while. An open push still works. */
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

/** The screen after an end that isn't a success, with every available next step. */
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
