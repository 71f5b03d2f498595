import { CibaError, toCibaError } from '../../contract/index.js';
import type { LogoutNotice } from '../../contract/index.js';
import type { Context } from '../context.js';
import { readForm, RefusedRequest } from '../http/body-and-response.js';
import { limitForged } from '../limits.js';
import { failedEvent } from '../log/events.js';
import { hash } from '../secrets.js';
import {
  dueLogoutsKey,
  LOGOUT_MEMORY_SECONDS,
  LOGOUT_TOKEN_MEMORY_SECONDS,
  loggedOutKey,
  logoutKey,
} from '../store/keys.js';
import { callSignal } from '../timing.js';
import { endSession, isIssuedBefore, marksOfLogout, readOwnedSessions, sidKey, subjectKey } from './sessions.js';
import type { HandlerRequest } from '../http/handler-request.js';

// Providers send a logout token once, and don't repeat it after an error. So each one is kept until it is carried out: in
// the store, or in this process while the store or the provider's keys can't be reached.

/** Largest logout token that is read, in bytes. */
const MAX_LOGOUT_BYTES = 16_384;

/**
 * Logout tokens that this process holds while they can't be validated, and as many while they can't be stored. Each is valid for
 * minutes. Anyone can send some of the former, so they take no place from the latter.
 */
const MAX_HELD = 1000;

/** Logouts that are handled in one go. */
const MAX_AT_ONCE = 500;

/** Stands for a logout that was carried out. */
const DONE = 'done';

/** A logout that is not carried out yet. The names are keys, so that the store shows no user. */
interface KeptLogout {
  readonly subject?: string;
  readonly sid?: string;
  /** Milliseconds by the provider's clock. */
  readonly issuedAt: number;
}

/**
 * Takes a logout token of the provider (OpenID Connect Back-Channel Logout 1.0 §2.5). This is a request between servers,
 * without cookies.
 * @throws RefusedRequest 400 for an invalid or repeated token; CibaError `rateLimited`, or `unavailable` while the token
 * is only held by this process
 */
export async function takeLogoutToken<Session>(context: Context<Session>, request: HandlerRequest): Promise<void> {
  const token = (await readForm(request, MAX_LOGOUT_BYTES)).get('logout_token') ?? '';
  let held: string | LogoutNotice = token;
  try {
    held = await readNotice(context, token);
    await keep(context, held);
  } catch (caught) {
    if (!toCibaError(caught).retryable) {
      await limitForged(context, 'logout', request);
      throw new RefusedRequest('logoutToken', 400, 'refused', toCibaError(caught).message);
    }
    hold(context, token, held);
    throw caught;
  }
}

function hold<Session>({ heldLogouts }: Context<Session>, token: string, held: string | LogoutNotice): void {
  const alike = [...heldLogouts.values()].filter((one) => typeof one === typeof held);
  if (alike.length < MAX_HELD) heldLogouts.set(hash('logout', token), held);
}

/** Validates a token. What was valid when it came is not validated again, because it expires within minutes. */
async function readNotice<Session>({ adapter }: Context<Session>, token: string): Promise<LogoutNotice> {
  const notice = await adapter.readLogoutToken?.(token, { signal: callSignal() });
  if (!notice) throw new CibaError('refused', 'The adapter reads no logout tokens.');
  return notice;
}

/** Keeps a logout in the store, and then carries it out. What fails after it is kept is left to the next sweep. */
async function keep<Session>(context: Context<Session>, notice: LogoutNotice): Promise<void> {
  const { store, now } = context;
  const key = hash('logout', notice.id);
  const logout = toKept(notice);
  // It is due before it is known, so that it can't be known without being due.
  await store.addToIndex(dueLogoutsKey(), key, now(), LOGOUT_TOKEN_MEMORY_SECONDS);
  const { claimed } = await store.setIfAbsent<KeptLogout | typeof DONE>(
    logoutKey(key),
    logout,
    LOGOUT_TOKEN_MEMORY_SECONDS,
  );
  if (!claimed) throw new CibaError('refused', 'The logout token was received before (`jti`), and counts once.');
  try {
    await carryOut(context, key, logout);
  } catch (caught) {
    context.emit(failedEvent('backchannel-logout', caught));
  }
}

function toKept({ subject, sid, issuedAt }: LogoutNotice): KeptLogout {
  return {
    ...(subject !== undefined && { subject: subjectKey(subject) }),
    ...(sid !== undefined && { sid: sidKey(sid) }),
    issuedAt,
  };
}

/** Ends the sessions that a logout is about. Doing it twice does no harm. */
async function carryOut<Session>(context: Context<Session>, key: string, logout: KeptLogout): Promise<void> {
  const { store } = context;
  const { subject, sid, issuedAt } = logout;
  // A sign-in that is still in progress sees such a mark, because it looks for them after it is listed.
  await store.batch(
    marksOfLogout(logout).map((name) => ['setIfGreater', loggedOutKey(name), issuedAt, LOGOUT_MEMORY_SECONDS] as const),
  );
  const owners = [subject, sid].filter((one) => one !== undefined);
  const meant = (await readOwnedSessions(context, owners)).filter(({ record }) => isMeant(record, logout));
  await Promise.all(meant.map((one) => endSession(context, one, 'provider')));
  // A token that comes again is due again, and must not be carried out again.
  await store.set(logoutKey(key), DONE, LOGOUT_TOKEN_MEMORY_SECONDS);
  await store.removeFromIndex(dueLogoutsKey(), key);
}

/**
 * Whether a logout ends a session. If it names one session of the provider, it ends that one, and those of its user of which
 * the provider named none. It never ends a session that the provider issued later.
 */
function isMeant(
  record: KeptLogout | { readonly issuedAt?: number; sid?: string; subject?: string },
  logout: KeptLogout,
) {
  if (logout.subject !== undefined && record.subject !== undefined && record.subject !== logout.subject) return false;
  if (logout.sid !== undefined && record.sid !== undefined) return record.sid === logout.sid;
  return isIssuedBefore(record, logout.issuedAt);
}

/** Carries out what is still due: logouts that this process holds, and those that any process kept. */
export async function sweepLogouts<Session>(context: Context<Session>): Promise<void> {
  const { store, heldLogouts } = context;
  for (const [name, held] of heldLogouts) {
    try {
      await keep(context, typeof held === 'string' ? await readNotice(context, held) : held);
    } catch (caught) {
      if (toCibaError(caught).retryable) continue;
      context.emit(failedEvent('backchannel-logout', caught));
    }
    heldLogouts.delete(name);
  }
  const keys = await store.readIndex(dueLogoutsKey(), { upTo: context.now(), limit: MAX_AT_ONCE });
  for (const key of keys) {
    const logout = await store.get<KeptLogout | typeof DONE>(logoutKey(key));
    if (logout && logout !== DONE) await carryOut(context, key, logout);
    else await store.removeFromIndex(dueLogoutsKey(), key);
  }
}
