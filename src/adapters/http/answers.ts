import { CibaError } from '../../contract/index.js';
import type { PendingApproval, PollResult, TotpResult } from '../../contract/index.js';
import { PENDING, POLL_RESULTS, validateFields, validateResult, TOTP_RESULTS } from '../../contract/validate.js';

// The handler's responses are always valid, so an invalid one doesn't come from it.

function refuse(): never {
  throw new CibaError('badResponse', 'No createCibaHandler of this version answers. Check `basePath`.');
}

/** Returns the result if it has all of these fields. */
function withFields<T extends object>(result: object, ...fields: readonly (keyof T)[]): T {
  if (!fields.every((field) => field in result)) refuse();
  return result as T;
}

export function readPending(answer: unknown): PendingApproval {
  return withFields(validateFields(answer, PENDING, refuse), 'id', 'expiresIn', 'interval', 'resumable');
}

function strictly<T extends { readonly status: string }>(
  answer: unknown,
  fields: typeof POLL_RESULTS | typeof TOTP_RESULTS,
): T {
  const result = validateResult<T>(answer, fields, refuse) ?? refuse();
  if (result.status === 'approved' && (result as { readonly session?: unknown }).session == null) refuse();
  return result;
}

export function readPollResult<Session>(answer: unknown): PollResult<Session> {
  return strictly(answer, POLL_RESULTS);
}

export function readTotpResult<Session>(answer: unknown): TotpResult<Session> {
  return strictly(answer, TOTP_RESULTS);
}

export function readSession<Session>(answer: unknown): Session | null {
  return withFields<{ session: Session | null }>(Object(answer), 'session').session;
}
