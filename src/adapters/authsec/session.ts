import { readJwtClaims } from '../shared/jwt.js';
import type { AuthSecResponse } from './request.js';
import { validateText } from '../../contract/validate.js';

/** The claims of an AuthSec token. */
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

/** What AuthSec returns for a completed login. It is a full session, so keep it on the server. */
export interface AuthSecSession {
  /** A JWT for AuthSec's own API. Only AuthSec can verify it (HS256). There is no refresh token. */
  readonly accessToken: string;
  /** The token's claims, read without verifying its signature. Trust them because AuthSec's server returned them. */
  readonly claims: AuthSecClaims;
  /** When the token expires, in milliseconds since 1970. Absent if AuthSec doesn't say. */
  readonly expiresAt?: number;
}

/** The session of a response that holds a token: `access_token` after an approval, `token` after a code. */
export function readAuthSecSession(body: AuthSecResponse['body']): AuthSecSession | undefined {
  const accessToken = validateText(body['access_token'] || body['token']);
  if (!accessToken) return undefined;
  const claims: AuthSecClaims = readJwtClaims(accessToken);
  return { accessToken, claims, ...(typeof claims.exp === 'number' && { expiresAt: claims.exp * 1000 }) };
}
