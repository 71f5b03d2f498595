import { CibaError } from '../../contract/index.js';
import type { LogoutNotice } from '../../contract/index.js';
import { readJwtClaims, readJwtType } from '../shared/jwt.js';

/** Longest age of a logout token, in seconds. Providers that repeat a delivery do so within minutes. */
export const MAX_LOGOUT_TOKEN_AGE_SECONDS = 3600;

/** How far the clocks of the provider and this server may differ, in seconds. */
const CLOCK_SKEW_SECONDS = 60;

const MAX_ID_CHARACTERS = 500;

const LOGOUT_EVENT = 'http://schemas.openid.net/event/backchannel-logout';

const refused = (problem: string) => new CibaError('refused', `The logout token ${problem}, so no session was ended.`);

/**
 * Validates the claims of a logout token (OpenID Connect Back-Channel Logout 1.0 §2.6). The signature has to be checked, too.
 * @throws CibaError `refused`
 */
export function checkLogoutClaims(token: string, expected: { issuer: string; clientId: string }): LogoutNotice {
  const { iss, aud, sub, sid, iat, exp, jti, events, nonce } = readJwtClaims(token);
  const now = Date.now() / 1000;
  // Older providers write no type, or the one of every JWT. A type of another use is a token of another use.
  if (!/^(?:(?:application\/)?logout\+)?jwt$/i.test(readJwtType(token) ?? 'jwt'))
    throw refused('is of another type (`typ`)');
  if (iss !== expected.issuer) throw refused('is from another issuer (`iss`)');
  const audiences = [aud].flat();
  if (!audiences.includes(expected.clientId)) throw refused('is for another client (`aud`)');
  // As for ID tokens (OpenID Connect Core 1.0 §3.1.3.7): another audience could have passed it on.
  if (audiences.some((audience) => audience !== expected.clientId)) throw refused('is for other clients, too (`aud`)');
  if (typeof iat !== 'number' || typeof exp !== 'number') throw refused('has no `iat` or no `exp`');
  if (exp <= now - CLOCK_SKEW_SECONDS) throw refused('has expired (`exp`)');
  if (iat > now + CLOCK_SKEW_SECONDS) throw refused('is from the future (`iat`). Check the clocks');
  if (iat < now - MAX_LOGOUT_TOKEN_AGE_SECONDS) throw refused('is too old (`iat`)');
  if (!isId(jti)) throw refused('has no `jti`');
  if (nonce !== undefined) throw refused('has a `nonce`, as only ID tokens do');
  const event: unknown = (Object(events) as Record<string, unknown>)[LOGOUT_EVENT];
  if (typeof event !== 'object' || event === null || Array.isArray(event)) {
    throw refused(`has no event ${LOGOUT_EVENT} (\`events\`)`);
  }
  if ((sub !== undefined && !isId(sub)) || (sid !== undefined && !isId(sid))) {
    throw refused('has a `sub` or a `sid` that is no ID');
  }
  if (sub === undefined && sid === undefined) throw refused('names no user and no session (`sub`, `sid`)');
  return {
    id: jti,
    ...(sub !== undefined && { subject: sub }),
    ...(sid !== undefined && { sid }),
    issuedAt: iat * 1000,
  };
}

function isId(value: unknown): value is string {
  return typeof value === 'string' && value !== '' && value.length <= MAX_ID_CHARACTERS;
}
