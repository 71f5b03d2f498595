'use client';

import { forwardRef, useImperativeHandle, useRef } from 'react';
import type { ComponentPropsWithoutRef, ReactNode } from 'react';
import { Slot } from '@radix-ui/react-slot';
import type { Messages } from '../contract/messages.js';
import type { CibaClock } from '../machine/environment.js';
import { MessagesContext, useMessages } from '../react/messages-context.js';
import { AnnounceContext, useAnnouncer } from '../react/use-announcer.js';
import { ClockContext, PlaceContext } from '../react/use-countdown.js';
import { StyleWarnings } from './check-styles.js';
import { StatusContext } from './create-part.js';
import type { LoginState } from './login-state.js';
import { announcement } from './screen-text.js';
import { useChangeEffect } from './use-change-effect.js';
import { chainHandlers, OWN_EVENTS } from './own-events.js';
import { useScreenFocus } from './use-screen-focus.js';
import { useSecondClicks } from './use-second-clicks.js';

export interface RootProps extends ComponentPropsWithoutRef<'div'> {
  /** From `useCibaLogin`, which may be called in any component above. */
  login: LoginState;
  /** Texts that replace the inherited ones. */
  messages?: Partial<Messages> | undefined;
  /** The clock of the login's environment. @default the system's */
  clock?: CibaClock | undefined;
  /** Passes all props to its single child instead of rendering its own element. @default false */
  asChild?: boolean;
}

/**
 * The container of all other parts of a login. It provides the texts, announces all screens through one live region,
 * and moves the focus where the user expects it.
 *
 * @example
 * const login = useCibaLogin({ adapter });
 * return (
 *   <Login.Root login={login}>
 *     <LoginScreen login={login} />
 *   </Login.Root>
 * );
 */
export const Root = forwardRef<HTMLDivElement, RootProps>(function Root(
  { login, messages: overrides, clock, asChild, children, ...props },
  forwardedRef,
) {
  const messages = useMessages(overrides);
  const { announce, regionRef } = useAnnouncer();
  const rootRef = useRef<HTMLDivElement>(null);
  useImperativeHandle(forwardedRef, () => rootRef.current as HTMLDivElement, []);
  // A screen whose content changes counts as a new one, because the button that was pressed is removed with the old content.
  const changed = (login.status === 'denied' && login.reported) || (login.status === 'approved' && !login.finishing);
  const screen = `${login.status} ${changed}`;
  const clickHandlers = useSecondClicks(screen);
  const focusHandlers = useScreenFocus(rootRef, screen, (onTitle) => {
    announce(announcement(login, messages, !onTitle));
  });
  const connection = 'push' in login ? login.push?.connection : undefined;
  useChangeEffect(connection, (now, before) => {
    if (!now || !before) return;
    announce(now === 'ok' ? messages['polling.reconnected'] : messages[`polling.${now}`]);
  });
  useChangeEffect(login.status === 'polling' ? login.resendError : null, (error) => {
    if (error) announce(messages['polling.resendFailed']);
  });
  useChangeEffect(('push' in login && login.push?.startedAt) || null, (now, before) => {
    if (now === null || before === null) return;
    const last = login.status === 'polling' && login.resendAt === null && messages['polling.resendLimitSpoken'];
    announce(messages['spoken.join']([messages['polling.resent'], ...(last ? [last] : [])]));
  });

  const Element = asChild ? Slot : 'div';
  const tree: ReactNode = (
    <Element
      data-scope="ciba-login"
      data-part="root"
      data-state={login.status}
      {...props}
      {...chainHandlers(clickHandlers, props, focusHandlers, OWN_EVENTS)}
      ref={rootRef}
    >
      {children}
    </Element>
  );

  return (
    <MessagesContext.Provider value={messages}>
      <StatusContext.Provider value={login.status}>
        <AnnounceContext.Provider value={announce}>
          <PlaceContext.Provider value={rootRef}>
            <WithClock clock={clock}>{tree}</WithClock>
          </PlaceContext.Provider>
          <div ref={regionRef} role="status" data-scope="ciba-login" data-part="announcer" />
          {process.env.NODE_ENV !== 'production' && <StyleWarnings rootRef={rootRef} />}
        </AnnounceContext.Provider>
      </StatusContext.Provider>
    </MessagesContext.Provider>
  );
});

function WithClock({ clock, children }: { clock: CibaClock | undefined; children: ReactNode }) {
  return clock ? <ClockContext.Provider value={clock}>{children}</ClockContext.Provider> : children;
}
