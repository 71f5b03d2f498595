'use client';

import { forwardRef, useEffect, useId, useMemo, useRef, useState } from 'react';
import type { ComponentPropsWithoutRef } from 'react';
import type { SessionsSource } from '../adapters/http/sessions.js';
import { chainHandlers, OWN_EVENTS } from '../components/own-events.js';
import * as Login from '../components/parts.js';
import { Question } from '../components/question.js';
import { useChangeEffect } from '../components/use-change-effect.js';
import { toCibaError } from '../contract/errors.js';
import type { AccountSession } from '../contract/account-session.js';
import type { Messages, SessionsMessages } from '../contract/messages.js';
import { enSessions } from '../locales/en.js';
import { MessagesContext, useMessages } from '../react/messages-context.js';
import { useAnnouncer } from '../react/use-announcer.js';
import { DeviceIcon } from './device-icon.js';
import { useCibaSessions } from './use-ciba-sessions.js';

/** Milliseconds after which the times on the page are written again. */
const TICK_MS = 30_000;

export interface CibaSessionsProps extends Omit<ComponentPropsWithoutRef<'section'>, 'children'> {
  /** The backend, such as `createHttpSessions()`. */
  source: SessionsSource;
  /** Called when the user ended sessions of other devices. */
  onEnded?: (() => void) | undefined;
  /** Texts of `SessionsMessages` and `Messages` that replace the English and the inherited ones. */
  messages?: Partial<SessionsMessages & Messages> | undefined;
}

/**
 * A settings panel with the devices on which the user is signed in. The user can sign out each of the others, or all of
 * them at once.
 *
 * @example
 * <CibaSessions source={source} />
 */
export const CibaSessions = forwardRef<HTMLElement, CibaSessionsProps>(function CibaSessions(
  { source, onEnded, messages: overrides, ...props },
  ref,
) {
  const { sessions, error, ending, end, endOthers, refresh } = useCibaSessions(source);
  const texts = useMemo(() => ({ ...enSessions, ...overrides }), [overrides]);
  const messages = useMessages(overrides);
  const { announce, regionRef } = useAnnouncer();
  const [asks, setAsks] = useState(false);
  const [failure, setFailure] = useState<unknown>(null);
  const titleId = useId();
  const titleRef = useRef<HTMLHeadingElement>(null);
  const now = useNow();

  const others = (sessions ?? []).filter(({ current }) => !current);
  const problem = failure ?? error;

  /** Ends sessions. Their buttons disappear, so the focus goes to the title. */
  async function run(act: () => Promise<void>, said: string): Promise<void> {
    setFailure(null);
    try {
      await act();
    } catch (caught) {
      setFailure(caught);
      return;
    }
    setAsks(false);
    titleRef.current?.focus();
    announce(said);
    onEnded?.();
  }

  return (
    <MessagesContext.Provider value={messages}>
      <section
        aria-labelledby={titleId}
        data-scope="ciba-sessions"
        data-part="root"
        {...props}
        {...chainHandlers(props, OWN_EVENTS)}
        ref={ref}
      >
        <Login.Title id={titleId} ref={titleRef}>
          {texts['sessions.title']}
        </Login.Title>
        {sessions === undefined && !error && <Login.Text aria-busy="true">{texts['sessions.loading']}</Login.Text>}
        {problem !== null && (
          <div role="alert" data-scope="ciba-sessions" data-part="problem">
            <Login.Text>{messages[`error.${toCibaError(problem).code}.text`]}</Login.Text>
            {failure === null && <Login.Button onClick={() => void refresh()}>{messages['action.retry']}</Login.Button>}
          </div>
        )}
        {sessions && (
          <ul data-scope="ciba-sessions" data-part="list">
            {sessions.map((session) => (
              <Device
                key={session.id}
                session={session}
                texts={texts}
                now={now}
                isEnding={typeof ending === 'object' && ending?.id === session.id}
                onEnd={(name) => {
                  // A button that is disabled while it works would lose the focus, so it only ignores clicks.
                  if (ending === null) void run(() => end(session.id), texts['sessions.ended'](name));
                }}
              />
            ))}
          </ul>
        )}
        {sessions && others.length === 0 && <Login.Text>{texts['sessions.noOthers']}</Login.Text>}
        {others.length > 0 && (
          <EndOthers
            asks={asks}
            isEnding={ending === 'others'}
            count={others.length}
            texts={texts}
            cancel={messages['action.cancel']}
            onAsk={setAsks}
            onEnd={() => {
              if (ending === null) void run(endOthers, texts['sessions.othersEnded']);
            }}
          />
        )}
        <div ref={regionRef} role="status" data-scope="ciba-login" data-part="announcer" />
      </section>
    </MessagesContext.Provider>
  );
});

interface DeviceProps {
  readonly session: AccountSession;
  readonly texts: SessionsMessages;
  readonly now: number;
  readonly isEnding: boolean;
  readonly onEnd: (name: string) => void;
}

function Device({ session, texts, now, isEnding, onEnd }: DeviceProps) {
  const { browser, system } = session.device;
  const name = browser && system ? texts['sessions.device'](browser, system) : (browser ?? system);
  const shown = name ?? texts['sessions.unknownDevice'];
  const secondsAgo = Math.max(0, (now - session.lastUsedAt) / 1000);
  return (
    <li data-scope="ciba-sessions" data-part="device" data-current={session.current || undefined}>
      <DeviceIcon system={system} />
      <div data-scope="ciba-sessions" data-part="facts">
        <p data-scope="ciba-sessions" data-part="name">
          <bdi>{shown}</bdi>
          {session.current && (
            <span data-scope="ciba-sessions" data-part="current">
              {texts['sessions.current']}
            </span>
          )}
        </p>
        {!session.current && (
          <p data-scope="ciba-sessions" data-part="fact">
            {texts['sessions.lastUsed'](secondsAgo)}
          </p>
        )}
        <p data-scope="ciba-sessions" data-part="fact">
          {texts['sessions.signedInAt'](session.createdAt)}
        </p>
        <p data-scope="ciba-sessions" data-part="fact">
          {texts[`sessions.${session.method}`]}
        </p>
      </div>
      {!session.current && (
        <Login.Button
          aria-label={texts['sessions.endSpoken'](shown)}
          aria-disabled={isEnding || undefined}
          onClick={() => onEnd(shown)}
        >
          {texts['sessions.end']}
        </Login.Button>
      )}
    </li>
  );
}

interface EndOthersProps {
  readonly asks: boolean;
  readonly isEnding: boolean;
  readonly count: number;
  readonly texts: SessionsMessages;
  readonly cancel: string;
  readonly onAsk: (asks: boolean) => void;
  readonly onEnd: () => void;
}

/** Signs out all other devices, after a question: the user can't take it back. */
function EndOthers({ asks, isEnding, count, texts, cancel, onAsk, onEnd }: EndOthersProps) {
  const askRef = useRef<HTMLButtonElement>(null);
  // The question takes the focus by itself.
  useChangeEffect(asks, () => askRef.current?.focus());
  if (!asks) {
    return (
      <div data-scope="ciba-sessions" data-part="actions">
        <Login.Button ref={askRef} onClick={() => onAsk(true)}>
          {texts['sessions.endOthers']}
        </Login.Button>
      </div>
    );
  }
  return (
    <Question
      question={texts['sessions.confirm'](count)}
      confirm={texts['sessions.end']}
      cancel={cancel}
      isBusy={isEnding}
      onConfirm={onEnd}
      onCancel={() => onAsk(false)}
    />
  );
}

/** The time in milliseconds since 1970, as of the last tick. */
function useNow(): number {
  const [now, setNow] = useState(() => Date.now());
  useEffect(() => {
    const timer = setInterval(() => setNow(Date.now()), TICK_MS);
    return () => clearInterval(timer);
  }, []);
  return now;
}
