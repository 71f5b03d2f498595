import { connectionError } from '../shared/connection.js';
import { totpCode, totpStep } from '../shared/crypto.js';
import type { AuthsignalActionState, AuthsignalEmulatorUser, AuthsignalPhoneRequest } from './records.js';
import { AuthsignalRefusal, createTenant } from './tenant.js';
import type { Tenant } from './tenant.js';
import { DEFAULT_UNKNOWNS } from './unknowns.js';
import type { AuthsignalUnknowns } from './unknowns.js';

export type { AuthsignalActionState, AuthsignalEmulatorUser, AuthsignalPhoneRequest } from './records.js';
export type { AuthsignalUnknowns } from './unknowns.js';

/**
 * A failure between a client and Authsignal: a gateway's 500 with `{"message": …}`, an HTML page, an empty 200, a
 * broken connection, no answer at all, or an Authsignal error.
 */
export type AuthsignalFault =
  | 'gateway'
  | 'html'
  | 'empty'
  | 'drop'
  | 'hang'
  | {
      readonly errorCode: string;
      /** @default 400 */
      readonly status?: number;
      /** Seconds, as a `Retry-After` header; Authsignal is not known to send one. */
      readonly retryAfter?: number;
    };

export interface AuthsignalEmulatorOptions {
  /** The users at the start. @default one user, `user-1`, with a phone and an authenticator app */
  readonly users?: readonly AuthsignalEmulatorUser[];
  /** @default 'emulated-tenant' */
  readonly tenantId?: string;
  /** @default 'emulated-secret' */
  readonly apiSecretKey?: string;
  /**
   * The result of the tenant's rules for a tracked action. @default CHALLENGE_REQUIRED for enrolled users, ALLOW for
   * others
   */
  readonly rule?: (tracked: { userId: string; action: string; isEnrolled: boolean }) => AuthsignalActionState;
  /** Gets the signed `push.created` webhook; an answer outside 2xx fails the push, as at Authsignal. */
  readonly webhook?: (request: Request) => Response | Promise<Response>;
  /** Behavior that Authsignal does not document. Change it later with `setUnknowns`. */
  readonly unknowns?: Partial<AuthsignalUnknowns>;
  /** Wall-clock milliseconds. @default Date.now */
  readonly now?: () => number;
}

/** What {@link createAuthsignalEmulator} makes. */
export interface AuthsignalEmulator {
  readonly tenantId: string;
  readonly apiSecretKey: string;
  /** Answers a request to any address that has `/v1/` in its path. */
  handle(request: Request): Promise<Response>;
  /** The same as a `fetch`, for clients that take one. */
  readonly fetch: typeof fetch;
  /** Changes behavior that Authsignal does not document. */
  setUnknowns(unknowns: Partial<AuthsignalUnknowns>): void;
  /** Makes requests fail like this from now on: all of them, or only those to `path`. `null` ends it. */
  setFault(fault: AuthsignalFault | null, path?: string): void;
  /** The number of requests so far, including failed ones. */
  readonly requests: number;
  /** The number of pushes so far. */
  readonly pushes: number;
  readonly phone: {
    /** The pushes that can be answered now, oldest first. */
    requests(userId?: string): AuthsignalPhoneRequest[];
    /** Approves. Returns `false` if it is too late. */
    approve(challengeId: string): boolean;
    /** Denies. Returns `false` if it is too late. */
    deny(challengeId: string): boolean;
  };
  /**
   * The code that the user's authenticator app shows now, or showed some 30-second steps ago.
   * @throws Error if the user has none
   */
  totpCode(userId: string, stepsAgo?: number): Promise<string>;
}

const CORS = {
  'access-control-allow-origin': '*',
  'access-control-allow-headers': 'authorization, content-type',
  'access-control-allow-methods': 'GET, POST, PATCH, DELETE',
};

/**
 * Authsignal in memory: the client API for push, authenticator app, methods and lists, the server API around them, and
 * a phone that a test answers. The vendor's own packages work against it. A Web-standard handler without randomness in
 * its behavior: mount it on your own server (`toNodeListener`), or pass its `fetch` to an adapter.
 *
 * @example
 * import { createAuthsignalAdapter } from 'react-ciba/adapters/authsignal';
 *
 * const authsignal = createAuthsignalEmulator();
 * const adapter = createAuthsignalAdapter({
 *   tenantId: authsignal.tenantId,
 *   baseUrl: 'https://authsignal.test/v1',
 *   fetch: authsignal.fetch,
 *   action: 'signIn',
 *   getToken: async () => {
 *     const answer = await authsignal.fetch('https://authsignal.test/v1/users/user-1/actions/signIn', {
 *       method: 'POST',
 *       headers: { authorization: `Basic ${btoa(`${authsignal.apiSecretKey}:`)}` },
 *     });
 *     const { token } = (await answer.json()) as { token: string };
 *     return token;
 *   },
 * });
 */
export function createAuthsignalEmulator(options: AuthsignalEmulatorOptions = {}): AuthsignalEmulator {
  const { tenantId = 'emulated-tenant', apiSecretKey = 'emulated-secret', webhook } = options;
  const now = options.now ?? (() => Date.now());
  let unknowns: AuthsignalUnknowns = { ...DEFAULT_UNKNOWNS, ...options.unknowns };
  let planned: { readonly fault: AuthsignalFault; readonly path: string | undefined } | null = null;
  let requests = 0;
  let pushes = 0;

  const tenant = createTenant({
    tenantId,
    now,
    unknowns: () => unknowns,
    users: options.users ?? [
      { userId: 'user-1', devices: ['Pixel 9'], totpSecret: 'JBSWY3DPEHPK3PXPJBSWY3DPEHPK3PXP' },
    ],
    rule: options.rule ?? (({ isEnrolled }) => (isEnrolled ? 'CHALLENGE_REQUIRED' : 'ALLOW')),
  });

  async function handle(request: Request): Promise<Response> {
    if (request.method === 'OPTIONS') return new Response(null, { status: 204, headers: CORS });
    requests += 1;
    const { pathname } = new URL(request.url);
    const path = pathname.slice(pathname.indexOf('/v1/') + '/v1'.length);
    try {
      if (planned && (planned.path === undefined || planned.path === path)) {
        const answer = await meetFault(planned.fault, request);
        if (answer) return answer;
      }
      const body = readJson(await request.text());
      const answer = path.startsWith('/client/')
        ? await answerClient(request, path, body)
        : answerServer(request, path, body);
      return answer === undefined ? new Response(null, { status: 204 }) : json(200, answer);
    } catch (caught) {
      if (!(caught instanceof AuthsignalRefusal)) throw caught;
      const { errorCode, status, errorDescription } = caught;
      const told = unknowns.errorStatus === 'fitting' || !path.startsWith('/client/') ? status : unknowns.errorStatus;
      return refuse(errorCode, told, errorDescription);
    }
  }

  async function answerClient(request: Request, path: string, body: Fields): Promise<unknown> {
    const text = /^Bearer (.+)$/.exec(request.headers.get('authorization') ?? '')?.[1];
    if (text === undefined) throw withoutBearer(request, tenantId);
    const token = tenant.readToken(text);
    switch (`${request.method} ${path}`) {
      case 'POST /client/init':
        return tenant.init(text, token);
      case 'GET /client/user-authenticators':
        return tenant.listAuthenticators(token.action.userId);
      case 'POST /client/challenge/push':
        return startPush(token);
      case 'POST /client/verify/push':
        return tenant.pollPush(token, body['challengeId']);
      case 'POST /client/user-authenticators/totp':
        return tenant.enrollTotp(token);
      case 'POST /client/verify/totp':
        return tenant.verifyTotp(token, body['verificationCode']);
      default:
        throw notFound();
    }
  }

  async function startPush(token: ReturnType<Tenant['readToken']>): Promise<unknown> {
    const { challenge, body } = tenant.startPush(token);
    const { challengeId, action } = challenge;
    if (webhook) {
      const { userId, idempotencyKey, action: actionCode } = action;
      const data = { challengeId, userId, idempotencyKey, actionCode };
      const answer = await webhook(await signWebhook({ tenantId, apiSecretKey, now: now(), data }));
      if (!answer.ok) {
        tenant.dropPush(challenge);
        throw new AuthsignalRefusal('invalid_request', 400, 'The webhook refused the push.');
      }
    }
    pushes += 1;
    return body;
  }

  function answerServer(request: Request, path: string, body: Fields): unknown {
    const basic = /^Basic (.+)$/.exec(request.headers.get('authorization') ?? '')?.[1] ?? '';
    if (decodeBase64(basic) !== `${apiSecretKey}:`) {
      throw new AuthsignalRefusal('unauthorized', 401, 'The request is unauthorized.');
    }
    const [, root, ...encoded] = path.split('/');
    const [userId = '', kind, action, idempotencyKey] = encoded.map(decodeURIComponent);
    if (request.method === 'POST' && root === 'validate') return tenant.validate(body);
    if (root !== 'users' || userId === '') throw notFound();
    switch ([request.method, kind, action && 'action', idempotencyKey && 'key'].filter(Boolean).join(' ')) {
      case 'GET':
        return tenant.getUser(userId);
      case 'PATCH':
        return tenant.updateUser(userId, body);
      case 'DELETE':
        return tenant.deleteUser(userId);
      case 'GET actions':
        return tenant.queryActions(userId);
      case 'POST actions action':
        return tenant.track(userId, action ?? '', body);
      case 'GET actions action key':
        return tenant.getAction(userId, action ?? '', idempotencyKey ?? '');
      case 'PATCH actions action key':
        return tenant.updateAction(userId, action ?? '', idempotencyKey ?? '', body['state']);
      case 'GET authenticators':
        return tenant.listAuthenticators(userId);
      case 'POST authenticators':
        return tenant.enrollVerified(userId, body);
      case 'DELETE authenticators action':
        return tenant.removeAuthenticator(userId, action ?? '');
      default:
        throw notFound();
    }
  }

  return {
    tenantId,
    apiSecretKey,
    handle,
    fetch: (input, init) => handle(new Request(input, init)),
    setUnknowns(changed) {
      unknowns = { ...unknowns, ...changed };
    },
    setFault(fault, path) {
      planned = fault === null ? null : { fault, path };
    },
    get requests() {
      return requests;
    },
    get pushes() {
      return pushes;
    },
    phone: {
      requests: (userId) => tenant.openPushes(userId),
      approve: (challengeId) => tenant.answerPush(challengeId, 'approved'),
      deny: (challengeId) => tenant.answerPush(challengeId, 'denied'),
    },
    async totpCode(userId, stepsAgo = 0) {
      const secret = tenant.totpSecret(userId);
      if (secret === undefined)
        throw new Error('This user has no authenticator app. Give the emulator a `totpSecret`.');
      return totpCode(secret, totpStep(now()) - stepsAgo);
    },
  };
}

type Fields = Readonly<Record<string, unknown>>;

function json(status: number, body: unknown): Response {
  return new Response(JSON.stringify(body), { status, headers: { ...CORS, 'content-type': 'application/json' } });
}

/** The Node SDK reads `error`, the Python one `errorCode`, and the browser one takes a body without `error` for data. */
function refuse(errorCode: string, status: number, errorDescription: string, retryAfter?: number): Response {
  const response = json(status, { error: errorCode, errorCode, errorDescription });
  if (retryAfter !== undefined) response.headers.set('retry-after', String(retryAfter));
  return response;
}

function notFound(): AuthsignalRefusal {
  return new AuthsignalRefusal('not_found', 404, 'The emulator has no such endpoint.');
}

/** Calls without a token name the tenant by Basic, with a colon (iOS) or without (the browser); none of them is here. */
function withoutBearer(request: Request, tenantId: string): AuthsignalRefusal {
  const basic = /^Basic (.+)$/.exec(request.headers.get('authorization') ?? '')?.[1] ?? '';
  const name = decodeURIComponent(decodeBase64(basic)).replace(/:$/, '');
  if (name === tenantId) return new AuthsignalRefusal('token_not_set', 401, 'This call needs a token.');
  return new AuthsignalRefusal('unauthorized', 401, 'The request is unauthorized.');
}

function decodeBase64(text: string): string {
  try {
    return atob(text.replace(/-/g, '+').replace(/_/g, '/'));
  } catch {
    return '';
  }
}

function readJson(text: string): Fields {
  try {
    return Object(JSON.parse(text)) as Fields;
  } catch {
    return {};
  }
}

async function meetFault(fault: AuthsignalFault, { signal }: Request): Promise<Response | undefined> {
  switch (fault) {
    case 'gateway':
      return json(500, { message: 'Internal server error' });
    case 'html':
      return new Response('<!doctype html><h1>Welcome to the hotel</h1>', { headers: { 'content-type': 'text/html' } });
    case 'empty':
      return new Response('', { headers: CORS });
    case 'drop':
      throw connectionError();
    case 'hang':
      return new Promise((_resolve, reject) => {
        const stop = () => reject(signal.reason as Error);
        if (signal.aborted) stop();
        else signal.addEventListener('abort', stop, { once: true });
      });
    default:
      return refuse(fault.errorCode, fault.status ?? 400, 'The emulator was told to fail.', fault.retryAfter);
  }
}

interface WebhookContent {
  readonly tenantId: string;
  readonly apiSecretKey: string;
  readonly now: number;
  readonly data: Fields;
}

/** `X-Signature-V2: t=…,v2=…`: HMAC-SHA256 over the time, a dot and the body, in base64 without its padding. */
async function signWebhook({ tenantId, apiSecretKey, now, data }: WebhookContent): Promise<Request> {
  const time = new Date(now).toISOString();
  const envelope = { version: 1, id: crypto.randomUUID(), source: 'https://authsignal.com', time, tenantId };
  const body = JSON.stringify({ ...envelope, type: 'push.created', data });
  const seconds = Math.floor(now / 1000);
  const bytes = (text: string) => new TextEncoder().encode(text);
  const algorithm = { name: 'HMAC', hash: 'SHA-256' };
  const key = await crypto.subtle.importKey('raw', bytes(apiSecretKey), algorithm, false, ['sign']);
  const digest = new Uint8Array(await crypto.subtle.sign('HMAC', key, bytes(`${seconds}.${body}`)));
  const signature = btoa(String.fromCharCode(...digest)).replace(/=+$/, '');
  return new Request('https://app.test/webhooks/authsignal', {
    method: 'POST',
    headers: { 'content-type': 'application/json', 'x-signature-v2': `t=${seconds},v2=${signature}` },
    body,
  });
}
