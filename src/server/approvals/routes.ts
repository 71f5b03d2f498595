import { CibaError } from '../../contract/index.js';
import type { JsonValue } from '../../contract/index.js';
import { checkCounted } from '../code/check-code.js';
import type { Attempt, CodeAnswer } from '../code/check-code.js';
import { createCodeCounter, createLockoutReader } from '../code/code-counter.js';
import { idempotent } from '../coordination/idempotent.js';
import { jsonResponse, MAX_ID_CHARACTERS, notFound, readBody, readCode } from '../http/body-and-response.js';
import { guardApp } from '../http/csrf.js';
import { hash } from '../secrets.js';
import { namesOf, refusedWithoutReason } from './context.js';
import type { ApprovalContext, Names } from './context.js';
import { cancelApproval } from './create.js';
import { findApproval, forApproval, labelOf, outcomeOf, settle } from './record.js';
import type { StoredApproval } from './record.js';

// The routes that a page calls while its user decides.

/** Finds the approval that a page's request is about. Every ID that isn't one of its own gets the same answer. */
async function findOwn<Session>(context: ApprovalContext<Session>, request: Request) {
  guardApp(request, context.origin);
  const body = await readBody(request);
  const names: Names = await namesOf(context, request);
  return { body, names, approval: await findApproval(context, names, body.text('id', MAX_ID_CHARACTERS)) };
}

export async function open<Session>(context: ApprovalContext<Session>, request: Request): Promise<Response> {
  const { approval } = await findOwn(context, request);
  if (!approval) throw notFound();
  const { record, login } = approval;
  const { pending, ask, expiresAt, pushed } = record;
  const { displayCode, displayCodeUse, displayCodeUrl, deliveredTo } = pending;
  // After an end, the first poll tells which one.
  const interval = login.ending === null ? login.schedule.interval : 1;
  return jsonResponse(200, {
    id: record.id,
    expiresIn: Math.max(1, Math.ceil((expiresAt - context.now()) / 1000)),
    interval,
    ...(displayCode !== undefined && { displayCode }),
    ...(displayCodeUse !== undefined && { displayCodeUse }),
    ...(displayCodeUrl !== undefined && { displayCodeUrl }),
    ...(deliveredTo !== undefined && { deliveredTo }),
    transaction: ask.transaction as unknown as JsonValue,
    ...(!pushed && { pushed }),
    resumable: true,
    codeAllowed: ask.codeAllowed ?? false,
    resendAllowed: false,
  });
}

export async function poll<Session>(context: ApprovalContext<Session>, request: Request): Promise<Response> {
  const { approval } = await findOwn(context, request);
  if (!approval) throw notFound();
  const status = await settle(context, approval);
  if (status === 'approved') return approvedResponse(approval);
  if (status !== 'failed') return jsonResponse(200, { status });
  const { login } = (await findApproval(context, [approval.record.browser], approval.record.id)) ?? approval;
  const { ending } = login;
  const code = ending !== null && ending !== 'over' && ending.status === 'failed' ? ending.code : 'refused';
  throw new CibaError(code, 'The approval failed. This repeats the error that ended it.');
}

function approvedResponse({ record }: StoredApproval): Response {
  return jsonResponse(200, { status: 'approved', session: { id: record.id } });
}

export async function cancel<Session>(context: ApprovalContext<Session>, request: Request): Promise<Response> {
  const { approval } = await findOwn(context, request);
  if (approval) await cancelApproval(context, approval);
  return jsonResponse(204, null);
}

export async function code<Session>(context: ApprovalContext<Session>, request: Request): Promise<Response> {
  const { body, approval } = await findOwn(context, request);
  if (!approval) throw notFound();
  const code = readCode(body);
  const actId = body.text('actId', MAX_ID_CHARACTERS);
  const { record, login } = approval;
  if (!record.ask.codeAllowed) {
    const message =
      "The ask takes no code. Only a page that wasn't offered one sends it. To allow codes, set `codeAllowed`.";
    context.report({ type: 'refused', reason: 'code', message, approval: labelOf(record) }, record.account);
    throw new CibaError('refused', message);
  }
  if (login.ending !== null) {
    if ((await outcomeOf(context, record, login.ending)) === 'approved') return approvedResponse(approval);
    throw refusedWithoutReason();
  }
  const { ask, account } = record;
  const bound = forApproval(context, record);
  const answer = await idempotent<Session, CodeAnswer>(context, hash('code', record.key, actId, code), (keep) => {
    const attempt: Attempt = {
      ...{ request, loginHint: ask.loginHint, code, actId, id: record.id, login, admitted: Promise.resolve() },
      // One count for a subject, however many sessions ask. Strangers at the login have other counts.
      ...{ user: account, account, owner: account, named: true, known: true, browser: hash('approvals') },
      ...{ ask, nobody: false, since: context.now() },
    };
    return checkCounted(bound, attempt, createCodeCounter(bound, attempt, createLockoutReader(bound)), keep);
  });
  if (answer.status === 'approved') return approvedResponse(approval);
  return jsonResponse(200, answer);
}
