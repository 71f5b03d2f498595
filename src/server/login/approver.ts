import { findDifference } from '../../contract/compare-approver.js';
import { CibaError } from '../../contract/index.js';
import type { Approver, InitiateRequest, PendingApproval } from '../../contract/index.js';
import type { Context } from '../context.js';

/** What the approver of a request must satisfy. */
export type Asked = Pick<InitiateRequest, 'subject' | 'acrValues' | 'maxAge' | 'authorizationDetails'>;

/** The part of a request that has to be compared with the approval. */
export function askedOf({ subject, acrValues, maxAge }: InitiateRequest): Asked {
  return {
    ...(subject !== undefined && { subject }),
    ...(acrValues !== undefined && { acrValues }),
    ...(maxAge !== undefined && { maxAge }),
  };
}

/**
 * Who approved, as far as the adapter can tell. `pending` is `null` for a code without a push. Returns `null` if the
 * session isn't one of the adapter's, and `undefined` if the adapter compares by itself.
 */
export async function readApprover<Session>(
  { adapter }: Context<Session>,
  session: Session,
  asked: Asked,
  pending: PendingApproval | null,
): Promise<Approver | null | undefined> {
  return adapter.approver?.(session, asked, pending);
}

const REFUSALS = {
  subject: 'Another user than the one who was asked approved, so the approval does not count.',
  level: 'The approval reached none of the requested levels (`acrValues`).',
  age: 'The user authenticated longer ago than `maxAge` allows.',
};

/**
 * Compares who approved a push with what was asked, and returns who did. Without `adapter.approver`, the adapter must do this itself.
 * @throws CibaError `refused`
 */
export async function checkApprover<Session>(
  context: Context<Session>,
  session: Session,
  asked: Asked,
  pending: PendingApproval,
): Promise<Approver | null> {
  const approver = await readApprover(context, session, asked, pending);
  if (approver === undefined) return null;
  const difference = findDifference(asked, approver, context.now());
  if (difference) throw new CibaError('refused', REFUSALS[difference]);
  return approver;
}
