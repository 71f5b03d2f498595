import { misconfigured } from '../../contract/errors.js';
import type { TotpResult } from '../../contract/index.js';
import { lockoutSeconds } from '../../contract/lockout.js';
import type { Context } from '../context.js';
import { limitCaller } from '../limits.js';
import { failedEvent } from '../log/events.js';
import { isAboutUser, isNobody } from '../login/decoys.js';
import { withdrawRequest } from '../login/login-record.js';
import type { StoredLogin } from '../login/login-record.js';
import { isKnownUser } from '../session/browsers.js';
import { offerApproval } from '../session/outcomes.js';
import { callSignal, padToFloor } from '../timing.js';
import { takeAttempt } from './code-lockout.js';

/** One code, as the browser sent it. */
export interface CodeRequest {
  readonly request: Request;
  readonly loginHint: string;
  readonly code: string;
  readonly actId: string;
  readonly user: string;
  /** The browser's key in the store. */
  readonly browser: string;
  /** The login whose push is open beside the code. */
  readonly login: StoredLogin | null;
}

/** What the browser learns. An approval still has to be collected. */
export type CodeAnswer =
  | { readonly status: 'approved'; readonly approval: string }
  | { readonly status: 'invalidCode'; readonly attemptsLeft: number }
  | { readonly status: 'lockedOut'; readonly retryAfter: number };

/**
 * Checks one code. Unknown users and users without codes get the answers to a wrong code, lockouts included.
 * @throws CibaError `rateLimited`, or what the verifier threw; neither costs an attempt
 */
export async function checkCode<Session>(context: Context<Session>, typed: CodeRequest): Promise<CodeAnswer> {
  const { request, browser, user } = typed;
  const known = await isKnownUser(context, browser, user);
  await limitCaller(context, 'code', { request, browser, known });
  const since = context.now();
  try {
    return await checkCounted(context, typed, known);
  } finally {
    await padToFloor(context, since);
  }
}

async function checkCounted<Session>(
  context: Context<Session>,
  typed: CodeRequest,
  known: boolean,
): Promise<CodeAnswer> {
  const attempt = await takeAttempt(context, typed.user);
  if (typeof attempt === 'number') return { status: 'lockedOut', retryAfter: attempt };

  let result: TotpResult<Session>;
  try {
    result = await verify(context, typed, known);
  } catch (caught) {
    await attempt.refund();
    throw caught;
  }
  if (result.status === 'approved') {
    await attempt.right();
    const approval = await offerApproval(context, result.session);
    await endPush(context, typed.login, approval);
    context.emit({ type: 'approved', by: 'code' });
    return { status: 'approved', approval };
  }
  if (result.status === 'lockedOut') {
    // The backend counts attempts itself. Its lockout doesn't mean that this code was wrong.
    await attempt.refund();
    return lockedOut(context, result.retryAfter ?? lockoutSeconds(0));
  }
  const answer = await attempt.wrong();
  if (answer.status === 'lockedOut') return lockedOut(context, answer.retryAfter);
  context.emit({ type: 'codeRejected', attemptsLeft: answer.attemptsLeft });
  return answer;
}

function lockedOut<Session>(context: Context<Session>, retryAfter: number): CodeAnswer {
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
      throw misconfigured(
        "A code was sent, but createCibaHandler can't check it: it has no `totp`, and its adapter has no `verifyTotp`. Set `totp`, or don't offer code entry.",
      );
    }
    const mapped = await context.authRequest(loginHint, request);
    if (!mapped) return { status: 'notEnrolled' };
    const pending = login && !login.schedule.decoy ? login.record.pending : null;
    return await context.adapter.verifyTotp(
      { loginHint: mapped.loginHint, code, ...(pending && { pending }) },
      { signal: callSignal(), actId },
    );
  } catch (caught) {
    // Only a browser that the user signed in with before learns what is wrong with the user. To others the code is wrong.
    if (!isAboutUser(caught) || (known && !isNobody(caught))) throw caught;
    if (!isNobody(caught)) context.emit(failedEvent('code', caught));
    return { status: 'notEnrolled' };
  }
}

/** A right code signs in once: the push beside it ends, and an approval that comes later is revoked. */
async function endPush<Session>(context: Context<Session>, login: StoredLogin | null, approval: string): Promise<void> {
  if (!login) return;
  const earlier = await login.end({ status: 'approved', approval });
  if (earlier === null) withdrawRequest(context, login);
}
