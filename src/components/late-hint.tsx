'use client';

import { useContext } from 'react';
import { useMessages } from '../react/messages-context.js';
import type { CibaClock } from '../machine/environment.js';
import { AnnounceContext } from '../react/use-announcer.js';
import { useTime } from '../react/use-countdown.js';
import { createPart } from './create-part.js';
import type { LoginState } from './login-state.js';
import { useChangeEffect } from './use-change-effect.js';

const Frame = createPart('details', 'late-hint', {});
const Summary = createPart('summary', 'late-hint-title', {});
const Panel = createPart('div', 'late-hint-panel', {});
const List = createPart('ol', 'late-hint-list', {});
const Item = createPart('li', 'late-hint-item', {});

/**
 * Seconds after which the user has probably missed the request. It isn't a whole number, so that the hint doesn't
 * interrupt the announcement of the time left, which comes at whole seconds.
 */
const LATE_AFTER_SECONDS = 25.5;

const timeUntil = (clock: CibaClock, at: number) => at - clock.now();
const isPast = (clock: CibaClock, at: number) => timeUntil(clock, at) <= 0;

export interface LateHintProps {
  /** From `useCibaLogin`. */
  login: LoginState;
  /** Leaves out the advice to check the account, because the user can't change it. @default false */
  accountFixed?: boolean | undefined;
}

/**
 * What to check if no request shows up on the phone, behind its title. Place it last. It renders nothing unless a request is
 * being sent, when it only keeps its place free, or is open. After 25 s its title stands out, and all is announced once.
 */
export function LateHint({ login, accountFixed }: LateHintProps) {
  if (login.status === 'pushing') return <Strip late={false} items={[]} />;
  return login.status === 'polling' ? <WaitingHint login={login} accountFixed={accountFixed} /> : null;
}

function WaitingHint({ login, accountFixed }: LateHintProps & { login: LoginState<'polling'> }) {
  const messages = useMessages();
  const announce = useContext(AnnounceContext);
  const late = useTime(login.push.startedAt + LATE_AFTER_SECONDS * 1000, isPast, timeUntil) ?? false;
  const items = [
    messages['lateHint.openApp'],
    ...(accountFixed ? [] : [messages['lateHint.account']]),
    messages['lateHint.notifications'],
    messages['lateHint.online'],
    ...(login.can.useCode ? [messages['lateHint.useCode']] : []),
  ];
  // If it was late from the start, the screen has been shown before, and the hint was announced then.
  useChangeEffect(late, () => {
    if (late) announce?.(messages['spoken.join']([messages['lateHint.title'], ...items]));
  });
  return <Strip late={late} items={items} />;
}

function Strip({ late, items }: { late: boolean; items: readonly string[] }) {
  const messages = useMessages();
  return (
    <Frame data-late={late ? '' : undefined}>
      <Summary>{messages['lateHint.title']}</Summary>
      <Panel>
        <List>
          {items.map((item, index) => (
            <Item key={index}>{item}</Item>
          ))}
        </List>
      </Panel>
    </Frame>
  );
}
