import type { RefreshResult, SessionInfo } from '../../contract/index.js';
import { fold } from './error-table.js';
import { systemCodeOf } from '../../contract/system-code.js';
import type { OidcSession } from './types.js';
import type { Exchange } from './wire.js';

/** What the handler may know of a session's tokens. */
export function readSessionInfo(session: OidcSession): SessionInfo | null {
  // The app's own code verifier makes sessions of its own, without the claims of an ID token.
  if (typeof session?.claims?.sub !== 'string' || typeof session.accessToken !== 'string') return null;
  const { claims, accessToken, tokenType = 'Bearer', expiresAt, refreshToken, refreshExpiresAt } = session;
  const { sub, sid, acr, iat } = claims;
  const endsAt = refreshToken === undefined ? expiresAt : refreshExpiresAt;
  return {
    accessToken: { token: accessToken, type: tokenType },
    ...(expiresAt !== undefined && { expiresAt }),
    refreshable: refreshToken !== undefined,
    ...(endsAt !== undefined && { endsAt }),
    subject: sub,
    ...(typeof sid === 'string' && { sid }),
    issuedAt: iat * 1000,
    ...(typeof acr === 'string' && { acr }),
  };
}

/** Errors that mean that the user's grant is over (RFC 6749 §5.2, OpenID Connect Core 1.0 §3.1.2.6). */
const ENDED = new Set([
  'access_denied',
  'account_selection_required',
  'consent_required',
  'interaction_required',
  'invalid_grant',
  'login_required',
]);

/** How providers say that a refresh token was used before, in the form that `fold` makes. */
const REUSED =
  /\b(?:reuse[ds]?|re used|replay(?:ed)?|rotated|stale|already (?:been )?(?:used|redeemed|consumed|exchanged))\b/;

/** Whether the provider answered a refresh by saying that the session is over. */
export function toEnded({ answer }: Exchange): RefreshResult<never> | null {
  const { error } = answer ?? {};
  if (!error || !ENDED.has(error.name)) return null;
  return { status: 'ended', ...(REUSED.test(fold(error.description)) && { reused: true }) };
}

/** Node's codes for a connection that was never made. Nothing was sent over it. */
const NEVER_CONNECTED = new Set([
  'EAI_AGAIN',
  'ECONNREFUSED',
  'EHOSTUNREACH',
  'ENETUNREACH',
  'ENOTFOUND',
  'UND_ERR_CONNECT_TIMEOUT',
]);

/** Whether Node refused the provider's certificate. The request is sent after the handshake only. */
const isCertificateFault = (code: string) => /^(?:CERT_|DEPTH_ZERO_|ERR_TLS_CERT_|SELF_SIGNED_|UNABLE_TO_)/.test(code);

/**
 * What gateways write in a 503 when they lost the provider's answer, as others do by 502 and 504: Envoy (unless the connection
 * was never made, or the provider refused the stream), Varnish and Fastly, Heroku, Amazon API Gateway.
 */
const LOST_BY_GATEWAY = [
  /disconnect\/reset before headers(?!\. reset reason: (?:(?:remote )?connection failure|connection timeout|overflow|remote refused stream reset))/i,
  /backend fetch failed|(?:first byte|between bytes) timeout|backend read error/i,
  /herokucdn\.com\/error-pages\/application-error/i,
  /^\s*\{\s*"message"\s*:\s*"Service Unavailable"\s*\}\s*$/i,
];

/**
 * Whether a refresh surely had no effect, so that it may be sent again. Otherwise the refresh token may be used up, and to
 * use it a second time would end the user's session at the provider (RFC 9700 §4.14.2).
 */
export function hadNoEffect({ answer, failure }: Exchange): boolean {
  if (answer) {
    const { status, error, text = '' } = answer;
    if (status === 503 && !error && LOST_BY_GATEWAY.some((pattern) => pattern.test(text))) return false;
    // Errors of the client (RFC 9110 §15.5), "try again later" (§15.6.4), and OAuth's own word for that.
    return (status >= 300 && status < 500) || status === 503 || error?.name === 'temporarily_unavailable';
  }
  if (!failure) return true;
  const code = systemCodeOf(failure.caught);
  return !failure.timedOut && code !== undefined && (NEVER_CONNECTED.has(code) || isCertificateFault(code));
}
