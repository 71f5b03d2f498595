'use client';

import { useMessages } from '../react/messages-context.js';
import type { LoginState } from './login-root.js';
import { LoginText, LoginTimeLeft, LoginTitle } from './parts.js';
import { screenText } from './screen-text.js';
import { StatusIcon } from './status-icon.js';
import { TimeLeft, TimeRing } from './time-left.js';

/** What every screen begins with: its picture, in the ring of the time left while a request is open, its title and its text. */
export function ScreenHead({ login }: { login: LoginState }) {
  const { title, text } = screenText(login, useMessages());
  const icon = <StatusIcon status={login.status} />;
  return (
    <>
      {login.status === 'pushing' ? (
        // The same ring, still without an end: it goes round until the request is out.
        <LoginTimeLeft>
          {icon}
          <TimeRing share={0.25} />
        </LoginTimeLeft>
      ) : (login.status === 'polling' || login.status === 'timedOut') && login.push ? (
        <TimeLeft {...login.push}>{icon}</TimeLeft>
      ) : (
        icon
      )}
      <LoginTitle>{title}</LoginTitle>
      <LoginText>{text}</LoginText>
    </>
  );
}
