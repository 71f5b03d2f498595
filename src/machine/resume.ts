import { readAmount, readAll, readPending, readText } from '../contract/received.js';
import type { LiveRequest } from './live-request.js';

/** What goes on after a reload, or in a tab that the browser restored. */
export interface ResumedLogin {
  readonly loginHint: string;
  readonly requests: readonly LiveRequest[];
  readonly resends: number;
}

const VERSION = 1;

/**
 * The open login as text for the tab's storage: our own small JSON, since a restored XState snapshot has lost its timers
 * and would ring again. Empty when nothing can be resumed: a request of an adapter that keeps its own ids is not.
 */
export function writeResume({ loginHint, requests, resends }: ResumedLogin): string {
  const kept = requests.filter(({ pending }) => pending.resumable);
  return kept.length === 0 ? '' : JSON.stringify({ version: VERSION, loginHint, resends, requests: kept });
}

/**
 * Reads what {@link writeResume} wrote. Storage is anybody's: whatever is not sound, too old or of another version is null.
 */
export function readResume(text: string | null, now: number): ResumedLogin | null {
  try {
    const record = JSON.parse(text ?? '') as { readonly version: unknown; readonly requests: unknown[] };
    const login = readAll(record, { loginHint: readText, resends: readAmount });
    const requests = record.requests.map(readRequest).filter(({ expiresAt }) => expiresAt > now);
    return login && record.version === VERSION && requests.length > 0 ? { ...login, requests } : null;
  } catch {
    return null;
  }
}

/** @throws when it is no request */
function readRequest(value: unknown): LiveRequest {
  const times = readAll(value, {
    startedAt: readAmount,
    expiresAt: readAmount,
    lastSentAt: readAmount,
    notBefore: readAmount,
  });
  if (!times) throw new TypeError('no request');
  return { ...times, pending: readPending((value as LiveRequest).pending) };
}
