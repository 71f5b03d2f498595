import process from 'node:process';
import type { CibaServerEvent } from './events.js';

/** The same line is not said again within this time, in milliseconds: what anybody can cause must not flood a log. */
const PAUSE_MS = 60_000;
/** Lines that are remembered. Most are constant; those of a provider may differ each time. */
const MAX_LINES = 100;

/** The line on the console where a developer or an operator has to do something, else null. */
function lineOf(event: CibaServerEvent, developing: boolean): string | null {
  switch (event.type) {
    case 'failed': {
      const { during, code, message, trace } = event;
      return `${during} failed (${code}): ${message}${trace ? `\n    ${trace}` : ''}`;
    }
    case 'refused':
      return developing ? `A request was refused (${event.reason}): ${event.message}` : null;
    case 'started':
      return developing && event.decoy
        ? 'Nobody was rung: `authRequest` or the provider knows no such user, or the user has no phone. The page waits as for anybody.'
        : null;
    default:
      return null;
  }
}

/**
 * What logs where the app takes no events: faults, since the browser is told no more than a code; while developing, also
 * what else would leave a developer to guess. The events hold no secret, so neither do these lines.
 */
export function createLog(now: () => number): (event: CibaServerEvent) => void {
  const saidAt = new Map<string, number>();
  return (event) => {
    const line = lineOf(event, process.env['NODE_ENV'] !== 'production');
    if (line === null || now() - (saidAt.get(line) ?? -Infinity) < PAUSE_MS) return;
    if (saidAt.size >= MAX_LINES) saidAt.clear();
    saidAt.set(line, now());
    console.error(`[react-ciba] ${line}`);
  };
}
