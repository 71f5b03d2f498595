import { afterEach, describe, expect, test, vi } from 'vitest';
import { createAuthSecAdapter } from '../../../src/adapters/authsec/index.js';
import type { CallOptions } from '../../../src/contract/index.js';
import { ADA, BEN, createAuthSec } from './harness.js';
import type { Flow } from './harness.js';

// jsdom has a window: the adapter takes itself for a browser's.

const flows: Flow[] = ['tenant', 'admin'];
const call = (): CallOptions => ({ signal: new AbortController().signal, actId: crypto.randomUUID() });
const WRONG = '000000';

describe('in a browser', () => {
  test('refuses credentials', () => {
    expect(() =>
      createAuthSecAdapter({
        baseUrl: 'production',
        clientId: '6f2c1c8e-5b0e-4f0f-9f59-2d1d2c7b8a10',
        credentials: { clientSecret: 's3cret' },
      }),
    ).toThrow(/a server, not a browser/);
  });

  test.each(flows)('gives nobody AuthSec’s id: %s', async (flow) => {
    const { adapter, emulator } = createAuthSec(flow);
    const pending = await adapter.initiate({ loginHint: ADA }, call());
    const [prompt] = emulator.phone.prompts;
    expect(JSON.stringify(pending)).not.toContain(prompt?.authReqId);
    expect(pending).not.toHaveProperty('serverState');
    expect(pending.resumable).toBe(false);
  });
});

describe('without `crypto.randomUUID`, as on plain http, or without `crypto`', () => {
  const real = crypto;
  afterEach(() => vi.unstubAllGlobals());

  test.each([
    ['randomUUID', { getRandomValues: (bytes: Uint8Array<ArrayBuffer>) => real.getRandomValues(bytes) }],
    ['getRandomValues', {}],
    ['crypto', undefined],
  ])('no %s', async (_what, stub) => {
    const adapter = createAuthSecAdapter({
      baseUrl: 'production',
      clientId: '6f2c1c8e-5b0e-4f0f-9f59-2d1d2c7b8a10',
      fetch: async () => Response.json({ auth_req_id: 'a-request', expires_in: 300, interval: 5 }),
    });
    const calls = [call(), call()] as const;
    vi.stubGlobal('crypto', stub);
    const [first, second] = [
      await adapter.initiate({ loginHint: ADA }, calls[0]),
      await adapter.initiate({ loginHint: ADA }, calls[1]),
    ];
    expect(first.id).not.toBe(second.id);
  });
});

describe('the end of a request in a browser', () => {
  test('can be asked for a little later, and is then forgotten', async () => {
    const { adapter, clock } = createAuthSec('tenant');
    const pending = await adapter.initiate({ loginHint: ADA }, call());
    clock.advance(pending.expiresIn + 30);
    await adapter.initiate({ loginHint: BEN }, call());
    expect(await adapter.poll(pending, call())).toEqual({ status: 'expired' });
    clock.advance(31);
    await adapter.initiate({ loginHint: BEN }, call());
    await expect(adapter.poll(pending, call())).rejects.toMatchObject({ code: 'notFound' });
  });
});

describe('wrong codes in a browser', () => {
  const setUp = () => {
    const authSec = createAuthSec('tenant');
    const verify = (code: string, loginHint = ADA) => authSec.adapter.verifyTotp?.({ loginHint, code }, call());
    const lockOut = async () => {
      for (let tries = 0; tries < 3; tries++) await verify(WRONG);
    };
    return { ...authSec, verify, lockOut };
  };

  test('the third one locks at once, and then no code is sent', async () => {
    const { verify, emulator } = setUp();
    expect(await verify(WRONG)).toEqual({ status: 'invalidCode', attemptsLeft: 2 });
    expect(await verify(WRONG)).toEqual({ status: 'invalidCode', attemptsLeft: 1 });
    expect(await verify(WRONG)).toEqual({ status: 'lockedOut', retryAfter: 30 });
    const { requests } = emulator;
    expect(await verify(await emulator.codeOf(ADA))).toEqual({ status: 'lockedOut', retryAfter: 30 });
    expect(emulator.requests).toBe(requests);
  });

  test('each lock is twice as long, up to an hour', async () => {
    const { verify, lockOut, clock } = setUp();
    for (const seconds of [30, 60, 120, 240, 480, 960, 1920, 3600, 3600]) {
      await lockOut();
      expect(await verify(WRONG)).toEqual({ status: 'lockedOut', retryAfter: seconds });
      clock.advance(seconds - 1);
      expect(await verify(WRONG)).toEqual({ status: 'lockedOut', retryAfter: 1 });
      clock.advance(1);
    }
    expect(await verify(WRONG)).toEqual({ status: 'invalidCode', attemptsLeft: 2 });
  });

  test('a cancel gives the tries back, and opens no lock', async () => {
    const { adapter, verify, lockOut, clock } = setUp();
    await verify(WRONG);
    await verify(WRONG);
    await adapter.cancel(await adapter.initiate({ loginHint: ADA }, call()), call());
    expect(await verify(WRONG)).toEqual({ status: 'invalidCode', attemptsLeft: 2 });
    await lockOut();
    await adapter.cancel(await adapter.initiate({ loginHint: ADA }, call()), call());
    expect(await verify(WRONG)).toEqual({ status: 'lockedOut', retryAfter: 30 });
    clock.advance(30);
    await lockOut();
    expect(await verify(WRONG)).toEqual({ status: 'lockedOut', retryAfter: 60 });
  });

  test('are counted for each user alone, however the address is typed', async () => {
    const { verify, lockOut } = setUp();
    await lockOut();
    expect(await verify(WRONG, BEN)).toMatchObject({ status: 'invalidCode' });
    expect(await verify(WRONG, ' ADA@example.com')).toMatchObject({ status: 'lockedOut' });
  });

  test('a right code forgets them', async () => {
    const { verify, emulator } = setUp();
    await verify(WRONG);
    await verify(WRONG);
    expect(await verify(await emulator.codeOf(ADA))).toMatchObject({ status: 'approved' });
    expect(await verify(WRONG)).toEqual({ status: 'invalidCode', attemptsLeft: 2 });
  });

  test('faults cost no try', async () => {
    const { verify, emulator } = setUp();
    for (const fault of ['error', 'html', 'drop', 'lostReply'] as const) {
      emulator.knobs.fault = fault;
      await expect(verify(WRONG)).rejects.toMatchObject({ name: 'CibaError', retryable: true });
    }
    emulator.knobs.fault = 'none';
    emulator.knobs.rate = '10/min';
    for (let sent = 0; sent < 10; sent++) await verify(WRONG, 'nobody@example.com');
    await expect(verify(WRONG)).rejects.toMatchObject({ code: 'rateLimited', retryAfter: 60 });
    emulator.knobs.rate = 'none';
    expect(await verify(WRONG)).toEqual({ status: 'invalidCode', attemptsLeft: 2 });
  });

  test('AuthSec’s own lock wins', async () => {
    const { verify, lockOut, emulator, clock } = setUp();
    emulator.knobs.lockout = '5/15min';
    await lockOut();
    clock.advance(30);
    await verify(WRONG);
    await verify(WRONG);
    expect(await verify(await emulator.codeOf(ADA))).toEqual({ status: 'lockedOut', retryAfter: 900 });
  });

  test('somebody without a code does not use up tries', async () => {
    const { verify } = setUp();
    for (let tries = 0; tries < 5; tries++) {
      expect(await verify(WRONG, 'cleo@example.com')).toEqual({ status: 'notEnrolled' });
    }
  });
});
