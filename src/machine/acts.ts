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
 * Sends each act of the user only once. StrictMode and `<Activity>` stop and restart actors, and without this every
 * restart would send another push. A restarted actor joins the running act by its `actId`. An act is aborted when no
 * actor waits for it.
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
      const release = () => {
        joined.listeners -= 1;
        // A restarted actor joins again in the same task, so wait until the task is over.
        queueMicrotask(() => {
          if (joined.listeners === 0) joined.controller.abort();
        });
      };
      signal.addEventListener('abort', release, { once: true });
      return joined.answer as Promise<T>;
    },
  };
}

export type Acts = ReturnType<typeof createActs>;
