import { toCibaError } from '../../contract/index.js';
import type { InitiateRequest, JsonValue, PendingApproval } from '../../contract/index.js';
import { MAX_SECONDS } from '../../contract/validate.js';
import type { Context } from '../context.js';
import { retryStoreWrite } from '../coordination/retry-store.js';
import { limitCaller, limited, limitUser } from '../limits.js';
import { failedEvent } from '../log/events.js';
import { hash, userKey } from '../secrets.js';
import { isKnownUser } from '../session/browsers.js';
import { callSignal, padToFloor } from '../timing.js';
import { createDecoy, isAboutUser, isNobody, rememberAnswer, rememberStartError, shareError } from './decoys.js';
import { acquireBrowserSlot, acquireUserSlot, createLogin, createLoginId, releaseSlots } from './login-record.js';
import type { LoginOwner } from './login-record.js';
import { createNotificationToken, expectNotification } from './notifications.js';

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
  const { request, loginHint, actId, user, browser } = start;
  const known = await isKnownUser(context, browser, user);
  await limitCaller(context, 'start', { request, browser, known });
  await limitUser(context, user, known ? browser : null);

  const { id, key } = createLoginId();
  let login: LoginOwner = { key, browser, user, known };
  const userBusySeconds = await acquireUserSlot(context, user, login, START_TIMEOUT_SECONDS);
  if (userBusySeconds > 0 && !known) throw limited(context, 'live', userBusySeconds);
  const browserBusySeconds = await acquireBrowserSlot(context, login, START_TIMEOUT_SECONDS);
  if (browserBusySeconds > 0) {
    await releaseSlots(context, login);
    throw limited(context, 'logins', browserBusySeconds);
  }

  try {
    const since = context.now();
    const mapped = await context.authRequest(loginHint, request);
    if (mapped) login = { ...login, account: hash('account', userKey(mapped.subject ?? mapped.loginHint)) };
    const allowed = await maySendPush(context, login);
    const token = context.ping ? createNotificationToken() : undefined;
    // The token is stored before the push, because the user may be quicker than the store.
    if (token) await expectNotification(context, token, login, START_TIMEOUT_SECONDS);
    const wanted = mapped && token ? withToken(mapped, token) : mapped;
    const { pending, decoy } = await sendPush(context, allowed ? wanted : null, { actId, since, known });
    const { interval, displayCode, deliveredTo } = pending;
    const expiresIn = Math.min(pending.expiresIn, MAX_SECONDS);
    const startedAt = context.now();
    const record = { ...login, pending, expiresAt: startedAt + expiresIn * 1000 };
    // The push is out. Giving up now would make the user send another one.
    await retryStoreWrite(context, async () => {
      await acquireUserSlot(context, user, record, expiresIn);
      if (token && !decoy) await expectNotification(context, token, record, expiresIn);
      if (record.account && !decoy) await acquireUserSlot(context, record.account, record, expiresIn);
      await acquireBrowserSlot(context, record, expiresIn);
      await createLogin(context, record, { interval, nextPollAt: startedAt, decoy });
    });
    context.emit({ type: 'started', decoy });
    return {
      id,
      expiresIn,
      interval,
      ...(displayCode !== undefined && { displayCode }),
      // Only a browser that the user signed in with before learns the phone's name. It would tell others that the user
      // exists, and a decoy has no name to show.
      ...(known && deliveredTo !== undefined && { deliveredTo }),
      resumable: true,
    };
  } catch (caught) {
    await releaseSlots(context, login);
    throw caught;
  }
}

/** For adapters whose backend sends notifications. The OpenID adapter sends this as `client_notification_token`. */
function withToken(wanted: InitiateRequest, notificationToken: string): InitiateRequest {
  const request = { ...wanted, notificationToken };
  return request;
}

/**
 * Whether the account's limits allow a push. Several hints can mean one account (a phone number with and without
 * dashes), so the account that `authRequest` found counts as well as the hint. If a limit was reached, the browser gets
 * a decoy instead of a 429, which would reveal that both hints are the same person.
 */
async function maySendPush<Session>(context: Context<Session>, login: LoginOwner): Promise<boolean> {
  const { account, browser, known } = login;
  if (!account) return false;
  try {
    await limitUser(context, account, known ? browser : null);
  } catch (caught) {
    if (toCibaError(caught).code === 'rateLimited') return false;
    throw caught;
  }
  const busySeconds = await acquireUserSlot(context, account, login, START_TIMEOUT_SECONDS);
  if (busySeconds === 0 || known) return true;
  limited(context, 'live', busySeconds);
  return false;
}

/** Sends the real request, or creates a decoy that takes as long. */
async function sendPush<Session>(
  context: Context<Session>,
  wanted: InitiateRequest | null,
  start: { actId: string; since: number; known: boolean },
): Promise<{ pending: PendingApproval; decoy: boolean }> {
  const { actId, since } = start;
  let durationMs = 0;
  const onWarning = (message: string) => context.emit({ type: 'warning', during: 'initiate', message });
  try {
    const ownCode = context.displayCode === false ? undefined : context.displayCode();
    if (wanted) {
      const bindingMessage = wanted.bindingMessage ?? ownCode;
      try {
        const answer = await context.adapter.initiate(
          { ...wanted, ...(bindingMessage !== undefined && { bindingMessage }) },
          { signal: callSignal(), actId, onWarning },
        );
        const displayCode = answer.displayCode ?? bindingMessage;
        const pending = { ...answer, ...(displayCode !== undefined && { displayCode }) };
        const answeredIn = context.now() - since;
        await retryStoreWrite(context, () => rememberAnswer(context, pending, answeredIn, ownCode));
        return { pending, decoy: false };
      } catch (caught) {
        if (!isAboutUser(caught)) {
          await rememberStartError(context, toCibaError(caught), context.now() - since);
          throw caught;
        }
        if (!isNobody(caught)) {
          // A known browser learns the reason, which tells it nothing new. Any other browser gets a decoy.
          if (start.known) throw caught;
          context.emit(failedEvent('initiate', caught));
        }
      }
    }
    await shareError(context, 'start', since);
    const decoy = await createDecoy(context, ownCode);
    durationMs = decoy.durationMs;
    return { pending: decoy.pending, decoy: true };
  } finally {
    await padToFloor(context, since, durationMs);
  }
}
