'use client';

import { useEffect, useMemo, useRef, useState } from 'react';
import { useActorRef } from '@xstate/react';
import type { InspectionEvent, Observer } from 'xstate';
import type { CibaAdapter, CibaError, Transaction } from '../contract/index.js';
import type { CibaEnvironment, CibaEvent, LoginActor, LoginResume, LoginVerbs, LoginView } from '../machine/index.js';
import { createVerbs, resumeLogin, prepareLogin } from '../machine/login.js';
import { toView } from '../machine/chart/to-view.js';
import { checkResume, checkSetup } from './check-setup.js';
import { useEnvironment, useOwnQueryClient } from './ciba-provider.js';
import { sessionQueryKey } from './session-query.js';
import { useLatest } from './use-latest.js';
import { useView } from './use-view.js';

export interface UseCibaLoginOptions<Session = unknown> {
  /** The backend. The first one given serves for the life of the component; a new `key` starts over with another. */
  adapter: CibaAdapter<Session>;
  /** Who is signing in, where the app knows it. Another value ends a login that is under way and goes back to `idle`. */
  loginHint?: string | undefined;
  /** What is being approved, for the waiting screen. */
  transaction?: Transaction | undefined;
  /** Receives the session, exactly once. `approved` is `finishing` until its promise settles; a rejection ends in `failed` with the code `sessionRefused`. */
  onApproved?: ((session: Session) => unknown) | undefined;
  /** The phone said no. Nothing is sent again by itself. */
  onDenied?: (() => void) | undefined;
  /** The request's life ended unanswered. */
  onExpired?: (() => void) | undefined;
  /** The app's `approvalTimeout` ended; the request lives on. */
  onTimedOut?: (() => void) | undefined;
  /** Too many wrong codes; the lock ends by itself. */
  onLockedOut?: (() => void) | undefined;
  /** The user left the login. The phone may still show the request. */
  onCancelled?: (() => void) | undefined;
  /** The login cannot go on; `error.code` says why, `error.retryable` whether trying again can help. */
  onFailed?: ((error: CibaError) => void) | undefined;
  /** The user said after a denial: it wasn't me. */
  onReported?: (() => void) | undefined;
  /** Everything that happens, for logs: without user, code, session or request id. */
  onEvent?: ((event: CibaEvent) => void) | undefined;
  /** Least seconds between two polls; it can only slow down what the backend says. @default 0 */
  minInterval?: number | undefined;
  /** Seconds to wait for the phone before the user is asked; `Infinity` waits for the request's whole life. @default 180 */
  approvalTimeout?: number | undefined;
  /** What the end of the approvalTimeout does: ask the user, or open the code entry. @default 'ask' */
  timeoutAction?: 'ask' | 'code' | undefined;
  /**
   * `resumeInTab()`: goes on after a reload with the request that is open, and rings nobody again, where the adapter's
   * requests are `resumable`. The tab's storage then holds the user's name, the request's handle, its times and what the
   * waiting screen shows. The first one given serves for the life of the component; an app that leaves it out does not
   * load it. @default none
   */
  resume?: LoginResume | undefined;
  /** Clock, network and visibility, for tests. @default the browser, or what CibaProvider says */
  environment?: CibaEnvironment | undefined;
  /** XState's inspector, as a function or as an observer. The first one given serves. */
  inspect?: ((event: InspectionEvent) => void) | Observer<InspectionEvent> | undefined;
}

/** What {@link useCibaLogin} returns: the view, a union by `status`, and the verbs, which never change. */
export type UseCibaLoginResult = LoginView &
  LoginVerbs & { /** The running chart: the way out for what the view lacks. */ readonly actorRef: LoginActor };

/**
 * A login: its view and the user's acts. It renders when the view changes and at no other time: not for a poll that
 * changed nothing, and not for a second that passed.
 *
 * @example
 * function SignIn({ adapter }: { adapter: CibaAdapter<{ name: string }> }) {
 *   const login = useCibaLogin({ adapter, onApproved: (user) => console.info(user.name) });
 *   if (login.status === 'polling') return <button onClick={login.cancel}>Cancel</button>;
 *   return <button onClick={() => login.start('ada@example.com')}>Sign in</button>;
 * }
 */
export function useCibaLogin<Session>(options: UseCibaLoginOptions<Session>): UseCibaLoginResult {
  const environment = useEnvironment(options.environment);
  const client = useOwnQueryClient();
  const latest = useLatest({ options, client });

  const [[logic, actorOptions]] = useState(() => {
    if (process.env.NODE_ENV !== 'production') {
      checkSetup();
      checkResume(options.resume);
    }
    const onApproved = async (session: Session) => {
      await latest.current.options.onApproved?.(session);
      // Who is signed in has changed. Not awaited: an app's slow query must not hold the login.
      void latest.current.client.invalidateQueries({ queryKey: sessionQueryKey });
    };
    return prepareLogin({ ...options, environment, onApproved });
  });

  const actorRef = useActorRef(logic, actorOptions);
  const view = useView(actorRef, toView);
  const verbs = useMemo(() => createVerbs(actorRef, environment), [actorRef, environment]);

  useEffect(() => {
    const subscription = actorRef.on('*', (event) => {
      const { options: callbacks } = latest.current;
      callbacks.onEvent?.(event);
      tellApp(callbacks, event);
    });
    return () => subscription.unsubscribe();
  }, [actorRef, latest]);

  // After the first commit: what a server rendered is `idle`, and so is the first render in the browser. The chart takes it
  // in `idle` only, so a second run of this effect changes nothing.
  const [{ resume }] = useState(options);
  useEffect(() => resumeLogin(actorRef, { resume, environment }), [actorRef, resume, environment]);

  const { loginHint } = options;
  const startedWith = useRef(loginHint);
  useEffect(() => {
    if (startedWith.current === loginHint) return;
    startedWith.current = loginHint;
    actorRef.send({ type: 'changeUser', loginHint: loginHint?.trim() ?? '' });
  }, [actorRef, loginHint]);

  return useMemo(() => ({ ...view, ...verbs, actorRef }), [view, verbs, actorRef]);
}

function tellApp<Session>(callbacks: UseCibaLoginOptions<Session>, event: CibaEvent): void {
  switch (event.type) {
    case 'denied':
      return callbacks.onDenied?.();
    case 'expired':
      return callbacks.onExpired?.();
    case 'timedOut':
      return callbacks.onTimedOut?.();
    case 'lockedOut':
      return callbacks.onLockedOut?.();
    case 'cancelled':
      return callbacks.onCancelled?.();
    case 'reported':
      return callbacks.onReported?.();
    case 'failed':
      return callbacks.onFailed?.(event.error);
    default:
  }
}
