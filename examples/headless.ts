import { createBrowserEnvironment, resumeInTab } from 'react-ciba/environment';
import { createLogin } from 'react-ciba/machine';
import type { CibaAdapter } from 'react-ciba';

/** Signs a user in without React. Resolves with the session, or rejects if the login ends in any other way. */
export function signIn<Session>(adapter: CibaAdapter<Session>, loginHint: string): Promise<Session> {
  return new Promise((resolve, reject) => {
    const login = createLogin<Session>({
      adapter,
      environment: createBrowserEnvironment(),
      resume: resumeInTab(),
      onApproved: resolve,
    });

    login.subscribe((view) => {
      switch (view.status) {
        case 'polling':
          console.info(`Approve on your phone until ${new Date(view.push.expiresAt).toLocaleTimeString()}.`);
          break;
        case 'timedOut':
          login.keepWaiting();
          break;
        case 'denied':
        case 'expired':
          reject(new Error(`The login was ${view.status}.`));
          break;
        case 'failed':
          reject(view.error);
          break;
        default:
      }
      const over = ['approved', 'denied', 'expired', 'failed'].includes(view.status);
      // Stop in the next task, because onApproved receives the session after the view has become approved.
      if (over) setTimeout(() => login.stop());
    });

    // A login that was interrupted by a reload continues by itself.
    if (login.getView().status === 'idle') login.start(loginHint);
  });
}
