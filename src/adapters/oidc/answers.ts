import type { TokenEndpointResponse } from 'openid-client';
import { CibaError } from '../../contract/index.js';
import type { AuthorizationDetail, JsonValue, PendingApproval, PollResult } from '../../contract/index.js';
import { misconfigured } from '../../contract/errors.js';
import { SLOW_DOWN_STEP_SECONDS } from '../../contract/validate.js';
import { parseRetryAfter } from '../shared/fetch-text.js';
import { isAboutCertificate } from './error-table.js';
import { isTokenError } from './types.js';
import type { OidcProfile, OidcSession, ServerState } from './types.js';
import type { Correction, ProviderAnswer } from './wire.js';

/** The longest interval that is waited for, in seconds. */
const MAX_INTERVAL_SECONDS = 300;

/** The longest lifetime of a request, in seconds, unless a longer one was asked for. A live request keeps other browsers out. */
const MAX_LIFETIME_SECONDS = 3600;

/** The longest lifetime of an access token that is told, in seconds: a year. */
const MAX_TOKEN_SECONDS = 365 * 24 * 3600;

/** Some providers write null or "" for a member that they leave out. */
function withoutEmptyMembers(json: Readonly<Record<string, unknown>>): Record<string, unknown> {
  return Object.fromEntries(Object.entries(json).filter(([, value]) => value !== null && value !== ''));
}

/** A number of seconds above 0, which may be in quotes. */
function toSeconds(value: unknown): number | undefined {
  const seconds = typeof value === 'string' || typeof value === 'number' ? Number(value) : NaN;
  return seconds > 0 && Number.isFinite(seconds) ? seconds : undefined;
}

/**
 * Corrects an authentication response. Some providers send an `interval` that makes openid-client reject the whole
 * response: 0 (PingFederate's default), "5", null. One that isn't above 0, or that leaves no time for a poll, is dropped,
 * so that the default applies.
 */
export const correctAcknowledgement =
  (requestedExpiry: number | undefined): Correction =>
  (json) => {
    const { interval, expires_in: lifetime, ...rest } = withoutEmptyMembers(json);
    const most = Math.max(MAX_LIFETIME_SECONDS, requestedExpiry ?? 0);
    const expiresIn = toSeconds(lifetime);
    const seconds = toSeconds(interval);
    return {
      ...rest,
      ...(expiresIn !== undefined && { expires_in: Math.min(expiresIn, most) }),
      ...(seconds !== undefined &&
        seconds < (expiresIn ?? Infinity) && { interval: Math.min(seconds, MAX_INTERVAL_SECONDS) }),
    };
  };

/** Corrects a token response: what only describes the tokens must not lose an approved login. */
export const correctTokens: Correction = (json) => {
  const { expires_in: lifetime, refresh_expires_in: refreshLifetime, scope, ...rest } = withoutEmptyMembers(json);
  const seconds = toSeconds(lifetime);
  // Not in any standard, but Keycloak and others name it. Keycloak's 0 means that the token never expires.
  const refreshSeconds = toSeconds(refreshLifetime);
  const scopes = Array.isArray(scope) ? scope.filter((name) => typeof name === 'string').join(' ') : scope;
  return {
    ...rest,
    ...(seconds !== undefined && { expires_in: Math.min(seconds, MAX_TOKEN_SECONDS) }),
    ...(refreshSeconds !== undefined && { refresh_expires_in: Math.min(refreshSeconds, MAX_TOKEN_SECONDS) }),
    ...(typeof scopes === 'string' && scopes !== '' && { scope: scopes }),
  };
};

/** The meaning of an error response to a poll, or undefined for an error that is a fault. */
export function toPollResult(
  { error, headers, json, status }: ProviderAnswer,
  pending: PendingApproval,
  { deniedUntil = Infinity }: ServerState,
  { tokenError }: OidcProfile,
): PollResult<OidcSession> | undefined {
  if (!error) return undefined;
  const meant = tokenError?.(error.name, error.description, status);
  if (meant !== undefined && !isTokenError(meant)) return undefined;
  switch (meant ?? error.name) {
    case 'access_denied':
      return { status: Date.now() < deniedUntil ? 'denied' : 'expired' };
    // Some providers forget a request soon after it ends. They then answer invalid_grant, as for a redeemed one.
    case 'expired_token':
      return { status: 'expired' };
    case 'invalid_grant':
      return isAboutCertificate(error.description) ? undefined : { status: 'expired' };
    case 'authorization_pending':
      return toPendingResult(pending, pending.interval, json, headers);
    case 'slow_down':
      return toPendingResult(pending, pending.interval + SLOW_DOWN_STEP_SECONDS, json, headers);
    default:
      return undefined;
  }
}

function toPendingResult(
  pending: PendingApproval,
  least: number,
  json: ProviderAnswer['json'],
  headers: Headers,
): PollResult<OidcSession> {
  // Auth0 names the new interval in the body of a `slow_down`.
  const named = toSeconds(json?.['interval']) ?? 0;
  const interval = Math.min(Math.max(least, named), Math.max(pending.interval, MAX_INTERVAL_SECONDS));
  const retryAfter = parseRetryAfter(headers);
  return {
    status: 'pending',
    ...(interval > pending.interval && { interval }),
    ...(retryAfter !== undefined && { retryAfter: Math.min(retryAfter, MAX_INTERVAL_SECONDS) }),
  };
}

/** @throws CibaError `misconfigured` if the request wasn't started by this adapter, or its state was lost */
export function readServerState(state: JsonValue | undefined): ServerState {
  if (typeof state === 'object' && state !== null && 'authReqId' in state && typeof state.authReqId === 'string') {
    return state as unknown as ServerState;
  }
  throw misconfigured(
    "The request has no `serverState` of this adapter, so the provider can't be polled for it. Pass `poll` what `initiate` returned, and let the store keep all of it.",
  );
}

type Tokens = TokenEndpointResponse & { claims(): OidcSession['claims'] | undefined };

/** @throws CibaError `badResponse` without an ID token */
export function toSession(tokens: Tokens): OidcSession {
  const claims = tokens.claims();
  if (!claims || tokens.id_token === undefined) {
    throw new CibaError(
      'badResponse',
      'The provider approved the request but sent no ID token, so it isn\'t known who approved. Check that the client may use the scope "openid".',
      { retryable: false },
    );
  }
  return { claims, idToken: tokens.id_token, ...readTokens(tokens) };
}

/** A refreshed session. What the answer leaves out stays as it was (RFC 6749 §6, OpenID Connect Core 1.0 §12.2). */
export function toRefreshedSession(
  tokens: Tokens,
  { expiresAt: _, refreshExpiresAt, ...before }: OidcSession,
): OidcSession {
  const claims = tokens.claims();
  const keepsToken = tokens.refresh_token === undefined;
  return {
    ...before,
    ...(keepsToken && refreshExpiresAt !== undefined && { refreshExpiresAt }),
    ...(claims && tokens.id_token !== undefined && { claims, idToken: tokens.id_token }),
    ...readTokens(tokens),
  };
}

function readTokens(tokens: Tokens): Omit<OidcSession, 'claims' | 'idToken'> {
  const details = readDetails(tokens['authorization_details']);
  const refreshSeconds = tokens['refresh_expires_in'];
  return {
    accessToken: tokens.access_token,
    ...(tokens.refresh_token !== undefined && { refreshToken: tokens.refresh_token }),
    ...(tokens.expires_in !== undefined && { expiresAt: Date.now() + tokens.expires_in * 1000 }),
    ...(typeof refreshSeconds === 'number' && { refreshExpiresAt: Date.now() + refreshSeconds * 1000 }),
    ...(tokens.scope !== undefined && { scope: tokens.scope }),
    ...(details && { authorizationDetails: details }),
    // openid-client writes it in lower case.
    ...(tokens.token_type === 'dpop' && { tokenType: 'DPoP' as const }),
  };
}

/** Some providers send the list as a string, as it was sent to them. */
function readDetails(value: unknown): readonly AuthorizationDetail[] | undefined {
  if (typeof value === 'string') {
    try {
      return readDetails(JSON.parse(value));
    } catch {
      return undefined;
    }
  }
  if (!Array.isArray(value)) return undefined;
  return value.filter((detail): detail is AuthorizationDetail => typeof detail === 'object' && detail !== null);
}
