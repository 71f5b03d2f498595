import { useEffect, useRef } from 'react';
import { useMessages, type Announce, type LoginView } from 'react-ciba';
import { wordsOf } from './words.js';

/**
 * Announces each change once to screen reader users: a new screen, a lost or restored connection, a failed resend.
 * Call it after `useScreenFocus`, because a title that has the focus is read anyway.
 */
export function useSpokenChanges(login: LoginView, announce: Announce): void {
  const messages = useMessages();
  const { title, text } = wordsOf(login, messages);
  const say = (...parts: (string | false | undefined)[]) =>
    announce(messages['spoken.join'](parts.filter((part) => typeof part === 'string' && part !== '') as string[]));

  useChange(login.status, () => {
    const code = login.status === 'polling' ? login.push.displayCode : undefined;
    const heard = document.activeElement?.textContent === title;
    // Separate the characters, or a screen reader reads the code as a number.
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

/** Calls back after each render in which the value has changed, but not after the first render. */
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
