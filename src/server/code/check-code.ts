import { CibaError } from '../../contract/index.js';
import type { TotpResult } from '../../contract/index.js';
import { offerApproval } from '../session/outcomes.js';
import { isKnownUser } from '../session/browsers.js';
import { takeAttempt } from './code-lockout.js';
import { isAboutUser, isNobody } from '../login/decoys.js';
import { failedEvent } from '../log/events.js';
import { limitCaller } from '../limits.js';
import { endLogin, readSchedule, withdrawRequest } from '../login/login-record.js';
import type { LoginRecord } from '../login/login-record.js';
import type { Context } from '../options.js';
import { callSignal, padToFloor } from '../timing.js';

export interface CodeRequest {
  readonly request: Request;
  readonly loginHint: string;
  readonly code: string;
  readonly actId: string;
  readonly user: string;
  /** The browser's key in the store. */
  readonly browser: string;
  /** The push that is open beside the code. */
  readonly login: LoginRecord | null;
}

/** What the browser is told; an approval is still to be collected. */
export type CodeAnswer =
  | { readonly status: 'approved'; readonly approval: string }
  | { readonly status: 'invalidCode'; readonly attemptsLeft: number }
  | { readonly status: 'lockedOut'; readonly retryAfter: number };

/**
 * Checks one code. Unknown users and users without a code get the answers of a wrong code, lock included.
 * @throws CibaError `rateLimited`, or what the verifier threw; neither costs a try
 */
export async function checkCode<Session>(context: Context<Session>, attempt: CodeRequest): Promise<CodeAnswer> {
  const { request, browser, user } = attempt;
  const known = await isKnownUser(context, browser, user);
  await limitCaller(context, 'code', { request, browser, known });
  const since = context.now();
  try {
    return await checkCounted(context, attempt, known);
  } finally {
    await padToFloor(context, since);
  }
}

async function checkCounted<Session>(
  context: Context<Session>,
  attempt: CodeRequest,
  known: boolean,
): Promise<CodeAnswer> {
  const taken = await takeAttempt(context, attempt.user);
  if (typeof taken === 'number') return { status: 'lockedOut', retryAfter: taken };

  let result: TotpResult<Session>;
  try {
    result = await verify(context, attempt, known);
  } catch (caught) {
    await taken.refund();
    throw caught;
  }
  if (result.status === 'approved') {
    await taken.right();
    const approval = await offerApproval(context, result.session);
    await endPush(context, attempt.login, approval);
    context.emit({ type: 'approved', by: 'code' });
    return { status: 'approved', approval };
  }
  if (result.status === 'lockedOut') {
    // The backend counts by itself; its lock is not a wrong code.
    await taken.refund();
    return locked(context, result.retryAfter ?? 30);
  }
  const answer = await taken.wrong();
  if (answer.status === 'lockedOut') return locked(context, answer.retryAfter);
  context.emit({ type: 'codeRejected', attemptsLeft: answer.attemptsLeft });
  return answer;
}

function locked<Session>(context: Context<Session>, retryAfter: number): CodeAnswer {
  context.emit({ type: 'lockedOut', retryAfter });
  return { status: 'lockedOut', retryAfter };
}

async function verify<Session>(
  context: Context<Session>,
  { request, loginHint, code, actId, login }: CodeRequest,
  known: boolean,
): Promise<TotpResult<Session>> {
  try {
    if (context.totp) return await context.totp({ loginHint, code }, context.store);
    if (!context.adapter.verifyTotp) {
      throw new CibaError(
        'misconfigured',
        'A code was sent, but createCibaHandler has no `totp` and its adapter no `verifyTotp`: give it one, or do not offer code entry.',
      );
    }
    const mapped = await context.authRequest(loginHint, request);
    if (!mapped) return { status: 'notEnrolled' };
    const pending = login && !(await readSchedule(context, login)).decoy ? login.pending : null;
    return await context.adapter.verifyTotp(
      { loginHint: mapped.loginHint, code, ...(pending && { pending }) },
      { signal: callSignal(), actId },
    );
  } catch (caught) {
    // What the backend says of this user is told only where they signed in before; to others it is a wrong code.
    if (!isAboutUser(caught) || (known && !isNobody(caught))) throw caught;
    if (!isNobody(caught)) context.emit(failedEvent('code', caught));
    return { status: 'notEnrolled' };
  }
}

/** A right code signs in once: the push beside it ends, and a later approval of it is given back. */
async function endPush<Session>(context: Context<Session>, login: LoginRecord | null, approval: string): Promise<void> {
  if (!login) return;
  if (await endLogin(context, login, { status: 'approved', approval })) {
    withdrawRequest(context, login, await readSchedule(context, login));
  }
}
