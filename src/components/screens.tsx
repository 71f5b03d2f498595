'use client';

import { useState } from 'react';
import type { ReactElement, ReactNode } from 'react';
import { useMessages } from '../react/messages-context.js';
import { errorClass, mayBeAccount } from '../contract/error-class.js';
import { IdentifierForm, waysIn } from './identifier-form.js';
import type { IdentifierFormProps } from './identifier-form.js';
import type { LoginState } from './login-state.js';
import * as Login from './parts.js';
import { Reference } from './reference.js';
import { ResendButton } from './resend-button.js';
import { RetryHint, WaitHint } from './retry-hint.js';
import { ScreenHead } from './screen-head.js';
import { Summary } from './summary.js';
import { TotpForm } from './totp-form.js';
import { VerbButton } from './verb-button.js';

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
  appLink?: string | undefined;
  /**
   * Where users get help if trying again can't: an address (`help@example.com`, `/help`), or your own link. Without it, no
   * screen offers it.
   */
  support?: string | ReactElement | undefined;
}

/** The screen for the login's current status. `Login.LateHint` isn't part of it, because it comes last, after your own slots. */
export function LoginScreen({ login, alternatives, appLink, support, ...idle }: LoginScreenProps) {
  const messages = useMessages();
  const others = alternatives && (
    <Login.Alternatives>
      <Login.Or>{messages.or}</Login.Or>
      {alternatives}
    </Login.Alternatives>
  );
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
          <EndScreen login={login} support={support} accountFixed={Boolean(idle.loginHint)} />
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
}: Omit<LoginScreenProps, 'login' | 'alternatives' | 'appLink' | 'support'> & { login: LoginState<'idle'> }) {
  const messages = useMessages();
  // A hint that comes while the user types doesn't replace the field under their hands.
  const [typed, setTyped] = useState(false);
  const [first, second] = waysIn(login, codeFirst);
  return (
    <>
      <ScreenHead login={login} codeFirst={first.verb === 'useCode'} />
      {loginHint && !typed ? (
        <>
          {!login.transaction && (
            <Login.Body>
              <Summary loginHint={loginHint} />
            </Login.Body>
          )}
          <Login.Actions>
            <VerbButton login={login} {...first} variant="primary" />
            <VerbButton login={login} {...second} variant="quiet" />
          </Login.Actions>
        </>
      ) : (
        <IdentifierForm {...{ login, identifier, codeFirst }} onInput={() => setTyped(true)} />
      )}
      {login.after === 'otherTab' && (
        <Login.QuietActions>
          <Login.Button variant="quiet" onClick={() => location.reload()}>
            {messages['action.reload']}
          </Login.Button>
        </Login.QuietActions>
      )}
    </>
  );
}

/** The screen while the request is being sent. What isn't possible yet is already in its place. */
export function PushingScreen({ login }: { login: LoginState<'pushing'> }) {
  const messages = useMessages();
  return (
    <>
      <ScreenHead login={login} />
      <Login.Actions>
        {login.offersCode && <Login.Button disabled>{messages['action.useCode']}</Login.Button>}
        <Login.QuietActions data-even="">
          {login.offersResend && (
            <Login.Button variant="quiet" disabled>
              {messages['polling.resend']}
            </Login.Button>
          )}
          <VerbButton login={login} verb="cancel" label="action.cancel" variant="quiet" />
        </Login.QuietActions>
      </Login.Actions>
    </>
  );
}

export interface WaitingScreenProps {
  login: LoginState<'polling'>;
  /** A link that opens the authenticator app if this device is the phone: a custom scheme or a universal link. */
  appLink?: string | undefined;
}

/** The waiting screen: what to do on the phone, the code to compare, and how long there is. */
export function WaitingScreen({ login, appLink }: WaitingScreenProps) {
  const messages = useMessages();
  return (
    <>
      <ScreenHead login={login} />
      <Login.Actions>
        {appLink && <Login.AppLink href={appLink}>{messages['polling.openApp']}</Login.AppLink>}
        <VerbButton login={login} verb="useCode" label="action.useCode" />
        <Login.QuietActions data-even="">
          {login.offersResend && <ResendButton resendAt={login.resendAt} onResend={login.resend} variant="quiet" />}
          <VerbButton login={login} verb="cancel" label="action.cancel" variant="quiet" />
        </Login.QuietActions>
      </Login.Actions>
    </>
  );
}

/** The code entry, beside the push that is still open. */
export function CodeScreen({ login }: { login: LoginState<'totpEntry'> }) {
  return (
    <>
      <ScreenHead login={login} />
      <TotpForm code={login.code} submitCode={login.submitCode}>
        <Login.QuietActions>
          <VerbButton
            login={login}
            verb="backToPush"
            label={login.push ? 'action.backToPush' : 'action.pushInstead'}
            variant="quiet"
            data-accent=""
          />
          <VerbButton login={login} verb="cancel" label="action.cancel" variant="quiet" />
        </Login.QuietActions>
      </TotpForm>
    </>
  );
}

/** Codes are locked for a while. An open push still works. */
export function LockedOutScreen({ login }: { login: LoginState<'lockedOut'> }) {
  return (
    <>
      <ScreenHead login={login} />
      <Login.Body>
        <RetryHint retryAt={login.retryAt} />
      </Login.Body>
      <Login.Actions>
        {login.push ? (
          <VerbButton login={login} verb="backToPush" label="action.backToPush" variant="primary" />
        ) : (
          <VerbButton login={login} verb="backToPush" label="action.pushInstead" />
        )}
        <VerbButton login={login} verb="cancel" label="action.cancel" variant="quiet" />
      </Login.Actions>
    </>
  );
}

interface EndScreenProps extends Pick<LoginScreenProps, 'support'> {
  login: LoginState<'denied' | 'expired' | 'timedOut' | 'failed'>;
  /** Whether the user can type another account on the first screen. @default false */
  accountFixed?: boolean | undefined;
}

/** The screen after an end that isn't a success, with every available next step. What helps most comes first. */
export function EndScreen({ login, support, accountFixed }: EndScreenProps) {
  const contact = support !== undefined && <SupportLink support={support} />;
  if (login.status === 'failed') return <FailedScreen {...{ login, accountFixed, contact }} />;
  const reported = login.status === 'denied' && login.reported;
  return (
    <>
      <ScreenHead login={login} />
      <Login.Actions>
        {/* A new request would ring a phone that another person may hold. */}
        {reported ? contact : <RetryButton login={login} />}
        <VerbButton login={login} verb="keepWaiting" label="timedOut.keepWaiting" variant="primary" />
        <VerbButton login={login} verb="report" label="denied.report" data-tone="danger" />
        <LastActions login={login} sideBySide={login.can.report} />
      </Login.Actions>
    </>
  );
}

interface FailedScreenProps extends Pick<EndScreenProps, 'accountFixed'> {
  login: LoginState<'failed'>;
  contact: ReactNode;
}

/** The class of the error decides which button comes first, and whether trying again is offered at all. */
function FailedScreen({ login, accountFixed, contact }: FailedScreenProps) {
  const { error, retryAt, again } = login;
  const kind = errorClass(error, again);
  const reference = kind === 'support' ? error.reference : undefined;
  const first = {
    retry: mayBeAccount(error) ? (
      !accountFixed && <VerbButton login={login} verb="cancel" label="action.changeAccount" variant="primary" />
    ) : (
      <RetryButton login={login} />
    ),
    wait: error.code !== 'inReview' && <RetryButton login={login} />,
    support: contact,
  }[kind];
  return (
    <>
      <ScreenHead login={login} />
      <WaitHint error={error} retryAt={retryAt ?? 0} />
      {reference && <Reference value={reference} />}
      <Login.Actions>
        {first}
        {/* The reference needs the room of a button. */}
        <LastActions login={login} sideBySide={reference !== undefined} />
      </Login.Actions>
    </>
  );
}

/** The code and the way back: below each other, or side by side where another button needs the room. */
function LastActions({ login, sideBySide }: { login: EndScreenProps['login']; sideBySide: boolean }) {
  const back = <VerbButton login={login} verb="cancel" label="action.back" variant="quiet" />;
  if (!sideBySide) {
    return (
      <>
        <VerbButton login={login} verb="useCode" label="action.useCode" />
        {back}
      </>
    );
  }
  return (
    <Login.QuietActions>
      <VerbButton login={login} verb="useCode" label="action.useCode" variant="quiet" data-accent="" />
      {back}
    </Login.QuietActions>
  );
}

/** Starts again. Until that is possible, it is closed, and its label stays the same. */
function RetryButton({ login }: { login: EndScreenProps['login'] }) {
  const messages = useMessages();
  const rings = login.status !== 'failed' || login.error.code === 'notFound';
  const label = login.status === 'expired' ? 'expired.retry' : rings ? 'denied.retry' : 'action.retry';
  if (login.status === 'failed' && login.retryAt !== null)
    return (
      <Login.Button variant="primary" disabled>
        {messages[label]}
      </Login.Button>
    );
  return <VerbButton login={login} verb="retry" label={label} variant="primary" />;
}

/** An address of the app's support, or the app's own link or button. */
function SupportLink({ support }: { support: string | ReactElement }) {
  const messages = useMessages();
  if (typeof support !== 'string') return support;
  const href = /^[^:/]+@[^/]+$/.test(support) ? `mailto:${support}` : support;
  return (
    <Login.Button asChild variant="primary" type={undefined}>
      <a href={href}>{messages['action.contactSupport']}</a>
    </Login.Button>
  );
}
