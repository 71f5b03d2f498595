import { fromPromise } from 'xstate';
import { CibaError } from '../contract/index.js';
import { callWithTimeout } from './call-with-timeout.js';
import type { CibaAct, CibaEnvironment } from './environment.js';
import type { CallOptions } from '../contract/index.js';

interface RunningAct {
  readonly actId: string;
  readonly answer: Promise<unknown>;
  readonly controller: AbortController;
  listeners: number;
}

/**
 * Sends each act of the user once, however often the actor that waits for it is restarted: StrictMode and `<Activity>`
 * stop and start actors, and every start would ring the phone again. A restarted actor joins the running act by its
 * `actId`; an act that nobody waits for any more is aborted.
 */
export function createActs(environment: CibaEnvironment) {
  const running = new Map<CibaAct, RunningAct>();

  return {
    runOnce<T>(
      act: CibaAct,
      actId: string,
      signal: AbortSignal,
      send: (options: CallOptions) => Promise<T>,
    ): Promise<T> {
      let current = running.get(act);
      if (current?.actId !== actId) {
        const controller = new AbortController();
        const options = { signal: controller.signal, actId };
        const answer = environment.runAct(act, () => callWithTimeout(environment, options, send));
        current = { actId, answer, controller, listeners: 0 };
        running.set(act, current);
      }
      const joined = current;
      joined.listeners += 1;
      const leave = () => {
        joined.listeners -= 1;
        // A restart joins again in the same task; only an actor that is really gone does not.
        queueMicrotask(() => {
          if (joined.listeners === 0) joined.controller.abort();
        });
      };
      signal.addEventListener('abort', leave, { once: true });
      return joined.answer as Promise<T>;
    },
  };
}

export type Acts = ReturnType<typeof createActs>;

/** The placeholder of an actor. @throws CibaError `misconfigured` */
export const notProvided = fromPromise<never>(() =>
  Promise.reject(new CibaError('misconfigured', 'Start logins with createLogin().')),
);
