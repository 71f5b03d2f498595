import type { AccountSession } from '../../contract/account-session.js';
import type { Context } from '../context.js';
import type { SessionEnd } from '../log/events.js';
import { accountKey, hash } from '../secrets.js';
import { allEndedKey, LOGOUT_MEMORY_SECONDS } from '../store/keys.js';
import { endSession, readOwnedSessions, whyOver } from './sessions.js';
import type { StoredSession } from './sessions.js';

/** Sessions of one account that are shown. A user has a few; more than these are a fault or an attack. */
const MAX_LISTED = 200;

/** Which sessions of an account to end: all, all but the one that asks, or one. */
export type WhichSessions = 'all' | 'others' | { readonly id: string };

/** The keys that the sessions of an account may be listed by. `account` is what `authRequest` names, or a login hint. */
export function ownersNamed(account: string): readonly string[] {
  return [accountKey(account), hash('hint', account)];
}

/** The open sessions of these owners. */
export async function readOpenSessions<Session>(
  context: Context<Session>,
  owners: readonly string[],
): Promise<readonly StoredSession<Session>[]> {
  // Those that are over are left to the sweep, which revokes them.
  return (await readOwnedSessions(context, owners)).filter((one) => one.record.collected && !whyOver(context, one));
}

/** What the user and the app may see of these sessions, the last used one first. */
export function describeSessions<Session>(
  { sessionIdleLifetimeSeconds }: Context<Session>,
  sessions: readonly StoredSession<Session>[],
  currentId: string | null,
): readonly AccountSession[] {
  return sessions
    .map(({ id, record, usedAt = record.createdAt, endsAt }): AccountSession => {
      const { device = {}, createdAt, method, acr } = record;
      return {
        id,
        device,
        createdAt,
        lastUsedAt: usedAt,
        expiresAt: Math.min(endsAt, usedAt + sessionIdleLifetimeSeconds * 1000),
        method,
        ...(acr !== undefined && { acr }),
        current: id === currentId,
      };
    })
    .toSorted((a, b) => Number(b.current) - Number(a.current) || b.lastUsedAt - a.lastUsedAt)
    .slice(0, MAX_LISTED);
}

/** Ends some sessions of these owners, and returns how many. */
export async function endSessionsOf<Session>(
  context: Context<Session>,
  owners: readonly string[],
  which: WhichSessions,
  { currentId, reason }: { readonly currentId: string | null; readonly reason: SessionEnd },
): Promise<number> {
  // A sign-in that waits for its browser is in no list yet. It looks for this mark after it is listed.
  if (typeof which === 'string') {
    const mark = (owner: string) =>
      context.store.setIfGreater(allEndedKey(owner), context.systemNow(), LOGOUT_MEMORY_SECONDS);
    await Promise.all(owners.map(mark));
  }
  const open = await readOpenSessions(context, owners);
  const chosen = open.filter(({ id }) => {
    if (which === 'all') return true;
    return which === 'others' ? id !== currentId : id === which.id;
  });
  await Promise.all(chosen.map((one) => endSession(context, one, reason)));
  return chosen.length;
}

/** Ends the oldest sessions of an account that has more than `maxSessions`. The one that just began stays. */
export async function limitSessions<Session>(context: Context<Session>, owner: string): Promise<void> {
  if (context.maxSessions === Infinity) return;
  const open = await readOpenSessions(context, [owner]);
  const surplus = open
    .toSorted((a, b) => a.record.createdAt - b.record.createdAt || (a.id < b.id ? -1 : 1))
    .slice(0, Math.max(0, open.length - context.maxSessions));
  await Promise.all(surplus.map((one) => endSession(context, one, 'limit')));
}
