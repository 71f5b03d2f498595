import { timingSafeEqual } from 'node:crypto';
import { readBody, RefusedRequest } from '../http/body-and-response.js';
import type { LoginOwner } from './login-record.js';
import type { Context } from '../options.js';
import { createToken, hash } from '../secrets.js';

/** Longest `auth_req_id` that is taken, in characters; Keycloak's is a token of more than 1 kB. */
const MAX_REQUEST_ID_CHARACTERS = 3500;

/** Seconds for which a notification waits for the browser's next poll. */
const NOTICE_SECONDS = 600;

/** Who a notification is for. Of the token only the hash of its second half is kept. */
interface Expected {
  readonly login: string;
  readonly browser: string;
  readonly proof: string;
}

/** The channel on which a browser's open streams hear that one of its logins is decided. */
export function channelOf(browser: string): string {
  return `ready:${browser}`;
}

/**
 * A new `client_notification_token` (CIBA Core 1.0 §7.1) for one login: a half to find it by, and a half to prove it
 * with, 256 bits each.
 */
export function createNotificationToken(): string {
  return `${createToken()}.${createToken()}`;
}

/** Expects a notification with this token for so many seconds. */
export async function expectNotification<Session>(
  { store }: Context<Session>,
  token: string,
  { key, browser }: LoginOwner,
  ttl: number,
): Promise<void> {
  const [name = '', secret = ''] = token.split('.');
  const expected: Expected = { login: key, browser, proof: hash('notification', secret) };
  await store.set(`notification:${hash('notification', name)}`, expected, ttl);
}

/**
 * Takes the provider's word that a login is decided (CIBA Core 1.0 §10.2) and hands on that it is worth asking, no more:
 * the outcome comes from the token endpoint alone. It is a request between servers, without cookies.
 * @throws RefusedRequest 401 for a token that is not ours, 400 and 413 for a body that is none
 */
export async function takeNotification<Session>(context: Context<Session>, request: Request): Promise<void> {
  (await readBody(request)).text('auth_req_id', MAX_REQUEST_ID_CHARACTERS);
  const [, name = '', secret = ''] =
    /^Bearer ([\w-]+)\.([\w-]+)$/i.exec(request.headers.get('authorization') ?? '') ?? [];
  const expected = await context.store.get<Expected>(`notification:${hash('notification', name)}`);
  // Compared also where nothing was found, so that both take the same time.
  const proof = Buffer.from(hash('notification', secret));
  const wanted = Buffer.from(expected?.proof ?? hash('notification', createToken()));
  if (!timingSafeEqual(proof, wanted) || !expected) {
    throw new RefusedRequest('token', 401, 'unauthorized', 'This is no notification token of a login that is open.');
  }
  await context.store.set(`noticed:${expected.login}`, true, NOTICE_SECONDS);
  await context.store.publish(channelOf(expected.browser));
  context.emit({ type: 'notified' });
}

/** Whether the provider said that the login is decided, and was not asked since. */
export async function hasNotice<Session>({ store }: Context<Session>, login: string): Promise<boolean> {
  return (await store.get(`noticed:${login}`)) !== undefined;
}

/** The provider is being asked. */
export async function dropNotice<Session>({ store }: Context<Session>, login: string): Promise<void> {
  await store.delete(`noticed:${login}`);
}
