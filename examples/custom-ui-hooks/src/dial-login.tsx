import { useAnnouncer, useCibaLogin, useMessages, type UseCibaLoginOptions } from 'react-ciba';
import { Dial } from './dial.js';
import { Screen } from './screens.js';
import { useScreenFocus } from './use-screen-focus.js';
import { useSpokenChanges } from './use-spoken-changes.js';
import { wordsOf } from './words.js';
import './dial-login.css';

/** Texts and, in tests, the clock come from a `<CibaProvider>` around it. */
export type DialLoginProps<Session> = Omit<UseCibaLoginOptions<Session>, 'environment'>;

/** A sign-in made of hooks alone: one dial that tells how it stands, and below it what there is to say and to do. */
export function DialLogin<Session>(options: DialLoginProps<Session>) {
  const login = useCibaLogin(options);
  const messages = useMessages();
  const { announce, regionRef } = useAnnouncer();
  // After a denial, the thanks for a report are a screen of their own: the button that was pressed is gone.
  const screen = login.status === 'denied' && login.reported ? 'reported' : login.status;
  const place = useScreenFocus(screen);
  useSpokenChanges(login, announce);
  const { title, text } = wordsOf(login, messages);

  return (
    <section className="dial-login" data-status={login.status} {...place}>
      <Dial login={login} announce={announce} />
      {/* By its key each screen is made of new elements. */}
      <div className="dial-screen" key={screen}>
        <h1 tabIndex={-1}>{title}</h1>
        <p className="dial-lead">{text}</p>
        <Screen login={login} loginHint={options.loginHint} announce={announce} />
      </div>
      <div className="dial-spoken" role="status" ref={regionRef} />
    </section>
  );
}
