import { CibaError } from '../../contract/index.js';
import type { CallOptions, CibaAdapter, PendingApproval, TotpRequest, TotpResult } from '../../contract/index.js';
import { createSend, textOf } from './request.js';
import { misconfigured, toEmail } from './connection.js';
import type { AuthSecConnection } from './connection.js';
import { readAuthSecSession } from './session.js';
import type { AuthSecSession } from './session.js';
import { createCodeAttempts } from './code-attempts.js';

export { createAuthSecEnrollment } from './enrollment.js';
export type { AuthSecEnrollmentOptions } from './enrollment.js';
export type { AuthSecConnection, AuthSecServer } from './connection.js';
export type { AuthSecClaims, AuthSecSession } from './session.js';

export type AuthSecAdapterOptions = AuthSecConnection & {
  /** The client's secret, for servers that ask for HTTP Basic. On a server alone: a browser cannot keep it. */
  readonly credentials?: { readonly clientSecret: string };
  /** The notification's text where a request brings none; at most 255 characters. @default AuthSec's own text */
  readonly bindingMessage?: string;
  /** Wall-clock milliseconds. @default Date.now */
  readonly now?: () => number;
};

export interface AuthSecAdapter extends CibaAdapter<AuthSecSession> {
  /** Left out for end users of the `workspace` generation, whose servers refuse every code. */
  verifyTotp?(request: TotpRequest, options: CallOptions): Promise<TotpResult<AuthSecSession>>;
  /** Forgets the request and the wrong codes, but no lock. AuthSec itself cannot cancel: the phone goes on showing the prompt. */
  cancel(pending: PendingApproval, options: CallOptions): Promise<void>;
}

/** What AuthSec has to be told at each poll, and who may approve. */
type Handle = {
  readonly authReqId: string;
  readonly email: string;
  readonly subject: string | null;
};

interface OpenRequest extends Handle {
  /** When it can be forgotten: a minute past its end, in wall-clock milliseconds. */
  readonly until: number;
  /** Cancelled, or redeemed, or made needless by a code. */
  over?: boolean;
  /** Answers that made no sense, since the last one that did. */
  strange: number;
}

/**
 * Signs in with AuthSec: end users of your application with a `clientId`, users of the AuthSec platform without.
 * Give it to `createCibaHandler` on your server, where the token stays. In a browser it works too, as far as AuthSec's
 * server admits your origin; the token is then in the page, and the count of wrong codes is a courtesy.
 *
 * Its methods throw `CibaError`, and the signal's own reason when they were aborted.
 *
 * @throws CibaError `misconfigured` when an option cannot be used
 * @example
 * const adapter = createAuthSecAdapter({
 *   environment: 'production',
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
  // A UUID and a secret of ASCII: how RFC 7617 treats other characters never matters.
  const basic = credentials && { authorization: `Basic ${btoa(`${clientId}:${credentials.clientSecret}`)}` };
  const send = createSend(options);

  const requests = new Map<string, OpenRequest>();
  const users = new Map<string, ReturnType<typeof createCodeAttempts>>();

  /** What is known of a request; one that is new here becomes known by its handle, which a store may have kept. */
  function requestOf({ id, expiresIn, serverState }: PendingApproval, handle = serverState as Handle | undefined) {
    const known = requests.get(id);
    if (known || !handle) return known;
    for (const [old, { until }] of requests) if (until < now()) requests.delete(old);
    const request: OpenRequest = { ...handle, until: now() + (expiresIn + 60) * 1000, strange: 0 };
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
    async initiate(request, call) {
      if (request.acrValues) throw misconfigured('AuthSec has no `acrValues`.');
      const email = toEmail(request.loginHint);
      if (!email) throw new CibaError('unknownUser', '`loginHint` is no e-mail address.');
      const answer = await send(
        'ciba/initiate',
        {
          client_id: clientId,
          [clientId ? 'email' : 'login_hint']: email,
          binding_message: readBindingMessage(request.bindingMessage) ?? ownMessage,
          scopes: request.scope?.match(/\S+/g),
        },
        call,
        basic,
      );
      const { body } = answer;
      const authReqId = textOf(body['auth_req_id']);
      if (body['error'] || !authReqId) throw answer.toError();

      const handle: Handle = { authReqId, email, subject: request.subject ?? null };
      const pending = {
        id: crypto.randomUUID(),
        expiresIn: Number(body['expires_in']) || 300,
        interval: Number(body['interval']) || 5,
        // Whoever holds AuthSec's own id can redeem the login: in a browser it stays in this closure.
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
      const answer = await send('ciba/token', { client_id: clientId, auth_req_id: request.authReqId }, call, basic);
      const session = readAuthSecSession(answer.body);
      if (session) {
        request.over = true;
        if ((request.subject ?? session.claims.sub) !== session.claims.sub) {
          throw new CibaError('refused', 'Somebody else approved.');
        }
        return { status: 'approved', session };
      }
      switch (answer.body['error']) {
        case 'authorization_pending':
          request.strange = 0;
          return { status: 'pending' };
        case 'slow_down':
          // What it adds (CIBA Core 1.0 §11).
          return { status: 'pending', interval: pending.interval + 5 };
        case 'access_denied':
          return { status: 'denied' };
        case 'expired_token':
        case 'invalid_grant':
          return { status: 'expired' };
        default:
          // AuthSec says 200 to faults that pass and to some that never do: three in a row may pass.
          if (answer.status < 300 && answer.body['error']) request.strange += 1;
          throw answer.toError(undefined, request.strange > 3);
      }
    },

    ...(!(clientId && generation === 'workspace') && {
      async verifyTotp(
        { loginHint, code, pending }: TotpRequest,
        call: CallOptions,
      ): Promise<TotpResult<AuthSecSession>> {
        const email = toEmail(loginHint);
        if (!email) return { status: 'notEnrolled' };
        // Behind the handler, its store counts for each user, and nothing else may.
        const attempts = inBrowser ? (users.get(email) ?? createCodeAttempts(now)) : undefined;
        if (attempts) users.set(email, attempts);
        const locked = attempts?.lockout();
        if (locked) return locked;

        const answer = await send('totp/login', { client_id: clientId, email, totp_code: code }, call);
        const session = readAuthSecSession(answer.body);
        if (session) {
          users.delete(email);
          if (pending) end(pending);
          return { status: 'approved', session };
        }
        // There are no codes here, only sentences, and they differ between the flows and between builds.
        const says = `${answer.body['message']} ${answer.body['error']}`;
        if (/invalid totp code/i.test(says)) return attempts?.wrong() ?? { status: 'invalidCode' };
        if (/no .*totp device|user not found/i.test(says)) return { status: 'notEnrolled' };
        if (/too many failed/i.test(says)) {
          // What its servers are set to by default: the answer does not say how long.
          return { status: 'lockedOut', retryAfter: answer.retryAfter ?? 900 };
        }
        throw answer.toError(/client|tenant/i.test(says) ? 'misconfigured' : 'refused');
      },
    }),

    async cancel(pending, { signal }) {
      signal.throwIfAborted();
      end(pending);
    },
  };
}

/** @throws CibaError `misconfigured` */
function readBindingMessage(text = ''): string | undefined {
  if (text.length > 255) throw misconfigured('A binding message has 255 characters at most.');
  return text.trim() || undefined;
}
