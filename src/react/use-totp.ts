'use client';

import { useCallback, useEffect, useMemo, useState } from 'react';
import { useActorRef } from '@xstate/react';
import type { SnapshotFrom } from 'xstate';
import { isCompleteCode, normalizeCode, Sealed, TOTP_LENGTH } from '../contract/index.js';
import type { CibaAdapter, CibaError, Messages } from '../contract/index.js';
import { createActs } from '../machine/acts.js';
import type { CibaEnvironment } from '../machine/environment.js';
import { NO_ATTEMPTS } from '../machine/chart/lockout.js';
import { totpMachine } from '../machine/chart/totp.machine.js';
import { createCodeHost } from '../machine/verify.js';
import type { CodeView } from '../machine/view.js';
import { useEnvironment, useOwnQueryClient } from './ciba-provider.js';
import { useLatest } from './use-latest.js';
import { useTotpForm } from './use-totp-form.js';
import type { CodeEntry, UseTotpFormResult } from './use-totp-form.js';
import { useView } from './use-view.js';

export interface UseTotpOptions<Session = unknown> {
  /** The backend that checks the codes. Later values are ignored. */
  adapter: Pick<CibaAdapter<Session>, 'verifyTotp'>;
  /** The user whose code is checked. */
  loginHint: string;
  /** Receives the session, exactly once. */
  onApproved?: ((session: Session) => unknown) | undefined;
  onLockedOut?: (() => void) | undefined;
  /** The number of digits. `createCibaHandler` accepts 6; another number needs an adapter that checks such codes. @default 6 */
  length?: number | undefined;
  /** Submits the code as soon as it is complete. A rejected code is not submitted again automatically. @default false */
  autoSubmit?: boolean | undefined;
  /** Texts that replace the inherited ones in `errorText`. */
  messages?: Partial<Messages> | undefined;
  /** Clock, network and visibility, for tests. @default the one of CibaProvider, or the browser */
  environment?: CibaEnvironment | undefined;
}

/** The view of a code entry: one member per status. */
export type TotpView =
  | {
      readonly status: 'entry';
      readonly attemptsLeft: number;
      /** An error that cost no attempt. */
      readonly error: CibaError | null;
    }
  | { readonly status: 'verifying'; readonly attemptsLeft: number }
  | {
      readonly status: 'invalid';
      readonly attemptsLeft: number;
      /** Wrong codes so far. */
      readonly wrongCodes: number;
    }
  | {
      readonly status: 'lockedOut';
      /** In wall-clock milliseconds. The status then returns to `entry` by itself. */
      readonly retryAt: number;
    }
  | { readonly status: 'approved' };

export type UseTotpResult = TotpView &
  Omit<UseTotpFormResult, 'state' | 'error'> & {
    /** Checks a code after normalizing it. Does nothing if the code is incomplete or another one is being checked. */
    readonly submit: (code: string) => void;
    /** The error text for the user, or `null`. */
    readonly errorText: string | null;
    /** For `<TotpForm {...totp.entry} />`. */
    readonly entry: CodeEntry;
  };

function toTotpView(snapshot: SnapshotFrom<typeof totpMachine>): TotpView {
  const { codeAttempts } = snapshot.context;
  const { attemptsLeft, wrongCodes, problem } = codeAttempts;
  switch (snapshot.value) {
    case 'verifying':
      return { status: 'verifying', attemptsLeft };
    case 'lockedOut':
      return { status: 'lockedOut', retryAt: codeAttempts.retryAt ?? 0 };
    case 'approved':
      return { status: 'approved' };
    default:
      if (problem?.kind === 'invalidCode') return { status: 'invalid', attemptsLeft, wrongCodes };
      return { status: 'entry', attemptsLeft, error: problem?.error ?? null };
  }
}

function toCodeView(snapshot: SnapshotFrom<typeof totpMachine>): CodeView {
  const { attemptsLeft, wrongCodes, problem } = snapshot.context.codeAttempts;
  return { verifying: snapshot.value === 'verifying', problem, wrongCodes, attemptsLeft };
}

/**
 * Code entry without a push, for a step-up or for an app that already knows the user. Pass `entry` to `<TotpForm>`, or
 * spread the getters onto the elements of your own form.
 *
 * @example
 * function Code({ adapter }: { adapter: CibaAdapter<{ name: string }> }) {
 *   const totp = useTotp({ adapter, loginHint: 'ada@example.com', onApproved: (user) => console.info(user.name) });
 *   if (totp.status === 'approved') return <p>Signed in.</p>;
 *   return (
 *     <form {...totp.getFormProps()}>
 *       <label {...totp.getLabelProps()}>Code</label>
 *       <TotpInput {...totp.getInputProps()} />
 *       <p {...totp.getHintProps()}>A new one comes every 30 seconds.</p>
 *       {totp.errorText !== null && <p {...totp.getErrorProps()}>{totp.errorText}</p>}
 *       <button {...totp.getSubmitProps()}>Verify</button>
 *       <div {...totp.getAnnouncerProps()} />
 *     </form>
 *   );
 * }
 */
export function useTotp<Session>(options: UseTotpOptions<Session>): UseTotpResult {
  const { length = TOTP_LENGTH, autoSubmit, messages } = options;
  const environment = useEnvironment(options.environment, useOwnQueryClient());
  const latest = useLatest(options);
  const [host] = useState(() =>
    createCodeHost({ adapter: options.adapter, environment, acts: createActs(environment) }),
  );
  const actorRef = useActorRef(totpMachine, {
    input: { loginHint: options.loginHint, pending: null, codeAttempts: NO_ATTEMPTS, host },
    clock: environment.clock,
  });
  const view = useView(actorRef, toTotpView);

  useEffect(() => {
    let { status } = toTotpView(actorRef.getSnapshot());
    const subscription = actorRef.subscribe((snapshot) => {
      const before = status;
      ({ status } = toTotpView(snapshot));
      if (status === before) return;
      if (status === 'lockedOut') latest.current.onLockedOut?.();
      const { session } = snapshot.context;
      if (status === 'approved' && session?.closed) void latest.current.onApproved?.(session.open() as Session);
    });
    return () => subscription.unsubscribe();
  }, [actorRef, latest]);

  const submit = useCallback(
    (typed: string) => {
      const code = normalizeCode(typed, length);
      if (!isCompleteCode(code, length)) return;
      actorRef.send({ type: 'submitCode', actId: environment.createActId(), code: new Sealed(code) });
    },
    [actorRef, environment, length],
  );

  const code = useView(actorRef, toCodeView);
  const retryAt = view.status === 'lockedOut' ? view.retryAt : null;
  const entry = useMemo(() => ({ code, submitCode: submit, retryAt }), [code, submit, retryAt]);
  const { state: _, error: errorText, ...parts } = useTotpForm({ ...entry, length, autoSubmit, messages });
  return { ...view, ...parts, submit, errorText, entry };
}
