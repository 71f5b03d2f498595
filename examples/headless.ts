import { createBrowserEnvironment, resumeInTab } from 'react-ciba/environment';
import { createLogin } from 'react-ciba/machine';
import type { CibaAdapter } from 'react-ciba';

/** Signs somebody in without React: resolves with the session, rejects where the login ends otherwise. */
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
      // Not at once: the session is handed over after the view says approved.
      if (over) setTimeout(() => login.stop());
    });

    // Goes on by itself where a reload interrupted a login.
    if (login.getView().status === 'idle') login.start(loginHint);
  });
}
