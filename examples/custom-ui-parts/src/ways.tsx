import type { ReactNode } from 'react';
import {
  DisplayCode,
  IdentifierForm,
  LateHint,
  LoginActions,
  LoginAlternatives,
  LoginHint,
  LoginNotice,
  LoginPushBeside,
  LoginText,
  ResendButton,
  RetryCountdown,
  Summary,
  TimeLeft,
  TotpForm,
  useMessages,
  VerbButton,
  type LoginState,
  type LoginIn,
} from 'react-ciba';

export interface WaysProps {
  login: LoginState;
  /** The user, if the app already knows who is signing in. */
  loginHint?: string | undefined;
  alternatives?: ReactNode;
}

/** Details, fields and actions for each status. A `VerbButton` is rendered only while its action is available. */
export function Ways({ login, loginHint, alternatives }: WaysProps) {
  const others = alternatives && (
    <LoginAlternatives asChild>
      <footer>{alternatives}</footer>
    </LoginAlternatives>
  );
  switch (login.status) {
    case 'idle':
      if (!loginHint)
        return (
          <>
            <IdentifierForm login={login} />
            {others}
          </>
        );
      return (
        <>
          <Summary loginHint={loginHint} transaction={login.transaction} />
          <LoginActions>
            <VerbButton login={login} verb="start" label="idle.start" variant="primary" />
            <VerbButton login={login} verb="useCode" label="action.useCode" />
          </LoginActions>
          {others}
        </>
      );
    case 'pushing':
      return (
        <>
          <Summary loginHint={login.loginHint} transaction={login.transaction} />
          <LoginActions>
            <VerbButton login={login} verb="cancel" label="action.cancel" />
          </LoginActions>
        </>
      );
    case 'polling':
      return <Waiting login={login} />;
    case 'totpEntry':
      return (
        <>
          <TotpForm code={login.code} submitCode={login.submitCode}>
            <BackToPush login={login} />
            <VerbButton login={login} verb="cancel" label="action.cancel" />
          </TotpForm>
          <PushBeside login={login} />
        </>
      );
    case 'lockedOut':
      return (
        <>
          <RetryCountdown retryAt={login.retryAt} />
          <LoginActions>
            <BackToPush login={login} />
            <VerbButton login={login} verb="cancel" label="action.cancel" />
          </LoginActions>
          <PushBeside login={login} />
        </>
      );
    case 'approved':
      return <Summary loginHint={login.loginHint} transaction={login.transaction} />;
    case 'denied':
    case 'expired':
    case 'timedOut':
    case 'failed':
      return (
        <>
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
            <VerbButton login={login} verb="cancel" label="action.back" />
          </LoginActions>
          {others}
        </>
      );
  }
}

function Waiting({ login }: { login: LoginIn<'polling'> }) {
  const messages = useMessages();
  const { push, resendAt } = login;
  return (
    <>
      {push.displayCode !== undefined && <DisplayCode code={push.displayCode} />}
      <Summary loginHint={login.loginHint} deliveredTo={push.deliveredTo} transaction={login.transaction} />
      {login.resendError && <LoginNotice data-tone="warning">{messages['polling.resendFailed']}</LoginNotice>}
      <LoginActions>
        {resendAt !== null && <ResendButton resendAt={resendAt} onResend={login.resend} />}
        <VerbButton login={login} verb="useCode" label="action.useCode" />
        <VerbButton login={login} verb="cancel" label="action.cancel" />
      </LoginActions>
      {resendAt === null && <LoginHint>{messages['polling.resendLimit']}</LoginHint>}
      <LateHint startedAt={push.startedAt} offersCode={login.can.useCode} />
    </>
  );
}

function BackToPush({ login }: { login: LoginIn<'totpEntry' | 'lockedOut'> }) {
  return <VerbButton login={login} verb="backToPush" label={login.push ? 'action.backToPush' : 'action.pushInstead'} />;
}

/** The request that stays open while the user types a code or is locked out. */
function PushBeside({ login: { push } }: { login: LoginIn<'totpEntry' | 'lockedOut'> }) {
  const messages = useMessages();
  if (!push) return null;
  return (
    <LoginPushBeside className="split-beside">
      <LoginText>{messages['totpEntry.pushOpen']}</LoginText>
      <TimeLeft {...push} />
    </LoginPushBeside>
  );
}
