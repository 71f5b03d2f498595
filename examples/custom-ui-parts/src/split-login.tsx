import type { ReactNode } from 'react';
import { Login, useCibaLogin, type UseCibaLoginOptions } from 'react-ciba';
import { Ways } from './ways.js';
import './split-login.css';

/** The texts and, in tests, the clock come from the enclosing `<CibaProvider>`. */
export interface SplitLoginProps<Session> extends Omit<UseCibaLoginOptions<Session>, 'environment'> {
  /** Other ways to sign in, at the bottom of the first screen and of every final screen. */
  alternatives?: ReactNode;
}

/**
 * A sign-in that rearranges react-ciba's parts: one side shows the state, the other the available actions. `Login.Root`
 * announces changes and moves the focus. It finds the parts wherever they are.
 */
export function SplitLogin<Session>({ alternatives, ...options }: SplitLoginProps<Session>) {
  const login = useCibaLogin(options);
  return (
    <Login.Root login={login} asChild>
      <section className="split">
        <div className="split-state">
          <Login.ScreenHead login={login} />
        </div>
        <div className="split-ways">
          <Ways login={login} loginHint={options.loginHint} alternatives={alternatives} />
        </div>
      </section>
    </Login.Root>
  );
}
