import type { Context } from './context.js';

/** One very slow answer of the provider must not slow down every decoy. */
export const LONGEST_PADDING_MS = 10_000;

/** Milliseconds after which a call to the backend is aborted. Providers may hold a poll for 30 s (CIBA Core 1.0 §7.3). */
export const MAX_CALL_MS = 40_000;

/**
 * The signal for a call to the backend. It doesn't abort when the browser disconnects: the provider may have redeemed
 * the request already, and then the answer would be lost.
 */
export function callSignal(): AbortSignal {
  return AbortSignal.timeout(MAX_CALL_MS);
}

/**
 * Waits until `responseFloor` has passed since `since`, or `durationMs` if that is longer. `since` is in wall-clock
 * milliseconds.
 */
export async function padToFloor<Session>(
  { now, responseFloorMs }: Context<Session>,
  since: number,
  durationMs: number = 0,
): Promise<void> {
  const remainingMs = since + Math.min(Math.max(responseFloorMs, durationMs), LONGEST_PADDING_MS) - now();
  if (remainingMs > 0) await sleep(remainingMs);
}

/** Resolves after so many milliseconds. */
export function sleep(ms: number): Promise<void> {
  return new Promise((resolve) => setTimeout(resolve, ms));
}

/** Resolves with the promise's value, or `undefined` after a timeout in seconds. */
export async function within<Answer>(seconds: number, promise: Promise<Answer>): Promise<Answer | undefined> {
  let timer: ReturnType<typeof setTimeout> | undefined;
  const late = new Promise<undefined>((resolve) => {
    timer = setTimeout(() => resolve(undefined), seconds * 1000);
  });
  try {
    return await Promise.race([promise, late]);
  } finally {
    clearTimeout(timer);
  }
}
