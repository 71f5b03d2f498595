// @vitest-environment node
import { afterAll, beforeAll, describe, expect, test, vi } from 'vitest';
import { startDemoProvider } from '../../../demo/provider.js';
import type { DemoProvider } from '../../../demo/provider.js';
import { createAuthSecAdapter } from '../../../src/adapters/authsec/index.js';
import { createAuthsignalServerAdapter } from '../../../src/adapters/authsignal/server.js';
import type { AuthsignalSession } from '../../../src/adapters/authsignal/server.js';
import { createMemoryAdapter } from '../../../src/adapters/memory/index.js';
import { createOidcAdapter } from '../../../src/adapters/oidc/index.js';
import type { OidcSession } from '../../../src/adapters/oidc/index.js';
import { createApprovals } from '../../../src/server/approvals/index.js';

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

  async function approve(loginHint: string) {
    const { issuer, clientId, clientSecret, authenticator } = provider;
    const adapter = createOidcAdapter({ issuer, clientId, clientSecret });
    const revoke = vi.fn(adapter.revoke);
    const approvals = createApprovals({ ...base, adapter, revoke });
    const { id } = await approvals.create('user:ada', ask(loginHint));
    await authenticator.approve(authenticator.requests().at(-1)?.id ?? '');
    return { approvals, id, revoke, outcome: await approvals.wait('user:ada', id) };
  }

  test('the subject approves, and the receipt has the tokens', async () => {
    const { approvals, id, outcome } = await approve('ada@example.com');
    expect(outcome).toBe('approved');
    const receipt = await approvals.consume('user:ada', id, 'settings');
    expect(receipt).toMatchObject({ subject: 'user-1', method: 'push', authTime: expect.any(Number) });
    expect((receipt.session as OidcSession).claims.sub).toBe('user-1');
  });

  test("another user's approval fails, and nothing can be used", async () => {
    const { approvals, id, outcome } = await approve('mallory@example.com');
    expect(outcome).toBe('failed');
    await expect(approvals.consume('user:ada', id, 'settings')).rejects.toMatchObject({ code: 'refused' });
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
