import { vi } from 'vitest';
import { CibaError } from '../../../src/contract/index.js';
import type {
  CallOptions,
  CibaAdapter,
  InitiateRequest,
  PendingApproval,
  PollResult,
} from '../../../src/contract/index.js';
import { createApprovals } from '../../../src/server/approvals/index.js';
import type { ApprovalAsk, ApprovalEvent, ApprovalsOptions } from '../../../src/server/approvals/index.js';
import { createMemoryStore } from '../../../src/server/index.js';
import type { CibaStore } from '../../../src/server/index.js';

export const ORIGIN = 'https://shop.example';

export interface Tokens {
  readonly sub: string;
  readonly acr?: string;
  readonly accessToken: string;
}

export const ADA: Tokens = { sub: 'ada', accessToken: 'access-token-of-ada' };
export const MALLORY: Tokens = { sub: 'mallory', accessToken: 'access-token-of-mallory' };

export interface Order {
  readonly order: string;
  readonly cents: number;
}

/** An ask to pay, as an app builds it twice. */
export function askToPay(cents = 12_000, more: Partial<ApprovalAsk<Order>> = {}): ApprovalAsk<Order, InitiateRequest> {
  return {
    action: 'pay',
    subject: 'ada',
    loginHint: 'ada@example.com',
    externalId: 'order-7',
    data: { order: 'order-7', cents },
    transaction: { title: `Pay ${cents / 100} EUR to Example Shop` },
    authorizationDetails: [{ type: 'payment', amount: cents }],
    ...more,
  };
}

/** A backend whose answers the test decides. It knows every user except `nophone@…` and `ghost@…`. */
export function createBackend() {
  let pushes = 0;
  const initiate = vi.fn(async (request: InitiateRequest, _options?: CallOptions): Promise<PendingApproval> => {
    if (request.loginHint.startsWith('nophone')) throw new CibaError('noDevice', 'No device.');
    if (request.loginHint.startsWith('ghost')) throw new CibaError('unknownUser', 'No such user.');
    pushes += 1;
    return {
      id: `handle-${pushes}`,
      expiresIn: 90,
      interval: 3,
      deliveredTo: 'Pixel 9',
      resumable: true,
      serverState: { authReqId: `auth-req-id-${pushes}` },
    };
  });
  const poll = vi.fn<CibaAdapter<Tokens>['poll']>(async (): Promise<PollResult<Tokens>> => ({ status: 'pending' }));
  const cancel = vi.fn<NonNullable<CibaAdapter<Tokens>['cancel']>>(async () => undefined);
  const approver = vi.fn<NonNullable<CibaAdapter<Tokens>['approver']>>((session) => ({
    subject: session.sub,
    authTime: 1_799_999_990,
    ...(session.acr !== undefined && { acr: session.acr }),
  }));
  return { initiate, poll, cancel, approver };
}

/** The app's session of a request: whoever the `cookie` header names, as the app's own code would find out. */
export function sessionOf(request: Request): readonly string[] | null {
  const [, session, user] = /session=([\w-]+):(\w+)/.exec(request.headers.get('cookie') ?? '') ?? [];
  return session && user ? [session, `user:${user}`] : null;
}

interface SendOptions {
  /** Header fields to add or, with null, to leave out. */
  readonly headers?: Readonly<Record<string, string | null>>;
  readonly method?: string;
  readonly body?: string;
}

export interface Reply {
  readonly status: number;
  // The body comes from the code under test, and each test states what it expects of it.
  readonly body: Record<string, unknown>;
  readonly headers: Headers;
}

/** A page of the app, in one session. */
export class TestPage {
  constructor(
    readonly cookie: string | null,
    private readonly approvals: (request: Request) => Promise<Response>,
  ) {}

  request(path: string, { headers = {}, method = 'POST', body = '{}' }: SendOptions = {}): Request {
    const all = new Headers({
      'content-type': 'application/json',
      'x-ciba-request': '1',
      origin: ORIGIN,
      'sec-fetch-site': 'same-origin',
      ...(this.cookie !== null && { cookie: this.cookie }),
    });
    for (const [name, value] of Object.entries(headers)) {
      if (value === null) all.delete(name);
      else all.set(name, value);
    }
    return new Request(`${ORIGIN}${path}`, { method, headers: all, ...(method !== 'GET' && { body }) });
  }

  async post(act: string, body: unknown, options: SendOptions = {}): Promise<Reply> {
    return replyOf(
      await this.approvals(this.request(`/api/approvals/${act}`, { body: JSON.stringify(body), ...options })),
    );
  }

  poll = (id: unknown) => this.post('poll', { id });
  open = (id: unknown) => this.post('open', { id });
  code = (id: unknown, code: string, actId = newAct()) => this.post('code', { id, code, actId });
}

export async function replyOf(response: Response): Promise<Reply> {
  const text = await response.text();
  return {
    status: response.status,
    body: text === '' ? {} : (JSON.parse(text) as Record<string, unknown>),
    headers: response.headers,
  };
}

let acts = 0;

function newAct(): string {
  acts += 1;
  return `act-${String(acts).padStart(32, '0')}`;
}

interface AppOptions extends Partial<ApprovalsOptions<Tokens>> {
  readonly backend?: ReturnType<typeof createBackend>;
  readonly store?: CibaStore;
}

/** An app with approvals and one protected route, which pays. */
export function createApp({ backend = createBackend(), store = createMemoryStore(), ...options }: AppOptions = {}) {
  const events: ApprovalEvent[] = [];
  const revoke = vi.fn<(session: Tokens) => Promise<void>>(async () => undefined);
  const paid: Order[] = [];
  const approvals = createApprovals<Tokens>({
    adapter: backend,
    origin: ORIGIN,
    store,
    requester: sessionOf,
    revoke,
    onEvent: (event) => events.push(event),
    ...options,
  });

  const page = (session = 'session-of-ada', user = 'ada') => new TestPage(`session=${session}:${user}`, approvals);

  /** Sends a request to the protected route. */
  async function pay(
    from: TestPage,
    approval?: unknown,
    { ask = askToPay(), headers = {} }: { ask?: ApprovalAsk<Order>; headers?: SendOptions['headers'] } = {},
  ): Promise<Reply> {
    const request = from.request('/api/pay', {
      headers: { ...(approval !== undefined && { 'x-ciba-approval': String(approval) }), ...headers },
    });
    return replyOf(
      await approvals.protect(request, ask, async ({ data }) => {
        paid.push(data);
        return Response.json({ paid: true });
      }),
    );
  }

  /** The user approves on the phone; the page notices at its next poll. */
  function approve(tokens: Tokens = ADA): void {
    backend.poll.mockResolvedValueOnce({ status: 'approved', session: tokens });
  }

  /** Asks, has the user approve and lets the page notice. Returns the approval's ID. */
  async function approved(from: TestPage, ask = askToPay(), tokens = ADA): Promise<string> {
    const { body } = await pay(from, 'ask', { ask });
    approve(tokens);
    await from.poll(body['approval']);
    return String(body['approval']);
  }

  return { approvals, backend, store, events, revoke, paid, page, pay, approve, approved };
}

/** Limits that no test reaches by accident. */
export const NO_LIMITS = {
  subject: [{ points: 10_000, duration: 60 }],
  requester: [{ points: 10_000, duration: 60 }],
};
