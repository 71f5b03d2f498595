import { useId, useRef, useState, type FormEvent } from 'react';
import { useMessages, type Announce, type LoginState } from 'react-ciba';

/** Asks who is signing in. It shows react-ciba's own messages, so the browser's validation bubbles are turned off. */
export function WhoForm({ login, announce }: { login: LoginState<'idle'>; announce: Announce }) {
  const messages = useMessages();
  const id = useId();
  const field = useRef<HTMLInputElement>(null);
  const [wrong, setWrong] = useState(false);

  const go = (act: (loginHint: string) => void) => {
    const input = field.current;
    if (!input) return;
    setWrong(!input.validity.valid);
    if (input.validity.valid) {
      act(input.value.trim());
      return;
    }
    announce(messages['identifier.emailInvalid']);
    input.focus();
  };

  return (
    <form
      className="ticket-form"
      noValidate
      // Sent before the page's scripts run, it goes nowhere. A field without a name is never put into an address.
      method="dialog"
      onSubmit={(event: FormEvent) => {
        event.preventDefault();
        event.stopPropagation();
        go(login.start);
      }}
    >
      <label htmlFor={id}>{messages['identifier.email']}</label>
      <input
        ref={field}
        id={id}
        className="ticket-input"
        type="email"
        autoComplete="username"
        required
        defaultValue={login.loginHint}
        aria-invalid={wrong}
        aria-describedby={wrong ? `${id}-error` : undefined}
      />
      {wrong && (
        <p className="ticket-error" id={`${id}-error`}>
          {messages['identifier.emailInvalid']}
        </p>
      )}
      <div className="ticket-acts">
        <button type="submit" className="ticket-primary">
          {messages['idle.start']}
        </button>
        {login.can.useCode && (
          <button type="button" onClick={() => go(login.useCode)}>
            {messages['action.useCode']}
          </button>
        )}
      </div>
    </form>
  );
}
