import { CibaError, toCibaError } from '../../contract/index.js';
import type { AccessToken, RefreshResult } from '../../contract/index.js';
import { validateResult } from '../../contract/validate.js';
import { isStorable } from '../backend.js';
import type { Context } from '../context.js';
import { finishInBackground, inBackground } from '../coordination/background.js';
import { retryStoreWrite } from '../coordination/retry-store.js';
import { failedEvent } from '../log/events.js';
import { createToken } from '../secrets.js';
import { ENDED_SESSION_SECONDS, refreshClaimKey, refreshedKey, sessionEndKey, sessionKey } from '../store/keys.js';
import { callSignal, MAX_CALL_MS, sleep, within } from '../timing.js';
import { revokeSession } from './revoke.js';
import { readSessionInfo } from './session-info.js';
import { endSession, expectCurrent, readStored, whyOver } from './sessions.js';
import type { RefreshedSession, StoredSession } from './sessions.js';

/** How long before its end an access token is replaced, so that it is still valid when it arrives at an API. */
const REFRESH_LEAD_MS = 30_000;

/** How far the clocks of two processes may differ. A token that came later than that came under a clock that was wrong. */
const CLOCK_SKEW_MS = 30_000;

/** Milliseconds after which a refresh is over: the call to the provider, and the writes of its outcome. */
const REFRESH_TIMEOUT_MS = MAX_CALL_MS + 35_000;

/** Seconds before a refresh that surely had no effect is repeated. */
const REPEAT_SECONDS = 2;

/** Most seconds before it is repeated, whatever the provider asks for: a session without a valid token is of no use. */
const MAX_REPEAT_SECONDS = 300;

/** Milliseconds between two looks at a refresh of another process, and the longest time to wait for it. */
const LOOK_INTERVAL_MS = 100;
const MAX_WAIT_MS = 10_000;

/** Seconds until a refresh must have settled. Its signal aborts before. */
const SETTLE_SECONDS = MAX_CALL_MS / 1000 + 5;

/** What is known of the refresh of one generation of tokens. */
interface RefreshClaim {
  readonly generation: number;
  /** Identifies the call that wrote it. */
  readonly by: string;
  /** Milliseconds by the system's clock until which an outcome is expected. */
  readonly until: number;
  /** Whether it surely had no effect. It may be repeated when this claim has expired. */
  readonly noEffect: boolean;
}

/**
 * Returns an access token that is still valid for a while, or `null` if the session ended. All callers in all processes
 * share one refresh, and each refresh token is used at most once.
 * @throws CibaError `unauthorized` if the session has no valid access token; what the provider or the store threw, if
 * that may pass
 */
export async function readAccessToken<Session>(
  context: Context<Session>,
  stored: StoredSession<Session>,
): Promise<AccessToken | null> {
  if (isFresh(context, stored)) return tokenOf(context, stored);
  const { refreshable } = readSessionInfo(context, stored.session);
  if (!refreshable) {
    if (leftMs(context, stored) > 0) return tokenOf(context, stored);
    throw new CibaError(
      'unauthorized',
      'The access token has expired, and the session has no refresh token. Ask for one (some providers need the scope "offline_access"), or have the user sign in again.',
    );
  }
  try {
    const current = await refreshOnce(context, stored);
    return current && tokenOf(context, current);
  } catch (caught) {
    // The provider is away for a moment, but the token that is still valid helps until then.
    if (leftMs(context, stored) > 0) return tokenOf(context, stored);
    throw caught;
  }
}

/** @throws CibaError `unauthorized` if the session has none */
function tokenOf<Session>(context: Context<Session>, { session }: StoredSession<Session>): AccessToken {
  const { accessToken } = readSessionInfo(context, session);
  if (accessToken) return accessToken;
  throw new CibaError(
    'unauthorized',
    'The session has no access token: the adapter gives none, or an authenticator code of your own `totp` signed in. Have the user approve on the phone.',
  );
}

/** Milliseconds until the access token expires. Infinity if the provider didn't say. */
function leftMs<Session>(context: Context<Session>, { session }: StoredSession<Session>): number {
  return (readSessionInfo(context, session).expiresAt ?? Infinity) - context.systemNow();
}

/**
 * Whether the access token needs no refresh yet. One that only lives for a minute is used for half of it. A token that came
 * in the future was dated by a clock that was wrong, so its end is wrong, too.
 */
function isFresh<Session>(context: Context<Session>, stored: StoredSession<Session>): boolean {
  const { session, receivedAt } = stored;
  const { expiresAt } = readSessionInfo(context, session);
  if (expiresAt === undefined) return true;
  const leadMs = Math.min(REFRESH_LEAD_MS, (expiresAt - receivedAt) / 2);
  return leftMs(context, stored) > leadMs && receivedAt <= context.systemNow() + CLOCK_SKEW_MS;
}

/** Shares one refresh among the callers in this process. */
async function refreshOnce<Session>(
  context: Context<Session>,
  stored: StoredSession<Session>,
): Promise<StoredSession<Session> | null> {
  const { inFlight } = context;
  const key = refreshClaimKey(stored.id);
  const running = inFlight.get(key) as Promise<StoredSession<Session> | null> | undefined;
  if (running) return running;
  const refreshing = claimOrAwait(context, stored).finally(() => inFlight.delete(key));
  inFlight.set(key, refreshing);
  // A process that stops keeps the new tokens first.
  finishInBackground(context, refreshing);
  return refreshing;
}

/** Refreshes, or waits for the process that does. All processes see one claim, and only its owner sends the request. */
async function claimOrAwait<Session>(
  context: Context<Session>,
  stored: StoredSession<Session>,
): Promise<StoredSession<Session> | null> {
  const { id, generation } = stored;
  const { store } = context;
  const own: RefreshClaim = {
    by: createToken(),
    generation,
    until: context.systemNow() + REFRESH_TIMEOUT_MS,
    noEffect: false,
  };
  const { claimed, value: other } = await orRelease(context, id, own, () =>
    store.setIfAbsent(refreshClaimKey(id), own, secondsLeft(context, stored)),
  );
  if (!claimed && other.generation >= generation) return awaitRefresh(context, stored, other);
  if (!claimed) {
    // Its new tokens were stored, but its process died before it could remove this.
    await store.deleteIfEquals(refreshClaimKey(id), other);
    return claimOrAwait(context, stored);
  }
  // What was read may be older than the claim of another process that is done since.
  const current = await orRelease(context, id, own, () => readCurrent(context, id));
  if (current && !whyOver(context, current) && current.generation === generation) return refresh(context, current, own);
  await store.deleteIfEquals(refreshClaimKey(id), own);
  return current && !whyOver(context, current) ? current : null;
}

/**
 * Takes a step before the refresh is sent. If the store fails, the claim is released, also one that was written although the
 * store's answer was lost: as long as it stands, everybody takes it for a refresh whose outcome nobody knows.
 */
async function orRelease<Session, Answer>(
  context: Context<Session>,
  id: string,
  own: RefreshClaim,
  step: () => Promise<Answer>,
): Promise<Answer> {
  try {
    return await step();
  } catch (caught) {
    inBackground(context, 'refresh', () => context.store.deleteIfEquals(refreshClaimKey(id), own));
    throw caught;
  }
}

async function readCurrent<Session>(context: Context<Session>, id: string): Promise<StoredSession<Session> | null> {
  const current = await readStored(context, id);
  return current && expectCurrent(current);
}

/** Seconds for which what belongs to a session is kept. */
function secondsLeft<Session>({ now }: Context<Session>, { record }: StoredSession<Session>): number {
  return Math.max(1, (record.expiresAt - now()) / 1000) + ENDED_SESSION_SECONDS;
}

/** Waits for a refresh by another process. If that process died, nobody knows whether the refresh token is used up. */
async function awaitRefresh<Session>(
  context: Context<Session>,
  stored: StoredSession<Session>,
  { until, noEffect }: RefreshClaim,
): Promise<StoredSession<Session> | null> {
  const waitUntil = context.now() + MAX_WAIT_MS;
  for (;;) {
    const current = await readCurrent(context, stored.id);
    if (!current || whyOver(context, current)) return null;
    if (current.generation !== stored.generation) return current;
    if (!noEffect && context.systemNow() >= until) {
      await endSession(context, current, 'refreshLost');
      return null;
    }
    if (noEffect || context.now() >= waitUntil) throw busy();
    // The token that is still valid need not wait.
    if (leftMs(context, current) > 0) return current;
    await sleep(LOOK_INTERVAL_MS);
  }
}

const busy = () =>
  new CibaError('unavailable', 'The access token is being refreshed, or its refresh failed a moment ago. Ask again.', {
    retryAfter: REPEAT_SECONDS,
  });

/** Sends the one refresh of this generation, and keeps its outcome. */
async function refresh<Session>(
  context: Context<Session>,
  stored: StoredSession<Session>,
  own: RefreshClaim,
): Promise<StoredSession<Session> | null> {
  const { account } = stored.record;
  let result: RefreshResult<Session>;
  try {
    result = await callRefresh(context, stored);
  } catch (caught) {
    const { retryable, retryAfter = REPEAT_SECONDS } = toCibaError(caught);
    context.emit(failedEvent('refresh', caught), account);
    if (!retryable) {
      await endSession(context, stored, 'refreshLost');
      return null;
    }
    const claim: RefreshClaim = { ...own, noEffect: true };
    const pauseSeconds = Math.min(MAX_REPEAT_SECONDS, Math.max(REPEAT_SECONDS, retryAfter));
    await retryStoreWrite(context, () => context.store.set(refreshClaimKey(stored.id), claim, pauseSeconds));
    throw caught;
  }
  if (result.status === 'ended') {
    await endSession(context, stored, result.reused ? 'reused' : 'refused');
    return null;
  }
  const kept = await keepRefreshed(context, stored, result.session);
  await context.store.deleteIfEquals(refreshClaimKey(stored.id), own).catch(() => undefined);
  return kept;
}

/** @throws CibaError, `retryable` only if the provider surely didn't carry it out */
async function callRefresh<Session>(
  context: Context<Session>,
  { session, record }: StoredSession<Session>,
): Promise<RefreshResult<Session>> {
  const { adapter, emit } = context;
  const onWarning = (message: string) => emit({ type: 'warning', during: 'refresh', message });
  const sent = Promise.resolve(
    adapter.refresh?.(session, { signal: callSignal(), actId: createToken(), onWarning }),
  ).then((value: unknown) => ({ value }));
  const settled = await within(SETTLE_SECONDS, sent);
  if (!settled) {
    // Tokens that come later are nobody's.
    void sent.then(
      ({ value }) => {
        const late = readRefreshResult<Session>(value);
        return late?.status === 'refreshed' ? revokeSession(context, late.session, record.account) : undefined;
      },
      () => undefined,
    );
    throw new CibaError('timeout', "The adapter's refresh() ignores its signal, and has not settled.", {
      retryable: false,
    });
  }
  const result = readRefreshResult<Session>(settled.value);
  if (result) return result;
  throw new CibaError(
    'misconfigured',
    "The adapter's refresh() resolved to no RefreshResult, or to a session that can't be stored: it must be JSON of at most 256 KB. Fix the adapter.",
  );
}

/** Returns `null` for anything else than a result, and for a session that can't be stored. */
function readRefreshResult<Session>(answer: unknown): RefreshResult<Session> | null {
  const result = validateResult<RefreshResult<Session>>(answer, REFRESH_RESULTS, () => undefined);
  return result?.status === 'ended' || (result && isStorable(result.session)) ? result : null;
}

const REFRESH_RESULTS = {
  refreshed: { session: (value: unknown) => value },
  ended: { reused: (value: unknown) => (value === true ? true : undefined) },
};

/**
 * Keeps new tokens, unless the session ended in the meantime. They are written beside the session, so that a session that
 * ended, or that the store lost, isn't restored.
 */
async function keepRefreshed<Session>(
  context: Context<Session>,
  stored: StoredSession<Session>,
  session: Session,
): Promise<StoredSession<Session> | null> {
  const { id, record } = stored;
  const { store } = context;
  const refreshed: RefreshedSession<Session> = {
    session,
    generation: stored.generation + 1,
    receivedAt: context.systemNow(),
  };
  let isOpen: boolean;
  try {
    // The provider gives these tokens once. If the store is unavailable, they are held until it is back.
    isOpen = await retryStoreWrite(context, async () => {
      await store.set(refreshedKey(id), refreshed, secondsLeft(context, stored));
      const [stillThere, ended] = await store.batch([
        ['get', sessionKey(id)],
        ['get', sessionEndKey(id)],
      ]);
      return stillThere !== undefined && ended === undefined;
    });
  } catch (caught) {
    await revokeSession(context, session, record.account);
    throw caught;
  }
  if (isOpen) {
    context.emit({ type: 'refreshed' }, record.account);
    return { ...stored, ...refreshed };
  }
  await revokeSession(context, session, record.account);
  await retryStoreWrite(context, () => store.delete(refreshedKey(id)));
  return null;
}
