import { reachesLevel } from '../../contract/compare-approver.js';
import { misconfigured } from '../../contract/errors.js';
import { CibaError, toCibaError } from '../../contract/index.js';
import type { Approver, TotpResult } from '../../contract/index.js';
import type { Context } from '../context.js';
import { inBackground } from '../coordination/background.js';
import type { KeepAnswer } from '../coordination/idempotent.js';
import { retryStoreWrite } from '../coordination/retry-store.js';
import { limitStrangers } from '../limits.js';
import { failedEvent } from '../log/events.js';
import type { CodeRejection } from '../log/events.js';
import { askedOf, readApprover } from '../login/approver.js';
import {
  forgetError,
  isNobody,
  mayTellStranger,
  readSharedError,
  recallDuration,
  rememberDuration,
  rememberError,
  shareError,
} from '../login/decoys.js';
import { readLogin, withdrawRequest } from '../login/login-record.js';
import type { StoredLogin } from '../login/login-record.js';
import { resolveHint } from '../login/resolve-hint.js';
import type { Resolved } from '../login/resolve-hint.js';
import { forgetRings } from '../login/ringing.js';
import { accountKey } from '../secrets.js';
import { isKnownAccount } from '../session/browsers.js';
import { revokeSession } from '../session/revoke.js';
import type { SessionOrigin } from '../session/sessions.js';
import { callSignal, padToFloor } from '../timing.js';
import { countedAs, createCodeCounter, createLockoutReader, openCodeDoor } from './code-counter.js';
import type { CodeCounter } from './code-counter.js';
import type { HandlerRequest } from '../http/handler-request.js';

/** One code, as the browser sent it. */
export interface CodeRequest {
  readonly request: HandlerRequest;
  readonly loginHint: string;
  readonly code: string;
  readonly actId: string;
  /** The key of the hint as it was typed. */
  readonly user: string;
  /** The browser's key in the store. */
  readonly browser: string;
  /** The ID of the login whose push is open beside the code. */
  readonly id: string | null;
  /** Resolves once the browser's limits allow the code. */
  readonly admitted: Promise<unknown>;
}

/** What the browser learns. An approval still has to be collected, by a browser that is then known for `account`. */
export type CodeAnswer =
  | { readonly status: 'approved'; readonly approval: string; readonly owner: string }
  | { readonly status: 'invalidCode'; readonly attemptsLeft: number }
  | { readonly status: 'lockedOut'; readonly retryAfter: number };

/** A code, and what the server knows of it. */
export interface Attempt extends CodeRequest, Resolved {
  readonly known: boolean;
  /** The open push of this account in this browser. */
  readonly login: StoredLogin | null;
  /** Wall-clock milliseconds. */
  readonly since: number;
}

/** The verifier's result, or why the code doesn't count. */
type Verdict<Session> =
  | {
      readonly status: 'approved';
      readonly session: Session;
      readonly account: string;
      readonly owner: Pick<SessionOrigin, 'owner' | 'named'>;
      readonly approver: Approver | null;
    }
  | { readonly status: 'lockedOut'; readonly retryAfter: number | undefined }
  | { readonly status: 'wrong'; readonly reason: CodeRejection };

/**
 * Checks one code. Unknown users and users without codes get the answers to a wrong code, lockouts included.
 * @throws CibaError `rateLimited`, or what the verifier threw; neither costs an attempt
 */
export async function checkCode<Session>(
  context: Context<Session>,
  typed: CodeRequest,
  keep: KeepAnswer<CodeAnswer>,
): Promise<CodeAnswer> {
  const { request, browser, loginHint, user, id } = typed;
  await typed.admitted;
  if (context.codes !== 'never' && !context.totp && !context.adapter.verifyTotp) {
    throw misconfigured(
      "A code was sent, but createCibaHandler can't check it: it has no `totp`, and its adapter has no `verifyTotp`. Set `totp`, or don't offer code entry.",
    );
  }
  const since = context.now();
  try {
    const resolved = await resolveHint(context, loginHint, request);
    const { account } = resolved;
    const lockoutOf = createLockoutReader(context);
    const [known, open] = await Promise.all([
      isKnownAccount(context, browser, resolved.owner),
      id === null ? null : readLogin(context, id),
      // Which of them counts depends on the first answer.
      ...[user, account, countedAs(account, { browser, known: true })].map(lockoutOf),
    ]);
    const isOwn = open?.record.account === account && open.record.browser === browser;
    const attempt = { ...typed, ...resolved, known, login: isOwn ? open : null, since };
    return await checkCounted(context, attempt, createCodeCounter(context, attempt, lockoutOf), keep);
  } finally {
    await padToFloor(context, since);
  }
}

/** Checks a code whose account is known. */
export async function checkCounted<Session>(
  context: Context<Session>,
  attempt: Attempt,
  counter: CodeCounter,
  keep: KeepAnswer<CodeAnswer>,
): Promise<CodeAnswer> {
  const { account, browser, known, user } = attempt;
  const lockedSeconds = await takeShown(context, counter, known ? countedAs(account, attempt) : user, known);
  if (lockedSeconds > 0) {
    await padToFloor(context, attempt.since, await recallDuration(context, 'code'));
    return lockedOut(context, lockedSeconds, account);
  }

  let verdict: Verdict<Session>;
  let durationMs = 0;
  try {
    verdict = await judge(context, attempt, counter, (ms) => {
      durationMs = ms;
    });
  } catch (caught) {
    await counter.refund();
    throw caught;
  }
  // This comes before any write: a lockout that begins earlier for unknown users would give them away.
  await padToFloor(context, attempt.since, durationMs);
  if (verdict.status === 'approved') {
    const { owner } = verdict;
    const offering = context.outcomes.offer(context, verdict.session, {
      ...{ account, ...owner, method: 'code' },
      ...{ approver: verdict.approver, login: attempt.login?.record ?? null },
    });
    const startOver = () =>
      Promise.all([
        counter.right(),
        retryStoreWrite(context, () =>
          context.store.batch([...openCodeDoor(account, browser), ...forgetRings(attempt)]),
        ),
      ]);
    // Beside a push, the push decides whether the code still counts.
    const [approval] = await Promise.all([offering, attempt.login === null && startOver()]);
    if (!(await endPush(context, attempt.login, approval))) {
      await Promise.all([context.outcomes.withdraw(context, approval), counter.refund()]);
      throw new CibaError(
        'refused',
        'The code was right, but the user had denied or canceled the request, or it was over.',
      );
    }
    if (attempt.login) inBackground(context, 'code', startOver);
    const answer: CodeAnswer = { status: 'approved', approval, owner: owner.owner };
    // The answer travels with what the browser collects. If this process dies before, the code was used in vain.
    const step = keep(answer);
    inBackground(context, 'code', () => context.store.batch([step]));
    context.emit({ type: 'approved', method: 'code' }, account);
    return answer;
  }
  if (verdict.status === 'lockedOut') {
    // The backend counts attempts itself. Its lockout doesn't mean that this code was wrong.
    await counter.refund();
    return lockedOut(context, verdict.retryAfter ?? BACKEND_LOCKOUT_SECONDS, account);
  }
  const answer = await counter.wrong();
  if (answer.status === 'lockedOut') return lockedOut(context, answer.retryAfter, account);
  context.emit({ type: 'codeRejected', attemptsLeft: answer.attemptsLeft, reason: verdict.reason }, account);
  return answer;
}

/**
 * Counts the attempt for the browser, and in the limit for all strangers. Returns the seconds for which it is locked out.
 * @throws CibaError `rateLimited`, and the attempt doesn't count
 */
async function takeShown<Session>(
  context: Context<Session>,
  counter: CodeCounter,
  shown: string,
  known: boolean,
): Promise<number> {
  const [limit, taken] = await Promise.allSettled([
    known ? undefined : limitStrangers(context, 'code'),
    counter.take(shown),
  ]);
  if (limit.status === 'rejected') {
    await counter.refund();
    throw limit.reason;
  }
  if (taken.status === 'rejected') throw taken.reason;
  return taken.value;
}

/** Seconds of a lockout by the backend that doesn't say how long it lasts. */
const BACKEND_LOCKOUT_SECONDS = 30;

function lockedOut<Session>(context: Context<Session>, retryAfter: number, account: string): CodeAnswer {
  context.emit({ type: 'lockedOut', retryAfter }, account);
  return { status: 'lockedOut', retryAfter };
}

/** Decides whether a code counts. If it isn't checked, this takes as long as a check. */
async function judge<Session>(
  context: Context<Session>,
  attempt: Attempt,
  counter: CodeCounter,
  onDuration: (ms: number) => void,
): Promise<Verdict<Session>> {
  const [refusal, sharedError] = await Promise.all([
    findRefusal(context, attempt, counter),
    readSharedError(context, 'code'),
    recallDuration(context, 'code'),
  ]);
  if (refusal !== null) {
    await shareError(context, sharedError, attempt.since);
    onDuration(await recallDuration(context, 'code'));
    return { status: 'wrong', reason: refusal };
  }
  const result = await verify(context, attempt, counter);
  if (attempt.nobody) onDuration(await recallDuration(context, 'code'));
  else {
    const steps = [
      ...rememberDuration(context, 'code', context.now() - attempt.since),
      ...forgetError('code', sharedError),
    ];
    if (steps.length > 0) inBackground(context, 'code', () => context.store.batch(steps));
  }

  if (result.status === 'approved') return checkOwner(context, attempt, result);
  // A stranger would learn from the backend's own lockout that the user exists.
  if (result.status === 'lockedOut' && attempt.known) return { status: 'lockedOut', retryAfter: result.retryAfter };
  return { status: 'wrong', reason: 'code' };
}

/** Why a code is not even checked, or `null`. */
async function findRefusal<Session>(
  context: Context<Session>,
  attempt: Attempt,
  counter: CodeCounter,
): Promise<CodeRejection | null> {
  if (!isAllowed(context, attempt)) return 'policy';
  if (!(await counter.mayTry(attempt.account))) return 'closed';
  // The app's own verifier also runs for unknown users, so that they take as long. The backend is never asked about
  // them.
  return attempt.nobody && !context.totp ? 'code' : null;
}

/** Whether the app allows a code here. */
function isAllowed<Session>({ codes, now }: Context<Session>, { known, login }: Attempt): boolean {
  switch (codes) {
    case 'always':
      return true;
    case 'besidePush':
      return login !== null && login.ending === null && now() < login.record.expiresAt;
    case 'knownBrowsers':
      return known;
    case 'never':
      return false;
  }
}

async function verify<Session>(
  context: Context<Session>,
  { loginHint, code, actId, login, ask, account, known, named, nobody, since }: Attempt,
  counter: CodeCounter,
): Promise<TotpResult<Session>> {
  try {
    if (context.totp) {
      const mayTry = (owner: string | null) => counter.mayTry(countedOwner(owner, { account, loginHint, named }));
      return await context.totp({ loginHint, code }, { store: context.store, mayTry });
    }
    const pending = login && !login.schedule.decoy ? login.record.pending : null;
    const checked = await context.adapter.verifyTotp?.(
      { loginHint: ask?.loginHint ?? loginHint, code, ...(pending && { pending }) },
      { signal: callSignal(), actId },
    );
    return checked ?? { status: 'notEnrolled' };
  } catch (caught) {
    if (mayTellStranger(caught)) {
      if (!nobody) await rememberError(context, 'code', toCibaError(caught), context.now() - since);
      throw caught;
    }
    // Only a browser that the account signed in with before learns what is wrong with the user. To others the code is wrong.
    if (known && !isNobody(caught)) throw caught;
    if (!isNobody(caught)) context.emit(failedEvent('code', caught), account);
    return { status: 'notEnrolled' };
  }
}

/**
 * The account that an attempt counts for, once the verifier says whose code it may be. If it found no user, a separate
 * count is used in place of the user's, so that both cases take the same steps.
 */
function countedOwner(
  owner: string | null,
  { account, loginHint, named }: { account: string; loginHint: string; named: boolean },
): string {
  if (owner !== null) return accountKey(owner);
  return named ? account : accountKey(`nobody ${loginHint}`);
}

/** Compares whose code it was, and what it proves, with what was asked. A session that doesn't count is revoked. */
async function checkOwner<Session>(
  context: Context<Session>,
  { ask, account, owner: listedBy, named, nobody, login }: Attempt,
  { session, account: owner, acr }: Extract<TotpResult<Session>, { status: 'approved' }>,
): Promise<Verdict<Session>> {
  const asked = askedOf(ask ?? { loginHint: '' });
  const refuse = async (reason: CodeRejection): Promise<Verdict<Session>> => {
    await revokeSession(context, session, account);
    return { status: 'wrong', reason };
  };
  const ownerKey = owner === undefined ? null : accountKey(owner);
  if (nobody || (named && ownerKey !== null && ownerKey !== account)) return refuse('account');

  let approver;
  try {
    approver = await readApprover(context, session, ask ?? asked, login?.record.pending ?? null);
  } catch (caught) {
    context.emit(failedEvent('code', caught), account);
    return refuse('level');
  }
  const isSubject = approver ? approver.subject === asked.subject : named && ownerKey === account;
  if (asked.subject !== undefined && !isSubject) return refuse(approver ? 'account' : 'level');
  // A right code is an authentication now, so it satisfies any `maxAge`.
  if (!reachesLevel(asked, approver?.acr ?? acr)) return refuse('level');
  return {
    status: 'approved',
    session,
    account: named ? account : (ownerKey ?? account),
    owner: named || ownerKey === null ? { owner: listedBy, named } : { owner: ownerKey, named: true },
    approver: approver ?? null,
  };
}

/**
 * A right code signs in once: the push beside it ends, and an approval that comes later is revoked. Returns whether the
 * code counts. It doesn't overrule the user's own denial or cancel.
 */
async function endPush<Session>(
  context: Context<Session>,
  login: StoredLogin | null,
  approval: string,
): Promise<boolean> {
  if (!login) return true;
  const earlier = await login.end({ status: 'approved', approval });
  if (earlier === null) withdrawRequest(context, login);
  if (earlier === null) return true;
  const wasDecided = earlier !== 'over' && (earlier.status === 'denied' || earlier.status === 'cancelled');
  return context.outcomes.codeAfterExpiry && !wasDecided;
}
