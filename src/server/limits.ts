import { CibaError } from '../contract/index.js';
import type { Context } from './context.js';
import { limitedNetworks } from './http/client-address.js';
import type { LimitedNetwork } from './http/client-address.js';
import type { CibaServerEvent } from './log/events.js';
import { hash } from './secrets.js';
import {
  addressLimitKey,
  browserLimitKey,
  coolDownKey,
  DENIAL_MEMORY_SECONDS,
  denialsKey,
  everyoneLimitKey,
  notificationLimitKey,
  userLimitKey,
} from './store/keys.js';
import type { LimitedAct } from './store/keys.js';
import type { RateLimit } from './store/store.js';

type LimitName = Extract<CibaServerEvent, { type: 'limited' }>['limit'];

/** Logs that a limit was reached, and returns the error for it. The browser can't tell one limit from another. */
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

/** Counts an act against the networks that it came from, if `clientAddress` knows. */
async function limitAddress<Session>(context: Context<Session>, act: LimitedAct, request: Request): Promise<void> {
  for (const { network, allowance } of networksOf(context, request)) {
    const limits = context.limits.address.map((limit) => ({ ...limit, points: limit.points * allowance }));
    await consume(context, 'address', addressLimitKey(act, network), limits);
  }
}

/** The networks that a request came from, the smallest one first. There are none if the app doesn't know the address. */
export function networksOf<Session>(context: Context<Session>, request: Request): readonly LimitedNetwork[] {
  const address = context.clientAddress(request);
  return address ? limitedNetworks(address) : [];
}

/** How often one login may be notified. Providers repeat a notification if they get no answer. */
const NOTIFICATIONS_PER_LOGIN: RateLimit = { points: 10, duration: 60 };

/**
 * Counts a notification with an invalid token. Valid ones don't count, because all of them come from the provider.
 * @throws CibaError `rateLimited`
 */
export async function limitForgedNotifications<Session>(context: Context<Session>, request: Request): Promise<void> {
  await limitAddress(context, 'ping', request);
  await consume(context, 'everyone', everyoneLimitKey('ping'), context.limits.everyone);
}

/**
 * Counts a valid notification against its login.
 * @throws CibaError `rateLimited`
 */
export async function limitNotifications<Session>(context: Context<Session>, login: string): Promise<void> {
  await consume(context, 'notifications', notificationLimitKey(login), [NOTIFICATIONS_PER_LOGIN]);
}

/**
 * Counts a start or a code against its address and its browser. Unless the user signed in with this browser before, it
 * also counts against everyone.
 * @throws CibaError `rateLimited`
 */
export async function limitCaller<Session>(
  context: Context<Session>,
  act: LimitedAct,
  { request, browser, known }: { request: Request; browser: string; known: boolean },
): Promise<void> {
  const { limits } = context;
  await limitAddress(context, act, request);
  await consume(context, 'browser', browserLimitKey(act, browser), limits.browser);
  if (!known) await consume(context, 'everyone', everyoneLimitKey(act), limits.everyone);
}

/**
 * The key that a start for this user counts under. A browser that the user signed in with before has its own count, so
 * that strangers who use up the common one don't lock the user out.
 */
function countedAs(user: string, knownBrowser: string | null): string {
  return knownBrowser ? hash(user, knownBrowser) : user;
}

/**
 * Counts a start against its user, and refuses it during the cool-down after denials.
 * @throws CibaError `rateLimited`
 */
export async function limitUser<Session>(
  context: Context<Session>,
  user: string,
  knownBrowser: string | null,
): Promise<void> {
  const key = countedAs(user, knownBrowser);
  const coolDownSeconds = await readCoolDown(context, key);
  if (coolDownSeconds > 0) throw limited(context, 'denied', coolDownSeconds);
  await consume(context, 'user', userLimitKey(key), context.limits.user);
}

/** Seconds of the first cool-down. Each further one is twice as long, up to the longest. */
const FIRST_COOL_DOWN_SECONDS = 60;
const LONGEST_COOL_DOWN_SECONDS = 3600;

/** Counts a denial. After more than `freeDenials` within a day, no push is sent for a while, and longer each time. */
export async function recordDenial<Session>(
  { store, now, freeDenials }: Context<Session>,
  { user, account, browser, known }: { user: string; account?: string; browser: string; known: boolean },
): Promise<void> {
  // The hint and the account can have the same key. That is still one denial.
  for (const key of new Set([user, account ?? user].map((name) => countedAs(name, known ? browser : null)))) {
    const denials = await store.increment(denialsKey(key), 1, DENIAL_MEMORY_SECONDS);
    if (denials <= freeDenials) continue;
    const seconds = Math.min(FIRST_COOL_DOWN_SECONDS * 2 ** (denials - freeDenials - 1), LONGEST_COOL_DOWN_SECONDS);
    await store.set(coolDownKey(key), now() + seconds * 1000, seconds);
  }
}

async function readCoolDown<Session>({ store, now }: Context<Session>, key: string): Promise<number> {
  const until = (await store.get<number>(coolDownKey(key))) ?? 0;
  return Math.max(0, Math.ceil((until - now()) / 1000));
}
