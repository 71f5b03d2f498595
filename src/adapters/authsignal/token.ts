import { readJwtClaims } from '../shared/jwt.js';
import { toRecord } from './client.js';

/** A token's own claims. They are used for times and error messages, and never trusted. */
export interface TokenClaims {
  /** Seconds since 1970, by Authsignal's clock. */
  readonly exp?: number;
  readonly iat?: number;
  readonly tenantId?: string;
}

/** Reads the claims of a token, or none if it isn't a JWT. */
export function readToken(token: string): TokenClaims {
  const { exp, iat, other } = readJwtClaims(token);
  const { tenantId } = toRecord(other);
  return {
    ...(typeof exp === 'number' && { exp }),
    ...(typeof iat === 'number' && { iat }),
    ...(typeof tenantId === 'string' && { tenantId }),
  };
}

/** Returns the whole seconds for which a push can be approved: as long as the app waits, and its token is valid. */
export function pushSeconds(token: string, pushLifetime: number, now: number): number {
  return Math.max(1, Math.min(pushLifetime, Math.floor(secondsLeft(token, now))));
}

/** Lifetime of a track token that doesn't say it itself. */
const TOKEN_LIFETIME_SECONDS = 600;

/**
 * Returns how many seconds a token is still valid. A clock that is off by more than the token's lifetime is ignored. A
 * token that looks expired, or not yet valid, counts as new, and Authsignal decides.
 */
export function secondsLeft(token: string, now: number): number {
  const { exp, iat } = readToken(token);
  const lifetime = exp !== undefined && iat !== undefined && exp > iat ? exp - iat : TOKEN_LIFETIME_SECONDS;
  const left = exp === undefined ? lifetime : exp - now / 1000;
  return left > 0 && left <= lifetime ? left : lifetime;
}
