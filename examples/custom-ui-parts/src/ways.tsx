import type { ReactNode } from 'react';
import { Login, TotpForm, useMessages, type LoginState } from 'react-ciba';

export interface WaysProps {
  login: LoginState;
  /** The user, if the app already knows who is signing in. */
  loginHint?: string | undefined;
  alternatives?: ReactNode;
}

/** Details, fields and actions for each status. A `Login.VerbButton` is rendered only while its action is available. */
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
          <Login.Summary loginHint={loginHint} transaction={login.transaction} />
          <Login.Actions>
            <Login.VerbButton login={login} verb="start" label="idle.start" variant="primary" />
            <Login.VerbButton login={login} verb="useCode" label="action.useCode" />
          </Login.Actions>
          {others}
        </>
      );
    case 'pushing':
      return (
        <>
          <Login.Summary loginHint={login.loginHint} transaction={login.transaction} />
          <Login.Actions>
            <Login.VerbButton login={login} verb="cancel" label="action.cancel" />
          </Login.Actions>
        </>
      );
    case 'polling':
      return <Waiting login={login} />;
    case 'totpEntry':
      return (
        <>
          <TotpForm code={login.code} submitCode={login.submitCode}>
            <BackToPush login={login} />
            <Login.VerbButton login={login} verb="cancel" label="action.cancel" />
          </TotpForm>
          <PushBeside login={login} />
        </>
      );
    case 'lockedOut':
      return (
        <>
          <Login.RetryCountdown retryAt={login.retryAt} />
          <Login.Actions>
            <BackToPush login={login} />
            <Login.VerbButton login={login} verb="cancel" label="action.cancel" />
          </Login.Actions>
          <PushBeside login={login} />
        </>
      );
    case 'approved':
      return <Login.Summary loginHint={login.loginHint} transaction={login.transaction} />;
    case 'denied':
    case 'expired':
    case 'timedOut':
    case 'failed':
      return (
        <>
          <Login.Summary loginHint={login.loginHint} transaction={login.transaction} />
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
  const messages = useMessages();
  const { push, resendAt } = login;
  return (
    <>
      {push.displayCode !== undefined && <Login.DisplayCode code={push.displayCode} />}
      <Login.Summary loginHint={login.loginHint} deliveredTo={push.deliveredTo} transaction={login.transaction} />
      {login.resendError && <Login.Notice data-tone="warning">{messages['polling.resendFailed']}</Login.Notice>}
      <Login.Actions>
        {resendAt !== null && <Login.ResendButton resendAt={resendAt} onResend={login.resend} />}
        <Login.VerbButton login={login} verb="useCode" label="action.useCode" />
        <Login.VerbButton login={login} verb="cancel" label="action.cancel" />
      </Login.Actions>
      {resendAt === null && <Login.Hint>{messages['polling.resendLimit']}</Login.Hint>}
      <Login.LateHint startedAt={push.startedAt} offersCode={login.can.useCode} />
    </>
  );
}

function BackToPush({ login }: { login: LoginState<'totpEntry' | 'lockedOut'> }) {
  return (
    <Login.VerbButton login={login} verb="backToPush" label={login.push ? 'action.backToPush' : 'action.pushInstead'} />
  );
}

/** The request that stays open while the user types a code or is locked out. */
function PushBeside({ login: { push } }: { login: LoginState<'totpEntry' | 'lockedOut'> }) {
  const messages = useMessages();
  if (!push) return null;
  return (
    <Login.PushBeside className="split-beside">
      <Login.Text>{messages['totpEntry.pushOpen']}</Login.Text>
      <Login.TimeLeft {...push} />
    </Login.PushBeside>
  );
}
