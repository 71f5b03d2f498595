import { vi } from 'vitest';
import { CibaError } from '../../src/contract/index.js';
import type {
  CallOptions,
  CibaAdapter,
  InitiateRequest,
  PendingApproval,
  PollResult,
} from '../../src/contract/index.js';
import { createCibaHandler } from '../../src/server/index.js';
import type { CibaHandlerOptions, CibaServerEvent } from '../../src/server/index.js';

export const ORIGIN = 'https://app.example';

export interface Session {
  readonly sub: string;
  readonly name: string;
  readonly accessToken: string;
}

export const ADA: Session = { sub: '1', name: 'Ada', accessToken: 'access-token-of-ada' };

/** Fakes the clock and the timers that the handler waits with. */
export function useFakeTime(): void {
  vi.useFakeTimers({ toFake: ['Date', 'setTimeout', 'clearTimeout'], now: 1_800_000_000_000 });
}

/** Seconds. */
export async function advance(seconds: number): Promise<void> {
  await vi.advanceTimersByTimeAsync(seconds * 1000);
}

/** A promise that a test settles by hand. */
export function deferred<T>(): { promise: Promise<T>; resolve: (value: T) => void } {
  let settle: (value: T) => void = () => undefined;
  const promise = new Promise<T>((resolve) => {
    settle = resolve;
  });
  return { promise, resolve: settle };
}

let attempts = 0;

/** An `actId` as long as a UUID, as browsers make them. */
export function newAttempt(): string {
  attempts += 1;
  return `attempt-${String(attempts).padStart(28, '0')}`;
}

/** A backend whose answers the test decides. It knows every user except `ghost@…` (no such user) and `nophone@…`. */
export function createBackend() {
  let pushes = 0;
  const initiate = vi.fn(async ({ loginHint }: InitiateRequest, _options?: CallOptions): Promise<PendingApproval> => {
    if (loginHint.startsWith('ghost')) throw new CibaError('unknownUser', 'No such user.');
    if (loginHint.startsWith('nophone')) throw new CibaError('noDevice', 'No device.');
    pushes += 1;
    return {
      id: `adapter-handle-${pushes}`,
      expiresIn: 90,
      interval: 3,
      deliveredTo: 'Pixel 9',
      resumable: true,
      serverState: { authReqId: `auth-req-id-${pushes}` },
    };
  });
  const poll = vi.fn<CibaAdapter<Session>['poll']>(async (): Promise<PollResult<Session>> => ({ status: 'pending' }));
  const cancel = vi.fn<NonNullable<CibaAdapter<Session>['cancel']>>(async () => undefined);
  return { initiate, poll, cancel };
}

export interface Reply {
  readonly status: number;
  // The body comes from the handler under test, and each test states what it expects of it.
  readonly body: Record<string, unknown>;
  /** What an error gives users for support. It is random, so it is kept apart from the body. */
  readonly reference: string | undefined;
  readonly headers: Headers;
  readonly setCookies: readonly string[];
}

interface PostOptions {
  /** Header fields to add or, with null, to leave out. */
  readonly headers?: Record<string, string | null>;
  readonly rawBody?: string;
  readonly signal?: AbortSignal;
}

/** A browser with its cookies, on a page of the app. */
export class TestBrowser {
  readonly cookies = new Map<string, string>();

  constructor(
    private readonly handler: (request: Request) => Promise<Response>,
    private readonly origin: string,
  ) {}

  get session(): string | undefined {
    return this.cookies.get('__Host-ciba-session+api+ciba');
  }

  /** Sends a POST but drops the response's cookies, as if the response was lost in transit. */
  async postLost(act: string, body: unknown, options: PostOptions = {}): Promise<Reply> {
    const headers = new Headers({
      'content-type': 'application/json',
      'x-ciba-request': '1',
      origin: this.origin,
      'sec-fetch-site': 'same-origin',
    });
    return this.send('POST', act, headers, options, options.rawBody ?? JSON.stringify(body));
  }

  async post(act: string, body: unknown, options: PostOptions = {}): Promise<Reply> {
    const reply = await this.postLost(act, body, options);
    for (const cookie of reply.setCookies) {
      const [, name = '', value = ''] = /^([^=]+)=([^;]*)/.exec(cookie) ?? [];
      if (value === '') this.cookies.delete(name);
      else this.cookies.set(name, value);
    }
    return reply;
  }

  get(act: string, headers: Record<string, string> = {}): Promise<Reply> {
    return this.send('GET', act, new Headers(headers), {}, null);
  }

  initiate(loginHint: string, actId: string = newAttempt()): Promise<Reply> {
    return this.post('initiate', { loginHint, actId });
  }

  poll(id: unknown): Promise<Reply> {
    return this.post('poll', { id });
  }

  totp(loginHint: string, code: string, id?: unknown, actId: string = newAttempt()): Promise<Reply> {
    return this.post('code', { loginHint, code, id, actId });
  }

  private async send(
    method: string,
    act: string,
    headers: Headers,
    options: PostOptions,
    body: string | null,
  ): Promise<Reply> {
    if (this.cookies.size > 0) headers.set('cookie', Array.from(this.cookies, (pair) => pair.join('=')).join('; '));
    for (const [name, value] of Object.entries(options.headers ?? {})) {
      if (value === null) headers.delete(name);
      else headers.set(name, value);
    }
    const init: RequestInit = { method, headers, body };
    if (options.signal) init.signal = options.signal;
    const response = await this.handler(new Request(`${this.origin}/api/ciba/${act}`, init));
    const text = await response.text();
    const { reference, ...answer } = (text === '' ? {} : JSON.parse(text)) as Record<string, unknown>;
    return {
      status: response.status,
      body: answer,
      reference: reference as string | undefined,
      headers: response.headers,
      setCookies: response.headers.getSetCookie(),
    };
  }
}

/** Creates an app with the handler. Its `authRequest` knows every user except `stranger@…`. */
export function createApp(options: Partial<CibaHandlerOptions<Session>> = {}) {
  const backend = createBackend();
  const events: CibaServerEvent[] = [];
  const revoke = vi.fn(async () => undefined);
  const origin = options.origin ?? ORIGIN;
  const handler = createCibaHandler<Session>({
    adapter: backend,
    authRequest: (loginHint) => (loginHint.startsWith('stranger') ? null : { loginHint, scope: 'openid' }),
    publicSession: ({ name }) => ({ name }),
    revoke,
    // The reference of an error is random. test/server/reference.test.ts reads it.
    onEvent: (event) => events.push('reference' in event ? withoutReference(event) : event),
    responseFloor: 0,
    ...options,
    origin,
  });
  return { handler, backend, events, revoke, browser: () => new TestBrowser(handler, origin) };
}

/** Signs Ada in and out again, in a browser that then counts as hers. */
export async function createKnownBrowser(app: ReturnType<typeof createApp>): Promise<TestBrowser> {
  const page = app.browser();
  const { body } = await page.initiate('ada@example.com');
  app.backend.poll.mockResolvedValueOnce({ status: 'approved', session: ADA });
  await page.poll(body['id']);
  await page.post('sign-out', {});
  app.backend.initiate.mockClear();
  app.backend.poll.mockClear();
  return page;
}

/** Limits that no test reaches by accident. */
export const NO_LIMITS = {
  user: [{ points: 10_000, duration: 60 }],
  address: [{ points: 10_000, duration: 60 }],
  browser: [{ points: 10_000, duration: 60 }],
};

function withoutReference({ reference: _reference, ...event }: Extract<CibaServerEvent, { type: 'failed' }>) {
  return event;
}
