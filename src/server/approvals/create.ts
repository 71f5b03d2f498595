import { CibaError, toCibaError } from '../../contract/index.js';
import { misconfigured } from '../../contract/errors.js';
import type { PendingApproval } from '../../contract/index.js';
import { retryStoreWrite } from '../coordination/retry-store.js';
import { DEFAULT_LIMITS } from '../context.js';
import { readCooldown } from '../limits.js';
import { failedEvent } from '../log/events.js';
import { askedOf } from '../login/approver.js';
import { isNobody } from '../login/decoys.js';
import { createLoginId, withdrawRequest } from '../login/login-record.js';
import type { ProviderSchedule } from '../login/login-record.js';
import { createNotificationToken, expectNotification } from '../login/notifications.js';
import { asShown, shownOf } from '../login/start-login.js';
import { accountKey, createToken, hash } from '../secrets.js';
import {
  APPROVAL_MEMORY_SECONDS,
  approvalLimitKey,
  askedKey,
  loginRecordKey,
  MADE_SECONDS,
  madeKey,
  newestKey,
  openAsksKey,
  scheduleKey,
  takenKey,
  UNANSWERED_SECONDS,
  unansweredKey,
  userLimitKey,
} from '../store/keys.js';
import type { RateLimit } from '../store/store.js';
import { callSignal, sleep } from '../timing.js';
import { digestOf, toRequest } from './ask.js';
import type { CheckedAsk } from './ask.js';
import { refused } from './context.js';
import type { ApprovalContext, Names } from './context.js';
import { countedFor, countedForAll } from './receipts.js';
import { forApproval, isLate, labelOf, readApproval, settle, secondsToUse } from './record.js';
import type { ApprovalRecord, StoredApproval } from './record.js';
import type { ApprovalEvent } from './types.js';

/** Seconds for which a start holds its places until the backend says how long the request lives. */
const START_TIMEOUT_SECONDS = 60;

/** Milliseconds for which a call waits for another one that asks the same, and between two looks. */
const JOIN_WAIT_MS = 15_000;
const JOIN_LOOK_MS = 100;

/** Approvals in a row without an answer, after which the next one waits: a minute at first, up to an hour. */
const FREE_UNANSWERED = 3;
const FIRST_PAUSE_SECONDS = 60;
const LONGEST_PAUSE_SECONDS = 3600;

/** What an approval without a push looks like, if the adapter doesn't say what is usual. */
const USUAL_ANSWER = { expiresIn: 120, interval: 5 };

/** The approval that was created under an app's own key. */
interface Made {
  readonly id: string;
  readonly digest: string;
}

/** Pushes in a row without an answer, and until when no other one is sent. */
interface Unanswered {
  readonly count: number;
  /** Wall-clock milliseconds. */
  readonly until: number;
}

/** One ask, and who asks. */
export interface Asking {
  readonly names: Names;
  readonly ask: CheckedAsk;
  readonly key: string | undefined;
  /** Whether the user acts in a page right now. */
  readonly byUser: boolean;
}

/** What `create` returns. */
export interface Created {
  readonly id: string;
  readonly expiresAt: number;
}

/**
 * Sends the push for an ask, or joins the approval that the same ask has already.
 * @throws CibaError
 */
export async function createApproval<Session>(context: ApprovalContext<Session>, asking: Asking): Promise<Created> {
  const { names, ask, key } = asking;
  if (ask.codeAllowed && !context.totp && !context.adapter.verifyTotp) {
    throw misconfigured(
      "The ask has `codeAllowed`, but createApprovals can't check codes: it has no `totp`, and its adapter has no `verifyTotp`. Set `totp`, or leave `codeAllowed` out. Nothing was sent.",
    );
  }
  const digest = digestOf(ask);
  // Parallel calls in this process share one attempt. Other processes find it in the store.
  const act = hash('create', names[0], digest, key ?? '');
  const running = context.inFlight.get(act) as Promise<Created> | undefined;
  if (running) return running;
  const created = joinOrSend(context, asking, digest);
  context.inFlight.set(act, created);
  try {
    return await created;
  } finally {
    context.inFlight.delete(act);
  }
}

async function joinOrSend<Session>(
  context: ApprovalContext<Session>,
  asking: Asking,
  digest: string,
): Promise<Created> {
  const { store } = context;
  const { names, ask, key } = asking;
  const [requester] = names;
  const account = accountKey(ask.subject);
  const { id, key: login } = createLoginId();
  const asked = askedKey(requester, digest);
  const made = key === undefined ? null : madeKey(requester, key);
  const claim: Made = { id, digest };
  const free = async () => {
    await Promise.allSettled([store.deleteIfEquals(asked, id), made !== null && store.deleteIfEquals(made, claim)]);
  };

  for (;;) {
    const [same, byKey, ofRequester, ofSubject, unanswered, newest] = await Promise.all([
      store.setIfAbsent(asked, id, START_TIMEOUT_SECONDS),
      made === null ? null : store.setIfAbsent(made, claim, START_TIMEOUT_SECONDS),
      readCooldown(context, countedFor(account, requester)),
      readCooldown(context, countedForAll(account)),
      store.get<Unanswered>(unansweredKey(countedFor(account, requester))),
      store.get<string>(newestKey(requester, account, ask.action)),
    ]);

    if (byKey && byKey.value.id !== id) {
      await store.deleteIfEquals(asked, id);
      if (byKey.value.digest !== digest) throw refused('changed');
      const { record } = await waitForRecord(context, byKey.value.id);
      return { id: record.id, expiresAt: record.expiresAt };
    }
    if (same.value !== id) {
      const joined = await waitForRecord(context, same.value).catch(async (caught: unknown) => {
        await free();
        throw caught;
      });
      if (await canBeUsed(context, joined)) {
        const { expiresAt } = joined.record;
        if (made !== null) await store.set(made, { id: same.value, digest } satisfies Made, MADE_SECONDS);
        return { id: same.value, expiresAt };
      }
      await store.deleteIfEquals(asked, same.value);
      continue;
    }

    const limits: Limits = { ofRequester, ofSubject, unanswered, newest };
    try {
      return await send(context, asking, { id, login, account, digest, limits });
    } catch (caught) {
      await free();
      throw caught;
    }
  }
}

/** Waits for the approval that another call is creating. */
async function waitForRecord<Session>(context: ApprovalContext<Session>, id: string): Promise<StoredApproval> {
  for (let waitedMs = 0; waitedMs <= JOIN_WAIT_MS; waitedMs += JOIN_LOOK_MS) {
    const found = await readApproval(context, id);
    if (found) return found;
    await sleep(JOIN_LOOK_MS);
  }
  throw new CibaError('unavailable', 'Another call is creating the same approval. Ask again.', { retryAfter: 1 });
}

/** Whether an approval is open, or approved and not used. */
async function canBeUsed<Session>(
  context: ApprovalContext<Session>,
  { login, record }: StoredApproval,
): Promise<boolean> {
  const { ending } = login;
  if (ending === null) return context.now() < record.expiresAt;
  if (ending === 'over' || ending.status !== 'approved' || isLate(context, record, ending)) return false;
  return (await context.store.get(takenKey(ending.approval))) === undefined;
}

/** What limits an ask, as it was read together with the claim. */
interface Limits {
  /** Seconds. */
  readonly ofRequester: number;
  readonly ofSubject: number;
  readonly unanswered: Unanswered | undefined;
  /** The open approval of the same action. */
  readonly newest: string | undefined;
}

/** An approval that was claimed. */
interface Claimed {
  readonly id: string;
  /** The key of its record. */
  readonly login: string;
  readonly account: string;
  readonly digest: string;
  readonly limits: Limits;
}

function tooMany<Session>(
  context: ApprovalContext<Session>,
  limit: Extract<ApprovalEvent, { type: 'limited' }>['limit'],
  retryAfter: number,
  account: string,
): CibaError {
  context.report({ type: 'limited', limit, retryAfter }, account);
  return new CibaError('rateLimited', `The limit "${limit}" of createApprovals was reached.`, { retryAfter });
}

async function send<Session>(
  context: ApprovalContext<Session>,
  { names, ask, key, byUser }: Asking,
  { id, login, account, digest, limits }: Claimed,
): Promise<Created> {
  const { store } = context;
  const [requester] = names;
  const { ofRequester, ofSubject, unanswered, newest } = limits;
  const cooldownSeconds = Math.max(ofRequester, ofSubject);
  if (cooldownSeconds > 0) throw tooMany(context, 'denied', cooldownSeconds, account);
  const pauseMs = byUser ? 0 : (unanswered?.until ?? 0) - context.now();
  if (pauseMs > 0) throw tooMany(context, 'unanswered', Math.ceil(pauseMs / 1000), account);

  const places = createPlaces(context, { login, account, requester });
  let sent: PendingApproval | null = null;
  try {
    const token = context.ping ? createNotificationToken() : undefined;
    const [isFree] = await Promise.all([
      places.take(START_TIMEOUT_SECONDS),
      count(context, 'subject', account, context.approvalLimits.subject, account),
      count(context, 'requester', requester, context.approvalLimits.requester, account),
      // The login's own limit includes these pushes. What it answers doesn't matter here.
      store.consume(userLimitKey(account), DEFAULT_LIMITS.user),
      token !== undefined &&
        store.batch([
          expectNotification(token, { key: login, browser: requester, known: true }, START_TIMEOUT_SECONDS),
        ]),
    ]);
    if (isFree > 0) await makePlace(context, newest, places, isFree, account);

    const { pending, pushed } = await push(context, ask, token);
    sent = pushed ? pending : null;
    const expiresIn = Math.min(pending.expiresIn, ask.expiresIn ?? Infinity);
    const startedAt = context.now();
    const expiresAt = startedAt + expiresIn * 1000;
    const record: ApprovalRecord = {
      ...{ id, key: login, act: hash('create', id), browser: requester, requesters: names },
      ...{ user: account, account, owner: account, named: true, known: true },
      asked: { ...askedOf(ask), ...(ask.authorizationDetails && { authorizationDetails: ask.authorizationDetails }) },
      ...{ pending, expiresAt, ask, digest, pushed },
    };
    const schedule: ProviderSchedule = { interval: pending.interval, nextPollAt: startedAt, decoy: !pushed };
    const memorySeconds = expiresIn + APPROVAL_MEMORY_SECONDS;
    const times = (byUser ? 0 : (unanswered?.count ?? 0)) + 1;
    const pauseSeconds =
      times < FREE_UNANSWERED
        ? 0
        : Math.min(FIRST_PAUSE_SECONDS * 2 ** (times - FREE_UNANSWERED), LONGEST_PAUSE_SECONDS);
    const next: Unanswered = { count: times, until: pauseSeconds && expiresAt + pauseSeconds * 1000 };
    await retryStoreWrite(context, () =>
      Promise.all([
        store.set(loginRecordKey(login), record, memorySeconds),
        store.set(scheduleKey(login), schedule, memorySeconds),
        store.set(askedKey(requester, digest), id, expiresIn + secondsToUse(context, ask)),
        key !== undefined && store.set(madeKey(requester, key), { id, digest } satisfies Made, MADE_SECONDS),
        store.set(newestKey(requester, account, ask.action), id, expiresIn),
        store.set(unansweredKey(countedFor(account, requester)), next, UNANSWERED_SECONDS),
        places.take(expiresIn),
        token !== undefined &&
          store.batch([expectNotification(token, { key: login, browser: requester, known: true }, expiresIn)]),
      ]),
    );
    context.report({ type: 'created', pushed, approval: labelOf(record) }, account);
    closeInTime(context, id, expiresIn);
    return { id, expiresAt };
  } catch (caught) {
    if (sent) withdrawRequest(context, { record: { pending: sent }, schedule: { decoy: false } });
    await places.free();
    throw caught;
  }
}

/** The places of one open approval: among those of its requester and subject, and among all of the subject. */
function createPlaces<Session>(
  { store, openPerSubject }: ApprovalContext<Session>,
  { login, account, requester }: { readonly login: string; readonly account: string; readonly requester: string },
) {
  const each = openAsksKey(countedFor(account, requester));
  const all = openAsksKey(countedForAll(account));
  return {
    /** Returns 0, or the seconds to wait. */
    async take(seconds: number): Promise<number> {
      const waits = await Promise.all([
        store.acquireSlot(each, { owner: login, member: login, owners: openPerSubject.each }, seconds),
        store.acquireSlot(all, { owner: login, member: login, owners: openPerSubject.all }, seconds),
      ]);
      return Math.max(...waits);
    },
    async free(): Promise<void> {
      await Promise.allSettled([store.releaseSlot(each, login), store.releaseSlot(all, login)]);
    },
  };
}

/** Ends the requester's older approval of the same action, because the user changed their mind, such as an amount. */
async function makePlace<Session>(
  context: ApprovalContext<Session>,
  newest: string | undefined,
  places: ReturnType<typeof createPlaces>,
  waitSeconds: number,
  account: string,
): Promise<void> {
  const older = newest === undefined ? null : await readApproval(context, newest);
  if (older) await cancelApproval(context, older);
  const stillBusy = older ? await places.take(START_TIMEOUT_SECONDS) : waitSeconds;
  if (stillBusy > 0) throw tooMany(context, 'live', stillBusy, account);
}

async function count<Session>(
  context: ApprovalContext<Session>,
  of: 'subject' | 'requester',
  counted: string,
  limits: readonly RateLimit[],
  account: string,
): Promise<void> {
  const seconds = await context.store.consume(approvalLimitKey(of, counted), limits);
  if (seconds > 0) throw tooMany(context, of, seconds, account);
}

/** Sends the request. If a code is allowed, a user without a phone can still approve with one. */
async function push<Session>(
  context: ApprovalContext<Session>,
  ask: CheckedAsk,
  token: string | undefined,
): Promise<{ pending: PendingApproval; pushed: boolean }> {
  const shown = shownOf(context, ask);
  const wanted = { ...toRequest(ask), ...shown, ...(token !== undefined && { notificationToken: token }) };
  const onWarning = (message: string) => context.emit({ type: 'warning', during: 'initiate', message });
  try {
    const options = { signal: callSignal(), actId: createToken(), onWarning, caller: 'approval' as const };
    return { pending: asShown(context, await context.adapter.initiate(wanted, options), shown), pushed: true };
  } catch (caught) {
    if (!ask.codeAllowed || !isNobody(caught)) throw caught;
    const usual = { ...USUAL_ANSWER, ...context.adapter.usualAnswer };
    return {
      pending: {
        id: createToken(),
        expiresIn: ask.expiresIn ?? usual.expiresIn,
        interval: usual.interval,
        resumable: true,
      },
      pushed: false,
    };
  }
}

/** Looks at an approval once more when its time is over, so that it ends even if nobody watches. */
function closeInTime<Session>(context: ApprovalContext<Session>, id: string, expiresIn: number): void {
  const timer = setTimeout(() => {
    context.endTimers.delete(timer);
    void (async () => {
      const approval = await readApproval(context, id);
      if (approval) await settle(context, approval);
    })().catch((caught: unknown) => {
      // A fault of the provider is reported by whoever asks, and none of the store ends an approval.
      if (!toCibaError(caught).retryable) context.emit(failedEvent('poll', caught));
    });
  }, expiresIn * 1000);
  timer.unref?.();
  context.endTimers.add(timer);
}

/** Ends an approval that is open, and takes back a receipt that was not used. */
export async function cancelApproval<Session>(
  context: ApprovalContext<Session>,
  { login, record }: StoredApproval,
): Promise<void> {
  const earlier = await login.end({ status: 'cancelled' });
  if (earlier === null) {
    withdrawRequest(context, login);
    forApproval(context, record).emit({ type: 'cancelled' }, record.account);
  } else if (earlier !== 'over' && earlier.status === 'approved') {
    await context.outcomes.withdraw(context, earlier.approval);
  }
}
