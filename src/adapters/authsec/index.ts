import { CibaError } from '../../contract/index.js';
import type {
  Approver,
  CallOptions,
  CibaAdapter,
  InitiateRequest,
  PendingApproval,
  TotpRequest,
  TotpResult,
} from '../../contract/index.js';
import { misconfigured } from '../../contract/errors.js';
import { DEFAULT_INTERVAL_SECONDS, validateText, SLOW_DOWN_STEP_SECONDS } from '../../contract/validate.js';
import { joinMessage } from '../shared/binding-message.js';
import { randomId } from '../shared/random-id.js';
import { createCodeAttempts } from './code-attempts.js';
import { toEmail } from './connection.js';
import type { AuthSecConnection } from './connection.js';
import { DEFAULT_LIFETIME_SECONDS, DEFAULT_LOCKOUT_SECONDS, MAX_UNKNOWN_ERRORS, MEMORY_SECONDS } from './defaults.js';
import { createSend, POLL, START } from './request.js';
import { readAuthSecSession } from './session.js';
import type { AuthSecSession } from './session.js';

export { createAuthSecDevice } from './device.js';
export type {
  AuthSecDevice,
  AuthSecDeviceDetails,
  AuthSecDeviceOptions,
  AuthSecPendingRequest,
  AuthSecResponseOptions,
} from './device.js';
export { createAuthSecEnrollment } from './enrollment.js';
export type { AuthSecEnrollmentOptions } from './enrollment.js';
export type { AuthSecConnection } from './connection.js';
export type { AuthSecClaims, AuthSecSession } from './session.js';

export interface AuthSecAdapterOptions extends AuthSecConnection {
  /** The client secret, for servers that require HTTP Basic. Only for use on a server, since a browser can't keep a secret. */
  readonly credentials?: { readonly clientSecret: string };
  /** The notification's text for requests with neither a binding message nor a transaction's title, at most 255 characters. A request's number stands before it. @default AuthSec's own text */
  readonly bindingMessage?: string;
  /** Wall-clock milliseconds. @default Date.now */
  readonly now?: () => number;
}

export interface AuthSecAdapter extends CibaAdapter<AuthSecSession> {
  /**
   * Says whose token it is. Absent in the admin flow: another user can answer its requests, so an approval doesn't prove
   * who gave it. Don't confirm a payment with it.
   */
  approver?(session: AuthSecSession): Approver;
  /** Absent if the `workspace` generation is chosen for end users, since its servers refuse every code. */
  verifyTotp?(request: TotpRequest, options: CallOptions): Promise<TotpResult<AuthSecSession>>;
  /** Forgets the request and the wrong codes, but no lockout. AuthSec can't cancel, so the phone keeps showing the prompt. */
  cancel(pending: PendingApproval, options: CallOptions): Promise<void>;
}

/** What each poll sends to AuthSec, and who may approve. */
type Handle = {
  readonly authReqId: string;
  readonly email: string;
  readonly subject: string | null;
};

interface OpenRequest extends Handle {
  /** Wall-clock milliseconds at which it can be forgotten. */
  readonly forgetAt: number;
  /** Whether it was canceled, redeemed, or superseded by a code. */
  over?: boolean;
  /** Errors of no known meaning in a row. */
  unknown: number;
}

/**
 * Creates an adapter for AuthSec. With a `clientId` it signs in end users of your application, without one users of the
 * AuthSec platform. Pass it to `createCibaHandler` on your server, where the token stays. It also works in a browser if
 * AuthSec's server allows your origin. The token is then in the page, and the count of wrong codes is only a courtesy.
 *
 * Its methods throw `CibaError`, or the signal's own reason when they were aborted.
 *
 * @throws CibaError `misconfigured` if an option is invalid
 * @example
 * const adapter = createAuthSecAdapter({
 *   baseUrl: 'production',
 *   clientId: '6f2c1c8e-5b0e-4f0f-9f59-2d1d2c7b8a10',
 * });
 */
export function createAuthSecAdapter(options: AuthSecAdapterOptions): AuthSecAdapter {
  const { clientId, generation, credentials, now = () => Date.now() } = options;
  const inBrowser = typeof window !== 'undefined';
  const ownMessage = readBindingMessage(options.bindingMessage);
  if (credentials && (inBrowser || !clientId || !credentials.clientSecret)) {
    throw misconfigured('`credentials` need a `clientId` and a server, not a browser.');
  }
  // A UUID and a secret are ASCII, so the encoding of other characters (RFC 7617) doesn't matter.
  const basic = credentials && { authorization: `Basic ${btoa(`${clientId}:${credentials.clientSecret}`)}` };
  const send = createSend(options);

  const requests = new Map<string, OpenRequest>();
  const users = new Map<string, ReturnType<typeof createCodeAttempts>>();

  /** Finds a request. If this process doesn't know it yet, it learns it from the handle, which a store may have kept. */
  function requestOf({ id, expiresIn, serverState }: PendingApproval, handle = serverState as Handle | undefined) {
    const known = requests.get(id);
    if (known || !handle) return known;
    for (const [old, { forgetAt }] of requests) if (forgetAt < now()) requests.delete(old);
    const request: OpenRequest = {
      ...handle,
      forgetAt: now() + (expiresIn + MEMORY_SECONDS) * 1000,
      unknown: 0,
    };
    requests.set(id, request);
    return request;
  }

  function end(pending: PendingApproval): void {
    const request = requestOf(pending);
    if (!request) return;
    request.over = true;
    users.get(request.email)?.reset();
  }

  return {
    usualAnswer: { expiresIn: DEFAULT_LIFETIME_SECONDS, interval: DEFAULT_INTERVAL_SECONDS },

    ...(clientId && { approver: ({ claims }: AuthSecSession) => ({ subject: String(claims.sub) }) }),

    async initiate(request, call) {
      if (request.acrValues || request.maxAge !== undefined) {
        throw misconfigured('AuthSec has no `acrValues` and no `maxAge`.');
      }
      const email = toEmail(request.loginHint);
      if (!email) throw new CibaError('unknownUser', '`loginHint` must be an email address.');
      const response = await send(
        START,
        {
          client_id: clientId,
          [clientId ? 'email' : 'login_hint']: email,
          binding_message: toMessage(request, ownMessage),
          scopes: request.scope?.match(/\S+/g),
        },
        call,
        basic,
      );
      const { body } = response;
      const authReqId = validateText(body['auth_req_id']);
      if (body['error'] || !authReqId) throw response.toError();

      const handle: Handle = { authReqId, email, subject: request.subject ?? null };
      const pending = {
        id: randomId(),
        expiresIn: Number(body['expires_in']) || DEFAULT_LIFETIME_SECONDS,
        interval: Number(body['interval']) || DEFAULT_INTERVAL_SECONDS,
        // Anyone with AuthSec's own ID can redeem the login, so in a browser it never leaves this closure.
        resumable: !inBrowser,
        ...(!inBrowser && { serverState: handle }),
      };
      requestOf(pending, handle);
      return pending;
    },

    async poll(pending, call) {
      const request = requestOf(pending);
      if (!request) throw new CibaError('notFound', 'No such request.');
      if (request.over) return { status: 'expired' };
      const response = await send(POLL, { client_id: clientId, auth_req_id: request.authReqId }, call, basic);
      const session = readAuthSecSession(response.body);
      if (session) {
        request.over = true;
        if ((request.subject ?? session.claims.sub) !== session.claims.sub) {
          throw new CibaError('refused', 'Another user approved.');
        }
        return { status: 'approved', session };
      }
      switch (response.body['error']) {
        case 'authorization_pending':
          request.unknown = 0;
          return { status: 'pending' };
        case 'slow_down':
          return { status: 'pending', interval: pending.interval + SLOW_DOWN_STEP_SECONDS };
        case 'access_denied':
          return { status: 'denied' };
        case 'expired_token':
        case 'invalid_grant':
          return { status: 'expired' };
        default:
          if (response.status < 300 && response.body['error']) request.unknown += 1;
          throw response.toError(undefined, request.unknown > MAX_UNKNOWN_ERRORS);
      }
    },

    ...(!(clientId && generation === 'workspace') && {
      async verifyTotp(
        { loginHint, code, pending }: TotpRequest,
        call: CallOptions,
      ): Promise<TotpResult<AuthSecSession>> {
        const email = toEmail(loginHint);
        if (!email) return { status: 'notEnrolled' };
        // On a server, the handler's store counts for each user.
        const attempts = inBrowser ? (users.get(email) ?? createCodeAttempts(now)) : undefined;
        if (attempts) users.set(email, attempts);
        const lockout = attempts?.lockout();
        if (lockout) return lockout;

        const response = await send('totp/login', { client_id: clientId, email, totp_code: code }, call);
        const session = readAuthSecSession(response.body);
        if (session) {
          users.delete(email);
          if (pending) end(pending);
          return { status: 'approved', session };
        }
        // There are no error codes here, only sentences, which differ between the flows and between builds.
        const message = `${response.body['message']} ${response.body['error']}`;
        if (/invalid totp code/i.test(message)) return attempts?.wrong() ?? { status: 'invalidCode' };
        if (/no .*totp device|user not found/i.test(message)) return { status: 'notEnrolled' };
        if (/too many failed/i.test(message)) {
          return { status: 'lockedOut', retryAfter: response.retryAfter ?? DEFAULT_LOCKOUT_SECONDS };
        }
        throw response.toError(/client|tenant/i.test(message) ? 'misconfigured' : 'refused');
      },
    }),

    async cancel(pending, { signal }) {
      signal.throwIfAborted();
      end(pending);
    },
  };
}

/** Longest message, in characters: AuthSec's database has a column of this size. */
const MAX_MESSAGE_CHARACTERS = 255;

/** The number of a request with its text, its transaction's title, or the option. */
function toMessage({ displayCode, bindingMessage, transaction }: InitiateRequest, ownMessage: string | undefined) {
  const text = readBindingMessage(bindingMessage, readBindingMessage(transaction?.title, ownMessage));
  return joinMessage(displayCode, text, (joined) => joined.length <= MAX_MESSAGE_CHARACTERS);
}

/** @throws CibaError `misconfigured` */
function readBindingMessage(text = '', fallback?: string): string | undefined {
  if (text.length > MAX_MESSAGE_CHARACTERS) {
    throw misconfigured(`A binding message may have ${MAX_MESSAGE_CHARACTERS} characters.`);
  }
  return text.trim() || fallback;
}
