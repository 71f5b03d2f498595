import type { Context } from '../context.js';
import { failedEvent } from '../log/events.js';
import type { FailedEvent } from '../log/events.js';
import { retryStoreWrite } from './retry-store.js';

/**
 * Tidies up in the store after the answer is decided, without letting the browser wait. A graceful stop waits for it. What
 * is left behind if it fails ends by itself.
 */
export function inBackground<Session>(
  context: Context<Session>,
  during: FailedEvent['during'],
  tidy: () => Promise<unknown>,
): void {
  const task = retryStoreWrite(context, tidy);
  finishInBackground(
    context,
    task.catch((caught: unknown) => context.emit(failedEvent(during, caught))),
  );
}

/** Has a graceful stop wait for a task. What the task throws is for its caller to tell. */
export function finishInBackground<Session>({ background }: Context<Session>, task: Promise<unknown>): void {
  const done: Promise<void> = task
    .then(
      () => undefined,
      () => undefined,
    )
    .finally(() => background.delete(done));
  background.add(done);
}
