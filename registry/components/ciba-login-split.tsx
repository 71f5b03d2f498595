'use client';

import type { ReactNode } from 'react';
import { Login, TotpForm, useCibaLogin } from 'react-ciba';
import type { LoginState, UseCibaLoginOptions } from 'react-ciba';
import { cibaClasses } from '@/registry/ciba/lib/ciba-classes';

export interface CibaLoginSplitProps<Session> extends UseCibaLoginOptions<Session> {
  /** Other ways to sign in, at the bottom of the first screen and of every final screen. */
  alternatives?: ReactNode;
}

/**
 * A sign-in that you can rearrange: one half shows the state, the other the actions. Only `Login.Root` has to stay. It
 * announces changes and moves the focus, and finds the parts wherever they are.
 */
export function CibaLoginSplit<Session>({ alternatives, ...options }: CibaLoginSplitProps<Session>) {
  const login = useCibaLogin(options);
  return (
    <Login.Root login={login} clock={options.environment?.clock} asChild>
      <section className={`${cibaClasses} md:grid md:max-w-3xl md:grid-cols-2 md:gap-0 md:p-0`}>
        <div className="flex min-w-0 flex-col items-center justify-center gap-4 border-b pb-6 md:border-e md:border-b-0 md:p-6">
          <Login.ScreenHead login={login} />
        </div>
        <div className="flex min-w-0 flex-col justify-center gap-4 md:p-6">
          <Ways login={login} loginHint={options.loginHint} />
          {['idle', 'denied', 'expired', 'timedOut', 'failed'].includes(login.status) && alternatives && (
            <Login.Alternatives>{alternatives}</Login.Alternatives>
          )}
        </div>
      </section>
    </Login.Root>
  );
}

/** The fields and actions of each status. A `Login.VerbButton` is there only while its action is possible. */
function Ways({ login, loginHint }: { login: LoginState; loginHint: string | undefined }) {
  const cancel = <Login.VerbButton login={login} verb="cancel" label="action.cancel" variant="quiet" />;
  const useCode = <Login.VerbButton login={login} verb="useCode" label="action.useCode" />;
  switch (login.status) {
    case 'idle':
      if (!loginHint) return <Login.IdentifierForm login={login} />;
      return (
        <Login.Actions>
          <Login.VerbButton login={login} verb="start" label="idle.start" variant="primary" />
          {useCode}
        </Login.Actions>
      );
    case 'pushing':
      return <Login.Actions>{cancel}</Login.Actions>;
    case 'polling':
      return (
        <>
          <Login.Actions>
            <Login.ResendButton resendAt={login.resendAt} onResend={login.resend} />
            {useCode}
            {cancel}
          </Login.Actions>
          <Login.LateHint login={login} />
        </>
      );
    case 'totpEntry':
      return (
        <TotpForm code={login.code} submitCode={login.submitCode}>
          <BackToPush login={login} />
          {cancel}
        </TotpForm>
      );
    case 'lockedOut':
      return (
        <>
          <Login.RetryHint retryAt={login.retryAt} />
          <Login.Actions>
            <BackToPush login={login} />
            {cancel}
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
        <Login.Actions>
          <Login.VerbButton login={login} verb="keepWaiting" label="timedOut.keepWaiting" variant="primary" />
          <Login.VerbButton
            login={login}
            verb="retry"
            label={login.status === 'expired' ? 'expired.retry' : 'action.retry'}
            variant="primary"
          />
          <Login.VerbButton login={login} verb="report" label="denied.report" />
          {useCode}
          <Login.VerbButton login={login} verb="cancel" label="action.back" variant="quiet" />
        </Login.Actions>
      );
  }
}

function BackToPush({ login }: { login: LoginState<'totpEntry' | 'lockedOut'> }) {
  return (
    <Login.VerbButton login={login} verb="backToPush" label={login.push ? 'action.backToPush' : 'action.pushInstead'} />
  );
}
