import { CibaError } from '../../contract/index.js';
import type { Approver, InitiateRequest, PendingApproval } from '../../contract/index.js';
import type { Context } from '../context.js';

/** Seconds by which the clocks of the provider and this server may differ. */
const CLOCK_SKEW_SECONDS = 30;

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

/** Whether one of the requested levels was reached. */
export function reachesLevel({ acrValues }: Asked, acr: string | undefined): boolean {
  return acrValues === undefined || (acr !== undefined && acrValues.split(' ').includes(acr));
}

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
  const { subject, maxAge } = asked;
  const authTime = approver?.authTime;
  if (subject !== undefined && approver?.subject !== subject) {
    throw new CibaError('refused', 'Another user than the one who was asked approved, so the approval does not count.');
  }
  if (!reachesLevel(asked, approver?.acr)) {
    throw new CibaError('refused', 'The approval reached none of the requested levels (`acrValues`).');
  }
  if (
    maxAge !== undefined &&
    !(authTime !== undefined && context.now() / 1000 - authTime <= maxAge + CLOCK_SKEW_SECONDS)
  ) {
    throw new CibaError('refused', 'The user authenticated longer ago than `maxAge` allows.');
  }
  return approver;
}
