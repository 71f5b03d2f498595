import type { CibaErrorCode, PendingApproval } from '../../contract/index.js';
import { OUTCOME_SECONDS, withdrawApproval } from '../session/outcomes.js';
import { failedEvent } from '../log/events.js';
import type { FailedEvent } from '../log/events.js';
import type { Context } from '../options.js';
import { createToken, hash } from '../secrets.js';
import { retryStoreWrite } from '../coordination/retry-store.js';

/** Seconds past its end for which a login can still be asked about. */
const KEEP_ENDED_SECONDS = 60;

/** Open logins in one browser, so that several users of it do not mix. */
const MAX_LOGINS_PER_BROWSER = 5;

/** One request that was sent to the phone, or a decoy. Written once. */
export interface LoginRecord {
  /** The hash of the id that the browser holds. */
  readonly key: string;
  readonly browser: string;
  /** The hint as it was typed, by its key. */
  readonly user: string;
  /** Who was rung, by the key of what `authRequest` made of the hint; a decoy has nobody. */
  readonly account?: string;
  /** Whether the user signed in with this browser before. */
  readonly known: boolean;
  /** The adapter's own handle with its `serverState`. */
  readonly pending: PendingApproval;
  /** Wall-clock milliseconds. */
  readonly expiresAt: number;
}

/** When the provider may be polled next. Written only by who holds the claim for the poll. */
export interface ProviderSchedule {
  /** Seconds. */
  readonly interval: number;
  /** Wall-clock milliseconds. */
  readonly nextPollAt: number;
  /** Whether nobody was rung. */
  readonly decoy: boolean;
}

/** How a login ended. Whoever writes it first decides. */
export type Ending =
  | { readonly status: 'denied' | 'expired' | 'cancelled' }
  | { readonly status: 'approved'; readonly approval: string }
  | { readonly status: 'failed'; readonly code: CibaErrorCode; readonly retryAfter?: number };

type Ended = Ending & { readonly at: number; /** Tells whose writing it is. */ readonly by: string };

/** What is known of a login before the backend answered. */
export type LoginOwner = Pick<LoginRecord, 'key' | 'browser' | 'user' | 'account' | 'known'>;

/**
 * Takes the one place that a user (or an account) has for open logins; answers 0 or the seconds to wait. A resend by
 * the same browser shares the place.
 */
export function enterUser<Session>(
  { store }: Context<Session>,
  user: string,
  { key, browser }: LoginOwner,
  ttl: number,
): Promise<number> {
  return store.acquireSlot(`live:${user}`, { owner: browser, member: key, owners: 1 }, ttl);
}

/** Takes one of the browser's places for open logins; answers 0 or the seconds to wait. */
export function enterBrowser<Session>(
  { store }: Context<Session>,
  { key, browser, user }: LoginOwner,
  ttl: number,
): Promise<number> {
  return store.acquireSlot(`logins:${browser}`, { owner: user, member: key, owners: MAX_LOGINS_PER_BROWSER }, ttl);
}

/** Gives all its places back. */
export async function leavePlaces<Session>({ store }: Context<Session>, login: LoginOwner): Promise<void> {
  await store.releaseSlot(`live:${login.user}`, login.key);
  if (login.account) await store.releaseSlot(`live:${login.account}`, login.key);
  await store.releaseSlot(`logins:${login.browser}`, login.key);
}

/** A new id for the browser to hold, and the key for the store. */
export function createLoginId(): { id: string; key: string } {
  const id = createToken();
  return { id, key: loginKey(id) };
}

function loginKey(id: string): string {
  return hash('login', id);
}

function lifeOf<Session>({ now }: Context<Session>, login: LoginRecord): number {
  return Math.max(0, (login.expiresAt - now()) / 1000) + KEEP_ENDED_SECONDS;
}

export async function saveLogin<Session>(
  context: Context<Session>,
  login: LoginRecord,
  schedule: ProviderSchedule,
): Promise<void> {
  await context.store.set(`login:${login.key}`, login, lifeOf(context, login));
  await saveSchedule(context, login, schedule);
}

/** The login of that id. Whether it is the caller's, its `browser` says. */
export async function readLogin<Session>({ store }: Context<Session>, id: string): Promise<LoginRecord | null> {
  return (await store.get<LoginRecord>(`login:${loginKey(id)}`)) ?? null;
}

export async function readSchedule<Session>(
  { store }: Context<Session>,
  login: LoginRecord,
): Promise<ProviderSchedule> {
  const schedule = await store.get<ProviderSchedule>(`schedule:${login.key}`);
  return schedule ?? { interval: login.pending.interval, nextPollAt: 0, decoy: false };
}

export async function saveSchedule<Session>(
  context: Context<Session>,
  login: LoginRecord,
  schedule: ProviderSchedule,
): Promise<void> {
  await context.store.set(`schedule:${login.key}`, schedule, lifeOf(context, login));
}

/** How the login ended, as long as it may be told (30 s); `over` afterwards; `null` while it is open. */
export async function readEnding<Session>(
  { store, now }: Context<Session>,
  login: LoginRecord,
): Promise<Ending | 'over' | null> {
  const ended = await store.get<Ended>(`ended:${login.key}`);
  if (!ended) return null;
  return now() >= ended.at + OUTCOME_SECONDS * 1000 ? 'over' : ended;
}

/** Ends a login; answers false when it had ended before, in whatever way. A store that is away is waited for. */
export async function endLogin<Session>(
  context: Context<Session>,
  login: LoginRecord,
  ending: Ending,
): Promise<boolean> {
  const ended: Ended = { ...ending, at: context.now(), by: createToken() };
  return retryStoreWrite(context, async () => {
    const { value } = await context.store.setIfAbsent(
      `ended:${login.key}`,
      ended,
      lifeOf(context, login) + KEEP_ENDED_SECONDS,
    );
    // Not by `claimed`: the store may have done it and lost its answer the time before.
    if (value.by !== ended.by) return false;
    await leavePlaces(context, login);
    return true;
  });
}

/**
 * Has the backend withdraw the request, where it can. Nobody waits for it: how long it takes would tell a real login
 * from a decoy.
 */
export function withdrawRequest<Session>(
  context: Context<Session>,
  login: LoginRecord,
  schedule: ProviderSchedule,
): void {
  if (schedule.decoy || !context.adapter.cancel) return;
  background(context, 'cancel', (options) => context.adapter.cancel?.(login.pending, options));
}

function background<Session>(
  context: Context<Session>,
  during: FailedEvent['during'],
  run: (options: { signal: AbortSignal; actId: string }) => Promise<void> | undefined,
): void {
  void (async () => run({ signal: AbortSignal.timeout(10_000), actId: createToken() }))().catch((caught: unknown) =>
    context.emit(failedEvent(during, caught)),
  );
}

/** Ends the login that the user gave up. An approval that is under way, or that nobody collected, is given back. */
export async function cancelLogin<Session>(context: Context<Session>, login: LoginRecord): Promise<void> {
  if (await endLogin(context, login, { status: 'cancelled' })) {
    withdrawRequest(context, login, await readSchedule(context, login));
    context.emit({ type: 'cancelled' });
    return;
  }
  const ending = await readEnding(context, login);
  if (ending !== null && ending !== 'over' && ending.status === 'approved') {
    await withdrawApproval(context, ending.approval);
  }
}
