import * as vendor from '@authsignal/browser';
import { TOTP } from 'otpauth';
import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest';
import { createAuthsignalAdapter, createAuthsignalEnrollment } from '../../src/adapters/authsignal/index.js';
import { createAuthsignalEmulator } from '../../src/testing/index.js';
import type { AuthsignalEmulator } from '../../src/testing/index.js';
import { track } from '../adapters/authsignal/backend.js';

// What the vendor's own browser SDK sends and understands is the proof that the emulator speaks as Authsignal does, and
// the measure of what our adapter sends.

const BASE_URL = 'https://authsignal.test/v1';

interface SdkAnswer {
  readonly data?: Readonly<Record<string, unknown>>;
  readonly errorCode?: string;
}

/** The part of the SDK that is driven here. Its own declarations do not resolve in ES modules. */
interface Sdk {
  setToken(token: string): void;
  readonly push: {
    challenge(request: { action: string }): Promise<SdkAnswer>;
    verify(request: { challengeId: string }): Promise<SdkAnswer>;
  };
  readonly totp: { enroll(): Promise<SdkAnswer>; verify(request: { code: string }): Promise<SdkAnswer> };
}

const { Authsignal } = vendor as unknown as { Authsignal: new (options: object) => Sdk };

interface Sent {
  readonly request: string;
  readonly authorization: string;
  readonly body: unknown;
}

let authsignal: AuthsignalEmulator;
let sent: Sent[];
const onTokenExpired = vi.fn();

const record: typeof fetch = async (input, init) => {
  const headers = new Headers(init?.headers);
  sent.push({
    request: `${init?.method} ${String(input)}`,
    authorization: headers.get('authorization') ?? '',
    body: typeof init?.body === 'string' ? JSON.parse(init.body) : undefined,
  });
  // The signals of jsdom are none to Node's Request.
  const { signal: _, ...rest } = init ?? {};
  return authsignal.fetch(input, rest);
};

beforeEach(() => {
  vi.useFakeTimers({ toFake: ['Date'] });
  authsignal = createAuthsignalEmulator();
  sent = [];
  vi.stubGlobal('fetch', record);
});

afterEach(() => {
  vi.useRealTimers();
  vi.unstubAllGlobals();
  onTokenExpired.mockReset();
});

async function connect(attributes: Record<string, unknown> = {}) {
  const sdk = new Authsignal({ tenantId: authsignal.tenantId, baseUrl: BASE_URL, onTokenExpired });
  const tracked = await track(authsignal, attributes);
  sdk.setToken(tracked.token);
  return { sdk, ...tracked };
}

const newest = () => authsignal.phone.requests().at(-1)?.challengeId ?? '';

describe('@authsignal/browser', () => {
  test('sends a push, waits, and gets a token when the phone approves', async () => {
    const { sdk } = await connect();
    const { data: challenge } = await sdk.push.challenge({ action: 'signIn' });
    expect(challenge).toEqual({ challengeId: newest() });
    const challengeId = newest();
    expect((await sdk.push.verify({ challengeId })).data).toEqual({ isVerified: false, isConsumed: false });
    authsignal.phone.approve(challengeId);
    expect((await sdk.push.verify({ challengeId })).data).toEqual({
      isVerified: true,
      isConsumed: true,
      token: expect.any(String),
    });
  });

  test('is told of a denial', async () => {
    const { sdk } = await connect();
    await sdk.push.challenge({ action: 'signIn' });
    const challengeId = newest();
    authsignal.phone.deny(challengeId);
    expect((await sdk.push.verify({ challengeId })).data).toEqual({ isVerified: false, isConsumed: true });
  });

  test('has its codes checked', async () => {
    const { sdk } = await connect();
    expect((await sdk.totp.verify({ code: 'abcdef' })).data).toEqual({
      isVerified: false,
      failureReason: 'CODE_INVALID_OR_EXPIRED',
    });
    const { data } = await sdk.totp.verify({ code: await authsignal.totpCode('user-1') });
    expect(data).toEqual({ isVerified: true, token: expect.any(String) });
  });

  test('adds an authenticator app', async () => {
    const { sdk } = await connect({ userId: 'new', scope: 'add:authenticators' });
    const { data } = await sdk.totp.enroll();
    expect(data).toMatchObject({ userId: 'new', uri: expect.stringMatching(/^otpauth:\/\/totp\//) });
    const code = new TOTP({ secret: String(data?.['secret']) }).generate({ timestamp: Date.now() });
    expect((await sdk.totp.verify({ code })).data).toMatchObject({
      isVerified: true,
      userAuthenticator: { verificationMethod: 'AUTHENTICATOR_APP' },
    });
  });

  test('notices an expired token, by a body with all three keys', async () => {
    const { sdk } = await connect();
    vi.setSystemTime(Date.now() + 600_000);
    expect(await sdk.push.challenge({ action: 'signIn' })).toMatchObject({
      errorCode: 'expired_token',
      errorDescription: 'The token is expired.',
    });
    expect(onTokenExpired).toHaveBeenCalledOnce();
  });

  test('is refused with a token of nobody', async () => {
    const { sdk } = await connect();
    sdk.setToken('of.another.region');
    expect(await sdk.push.challenge({ action: 'signIn' })).toMatchObject({ errorCode: 'unauthorized' });
  });

  test("takes a gateway's 500 for data, which our adapter must not", async () => {
    const { sdk } = await connect();
    authsignal.setFault('gateway');
    expect(await sdk.push.verify({ challengeId: 'any' })).toEqual({ data: { message: 'Internal server error' } });
  });
});

describe('what the adapter sends is what the SDK sends', () => {
  const options = () => ({ tenantId: authsignal.tenantId, baseUrl: BASE_URL, action: 'signIn', fetch: record });
  const call = () => ({ signal: new AbortController().signal, actId: crypto.randomUUID() });

  /** Requests with what differs from one token to the next left out. */
  function take(): unknown[] {
    const seen = sent.map(({ authorization, ...rest }) => ({ ...rest, scheme: authorization.split(' ')[0] }));
    sent = [];
    return seen;
  }

  test('for a push and its polls', async () => {
    const { sdk, token } = await connect();
    await sdk.push.challenge({ action: 'signIn' });
    await sdk.push.verify({ challengeId: newest() });
    const [challenge, poll] = take() as { body: object }[];

    const adapter = createAuthsignalAdapter({ ...options(), getToken: async () => token });
    const pending = await adapter.initiate({ loginHint: 'user-1' }, call());
    await adapter.poll(pending, call());
    expect(take()).toEqual([challenge, { ...poll, body: { challengeId: newest() } }]);
  });

  test('for a code', async () => {
    const { sdk, token } = await connect();
    await sdk.totp.verify({ code: '000000' });
    const expected = take();
    const adapter = createAuthsignalAdapter({ ...options(), getToken: async () => token });
    await adapter.verifyTotp({ loginHint: 'user-1', code: '000000' }, call());
    expect(take()).toEqual(expected);
  });

  test('for a new authenticator app', async () => {
    const { sdk, token } = await connect({ scope: 'add:authenticators' });
    await sdk.totp.enroll();
    await sdk.totp.verify({ code: '000000' });
    const expected = take();
    const enrollment = createAuthsignalEnrollment({ ...options(), getToken: async () => token });
    await enrollment.begin(call());
    await enrollment.confirm('000000', call());
    expect(take()).toEqual(expected);
  });
});
