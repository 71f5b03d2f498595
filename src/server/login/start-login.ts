import { toCibaError } from '../../contract/index.js';
import type { InitiateRequest, JsonValue, PendingApproval } from '../../contract/index.js';
import { MAX_SECONDS } from '../../contract/validate.js';
import { isKnownUser } from '../session/browsers.js';
import { createDecoy, isAboutUser, isNobody, rememberAnswer, rememberFault, shareFault } from './decoys.js';
import { failedEvent } from '../log/events.js';
import { limitCaller, limited, limitUser } from '../limits.js';
import { createLoginId, enterBrowser, enterUser, leavePlaces, saveLogin } from './login-record.js';
import type { LoginOwner } from './login-record.js';
import { createNotificationToken, expectNotification } from './notifications.js';
import type { Context } from '../options.js';
import { hash, userKey } from '../secrets.js';
import { callSignal, padToFloor } from '../timing.js';
import { retryStoreWrite } from '../coordination/retry-store.js';

/** Seconds for which a start holds its places before the backend said how long the request lives. */
const START_TIMEOUT_SECONDS = 60;

export interface StartRequest {
  readonly request: Request;
  readonly loginHint: string;
  readonly actId: string;
  readonly user: string;
  /** The browser's key in the store. */
  readonly browser: string;
}

/** The body of the answer. */
export type StartAnswer = { readonly [key: string]: JsonValue };

/**
 * Rings the phone of a user, or pretends to.
 * @throws CibaError `rateLimited`, or what the backend threw
 */
export async function startLogin<Session>(context: Context<Session>, start: StartRequest): Promise<StartAnswer> {
  const { request, loginHint, actId, user, browser } = start;
  const known = await isKnownUser(context, browser, user);
  await limitCaller(context, 'start', { request, browser, known });
  await limitUser(context, user, known ? browser : null);

  const { id, key } = createLoginId();
  let login: LoginOwner = { key, browser, user, known };
  const userTaken = await enterUser(context, user, login, START_TIMEOUT_SECONDS);
  if (userTaken > 0 && !known) throw limited(context, 'live', userTaken);
  const browserFull = await enterBrowser(context, login, START_TIMEOUT_SECONDS);
  if (browserFull > 0) {
    await leavePlaces(context, login);
    throw limited(context, 'logins', browserFull);
  }

  try {
    const since = context.now();
    const mapped = await context.authRequest(loginHint, request);
    if (mapped) login = { ...login, account: hash('account', userKey(mapped.subject ?? mapped.loginHint)) };
    const allowed = await mayRing(context, login, known);
    const token = context.ping ? createNotificationToken() : undefined;
    // Before the phone rings: the user may be quicker than our store.
    if (token) await expectNotification(context, token, login, START_TIMEOUT_SECONDS);
    const wanted = mapped && token ? withToken(mapped, token) : mapped;
    const { pending, decoy } = await ring(context, allowed ? wanted : null, { actId, since, known });
    const { interval, displayCode, deliveredTo } = pending;
    const expiresIn = Math.min(pending.expiresIn, MAX_SECONDS);
    const startedAt = context.now();
    const saved = { ...login, pending, expiresAt: startedAt + expiresIn * 1000 };
    // The phone has rung: giving up now would make it ring again.
    await retryStoreWrite(context, async () => {
      await enterUser(context, user, saved, expiresIn);
      if (token && !decoy) await expectNotification(context, token, saved, expiresIn);
      if (saved.account && !decoy) await enterUser(context, saved.account, saved, expiresIn);
      await enterBrowser(context, saved, expiresIn);
      await saveLogin(context, saved, { interval, nextPollAt: startedAt, decoy });
    });
    context.emit({ type: 'started', decoy });
    return {
      id,
      expiresIn,
      interval,
      ...(displayCode !== undefined && { displayCode }),
      // The name of somebody's phone is for a browser where that user signed in before. To others it would say that the
      // user exists, and a decoy has none to show.
      ...(known && deliveredTo !== undefined && { deliveredTo }),
      resumable: true,
    };
  } catch (caught) {
    await leavePlaces(context, login);
    throw caught;
  }
}

/** For adapters whose backend notifies; the OpenID adapter sends it as `client_notification_token`. */
function withToken(wanted: InitiateRequest, notificationToken: string): InitiateRequest {
  const request = { ...wanted, notificationToken };
  return request;
}

/**
 * Whether the limits of the account allow a ring. Several hints can mean one account (a phone number with and without
 * dashes), so what `authRequest` made of the hint counts as well as the hint. The browser then gets a decoy and no 429:
 * that would say that both hints are the same person.
 */
async function mayRing<Session>(context: Context<Session>, login: LoginOwner, known: boolean): Promise<boolean> {
  if (!login.account) return false;
  try {
    await limitUser(context, login.account, known ? login.browser : null);
  } catch (caught) {
    if (toCibaError(caught).code === 'rateLimited') return false;
    throw caught;
  }
  const taken = await enterUser(context, login.account, login, START_TIMEOUT_SECONDS);
  if (taken === 0 || known) return true;
  limited(context, 'live', taken);
  return false;
}

/** The real request, or a decoy that takes as long. */
async function ring<Session>(
  context: Context<Session>,
  wanted: InitiateRequest | null,
  start: { actId: string; since: number; known: boolean },
): Promise<{ pending: PendingApproval; decoy: boolean }> {
  const { actId, since } = start;
  let took = 0;
  try {
    const ownCode = context.displayCode === false ? undefined : context.displayCode();
    if (wanted) {
      const bindingMessage = wanted.bindingMessage ?? ownCode;
      try {
        const answer = await context.adapter.initiate(
          { ...wanted, ...(bindingMessage !== undefined && { bindingMessage }) },
          { signal: callSignal(), actId },
        );
        const displayCode = answer.displayCode ?? bindingMessage;
        const pending = { ...answer, ...(displayCode !== undefined && { displayCode }) };
        const answeredIn = context.now() - since;
        await retryStoreWrite(context, () => rememberAnswer(context, pending, answeredIn, ownCode));
        return { pending, decoy: false };
      } catch (caught) {
        if (!isAboutUser(caught)) {
          await rememberFault(context, toCibaError(caught), context.now() - since);
          throw caught;
        }
        if (!isNobody(caught)) {
          // A refused user waits in vain like nobody, except where they signed in before: there it tells nothing new.
          if (start.known) throw caught;
          context.emit(failedEvent('initiate', caught));
        }
      }
    }
    await shareFault(context, 'fault', since);
    const decoy = await createDecoy(context, ownCode);
    took = decoy.took;
    return { pending: decoy.pending, decoy: true };
  } finally {
    await padToFloor(context, since, took);
  }
}
