// @vitest-environment node
import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest';
import { createAuthSecAdapter } from '../../../src/adapters/authsec/index.js';
import { createCibaHandler } from '../../../src/server/index.js';
import type { CibaServerEvent } from '../../../src/server/index.js';
import { createAuthSecEmulator } from '../../../src/testing/index.js';
import { advance, ORIGIN, TestBrowser, useFakeTime } from '../../server/harness.js';
import type { Reply } from '../../server/harness.js';

// A stranger at an app that signs in by AuthSec: whole lives of a user and of everybody else, through the handler, the
// adapter and the emulated server. Whatever differs tells who has an account.

beforeEach(useFakeTime);
afterEach(() => void vi.useRealTimers());

const FLOOR_MS = 300;
const CLIENT = '6f2c1c8e-5b0e-4f0f-9f59-2d1d2c7b8a10';
const OTHER_CLIENT = '0b8e1f5a-52f7-4c06-9a39-1a8f5f6f1c02';
const USER = 'ada@example.com';

/** Whom a stranger can type. All can't sign in, each for another reason. */
const OTHERS = {
  'nobody in the app': 'nobody@example.com',
  'nobody at AuthSec': 'ghost@example.com',
  'a user of another application': 'elsewhere@example.com',
  'what is no address': 'ada',
  'an address that AuthSec itself rejects': 'ada@localhost',
  'a user without a phone': 'nophone@example.com',
  'a user whose tenant is gone': 'orphan@example.com',
  'a user whom a gateway blocks': 'often@example.com',
} as const;

const WORLDS = {
  'tenant flow': { flow: 'tenant', generation: 'tenant' },
  'workspace flow': { flow: 'tenant', generation: 'workspace' },
  'admin flow': { flow: 'admin', generation: 'all' },
} as const;

type Kind = (typeof WORLDS)[keyof typeof WORLDS];

function createWorld({ flow, generation }: Kind) {
  const user = { totpSecret: 'GEZDGNBVGY3TQOJQGEZDGNBVGY3TQOJQ' };
  const emulator = createAuthSecEmulator({
    users: [
      ...[USER, 'earlier@example.com', 'orphan@example.com'].map((email) => ({ email, ...user })),
      { email: 'elsewhere@example.com', clientId: OTHER_CLIENT, ...user },
      { email: 'nophone@example.com', phone: false, totpSecret: false },
    ],
    clients: [{ clientId: CLIENT }, { clientId: OTHER_CLIENT, tenantId: 'other' }],
    knobs: { generation },
  });
  const events: CibaServerEvent[] = [];
  const handler = createCibaHandler({
    adapter: createAuthSecAdapter({
      baseUrl: 'production',
      ...(flow === 'tenant' && { clientId: CLIENT }),
      fetch: async (input, init) => {
        const body = String(init?.body);
        if (body.includes('often@')) return new Response('Slow down', { status: 429 });
        if (body.includes('orphan@') && String(input).endsWith('/totp/login')) {
          return Response.json({ error: 'Tenant not found' }, { status: 500 });
        }
        inFlight += 1;
        return emulator.fetch(input, init).finally(() => {
          inFlight -= 1;
        });
      },
    }),
    origin: ORIGIN,
    authRequest: (loginHint) => (loginHint.startsWith('nobody') ? null : { loginHint }),
    displayCode: false,
    publicSession: ({ claims }) => ({ email: String(claims.email_id) }),
    responseFloor: FLOOR_MS,
    onEvent: (event) => events.push(event),
  });
  return { emulator, events, browser: () => new TestBrowser(handler, ORIGIN) };
}

/** Requests to the emulated server. Its Web Crypto works outside of the fake clock, which waits for it. */
let inFlight = 0;

/** What a stranger sees of one answer. Random values are replaced by their form. */
async function look(send: () => Promise<Reply>) {
  const since = Date.now();
  let durationMs = -1;
  const reply = send().then((value) => {
    durationMs = Date.now() - since;
    return value;
  });
  while (durationMs < 0) {
    await new Promise((resolve) => setImmediate(resolve));
    if (inFlight === 0) await vi.advanceTimersByTimeAsync(5);
  }
  const { status, body, headers, setCookies } = await reply;
  const blur = (text: string) => text.replace(/[\w-]{43}/g, 'TOKEN');
  return {
    id: body['id'],
    status,
    body: blur(JSON.stringify(body)),
    cookies: setCookies.map(blur),
    headers: Object.fromEntries([...headers].filter(([name]) => name !== 'set-cookie')),
    durationMs,
  };
}

type Look = Omit<Awaited<ReturnType<typeof look>>, 'id'>;
const withoutId = ({ id: _id, ...seen }: Awaited<ReturnType<typeof look>>): Look => seen;

/** A start, polls until after the end of the request, and another start. */
async function life(world: ReturnType<typeof createWorld>, hint: string): Promise<Look[]> {
  const page = world.browser();
  const start = await look(() => page.initiate(hint));
  const looks = [start];
  for (let n = 0; n < 8; n += 1) {
    looks.push(await look(() => page.poll(start.id)));
    await advance(n < 3 ? 5 : 60);
  }
  looks.push(await look(() => world.browser().initiate(hint)));
  return looks.map(withoutId);
}

/** Codes until after the second lockout, then one beside a push. */
async function codes(world: ReturnType<typeof createWorld>, hint: string): Promise<Look[]> {
  const page = world.browser();
  const looks = [];
  for (let n = 0; n < 7; n += 1) {
    looks.push(await look(() => page.totp(hint, '000000')));
    await advance(n % 3 === 2 ? 31 : 1);
  }
  const start = await look(() => page.initiate(hint));
  looks.push(start, await look(() => page.totp(hint, '000000', start.id)));
  return looks.map(withoutId);
}

async function liveOnce(kind: Kind, live: typeof life, hint: string, isFirst = false): Promise<Look[]> {
  const world = createWorld(kind);
  if (!isFirst) {
    await life(world, 'earlier@example.com');
    await look(() => world.browser().totp('earlier@example.com', '000000'));
  }
  return live(world, hint);
}

describe.each(Object.entries(WORLDS))('S7 at AuthSec: %s', (name, kind) => {
  const others = Object.entries(OTHERS).filter(([, hint]) => name !== 'admin flow' || !hint.startsWith('elsewhere'));

  describe.each([
    ['life', life],
    ['codes', codes],
  ] as const)('over a whole life (%s)', (_live, live) => {
    const users = new Map<boolean, Look[]>();

    describe.each([
      ['after others', false],
      ['as the first of all', true],
    ] as const)('%s', (_when, isFirst) => {
      test.each(others)('a user looks like %s', async (_other, hint) => {
        const user = users.get(isFirst) ?? (await liveOnce(kind, live, USER, isFirst));
        users.set(isFirst, user);
        expect(user[0]?.status).toBe(200);
        expect(await liveOnce(kind, live, hint, isFirst)).toEqual(user);
      });
    });
  });
});
