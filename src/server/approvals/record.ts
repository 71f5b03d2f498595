import { createHmac } from 'node:crypto';
import { isCibaError } from '../../contract/index.js';
import type { ApprovalOutcome, Approver } from '../../contract/index.js';
import type { Evidence } from '../context.js';
import { RefusedRequest } from '../http/body-and-response.js';
import { readLogin } from '../login/login-record.js';
import type { KnownEnding, LoginRecord, StoredLogin } from '../login/login-record.js';
import { pollLogin } from '../login/poll-login.js';
import { takenKey } from '../store/keys.js';
import type { CibaServerEvent } from '../log/events.js';
import { canonical } from './ask.js';
import type { CheckedAsk } from './ask.js';
import type { ApprovalContext, Names } from './context.js';
import type { ApprovalLabel } from './types.js';

/** The mark of a receipt that was given back. */
export const GIVEN_BACK = 'back';

/** One approval. Its `browser` is the requester that owns it, and its `account` the subject. */
export interface ApprovalRecord extends LoginRecord {
  readonly id: string;
  /** The keys of all who may watch, cancel and use it. */
  readonly requesters: readonly string[];
  readonly ask: CheckedAsk;
  readonly digest: string;
  /** Whether a push was sent. */
  readonly pushed: boolean;
}

/** An approval as it was in the store when it was read. */
export interface StoredApproval {
  readonly login: StoredLogin;
  readonly record: ApprovalRecord;
}

/** Reads an approval of one of these requesters. Unknown ones, forgotten ones and those of others are all `null`. */
export async function findApproval<Session>(
  context: ApprovalContext<Session>,
  names: Names,
  id: string,
): Promise<StoredApproval | null> {
  const approval = await readApproval(context, id);
  if (!approval || approval.record.requesters.some((key) => names.includes(key))) return approval;
  const { record } = approval;
  const message =
    'An ID came from another requester than the one who asked. It was stolen, or `requester` names the same user differently than before.';
  context.report({ type: 'refused', reason: 'requester', message, approval: labelOf(record) }, record.account);
  return null;
}

/**
 * Reports why an approval can't be used, and throws the error on. It is a mistake of the app, a second use or an attack.
 * @throws what `spend` throws
 */
export async function reportRefusal<Session, Value>(
  context: ApprovalContext<Session>,
  { record }: StoredApproval,
  spend: () => Promise<Value>,
): Promise<Value> {
  try {
    return await spend();
  } catch (caught) {
    if (isCibaError(caught) && caught.code === 'refused') {
      const { reason = 'ended', message } = caught;
      context.report({ type: 'refused', reason, message, approval: labelOf(record) }, record.account);
    }
    throw caught;
  }
}

/** Reads an approval of any requester. */
export async function readApproval<Session>(
  context: ApprovalContext<Session>,
  id: string,
): Promise<StoredApproval | null> {
  const login = await readLogin(context, id);
  // A record without an ask is a login's. No ID of one has ever been an ID of the other.
  return login && 'ask' in login.record ? { login, record: login.record as ApprovalRecord } : null;
}

export function labelOf({ id, ask }: Pick<ApprovalRecord, 'id' | 'ask'>): ApprovalLabel {
  return { id, action: ask.action, ...(ask.externalId !== undefined && { externalId: ask.externalId }) };
}

/** Seconds from the approval to use its receipt. */
export function secondsToUse<Session>({ useWithinSeconds }: ApprovalContext<Session>, ask: CheckedAsk): number {
  return ask.useWithin ?? useWithinSeconds;
}

/** Whether the time to use the receipt is over. */
export function isLate<Session>(
  context: ApprovalContext<Session>,
  { ask }: ApprovalRecord,
  ending: { readonly at: number },
): boolean {
  return context.now() > ending.at + secondsToUse(context, ask) * 1000;
}

/** The method and level of an approval, as events and receipts have them. */
export function methodOf(method: Evidence['method'], approver: Approver | null) {
  return {
    method: approver?.withoutPrompt ? ('none' as const) : method,
    ...(approver?.acr !== undefined && { acr: approver.acr }),
    ...(approver?.authTime !== undefined && { authTime: approver.authTime }),
  };
}

/** The same context for one approval: its events name the approval, and say how it was given. */
export function forApproval<Session>(
  context: ApprovalContext<Session>,
  record: ApprovalRecord,
): ApprovalContext<Session> {
  const approval = labelOf(record);
  const { auditKey, outcomes } = context;
  const digest = auditKey && createHmac('sha256', auditKey).update(canonical(record.ask)).digest('base64url');
  let details: Partial<ReturnType<typeof methodOf>> = {};
  return {
    ...context,
    emit(event: CibaServerEvent, account) {
      const more = event.type === 'approved' ? { ...details, ...(digest && { digest }) } : {};
      context.emit(Object.assign({}, event, more, { approval }), account);
    },
    outcomes: {
      ...outcomes,
      offer(bound, session, evidence) {
        details = methodOf(evidence.method, evidence.approver);
        return outcomes.offer(bound, session, evidence);
      },
    },
  };
}

/** How an approval stands, with at most one poll of the provider. */
export async function settle<Session>(
  context: ApprovalContext<Session>,
  { login, record }: StoredApproval,
): Promise<'pending' | ApprovalOutcome> {
  if (login.ending !== null) return outcomeOf(context, record, login.ending);
  try {
    return (await pollLogin(forApproval(context, record), login)).status;
  } catch (caught) {
    const ended = await readApproval(context, record.id);
    if (ended?.login.ending) return outcomeOf(context, record, ended.login.ending);
    if (caught instanceof RefusedRequest) return 'expired';
    throw caught;
  }
}

/** `approved` lasts while the receipt can be used, and once it was used. */
export async function outcomeOf<Session>(
  context: ApprovalContext<Session>,
  record: ApprovalRecord,
  ending: KnownEnding,
): Promise<ApprovalOutcome> {
  if (ending === 'over') return 'expired';
  if (ending.status !== 'approved') return ending.status;
  const taken = await context.store.get<string>(takenKey(ending.approval));
  if (taken !== undefined) return taken === GIVEN_BACK ? 'expired' : 'approved';
  if (!isLate(context, record, ending)) return 'approved';
  await context.outcomes.withdraw(context, ending.approval);
  return 'expired';
}
