import { onTestFinished, vi } from 'vitest';
import { createAuthsignalAdapter } from '../../../src/adapters/authsignal/index.js';
import type { AuthsignalAdapterOptions, AuthsignalResult } from '../../../src/adapters/authsignal/index.js';
import type { CibaAdapter } from '../../../src/contract/index.js';
import { en } from '../../../src/locales/en.js';
import { createLogin } from '../../../src/machine/index.js';
import { createAuthsignalEmulator } from '../../../src/testing/index.js';
import type { AuthsignalEmulatorOptions } from '../../../src/testing/index.js';
import { createFakeEnvironment } from '../../support/fake-environment.js';
import { trackToken } from './backend.js';

interface ScreenOptions extends AuthsignalEmulatorOptions {
  readonly adapter?: Partial<AuthsignalAdapterOptions>;
  /** What the app makes of the adapter. */
  readonly prepare?: (adapter: ReturnType<typeof createAuthsignalAdapter>) => Promise<CibaAdapter<AuthsignalResult>>;
}

/** A login on the embedded adapter and the emulator, in a world whose time the test holds; `Date` goes with it. */
export async function setUpScreen({ adapter: adapterOptions, prepare, ...emulatorOptions }: ScreenOptions = {}) {
  const world = createFakeEnvironment();
  vi.useFakeTimers({ toFake: ['Date', 'performance'], now: world.now() });
  const authsignal = createAuthsignalEmulator(emulatorOptions);
  const lost = { next: false };
  let inFlight = 0;

  async function count<T>(call: () => Promise<T>): Promise<T> {
    inFlight += 1;
    try {
      return await call();
    } finally {
      inFlight -= 1;
    }
  }

  /** Web Crypto and the reading of bodies take real turns of the event loop, however still the clocks stand. */
  async function settle(): Promise<void> {
    for (let idle = 0, turn = 0; idle < 12 && turn < 100_000; turn += 1) {
      await new Promise((resolve) => setImmediate(resolve));
      idle = inFlight > 0 ? 0 : idle + 1;
    }
  }

  const getToken = vi.fn(() => count(() => trackToken(authsignal)));
  const onTokenExpired = vi.fn();
  const made = createAuthsignalAdapter({
    ...{ tenantId: authsignal.tenantId, baseUrl: 'https://authsignal.test/v1', action: 'signIn' },
    ...{ getToken, onTokenExpired },
    async fetch(input, init) {
      const answer = await count(() => authsignal.fetch(input, init));
      if (!lost.next) return answer;
      lost.next = false;
      throw new TypeError('The answer was lost on the way.');
    },
    ...adapterOptions,
  } as AuthsignalAdapterOptions);
  const adapter = prepare ? await prepare(made) : made;
  const onApproved = vi.fn<(session: AuthsignalResult) => unknown>();
  const login = createLogin<AuthsignalResult>({ adapter, environment: world.environment, onApproved });
  onTestFinished(() => {
    login.stop();
    vi.useRealTimers();
  });

  /** Seconds, one by one, so that `Date` and the timers go together. */
  async function run(seconds: number): Promise<void> {
    for (let second = 0; second < seconds; second += 1) {
      vi.advanceTimersByTime(1000);
      await world.advance(1000);
      await settle();
    }
  }

  /** The present status, with the code of the error where there is one. */
  function screen(): string {
    const view = login.getView();
    if (view.status === 'failed') return `failed (${view.error.code})`;
    if (view.status === 'polling') return `polling (${view.push.connection})`;
    if (view.status === 'totpEntry' && view.code.problem) {
      const { problem } = view.code;
      return `totpEntry (${problem.kind === 'fault' ? problem.error.code : problem.kind})`;
    }
    return view.status;
  }

  /** What a person reads. */
  function title(): string {
    const view = login.getView();
    if (view.status === 'failed') return en[`error.${view.error.code}.title`];
    return view.status === 'idle' ? en['idle.title'] : en[`${view.status}.title`];
  }

  async function typeCode(code: string): Promise<void> {
    login.submitCode(code);
    await settle();
  }

  return {
    authsignal,
    login,
    lost,
    getToken,
    onTokenExpired,
    onApproved,
    run,
    screen,
    title,
    typeCode,
    async start() {
      login.start('user-1');
      await settle();
    },
    async useCode() {
      login.useCode('user-1');
      await settle();
    },
    open: () => authsignal.phone.requests().map(({ challengeId }) => challengeId),
  };
}

export type Screen = Awaited<ReturnType<typeof setUpScreen>>;
