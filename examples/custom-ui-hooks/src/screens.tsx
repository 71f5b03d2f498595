import { useMessages, type Announce, type LoginState, type LoginVerb, type Messages } from 'react-ciba';
import { CodeForm } from './code-form.js';
import { LateHint, ResendButton, RetryTime, TimeLeft } from './times.js';
import { WhoForm } from './who-form.js';

export interface ScreenProps {
  login: LoginState;
  /** The user, if the app already knows who is signing in. */
  loginHint?: string | undefined;
  announce: Announce;
}

/** The content below title and text: details, fields, and every available action. */
export function Screen({ login, loginHint, announce }: ScreenProps) {
  switch (login.status) {
    case 'idle':
      if (!loginHint) return <WhoForm login={login} announce={announce} />;
      return (
        <>
          <Account login={login} />
          <div className="ticket-acts">
            <Act login={login} verb="start" label="idle.start" look="primary" />
            <Act login={login} verb="useCode" label="action.useCode" />
          </div>
        </>
      );
    case 'pushing':
      return (
        <>
          <Account login={login} />
          <div className="ticket-acts">
            <Act login={login} verb="cancel" label="action.cancel" look="quiet" />
          </div>
        </>
      );
    case 'polling':
      return <Waiting login={login} announce={announce} />;
    case 'totpEntry':
      return (
        <>
          <CodeForm login={login}>
            <BackToPush login={login} />
            <Act login={login} verb="cancel" label="action.cancel" look="quiet" />
          </CodeForm>
          <PushBeside login={login} announce={announce} />
        </>
      );
    case 'lockedOut':
      return (
        <>
          <RetryTime retryAt={login.retryAt} />
          <PushBeside login={login} announce={announce} />
          <div className="ticket-acts">
            <BackToPush login={login} />
            <Act login={login} verb="cancel" label="action.cancel" look="quiet" />
          </div>
        </>
      );
    case 'timedOut':
    case 'denied':
    case 'expired':
    case 'failed':
      return (
        <>
          <Account login={login} />
          <div className="ticket-acts">
            <Act login={login} verb="keepWaiting" label="timedOut.keepWaiting" look="primary" />
            <Act
              login={login}
              verb="retry"
              label={login.status === 'expired' ? 'expired.retry' : 'action.retry'}
              look="primary"
            />
            <Act login={login} verb="report" label="denied.report" />
            <Act login={login} verb="useCode" label="action.useCode" />
            <Act login={login} verb="cancel" label="action.back" look="quiet" />
          </div>
        </>
      );
    case 'approved':
      return <Account login={login} />;
  }
}

function Waiting({ login, announce }: { login: LoginState<'polling'>; announce: Announce }) {
  const messages = useMessages();
  const { push, resendAt, transaction } = login;
  return (
    <>
      {push.displayCode !== undefined && <p className="ticket-lead">{messages['polling.displayCodeText']}</p>}
      <dl className="ticket-facts">
        <Fact label={messages['summary.account']} value={login.loginHint} />
        <Fact label={messages['summary.device']} value={push.deliveredTo} />
        <Fact label={messages['summary.transaction']} value={transaction?.title} />
        {transaction?.details?.map(({ label, value }) => (
          <Fact key={label} label={label} value={value} />
        ))}
      </dl>
      {push.connection !== 'ok' && <p className="ticket-notice">{messages[`polling.${push.connection}`]}</p>}
      {login.resendError && <p className="ticket-notice">{messages['polling.resendFailed']}</p>}
      <div className="ticket-acts">
        {resendAt === null ? (
          <p className="ticket-note">{messages['polling.resendLimit']}</p>
        ) : (
          <ResendButton resendAt={resendAt} resend={login.resend} />
        )}
        <Act login={login} verb="useCode" label="action.useCode" />
        <Act login={login} verb="cancel" label="action.cancel" look="quiet" />
      </div>
      <LateHint startedAt={push.startedAt} offersCode={login.can.useCode} announce={announce} />
    </>
  );
}

/** The request that is still polled while the user types a code. */
function PushBeside({ login, announce }: { login: LoginState<'totpEntry' | 'lockedOut'>; announce: Announce }) {
  const messages = useMessages();
  if (!login.push) return null;
  const { connection, expiresAt } = login.push;
  return (
    <div className="ticket-beside">
      <p>{messages['totpEntry.pushOpen']}</p>
      <TimeLeft expiresAt={expiresAt} announce={announce} />
      {connection !== 'ok' && <p className="ticket-notice">{messages[`polling.${connection}`]}</p>}
    </div>
  );
}

function Account({ login }: { login: LoginState }) {
  const messages = useMessages();
  return (
    <dl className="ticket-facts">
      <Fact label={messages['summary.account']} value={login.loginHint} />
    </dl>
  );
}

/** Wraps an external name in `<bdi>`, so that its writing direction doesn't affect the surrounding text. */
function Fact({ label, value }: { label: string; value: string | undefined }) {
  if (!value) return null;
  return (
    <div>
      <dt>
        <bdi>{label}</bdi>
      </dt>
      <dd>
        <bdi translate="no">{value}</bdi>
      </dd>
    </div>
  );
}

function BackToPush({ login }: { login: LoginState<'totpEntry' | 'lockedOut'> }) {
  return <Act login={login} verb="backToPush" label={login.push ? 'action.backToPush' : 'action.pushInstead'} />;
}

type Label = { [Key in keyof Messages]: Messages[Key] extends string ? Key : never }[keyof Messages];

interface ActProps {
  login: LoginState;
  verb: Exclude<LoginVerb, 'submitCode'>;
  label: Label;
  look?: 'primary' | 'quiet';
}

/** A button that is rendered only while its action is available. */
function Act({ login, verb, label, look }: ActProps) {
  const messages = useMessages();
  if (!login.can[verb]) return null;
  return (
    <button type="button" className={look && `ticket-${look}`} onClick={() => login[verb]()}>
      {messages[label]}
    </button>
  );
}
