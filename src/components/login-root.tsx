'use client';

import {
  forwardRef,
  useImperativeHandle,
  useRef,
  type ComponentPropsWithoutRef,
  type ReactNode,
  type RefObject,
} from 'react';
import { Slot } from 'radix-ui/slot';
import type { Messages } from '../contract/messages.js';
import type { CibaClock } from '../machine/environment.js';
import type { LoginView, LoginVerbs } from '../machine/view.js';
import { activeElementOutsideBody } from '../react/dom.js';
import { MessagesContext, useMessages } from '../react/messages-context.js';
import { AnnounceContext, useAnnouncer } from '../react/use-announcer.js';
import { ClockContext } from '../react/use-countdown.js';
import { StatusContext } from './part.js';
import { announcement } from './screen-text.js';
import { useChangeEffect } from './use-change-effect.js';

/** What `useCibaLogin` returns, as far as the components need it. */
export type LoginState = LoginView & LoginVerbs;

/** The login while it is in one status, with that status's fields. */
export type LoginIn<Status extends LoginView['status']> = Extract<LoginView, { status: Status }> & LoginVerbs;

export interface LoginRootProps extends ComponentPropsWithoutRef<'div'> {
  /** From `useCibaLogin`, which may live anywhere above. */
  login: LoginState;
  /** Texts that differ from the ones in force. */
  messages?: Partial<Messages> | undefined;
  /** The clock of the login's environment. @default the system's */
  clock?: CibaClock | undefined;
  /** Gives everything to the one child instead of rendering an element of its own. @default false */
  asChild?: boolean;
}

/**
 * What everything else of a login stands in: it hands down the texts, speaks for all screens through one live region
 * and puts the focus where the user expects it.
 *
 * @example
 * const login = useCibaLogin({ adapter });
 * return (
 *   <LoginRoot login={login}>
 *     <LoginScreen login={login} />
 *   </LoginRoot>
 * );
 */
export const LoginRoot = forwardRef<HTMLDivElement, LoginRootProps>(function LoginRoot(
  { login, messages: overrides, clock, asChild, children, onFocus, onBlur, onClickCapture, onSubmitCapture, ...props },
  forwardedRef,
) {
  const messages = useMessages(overrides);
  const { announce, regionRef } = useAnnouncer();
  const rootRef = useRef<HTMLDivElement>(null);
  useImperativeHandle(forwardedRef, () => rootRef.current as HTMLDivElement, []);
  // A screen that says something else counts as another one: the button that was pressed goes with what it said before.
  const changed = (login.status === 'denied' && login.reported) || (login.status === 'approved' && !login.finishing);
  const focusHandlers = useScreenFocus(rootRef, `${login.status} ${changed}`, (onTitle) => {
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

  const Element = asChild ? Slot : 'div';
  const tree: ReactNode = (
    <Element
      data-scope="ciba-login"
      data-part="root"
      data-state={login.status}
      {...props}
      onFocus={both(onFocus, focusHandlers.onFocus)}
      onBlur={both(onBlur, focusHandlers.onBlur)}
      onClickCapture={both(onClickCapture, focusHandlers.onClickCapture)}
      onSubmitCapture={both(onSubmitCapture, focusHandlers.onSubmitCapture)}
      ref={rootRef}
    >
      {children}
    </Element>
  );

  return (
    <MessagesContext.Provider value={messages}>
      <StatusContext.Provider value={login.status}>
        <AnnounceContext.Provider value={announce}>
          <WithClock clock={clock}>{tree}</WithClock>
          <div ref={regionRef} role="status" data-scope="ciba-login" data-part="announcer" />
        </AnnounceContext.Provider>
      </StatusContext.Provider>
    </MessagesContext.Provider>
  );
});

function WithClock({ clock, children }: { clock: CibaClock | undefined; children: ReactNode }) {
  return clock ? <ClockContext.Provider value={clock}>{children}</ClockContext.Provider> : children;
}

function both<E>(theirs: ((event: E) => void) | undefined, ours: (event: E) => void): (event: E) => void {
  return (event) => {
    theirs?.(event);
    ours(event);
  };
}

/**
 * Puts the focus on a new screen: on its field, or else on its title. It does so when the user's own act brought the
 * screen up, or when the focus was in an element that went with the old screen. It never takes the focus from anywhere
 * else, and never because the machine moved on by itself.
 */
function useScreenFocus(
  rootRef: RefObject<HTMLElement | null>,
  screen: string,
  onScreen: (focusOnTitle: boolean) => void,
) {
  const acted = useRef(false);
  const focused = useRef<Element | null>(null);

  useChangeEffect(screen, () => {
    const root = rootRef.current;
    if (!root) return;
    let onTitle = false;
    if (!activeElementOutsideBody(root) && (acted.current || focused.current?.isConnected === false)) {
      const title = root.querySelector<HTMLElement>('[data-part="title"]');
      const target = root.querySelector<HTMLElement>('input:not([disabled])') ?? title;
      target?.focus();
      onTitle = target === title;
    }
    acted.current = false;
    onScreen(onTitle);
  });

  return {
    onFocus: (event: { target: EventTarget }) => {
      focused.current = event.target as Element;
      // A click gives the focus first and counts after it, so this forgets older clicks only.
      acted.current = false;
    },
    onBlur: () => {
      // The browser fires no blur for an element that is removed: what stays here is what went with its screen.
      focused.current = null;
    },
    onClickCapture: (event: { target: EventTarget }) => {
      acted.current = (event.target as Element).closest('button') !== null;
    },
    onSubmitCapture: () => {
      acted.current = true;
    },
  };
}
