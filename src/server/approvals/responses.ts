import type { CibaError, CibaErrorCode } from '../../contract/index.js';
import { errorResponse, jsonResponse } from '../http/body-and-response.js';

/** Errors that another event or the app's own code has reported already. */
export const QUIET_ERRORS: ReadonlySet<CibaErrorCode> = new Set(['refused', 'rateLimited', 'unauthorized', 'notFound']);

/** The status of an error, and why an approval can't be used. An app knows its users, so nothing is hidden here. */
export function approvalErrorResponse(error: CibaError, reference: string): Response {
  const { code, reason } = error;
  if (code === 'noDevice') return jsonResponse(403, { error: 'noDevice', reference });
  if (code === 'unknownUser') return jsonResponse(403, { error: 'refused', reference });
  if (code === 'refused') return jsonResponse(403, { error: 'refused', ...(reason !== undefined && { reason }) });
  // There is nothing to look up about an error without an event.
  return errorResponse(error, QUIET_ERRORS.has(code) ? undefined : reference);
}

/** The user has to approve first (RFC 9470 §3). */
export function challenge(approval: string | null, acrValues: string | undefined): Response {
  const response = jsonResponse(401, { error: 'insufficient_user_authentication', approval });
  const level = acrValues === undefined ? '' : `, acr_values="${acrValues.replace(/[^\w:./ -]/g, '')}"`;
  response.headers.set('www-authenticate', `Bearer error="insufficient_user_authentication"${level}`);
  return response;
}
