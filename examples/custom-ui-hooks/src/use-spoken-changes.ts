import { useEffect, useRef } from 'react';
import { useMessages, type Announce, type LoginView } from 'react-ciba';
import { wordsOf } from './words.js';

/**
 * Says once, to people who do not see it, what has changed: the screen, the line to the server, a request that could
 * not be sent again. Call it after `useScreenFocus`: a title that has the focus is read already.
 */
export function useSpokenChanges(login: LoginView, announce: Announce): void {
  const messages = useMessages();
  const { title, text } = wordsOf(login, messages);
  const say = (...parts: (string | false | undefined)[]) => announce(parts.filter(Boolean).join(' '));

  useChange(login.status, () => {
    const code = login.status === 'polling' ? login.push.displayCode : undefined;
    const heard = document.activeElement?.textContent === title;
    // One character after the other: a code is no number.
    say(!heard && title, text, code && messages['polling.displayCodeSpoken'](Array.from(code).join(' ')));
  });
  useChange(login.status === 'approved' && login.finishing, (finishing, before) => {
    if (before && !finishing) say(title, text);
  });
  useChange(login.status === 'denied' && login.reported, (reported) => {
    if (reported) say(text);
  });
  useChange('push' in login ? login.push?.connection : undefined, (connection, before) => {
    if (connection && before)
      say(connection === 'ok' ? messages['polling.reconnected'] : messages[`polling.${connection}`]);
  });
  useChange(login.status === 'polling' ? login.resendError : null, (error) => {
    if (error) say(messages['polling.resendFailed']);
  });
}

/** Calls back after a render with another value than before; not for the first one. */
function useChange<T>(value: T, onChange: (now: T, before: T) => void): void {
  const last = useRef(value);
  const callback = useRef(onChange);
  useEffect(() => {
    callback.current = onChange;
  });
  useEffect(() => {
    const before = last.current;
    if (before === value) return;
    last.current = value;
    callback.current(value, before);
  }, [value]);
}
