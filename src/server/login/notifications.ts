import { timingSafeEqual } from 'node:crypto';
import { MAX_REQUEST_ID_CHARACTERS } from '../../contract/validate.js';
import type { Context } from '../context.js';
import { inBackground } from '../coordination/background.js';
import { readBody, RefusedRequest } from '../http/body-and-response.js';
import { limitForged, limitNotifications } from '../limits.js';
import { createToken, hash } from '../secrets.js';
import type { StoreStep } from '../store/store.js';
import { NOTICE_SECONDS, noticeKey, notificationKey, readyChannel } from '../store/keys.js';
import type { HandlerRequest } from '../http/handler-request.js';

/** Largest notification that is read, in bytes. A push delivery contains three tokens and has to be recognized as one. */
const MAX_NOTIFICATION_BYTES = 65_536;

/** What only a push delivery contains (CIBA Core 1.0 §10.3.1 and §12). */
const PUSH_FIELDS = ['access_token', 'id_token', 'refresh_token', 'error'];

/**
 * Seconds before the end of a stranger's login in which its page isn't told of a notification. Providers may notify of the end
 * itself, and nobody notifies of a decoy's end: {@link announceEnd} tells both pages at the same moment.
 */
const QUIET_SECONDS = 2;

/** Whom a notification is for. Of the token, only a hash of the second half is kept. */
interface ExpectedNotification {
  readonly login: string;
  readonly browser: string;
  readonly proof: string;
  /** When a stranger's login ends, in wall-clock milliseconds. Absent while the backend has not answered. */
  readonly expiresAt?: number;
}

/** A login that a notification is about. */
interface NotifiedLogin {
  readonly key: string;
  readonly browser: string;
  readonly expiresAt?: number;
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
  { key, browser, expiresAt }: NotifiedLogin,
  ttlSeconds: number,
): StoreStep {
  const [name = '', secret = ''] = token.split('.');
  const expected: ExpectedNotification = {
    ...{ login: key, browser, proof: hash('notification', secret) },
    ...(expiresAt !== undefined && { expiresAt }),
  };
  return ['set', notificationKey(name), expected, ttlSeconds];
}

/**
 * Accepts the provider's notification that a login is decided (CIBA Core 1.0 §10.2), and tells the browser to poll. The
 * outcome itself only ever comes from the token endpoint. This is a request between servers, without cookies.
 *
 * @throws RefusedRequest 401 for an unknown token, 400 or 413 for an invalid body or a push delivery; CibaError
 * `rateLimited`
 */
export async function takeNotification<Session>(context: Context<Session>, request: HandlerRequest): Promise<void> {
  const [, name = '', secret = ''] =
    /^Bearer ([\w-]+)\.([\w-]+)$/i.exec(request.headers.get('authorization') ?? '') ?? [];
  const expected = await context.store.get<ExpectedNotification>(notificationKey(name));
  // The comparison runs even if nothing was found, so that both cases take the same time.
  const proof = Buffer.from(hash('notification', secret));
  const wanted = Buffer.from(expected?.proof ?? hash('notification', createToken()));
  if (!timingSafeEqual(proof, wanted) || !expected) {
    await limitForged(context, 'ping', request);
    throw new RefusedRequest('token', 401, 'unauthorized', 'The notification token does not belong to an open login.');
  }
  await limitNotifications(context, expected.login);
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
  const { login, browser, expiresAt = Infinity } = expected;
  if (context.now() < expiresAt - QUIET_SECONDS * 1000) await announce(context, { key: login, browser });
  context.emit({ type: 'notified' });
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
