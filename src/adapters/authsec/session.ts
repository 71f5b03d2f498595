import type { AuthSecAnswer } from './request.js';
import { textOf } from './request.js';

/** What stands in a token of AuthSec. */
export interface AuthSecClaims {
  readonly sub?: string;
  readonly user_id?: string;
  readonly email_id?: string;
  readonly tenant_id?: string;
  readonly workspace_id?: string;
  readonly client_id?: string;
  /** Seconds since 1970. */
  readonly exp?: number;
  readonly [claim: string]: unknown;
}

/** What AuthSec handed over. It is a full session: keep it on the server. */
export interface AuthSecSession {
  /** A JWT for AuthSec's own API (HS256: only AuthSec can check it). There is no refresh token. */
  readonly accessToken: string;
  /** What the token says, read without checking its signature: trust it because AuthSec's server answered with it. */
  readonly claims: AuthSecClaims;
  /** When the token ends: milliseconds since 1970. Absent where AuthSec does not say. */
  readonly expiresAt?: number;
}

/** The session of an answer that holds a token: `access_token` after an approval, `token` after a code. */
export function readAuthSecSession(body: AuthSecAnswer['body']): AuthSecSession | undefined {
  const accessToken = textOf(body['access_token'] || body['token']);
  if (!accessToken) return undefined;
  let claims: AuthSecClaims = {};
  try {
    const payload = atob((accessToken.split('.')[1] ?? '').replaceAll('-', '+').replaceAll('_', '/'));
    const bytes = Uint8Array.from(payload, (character) => character.charCodeAt(0));
    claims = Object(JSON.parse(new TextDecoder().decode(bytes))) as AuthSecClaims;
  } catch {
    // no JWT: its holder knows more than the token says
  }
  return { accessToken, claims, ...(typeof claims.exp === 'number' && { expiresAt: claims.exp * 1000 }) };
}
