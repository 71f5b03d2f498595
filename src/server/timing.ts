import type { Context } from './options.js';

/** Milliseconds; one very slow answer of the provider must not slow every decoy. */
const LONGEST_PADDING_MS = 10_000;

/** Milliseconds after which a call to the backend is given up. Providers may hold a poll for 30 s (CIBA Core 1.0 §7.3). */
const BACKEND_CALL_TIMEOUT_MS = 40_000;

/**
 * The signal for a call to the backend. It does not end when the browser hangs up: a poll that is cut off may have been
 * redeemed at the provider already, and then its answer would be lost.
 */
export function callSignal(): AbortSignal {
  return AbortSignal.timeout(BACKEND_CALL_TIMEOUT_MS);
}

/** Waits until an answer that was asked for at `since` is at least as old as the floor, and as `took` milliseconds. */
export async function padToFloor<Session>(
  { now, responseFloor }: Context<Session>,
  since: number,
  took: number = 0,
): Promise<void> {
  const wait = since + Math.min(Math.max(responseFloor, took), LONGEST_PADDING_MS) - now();
  if (wait > 0) await sleep(wait);
}

/** Milliseconds. */
export function sleep(wait: number): Promise<void> {
  return new Promise((resolve) => setTimeout(resolve, wait));
}
