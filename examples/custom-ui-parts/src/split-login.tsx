import type { ReactNode } from 'react';
import { LoginRoot, ScreenHead, useCibaLogin, type UseCibaLoginOptions } from 'react-ciba';
import { Ways } from './ways.js';
import './split-login.css';

/** Texts and, in tests, the clock come from a `<CibaProvider>` around it. */
export interface SplitLoginProps<Session> extends Omit<UseCibaLoginOptions<Session>, 'environment'> {
  /** Other ways to sign in, at the foot of the first screen and of every end. */
  alternatives?: ReactNode;
}

/**
 * A sign-in made of the kit's parts, arranged anew: one side says how it stands, the other holds the ways on. `LoginRoot`
 * speaks to screen readers and moves the focus; it looks for the parts wherever they are.
 */
export function SplitLogin<Session>({ alternatives, ...options }: SplitLoginProps<Session>) {
  const login = useCibaLogin(options);
  return (
    <LoginRoot login={login} asChild>
      <section className="split">
        <div className="split-state">
          <ScreenHead login={login} />
        </div>
        <div className="split-ways">
          <Ways login={login} loginHint={options.loginHint} alternatives={alternatives} />
        </div>
      </section>
    </LoginRoot>
  );
}
