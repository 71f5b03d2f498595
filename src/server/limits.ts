import { CibaError } from '../contract/index.js';
import { rateLimitKey } from './http/client-address.js';
import type { CibaServerEvent } from './log/events.js';
import type { Context } from './options.js';
import { hash } from './secrets.js';
import type { RateLimit } from './store/store.js';

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
 * Counts a start or a code against its address, its browser and, unless the user signed in with this browser before,
 * against everyone.
 * @throws CibaError `rateLimited`
 */
export async function limitCaller<Session>(
  context: Context<Session>,
  act: 'start' | 'code',
  { request, browser, known }: { request: Request; browser: string; known: boolean },
): Promise<void> {
  const address = context.clientAddress(request);
  if (address)
    await consume(context, 'address', `${act}:address:${hash(rateLimitKey(address))}`, context.limits.address);
  await consume(context, 'browser', `${act}:browser:${browser}`, context.limits.browser);
  if (!known) await consume(context, 'everyone', `${act}:everyone`, context.limits.everyone);
}

/**
 * What a start for this user counts under. Browsers that the user signed in with before have counts of their own:
 * strangers who use up the common ones do not keep the user out.
 */
export function countedAs(user: string, knownBrowser: string | null): string {
  return knownBrowser ? hash(user, knownBrowser) : user;
}

/**
 * Counts a start against its user, and waits out what the user's denials have earned.
 * @throws CibaError `rateLimited`
 */
export async function limitUser<Session>(
  context: Context<Session>,
  user: string,
  knownBrowser: string | null,
): Promise<void> {
  const key = countedAs(user, knownBrowser);
  const coolDown = await readCoolDown(context, key);
  if (coolDown > 0) throw limited(context, 'denied', coolDown);
  await consume(context, 'user', `start:user:${key}`, context.limits.user);
}

/** Seconds of the first cool-down; each further one is twice as long, up to the longest. */
const FIRST_COOL_DOWN_SECONDS = 60;
const LONGEST_COOL_DOWN_SECONDS = 3600;

/** Seconds for which denials are remembered. */
const DENIAL_MEMORY_SECONDS = 24 * 3600;

/** Remembers that the user denied. From the second time on, nobody may ring for a while, and longer each time. */
export async function recordDenial<Session>(
  { store, now, freeDenials }: Context<Session>,
  { user, account, browser, known }: { user: string; account?: string; browser: string; known: boolean },
): Promise<void> {
  // The hint and the account can be the same key; it is one denial.
  for (const key of new Set([user, account ?? user].map((name) => countedAs(name, known ? browser : null)))) {
    const denials = await store.increment(`denials:${key}`, 1, DENIAL_MEMORY_SECONDS);
    if (denials <= freeDenials) continue;
    const seconds = Math.min(FIRST_COOL_DOWN_SECONDS * 2 ** (denials - freeDenials - 1), LONGEST_COOL_DOWN_SECONDS);
    await store.set(`cool-down:${key}`, now() + seconds * 1000, seconds);
  }
}

async function readCoolDown<Session>({ store, now }: Context<Session>, key: string): Promise<number> {
  const until = (await store.get<number>(`cool-down:${key}`)) ?? 0;
  return Math.max(0, Math.ceil((until - now()) / 1000));
}
