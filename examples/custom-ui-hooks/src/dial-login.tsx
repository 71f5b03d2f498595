import { useAnnouncer, useCibaLogin, useMessages, type UseCibaLoginOptions } from 'react-ciba';
import { Dial } from './dial.js';
import { Screen } from './screens.js';
import { useScreenFocus } from './use-screen-focus.js';
import { useSpokenChanges } from './use-spoken-changes.js';
import { wordsOf } from './words.js';
import './dial-login.css';

/** The texts and, in tests, the clock come from the enclosing `<CibaProvider>`. */
export type DialLoginProps<Session> = Omit<UseCibaLoginOptions<Session>, 'environment'>;

/** A sign-in built from hooks only: a dial that shows the state, with the text and the available actions below it. */
export function DialLogin<Session>(options: DialLoginProps<Session>) {
  const login = useCibaLogin(options);
  const messages = useMessages();
  const { announce, regionRef } = useAnnouncer();
  // The thank-you after a report is a separate screen, because the button that was pressed is gone.
  const screen = login.status === 'denied' && login.reported ? 'reported' : login.status;
  const place = useScreenFocus(screen);
  useSpokenChanges(login, announce);
  const { title, text } = wordsOf(login, messages);

  return (
    <section className="dial-login" data-status={login.status} {...place}>
      <Dial login={login} announce={announce} />
      {/* The key makes React create new elements for each screen. */}
      <div className="dial-screen" key={screen}>
        <h1 tabIndex={-1}>{title}</h1>
        <p className="dial-lead">{text}</p>
        <Screen login={login} loginHint={options.loginHint} announce={announce} />
      </div>
      <div className="dial-spoken" role="status" ref={regionRef} />
    </section>
  );
}
