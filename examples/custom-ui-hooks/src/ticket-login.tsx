import { useAnnouncer, useCibaLogin, useMessages, type UseCibaLoginOptions } from 'react-ciba';
import { Screen } from './screens.js';
import { Stub } from './stub.js';
import { useScreenFocus } from './use-screen-focus.js';
import { useSpokenChanges } from './use-spoken-changes.js';
import { wordsOf } from './words.js';
import './ticket-login.css';

/** The texts and, in tests, the clock come from the enclosing `<CibaProvider>`. */
export type TicketLoginProps<Session> = Omit<UseCibaLoginOptions<Session>, 'environment'>;

/** A sign-in built from hooks only: a ticket, with what one can do on it, and a stub that shows the state. */
export function TicketLogin<Session>(options: TicketLoginProps<Session>) {
  const login = useCibaLogin(options);
  const messages = useMessages();
  const { announce, regionRef } = useAnnouncer();
  // The thank-you after a report is a separate screen, because the button that was pressed is gone.
  const screen = login.status === 'denied' && login.reported ? 'reported' : login.status;
  const place = useScreenFocus(screen);
  useSpokenChanges(login, announce);
  const { title, text } = wordsOf(login, messages);

  return (
    <section className="ticket-login" data-status={login.status} {...place}>
      <Stub login={login} announce={announce} />
      {/* The key makes React create new elements for each screen. */}
      <div className="ticket-screen" key={screen}>
        <h1 tabIndex={-1}>{title}</h1>
        <p className="ticket-lead">{text}</p>
        <Screen login={login} loginHint={options.loginHint} announce={announce} />
      </div>
      <div className="ticket-spoken" role="status" ref={regionRef} />
    </section>
  );
}
