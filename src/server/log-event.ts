import type { CibaServerEvent } from './events.js';

/**
 * What is logged where the app takes no events: faults, since the browser is told no more than a code; while developing,
 * also what else would leave a developer to guess, and what anybody can cause as often as they like. The events hold no
 * secret, so neither do these lines.
 */
export function logEvent(event: CibaServerEvent): void {
  const developing = process.env['NODE_ENV'] !== 'production';
  if (event.type === 'failed' && (developing || event.code !== 'rateLimited')) {
    const { during, code, message, trace } = event;
    console.error(`[react-ciba] ${during} failed (${code}): ${message}${trace ? `\n    ${trace}` : ''}`);
  }
  if (event.type === 'refused' && developing)
    console.error(`[react-ciba] A request was refused (${event.reason}): ${event.message}`);
  if (event.type === 'started' && event.decoy && developing)
    console.info(
      '[react-ciba] Nobody was rung: `request` or the provider knows no such user, or the user has no phone. The page waits as for anybody.',
    );
}
