import { toCibaError } from '../../contract/index.js';
import type { ApprovalOutcome } from '../../contract/index.js';
import { readyChannel } from '../store/keys.js';
import type { ApprovalContext } from './context.js';
import { settle } from './record.js';
import type { StoredApproval } from './record.js';

/** Milliseconds before `wait` looks again, after a fault, and at least. */
const FAULT_PAUSE_MS = 2000;
const LEAST_PAUSE_MS = 250;

/** Waits until an approval ends. The channel of its requester wakes it early. */
export async function waitForEnd<Session>(
  context: ApprovalContext<Session>,
  find: () => Promise<StoredApproval>,
  signal: AbortSignal | undefined,
): Promise<ApprovalOutcome> {
  // A signal of its own, because Node warns of more than ten listeners at one.
  const ended = AbortSignal.any([context.stopping.signal, ...(signal ? [signal] : [])]);
  let wake = () => undefined as void;
  // A message can come while this looks, and must not be lost.
  let woken = false;
  let unsubscribe: (() => void) | null = null;
  try {
    for (;;) {
      ended.throwIfAborted();
      woken = false;
      let pauseMs = FAULT_PAUSE_MS;
      try {
        const approval = await find();
        const { record, login } = approval;
        if (!unsubscribe) {
          unsubscribe = await context.store.subscribe(readyChannel(record.browser), () => {
            woken = true;
            wake();
          });
          // It may have ended before anyone listened.
          continue;
        }
        const status = await settle(context, approval);
        if (status !== 'pending') return status;
        const { nextPollAt, interval } = login.schedule;
        const untilPollMs = nextPollAt - context.now();
        const untilEndMs = record.expiresAt - context.now();
        pauseMs = Math.max(
          LEAST_PAUSE_MS,
          Math.min(untilPollMs > 0 ? untilPollMs : interval * 1000, Math.max(untilEndMs, 0)),
        );
      } catch (caught) {
        ended.throwIfAborted();
        if (!toCibaError(caught).retryable) throw caught;
      }
      if (woken) continue;
      await new Promise<void>((resolve, reject) => {
        const finish = () => {
          clearTimeout(timer);
          ended.removeEventListener('abort', abort);
        };
        const abort = () => {
          finish();
          reject(ended.reason as Error);
        };
        const timer = setTimeout(() => wake(), pauseMs);
        wake = () => {
          finish();
          resolve();
        };
        ended.addEventListener('abort', abort, { once: true });
      });
    }
  } finally {
    unsubscribe?.();
  }
}
