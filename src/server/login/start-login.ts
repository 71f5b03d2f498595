import { toCibaError } from '../../contract/index.js';
import type { InitiateRequest, JsonValue, PendingApproval } from '../../contract/index.js';
import { MAX_SECONDS } from '../../contract/validate.js';
import type { Context } from '../context.js';
import { RefusedRequest } from '../http/body-and-response.js';
import { inBackground } from '../coordination/background.js';
import type { KeepAnswer } from '../coordination/idempotent.js';
import { retryStoreWrite } from '../coordination/retry-store.js';
import { limitAccount, limited, limitStrangers, limitTyped, readCooldowns } from '../limits.js';
import { failedEvent } from '../log/events.js';
import { isKnownAccount, keepBrowser } from '../session/browsers.js';
import type { Browser } from '../session/browsers.js';
import { hash } from '../secrets.js';
import type { StoreStep } from '../store/store.js';
import { callSignal, padToFloor } from '../timing.js';
import { askedOf } from './approver.js';
import {
  createDecoy,
  forgetError,
  isNobody,
  mayTellStranger,
  readSharedError,
  recallAnswer,
  rememberAnswer,
  rememberError,
  shareError,
} from './decoys.js';
import type { AnswerShape, SharedError, Shown } from './decoys.js';
import {
  acquireSlots,
  createLoginId,
  newLogin,
  readLastLoginKey,
  readLoginByKey,
  slotReleases,
  slotRenewals,
} from './login-record.js';
import type { LoginOwner } from './login-record.js';
import { announceEnd, createNotificationToken, expectNotification } from './notifications.js';
import { pollLogin } from './poll-login.js';
import { resolveHint } from './resolve-hint.js';
import type { Resolved } from './resolve-hint.js';
import { countedKeys, countRing, dropRing, planRing, readRings, takeRing } from './ringing.js';
import type { TakenRing } from './ringing.js';
import type { HandlerRequest } from '../http/handler-request.js';

/** Seconds for which a start holds its slots until the backend says how long the request lives. */
const START_TIMEOUT_SECONDS = 60;

/** One start of a login, as the browser asked for it. */
export interface StartRequest {
  readonly request: HandlerRequest;
  readonly loginHint: string;
  readonly actId: string;
  readonly user: string;
  /** The browser, once its limits allow the start. */
  readonly admitted: Promise<Browser>;
}

/** The body of the response. */
export type StartAnswer = { readonly [key: string]: JsonValue };

/**
 * Sends a push to the user's phone, or pretends to.
 * @throws CibaError `rateLimited`, or what the backend threw
 */
export async function startLogin<Session>(
  context: Context<Session>,
  start: StartRequest,
  keep: KeepAnswer<StartAnswer>,
): Promise<StartAnswer> {
  const { request, loginHint, actId } = start;
  const since = context.now();
  const browser = await start.admitted;
  let resolved: Resolved;
  let entered: Entered;
  try {
    resolved = await resolveHint(context, loginHint, request);
    entered = await enterLogin(context, { ...start, browser }, resolved);
  } catch (caught) {
    // As long as a start takes, which includes what the app and the last login's poll need.
    await padToFloor(context, since, (await recallAnswer(context)).durationMs);
    throw caught;
  }
  const { id, login, rings, token } = entered;
  const { known, account } = login;

  try {
    const { pending, decoy, steps } = await sendPush(context, resolved, { ...entered, actId, since });
    const { interval, displayCode, displayCodeUse, displayCodeUrl, bindingMessage, deliveredTo } = pending;
    const expiresIn = Math.min(pending.expiresIn, MAX_SECONDS);
    const startedAt = context.now();
    const record = { ...login, pending, expiresAt: startedAt + expiresIn * 1000 };
    const answer: StartAnswer = {
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
    // The push is out. Giving up now would make the user send another one. A decoy takes the same steps. Each of them may be
    // repeated, if half of them fail.
    await retryStoreWrite(context, () =>
      context.store.batch([
        ...newLogin(context, record, { interval, nextPollAt: startedAt, decoy }),
        ...slotRenewals(record, expiresIn, START_TIMEOUT_SECONDS),
        ...rings.flatMap((taken) => countRing(taken, { startedAt, expiresIn })),
        ...(token ? [expectNotification(token, login, expiresIn)] : []),
        ...steps,
        keepBrowser(browser),
        keep(answer),
      ]),
    );
    if (context.ping) announceEnd(context, record, expiresIn);
    context.emit({ type: 'started', decoy }, account);
    return answer;
  } catch (caught) {
    await giveUp(context, login, rings);
    throw caught;
  }
}

/** Releases what a start took. If the store is unavailable too, it ends by itself. */
async function giveUp<Session>(
  { store }: Context<Session>,
  login: LoginOwner,
  rings: readonly TakenRing[],
): Promise<void> {
  await store.batch([...slotReleases(login), ...rings.map(dropRing)]).catch(() => undefined);
}

/**
 * Polls the last request for an account before the next push, so that a denial counts even if no browser polls for it.
 * A decoy takes as long. Errors are left to that login.
 */
async function noticeAnswer<Session>(context: Context<Session>, account: string, key: string): Promise<void> {
  try {
    const last = await readLoginByKey(context, key);
    if (last) await pollLogin(context, last);
  } catch (caught) {
    if (!(caught instanceof RefusedRequest)) context.emit(failedEvent('poll', caught), account);
  }
}

/** A start that was counted, and what it found in the store. */
interface Entered {
  readonly id: string;
  readonly login: LoginOwner;
  /** Whether a push may be sent. */
  readonly allowed: boolean;
  /** The rights to send a push that it took. */
  readonly rings: readonly TakenRing[];
  /** For adapters whose backend sends notifications. The OpenID adapter sends it as `client_notification_token`. */
  readonly token: string | undefined;
  readonly sharedError: SharedError | undefined;
  readonly shape: AnswerShape;
}

/**
 * Counts a start against the limits that the browser may learn of, and takes the login's slots. What it needs from the
 * store is asked for together, as far as the answers don't depend on each other: first what was typed and how often, then
 * the account.
 * @throws CibaError `rateLimited`
 */
async function enterLogin<Session>(
  context: Context<Session>,
  { actId, browser, user }: StartRequest & { readonly browser: Browser },
  { account, owner, named, ask }: Resolved,
): Promise<Entered> {
  const [known, last] = await Promise.all([
    isKnownAccount(context, browser.key, owner),
    readLastLoginKey(context, account),
  ]);
  const { id, key } = createLoginId();
  const login: LoginOwner = {
    key,
    act: hash('start', actId, user, browser.key),
    browser: browser.key,
    user,
    account,
    owner,
    named,
    known,
    asked: ask ? askedOf(ask) : {},
  };
  const counted = countedKeys(login);
  const counting = known
    ? Promise.resolve()
    : Promise.all([limitStrangers(context, 'start'), limitTyped(context, user, account)]);
  if (last !== undefined) {
    await counting;
    await noticeAnswer(context, account, last);
  }
  const [pushes, cooldownSeconds] = await Promise.all([
    readRings(context, counted),
    readCooldowns(context, login),
    counting,
  ]);
  if (known && cooldownSeconds > 0) throw limited(context, 'denied', cooldownSeconds, account);

  const planned = counted.map((one, place) =>
    planRing(context, { counted: one, act: login.act, pushes: pushes[place] ?? 0 }),
  );
  try {
    return await takePlaces(context, { id, login, planned, cooldownSeconds });
  } catch (caught) {
    await giveUp(context, login, planned);
    throw caught;
  }
}

/** Takes the login's slots and the right to send a push. */
async function takePlaces<Session>(
  context: Context<Session>,
  {
    id,
    login,
    planned,
    cooldownSeconds,
  }: {
    readonly id: string;
    readonly login: LoginOwner;
    readonly planned: readonly TakenRing[];
    readonly cooldownSeconds: number;
  },
): Promise<Entered> {
  const { account, known } = login;
  // The token is stored before the push, because the user may be quicker than the store.
  const token = context.ping ? createNotificationToken() : undefined;
  const [waits, overLimit, taken, sharedError, shape] = await Promise.all([
    acquireSlots(context, login, START_TIMEOUT_SECONDS),
    limitAccount(context, login).then(
      () => null,
      (caught: unknown) => caught,
    ),
    Promise.all(planned.map((one) => takeRing(context, one))),
    readSharedError(context, 'start'),
    recallAnswer(context),
    token && context.store.batch([expectNotification(token, login, START_TIMEOUT_SECONDS)]),
  ]);
  const rings = taken.filter((one) => typeof one !== 'number');
  const [shownPause = 0, accountPause = 0] = taken.map((one) => (typeof one === 'number' ? one : 0));
  if (isFault(overLimit) || (known && overLimit !== null)) throw overLimit;
  if (waits.user > 0 && !known) throw limited(context, 'userBusy', waits.user, account);
  if (waits.browser > 0) throw limited(context, 'logins', waits.browser, account);
  if (shownPause > 0) throw limited(context, 'resend', shownPause, account);
  const found = { id, login, token, sharedError, shape };
  if (known) return { ...found, rings, allowed: true };

  // Several hints can mean one account (a phone number with and without dashes), so the account counts as well as the hint.
  // If a limit was reached, a stranger gets a decoy instead of a 429. A 429 would reveal that both hints are the same
  // person, or that the user denied.
  if (cooldownSeconds > 0) limited(context, 'denied', cooldownSeconds, account);
  else if (overLimit === null && waits.account > 0) limited(context, 'userBusy', waits.account, account);
  else if (overLimit === null && accountPause > 0) limited(context, 'resend', accountPause, account);
  const allowed = cooldownSeconds === 0 && overLimit === null && waits.account === 0 && accountPause === 0;
  if (allowed) return { ...found, rings, allowed };
  // Without a push for the account, its next push needn't wait.
  const [shownRing, ...accountRings] = rings;
  if (accountRings.length > 0) inBackground(context, 'initiate', () => context.store.batch(accountRings.map(dropRing)));
  return { ...found, rings: shownRing ? [shownRing] : [], allowed };
}

/** Whether this is a fault, and not just a limit. */
function isFault(caught: unknown): boolean {
  return caught !== null && toCibaError(caught).code !== 'rateLimited';
}

/** The number and the text of a request, the same for users and decoys. */
export function shownOf<Session>({ adapter, displayCode: make }: Context<Session>, ask: InitiateRequest | null): Shown {
  const displayCode = ask?.displayCode ?? (adapter.makeDisplayCode || make === false ? undefined : make());
  return {
    ...(displayCode !== undefined && { displayCode }),
    ...(ask?.bindingMessage !== undefined && { bindingMessage: ask.bindingMessage }),
  };
}

/** An answer as its screen shows it: with the number that was sent, unless the backend made its own. */
export function asShown<Session>(
  { adapter }: Context<Session>,
  { bindingMessage: _repeated, displayCodeUrl, ...answer }: PendingApproval,
  shown: Shown,
): PendingApproval {
  // Decoys can only have an address if the adapter makes it.
  const hasUrl = displayCodeUrl !== undefined && adapter.makeDisplayCode;
  return { ...shown, ...answer, ...(hasUrl && { displayCodeUrl }) };
}

/** A request that was sent, or a decoy. */
interface Sent {
  readonly pending: PendingApproval;
  readonly decoy: boolean;
  /** What to write with the login. */
  readonly steps: readonly StoreStep[];
}

/** Sends the real request, or creates a decoy that looks the same and takes as long. */
async function sendPush<Session>(
  context: Context<Session>,
  { ask, nobody }: Resolved,
  start: Entered & { readonly actId: string; /** Wall-clock milliseconds. */ readonly since: number },
): Promise<Sent> {
  const { actId, since, token, allowed, sharedError, shape } = start;
  const { known, account } = start.login;
  let durationMs = 0;
  const onWarning = (message: string) => context.emit({ type: 'warning', during: 'initiate', message });
  try {
    const shown = shownOf(context, ask);
    if (ask && allowed && !nobody) {
      const wanted = { ...ask, ...shown, ...(token !== undefined && { notificationToken: token }) };
      try {
        const answer = await context.adapter.initiate(wanted, {
          signal: callSignal(),
          actId,
          onWarning,
          caller: known ? 'known' : 'unknown',
        });
        const pending = asShown(context, answer, shown);
        const steps = [
          ...rememberAnswer(context, pending, context.now() - since, shown.displayCode),
          ...forgetError('start', sharedError),
        ];
        return { pending, decoy: false, steps };
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
    await shareError(context, sharedError, since);
    durationMs = shape.durationMs;
    return { pending: createDecoy(context, shape, shown), decoy: true, steps: [] };
  } finally {
    await padToFloor(context, since, durationMs);
  }
}
