import type { ReactNode } from 'react';
import { Login, TotpForm, type LoginState } from 'react-ciba';

export interface WaysProps {
  login: LoginState;
  /** The user, if the app already knows who is signing in. */
  loginHint?: string | undefined;
  alternatives?: ReactNode;
}

/** Fields and actions for each status. A `Login.VerbButton` is rendered only while its action is available. */
export function Ways({ login, loginHint, alternatives }: WaysProps) {
  const others = alternatives && (
    <Login.Alternatives asChild>
      <footer>{alternatives}</footer>
    </Login.Alternatives>
  );
  switch (login.status) {
    case 'idle':
      if (!loginHint)
        return (
          <>
            <Login.IdentifierForm login={login} />
            {others}
          </>
        );
      return (
        <>
          <Login.Actions>
            <Login.VerbButton login={login} verb="start" label="idle.start" variant="primary" />
            <Login.VerbButton login={login} verb="useCode" label="action.useCode" />
          </Login.Actions>
          {others}
        </>
      );
    case 'pushing':
      return (
        <Login.Actions>
          <Login.VerbButton login={login} verb="cancel" label="action.cancel" />
        </Login.Actions>
      );
    case 'polling':
      return <Waiting login={login} />;
    case 'totpEntry':
      return (
        <TotpForm code={login.code} submitCode={login.submitCode}>
          <BackToPush login={login} />
          <Login.VerbButton login={login} verb="cancel" label="action.cancel" />
        </TotpForm>
      );
    case 'lockedOut':
      return (
        <>
          <Login.RetryHint retryAt={login.retryAt} />
          <Login.Actions>
            <BackToPush login={login} />
            <Login.VerbButton login={login} verb="cancel" label="action.cancel" />
          </Login.Actions>
        </>
      );
    case 'approved':
      return null;
    case 'denied':
    case 'expired':
    case 'timedOut':
    case 'failed':
      return (
        <>
          <Login.Actions>
            <Login.VerbButton login={login} verb="keepWaiting" label="timedOut.keepWaiting" variant="primary" />
            <Login.VerbButton
              login={login}
              verb="retry"
              label={login.status === 'expired' ? 'expired.retry' : 'action.retry'}
              variant="primary"
            />
            <Login.VerbButton login={login} verb="report" label="denied.report" />
            <Login.VerbButton login={login} verb="useCode" label="action.useCode" />
            <Login.VerbButton login={login} verb="cancel" label="action.back" />
          </Login.Actions>
          {others}
        </>
      );
  }
}

function Waiting({ login }: { login: LoginState<'polling'> }) {
  return (
    <>
      <Login.Actions>
        <Login.ResendButton resendAt={login.resendAt} onResend={login.resend} />
        <Login.VerbButton login={login} verb="useCode" label="action.useCode" />
        <Login.VerbButton login={login} verb="cancel" label="action.cancel" />
      </Login.Actions>
      <Login.LateHint login={login} />
    </>
  );
}

function BackToPush({ login }: { login: LoginState<'totpEntry' | 'lockedOut'> }) {
  return (
    <Login.VerbButton login={login} verb="backToPush" label={login.push ? 'action.backToPush' : 'action.pushInstead'} />
  );
}
