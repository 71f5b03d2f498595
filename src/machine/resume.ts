import { readPending } from '../contract/received.js';
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
  if (!text) return null;
  try {
    const record = JSON.parse(text) as Record<string, unknown>;
    const { version, loginHint, resends, requests } = record;
    if (version !== VERSION || typeof loginHint !== 'string' || loginHint === '') return null;
    if (typeof resends !== 'number' || !(resends >= 0) || !Array.isArray(requests)) return null;
    const live = requests.map(readRequest).filter((request) => request.expiresAt > now);
    return live.length === 0 ? null : { loginHint, resends, requests: live };
  } catch {
    return null;
  }
}

/** @throws when it is no request */
function readRequest(value: unknown): LiveRequest {
  const request = value as Record<keyof LiveRequest, unknown>;
  return {
    pending: readPending(request.pending),
    startedAt: readTime(request.startedAt),
    expiresAt: readTime(request.expiresAt),
    lastSentAt: readTime(request.lastSentAt),
    notBefore: readTime(request.notBefore),
  };
}

function readTime(value: unknown): number {
  if (typeof value !== 'number' || !Number.isFinite(value)) throw new TypeError('not a time');
  return value;
}
