// @vitest-environment node
import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest';
import { Secret, TOTP } from 'otpauth';
import type { TotpResult } from '../../../src/contract/index.js';
import { createTotpVerifier } from '../../../src/server/code/totp.js';
import { createMemoryStore } from '../../../src/server/index.js';
import type { CibaStore, StoreStep, TotpTools } from '../../../src/server/index.js';
import { hintAccountKey, userKey } from '../../../src/server/secrets.js';
import { ADA, advance, createApp, newAttempt, NO_LIMITS, useFakeTime } from '../harness.js';
import type { Session, TestBrowser } from '../harness.js';

beforeEach(useFakeTime);
afterEach(() => void vi.useRealTimers());

const [FIRST, SECOND] = ['first secret of 32 characters, ok', 'second secret of 32 characters, k'] as const;
const HINT = 'ada@example.com';
const ADDRESS = '192.0.2.1';

/** A store that also tells what is written into it. */
function createOpenStore() {
  const memory = createMemoryStore();
  const contents = new Map<string, unknown>();
  const texts: string[] = [];
  const store = new Proxy(memory, {
    get(target, name: keyof CibaStore) {
      const method = target[name] as (...values: unknown[]) => unknown;
      return (key: string, ...values: unknown[]) => {
        const steps = name === 'batch' ? (key as unknown as readonly StoreStep[]) : [[name, key, ...values] as const];
        for (const [step, stepKey, ...stepValues] of steps) {
          texts.push(`${step} ${stepKey} ${JSON.stringify(stepValues)}`);
          if (step === 'set' || step === 'setIfAbsent') contents.set(stepKey, stepValues[0]);
        }
        return method(key, ...values);
      };
    },
  });
  return { store, memory, contents, text: () => texts.join('\n') };
}

function createSealedApp(store: CibaStore, secrets: readonly string[] | undefined, options = {}) {
  const totp = async () => ({ status: 'invalidCode' }) as const;
  return createApp({
    store,
    totp,
    limits: NO_LIMITS,
    clientAddress: () => ADDRESS,
    ...(secrets && { secrets }),
    ...options,
  });
}

async function signIn(app: ReturnType<typeof createApp>, page: TestBrowser) {
  await page.totp(HINT, '000000');
  const { body } = await page.initiate(HINT, newAttempt());
  app.backend.poll.mockResolvedValueOnce({ status: 'approved', session: ADA });
  await page.poll(body['id']);
  return String(body['id']);
}

const sessionOf = async (page: TestBrowser) => (await page.get('session')).body['session'];

describe('S8: whoever reads the store', () => {
  test('finds no session, cookie, ID or token, and nothing that was repeated, if the app gave a secret', async () => {
    const { store, text } = createOpenStore();
    const cookies = ['sid=app-cookie-value'];
    for (const options of [{}, { onApproved: () => cookies }]) {
      const app = createSealedApp(store, [FIRST], options);
      const page = app.browser();
      const id = await signIn(app, page);
      for (const secret of [
        ADA.accessToken,
        // Three letters alone stand in any long random text.
        `"name":"${ADA.name}"`,
        'auth-req-id-1',
        'adapter-handle',
        'app-cookie-value',
        id,
        ...page.cookies.values(),
      ]) {
        expect(text()).not.toContain(secret);
      }
    }
  });

  test('cannot find out who signs in by trying likely hints, accounts or addresses', async () => {
    for (const [secrets, found] of [
      [undefined, true],
      [[FIRST], false],
    ] as const) {
      const { store, text } = createOpenStore();
      const app = createSealedApp(store, secrets);
      await signIn(app, app.browser());
      expect([userKey(HINT), hintAccountKey(HINT)].some((guess) => text().includes(guess))).toBe(found);
    }
  });

  test('finds what was sealed by an old secret readable as long as that one is listed', async () => {
    const { store } = createOpenStore();
    const before = createSealedApp(store, [FIRST]);
    const page = before.browser();
    await signIn(before, page);
    const during = createSealedApp(store, [SECOND, FIRST]).browser();
    const after = createSealedApp(store, [SECOND]).browser();
    for (const [name, value] of page.cookies) for (const other of [during, after]) other.cookies.set(name, value);
    expect(await sessionOf(during)).toEqual({ name: 'Ada' });
    expect((await during.initiate(HINT)).body['deliveredTo']).toBe('Pixel 9');
    expect(await sessionOf(after)).toBeNull();
  });
});

describe('S1: a new secret', () => {
  const RIGHT = '111111';
  const totp = async ({ code }: { code: string }, { mayTry }: TotpTools): Promise<TotpResult<Session>> => {
    const allowed = await mayTry('ada');
    return allowed && code === RIGHT ? { status: 'approved', session: ADA, account: 'ada' } : { status: 'invalidCode' };
  };
  const authRequest = (loginHint: string) => ({ loginHint, account: 'ada' });

  /** The same app before and after a new secret was put in front of the old one. */
  function rotate(options = {}) {
    const store = createMemoryStore();
    const [before, after] = [[FIRST], [SECOND, FIRST]].map((secrets) =>
      createSealedApp(store, secrets, { totp, authRequest, ...options }),
    );
    return { before: before ?? expect.fail(), after: after ?? expect.fail() };
  }
  const tryCodes = async (app: ReturnType<typeof createApp>, count: number) => {
    let body: Record<string, unknown> = {};
    for (let n = 0; n < count; n += 1) ({ body } = await app.browser().totp(HINT, '000000'));
    return body;
  };

  test('goes on with the lockouts: the next one is longer, and a right code after it signs in', async () => {
    const { before, after } = rotate();
    expect(await tryCodes(before, 3)).toEqual({ status: 'lockedOut', retryAfter: 30 });
    expect((await after.browser().totp(HINT, RIGHT)).body['status']).toBe('lockedOut');
    await advance(31);
    expect(await tryCodes(after, 3)).toEqual({ status: 'lockedOut', retryAfter: 60 });
    await advance(61);
    for (let n = 0; n < 4; n += 1) {
      expect((await after.browser().totp(HINT, RIGHT)).body['status']).toBe('approved');
    }
  });

  test('leaves the door closed that 30 wrong codes in a row closed', async () => {
    const { before, after } = rotate();
    for (let n = 0; n < 31; n += 1) {
      await before.browser().totp(HINT, '000000');
      await advance(3600);
    }
    await advance(3600);
    expect((await after.browser().totp(HINT, RIGHT)).body['status']).toBe('invalidCode');
    await after.handler.allowCodes('ada');
    expect((await after.browser().totp(HINT, RIGHT)).body['status']).toBe('approved');
  });

  test('makes no used code valid again', async () => {
    const secret = 'JBSWY3DPEHPK3PXP';
    const findUser = async () => ({ userId: 'ada', secret, session: ADA });
    const { before, after } = rotate({ totp: createTotpVerifier<Session>({ findUser }) });
    const code = TOTP.generate({ secret: Secret.fromBase32(secret), timestamp: Date.now() });
    expect((await before.browser().totp(HINT, code)).body['status']).toBe('approved');
    expect((await after.browser().totp(HINT, code)).body['status']).toBe('invalidCode');
  });

  test('goes on with the pauses between pushes, and ends them as before', async () => {
    const { before, after } = rotate();
    const page = before.browser();
    const first = await page.initiate(HINT);
    const moved = after.browser();
    for (const [name, value] of page.cookies) moved.cookies.set(name, value);
    expect((await moved.initiate(HINT)).status).toBe(429);
    await advance(5);
    after.backend.poll.mockResolvedValueOnce({ status: 'approved', session: ADA });
    expect((await moved.poll(first.body['id'])).body['status']).toBe('approved');
    expect((await after.browser().initiate(HINT)).status).toBe(200);
    expect(after.backend.initiate).toHaveBeenCalledTimes(1);
  });
});

describe('S8: whoever writes to the store', () => {
  test('can plant no session: neither a plain one, nor a sealed one under another key, nor a changed one', async () => {
    const { store, memory, contents } = createOpenStore();
    const app = createSealedApp(store, [FIRST]);
    const [ada, bob] = [app.browser(), app.browser()];
    await signIn(app, ada);
    await signIn(app, bob);
    const sessions = [...contents].filter(([key]) => key.includes(' session:'));
    expect(sessions).toHaveLength(2);
    const [[adasKey, adas], [, bobs]] = sessions as [[string, string], [string, string]];
    expect(await sessionOf(ada)).toEqual({ name: 'Ada' });

    const changed = `${adas.slice(0, -4)}${adas.endsWith('AAAA') ? 'BBBB' : 'AAAA'}`;
    for (const planted of [{ session: ADA }, bobs, changed, '', 'x.y', null]) {
      await memory.set(adasKey, planted, 60);
      expect(await sessionOf(ada)).toBeNull();
    }
    await memory.set(adasKey, adas, 60);
    expect(await sessionOf(ada)).toEqual({ name: 'Ada' });
  });
});

describe('S8: a secret', () => {
  test.each([[[]], [['short']], [[FIRST, 'short']]])('that is too short or missing is refused: %j', (secrets) => {
    expect(() => createSealedApp(createMemoryStore(), secrets)).toThrow(/`secrets` of createCibaHandler/);
  });

  test('for events must not be short either', () => {
    expect(() => createApp({ auditKey: 'short' })).toThrow(/`auditKey` of createCibaHandler/);
  });
});
