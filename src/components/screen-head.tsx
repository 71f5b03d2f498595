'use client';

import { useMessages } from '../react/messages-context.js';
import type { LoginState } from './login-state.js';
import * as Login from './parts.js';
import { screenText } from './screen-text.js';
import { StatusIcon } from './status-icon.js';
import { TimeFrame, TimeLeft } from './time-left.js';
import { TimeRing } from './time-ring.js';

/** The top of every screen: its icon, inside the ring of the time left while a request is open, its title and its text. */
export function ScreenHead({ login }: { login: LoginState }) {
  const { title, text } = screenText(login, useMessages());
  const icon = <StatusIcon status={login.status} />;
  return (
    <>
      {login.status === 'pushing' ? (
        // The same ring without a deadline. It spins until the request has been sent.
        <TimeFrame>
          {icon}
          <TimeRing share={0.25} />
        </TimeFrame>
      ) : (login.status === 'polling' || login.status === 'timedOut') && login.push ? (
        <TimeLeft {...login.push}>{icon}</TimeLeft>
      ) : (
        icon
      )}
      <Login.Title>{title}</Login.Title>
      <Login.Text>{text}</Login.Text>
    </>
  );
}
