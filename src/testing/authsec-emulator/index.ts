import { realClock, sleep } from '../../adapters/memory/clock.js';
import { createBackend, DEFAULT_KNOBS } from './backend.js';
import type {
  Account,
  Approval,
  AuthSecClient,
  AuthSecClock,
  AuthSecKnobs,
  AuthSecUser,
  Flow,
  Generation,
} from './backend.js';
import { decide, initiate, listRequests, registerDevice, respond, serverFault, token } from './ciba.js';
import { connectionError, signalOf } from '../shared/connection.js';
import { totpCode, totpStep } from '../shared/crypto.js';
import type { Endpoint, Reply } from './http.js';
import { reply } from './http.js';
import { confirm, login, register } from './totp.js';

export type { AuthSecClient, AuthSecClock, AuthSecKnobs, AuthSecUser } from './backend.js';

export interface AuthSecEmulatorOptions {
  /** @default the global clock and timers */
  readonly clock?: AuthSecClock;
  readonly users: readonly AuthSecUser[];
  /** @default one client, whose ID is `emulator.clientId` */
  readonly clients?: readonly AuthSecClient[];
  /** Deviations from the default knobs. Change them later through `emulator.knobs`. */
  readonly knobs?: Partial<AuthSecKnobs>;
  /** Origins whose pages may call the emulator. Others get a 403. @default none */
  readonly origins?: readonly string[];
}

/** A prompt that the phone shows. */
export interface AuthSecPrompt {
  readonly authReqId: string;
  readonly email: string;
  /** The notification's text: the binding message, or AuthSec's own. */
  readonly text: string;
  /** Milliseconds since 1970. */
  readonly createdAt: number;
  readonly expiresAt: number;
}

/** The phones of all users. */
export interface AuthSecPhone {
  /** The prompts that can be answered now, oldest first. Prompts whose push was lost are left out. */
  readonly prompts: readonly AuthSecPrompt[];
  /**
   * Approves a prompt, by default the newest.
   * @throws Error if there is no such prompt
   */
  approve(authReqId?: string): void;
  /**
   * Denies a prompt, by default the newest.
   * @throws Error if there is no such prompt
   */
  deny(authReqId?: string): void;
}

export interface AuthSecEmulator {
  /**
   * The server as one function from `Request` to `Response`: a `fetch` for an adapter, or a handler for an HTTP server.
   * Like `fetch`, it rejects if a knob breaks the connection; served by `toNodeListener`, it breaks the caller's.
   */
  readonly fetch: typeof fetch;
  /** Can be changed at any time. */
  readonly knobs: AuthSecKnobs;
  readonly phone: AuthSecPhone;
  /** The ID of the first client. */
  readonly clientId: string;
  /** The number of requests so far, including preflights. */
  readonly requests: number;
  /** The code that the user's authenticator app shows now. @throws Error if there is no such user, or none with a code */
  codeOf(email: string): Promise<string>;
  /** A token of the user, as a phone app or a signed-in page has it. @throws Error if there is no such user */
  tokenOf(email: string): Promise<string>;
}

/** AuthSec aborts a request after this time. */
const GIVE_UP_SECONDS = 120;

/** Both prefixes, then `tenant` or `workspace` for end users. */
const PATH = /^(?:\/authsec)?\/uflow\/auth(?:\/(tenant|workspace)(?=\/))?(\/.*)$/;

const MAX_REQUESTS = 10;
const RATE_WINDOW_MS = 60_000;

interface Route {
  readonly answer: Endpoint;
  /** What a server's fault is called here. */
  readonly fault: string;
  /** Whether it counts for the rate limit. */
  readonly limited?: boolean;
  /** The flows that have it. @default both */
  readonly only?: Flow;
}

const ROUTES: Readonly<Record<string, Route>> = {
  'POST /ciba/initiate': { answer: initiate, fault: 'Failed to initiate CIBA', limited: true },
  'POST /ciba/token': { answer: token, fault: 'Failed to poll token', limited: true },
  'POST /ciba/respond': { answer: respond, fault: 'Failed to respond' },
  'GET /ciba/requests': { answer: listRequests, fault: 'Failed to list requests', only: 'tenant' },
  'POST /ciba/register-device': { answer: registerDevice, fault: 'Failed to register device' },
  'POST /totp/login': { answer: login, fault: 'Failed to generate token', limited: true },
  'POST /totp/register': { answer: register, fault: 'Failed to register device' },
  'POST /totp/confirm': { answer: confirm, fault: 'Failed to confirm registration' },
};

/**
 * AuthSec as a function in this process: both path prefixes, both flows, both generations, the same bodies and
 * statuses, and a phone that you control. Use it only for tests, stories and demos.
 *
 * @throws Error if a user names an unknown client
 * @example
 * import { createAuthSecAdapter } from 'react-ciba/adapters/authsec';
 *
 * const emulator = createAuthSecEmulator({ users: [{ email: 'ada@example.com' }] });
 * const adapter = createAuthSecAdapter({
 *   baseUrl: 'development',
 *   clientId: emulator.clientId,
 *   fetch: emulator.fetch,
 * });
 * // … later, on the other side:
 * emulator.phone.approve();
 */
export function createAuthSecEmulator(options: AuthSecEmulatorOptions): AuthSecEmulator {
  const { clock = realClock, users, clients = [], origins = [] } = options;
  const knobs = { ...DEFAULT_KNOBS, ...options.knobs };
  const now = () => clock.now();
  const backend = createBackend(users, clients, knobs, now);
  let recent: number[] = [];
  let requests = 0;

  async function answer(request: Request): Promise<Response> {
    requests += 1;
    const { pathname } = new URL(request.url);
    const cors = corsHeaders(request, origins);
    if (cors === null) return new Response(null, { status: 403 });
    if (request.method === 'OPTIONS') return new Response(null, { status: 204, headers: cors });

    const requestId = request.headers.get('x-request-id') ?? crypto.randomUUID();
    const headers = { ...cors, 'x-request-id': requestId };
    const [, segment, path] = PATH.exec(pathname) ?? [];
    const flow: Flow = segment === undefined ? 'admin' : 'tenant';
    // The paths of the admin flow are the same in both, so the knob decides.
    const generation = segment === undefined ? generationOf(knobs) : readGeneration(segment);
    const route = ROUTES[`${request.method} ${path}`];
    const isServed = segment === undefined || knobs.generation === 'all' || segment === knobs.generation;
    const missing = !isServed || (route?.only ?? flow) !== flow;
    if (!route || missing) return new Response('404 page not found', { status: 404, headers });

    const { status, body, headers: own } = await answerRoute(route, flow, generation, request, requestId);
    const successor = generation === 'workspace' && flow === 'admin' && path?.startsWith('/ciba/');
    return Response.json(body, { status, headers: { ...headers, ...(successor && DEPRECATED), ...own } });
  }

  async function answerRoute(
    route: Route,
    flow: Flow,
    generation: Generation,
    request: Request,
    requestId: string,
  ): Promise<Reply> {
    if (knobs.latency >= GIVE_UP_SECONDS) {
      return reply(408, { error: 'Request timeout', message: 'The request took too long', request_id: requestId });
    }
    if (route.limited && isOverLimit()) {
      return reply(429, {
        error: 'Rate limit exceeded',
        message: `Too many requests. Maximum ${MAX_REQUESTS} requests per 1m0s allowed`,
        limit: MAX_REQUESTS,
        window: '1m0s',
      });
    }
    if (knobs.fault === 'error') return serverFault(flow, route.fault);
    return route.answer({ backend, flow, generation, request, fields: await readFields(request) });
  }

  function isOverLimit(): boolean {
    if (knobs.rate === 'none') return false;
    recent = recent.filter((at) => at > now() - RATE_WINDOW_MS);
    if (recent.length >= MAX_REQUESTS) return true;
    recent.push(now());
    return false;
  }

  async function receive(input: RequestInfo | URL, init: RequestInit | undefined, signal: AbortSignal | undefined) {
    // This function handles the signal itself, because the classes of a page and of Node can differ.
    const request = new Request(input, { ...init, signal: null });
    const { fault, latency } = knobs;
    if (fault === 'hang') await sleep(Infinity, signal, clock);
    if (latency > 0) await sleep(Math.min(latency, GIVE_UP_SECONDS), signal, clock);
    if (fault === 'drop') throw connectionError();
    if (fault === 'html') return new Response('<h1>Bad gateway</h1>', { headers: { 'content-type': 'text/html' } });
    const response = await answer(request);
    if (fault === 'lostReply') throw connectionError();
    signal?.throwIfAborted();
    return response;
  }

  const listPrompts = () =>
    [...backend.approvals.values()].filter(
      ({ status, delivered, expiresAt }) => status === 'pending' && delivered && now() <= expiresAt,
    );

  function press(approved: boolean, authReqId: string | undefined): void {
    const prompts = listPrompts();
    const prompt = authReqId === undefined ? prompts.at(-1) : prompts.find((one) => one.authReqId === authReqId);
    if (!prompt || decide(backend, prompt, approved) !== null) {
      throw new Error('The phone shows no such prompt. It was never started, or it has ended. Check `phone.prompts`.');
    }
  }

  function accountOf(email: string): Account {
    const account = backend.findAccount(email);
    if (account) return account;
    throw new Error(`The emulator has no user ${email}. Name them in \`users\`.`);
  }

  return {
    fetch: async (input, init) => {
      const signal = signalOf(input, init);
      signal?.throwIfAborted();
      return receive(input, init, signal);
    },
    knobs,
    phone: {
      get prompts() {
        return listPrompts().map(toPrompt);
      },
      approve: (authReqId) => press(true, authReqId),
      deny: (authReqId) => press(false, authReqId),
    },
    clientId: backend.clients[0]?.clientId ?? '',
    get requests() {
      return requests;
    },
    async codeOf(email) {
      const secret = accountOf(email).totpDevices[0]?.secret;
      if (secret === undefined) throw new Error(`${email} has no authenticator app. Leave \`totpSecret\` out for one.`);
      return totpCode(secret, totpStep(now()));
    },
    tokenOf: async (email) => (await backend.issueToken('tenant', generationOf(knobs), accountOf(email))).token,
  };
}

const readGeneration = (name: string): Generation => (name === 'workspace' ? 'workspace' : 'tenant');

/** How the server speaks where the path does not say. */
const generationOf = ({ generation }: AuthSecKnobs) => readGeneration(generation);

const DEPRECATED = {
  deprecation: 'true',
  sunset: 'Thu, 31 Dec 2026 23:59:59 GMT',
  link: '</authsec/uflow/auth/workspace/ciba>; rel="successor-version"',
};

function toPrompt({ authReqId, account, bindingMessage, flow, createdAt, expiresAt }: Approval): AuthSecPrompt {
  const ownText = flow === 'admin' ? 'Authentication request' : 'Tap to approve sign-in';
  return { authReqId, email: account.email, text: bindingMessage ?? ownText, createdAt, expiresAt };
}

/** The headers that a page of another origin needs, or `null` if its origin is not on the list. */
function corsHeaders({ headers, url }: Request, origins: readonly string[]): Record<string, string> | null {
  const origin = headers.get('origin');
  if (origin === null || origin === new URL(url).origin) return {};
  if (!origins.includes(origin)) return null;
  return {
    'access-control-allow-origin': origin,
    'access-control-allow-credentials': 'true',
    'access-control-allow-methods': 'GET, POST, DELETE, OPTIONS',
    'access-control-allow-headers': 'authorization, content-type, x-request-id',
    vary: 'Origin',
  };
}

async function readFields(request: Request): Promise<Record<string, unknown> | undefined> {
  try {
    const json: unknown = await request.json();
    return json === Object(json) ? (json as Record<string, unknown>) : undefined;
  } catch {
    return undefined;
  }
}
