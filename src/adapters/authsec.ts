import { CibaError } from '../contract/index.js';
import type {
  CallOptions,
  CibaAdapter,
  InitiateRequest,
  PendingApproval,
  PollResult,
  TotpRequest,
  TotpResult,
} from '../contract/index.js';
import { createSend, textOf, toAuthSecError } from './authsec-request.js';
import { misconfigured, toEmail } from './authsec-server.js';
import type { AuthSecConnection } from './authsec-server.js';
import { readAuthSecSession } from './authsec-session.js';
import type { AuthSecSession } from './authsec-session.js';
import { createTries } from './authsec-tries.js';

export { createAuthSecEnrollment } from './authsec-enrollment.js';
export type { AuthSecEnrollmentOptions } from './authsec-enrollment.js';
export type { AuthSecConnection, AuthSecServer } from './authsec-server.js';
export type { AuthSecClaims, AuthSecSession } from './authsec-session.js';

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

const LONGEST_MESSAGE = 255;
/** Seconds past its end for which a request is remembered. */
const AFTERLIFE = 60;
/** Seconds, where an answer names none. */
const DEFAULT_LIFE = 300;
const DEFAULT_INTERVAL = 5;
/** What a `slow_down` adds (CIBA Core 1.0 §11), in seconds. */
const SLOW_DOWN_STEP = 5;
/** Seconds of AuthSec's own lock, which its answer does not name: what its servers are set to by default. */
const SERVER_LOCK = 900;
/** Answers in a row that make no sense before the login is given up. */
const STRANGE_ANSWERS = 4;

/** What AuthSec has to be told at each poll, and who may approve. */
type Handle = {
  readonly authReqId: string;
  readonly email: string;
  readonly subject: string | null;
};

interface OpenRequest extends Handle {
  /** After which it can be forgotten, in wall-clock milliseconds. */
  readonly until: number;
  /** Cancelled, or redeemed, or made needless by a code. */
  over: boolean;
  strangeAnswers: number;
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
    throw misconfigured('`credentials` need a server (in a browser everybody can read them) and a `clientId`.');
  }
  // A UUID and a secret of ASCII: how RFC 7617 treats other characters never matters.
  const basic = credentials && { authorization: `Basic ${btoa(`${clientId}:${credentials.clientSecret}`)}` };
  const send = createSend(options);

  const requests = new Map<string, OpenRequest>();
  // Behind the handler, its store counts for each user, and nothing else may.
  const tries = inBrowser ? createTries(now) : null;
  const client = clientId === undefined ? {} : { client_id: clientId };

  function keep(id: string, handle: Handle, life: number): OpenRequest {
    for (const [old, { until }] of requests) if (until < now()) requests.delete(old);
    const request = { ...handle, until: now() + (life + AFTERLIFE) * 1000, over: false, strangeAnswers: 0 };
    requests.set(id, request);
    return request;
  }

  function find({ id, serverState, expiresIn }: PendingApproval): OpenRequest | undefined {
    // What `initiate` of this adapter gave to a store.
    return requests.get(id) ?? (serverState ? keep(id, serverState as unknown as Handle, expiresIn) : undefined);
  }

  function end(pending: PendingApproval | undefined): OpenRequest | undefined {
    const request = pending && find(pending);
    if (request) request.over = true;
    return request;
  }

  async function initiate(request: InitiateRequest, { signal }: CallOptions): Promise<PendingApproval> {
    if (request.acrValues !== undefined) {
      throw misconfigured('AuthSec has no `acrValues`.');
    }
    const message = readBindingMessage(request.bindingMessage) ?? ownMessage;
    const scopes = request.scope?.match(/\S+/g);
    const email = toEmail(request.loginHint);
    if (!email) throw new CibaError('unknownUser', 'The login hint is no e-mail address.');

    const fields = {
      ...client,
      [clientId === undefined ? 'login_hint' : 'email']: email,
      binding_message: message,
      scopes,
    };
    const answer = await send('/ciba/initiate', fields, signal, basic);
    const authReqId = textOf(answer.body['auth_req_id']);
    if (answer.body['error'] || authReqId === undefined) throw toAuthSecError(answer);

    const handle: Handle = { authReqId, email, subject: request.subject ?? null };
    const id = crypto.randomUUID();
    const expiresIn = Number(answer.body['expires_in']) || DEFAULT_LIFE;
    keep(id, handle, expiresIn);
    return {
      id,
      expiresIn,
      interval: Number(answer.body['interval']) || DEFAULT_INTERVAL,
      // Whoever holds AuthSec's own id can redeem the login: in a browser it stays in this closure.
      resumable: !inBrowser,
      ...(!inBrowser && { serverState: handle }),
    };
  }

  async function poll(pending: PendingApproval, { signal }: CallOptions): Promise<PollResult<AuthSecSession>> {
    const request = find(pending);
    if (!request) throw new CibaError('notFound', 'There is no such request.');
    if (request.over) return { status: 'expired' };
    const answer = await send('/ciba/token', { ...client, auth_req_id: request.authReqId }, signal, basic);
    const session = readAuthSecSession(answer);
    if (session) {
      request.over = true;
      if (request.subject !== null && session.claims.sub !== request.subject) {
        throw new CibaError('refused', 'Somebody else approved.');
      }
      return { status: 'approved', session };
    }
    switch (answer.body['error']) {
      case 'authorization_pending':
        request.strangeAnswers = 0;
        return { status: 'pending' };
      case 'slow_down':
        return { status: 'pending', interval: pending.interval + SLOW_DOWN_STEP };
      case 'access_denied':
        return { status: 'denied' };
      case 'expired_token':
      case 'invalid_grant':
        return { status: 'expired' };
      default: {
        const error = toAuthSecError(answer);
        // AuthSec says 200 to faults that pass and to some that never do.
        const strange = answer.status < 300 && answer.body['error'];
        if (!strange || ++request.strangeAnswers < STRANGE_ANSWERS) throw error;
        throw new CibaError(error.code, error.message, { retryable: false });
      }
    }
  }

  async function verifyTotp(
    { loginHint, code, pending }: TotpRequest,
    { signal }: CallOptions,
  ): Promise<TotpResult<AuthSecSession>> {
    const email = toEmail(loginHint);
    if (!email) return { status: 'notEnrolled' };
    const locked = tries?.lock(email);
    if (locked) return locked;

    const answer = await send('/totp/login', { ...client, email, totp_code: code }, signal);
    const session = readAuthSecSession(answer);
    if (session) {
      tries?.right(email);
      end(pending);
      return { status: 'approved', session };
    }
    // There are no codes here, only sentences, and they differ between the flows and between builds.
    const says = `${answer.body['message']} ${answer.body['error']}`.toLowerCase();
    if (says.includes('invalid totp code')) return tries?.wrong(email) ?? { status: 'invalidCode' };
    if (/no (verified )?totp device|user not found/.test(says)) return { status: 'notEnrolled' };
    if (/too many failed|temporarily locked/.test(says)) {
      return { status: 'lockedOut', retryAfter: toAuthSecError(answer).retryAfter ?? SERVER_LOCK };
    }
    throw toAuthSecError(answer, /client|tenant/.test(says) ? 'misconfigured' : 'refused');
  }

  return {
    initiate,
    poll,
    ...(!(clientId !== undefined && generation === 'workspace') && { verifyTotp }),
    async cancel(pending, { signal }) {
      signal.throwIfAborted();
      const request = end(pending);
      if (request) tries?.cancel(request.email);
    },
  };
}

/** @throws CibaError `misconfigured` */
function readBindingMessage(text = ''): string | undefined {
  if (text.length <= LONGEST_MESSAGE) return textOf(text.trim());
  throw misconfigured('A binding message may have 255 characters at most.');
}
