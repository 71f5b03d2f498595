'use client';

import { useEffect, useRef, useState } from 'react';
import { CibaError, toCibaError } from '../contract/errors.js';
import type { EnrollmentSecret, TotpEnrollment } from '../contract/enrollment.js';
import type { CodeView } from '../machine/view.js';
import { useLatest } from '../react/use-latest.js';

export interface UseTotpSetupOptions {
  readonly enrollment: TotpEnrollment;
  /** Called when the secret is active, before the backup codes are shown. */
  readonly onConfirmed?: (() => void) | undefined;
  /** Called when the user is done: the backup codes were saved, or there are none. */
  readonly onFinished?: (() => void) | undefined;
}

/** The state of an enrollment: one member per status. */
export type TotpSetupView =
  | { readonly status: 'loading' }
  | { readonly status: 'failed'; readonly error: CibaError }
  | (EnrollmentSecret & { readonly status: 'entry'; readonly code: CodeView })
  | {
      readonly status: 'confirmed';
      /** Empty if the backend returns none, and after `finish`. */
      readonly backupCodes: readonly string[];
    };

export type UseTotpSetupResult = TotpSetupView & {
  /** Checks the first code. */
  readonly submitCode: (code: string) => void;
  /** Requests a new secret: after `failed`, or if the old one can't be confirmed anymore. */
  readonly retry: () => void;
  /** Call it when the user has the backup codes. They are then forgotten and can't be shown again. */
  readonly finish: () => void;
};

const FIRST_ENTRY: CodeView = { verifying: false, problem: null, wrongCodes: 0, attemptsLeft: Infinity };
const LOADING: TotpSetupView = { status: 'loading' };

/**
 * Adds an authenticator app for the signed-in user: requests a secret when it mounts, takes the first code, and keeps
 * the backup codes until `finish`. A remount requests a new secret; only a confirmed one counts.
 *
 * @example
 * function Setup({ enrollment }: { enrollment: TotpEnrollment }) {
 *   const setup = useTotpSetup({ enrollment });
 *   if (setup.status === 'confirmed') return <p>Done.</p>;
 *   return setup.status === 'entry' ? <TotpForm code={setup.code} submitCode={setup.submitCode} /> : null;
 * }
 */
export function useTotpSetup(options: UseTotpSetupOptions): UseTotpSetupResult {
  const { onFinished } = options;
  const latest = useLatest(options);
  const [view, setView] = useState<TotpSetupView>(LOADING);
  const [round, setRound] = useState(0);
  const mounted = useRef<AbortController | null>(null);

  useEffect(() => {
    const life = new AbortController();
    const { signal } = life;
    mounted.current = life;
    const begin = async () => {
      // Deferred, because StrictMode mounts twice in a row, and a second secret makes the first one invalid.
      await Promise.resolve();
      signal.throwIfAborted();
      const { uri, secret } = await latest.current.enrollment.begin({ signal });
      if (typeof uri !== 'string' || !uri.startsWith('otpauth:'))
        throw badSecret('otpauth: URI, which authenticator apps need', 'uri');
      if (typeof secret !== 'string') throw badSecret('secret, which users type by hand', 'secret');
      return { uri, secret };
    };
    begin().then(
      (secret) => {
        if (!signal.aborted) setView({ status: 'entry', ...secret, code: FIRST_ENTRY });
      },
      (error: unknown) => {
        if (!signal.aborted) setView({ status: 'failed', error: toCibaError(error) });
      },
    );
    return () => life.abort();
  }, [latest, round]);

  const setCode = (change: (code: CodeView) => Partial<CodeView>) => {
    setView((view) => (view.status === 'entry' ? { ...view, code: { ...view.code, ...change(view.code) } } : view));
  };

  const confirm = async (code: string, signal: AbortSignal) => {
    setCode(() => ({ verifying: true, problem: null }));
    try {
      const result = await latest.current.enrollment.confirm(code, { signal });
      if (signal.aborted) return;
      if (result.status === 'invalidCode') {
        const problem = { kind: 'invalidCode' } as const;
        setCode(({ wrongCodes }) => ({ verifying: false, problem, wrongCodes: wrongCodes + 1 }));
        return;
      }
      if (result.status !== 'confirmed') {
        throw new CibaError(
          'badResponse',
          'TotpEnrollment.confirm() resolved to no result. Return one with a `status`.',
        );
      }
      const backupCodes = readBackupCodes(result.backupCodes);
      setView({ status: 'confirmed', backupCodes });
      latest.current.onConfirmed?.();
      if (backupCodes.length === 0) latest.current.onFinished?.();
    } catch (caught) {
      if (signal.aborted) return;
      setCode(() => ({ verifying: false, problem: { kind: 'fault', error: toCibaError(caught) } }));
    }
  };

  return {
    ...view,
    submitCode(code) {
      const signal = mounted.current?.signal;
      if (view.status === 'entry' && !view.code.verifying && signal) void confirm(code, signal);
    },
    retry() {
      setView(LOADING);
      setRound((round) => round + 1);
    },
    finish() {
      if (view.status !== 'confirmed' || view.backupCodes.length === 0) return;
      setView({ status: 'confirmed', backupCodes: [] });
      onFinished?.();
    },
  };
}

/**
 * The secret is active by now, so nothing may be thrown. Codes that a backend sends as one text or as numbers are still
 * shown, because they are shown only once.
 */
function readBackupCodes(given: unknown): readonly string[] {
  const codes: unknown = typeof given === 'string' ? given.split(/[\s,;]+/) : given;
  if (!Array.isArray(codes)) return [];
  return codes
    .flatMap((code: unknown) => (typeof code === 'string' || typeof code === 'number' ? `${code}` : []))
    .filter(Boolean);
}

function badSecret(missing: string, member: string): CibaError {
  return new CibaError('badResponse', `TotpEnrollment.begin() gave no ${missing}. Return one in \`${member}\`.`);
}
