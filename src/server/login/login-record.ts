import type { CibaErrorCode, PendingApproval } from '../../contract/index.js';
import type { Context, OutcomeOwner } from '../context.js';
import { retryStoreWrite } from '../coordination/retry-store.js';
import { recordReport } from '../limits.js';
import { failedEvent } from '../log/events.js';
import { createToken, hash } from '../secrets.js';
import {
  browserSlotsKey,
  endingKey,
  lastLoginKey,
  loginRecordKey,
  reportedKey,
  scheduleKey,
  userSlotsKey,
} from '../store/keys.js';
import type { Asked } from './approver.js';
import { hasNotice } from './notifications.js';
import { endFirstPause } from './ringing.js';

/** Open logins in one browser. Several, so that users who share a browser don't block each other. */
const MAX_LOGINS_PER_BROWSER = 5;

/**
 * Seconds for which a stranger's login keeps other strangers from starting one for the same account. It is longer than
 * a user needs to look at the phone, and short enough that the first stranger doesn't keep the others out.
 */
const MAX_HOLD_SECONDS = 60;

/** Milliseconds after which withdrawing a request is given up. */
const CANCEL_TIMEOUT_MS = 10_000;

/** One request that was sent to the phone, or a decoy. It is written once and never changes. */
export interface LoginRecord {
  /** The hash of the ID that the browser holds. */
  readonly key: string;
  /** The key of the act that started it. */
  readonly act: string;
  readonly browser: string;
  /** The key of the hint as it was typed. */
  readonly user: string;
  /** The key of the account that `authRequest` found for the hint. Hints of unknown users have a key too. */
  readonly account: string;
  /** The key that the account's sessions are listed by. */
  readonly owner: string;
  /** Whether the app named the account. */
  readonly named: boolean;
  /** Whether the account signed in with this browser before. */
  readonly known: boolean;
  /** What the approver must satisfy. */
  readonly asked: Asked;
  /** The adapter's own handle with its `serverState`. */
  readonly pending: PendingApproval;
  /** Wall-clock milliseconds. */
  readonly expiresAt: number;
}

/** When the provider may be polled next. Only the holder of the poll's lease changes it. */
export interface ProviderSchedule {
  /** Seconds. */
  readonly interval: number;
  /** Wall-clock milliseconds. */
  readonly nextPollAt: number;
  /** Whether no push was sent. */
  readonly decoy: boolean;
}

/** How a login ended. The first write decides. */
export type Ending =
  | { readonly status: 'denied' | 'expired' | 'cancelled' }
  | { readonly status: 'approved'; readonly approval: string }
  | { readonly status: 'failed'; readonly code: CibaErrorCode; readonly retryAfter?: number };

/** An ending while the browser may learn it, then `over`. `at` is in wall-clock milliseconds. */
export type KnownEnding = (Ending & { readonly at: number }) | 'over';

type Ended = Ending & {
  readonly at: number;
  /** Identifies the call that wrote it. */
  readonly by: string;
};

/** What is known of a login before the backend answered. */
export type LoginOwner = Omit<LoginRecord, 'pending' | 'expiresAt'>;

/** A login as it was in the store when it was read. */
export interface StoredLogin {
  readonly record: LoginRecord;
  readonly schedule: ProviderSchedule;
  /** `null` while the login is open. */
  readonly ending: KnownEnding | null;
  /** Whether the user denied it, however long ago. */
  readonly denied: boolean;
  /** Whether the provider said that the login is decided, and has not been polled since. */
  readonly noticed: boolean;
  /** Writes these changes to the schedule. */
  save(changes: Partial<ProviderSchedule>): Promise<void>;
  /**
   * Ends the login, and waits for the store if it is unavailable. Returns `null`, or how the login had already ended.
   */
  end(ending: Ending): Promise<KnownEnding | null>;
  /** Reads everything again that can have changed. */
  reload(): Promise<StoredLogin>;
}

/** Creates an ID for the browser to hold, and its key in the store. */
export function createLoginId(): { id: string; key: string } {
  const id = createToken();
  return { id, key: hash('login', id) };
}

/** Writes a new login. */
export async function createLogin<Session>(
  context: Context<Session>,
  record: LoginRecord,
  schedule: ProviderSchedule,
): Promise<void> {
  await context.store.set(loginRecordKey(record.key), record, remainingSeconds(context, record));
  await writeSchedule(context, record, schedule);
  await context.store.set(lastLoginKey(record.account), record.key, remainingSeconds(context, record));
}

/** Reads the login with this ID. The caller must check that it belongs to the browser that asks. */
export async function readLogin<Session>(context: Context<Session>, id: string): Promise<StoredLogin | null> {
  return readLoginByKey(context, hash('login', id));
}

/** Reads the last login for an account, whose browser may never poll it. */
export async function readLastLogin<Session>(context: Context<Session>, account: string): Promise<StoredLogin | null> {
  const key = await context.store.get<string>(lastLoginKey(account));
  return key === undefined ? null : readLoginByKey(context, key);
}

async function readLoginByKey<Session>(context: Context<Session>, key: string): Promise<StoredLogin | null> {
  const [record, state] = await Promise.all([
    context.store.get<LoginRecord>(loginRecordKey(key)),
    readState(context, key),
  ]);
  return record ? toStoredLogin(context, record, state) : null;
}

type LoginState = Awaited<ReturnType<typeof readState>>;

async function readState<Session>(context: Context<Session>, login: string) {
  const [schedule, ended, noticed] = await Promise.all([
    context.store.get<ProviderSchedule>(scheduleKey(login)),
    context.store.get<Ended>(endingKey(login)),
    context.ping && hasNotice(context, login),
  ]);
  return { schedule, ended, noticed };
}

function toStoredLogin<Session>(
  context: Context<Session>,
  record: LoginRecord,
  { schedule: stored, ended, noticed }: LoginState,
): StoredLogin {
  let schedule = stored ?? { interval: record.pending.interval, nextPollAt: 0, decoy: false };
  return {
    record,
    get schedule() {
      return schedule;
    },
    ending: ended ? toKnownEnding(context, ended) : null,
    denied: ended?.status === 'denied',
    noticed,
    async save(changes) {
      schedule = { ...schedule, ...changes };
      await writeSchedule(context, record, schedule);
    },
    end: (ending) => writeEnding(context, record, ending),
    reload: async () => toStoredLogin(context, record, await readState(context, record.key)),
  };
}

function toKnownEnding<Session>({ now, outcomes }: Context<Session>, ended: Ended): KnownEnding {
  return now() >= ended.at + outcomes.answerSeconds * 1000 ? 'over' : ended;
}

async function writeSchedule<Session>(
  context: Context<Session>,
  record: LoginRecord,
  schedule: ProviderSchedule,
): Promise<void> {
  await context.store.set(scheduleKey(record.key), schedule, remainingSeconds(context, record));
}

async function writeEnding<Session>(
  context: Context<Session>,
  record: LoginRecord,
  ending: Ending,
): Promise<KnownEnding | null> {
  const ended: Ended = { ...ending, at: context.now(), by: createToken() };
  return retryStoreWrite(context, async () => {
    const ttlSeconds = remainingSeconds(context, record) + context.outcomes.recordSeconds;
    const { value } = await context.store.setIfAbsent(endingKey(record.key), ended, ttlSeconds);
    // `claimed` isn't enough: an earlier attempt may have written the ending and lost the store's answer.
    if (value.by !== ended.by) return toKnownEnding(context, value);
    await context.outcomes.release(context, record);
    return null;
  });
}

function remainingSeconds<Session>({ now, outcomes }: Context<Session>, record: LoginRecord): number {
  return Math.max(0, (record.expiresAt - now()) / 1000) + outcomes.recordSeconds;
}

/**
 * Takes the one slot for open logins that an account or a typed hint has. Returns 0, or the seconds to wait. A resend
 * from the same browser shares the slot.
 */
export function acquireUserSlot<Session>(
  { store }: Context<Session>,
  user: string,
  { key, browser, known }: LoginOwner,
  ttlSeconds: number,
): Promise<number> {
  const seconds = known ? ttlSeconds : Math.min(ttlSeconds, MAX_HOLD_SECONDS);
  return store.acquireSlot(userSlotsKey(user), { owner: browser, member: key, owners: 1 }, seconds);
}

/** Takes one of the browser's slots for open logins. Returns 0, or the seconds to wait. */
export function acquireBrowserSlot<Session>(
  { store }: Context<Session>,
  { key, browser, user }: LoginOwner,
  ttlSeconds: number,
): Promise<number> {
  return store.acquireSlot(
    browserSlotsKey(browser),
    { owner: user, member: key, owners: MAX_LOGINS_PER_BROWSER },
    ttlSeconds,
  );
}

/** Releases every slot that a login holds. */
export async function releaseSlots<Session>({ store }: Context<Session>, login: OutcomeOwner): Promise<void> {
  await store.releaseSlot(userSlotsKey(login.user), login.key);
  await store.releaseSlot(userSlotsKey(login.account), login.key);
  await store.releaseSlot(browserSlotsKey(login.browser), login.key);
}

/**
 * Has the backend withdraw the request, if it supports that. The caller doesn't wait for it, because the duration would
 * reveal whether the login is a decoy.
 */
export function withdrawRequest<Session>({ adapter, emit }: Context<Session>, { record, schedule }: StoredLogin): void {
  if (schedule.decoy) return;
  const options = { signal: AbortSignal.timeout(CANCEL_TIMEOUT_MS), actId: createToken() };
  void (async () => adapter.cancel?.(record.pending, options))().catch((caught: unknown) =>
    emit(failedEvent('cancel', caught)),
  );
}

/** Ends a login that the user canceled. An approval that is in progress or was not collected is revoked. */
export async function cancelLogin<Session>(context: Context<Session>, login: StoredLogin): Promise<void> {
  const earlier = await login.end({ status: 'cancelled' });
  if (earlier === null) {
    withdrawRequest(context, login);
    await endFirstPause(context, login.record);
    context.emit({ type: 'cancelled' }, login.record.account);
  } else if (earlier !== 'over' && earlier.status === 'approved') {
    await context.outcomes.withdraw(context, earlier.approval);
  }
}

/** Records, once, that the user says they did not start the login that they denied. */
export async function reportLogin<Session>(context: Context<Session>, login: StoredLogin): Promise<void> {
  if (!login.denied) return;
  const { record } = login;
  const { claimed } = await context.store.setIfAbsent(reportedKey(record.key), true, remainingSeconds(context, record));
  if (!claimed) return;
  await recordReport(context, record);
  context.emit({ type: 'reported' }, record.account);
}
