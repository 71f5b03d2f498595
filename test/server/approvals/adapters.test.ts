// @vitest-environment node
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test, vi } from 'vitest';
import { startDemoProvider } from '../../../demo/provider.js';
import type { Authenticator, DemoProvider } from '../../../demo/provider.js';
import { serveAuthsignal } from '../../adapters/authsignal/backend.js';
import { createAuthSecAdapter } from '../../../src/adapters/authsec/index.js';
import { createAuthsignalServerAdapter } from '../../../src/adapters/authsignal/server.js';
import type { AuthsignalSession } from '../../../src/adapters/authsignal/server.js';
import { createMemoryAdapter } from '../../../src/adapters/memory/index.js';
import { createOidcAdapter } from '../../../src/adapters/oidc/index.js';
import type { OidcRequest, OidcSession } from '../../../src/adapters/oidc/index.js';
import { createApprovals } from '../../../src/server/approvals/index.js';
import type { ApprovalAsk } from '../../../src/server/approvals/index.js';
import { createAuthSecEmulator, createAuthsignalEmulator } from '../../../src/testing/index.js';

const base = { origin: 'https://shop.example', requester: () => 'user:ada', onEvent: () => undefined };

describe('approvals over a real provider (oidc-provider)', () => {
  const ada = { id: 'user-1', email: 'ada@example.com', name: 'Ada' };
  let provider: DemoProvider;
  beforeAll(async () => {
    provider = await startDemoProvider({
      users: [ada, { id: 'user-2', email: 'mallory@example.com', name: 'Mallory' }],
    });
  });
  afterAll(() => provider.close());

  const ask = (loginHint: string) => ({
    ...{ action: 'settings', subject: 'user-1', loginHint, data: null },
    transaction: { title: 'Open your settings' },
  });

  async function approve(asked: ApprovalAsk<unknown, OidcRequest>, granted?: Parameters<Authenticator['approve']>[1]) {
    const { issuer, clientId, clientSecret, authenticator } = provider;
    const adapter = createOidcAdapter({ issuer, clientId, clientSecret });
    const revoke = vi.fn(adapter.revoke);
    const approvals = createApprovals({ ...base, adapter, revoke });
    const { id } = await approvals.create('user:ada', asked);
    const shown = authenticator.requests().at(-1);
    await authenticator.approve(shown?.id ?? '', granted);
    return { approvals, id, revoke, shown, outcome: await approvals.wait('user:ada', id) };
  }

  test('the subject approves, and the receipt has the tokens', async () => {
    const { approvals, id, outcome } = await approve(ask('ada@example.com'));
    expect(outcome).toBe('approved');
    const receipt = await approvals.consume('user:ada', id, 'settings');
    expect(receipt).toMatchObject({ subject: 'user-1', method: 'push', authTime: expect.any(Number) });
    expect((receipt.session as OidcSession).claims.sub).toBe('user-1');
  });

  test("another user's approval fails, and nothing can be used", async () => {
    const { approvals, id, outcome } = await approve(ask('mallory@example.com'));
    expect(outcome).toBe('failed');
    await expect(approvals.consume('user:ada', id, 'settings')).rejects.toMatchObject({ code: 'refused' });
  });

  describe('with authorization details (RFC 9396)', () => {
    const amount = { value: '120.00', currency: 'EUR' };
    const payment = { type: 'payment', instructedAmount: amount, creditor: 'Example Shop' };
    const pay = {
      ...{ action: 'pay', subject: 'user-1', loginHint: 'ada@example.com', data: { cents: 12_000 } },
      transaction: { title: 'Pay 120.00 EUR to Example Shop', amount, payee: 'Example Shop' },
      authorizationDetails: [payment],
    };

    test('the phone is asked for the payment itself, and the receipt has what was granted', async () => {
      const granted = { ...payment, debtorAccount: 'DE89' };
      const { approvals, id, shown, outcome } = await approve(pay, [granted]);
      expect(shown?.authorizationDetails).toEqual([payment]);
      expect(outcome).toBe('approved');
      const receipt = await approvals.consume('user:ada', id, 'pay');
      expect((receipt.session as OidcSession).authorizationDetails).toEqual([granted]);
    });

    test.each([
      ['another amount', [{ ...payment, instructedAmount: { value: '9.00', currency: 'EUR' } }]],
      ['another payee', [{ ...payment, creditor: 'Mallory' }]],
      ['nothing', []],
    ])('an approval of %s counts for nothing, and its tokens are revoked', async (_, granted) => {
      const sent = vi.spyOn(globalThis, 'fetch');
      const { approvals, id, outcome } = await approve(pay, granted);
      expect(outcome).toBe('failed');
      await expect(approvals.consume('user:ada', id, 'pay')).rejects.toMatchObject({ code: 'refused' });
      expect(sent.mock.calls.map(([url]) => String(url))).toContain(`${provider.issuer}/token/revocation`);
    });

    test('a type that the provider does not take is a mistake of the app, and nothing is sent', async () => {
      const before = provider.authenticator.requests().length;
      const unknown = approve({ ...pay, authorizationDetails: [{ type: 'made-up' }] });
      await expect(unknown).rejects.toMatchObject({ code: 'misconfigured' });
      expect(provider.authenticator.requests()).toHaveLength(before);
    });
  });
});

describe('approvals over AuthSec', () => {
  beforeEach(() => void vi.useFakeTimers({ now: 1_800_000_000_000 }));
  afterEach(() => void vi.useRealTimers());

  const call = () => ({ signal: new AbortController().signal, actId: crypto.randomUUID() });

  async function create() {
    const emulator = createAuthSecEmulator({ users: [{ email: 'ada@example.com' }, { email: 'mallory@example.com' }] });
    const { clientId, fetch } = emulator;
    const adapter = createAuthSecAdapter({ baseUrl: 'https://authsec.test', clientId, fetch });
    const approvals = createApprovals({ ...base, adapter });
    // The app knows the user's `sub` from the sign-in.
    const login = await adapter.initiate({ loginHint: 'ada@example.com' }, call());
    emulator.phone.approve();
    const signedIn = await adapter.poll(login, call());
    const { sub = '' } = signedIn.status === 'approved' ? signedIn.session.claims : {};
    const pay = (loginHint: string) => ({
      ...{ action: 'pay', subject: sub, loginHint, data: { cents: 12_000 } },
      transaction: { title: 'Pay 120.00 EUR to Example Shop' },
    });
    /** Asks, answers on the phone, and returns the outcome. */
    async function run(loginHint: string, answer: 'approve' | 'deny') {
      const { id } = await approvals.create('user:ada', pay(loginHint));
      const [prompt] = emulator.phone.prompts;
      emulator.phone[answer]();
      const outcome = approvals.wait('user:ada', id);
      await vi.advanceTimersByTimeAsync(12_000);
      return { id, prompt, outcome: await outcome };
    }
    return { approvals, sub, run };
  }

  test('the phone shows the title and the number, and the subject gets one receipt', async () => {
    const { approvals, sub, run } = await create();
    expect(sub).not.toBe('');
    const { id, prompt, outcome } = await run('ada@example.com', 'approve');
    expect(prompt?.text).toMatch(/^\d+: Pay 120\.00 EUR to Example Shop$/);
    expect(outcome).toBe('approved');
    expect(await approvals.consume('user:ada', id, 'pay')).toMatchObject({ subject: sub, data: { cents: 12_000 } });
    await expect(approvals.consume('user:ada', id, 'pay')).rejects.toMatchObject({ reason: 'used' });
  });

  test("another user's approval fails, and nothing can be used", async () => {
    const { approvals, run } = await create();
    const { id, outcome } = await run('mallory@example.com', 'approve');
    expect(outcome).toBe('failed');
    await expect(approvals.consume('user:ada', id, 'pay')).rejects.toMatchObject({ code: 'refused' });
  });

  test('a denial is the end', async () => {
    const { approvals, run } = await create();
    const { id, outcome } = await run('ada@example.com', 'deny');
    expect(outcome).toBe('denied');
    await expect(approvals.consume('user:ada', id, 'pay')).rejects.toMatchObject({ code: 'refused' });
  });
});

describe('approvals over Authsignal', () => {
  let tenant: Awaited<ReturnType<typeof serveAuthsignal>>;
  const emulator = createAuthsignalEmulator({
    users: ['user-ada', 'user-trusted'].map((userId) => ({ userId, devices: ['Pixel 9'] })),
    rule: ({ userId }) => (userId === 'user-trusted' ? 'ALLOW' : 'CHALLENGE_REQUIRED'),
  });
  beforeAll(async () => {
    tenant = await serveAuthsignal(emulator);
  });
  afterAll(() => tenant.close());
  // The SDK needs real timers for its connections.
  beforeEach(() => void vi.useFakeTimers({ toFake: ['Date'], now: 1_800_000_000_000 }));
  afterEach(() => void vi.useRealTimers());

  const amount = { value: '120.00', currency: 'EUR' };
  const pay = (user: string, more: object = {}) => ({
    ...{ action: 'pay', subject: user, loginHint: user, data: { cents: 12_000 } },
    transaction: {
      ...{ title: 'Pay 120.00 EUR to Example Shop', amount, payee: 'Example Shop' },
      details: [{ label: 'Order', value: '7' }],
    },
    ...more,
  });

  function create() {
    const { apiSecretKey } = emulator;
    const adapter = createAuthsignalServerAdapter({ apiSecretKey, baseUrl: tenant.baseUrl, stepUp: true });
    return createApprovals({ ...base, adapter, requester: () => 'user:user-ada' });
  }

  test.each(['approve', 'deny'] as const)('the phone shows the payment, and the user can %s it', async (answer) => {
    const approvals = create();
    const { id } = await approvals.create('user:user-ada', pay('user-ada'));
    const [shown] = emulator.phone.requests('user-ada');
    expect(shown?.custom).toMatchObject({
      ...{ transaction: 'Pay 120.00 EUR to Example Shop', transactionDetails: 'Order: 7' },
      ...{ amount: '120.00 EUR', payee: 'Example Shop' },
    });
    expect(emulator.phone[answer](shown?.challengeId ?? '')).toBe(true);
    vi.setSystemTime(Date.now() + 10_000);
    const outcome = await approvals.status('user:user-ada', id);
    if (answer === 'deny') {
      expect(outcome).toBe('denied');
      await expect(approvals.consume('user:user-ada', id, 'pay')).rejects.toMatchObject({ code: 'refused' });
    } else {
      expect(outcome).toBe('approved');
      const receipt = await approvals.consume('user:user-ada', id, 'pay');
      expect(receipt).toMatchObject({ subject: 'user-ada', method: 'push', data: { cents: 12_000 } });
    }
  });

  test('an ALLOW, which asked nobody, approves nothing unless the ask says so', async () => {
    const approvals = create();
    const outcomeOf = async (more: object) => {
      const ask = pay('user-trusted', more);
      const { id } = await approvals.create('user:user-ada', ask);
      vi.setSystemTime(Date.now() + 10_000);
      return [await approvals.status('user:user-ada', id), id] as const;
    };
    const [refused] = await outcomeOf({});
    expect(refused).toBe('failed');
    const [allowed, id] = await outcomeOf({ withoutPrompt: true });
    expect(allowed).toBe('approved');
    expect(await approvals.consume('user:user-ada', id, 'pay')).toMatchObject({ method: 'none' });
  });
});

describe('the approver of', () => {
  const adapter = createOidcAdapter({ issuer: 'https://login.example', clientId: 'shop', clientSecret: 'secret' });
  const payment = { type: 'payment', instructedAmount: { value: '120.00', currency: 'EUR' } };
  const session = (authorizationDetails?: OidcSession['authorizationDetails']) =>
    ({
      claims: { sub: 'ada', acr: 'gold', auth_time: 1_700_000_000 },
      ...{ accessToken: 'a', idToken: 'i' },
      ...(authorizationDetails && { authorizationDetails }),
    }) as unknown as OidcSession;

  test('oidc accepts what was asked for, with fields that the provider added', () => {
    const asked = { subject: 'ada', authorizationDetails: [payment] };
    expect(adapter.approver(session([{ ...payment, account: 'DE12' }]), asked, null)).toEqual({
      ...{ subject: 'ada', acr: 'gold', authTime: 1_700_000_000 },
    });
  });

  test.each([
    ['another amount', [{ ...payment, instructedAmount: { value: '900.00', currency: 'EUR' } }]],
    ['another type', [{ ...payment, type: 'account' }]],
    ['none of it', []],
    ['nothing, and does not say so', undefined],
  ])('oidc refuses a provider that granted %s (RFC 9396 §7)', (_, granted) => {
    const asked = { subject: 'ada', authorizationDetails: [payment] };
    expect(() => adapter.approver(session(granted), asked, null)).toThrow(expect.objectContaining({ code: 'refused' }));
  });

  test('authsignal-server tells an ALLOW, which asked nobody, from a challenge', async () => {
    const authsignal = createAuthsignalServerAdapter({ apiSecretKey: 'secret', region: 'eu' });
    const done = { userId: 'ada', action: 'pay', idempotencyKey: 'key' };
    const of = (state: AuthsignalSession['state']) => authsignal.approver?.({ ...done, state }, {}, null);
    expect(await of('CHALLENGE_SUCCEEDED')).toEqual({ subject: 'ada' });
    expect(await of('ALLOW')).toEqual({ subject: 'ada', withoutPrompt: true });
    expect(await authsignal.approver?.({ sub: 'of another verifier' } as never, {}, null)).toBeNull();
  });

  test("AuthSec is missing in its admin flow, so createApprovals doesn't start", () => {
    const { approver: ofTenant } = createAuthSecAdapter({ baseUrl: 'production', clientId: crypto.randomUUID() });
    expect(ofTenant).toBeTypeOf('function');
    const admin = createAuthSecAdapter({ baseUrl: 'production' });
    expect(() => createApprovals({ ...base, adapter: admin })).toThrow(/AuthSec's admin flow/);
  });

  test('the memory adapter is the subject that was asked for, for pushes and codes, and reaches every level', async () => {
    const memory = createMemoryAdapter({ phone: 'approve', after: 0 });
    const approvals = createApprovals({ ...base, adapter: memory });
    const ask = {
      ...{ action: 'pay', subject: 'user-7', loginHint: 'ada@example.com', data: null, acrValues: 'gold', maxAge: 60 },
      transaction: { title: 'Pay' },
    };
    const { id } = await approvals.create('user:ada', ask);
    expect(await approvals.status('user:ada', id)).toBe('approved');
    expect(await approvals.consume('user:ada', id, 'pay')).toMatchObject({
      ...{ subject: 'user-7', acr: 'gold', session: { name: 'ada@example.com', sub: 'user-7' } },
    });
  });
});
