import { describe, expect, onTestFinished, test, vi } from 'vitest';
import { createAuthSecAdapter } from '../../../src/adapters/authsec/index.js';
import type { AuthSecSession } from '../../../src/adapters/authsec/index.js';
import { createLogin } from '../../../src/machine/index.js';
import type { CibaEvent, LoginOptions, LoginStatus, LoginView } from '../../../src/machine/index.js';
import { createAuthSecEmulator } from '../../../src/testing/index.js';
import type { AuthSecKnobs } from '../../../src/testing/index.js';
import { createFakeEnvironment } from '../../support/fake-environment.js';

// What AuthSec's own SDK promises, kept by a whole login: chart, poll engine, adapter, emulated server and phone.

const ADA = 'ada@example.com';
const BEN = 'ben@example.com';
const WRONG = '000000';

function setUp(options: Partial<LoginOptions<AuthSecSession>> = {}, knobs: Partial<AuthSecKnobs> = {}) {
  const world = createFakeEnvironment();
  const { clock } = world.environment;
  const emulator = createAuthSecEmulator({ clock, users: [{ email: ADA }, { email: BEN }], knobs });
  const polls: number[] = [];
  const adapter = createAuthSecAdapter({
    baseUrl: 'development',
    clientId: emulator.clientId,
    now: clock.now,
    fetch: (input, init) => {
      if (String(input).endsWith('/ciba/token')) polls.push(clock.now());
      return emulator.fetch(input, init);
    },
  });

  function open(more: Partial<LoginOptions<AuthSecSession>> = {}) {
    const onApproved = vi.fn<(session: AuthSecSession) => unknown>();
    const events: CibaEvent[] = [];
    const login = createLogin<AuthSecSession>({
      adapter,
      environment: world.environment,
      onApproved,
      onEvent: (event) => events.push(event),
      ...options,
      ...more,
    });
    onTestFinished(() => login.stop());
    /** Web Crypto answers from another thread, which no fake clock waits for. */
    const reaches = <Status extends LoginStatus>(status: Status) =>
      vi.waitFor(() => {
        const view = login.getView();
        expect(view.status).toBe(status);
        return view as Extract<LoginView, { status: Status }>;
      });
    const start = async (hint = ADA) => {
      login.start(hint);
      return reaches('polling');
    };
    const submit = async (code: string) => {
      login.submitCode(code);
      await vi.waitFor(() => {
        const view = login.getView();
        expect(view.status === 'totpEntry' && view.code.verifying).toBe(false);
      });
    };
    return { login, onApproved, events, reaches, start, submit };
  }

  /** Lets time pass, and the answers that are due come in. */
  async function pass(seconds: number) {
    const { requests } = emulator;
    await world.advance(seconds * 1000);
    await vi.waitFor(() => expect(emulator.requests).toBeGreaterThanOrEqual(requests));
    await world.settle();
  }
  return { ...world, emulator, polls, open, pass, ...open() };
}

describe('initiate_app_approval, poll_for_approval', () => {
  test('approved: the token is handed over once', async () => {
    const { start, emulator, pass, reaches, onApproved } = setUp();
    await start();
    await pass(5);
    emulator.phone.approve();
    await pass(5);
    await reaches('approved');
    expect(onApproved).toHaveBeenCalledOnce();
    expect(onApproved.mock.calls[0]?.[0]).toMatchObject({ accessToken: expect.any(String), claims: { email_id: ADA } });
  });

  test('access_denied', async () => {
    const { start, emulator, pass, reaches, onApproved } = setUp();
    await start();
    emulator.phone.deny();
    await pass(5);
    await reaches('denied');
    expect(onApproved).not.toHaveBeenCalled();
  });

  test('expired_token: after 300 s, and nothing starts again by itself', async () => {
    const { start, pass, reaches, emulator } = setUp({ approvalTimeout: Infinity });
    await start();
    await pass(302);
    await reaches('expired');
    const { requests } = emulator;
    await pass(600);
    expect(emulator.requests).toBe(requests);
  });

  test('timeout, and going on with the same request', async () => {
    const { login, start, pass, reaches, emulator, onApproved } = setUp({ approvalTimeout: 60 });
    await start();
    await pass(61);
    await reaches('timedOut');
    login.keepWaiting();
    await reaches('polling');
    emulator.phone.approve();
    await pass(6);
    await reaches('approved');
    expect(onApproved).toHaveBeenCalledOnce();
  });

  test('timeout, then the code (the fallback chain)', async () => {
    const { start, pass, reaches, submit, emulator } = setUp({ approvalTimeout: 30, timeoutAction: 'code' });
    await start();
    await pass(31);
    await reaches('totpEntry');
    await submit(await emulator.codeOf(ADA));
    await reaches('approved');
  });

  test('cancelled: polling stops, and an approval that comes later is not fetched', async () => {
    const { login, start, pass, reaches, emulator, onApproved } = setUp();
    await start();
    login.cancel();
    await reaches('idle');
    emulator.phone.approve();
    const { requests } = emulator;
    await pass(60);
    expect(emulator.requests).toBe(requests);
    expect(onApproved).not.toHaveBeenCalled();
  });

  test('interval: a shorter one cannot beat the server’s, a longer one slows down', async () => {
    for (const [minInterval, gap] of [
      [2, 5000],
      [10, 10_000],
    ] as const) {
      const { start, pass, polls } = setUp({ minInterval, approvalTimeout: Infinity });
      await start();
      for (let round = 0; round < 4; round++) await pass(gap / 1000);
      const gaps = polls.slice(1).map((at, index) => at - (polls[index] ?? 0));
      expect(gaps.length).toBeGreaterThanOrEqual(2);
      expect(Math.min(...gaps)).toBe(gap);
    }
  });

  test('waits out the limit of newer servers, as long as it says', async () => {
    const { start, pass, polls, reaches, emulator } = setUp({ approvalTimeout: Infinity }, { rate: '10/min' });
    await start();
    for (let round = 0; round < 11; round++) await pass(5);
    const last = polls.at(-1) ?? 0;
    emulator.phone.approve();
    await pass(60);
    await pass(6);
    await reaches('approved');
    expect((polls.at(-1) ?? 0) - last).toBeGreaterThanOrEqual(60_000);
  });

  test('retries through faults, and the login lives on', async () => {
    const { start, pass, reaches, emulator, events } = setUp({ approvalTimeout: Infinity });
    await start();
    for (const fault of ['error', 'html', 'drop'] as const) {
      emulator.knobs.fault = fault;
      await pass(12);
      expect(await reaches('polling')).toMatchObject({ push: { connection: 'reconnecting' } });
    }
    emulator.knobs.fault = 'none';
    emulator.phone.approve();
    await pass(60);
    await reaches('approved');
    expect(events).toContainEqual({ type: 'connectionChanged', connection: 'reconnecting' });
  });

  test('several users at once do not mix', async () => {
    const { open, start, emulator, pass, reaches, onApproved } = setUp();
    const second = open();
    await start(ADA);
    await second.start(BEN);
    const prompt = emulator.phone.prompts.find(({ email }) => email === BEN);
    emulator.phone.approve(prompt?.authReqId);
    await pass(5);
    await second.reaches('approved');
    await reaches('polling');
    expect(onApproved).not.toHaveBeenCalled();
    expect(second.onApproved.mock.calls[0]?.[0]).toMatchObject({ claims: { email_id: BEN } });
  });

  test('a user without an account: one text, which blames nobody', async () => {
    const { login, reaches } = setUp();
    login.start('nobody@example.com');
    expect((await reaches('failed')).error).toMatchObject({ code: 'unknownUser', retryable: false });
  });
});

describe('verify_totp', () => {
  test('right at once: three tries remain unused', async () => {
    const { login, reaches, submit, emulator } = setUp();
    login.useCode(ADA);
    await reaches('totpEntry');
    await submit(await emulator.codeOf(ADA));
    await reaches('approved');
  });

  test('invalid_code with what remains, and the third one locks (the SDK: the fourth)', async () => {
    const { login, reaches, submit, emulator, pass } = setUp();
    login.useCode(ADA);
    for (const attemptsLeft of [2, 1]) {
      await reaches('totpEntry');
      await submit(WRONG);
      expect((await reaches('totpEntry')).code).toMatchObject({ attemptsLeft, problem: { kind: 'invalidCode' } });
    }
    await submit(WRONG);
    await reaches('lockedOut');
    await pass(31);
    await reaches('totpEntry');
    await submit(await emulator.codeOf(ADA));
    await reaches('approved');
  });

  test('a fault is no wrong code', async () => {
    const { login, reaches, submit, emulator } = setUp();
    login.useCode(ADA);
    await reaches('totpEntry');
    emulator.knobs.fault = 'error';
    await submit(WRONG);
    expect((await reaches('totpEntry')).code).toMatchObject({ attemptsLeft: 3, problem: { kind: 'fault' } });
  });

  test('cancel_approval gives the tries back, and opens no lock', async () => {
    const { login, reaches, submit, start } = setUp();
    await start();
    login.useCode();
    await reaches('totpEntry');
    await submit(WRONG);
    await submit(WRONG);
    login.cancel();
    await reaches('idle');
    await start();
    login.useCode();
    await reaches('totpEntry');
    await submit(WRONG);
    expect((await reaches('totpEntry')).code.attemptsLeft).toBe(2);
    await submit(WRONG);
    await submit(WRONG);
    await reaches('lockedOut');
    login.cancel();
    await reaches('idle');
    await start();
    login.useCode();
    await reaches('lockedOut');
  });
});

describe('logging', () => {
  test('names what happened, and no user, id, code or token', async () => {
    const { start, emulator, pass, reaches, events, login, submit } = setUp();
    await start();
    const [prompt] = emulator.phone.prompts;
    login.useCode();
    await reaches('totpEntry');
    await submit(WRONG);
    emulator.phone.approve();
    await pass(5);
    await reaches('approved');
    const log = JSON.stringify(events);
    expect(events.map(({ type }) => type)).toEqual(expect.arrayContaining(['pushSent', 'codeRejected', 'approved']));
    for (const secret of [ADA, WRONG, prompt?.authReqId ?? '', 'eyJ']) expect(log).not.toContain(secret);
  });
});
