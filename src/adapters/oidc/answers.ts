import type { CustomFetch, genericGrantRequest, ResponseBodyError } from 'openid-client';
import { CibaError, type JsonValue, type PendingApproval, type PollResult } from '../../contract/index.js';
import { misconfigured } from '../../contract/errors.js';
import { SLOW_DOWN_STEP_SECONDS } from '../../contract/validate.js';
import { parseRetryAfter } from '../shared/fetch-text.js';
import type { OidcSession, ServerState } from './types.js';

/** How far the clocks of the provider and this server may differ. */
const CLOCK_SKEW_SECONDS = 30;

export const send: CustomFetch = (url, { body, ...init }) =>
  fetch(url, { ...init, body: (body ?? null) as BodyInit | null });

/**
 * Corrects the `interval` of an authentication response. Some providers send one that makes openid-client reject the
 * whole response: 0 (PingFederate's default), "5", null. A number in quotes counts as a number. Anything else that isn't
 * above 0 is dropped, so that the default applies, since polling without a pause would flood the provider.
 */
export const sendAndFixInterval: CustomFetch = async (url, init) => {
  const response = await send(url, init);
  if (!response.ok) return response;
  const text = await response.text();
  return new Response(fixInterval(text), { status: response.status, headers: response.headers });
};

function fixInterval(text: string): string {
  try {
    const { interval, ...rest } = JSON.parse(text) as { interval?: unknown };
    const seconds = Number(interval);
    return JSON.stringify(seconds > 0 && Number.isFinite(seconds) ? { ...rest, interval: seconds } : rest);
  } catch {
    return text; // openid-client reports that this isn't JSON.
  }
}

/** The meaning of an error response to a poll, or undefined for an error that is a fault. */
export function toPollResult(
  { error, cause, response }: ResponseBodyError,
  pending: PendingApproval,
  { deniedUntil = Infinity }: ServerState,
): PollResult<OidcSession> | undefined {
  switch (error) {
    case 'access_denied':
      return { status: Date.now() < deniedUntil ? 'denied' : 'expired' };
    // Some providers forget a request soon after it ends. They then answer invalid_grant, as for a redeemed one.
    case 'expired_token':
    case 'invalid_grant':
      return { status: 'expired' };
    case 'authorization_pending':
    case 'slow_down': {
      const least = error === 'slow_down' ? pending.interval + SLOW_DOWN_STEP_SECONDS : pending.interval;
      const interval = Math.max(least, readInterval(cause));
      const retryAfter = parseRetryAfter(response.headers);
      return {
        status: 'pending',
        ...(interval > pending.interval && { interval }),
        ...(retryAfter !== undefined && { retryAfter }),
      };
    }
    default:
      return undefined;
  }
}

/** Auth0 names the new interval in the body of a `slow_down`. */
function readInterval({ interval }: ResponseBodyError['cause']): number {
  return typeof interval === 'number' ? interval : 0;
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

type Tokens = Awaited<ReturnType<typeof genericGrantRequest>>;

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
  return {
    claims,
    accessToken: tokens.access_token,
    idToken: tokens.id_token,
    ...(tokens.refresh_token !== undefined && { refreshToken: tokens.refresh_token }),
    ...(tokens.expires_in !== undefined && { expiresAt: Date.now() + tokens.expires_in * 1000 }),
  };
}

/**
 * Checks who approved, and how, by the ID token and not by what was typed (CIBA Core 1.0 §14).
 * @throws CibaError `refused`
 */
export function checkSession(session: OidcSession, { subject, acrValues, maxAge }: ServerState): OidcSession {
  const { sub, acr, auth_time: authTime } = session.claims;
  if (subject !== undefined && sub !== subject) {
    throw new CibaError(
      'refused',
      'The approval came from another user than the one who was asked, so it does not count. Check which `subject` your `authRequest` returns.',
    );
  }
  if (acrValues !== undefined && !(typeof acr === 'string' && acrValues.split(' ').includes(acr))) {
    throw new CibaError(
      'refused',
      'The approval reached none of the requested levels (`acrValues`), so it does not count. Check what the provider puts into `acr`.',
    );
  }
  if (
    maxAge !== undefined &&
    !(typeof authTime === 'number' && Date.now() / 1000 - authTime <= maxAge + CLOCK_SKEW_SECONDS)
  ) {
    throw new CibaError(
      'refused',
      `The user authenticated more than ${maxAge} s ago (\`maxAge\`), or the ID token doesn't say when. Check that the provider puts \`auth_time\` into it.`,
    );
  }
  return session;
}
