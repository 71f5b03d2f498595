import { CibaError } from '../../contract/index.js';
import type { DeviceName } from '../../contract/account-session.js';
import type { Context } from '../context.js';
import { within } from '../timing.js';
import { finishInBackground } from '../coordination/background.js';
import { retryStoreWrite } from '../coordination/retry-store.js';
import { readCookie, writeCookie } from '../http/cookies.js';
import type { SessionEnd } from '../log/events.js';
import { accountKey, createToken, hash } from '../secrets.js';
import {
  allEndedKey,
  dueSessionsKey,
  ENDED_SESSION_SECONDS,
  loggedOutKey,
  OUTCOME_MEMORY_SECONDS,
  ownedSessionsKey,
  refreshedKey,
  sessionEndKey,
  sessionKey,
  sessionUseKey,
} from '../store/keys.js';
import { UNREADABLE } from '../store/scoped.js';
import type { StoreStep } from '../store/store.js';
import { revokeSession } from './revoke.js';
import { readSessionInfo } from './session-info.js';
import type { HandlerRequest } from '../http/handler-request.js';

/** How a session began, and whose it is. */
export interface SessionOrigin {
  /** The key of the account, as in all events about it. */
  readonly account: string;
  /** The key that the account's sessions are listed by. Nobody else's sessions have it. */
  readonly owner: string;
  /** Whether the app named the account. Otherwise, `owner` is what was typed, and the provider may know better. */
  readonly named: boolean;
  readonly method: 'push' | 'code';
}

/** What the store keeps of a session. It is written when the session opens and when a browser collects it. */
export interface SessionRecord<Session> extends Omit<SessionOrigin, 'named'> {
  /** The session as it began. */
  readonly session: Session;
  /** The keys that a logout by the provider finds it by: its user and, if the provider names it, the session. */
  readonly subject?: string;
  readonly sid?: string;
  /** When the provider issued it, in milliseconds by the provider's clock. */
  readonly issuedAt?: number;
  readonly acr?: string;
  readonly device?: DeviceName;
  /** Whether a browser has it. If none collects it, it ends. */
  readonly collected: boolean;
  /** Wall-clock milliseconds, as all times here. */
  readonly createdAt: number;
  /** When it ends, however much it is used. */
  readonly expiresAt: number;
  /** When its tokens came, by the system's clock. Absent if that is `createdAt`. */
  readonly receivedAt?: number;
}

/** A session since its tokens were refreshed. */
export interface RefreshedSession<Session> {
  readonly session: Session;
  /** How often it was refreshed. */
  readonly generation: number;
  /** When the tokens came, by the system's clock, as all times that the provider's tokens have. */
  readonly receivedAt: number;
}

/** A session as it was in the store when it was read. */
export interface StoredSession<Session> extends RefreshedSession<Session> {
  readonly id: string;
  readonly record: SessionRecord<Session>;
  /** Absent if it was idle for too long. */
  readonly usedAt: number | undefined;
  /** Whether it was ended. It is deleted soon. */
  readonly ended: boolean;
  /** Whether its newest tokens can't be opened, so that `session` is out of date. It can be ended, but not used. */
  readonly outdated: boolean;
  /** When it ends, however much it is used: by this handler's rules and, with `sessionFollows`, the provider's. */
  readonly endsAt: number;
}

/** Share of the idle lifetime after which a use is written again, so that not every request writes to the store. */
const USE_GRAIN = 1 / 20;

/** Seconds after which a process that knows the secret may answer. */
const UNKNOWN_SECRET_PAUSE_SECONDS = 2;

/** How much later than its end a session is looked at. Requests that found it open are done by then. */
const SWEEP_MARGIN_MS = 60_000;

/** Names a session in the store and on the page, by its cookie. It signs no one in. */
export const sessionId = (token: string) => hash('session', token);

/** The key of a user of the provider. */
export const subjectKey = (subject: string) => hash('subject', subject);

/** The key of a session of the provider. */
export const sidKey = (sid: string) => hash('sid', sid);

/** What a logout by the provider names, and what it finds a session by. */
type ProviderNames = Pick<SessionRecord<unknown>, 'subject' | 'sid'>;

const bothKey = (subject: string, sid: string) => hash('subject and sid', subject, sid);
const withoutSidKey = (subject: string) => hash('subject without sid', subject);
const withoutSubjectKey = (sid: string) => hash('sid without subject', sid);

/** The names of the marks by which a logout ends sign-ins that wait for their browsers. It ends the same as of those in lists. */
export function marksOfLogout({ subject, sid }: ProviderNames): readonly string[] {
  if (subject === undefined || sid === undefined) return [subject, sid].filter((name) => name !== undefined);
  return [bothKey(subject, sid), withoutSidKey(subject), withoutSubjectKey(sid)];
}

/** The names of the marks by which a logout may have ended this session. */
export function marksOfSession({ subject, sid }: ProviderNames): readonly string[] {
  if (subject !== undefined && sid !== undefined) return [subject, sid, bothKey(subject, sid)];
  if (subject !== undefined) return [subject, withoutSidKey(subject)];
  return sid === undefined ? [] : [sid, withoutSubjectKey(sid)];
}

/**
 * The steps that open a session that waits for its browser. `token` must be a new random value, never one that came from a browser. If
 * this process dies, the session ends by itself, and is revoked.
 */
export function openSession<Session>(
  context: Context<Session>,
  token: string,
  session: Session,
  { account, owner, named, method }: SessionOrigin,
): { readonly steps: readonly StoreStep[]; readonly stored: StoredSession<Session> } {
  const { subject, sid, issuedAt, acr } = readSessionInfo(context, session);
  const now = context.now();
  const receivedAt = context.systemNow();
  const record: SessionRecord<Session> = {
    session,
    account,
    owner: named || subject === undefined ? owner : accountKey(subject),
    method,
    ...(subject !== undefined && { subject: subjectKey(subject) }),
    ...(sid !== undefined && { sid: sidKey(sid) }),
    ...(issuedAt !== undefined && { issuedAt }),
    ...(acr !== undefined && { acr }),
    collected: false,
    createdAt: now,
    expiresAt: now + OUTCOME_MEMORY_SECONDS * 1000,
    ...(receivedAt !== now && { receivedAt }),
  };
  const id = sessionId(token);
  return {
    steps: [...writeSteps(context, id, record), due(id, record.expiresAt, secondsKept(context, record))],
    stored: {
      ...{ session, generation: 0, receivedAt },
      ...{ id, record, usedAt: now, ended: false, outdated: false, endsAt: endOf(context, record, session) },
    },
  };
}

/** Seconds for which the store keeps a record. */
function secondsKept<Session>({ now }: Context<Session>, { expiresAt }: { readonly expiresAt: number }): number {
  return Math.max(1, (expiresAt - now()) / 1000) + ENDED_SESSION_SECONDS;
}

function writeSteps<Session>(context: Context<Session>, id: string, record: SessionRecord<Session>): StoreStep[] {
  return [
    ['set', sessionKey(id), record, secondsKept(context, record)],
    ['set', sessionUseKey(id), context.now(), context.sessionIdleLifetimeSeconds],
  ];
}

function due(id: string, at: number, ttlSeconds: number): StoreStep {
  return ['addToIndex', dueSessionsKey(), id, at + SWEEP_MARGIN_MS, ttlSeconds + SWEEP_MARGIN_MS / 1000];
}

/** The keys of the lists that a session is in. */
function listsOf<Session>({ owner, subject, sid }: SessionRecord<Session>): string[] {
  return [owner, subject, sid].filter((name) => name !== undefined).map(ownedSessionsKey);
}

/**
 * The steps that give a session that waited to its browser, for its whole lifetime. `isOpen` says by their answers whether
 * it is still open: a sign-in that was slower than the user's sign-out, or than a logout by the provider, must not restore
 * the session.
 */
export function keepSession<Session>(
  context: Context<Session>,
  waiting: StoredSession<Session>,
  device: DeviceName,
): {
  readonly record: SessionRecord<Session>;
  readonly steps: readonly StoreStep[];
  readonly isOpen: (answers: readonly unknown[]) => Promise<boolean>;
} {
  const { id } = waiting;
  const record: SessionRecord<Session> = { ...waiting.record, device, ...lifeOf(context, waiting.record) };
  const ttlSeconds = secondsKept(context, record);
  const dueTime = dueAt(context, { endsAt: endOf(context, record, waiting.session), usedAt: context.now() });
  const writes: readonly StoreStep[] = [
    ...writeSteps(context, id, record),
    ...(record.collected
      ? [
          due(id, dueTime, ttlSeconds),
          ...listsOf(record).map((list): StoreStep => ['addToIndex', list, id, record.createdAt, ttlSeconds]),
        ]
      : // The app keeps a session of its own, and revokes its tokens itself.
        [['removeFromIndex', dueSessionsKey(), id] as const]),
  ];
  // A session that ends is first marked as ended and then deleted. So either the mark is visible after these writes, or the
  // session is deleted after them. A logout by the provider first leaves its mark, and then looks for sessions.
  const reads: readonly StoreStep[] = [
    ['get', sessionEndKey(id)],
    ['get', allEndedKey(record.owner)],
    ...marksOfSession(record).map((name): StoreStep => ['get', loggedOutKey(name)]),
  ];
  return {
    record,
    steps: [...writes, ...reads],
    async isOpen(answers) {
      const [ended, allEndedAt, ...loggedOut] = answers.slice(writes.length, writes.length + reads.length);
      if (ended !== undefined) {
        await deleteSession(context, id, record);
        return false;
      }
      const isFirst = record.collected && !waiting.record.collected;
      if (isFirst && typeof allEndedAt === 'number' && receivedAtOf(record) <= allEndedAt) {
        await endSession(context, { ...waiting, record }, 'endedElsewhere');
        return false;
      }
      if (loggedOut.some((at) => typeof at === 'number' && isIssuedBefore(record, at))) {
        await endSession(context, { ...waiting, record }, 'provider');
        return false;
      }
      return true;
    },
  };
}

function lifeOf<Session>(
  { onApproved, sessionLifetimeSeconds }: Context<Session>,
  { createdAt, expiresAt }: SessionRecord<Session>,
): Pick<SessionRecord<Session>, 'collected' | 'expiresAt'> {
  if (onApproved) return { collected: false, expiresAt };
  return { collected: true, expiresAt: createdAt + sessionLifetimeSeconds * 1000 };
}

/** Whether the provider issued a session no later than it said something. Both times are by its own clock. */
export function isIssuedBefore({ issuedAt }: { readonly issuedAt?: number }, at: number): boolean {
  return issuedAt === undefined || issuedAt <= at;
}

/** What the store has of a session, or `null`. It costs one round trip. */
export async function readStored<Session>(
  context: Context<Session>,
  id: string,
): Promise<StoredSession<Session> | null> {
  return (await readAllStored(context, [id]))[0] ?? null;
}

/** The same for several sessions, still in one round trip. */
export async function readAllStored<Session>(
  context: Context<Session>,
  ids: readonly string[],
): Promise<readonly (StoredSession<Session> | null)[]> {
  const answers = await context.store.batch(
    ids.flatMap((id): StoreStep[] => [
      ['get', sessionKey(id)],
      ['get', sessionUseKey(id)],
      ['get', refreshedKey(id)],
      ['get', sessionEndKey(id)],
    ]),
  );
  return ids.map((id, place) => {
    const [record, usedAt, refreshed, mark] = answers.slice(place * 4) as [
      SessionRecord<Session> | undefined,
      number | undefined,
      RefreshedSession<Session> | typeof UNREADABLE | undefined,
      string | undefined,
    ];
    if (!record) return null;
    const outdated = refreshed === UNREADABLE;
    const first = { session: record.session, generation: 0, receivedAt: receivedAtOf(record) };
    const current = outdated ? first : (refreshed ?? first);
    const endsAt = outdated ? record.expiresAt : endOf(context, record, current.session);
    return { ...current, id, record, usedAt, ended: mark !== undefined, outdated, endsAt };
  });
}

/** Sessions that are read in one go, and at most in all. */
const PAGE_SIZE = 200;
const MAX_OWNED = 100_000;

/** Reads all sessions of these owners. It costs one round trip for each owner, and one for each 200 sessions. */
export async function readOwnedSessions<Session>(
  context: Context<Session>,
  owners: readonly string[],
): Promise<readonly StoredSession<Session>[]> {
  const found = new Set<string>();
  for (const owner of owners) {
    const range = { upTo: Infinity, limit: MAX_OWNED };
    for (const id of await context.store.readIndex(ownedSessionsKey(owner), range)) found.add(id);
  }
  const ids = [...found];
  const sessions: StoredSession<Session>[] = [];
  for (let at = 0; at < ids.length; at += PAGE_SIZE) {
    const page = await readAllStored(context, ids.slice(at, at + PAGE_SIZE));
    sessions.push(...page.filter((one) => one !== null));
  }
  return sessions;
}

const receivedAtOf = ({ createdAt, receivedAt = createdAt }: SessionRecord<unknown>): number => receivedAt;

/** When a session ends, however much it is used. */
function endOf<Session>(context: Context<Session>, record: SessionRecord<Session>, session: Session): number {
  if (context.sessionFollows === 'own') return record.expiresAt;
  const { endsAt = Infinity } = readSessionInfo(context, session);
  // The provider's times are by the system's clock, which this process's own one may be ahead of.
  return Math.min(record.expiresAt, endsAt + context.now() - context.systemNow());
}

/**
 * Returns the session if its newest tokens are known. To use older ones would look like theft to the provider.
 * @throws CibaError `unavailable` otherwise
 */
export function expectCurrent<Stored extends { readonly outdated: boolean }>(stored: Stored): Stored {
  if (!stored.outdated) return stored;
  throw new CibaError(
    'unavailable',
    'Another process refreshed this session and sealed its tokens with a secret that this process does not know. Add a new secret at the end of `secrets` in all processes before you move it to the front.',
    { retryAfter: UNKNOWN_SECRET_PAUSE_SECONDS },
  );
}

/** Why a session is over, or `null` while it is open. */
export function whyOver<Session>(
  { now }: Context<Session>,
  { usedAt, endsAt, ended }: Pick<StoredSession<Session>, 'usedAt' | 'endsAt' | 'ended'>,
): 'ended' | 'idle' | 'expired' | null {
  if (ended) return 'ended';
  if (endsAt <= now()) return 'expired';
  return usedAt === undefined ? 'idle' : null;
}

/** When a session has to be looked at again: it may be idle by then, or over. */
function dueAt<Session>(
  { sessionIdleLifetimeSeconds, now }: Context<Session>,
  { usedAt, endsAt }: Pick<StoredSession<Session>, 'usedAt' | 'endsAt'>,
): number {
  return Math.min(endsAt, (usedAt ?? now()) + sessionIdleLifetimeSeconds * 1000);
}

/** Ends a session that is idle or over, finishes the end of another one, or looks at it again later. */
export async function sweepSession<Session>(context: Context<Session>, id: string): Promise<void> {
  const stored = await readStored(context, id);
  if (!stored) return context.store.removeFromIndex(dueSessionsKey(), id);
  const reason = whyOver(context, stored);
  if (reason === 'ended') return finishEnd(context, stored);
  if (reason) return endSession(context, stored, reason);
  const [, key, member, order, ttlSeconds] = due(id, dueAt(context, stored), secondsKept(context, stored.record));
  await context.store.addToIndex(key, member as string, order as number, ttlSeconds as number);
}

/** Reads the session with this cookie value, unless it has ended or was idle for too long. */
export async function readSessionByToken<Session>(
  context: Context<Session>,
  token: string,
): Promise<StoredSession<Session> | null> {
  const stored = await readStored(context, sessionId(token));
  return stored && whyOver(context, stored) === null ? stored : null;
}

/**
 * Reads the session that the request's cookie names, and records the use. One that is over is revoked. It costs one round
 * trip, and a second one each twentieth of the idle lifetime.
 * @param options.isUse false for a page that only looks whether the session still exists
 */
export async function readSession<Session>(
  context: Context<Session>,
  request: HandlerRequest,
  { isUse = true } = {},
): Promise<(StoredSession<Session> & { token: string }) | null> {
  const token = readCookie(request, 'session', context);
  const stored = token && (await readStored(context, sessionId(token)));
  // One that waits for its browser has no cookie yet. With `onApproved`, it never gets one.
  if (!stored || !stored.record.collected) return null;
  const reason = whyOver(context, stored);
  if (reason) {
    if (reason !== 'ended') await endSession(context, stored, reason);
    return null;
  }
  const { id, usedAt = 0 } = stored;
  const idleMs = context.sessionIdleLifetimeSeconds * 1000;
  // Another process's clock, or this one's before it was set back, may have been ahead.
  if (isUse && Math.abs(context.now() - usedAt) > idleMs * USE_GRAIN) {
    await context.store.set(sessionUseKey(id), context.now(), context.sessionIdleLifetimeSeconds);
  }
  return { ...stored, token };
}

async function deleteSession<Session>(
  { store }: Context<Session>,
  id: string,
  record: SessionRecord<Session>,
): Promise<void> {
  await store.batch([
    ['delete', sessionKey(id)],
    ['delete', sessionUseKey(id)],
    ['delete', refreshedKey(id)],
    ['removeFromIndex', dueSessionsKey(), id],
    ...listsOf(record).map((list): StoreStep => ['removeFromIndex', list, id]),
  ]);
}

/** What has to be known of a session to end it. */
type EndingSession<Session> = Pick<StoredSession<Session>, 'id' | 'record' | 'session'>;

/** Seconds for which the end of a session waits for the provider. What takes longer goes on in the background. */
const REVOKE_WAIT_SECONDS = 5;

/** Milliseconds until a revocation that failed is tried again. */
const REVOKE_PAUSE_MS = 600_000;

/** Ends a session at once, and then has it revoked at the provider. */
export async function endSession<Session>(
  context: Context<Session>,
  ending: EndingSession<Session>,
  reason: SessionEnd,
): Promise<void> {
  const { store, now } = context;
  const { id, record } = ending;
  const ttlSeconds = secondsKept(context, record);
  // From here on, no request finds it open. If this process dies before the rest, a sweep does it.
  const by = createToken();
  const [mark] = await retryStoreWrite(context, () =>
    store.batch([['setIfAbsent', sessionEndKey(id), by, ttlSeconds], due(id, now(), ttlSeconds)]),
  );
  // `claimed` isn't enough: an earlier attempt may have written the mark and lost the store's answer.
  if ((mark as { readonly value: unknown }).value !== by) return;
  if (record.collected) {
    const isSignOut = reason === 'signedOut' || reason === 'uncollected';
    context.emit(isSignOut ? { type: 'signedOut' } : { type: 'sessionEnded', reason }, record.account);
  }
  const finishing = finishEnd(context, ending);
  finishInBackground(context, finishing);
  await within(REVOKE_WAIT_SECONDS, finishing);
}

/** Revokes and deletes a session that is marked as ended. If the provider is away, a sweep does it later. */
async function finishEnd<Session>(
  context: Context<Session>,
  { id, record, session }: EndingSession<Session>,
): Promise<void> {
  // It may have been refreshed since it was read. Only its newest tokens are valid.
  const refreshed = await retryStoreWrite(context, () =>
    context.store.get<RefreshedSession<Session> | typeof UNREADABLE>(refreshedKey(id)),
  );
  // Tokens that only another process can open are revoked by that one.
  if (refreshed !== UNREADABLE && (await revokeSession(context, refreshed?.session ?? session, record.account))) {
    return retryStoreWrite(context, () => deleteSession(context, id, record));
  }
  const again: readonly StoreStep[] = [due(id, context.now() + REVOKE_PAUSE_MS, secondsKept(context, record))];
  await retryStoreWrite(context, () => context.store.batch(again));
}

export function sessionCookie<Session>(context: Context<Session>, token: string): string {
  return writeCookie('session', token, context.sessionLifetimeSeconds, context);
}

export function clearedSessionCookie<Session>(context: Context<Session>): string {
  return writeCookie('session', '', 0, context);
}
