import process from 'node:process';
import type { CibaServerEvent } from './events.js';

/** Milliseconds before the same line is logged again. Any client can cause events, and must not flood the log. */
const PAUSE_MS = 60_000;
/** Lines that are remembered. Most are constant, but those with a provider's text may differ each time. */
const MAX_LINES = 100;

/** What happens to approvals in daily use: a double click, a denial, a slow user. Nobody has to change anything. */
const EVERYDAY_REFUSALS: ReadonlySet<string> = new Set(['used', 'late', 'undecided', 'ended']);

/** The line for the console if a developer or an operator has to act, otherwise null. */
function lineOf(event: CibaServerEvent, developing: boolean): string | null {
  switch (event.type) {
    case 'failed': {
      const { during, code, message, trace } = event;
      return `${during} failed (${code}): ${message}${trace ? `\n    ${trace}` : ''}`;
    }
    case 'warning':
      return `${event.during}: ${event.message}`;
    case 'refused':
      if (EVERYDAY_REFUSALS.has(event.reason)) return null;
      // A push delivery is no request of a stranger: every login fails until the client's settings change.
      return developing || event.reason === 'pushDelivery'
        ? `A request was refused (${event.reason}): ${event.message}`
        : null;
    case 'started':
      return developing && event.decoy
        ? 'No push was sent: `authRequest` or the provider knows no such user, or the user has no phone. The page waits as it would for any user.'
        : null;
    default:
      return null;
  }
}

/**
 * Logs to the console if the app doesn't set `onEvent`. It logs failures, because the browser only learns a code. In
 * development it also logs what a developer would otherwise have to guess. Events contain no secrets, so neither do these
 * lines.
 */
export function createLog(now: () => number): (event: CibaServerEvent) => void {
  const loggedAt = new Map<string, number>();
  return (event) => {
    const line = lineOf(event, process.env['NODE_ENV'] !== 'production');
    if (line === null || now() - (loggedAt.get(line) ?? -Infinity) < PAUSE_MS) return;
    if (loggedAt.size >= MAX_LINES) loggedAt.clear();
    loggedAt.set(line, now());
    console.error(`[react-ciba] ${line}`);
  };
}
