import { CibaError } from '../contract/index.js';
import type { CibaServerEvent } from './events.js';
import type { Context } from './options.js';
import { hash } from './secrets.js';
import type { RateLimit } from './store.js';

type LimitName = Extract<CibaServerEvent, { type: 'limited' }>['limit'];

/** The error for a limit that was reached, told to the log on the way. All limits look the same to the browser. */
export function limited<Session>(context: Context<Session>, limit: LimitName, retryAfter: number): CibaError {
  context.emit({ type: 'limited', limit, retryAfter });
  return new CibaError('rateLimited', `The limit "${limit}" of createCibaHandler was reached.`, { retryAfter });
}

async function consume<Session>(
  context: Context<Session>,
  name: LimitName,
  key: string,
  limits: readonly RateLimit[],
): Promise<void> {
  for (const limit of limits) {
    const retryAfter = await context.store.consume(key, limit);
    if (retryAfter > 0) throw limited(context, name, retryAfter);
  }
}

/**
 * Counts a start or a code against its address and its browser.
 * @throws CibaError `rateLimited`
 */
export async function limitCaller<Session>(
  context: Context<Session>,
  act: 'start' | 'code',
  request: Request,
  browser: string,
): Promise<void> {
  const address = context.clientAddress(request);
  if (address) await consume(context, 'address', `${act}:address:${hash(address)}`, context.limits.address);
  await consume(context, 'browser', `${act}:browser:${browser}`, context.limits.browser);
}

/**
 * Counts a start against its user. Browsers that the user signed in with before have a count of their own: strangers
 * who use up the common one do not keep the user out.
 * @throws CibaError `rateLimited`
 */
export async function limitUser<Session>(
  context: Context<Session>,
  user: string,
  knownBrowser: string | null,
): Promise<void> {
  const key = knownBrowser ? hash(user, knownBrowser) : user;
  await consume(context, 'user', `start:user:${key}`, context.limits.user);
}
