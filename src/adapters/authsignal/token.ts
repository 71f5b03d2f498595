import { toRecord } from './client.js';

/** What a token says about itself. It is read for times and for texts, never trusted. */
export interface TokenClaims {
  /** Seconds since 1970, by Authsignal's clock. */
  readonly exp?: number;
  readonly iat?: number;
  readonly tenantId?: string;
}

/** What stands in a token; nothing where it is no JWT. */
export function readToken(token: string): TokenClaims {
  try {
    const payload = (token.split('.')[1] ?? '').replace(/-/g, '+').replace(/_/g, '/');
    const { exp, iat, other } = toRecord(JSON.parse(atob(payload)));
    const { tenantId } = toRecord(other);
    return {
      ...(typeof exp === 'number' && { exp }),
      ...(typeof iat === 'number' && { iat }),
      ...(typeof tenantId === 'string' && { tenantId }),
    };
  } catch {
    return {};
  }
}

/** Seconds that a track token lives, where it does not say so itself. */
const TOKEN_LIFETIME_SECONDS = 600;

/**
 * Seconds that are left of a token. A clock that is wrong by more than the token's life is not believed: a token that
 * looks over, or not yet begun, counts as new, and Authsignal has the last word.
 */
export function secondsLeft(token: string, now: number): number {
  const { exp, iat } = readToken(token);
  const whole = exp !== undefined && iat !== undefined && exp > iat ? exp - iat : TOKEN_LIFETIME_SECONDS;
  const left = exp === undefined ? whole : exp - now / 1000;
  return left > 0 && left <= whole ? left : whole;
}
