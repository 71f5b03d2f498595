import { createCibaInbox, createMemoryDeviceStore } from 'react-ciba/inbox/server';
import type { CibaInboxOptions, InboxEvent, InboxRequest } from 'react-ciba/inbox/server';
import { createMemoryStore } from 'react-ciba/server';
import type { CibaStore } from 'react-ciba/server';
import { expect } from 'vitest';
import type { InboxCard, InboxList, PasskeyJson, RegisterAnswer } from '../../src/contract/inbox.js';
import type { CallOptions } from '../../src/contract/index.js';
import { createCookieJar } from '../../src/testing/handler-fetch/cookie-jar.js';
import { createSoftwarePasskey } from '../../src/testing/inbox-phone/passkey.js';

export const ORIGIN = 'https://approve.example';
export const USERS = new Map([
  ['ada@example.com', { subject: '1', name: 'Ada' }],
  ['bob@example.com', { subject: '2', name: 'Bob' }],
  ['carl@example.com', { subject: '3', name: 'Carl' }],
]);

export type TestSession = { readonly sub: string };

/** The options of `call` for one act of the requester. */
export function act(more: Partial<CallOptions> = {}): CallOptions {
  return { signal: new AbortController().signal, actId: crypto.randomUUID(), ...more };
}

export interface Answer {
  readonly status: number;
  readonly body: Record<string, unknown>;
  readonly headers: Headers;
}

type Inbox = (request: Request) => Promise<Response>;

/** One page on a phone: its cookies, and a passkey. */
export class Page {
  readonly jar = createCookieJar();
  readonly passkey = createSoftwarePasskey(ORIGIN);

  constructor(
    readonly inbox: Inbox,
    readonly origin = ORIGIN,
  ) {}

  /** The cookies as the browser would send them. */
  get cookies(): string {
    return this.jar.header(new URL(this.origin));
  }

  async send(method: 'GET' | 'POST', path: string, body?: object, headers: Record<string, string> = {}) {
    const url = new URL(`/api/inbox/${path}`, this.origin);
    const { cookies } = this;
    const response = await this.inbox(
      new Request(url, {
        method,
        headers: {
          'x-ciba-request': '1',
          ...(method === 'POST' && { origin: this.origin, 'content-type': 'application/json' }),
          ...(cookies && { cookie: cookies }),
          ...headers,
        },
        ...(body && { body: JSON.stringify(body) }),
      }),
    );
    this.jar.store(url, response.headers.getSetCookie());
    const text = await response.text();
    return {
      status: response.status,
      headers: response.headers,
      body: (text === '' ? {} : JSON.parse(text)) as Record<string, unknown>,
    };
  }

  post = (path: string, body: object) => this.send('POST', path, body);
  get = (path: string) => this.send('GET', path);

  async list(also: readonly string[] = []): Promise<readonly InboxCard[]> {
    const { body } = await this.get(`requests?also=${also.join(',')}`);
    const list = body as unknown as InboxList;
    if (list.status !== 'ready') throw new Error(`The list is ${list.status}.`);
    return list.requests;
  }

  async card(): Promise<InboxCard> {
    const [card] = await this.list();
    if (!card) throw new Error('There is no card.');
    return card;
  }

  async register(code: string, name = 'Pixel 9'): Promise<RegisterAnswer> {
    const { body } = await this.post('register', { code });
    const options = body as unknown as RegisterAnswer;
    if (options.status !== 'passkey') return options;
    const response = this.passkey.create(options.passkey);
    return (await this.post('register', { code, response, name })).body as unknown as RegisterAnswer;
  }

  /** Asks for the challenge of a card and signs it. */
  async sign(id: string, number?: string, how?: Parameters<Page['passkey']['get']>[1]): Promise<PasskeyJson> {
    const { body } = await this.post('challenge', { id, ...(number !== undefined && { number }) });
    expect(body).toMatchObject({ status: 'passkey' });
    return this.passkey.get(body['passkey'] as PasskeyJson, how);
  }

  async approve(id: string, number?: string): Promise<Answer> {
    return this.post('approve', { id, assertion: await this.sign(id, number) });
  }

  /** Signs an act that is no card. */
  async prove(challenge: object): Promise<PasskeyJson> {
    return this.passkey.get((await this.post('devices/challenge', challenge)).body as PasskeyJson);
  }
}

/** A store that counts waits: calls that are sent together count once. */
export function countWaits(store: CibaStore): { readonly store: CibaStore; readonly waits: () => number } {
  let waits = 0;
  let open = 0;
  const counted = new Proxy(store, {
    get(target, name: keyof CibaStore) {
      const method = target[name] as (...values: readonly unknown[]) => Promise<unknown>;
      return async (...values: readonly unknown[]) => {
        if (open === 0) waits += 1;
        open += 1;
        try {
          // The answer comes later than every call that is sent together with this one.
          await new Promise((resolve) => setImmediate(resolve));
          return await method.apply(target, [...values]);
        } finally {
          open -= 1;
        }
      };
    },
  });
  return { store: counted, waits: () => waits };
}

/** An inbox with a clock that tests move, and its events. */
export function createApp(options: Partial<CibaInboxOptions<TestSession>> = {}) {
  const clock = { now: Date.parse('2026-11-28T08:00:00Z') };
  const events: InboxEvent[] = [];
  const now = () => clock.now;
  const store = options.store ?? createMemoryStore({ now });
  const devices = options.devices ?? createMemoryDeviceStore();
  const create = (more: Partial<CibaInboxOptions<TestSession>> = {}) =>
    createCibaInbox<TestSession>({
      origin: ORIGIN,
      app: 'Example Shop',
      find: (email) => USERS.get(email),
      session: ({ subject }) => ({ sub: subject }),
      onEvent: (event) => void events.push(event),
      now,
      ...options,
      store,
      devices,
      ...more,
    });
  const inbox = create();
  const page = (more?: Inbox) => new Page(more ?? inbox);
  return {
    inbox,
    /** Another process with the same stores. */
    another: create,
    clock,
    events,
    types: () => events.map(({ type }) => type),
    store,
    devices,
    page,
    /** A page with a phone of this user. */
    async phone(subject = '1', more: { recovery?: boolean } = {}) {
      const phone = page();
      const { code } = await inbox.invite({ subject, name: 'Ada', ...more });
      expect(await phone.register(code)).toMatchObject({ status: 'added' });
      events.length = 0;
      return phone;
    },
    ask: (request: Partial<InboxRequest> = {}, more: Partial<CallOptions> = {}) =>
      inbox.adapter.initiate({ loginHint: 'ada@example.com', ...request }, act(more)),
    poll: (id: string) => inbox.adapter.poll({ id, expiresIn: 1, interval: 1, resumable: true }, act()),
  };
}

/** Limits that no test reaches by accident. */
export const NO_LIMITS = { rates: [{ points: 10_000, duration: 60 }], open: 10_000 };
