import { findDifference } from '../../contract/compare-approver.js';
import { CibaError } from '../../contract/index.js';
import type { AuthorizationDetail, JsonValue } from '../../contract/index.js';
import { clockAdvice } from './errors.js';
import type { OidcProfile, OidcSession, ServerState } from './types.js';

/** What the approver must satisfy. */
export type Asked = Pick<ServerState, 'subject' | 'acrValues' | 'maxAge' | 'authorizationDetails'>;

/**
 * Checks who approved, how, and what was granted, by the provider's answer and not by what was typed (CIBA Core 1.0 §14).
 * @param headers of the answer, if it is known: its date tells whether a clock is wrong
 * @throws CibaError `refused`
 */
export function checkApproval(session: OidcSession, asked: Asked, profile: OidcProfile, headers = new Headers()): void {
  const { sub, acr, auth_time: authTime } = session.claims;
  const approver = {
    subject: sub,
    ...(typeof acr === 'string' && { acr }),
    ...(typeof authTime === 'number' && { authTime }),
  };
  switch (findDifference(asked, approver, Date.now())) {
    case 'subject':
      throw new CibaError(
        'refused',
        'The approval came from another user than the one who was asked, so it does not count. Check which `subject` your `authRequest` returns.',
      );
    case 'level':
      throw new CibaError(
        'refused',
        'The approval reached none of the requested levels (`acrValues`), so it does not count. Check what the provider puts into `acr`.',
      );
    case 'age':
      throw new CibaError(
        'refused',
        `The user authenticated more than ${asked.maxAge} s ago (\`maxAge\`), or the ID token doesn't say when. Check that the provider puts \`auth_time\` into it.${clockAdvice({ headers })}`,
      );
    case null:
  }
  checkDetails(session, asked, profile);
}

/** A provider may grant something other than what was requested, and then says what it granted (RFC 9396 §7). */
function checkDetails(session: OidcSession, { authorizationDetails: asked = [] }: Asked, profile: OidcProfile): void {
  if (asked.length === 0 || profile.returnsDetails === false) return;
  const { authorizationDetails: granted } = session;
  if (granted === undefined) {
    throw new CibaError(
      'refused',
      "The provider approved the request but didn't say which `authorization_details` it granted, so the approval does not count. Have it return them, or set `returnsDetails: false` in the profile and check them where they are used.",
    );
  }
  if (asked.every((detail) => granted.some((other) => contains(other, detail)))) return;
  throw new CibaError(
    'refused',
    'The provider granted other `authorization_details` than were asked for, so the approval does not count. Compare `authorizationDetails` with what the provider returns.',
  );
}

/** Returns whether `whole` has all that `part` has. A provider may add fields, such as the account that was chosen. */
function contains(whole: JsonValue | undefined, part: JsonValue): boolean {
  if (typeof part !== 'object' || part === null) return whole === part;
  if (typeof whole !== 'object' || whole === null || Array.isArray(part) !== Array.isArray(whole)) return false;
  if (Array.isArray(part)) {
    const list = whole as readonly JsonValue[];
    return part.every((entry: JsonValue) => list.some((other) => contains(other, entry)));
  }
  const fields = new Map(Object.entries(whole as AuthorizationDetail));
  return Object.entries(part).every(([name, value]) => contains(fields.get(name), value));
}
