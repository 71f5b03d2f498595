import type { CibaErrorCode, PendingApproval } from '../../contract/index.js';
import type { Context, OutcomeOwner } from '../context.js';
import { inBackground } from '../coordination/background.js';
import { retryStoreWrite } from '../coordination/retry-store.js';
import { recordReport } from '../limits.js';
import { failedEvent } from '../log/events.js';
import { createNonce, createToken, hash } from '../secrets.js';
import {
  browserSlotsKey,
  endingKey,
  lastLoginKey,
  loginRecordKey,
  noticeKey,
  reportedKey,
  scheduleKey,
  userSlotsKey,
} from '../store/keys.js';
import type { StoreStep } from '../store/store.js';
import type { Asked } from './approver.js';
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
  /** How long the last poll of the provider took, up to an interval. The browser's next poll may be as much too early. */
  readonly answeredAfterMs?: number;
  /**
   * Wall-clock milliseconds before which the provider isn't asked, although it is the browser's turn. A stranger's poll then
   * only takes as long as one that asks: nothing the provider says may change when a stranger's polls are answered.
   */
  readonly askAt?: number;
  /** Whether no push was sent. */
  readonly decoy: boolean;
  /** The error that the last poll met, which the log has. */
  readonly told?: CibaErrorCode | undefined;
}

/** How a login ended. The first write decides. */
export type Ending =
  | { readonly status: 'denied' | 'expired' | 'cancelled' }
  | {
      readonly status: 'approved';
      readonly approval: string;
      /** Seconds for which it waits for its browser, if that didn't ask for it. @default that of all endings */
      readonly waitSeconds?: number;
    }
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
  /** Writes these changes to the schedule, and takes more steps with it. */
  save(changes: Partial<ProviderSchedule>, more?: readonly StoreStep[]): Promise<void>;
  /**
   * Ends the login, and waits for the store if it is unavailable. Returns `null`, or how the login had already ended.
   */
  end(ending: Ending, around?: AroundEnding): Promise<KnownEnding | null>;
  /** The steps that read everything again that can have changed. */
  readonly reads: readonly StoreStep[];
  /** The login by the answers to `reads`. */
  reread(answers: readonly unknown[]): StoredLogin;
}

/** What travels with the end of a login. */
export interface AroundEnding {
  /** Steps that must be done before the end is visible. They may be repeated. */
  readonly before?: readonly StoreStep[];
  /** Steps that tidy up once this call has ended the login. */
  readonly after?: readonly StoreStep[];
  /** Whether to wait for the tidying up. @default true */
  readonly waits?: boolean;
}

/** Creates an ID for the browser to hold, and its key in the store. */
export function createLoginId(): { id: string; key: string } {
  const id = createToken();
  return { id, key: hash('login', id) };
}

/** The steps that write a new login. */
export function newLogin<Session>(
  context: Context<Session>,
  record: LoginRecord,
  schedule: ProviderSchedule,
): readonly StoreStep[] {
  const ttlSeconds = remainingSeconds(context, record);
  return [
    ['set', loginRecordKey(record.key), pack(record), ttlSeconds],
    ['set', scheduleKey(record.key), schedule, ttlSeconds],
    ['set', lastLoginKey(record.account), record.key, ttlSeconds],
  ];
}

/** Reads the login with this ID. The caller must check that it belongs to the browser that asks. */
export async function readLogin<Session>(context: Context<Session>, id: string): Promise<StoredLogin | null> {
  return readLoginByKey(context, hash('login', id));
}

/** Reads the key of the last login for an account, whose browser may never poll it. */
export function readLastLoginKey<Session>({ store }: Context<Session>, account: string): Promise<string | undefined> {
  return store.get<string>(lastLoginKey(account));
}

export async function readLoginByKey<Session>(context: Context<Session>, key: string): Promise<StoredLogin | null> {
  const [record, ...state] = await context.store.batch([['get', loginRecordKey(key)], ...stateReads(context, key)]);
  return record === undefined ? null : toStoredLogin(context, unpack(key, record as PackedRecord), readState(state));
}

/** A record as it is written: without its own name, and without what it says twice. */
type PackedRecord = Omit<LoginRecord, 'key' | 'owner' | 'asked'> & Partial<Pick<LoginRecord, 'owner' | 'asked'>>;

function pack({ key: _name, owner, asked, ...record }: LoginRecord): PackedRecord {
  return {
    ...record,
    ...(owner !== record.account && { owner }),
    ...(Object.keys(asked).length > 0 && { asked }),
  };
}

function unpack(key: string, record: PackedRecord): LoginRecord {
  return { key, owner: record.account, asked: {}, ...record };
}

/** The reads of everything that can change about a login. */
function stateReads<Session>({ ping }: Context<Session>, login: string): readonly StoreStep[] {
  return [
    ['get', scheduleKey(login)],
    ['get', endingKey(login)],
    ...(ping ? [['get', noticeKey(login)] as const] : []),
  ];
}

function readState([schedule, ended, noticed]: readonly unknown[]) {
  return {
    schedule: schedule as ProviderSchedule | undefined,
    ended: ended as Ended | undefined,
    noticed: noticed !== undefined,
  };
}

function toStoredLogin<Session>(
  context: Context<Session>,
  record: LoginRecord,
  { schedule: stored, ended, noticed }: ReturnType<typeof readState>,
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
    async save(changes, more = []) {
      schedule = { ...schedule, ...changes };
      const ttlSeconds = remainingSeconds(context, record);
      await context.store.batch([['set', scheduleKey(record.key), schedule, ttlSeconds], ...more]);
    },
    end: (ending, around) => writeEnding(context, record, ending, around),
    reads: stateReads(context, record.key),
    reread: (answers) => toStoredLogin(context, record, readState(answers)),
  };
}

function toKnownEnding<Session>({ now, outcomes }: Context<Session>, ended: Ended): KnownEnding {
  const { waitSeconds = outcomes.answerSeconds } = ended.status === 'approved' ? ended : {};
  return now() >= ended.at + waitSeconds * 1000 ? 'over' : ended;
}

async function writeEnding<Session>(
  context: Context<Session>,
  record: LoginRecord,
  ending: Ending,
  { before = [], after = [], waits = true }: AroundEnding = {},
): Promise<KnownEnding | null> {
  const ended: Ended = { ...ending, at: context.now(), by: createNonce() };
  const earlier = await retryStoreWrite(context, async () => {
    const ttlSeconds = remainingSeconds(context, record) + context.outcomes.recordSeconds;
    const answers = await context.store.batch([...before, ['setIfAbsent', endingKey(record.key), ended, ttlSeconds]]);
    const { value } = answers.at(-1) as { readonly value: Ended };
    // `claimed` isn't enough: an earlier attempt may have written the ending and lost the store's answer.
    return value.by === ended.by ? null : toKnownEnding(context, value);
  });
  if (earlier !== null) return earlier;
  const tidy = () =>
    Promise.all([context.outcomes.release(context, record, ending.status), context.store.batch(after)]);
  if (waits) await retryStoreWrite(context, tidy);
  else inBackground(context, 'poll', tidy);
  return null;
}

function remainingSeconds<Session>({ now, outcomes }: Context<Session>, record: LoginRecord): number {
  return Math.max(0, (record.expiresAt - now()) / 1000) + outcomes.recordSeconds;
}

/** Takes a login's slots. Returns 0 for each, or the seconds to wait. */
export async function acquireSlots<Session>(
  { store }: Context<Session>,
  login: LoginOwner,
  ttlSeconds: number,
): Promise<{ readonly user: number; readonly browser: number; readonly account: number }> {
  const { user: userStep, browser: browserStep, account: accountStep } = slotSteps(login, ttlSeconds);
  const [user = 0, browser = 0, account = 0] = await store.batch([userStep, browserStep, accountStep]);
  return { user: Number(user), browser: Number(browser), account: Number(account) };
}

/**
 * The steps that take the one slot for open logins that a typed hint and an account have each, and one of the browser's.
 * A resend from the same browser shares them.
 */
function slotSteps({ key, browser, user, account, known }: LoginOwner, ttlSeconds: number) {
  const heldSeconds = known ? ttlSeconds : Math.min(ttlSeconds, MAX_HOLD_SECONDS);
  const held = { owner: browser, member: key, owners: 1 };
  const ofBrowser = { owner: user, member: key, owners: MAX_LOGINS_PER_BROWSER };
  return {
    user: ['acquireSlot', userSlotsKey(user), held, heldSeconds],
    browser: ['acquireSlot', browserSlotsKey(browser), ofBrowser, ttlSeconds],
    account: ['acquireSlot', userSlotsKey(account), held, heldSeconds],
  } satisfies Record<string, StoreStep>;
}

/** The steps that hold a login's slots for another time than before, as far as that differs. */
export function slotRenewals(login: LoginOwner, ttlSeconds: number, beforeSeconds: number): readonly StoreStep[] {
  const { user, browser, account } = slotSteps(login, ttlSeconds);
  return user[3] === slotSteps(login, beforeSeconds).user[3] ? [browser] : [user, browser, account];
}

/** The steps that release every slot that a login holds. */
export function slotReleases(login: OutcomeOwner): readonly StoreStep[] {
  return [userSlotsKey(login.user), userSlotsKey(login.account), browserSlotsKey(login.browser)].map(
    (key) => ['releaseSlot', key, login.key] as const,
  );
}

/** Releases every slot that a login holds. */
export async function releaseSlots<Session>({ store }: Context<Session>, login: OutcomeOwner): Promise<void> {
  await store.batch(slotReleases(login));
}

/**
 * Has the backend withdraw the request, if it supports that. The caller doesn't wait for it, because the duration would
 * reveal whether the login is a decoy.
 */
export function withdrawRequest<Session>(
  { adapter, emit }: Context<Session>,
  {
    record,
    schedule,
  }: { readonly record: Pick<LoginRecord, 'pending'>; readonly schedule: Pick<ProviderSchedule, 'decoy'> },
): void {
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
  const by = createNonce();
  // `claimed` isn't enough: an earlier attempt may have claimed it and lost the store's answer.
  const { value } = await retryStoreWrite(context, () =>
    context.store.setIfAbsent(reportedKey(record.key), by, remainingSeconds(context, record)),
  );
  if (value !== by) return;
  // It is claimed, so a second try of the page would count nothing.
  await recordReport(context, record);
  context.emit({ type: 'reported' }, record.account);
}
