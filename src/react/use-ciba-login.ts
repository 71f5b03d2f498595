'use client';

// The first import, for the order that src/index.ts explains.
import { useActorRef } from '@xstate/react';
import { useEffect, useMemo, useRef, useState } from 'react';
import type { InspectionEvent, Observer } from 'xstate';
import type { CibaAdapter, CibaError, Transaction } from '../contract/index.js';
import type { CibaEnvironment, CibaEvent, LoginActor, LoginResume, LoginVerbs, LoginView } from '../machine/index.js';
import { createVerbs, resumeLogin, prepareLogin } from '../machine/login.js';
import { listen, page } from '../environment/browser.js';
import { isSameHint, normalizeLoginHint } from '../contract/login-hint.js';
import { toView } from '../machine/chart/to-view.js';
import { checkResume, checkSetup } from './check-setup.js';
import { useEnvironment, useOwnQueryClient } from './ciba-provider.js';
import { refreshSession } from './session-query.js';
import { useLatest } from './use-latest.js';
import { useView } from './use-view.js';

export interface UseCibaLoginOptions<Session = unknown> {
  /** The backend. Later values are ignored; a new `key` starts over with another adapter. */
  adapter: CibaAdapter<Session>;
  /** The user, if the app knows who signs in. A new value ends a login in progress and goes back to `idle`. */
  loginHint?: string | undefined;
  /** What is being approved, for the waiting screen. */
  transaction?: Transaction | undefined;
  /** Receives the session, exactly once. `approved` is `finishing` until its promise settles; a rejection ends in `failed` with the code `sessionRefused`. */
  onApproved?: ((session: Session) => unknown) | undefined;
  /** The user denied the request. Nothing is sent again automatically. */
  onDenied?: (() => void) | undefined;
  /** The request expired without an answer. */
  onExpired?: (() => void) | undefined;
  /** The `approvalTimeout` has passed. The request is still open. */
  onTimedOut?: (() => void) | undefined;
  /** Too many wrong codes were entered. The lockout ends by itself. */
  onLockedOut?: (() => void) | undefined;
  /** The user canceled the login. The phone may still show the request. */
  onCancelled?: (() => void) | undefined;
  /** The login failed. `error.code` says why, and `error.retryable` whether trying again can help. */
  onFailed?: ((error: CibaError) => void) | undefined;
  /**
   * The user reported, after a denial, that the request wasn't theirs. The button for it stands if this is set or the
   * adapter has `report`.
   */
  onReported?: (() => void) | undefined;
  /** Receives every event, for logs. Events don't contain the user, code, session or request ID. */
  onEvent?: ((event: CibaEvent) => void) | undefined;
  /** Minimum seconds between two polls. It can only slow down the backend's interval. @default 0 */
  minInterval?: number | undefined;
  /** Seconds to wait for the phone before asking the user. `Infinity` waits until the request expires. @default 180 */
  approvalTimeout?: number | undefined;
  /** What happens after `approvalTimeout`: ask the user, or open the code entry. @default 'ask' */
  timeoutAction?: 'ask' | 'code' | undefined;
  /**
   * Whether it is about one request, as in an approval: it isn't sent again, and nothing replaces it after its end. Later
   * values are ignored.
   * @default false
   */
  once?: boolean | undefined;
  /**
   * `resumeInTab()` continues with the open request after a reload, without another push, if the adapter's requests are
   * `resumable`. The tab's storage then holds the user's name, the request's handle, its times and what the waiting
   * screen shows. Later values are ignored. Apps that don't use it don't load it. @default none
   */
  resume?: LoginResume | undefined;
  /** Clock, network and visibility, for tests. @default the one of CibaProvider, or the browser */
  environment?: CibaEnvironment | undefined;
  /** XState's inspector, as a function or as an observer. Later values are ignored. */
  inspect?: ((event: InspectionEvent) => void) | Observer<InspectionEvent> | undefined;
}

/** What {@link useCibaLogin} returns: the view, a union by `status`, and the verbs, which never change. */
export type UseCibaLoginResult = LoginView &
  LoginVerbs & {
    /** The running chart: an escape hatch for what the view lacks. */
    readonly actorRef: LoginActor;
  };

/**
 * A login: its view and its verbs. It only renders when the view changes: not for a poll that changed nothing, and not
 * for each second.
 *
 * @example
 * function SignIn({ adapter }: { adapter: CibaAdapter<{ name: string }> }) {
 *   const login = useCibaLogin({ adapter, onApproved: (user) => console.info(user.name) });
 *   if (login.status === 'polling') return <button onClick={login.cancel}>Cancel</button>;
 *   return <button onClick={() => login.start('ada@example.com')}>Sign in</button>;
 * }
 */
export function useCibaLogin<Session>(options: UseCibaLoginOptions<Session>): UseCibaLoginResult {
  const client = useOwnQueryClient();
  const environment = useEnvironment(options.environment, client);
  const latest = useLatest({ options, client });

  const [[logic, actorOptions, isHandedOver]] = useState(() => {
    if (process.env.NODE_ENV !== 'production') {
      checkSetup();
      checkResume(options.resume);
    }
    let handedOver = false;
    const onApproved = async (session: Session) => {
      handedOver = false;
      await latest.current.options.onApproved?.(session);
      handedOver = true;
      void refreshSession(latest.current.client);
    };
    return [...prepareLogin({ ...options, environment, onApproved }), () => handedOver] as const;
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

  // It runs again if an `<Activity>` shows the login again.
  useEffect(() => {
    const returned = () => actorRef.send({ type: 'pageReturned' });
    if (isHandedOver()) returned();
    return listen(page.window, ['pageshow'], (event) => {
      if ((event as PageTransitionEvent).persisted) returned();
    });
  }, [actorRef, isHandedOver]);

  // This runs after the first commit, because the server and the first render in the browser both show `idle`. The chart
  // only resumes in `idle`, so a second run of this effect changes nothing.
  const [{ resume }] = useState(options);
  const loginHint = normalizeLoginHint(options.loginHint ?? '');
  /** The hint that the login follows, and the last user that the app named. */
  const named = useRef({ hint: loginHint, user: loginHint });
  useEffect(() => {
    if (resumeLogin(actorRef, { resume, environment })) named.current.user ||= actorRef.getSnapshot().context.loginHint;
  }, [actorRef, resume, environment]);

  const { status } = view;
  useEffect(() => {
    const { hint, user } = named.current;
    const idle = status === 'idle';
    const same = isSameHint(loginHint, actorRef.getSnapshot().context.loginHint);
    // After a login of another user, who typed their own name, the hint counts again.
    if (hint === loginHint && (!idle || same || !loginHint)) return;
    if (idle || !same) {
      // Only a change from one user to another ends a login. A hint that comes late or goes away waits for its end.
      if (!idle && !(loginHint && user)) return;
      actorRef.send({ type: 'changeUser', loginHint });
    }
    named.current = { hint: loginHint, user: loginHint || user };
  }, [actorRef, loginHint, status]);

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
