import { toCibaError } from '../../contract/index.js';
import type { InitiateRequest, JsonValue, PendingApproval } from '../../contract/index.js';
import { MAX_SECONDS } from '../../contract/validate.js';
import type { Context } from '../context.js';
import { RefusedRequest } from '../http/body-and-response.js';
import { retryStoreWrite } from '../coordination/retry-store.js';
import { limitAccount, limited, limitOrigin, limitReported, limitStrangers, limitTyped } from '../limits.js';
import { failedEvent } from '../log/events.js';
import { isKnownAccount } from '../session/browsers.js';
import { hash } from '../secrets.js';
import { callSignal, padToFloor } from '../timing.js';
import { askedOf } from './approver.js';
import { createDecoy, isNobody, mayTellStranger, rememberAnswer, rememberError, shareError } from './decoys.js';
import {
  acquireBrowserSlot,
  acquireUserSlot,
  createLogin,
  createLoginId,
  readLastLogin,
  releaseSlots,
} from './login-record.js';
import type { Shown } from './decoys.js';
import type { LoginOwner } from './login-record.js';
import { pollLogin } from './poll-login.js';
import { countedKeys, endRingWith, returnRing, takeRing } from './ringing.js';
import { createNotificationToken, expectNotification } from './notifications.js';
import { resolveHint } from './resolve-hint.js';
import type { Resolved } from './resolve-hint.js';

/** Seconds for which a start holds its slots until the backend says how long the request lives. */
const START_TIMEOUT_SECONDS = 60;

/** One start of a login, as the browser asked for it. */
export interface StartRequest {
  readonly request: Request;
  readonly loginHint: string;
  readonly actId: string;
  readonly user: string;
  /** The browser's key in the store. */
  readonly browser: string;
}

/** The body of the response. */
export type StartAnswer = { readonly [key: string]: JsonValue };

/**
 * Sends a push to the user's phone, or pretends to.
 * @throws CibaError `rateLimited`, or what the backend threw
 */
export async function startLogin<Session>(context: Context<Session>, start: StartRequest): Promise<StartAnswer> {
  const { request, loginHint, browser } = start;
  const since = context.now();
  await limitOrigin(context, 'start', { request, browser });
  let resolved: Resolved;
  let owner: LoginOwner & { readonly id: string };
  try {
    resolved = await resolveHint(context, loginHint, request);
    owner = await enterLogin(context, start, resolved);
  } catch (caught) {
    await padToFloor(context, since);
    throw caught;
  }
  const { id, ...login } = owner;

  try {
    const { known, account, user } = login;
    const allowed = (await maySendPush(context, login)) && !resolved.nobody;
    const token = context.ping ? createNotificationToken() : undefined;
    // The token is stored before the push, because the user may be quicker than the store.
    if (token) await expectNotification(context, token, login, START_TIMEOUT_SECONDS);
    const { pending, decoy } = await sendPush(context, resolved.ask, {
      ...start,
      token,
      since,
      known,
      account,
      allowed,
    });
    const { interval, displayCode, displayCodeUse, displayCodeUrl, bindingMessage, deliveredTo } = pending;
    const expiresIn = Math.min(pending.expiresIn, MAX_SECONDS);
    const startedAt = context.now();
    const record = { ...login, pending, expiresAt: startedAt + expiresIn * 1000 };
    // The push is out. Giving up now would make the user send another one. A decoy takes the same steps.
    await retryStoreWrite(context, async () => {
      await acquireUserSlot(context, user, record, expiresIn);
      await acquireUserSlot(context, account, record, expiresIn);
      if (token) await expectNotification(context, token, record, expiresIn);
      await acquireBrowserSlot(context, record, expiresIn);
      await endRingWith(context, record, expiresIn);
      await createLogin(context, record, { interval, nextPollAt: startedAt, decoy });
    });
    context.emit({ type: 'started', decoy }, account);
    return {
      id,
      expiresIn,
      interval,
      ...(displayCode !== undefined && {
        displayCode,
        ...(displayCodeUse !== undefined && { displayCodeUse }),
        ...(displayCodeUrl !== undefined && { displayCodeUrl }),
      }),
      ...(bindingMessage !== undefined && { bindingMessage }),
      // Only a browser that the account signed in with before learns the phone's name. It would tell others that the user
      // exists, and a decoy has no name to show.
      ...(known && deliveredTo !== undefined && { deliveredTo }),
      resumable: true,
    };
  } catch (caught) {
    await releaseSlots(context, login);
    await returnRing(context, login);
    throw caught;
  }
}

/**
 * Polls the last request for an account before the next push, so that a denial counts even if no browser polls for it.
 * A decoy takes as long. Errors are left to that login.
 */
async function noticeAnswer<Session>(context: Context<Session>, account: string): Promise<void> {
  try {
    const last = await readLastLogin(context, account);
    if (last) await pollLogin(context, last);
  } catch (caught) {
    if (!(caught instanceof RefusedRequest)) context.emit(failedEvent('poll', caught), account);
  }
}

/**
 * Counts a start against the limits that the browser may learn of, and takes the login's slots.
 * @throws CibaError `rateLimited`
 */
async function enterLogin<Session>(
  context: Context<Session>,
  { actId, browser, user }: StartRequest,
  { account, owner, named, ask }: Resolved,
): Promise<LoginOwner & { readonly id: string }> {
  const known = await isKnownAccount(context, browser, account);
  if (!known) {
    await limitStrangers(context, 'start');
    await limitTyped(context, user, account);
  }
  const { id, key } = createLoginId();
  const login: LoginOwner = {
    key,
    act: hash('start', actId, user, browser),
    browser,
    user,
    account,
    owner,
    named,
    known,
    asked: ask ? askedOf(ask) : {},
  };
  await noticeAnswer(context, account);
  if (known) await limitAccount(context, account, browser);
  const [shown = account] = countedKeys(login);
  try {
    const userBusySeconds = await acquireUserSlot(context, user, login, START_TIMEOUT_SECONDS);
    if (userBusySeconds > 0 && !known) throw limited(context, 'userBusy', userBusySeconds, account);
    const browserBusySeconds = await acquireBrowserSlot(context, login, START_TIMEOUT_SECONDS);
    if (browserBusySeconds > 0) throw limited(context, 'logins', browserBusySeconds, account);
    const pauseSeconds = await takeRing(context, shown, login.act);
    if (pauseSeconds > 0) throw limited(context, 'resend', pauseSeconds, account);
  } catch (caught) {
    await releaseSlots(context, login);
    await returnRing(context, login);
    throw caught;
  }
  return { id, ...login };
}

/**
 * Whether the account's limits allow a push. Several hints can mean one account (a phone number with and without
 * dashes), so the account counts as well as the hint. If a limit was reached, a stranger gets a decoy instead of a 429.
 * A 429 would reveal that both hints are the same person, or that the user denied.
 */
async function maySendPush<Session>(context: Context<Session>, login: LoginOwner): Promise<boolean> {
  const { account, browser, known } = login;
  try {
    if (!known) {
      await limitReported(context, browser, account);
      await limitAccount(context, account, null);
    }
  } catch (caught) {
    if (toCibaError(caught).code === 'rateLimited') return false;
    throw caught;
  }
  const busySeconds = await acquireUserSlot(context, account, login, START_TIMEOUT_SECONDS);
  if (known) return true;
  if (busySeconds === 0) {
    const pauseSeconds = await takeRing(context, account, login.act);
    if (pauseSeconds > 0) limited(context, 'resend', pauseSeconds, account);
    return pauseSeconds === 0;
  }
  limited(context, 'userBusy', busySeconds, account);
  return false;
}

/** A start that was counted. */
interface CountedStart {
  readonly actId: string;
  /** For adapters whose backend sends notifications. The OpenID adapter sends it as `client_notification_token`. */
  readonly token: string | undefined;
  /** Wall-clock milliseconds. */
  readonly since: number;
  readonly known: boolean;
  readonly account: string;
  /** Whether a push may be sent. */
  readonly allowed: boolean;
}

/** The number and the text of a request, for a user and for nobody alike. */
function shownOf<Session>({ adapter, displayCode: make }: Context<Session>, ask: InitiateRequest | null): Shown {
  const displayCode = ask?.displayCode ?? (adapter.makeDisplayCode || make === false ? undefined : make());
  return {
    ...(displayCode !== undefined && { displayCode }),
    ...(ask?.bindingMessage !== undefined && { bindingMessage: ask.bindingMessage }),
  };
}

/** An answer as its screen shows it: with the number that was sent, unless the backend made its own. */
function asShown<Session>(
  { adapter }: Context<Session>,
  { bindingMessage: _repeated, displayCodeUrl, ...answer }: PendingApproval,
  shown: Shown,
): PendingApproval {
  // Decoys can only have an address if the adapter makes it.
  const hasUrl = displayCodeUrl !== undefined && adapter.makeDisplayCode;
  return { ...shown, ...answer, ...(hasUrl && { displayCodeUrl }) };
}

/** Sends the real request, or creates a decoy that looks the same and takes as long. */
async function sendPush<Session>(
  context: Context<Session>,
  ask: InitiateRequest | null,
  { actId, token, since, known, account, allowed }: CountedStart,
): Promise<{ pending: PendingApproval; decoy: boolean }> {
  let durationMs = 0;
  const onWarning = (message: string) => context.emit({ type: 'warning', during: 'initiate', message });
  try {
    const shown = shownOf(context, ask);
    if (ask && allowed) {
      const wanted = { ...ask, ...shown, ...(token !== undefined && { notificationToken: token }) };
      try {
        const answer = await context.adapter.initiate(wanted, {
          signal: callSignal(),
          actId,
          onWarning,
          caller: known ? 'known' : 'unknown',
        });
        const pending = asShown(context, answer, shown);
        const answeredIn = context.now() - since;
        await retryStoreWrite(context, () => rememberAnswer(context, pending, answeredIn, shown.displayCode));
        return { pending, decoy: false };
      } catch (caught) {
        // A known browser learns the reason, which tells it nothing new. Any other browser gets a decoy, unless all
        // users meet this error at the moment.
        if (mayTellStranger(caught)) {
          await rememberError(context, 'start', toCibaError(caught), context.now() - since);
          throw caught;
        }
        if (!isNobody(caught)) {
          if (known) throw caught;
          context.emit(failedEvent('initiate', caught), account);
        }
      }
    }
    await shareError(context, 'start', since);
    const decoy = await createDecoy(context, shown);
    durationMs = decoy.durationMs;
    return { pending: decoy.pending, decoy: true };
  } finally {
    await padToFloor(context, since, durationMs);
  }
}
