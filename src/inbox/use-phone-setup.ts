import { useCallback, useEffect, useRef, useState } from 'react';
import type { InboxAdapter, PasskeyJson, RegisterAnswer } from '../contract/inbox.js';
import type { CibaEnvironment } from '../machine/environment.js';
import { useLatest } from '../react/use-latest.js';
import type { NoPasskeyReason, Passkeys } from './passkeys.js';

/** Milliseconds between two questions whether the other phone approved. */
const WAITING_POLL_MS = 2000;

/** How far the phone is: it needs a code, then a passkey, then perhaps another phone of the user. */
export type SetupStep =
  | { readonly step: 'code' | 'passkey' }
  /** Enter this number on a phone that the user has. */
  | { readonly step: 'otherPhone'; readonly number: string };

export type PhoneSetup = SetupStep & {
  readonly problem: 'wrongCode' | 'dismissed' | 'fault' | null;
  /** Whether an answer is awaited. */
  readonly pending: boolean;
};

interface State {
  readonly code: string;
  readonly name: string;
  readonly passkey: PasskeyJson | null;
  readonly setup: PhoneSetup;
}

const START: State = {
  code: '',
  name: '',
  passkey: null,
  setup: { step: 'code', problem: null, pending: false },
};

/** Adding this phone: the code of the invitation, a passkey, and the number for a phone that the user has. */
export function usePhoneSetup(
  adapter: InboxAdapter,
  passkeys: Passkeys,
  environment: CibaEnvironment,
  { asks, onAdded }: { readonly asks: boolean; readonly onAdded: () => void },
) {
  const [state, setState] = useState(START);
  const [noPasskey, setNoPasskey] = useState<NoPasskeyReason | null>(null);
  const latest = useLatest({ adapter, passkeys, onAdded, state });
  const mounted = useRef(true);
  useEffect(() => {
    mounted.current = true;
    return () => {
      mounted.current = false;
    };
  }, []);

  useEffect(() => {
    if (!asks) return;
    let stopped = false;
    void passkeys.findObstacle?.().then((reason) => stopped || setNoPasskey(reason));
    return () => {
      stopped = true;
    };
  }, [asks, passkeys]);

  /** Takes a step and shows what came of it. */
  const take = useCallback(
    async (ask: () => Promise<RegisterAnswer>, more: Partial<State> = {}) => {
      if (latest.current.state.setup.pending) return;
      const before = { ...latest.current.state, ...more };
      setState({ ...before, setup: { ...before.setup, problem: null, pending: true } });
      const show = (setup: PhoneSetup, passkey = before.passkey) => setState({ ...before, passkey, setup });
      try {
        const answer = await ask();
        if (!mounted.current) return;
        switch (answer.status) {
          case 'passkey':
            return show({ step: 'passkey', problem: null, pending: false }, answer.passkey);
          case 'waiting':
            return show({ step: 'otherPhone', number: answer.number, problem: null, pending: false });
          case 'wrongCode':
            return show({ step: 'code', problem: 'wrongCode', pending: false });
          case 'added':
            setState(START);
            latest.current.onAdded();
        }
      } catch (error) {
        const { name } = Object(error) as { name?: unknown };
        const dismissed = name === 'NotAllowedError' || name === 'AbortError';
        if (mounted.current) show({ ...before.setup, problem: dismissed ? 'dismissed' : 'fault', pending: false });
      }
    },
    [latest],
  );

  const enterCode = useCallback(
    (typed: string, name = '') => {
      const code = typed.trim();
      return take(() => latest.current.adapter.register({ code }), { code, name: name.trim() });
    },
    [latest, take],
  );

  const createPasskey = useCallback(() => {
    const { code, name, passkey } = latest.current.state;
    if (!passkey) return Promise.resolve();
    return take(async () => {
      const response = await latest.current.passkeys.create(passkey);
      return latest.current.adapter.register({ code, response, ...(name !== '' && { name }) });
    });
  }, [latest, take]);

  const { step } = state.setup;
  const { code } = state;
  useEffect(() => {
    if (step !== 'otherPhone') return;
    let timer: unknown;
    const ask = async () => {
      const answer = await latest.current.adapter.register({ code }).catch(() => null);
      if (!mounted.current) return;
      if (answer?.status === 'added') {
        setState(START);
        latest.current.onAdded();
      } else if (answer?.status === 'wrongCode') {
        setState({ ...START, setup: { step: 'code', problem: 'wrongCode', pending: false } });
      } else timer = environment.clock.setTimeout(() => void ask(), WAITING_POLL_MS);
    };
    timer = environment.clock.setTimeout(() => void ask(), WAITING_POLL_MS);
    return () => environment.clock.clearTimeout(timer);
  }, [step, code, environment, latest]);

  return { setup: state.setup, noPasskey, enterCode, createPasskey };
}
