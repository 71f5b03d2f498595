import { timingSafeEqual } from 'node:crypto';
import { MAX_REQUEST_ID_CHARACTERS } from '../../contract/validate.js';
import type { Context } from '../context.js';
import { finishInBackground, inBackground } from '../coordination/background.js';
import { readBody, RefusedRequest } from '../http/body-and-response.js';
import { limitForged, limitNotifications } from '../limits.js';
import { failedEvent } from '../log/events.js';
import { createToken, hash } from '../secrets.js';
import type { StoreStep } from '../store/store.js';
import { NOTICE_SECONDS, noticeKey, notificationKey, readyChannel } from '../store/keys.js';
import type { HandlerRequest } from '../http/handler-request.js';
import { readLoginByKey } from './login-record.js';
import type { StoredLogin } from './login-record.js';
import { isAfterTheUser, pollLogin } from './poll-login.js';

/** Largest notification that is read, in bytes. A push delivery contains three tokens and has to be recognized as one. */
const MAX_NOTIFICATION_BYTES = 65_536;

/** What only a push delivery contains (CIBA Core 1.0 §10.3.1 and §12). */
const PUSH_FIELDS = ['access_token', 'id_token', 'refresh_token', 'error'];

/** Milliseconds before each look at a login that a notification is about, while another poll of it runs. */
const LOOK_PAUSES_MS = [250, 500, 1000, 2000, 4000];

/** Whom a notification is for. Of the token, only a hash of the second half is kept. */
interface ExpectedNotification {
  readonly login: string;
  readonly browser: string;
  readonly proof: string;
  /** Set if the account knows its browser. */
  readonly known?: true;
}

/** A login that a notification is about. */
interface NotifiedLogin {
  readonly key: string;
  readonly browser: string;
  readonly known: boolean;
}

/**
 * Creates a `client_notification_token` (CIBA Core 1.0 §7.1) for one login. The first half finds the login and the
 * second half proves the sender; each has 256 random bits.
 */
export function createNotificationToken(): string {
  return `${createToken()}.${createToken()}`;
}

/** The step that accepts a notification with this token for `ttlSeconds`. */
export function expectNotification(
  token: string,
  { key, browser, known }: NotifiedLogin,
  ttlSeconds: number,
): StoreStep {
  const [name = '', secret = ''] = token.split('.');
  const expected: ExpectedNotification = {
    ...{ login: key, browser, proof: hash('notification', secret) },
    ...(known && { known }),
  };
  return ['set', notificationKey(name), expected, ttlSeconds];
}

/**
 * Accepts the provider's notification that a login is decided (CIBA Core 1.0 §10.2), and has the browser poll. The outcome
 * itself only ever comes from the token endpoint. This is a request between servers, without cookies.
 *
 * @throws RefusedRequest 401 for an unknown token, 400 or 413 for an invalid body or a push delivery; CibaError
 * `rateLimited`
 */
export async function takeNotification<Session>(context: Context<Session>, request: HandlerRequest): Promise<void> {
  const [, name = '', secret = ''] =
    /^Bearer +([\w-]+)\.([\w-]+)$/i.exec(request.headers.get('authorization') ?? '') ?? [];
  const expected = await context.store.get<ExpectedNotification>(notificationKey(name));
  // The comparison runs even if nothing was found, so that both cases take the same time.
  const proof = Buffer.from(hash('notification', secret));
  const wanted = Buffer.from(expected?.proof ?? hash('notification', createToken()));
  if (!timingSafeEqual(proof, wanted) || !expected) {
    await limitForged(context, 'ping', request);
    throw new RefusedRequest('token', 401, 'unauthorized', 'The notification token does not belong to an open login.');
  }
  const { login, browser, known = false } = expected;
  const [stored] = await Promise.all([
    known ? null : readLoginByKey(context, login),
    limitNotifications(context, login),
  ]);
  const body = await readBody(request, MAX_NOTIFICATION_BYTES);
  if (PUSH_FIELDS.some((field) => body.has(field))) {
    throw new RefusedRequest(
      'pushDelivery',
      400,
      'misconfigured',
      "The provider sent a push delivery, with the tokens or the error in it. This handler only takes pings, and drops what it contains. Change the client's delivery mode at the provider from `push` to `ping` (`backchannel_token_delivery_mode`).",
    );
  }
  body.text('auth_req_id', MAX_REQUEST_ID_CHARACTERS);
  if (known) await announce(context, { key: login, browser });
  // The provider may be waiting for this response, and answer no poll until it has it.
  else if (stored) finishInBackground(context, pollForStranger(context, stored));
  // The user was quicker than the start's answer. The page's first poll finds the note.
  else await context.store.set(noticeKey(login), true, NOTICE_SECONDS);
  context.emit({ type: 'notified' });
}

/**
 * Polls in the place of a stranger's page, which hears of an outcome only. Some providers also notify of a request that they
 * dropped, or whose time is over. Nobody notifies of a decoy, so a page that heard of that would know that its user exists.
 */
async function pollForStranger<Session>(context: Context<Session>, login: StoredLogin, looks = 0): Promise<void> {
  const { key, browser, account } = login.record;
  try {
    const { status } = await pollLogin(context, login, { noticed: true });
    if (status === 'approved' || status === 'denied') await context.store.publish(readyChannel(browser));
    // Another poll was under way, and may have been answered before the user decided. It left the note.
    const left = status === 'pending' ? await readLoginByKey(context, key) : null;
    if (left?.noticed) lookLater(context, left, looks);
  } catch (caught) {
    if (caught instanceof RefusedRequest) return;
    context.emit(failedEvent('poll', caught), account);
    // The page learns of any other fault by its own polls, as that of a decoy does.
    if (isAfterTheUser(caught)) await context.store.publish(readyChannel(browser)).catch(() => undefined);
  }
}

/** Polls again in a while. If this process stops before, the page's own poll finds the note. */
function lookLater<Session>(context: Context<Session>, login: StoredLogin, looks: number): void {
  const pauseMs = LOOK_PAUSES_MS[looks];
  if (pauseMs === undefined) return;
  const timer = setTimeout(() => {
    context.timers.delete(timer);
    finishInBackground(context, pollForStranger(context, login, looks + 1));
  }, pauseMs);
  timer.unref?.();
  context.timers.add(timer);
}

/** Has the browser poll. The note comes first, so that its poll finds it. */
async function announce<Session>(
  { store }: Context<Session>,
  { key, browser }: Pick<NotifiedLogin, 'key' | 'browser'>,
): Promise<void> {
  await Promise.all([store.set(noticeKey(key), true, NOTICE_SECONDS), store.publish(readyChannel(browser))]);
}

/**
 * Has the browser poll at the end of a login's life, for users and decoys alike. If this process dies before that, the page
 * learns of the end at its usual pace.
 */
export function announceEnd<Session>(
  context: Context<Session>,
  login: Pick<NotifiedLogin, 'key' | 'browser'>,
  expiresIn: number,
): void {
  const timer = setTimeout(
    () => {
      context.timers.delete(timer);
      inBackground(context, 'ping', () => announce(context, login));
      // A timer may fire a millisecond early.
    },
    expiresIn * 1000 + 1,
  );
  timer.unref?.();
  context.timers.add(timer);
}
