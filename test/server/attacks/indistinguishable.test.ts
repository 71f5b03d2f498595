// @vitest-environment node
import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest';
import { CibaError } from '../../../src/contract/index.js';
import type { CibaAdapter, InitiateRequest, PendingApproval, PollResult } from '../../../src/contract/index.js';
import { createMemoryAdapter } from '../../../src/adapters/memory/index.js';
import { createOidcAdapter } from '../../../src/adapters/oidc/index.js';
import { createMemoryStore } from '../../../src/server/index.js';
import type { CibaHandlerOptions, CibaStore } from '../../../src/server/index.js';
import { advance, createApp, createKnownBrowser, useFakeTime } from '../harness.js';
import type { Reply, Session, TestBrowser } from '../harness.js';

beforeEach(useFakeTime);
afterEach(() => void vi.useRealTimers());

// Everything that a stranger can see of a user with a phone, and of the others, over whole lives: bodies, headers, times on
// the fake clock, and the calls of the store. Whatever differs tells who has an account.

const FLOOR_MS = 300;
const USER = 'ada@example.com';

/** Whom a stranger can type. All but the first get decoys, each for another reason. */
const OTHERS = {
  'nobody in the app, by null': 'null@example.com',
  'nobody in the app, by a request': 'nobody@example.com',
  'nobody at the provider': 'ghost@example.com',
  'a user without a phone': 'nophone@example.com',
  'a user whom the provider refuses': 'refused@example.com',
  'a user in review': 'inreview@example.com',
  'a hint whose form the provider rejects': 'form@example.com',
  'a hint that the provider answers with HTML': 'html@example.com',
  'a user who was asked too often at the provider': 'often@example.com',
  'a hint that breaks the adapter': 'bug@example.com',
} as const;

const ERRORS: Record<string, Error> = {
  ghost: new CibaError('unknownUser', 'No such user.'),
  nophone: new CibaError('noDevice', 'No device.'),
  refused: new CibaError('refused', 'Blocked.'),
  inreview: new CibaError('inReview', 'In review.'),
  form: new CibaError('misconfigured', 'invalid_request', { maybeHint: true }),
  html: new CibaError('badResponse', 'HTML.'),
  often: new CibaError('rateLimited', 'Too often.', { retryAfter: 60 }),
  bug: new TypeError('x is not a function'),
};

const wait = (ms: number) => new Promise((resolve) => setTimeout(resolve, ms));

/** A kind of backend: how it answers, and how long it takes. */
interface Kind {
  readonly answer: Omit<PendingApproval, 'id' | 'resumable'>;
  readonly startMs: number;
  readonly pollMs: number;
  readonly codeMs: number;
  /** Seconds by which the provider ends a request before or after it said so. */
  readonly endsEarlyBy: number;
  readonly extras: Partial<CibaAdapter<Session>>;
}

const KINDS: Record<string, Kind> = {
  'a fast backend': {
    answer: { expiresIn: 20, interval: 4, deliveredTo: 'Pixel 9' },
    startMs: 5,
    pollMs: 5,
    codeMs: 5,
    endsEarlyBy: 0,
    extras: {},
  },
  'a slow backend that ends requests early': {
    answer: { expiresIn: 20, interval: 4 },
    startMs: 900,
    pollMs: 700,
    codeMs: 800,
    endsEarlyBy: 6,
    extras: {},
  },
  'a backend with numbers of its own': {
    answer: { expiresIn: 20, interval: 4, displayCode: '47' },
    startMs: 40,
    pollMs: 400,
    codeMs: 40,
    endsEarlyBy: -5,
    extras: { makeDisplayCode: () => ({ displayCode: String(10 + Math.floor(Math.random() * 90)) }) },
  },
};

type Options = Partial<CibaHandlerOptions<Session>>;

function createWorld(kind: Kind, options: Options = {}) {
  const startedAt = new Map<string, number>();
  const faults: { everything?: Error } = {};
  let calls = 0;
  const memory = createMemoryStore();
  const store = new Proxy(memory, {
    get(target, name: keyof CibaStore) {
      calls += 1;
      return target[name];
    },
  });
  const adapter: CibaAdapter<Session> = {
    usualAnswer: kind.answer,
    ...kind.extras,
    async initiate({ loginHint, displayCode }: InitiateRequest) {
      await wait(kind.startMs);
      if (faults.everything) throw faults.everything;
      const error = ERRORS[loginHint.split('@')[0] ?? ''];
      if (error) throw error;
      const id = `request ${startedAt.size}`;
      startedAt.set(id, Date.now());
      return {
        id,
        resumable: true,
        ...(displayCode !== undefined && { displayCode }),
        ...kind.answer,
      };
    },
    async poll({ id, expiresIn }) {
      await wait(kind.pollMs);
      if (faults.everything) throw faults.everything;
      const age = (Date.now() - (startedAt.get(id) ?? 0)) / 1000;
      return { status: age >= expiresIn - kind.endsEarlyBy ? 'expired' : 'pending' };
    },
    async verifyTotp() {
      await wait(kind.codeMs);
      if (faults.everything) throw faults.everything;
      return { status: 'invalidCode' };
    },
  };
  const app = createApp({
    adapter,
    store,
    responseFloor: FLOOR_MS,
    authRequest: (loginHint) => {
      if (loginHint.startsWith('null')) return null;
      return loginHint.startsWith('nobody') ? { loginHint, nobody: true } : { loginHint };
    },
    ...options,
  });
  return { ...app, faults, calls: () => calls };
}

type World = ReturnType<typeof createWorld>;

/** What a stranger sees of one answer. Random values are replaced by their form. */
async function look(world: World, send: () => Promise<Reply>) {
  const callsBefore = world.calls();
  const since = Date.now();
  let durationMs = -1;
  const reply = send().then((value) => {
    durationMs = Date.now() - since;
    return value;
  });
  while (durationMs < 0) await vi.advanceTimersByTimeAsync(5);
  const { status, body, headers, setCookies } = await reply;
  const blur = (text: string) =>
    text.replace(/[\w-]{43}/g, 'TOKEN').replace(/"\d+"/g, (digits) => `"${digits.length} digits"`);
  return {
    body,
    seen: {
      status,
      body: blur(JSON.stringify(body)),
      cookies: setCookies.map(blur),
      headers: Object.fromEntries([...headers].filter(([name]) => name !== 'set-cookie')),
      durationMs,
    },
    calls: world.calls() - callsBefore,
  };
}

type Looks = Awaited<ReturnType<typeof look>>[];

/** A whole life of a login: the start, a poll every four seconds until long after the end, and another start. */
async function life(world: World, page: TestBrowser, hint: string): Promise<Looks> {
  const looks = [await look(world, () => page.initiate(hint))];
  const id = looks[0]?.body['id'];
  for (let n = 0; n < 17; n += 1) {
    looks.push(await look(world, () => page.poll(id)));
    await advance(4);
  }
  looks.push(await look(world, () => world.browser().initiate(hint)));
  return looks;
}

/** Codes by a stranger, until long after the second lockout, alone and beside a push. */
async function codes(world: World, page: TestBrowser, hint: string): Promise<Looks> {
  const looks = [];
  for (let n = 0; n < 9; n += 1) {
    looks.push(await look(world, () => page.totp(hint, '000000')));
    await advance(n % 3 === 2 ? 31 : 1);
  }
  const start = await look(world, () => page.initiate(hint));
  looks.push(start, await look(world, () => page.totp(hint, '000000', start.body['id'])));
  return looks;
}

/** Starts in one new browser after the other, faster than the limits allow. */
async function starts(world: World, _page: TestBrowser, hint: string): Promise<Looks> {
  const looks = [];
  for (let n = 0; n < 8; n += 1) {
    const page = world.browser();
    const start = await look(world, () => page.initiate(hint));
    looks.push(start, await look(world, () => world.browser().initiate(hint)));
    await page.post('cancel', { id: start.body['id'] });
  }
  return looks;
}

const LIVES = { life, codes, starts };

type Seen = Looks[number]['seen'] & { readonly calls: number };

/** Lives one life in a new world, where somebody signed in before, so that the backend's answers and times are known. */
async function liveOnce(kind: Kind, live: (typeof LIVES)[keyof typeof LIVES], hint: string): Promise<Seen[]> {
  const world = createWorld(kind);
  await life(world, world.browser(), 'earlier@example.com');
  await look(world, () => world.browser().totp('earlier@example.com', '000000'));
  const looks = await live(world, world.browser(), hint);
  return looks.map(({ seen, calls }) => ({ ...seen, calls }));
}

describe.each(Object.entries(KINDS))('S7: %s', (_kind, kind) => {
  describe.each(Object.entries(LIVES))('over a whole life (%s)', (_live, live) => {
    let user: Seen[] | null = null;

    test.each(Object.entries(OTHERS))('a user looks like %s', async (_other, hint) => {
      user ??= await liveOnce(kind, live, USER);
      expect(await liveOnce(kind, live, hint)).toEqual(user);
    });
  });

  test.each(Object.entries(OTHERS))('the first start in an empty store does not tell %s', async (_other, hint) => {
    const [user, other] = [createWorld({ ...kind, startMs: 5 }), createWorld({ ...kind, startMs: 5 })];
    const { seen } = await look(user, () => user.browser().initiate(USER));
    expect((await look(other, () => other.browser().initiate(hint))).seen).toEqual(seen);
  });

  test('during an outage and after it, a user looks like nobody', async () => {
    const lives = [];
    for (const hint of [USER, 'null@example.com', 'nobody@example.com']) {
      const world = createWorld(kind);
      const [witness, page] = [world.browser(), world.browser()];
      const witnessed = await look(world, () => witness.initiate('witness@example.com'));
      const start = await look(world, () => page.initiate(hint));
      const looks = [start];
      const poll = async () => looks.push(await look(world, () => page.poll(start.body['id'])));

      world.faults.everything = new CibaError('unavailable', 'Down.', { retryAfter: 3 });
      await advance(4);
      await look(world, () => witness.poll(witnessed.body['id']));
      await look(world, () => world.browser().initiate('unlucky@example.com'));
      await look(world, () => world.browser().totp('unlucky@example.com', '000000'));
      await poll();
      looks.push(await look(world, () => world.browser().initiate(`${hint}2`)));
      looks.push(await look(world, () => world.browser().totp(hint, '000000')));

      delete world.faults.everything;
      await advance(4);
      await look(world, () => witness.poll(witnessed.body['id']));
      await look(world, () => world.browser().initiate('lucky@example.com'));
      await look(world, () => world.browser().totp('lucky@example.com', '000000'));
      await poll();
      looks.push(await look(world, () => world.browser().initiate(`${hint}3`)));
      looks.push(await look(world, () => world.browser().totp(hint, '000000')));
      lives.push(looks.map(({ seen }) => seen));
    }
    expect(lives[0]?.map(({ status }) => status)).toEqual([200, 503, 503, 503, 200, 200, 200]);
    for (const one of lives) expect(one).toEqual(lives[0]);
  });
});

describe('S7: the first start of all', () => {
  test.each([
    ['the memory adapter', createMemoryAdapter({ expiresIn: 77, interval: 2 }), 77, 2],
    [
      'an OpenID provider',
      createOidcAdapter({ issuer: 'https://op.example', clientId: 'a', clientSecret: 'b' }),
      120,
      5,
    ],
    [
      'Auth0',
      createOidcAdapter({ issuer: 'https://op.example', clientId: 'a', clientSecret: 'b', profile: 'auth0' }),
      300,
      5,
    ],
  ])('is answered as %s answers, for nobody too', async (_name, adapter, expiresIn, interval) => {
    const { browser } = createApp({ adapter: adapter as unknown as CibaAdapter<Session>, authRequest: () => null });
    expect((await browser().initiate('nobody')).body).toMatchObject({ expiresIn, interval });
  });
});

describe("S7: one hint's fault", () => {
  test.each(Object.entries(ERRORS))('never becomes that of the decoys: %s', async (name) => {
    const world = createWorld(KINDS['a fast backend'] ?? expect.fail());
    await look(world, () => world.browser().initiate(`${name}@example.com`));
    const { seen } = await look(world, () => world.browser().initiate('nobody@example.com'));
    expect(seen.status).toBe(200);
  });

  test.each([
    ['a control character', 'ada\u0000@example.com'],
    ['a line break', 'ada@example.com\nbcc: mallory'],
    ['a delete', 'ada\u007f'],
    ['half a surrogate pair', 'ada\ud800'],
    ['the other half', '\udc00ada'],
    ['a line separator', 'ada\u2028x'],
    ['a paragraph separator', 'ada\u2029x'],
    ['a next-line control', 'ada\u0085x'],
    ['what is never a character', 'ada\uffff'],
    ['what is never a character, among Arabic ones', 'ada\ufdd0'],
    ['what is never a character, in another plane', 'ada\u{1fffe}'],
  ])('is not possible by a hint with %s: it reaches neither the app nor the provider', async (_form, hint) => {
    const authRequest = vi.fn((loginHint: string) => ({ loginHint }));
    const world = createWorld(KINDS['a fast backend'] ?? expect.fail(), { authRequest });
    const start = await look(world, () => world.browser().initiate(hint));
    const code = await look(world, () => world.browser().totp(hint, '000000'));
    expect([start.seen.status, code.seen.status]).toEqual([400, 400]);
    expect(authRequest).not.toHaveBeenCalled();
  });
});

describe('S7: the message', () => {
  const authRequest = (loginHint: string) => {
    const request = { loginHint, bindingMessage: 'Pay 12 to Bob' };
    return loginHint.startsWith('ada') ? request : { ...request, nobody: true };
  };

  test("of the app stands on a decoy's screen, from the first start on", async () => {
    for (const hint of [USER, 'nobody@example.com']) {
      const { browser } = createApp({ authRequest });
      const { body } = await browser().initiate(hint);
      expect(body).toMatchObject({ bindingMessage: 'Pay 12 to Bob', displayCode: expect.stringMatching(/^\d{4}$/) });
    }
  });

  test('stands there also when the handler itself makes a decoy of a user', async () => {
    const { browser, backend } = createApp({
      authRequest: (hint) => ({ ...authRequest('ada'), account: hint[0] ?? '' }),
    });
    await browser().initiate('ada');
    expect((await browser().initiate('a')).body['bindingMessage']).toBe('Pay 12 to Bob');
    expect(backend.initiate).toHaveBeenCalledTimes(1);
  });

  test.each([
    ['digits', /^\d{4}$/],
    ['letters', /^[A-Z\d]{3}-[A-Z\d]{3}$/],
    [() => 'TEAL-7', /^TEAL-7$/],
  ] as const)('leaves a number of the same look for everybody: %s', async (displayCode, form) => {
    const { browser } = createApp({ displayCode });
    for (const hint of [USER, 'stranger@example.com', 'ghost@example.com']) {
      expect((await browser().initiate(hint)).body['displayCode']).toMatch(form);
    }
  });
});

describe('S7: what the provider says of one login', () => {
  const ANSWERS: [string, () => Promise<PollResult<Session>>][] = [
    ['a longer interval', async () => ({ status: 'pending', interval: 20 })],
    ['a pause', async () => ({ status: 'pending', retryAfter: 40 })],
    ['an answer that makes no sense', () => Promise.reject(new CibaError('badResponse', 'HTML.'))],
    ['an error of its own words', () => Promise.reject(new CibaError('badResponse', 'Odd.', { retryable: false }))],
    ['that it knows no such request', () => Promise.reject(new CibaError('notFound', 'Gone.'))],
    ['an error that is none of ours', () => Promise.reject(new TypeError('of undefined'))],
  ];

  test.each(ANSWERS)('is not told to a stranger: %s', async (_, answer) => {
    const app = createApp();
    const [ada, nobody] = [app.browser(), app.browser()];
    const ids = [
      (await ada.initiate('ada@example.com')).body['id'],
      (await nobody.initiate('stranger@example.com')).body['id'],
    ];
    app.backend.poll.mockImplementation(answer);
    for (let seconds = 0; seconds < 180; seconds += 5) {
      const [real, decoy] = [await ada.poll(ids[0]), await nobody.poll(ids[1])];
      expect([real.status, real.body, Array.from(real.headers)]).toEqual([
        decoy.status,
        decoy.body,
        Array.from(decoy.headers),
      ]);
      await advance(5);
    }
    expect(app.backend.poll).toHaveBeenCalled();
  });

  test('is told to a browser that the account signed in with before', async () => {
    const app = createApp();
    const page = await createKnownBrowser(app);
    const { body } = await page.initiate('ada@example.com');
    app.backend.poll.mockRejectedValueOnce(new CibaError('notFound', 'Gone.'));
    expect((await page.poll(body['id'])).body).toEqual({ error: 'notFound' });
  });
});

describe('S7: a code', () => {
  const KIND = KINDS['a fast backend'] ?? expect.fail();
  const looks = async (world: World, hint: string) => {
    const seen = [];
    for (let n = 0; n < 3; n += 1) {
      seen.push((await look(world, () => world.browser().totp(hint, '000000'))).seen);
      await advance(1);
    }
    return seen;
  };

  test('that the backend locks out is a wrong code to a stranger', async () => {
    const extras = { verifyTotp: async () => ({ status: 'lockedOut', retryAfter: 77 }) as const };
    const lives = [];
    for (const hint of [USER, 'nobody@example.com']) {
      const world = createWorld(KIND, { adapter: { ...createApp().backend, ...extras } });
      lives.push(await looks(world, hint));
    }
    expect(lives[0]).toEqual(lives[1]);
    expect(lives[0]?.[0]?.body).toBe('{"status":"invalidCode","attemptsLeft":2}');
  });

  test('that the verifier of the app answers sooner for nobody takes as long', async () => {
    const totp = async ({ loginHint }: { readonly loginHint: string }) => {
      if (!loginHint.startsWith('nobody')) await wait(900);
      return { status: 'invalidCode' } as const;
    };
    const lives = [];
    for (const hint of [USER, 'nobody@example.com']) {
      const world = createWorld(KIND, { totp });
      await looks(world, 'earlier@example.com');
      lives.push(await looks(world, hint));
    }
    expect(lives[0]).toEqual(lives[1]);
    expect(lives[0]?.[0]?.durationMs).toBeGreaterThanOrEqual(900);
  });
});

describe('S7: an `authRequest` that throws for one user', () => {
  test.each(['unknownUser', 'noDevice', 'refused', 'inReview', 'badResponse'] as const)(
    'shows a stranger the same, for a push and for a code: %s',
    async (code) => {
      const app = createApp({
        totp: async () => ({ status: 'invalidCode' }),
        authRequest: (loginHint) => {
          if (loginHint === 'ghost@example.com') throw new CibaError(code, 'About this user.');
          return { loginHint };
        },
      });
      const seen = async (loginHint: string) => {
        const [start, wrong] = [await app.browser().initiate(loginHint), await app.browser().totp(loginHint, '000000')];
        return [start.status, Object.keys(start.body), wrong.status, wrong.body];
      };
      expect(await seen('ghost@example.com')).toEqual(await seen('ada@example.com'));
    },
  );
});
