import { retryStoreWrite } from './coordination/retry-store.js';
import { CibaError } from '../contract/index.js';
import type { Context } from './context.js';
import { limitedNetworks } from './http/client-address.js';
import type { LimitedNetwork } from './http/client-address.js';
import type { CibaServerEvent } from './log/events.js';
import { hash } from './secrets.js';
import {
  addressLimitKey,
  browserLimitKey,
  cooldownKey,
  DENIAL_MEMORY_SECONDS,
  denialsKey,
  everyoneLimitKey,
  notificationLimitKey,
  userLimitKey,
} from './store/keys.js';
import type { LimitedAct } from './store/keys.js';
import type { RateLimit } from './store/store.js';
import type { HandlerRequest } from './http/handler-request.js';

type LimitName = Extract<CibaServerEvent, { type: 'limited' }>['limit'];

/** Logs that a limit was reached, and returns the error for it. The browser can't tell one limit from another. */
export function limited<Session>(
  context: Context<Session>,
  limit: LimitName,
  retryAfter: number,
  account?: string,
): CibaError {
  context.emit({ type: 'limited', limit, retryAfter }, account);
  return new CibaError('rateLimited', `The limit "${limit}" of createCibaHandler was reached.`, { retryAfter });
}

async function consume<Session>(
  context: Context<Session>,
  name: LimitName,
  key: string,
  limits: readonly RateLimit[],
  account?: string,
): Promise<void> {
  const retryAfter = await context.store.consume(key, limits);
  if (retryAfter > 0) throw limited(context, name, retryAfter, account);
}

/** Counts an act against the networks that it came from, if `clientAddress` knows. */
async function limitAddress<Session>(
  context: Context<Session>,
  act: LimitedAct,
  request: HandlerRequest,
): Promise<void> {
  await Promise.all(
    networksOf(context, request).map(({ network, allowance }) => {
      const limits = context.limits.address.map((limit) => ({ ...limit, points: limit.points * allowance }));
      return consume(context, 'address', addressLimitKey(act, network), limits);
    }),
  );
}

/** The networks that a request came from, the smallest one first. There are none if the app doesn't know the address. */
export function networksOf<Session>(context: Context<Session>, request: HandlerRequest): readonly LimitedNetwork[] {
  const address = context.clientAddress(request);
  return address ? limitedNetworks(address) : [];
}

/** How often one login may be notified. Providers repeat a notification if they get no answer. */
const NOTIFICATIONS_PER_LOGIN: RateLimit = { points: 10, duration: 60 };

/**
 * Counts a notification or a logout with an invalid token. Valid ones don't count, because all of them come from the
 * provider.
 * @throws CibaError `rateLimited`
 */
export async function limitForged<Session>(
  context: Context<Session>,
  act: 'ping' | 'logout',
  request: HandlerRequest,
): Promise<void> {
  await limitAddress(context, act, request);
  await consume(context, 'everyone', everyoneLimitKey(act), context.limits.everyone);
}

/**
 * Counts a valid notification against its login.
 * @throws CibaError `rateLimited`
 */
export async function limitNotifications<Session>(context: Context<Session>, login: string): Promise<void> {
  await consume(context, 'notifications', notificationLimitKey(login), [NOTIFICATIONS_PER_LOGIN]);
}

/**
 * Counts a start or a code against its address and its browser, before the user is looked up. It begins at once, so that
 * it travels with what is read about the act. The same act doesn't count twice at the same time. The promise may be left
 * alone: an act that is answered from memory isn't refused.
 * @throws CibaError `rateLimited`
 */
export function limitOrigin<Session>(
  context: Context<Session>,
  kind: LimitedAct,
  { request, browser, act }: { readonly request: HandlerRequest; readonly browser: string; readonly act: string },
): Promise<void> {
  if (context.inFlight.has(act)) return Promise.resolve();
  const limited = Promise.all([
    limitAddress(context, kind, request),
    consume(context, 'browser', browserLimitKey(kind, browser), context.limits.browser),
  ]).then(() => undefined);
  limited.catch(() => undefined);
  return limited;
}

/**
 * Counts a start or a code in the limit for all browsers in which the account never signed in (the circuit breaker).
 * @throws CibaError `rateLimited`
 */
export async function limitStrangers<Session>(context: Context<Session>, act: LimitedAct): Promise<void> {
  await consume(context, 'everyone', everyoneLimitKey(act), context.limits.everyone);
}

/**
 * Counts a start against the typed hint. The result is the same whether or not such a user exists.
 * @throws CibaError `rateLimited`
 */
export async function limitTyped<Session>(context: Context<Session>, user: string, account: string): Promise<void> {
  await consume(context, 'user', userLimitKey(user), context.limits.user, account);
}

/**
 * Counts a start against its account. Each browser in which the account signed in before has its own count. Strangers who
 * use up the common count therefore don't lock the owner out.
 * @throws CibaError `rateLimited`
 */
export async function limitAccount<Session>(
  context: Context<Session>,
  { account, browser, known }: { account: string; browser: string; known: boolean },
): Promise<void> {
  const key = countedAs(account, known ? browser : null);
  await consume(context, 'user', userLimitKey(key), context.limits.user, account);
}

/**
 * Seconds for which no push is sent, because the account denied or the browser started a login that was reported. A report
 * counts for any user.
 */
export async function readCooldowns<Session>(
  context: Context<Session>,
  { account, browser, known }: { account: string; browser: string; known: boolean },
): Promise<number> {
  if (known) return readCooldown(context, countedAs(account, browser));
  return Math.max(
    ...(await Promise.all([readCooldown(context, reportedBrowser(browser)), readCooldown(context, account)])),
  );
}

function countedAs(account: string, knownBrowser: string | null): string {
  return knownBrowser ? hash(account, knownBrowser) : account;
}

/** Seconds of the first cooldown. Each further one is twice as long, up to the longest. */
const FIRST_COOLDOWN_SECONDS = 60;
const LONGEST_COOLDOWN_SECONDS = 3600;

/** Counts a denial. After more than `freeDenials` within a day, a cooldown starts; it is longer each time. */
export async function recordDenial<Session>(
  context: Context<Session>,
  { account, browser, known }: { account: string; browser: string; known: boolean },
): Promise<void> {
  await countDenials(context, countedAs(account, known ? browser : null), 1);
}

/**
 * Lengthens the cooldown for strangers, and for the browser that started the reported login. The account's owner isn't
 * affected. A report uses up the free denials.
 */
export async function recordReport<Session>(
  context: Context<Session>,
  { account, browser, known }: { account: string; browser: string; known: boolean },
): Promise<void> {
  const denials = context.freeDenials + 1;
  await countDenials(context, account, denials);
  if (!known) await countDenials(context, reportedBrowser(browser), denials);
}

/** The key that the reports about a browser count under. */
const reportedBrowser = (browser: string) => hash('reported', browser);

/** Counts denials under this key. After more than `freeDenials` within a day, a cooldown starts; it is longer each time. */
export async function countDenials<Session>(context: Context<Session>, key: string, by: number): Promise<void> {
  const { store, now, freeDenials } = context;
  // Each write is retried alone: what was counted must not be counted again because the next write fails.
  const denials = await retryStoreWrite(context, () => store.increment(denialsKey(key), by, DENIAL_MEMORY_SECONDS));
  if (denials <= freeDenials) return;
  const seconds = Math.min(FIRST_COOLDOWN_SECONDS * 2 ** (denials - freeDenials - 1), LONGEST_COOLDOWN_SECONDS);
  await retryStoreWrite(context, () => store.set(cooldownKey(key), now() + seconds * 1000, seconds));
}

/** Seconds until this key may be asked again after denials. */
export async function readCooldown<Session>({ store, now }: Context<Session>, key: string): Promise<number> {
  const until = (await store.get<number>(cooldownKey(key))) ?? 0;
  // The store ends it in time. A process whose clock was ahead may have written a later time.
  return Math.min(Math.max(0, Math.ceil((until - now()) / 1000)), LONGEST_COOLDOWN_SECONDS);
}
