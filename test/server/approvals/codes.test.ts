// @vitest-environment node
import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest';
import type { ApprovalAsk } from '../../../src/server/approvals/index.js';
import { createCibaHandler, createMemoryStore } from '../../../src/server/index.js';
import { createTotpVerifier } from '../../../src/server/code/totp.js';
import type { TotpVerifier } from '../../../src/server/index.js';
import { advance, useFakeTime } from '../harness.js';
import { ADA, askToPay, createApp, createBackend, MALLORY, ORIGIN } from './harness.js';
import type { Order, Tokens } from './harness.js';
import { TOTP } from 'otpauth';

beforeEach(useFakeTime);
afterEach(() => void vi.useRealTimers());

/** Knows Ada's code, and Mallory's. */
const totp: TotpVerifier<Tokens> = async ({ code }) => {
  if (code === '123456') return { status: 'approved', session: ADA, account: 'ada' };
  if (code === '666666') return { status: 'approved', session: MALLORY, account: 'mallory' };
  return { status: 'invalidCode' };
};
const ask: ApprovalAsk<Order> = askToPay(12_000, { codeAllowed: true });

async function asked(options: Parameters<typeof createApp>[0] = {}, more: Partial<ApprovalAsk<Order>> = {}) {
  const app = createApp({ totp, ...options });
  const { body } = await app.pay(app.page(), 'ask', { ask: { ...ask, ...more } });
  return { ...app, id: String(body['approval']), page: app.page(), ask: { ...ask, ...more } };
}

describe('a code', () => {
  test('is refused where the ask takes none', async () => {
    const app = createApp({ totp });
    const { body } = await app.pay(app.page(), 'ask');
    expect(await app.page().code(body['approval'], '123456')).toMatchObject({
      status: 403,
      body: { error: 'refused' },
    });
    expect(app.events.at(-1)).toMatchObject({ type: 'refused', reason: 'code', approval: { externalId: 'order-7' } });
    expect((await app.pay(app.page(), body['approval'])).body).toMatchObject({ reason: 'undecided' });
  });

  test('approves where it may, ends the push, and says so in the receipt', async () => {
    const { page, id, pay, approvals, backend, ask: same, events } = await asked();
    expect((await page.open(id)).body).toMatchObject({ codeAllowed: true });
    expect((await page.code(id, '123456')).body).toEqual({ status: 'approved', session: { id } });
    await vi.waitFor(() => expect(backend.cancel).toHaveBeenCalledOnce());
    expect((await page.poll(id)).body).toEqual({ status: 'approved', session: { id } });
    expect(events).toContainEqual(expect.objectContaining({ type: 'approved', method: 'code' }));
    const done = await approvals.run(page.request('/'), same, id, ({ method }) => method);
    expect(done).toEqual({ value: 'code' });
    expect((await pay(page, id, { ask: same })).body).toMatchObject({ reason: 'used' });
  });

  test('of another user counts as a wrong one, and is revoked', async () => {
    const { page, id, pay, revoke, ask: same } = await asked();
    expect((await page.code(id, '666666')).body).toEqual({ status: 'invalidCode', attemptsLeft: 2 });
    expect(revoke).toHaveBeenCalledExactlyOnceWith(MALLORY);
    expect((await pay(page, id, { ask: same })).body).toMatchObject({ reason: 'undecided' });
  });

  test("of another user doesn't count by the verifier's word alone, if the adapter doesn't know its sessions", async () => {
    const backend = createBackend();
    backend.approver.mockReturnValue(null);
    const { page, id, revoke } = await asked({ backend });
    expect((await page.code(id, '666666')).body).toEqual({ status: 'invalidCode', attemptsLeft: 2 });
    expect(revoke).toHaveBeenCalledExactlyOnceWith(MALLORY);
    expect((await page.code(id, '123456')).body).toMatchObject({ status: 'approved' });
  });

  test('is checked for the hint of the ask, whatever the page says', async () => {
    const seen = vi.fn(totp);
    const { page, id } = await asked({ totp: seen });
    await page.post('code', { id, code: '000000', actId: 'a'.repeat(32), loginHint: 'mallory@example.com' });
    expect(seen.mock.calls[0]?.[0]).toEqual({ loginHint: 'ada@example.com', code: '000000' });
  });

  test('can be tried three times a subject, in whatever session', async () => {
    const app = await asked({ openPerSubject: { each: 3, all: 10 } });
    expect((await app.page.code(app.id, '000000')).body).toMatchObject({ attemptsLeft: 2 });
    const page = createApp({ totp, store: app.store, backend: app.backend }).page('second-session');
    expect((await page.code(app.id, '000001')).body).toMatchObject({ attemptsLeft: 1 });
    expect((await app.page.code(app.id, '000002')).body).toEqual({ status: 'lockedOut', retryAfter: 30 });
    expect((await page.code(app.id, '123456')).body).toMatchObject({ status: 'lockedOut' });
    expect((await app.pay(app.page, app.id, { ask: app.ask })).body).toMatchObject({ reason: 'undecided' });
  });

  test('overrules neither a denial, nor a cancel, nor an expiry', async () => {
    for (const end of ['denied', 'cancelled', 'expired'] as const) {
      const app = await asked();
      if (end === 'cancelled') await app.approvals.cancel('user:ada', app.id);
      else {
        app.backend.poll.mockResolvedValueOnce({ status: end });
        await app.page.poll(app.id);
      }
      expect((await app.page.code(app.id, '123456')).status).toBe(403);
      expect((await app.page.poll(app.id)).body).toEqual({ status: end });
      expect((await app.pay(app.page, app.id, { ask: app.ask })).body).toEqual({ error: 'refused' });
    }
  });

  test('that is being checked while the user denies does not count, and its tokens are revoked', async () => {
    const app = await asked({
      totp: async (...args) => {
        app.backend.poll.mockResolvedValueOnce({ status: 'denied' });
        await app.page.poll(app.id);
        return totp(...args);
      },
    });
    expect((await app.page.code(app.id, '123456')).status).toBe(403);
    expect(app.revoke).toHaveBeenCalledExactlyOnceWith(ADA);
    expect((await app.pay(app.page, app.id, { ask: app.ask })).status).toBe(403);
    expect(app.events.filter(({ type }) => type === 'approved')).toEqual([]);
  });

  test('without a level never reaches one that was asked for', async () => {
    const app = await asked({}, { acrValues: 'gold' });
    expect((await app.page.code(app.id, '123456')).body).toMatchObject({ status: 'invalidCode' });
    expect((await app.pay(app.page, app.id, { ask: app.ask })).status).toBe(403);
  });

  test('that signed in before does not approve, because both share the store', async () => {
    const secret = 'JBSWY3DPEHPK3PXPJBSWY3DPEHPK3PXP';
    const store = createMemoryStore();
    const backend = createBackend();
    const verifier = createTotpVerifier<Tokens>({
      findUser: async () => ({ userId: 'ada', secret, session: ADA }),
      now: () => Date.now(),
    } as never);
    const handler = createCibaHandler({
      ...{ adapter: backend, origin: ORIGIN, store, totp: verifier, responseFloor: 0, onEvent: () => undefined },
      ...{ authRequest: (loginHint: string) => ({ loginHint, account: 'ada' }), publicSession: () => ({}) },
    });
    const code = new TOTP({ secret }).generate({ timestamp: Date.now() });
    const signedIn = await handler(
      new Request(`${ORIGIN}/api/ciba/code`, {
        method: 'POST',
        headers: { 'content-type': 'application/json', 'x-ciba-request': '1', origin: ORIGIN },
        body: JSON.stringify({ loginHint: 'ada@example.com', code, actId: 'a'.repeat(32) }),
      }),
    );
    expect(await signedIn.json()).toMatchObject({ status: 'approved' });
    const app = await asked({ store, backend, totp: verifier });
    expect((await app.page.code(app.id, code)).body).toMatchObject({ status: 'invalidCode' });
    await advance(30);
    const next = new TOTP({ secret }).generate({ timestamp: Date.now() });
    expect((await app.page.code(app.id, next)).body).toMatchObject({ status: 'approved' });
  });

  test('needs something that checks it', async () => {
    const app = createApp();
    expect((await app.pay(app.page(), 'ask', { ask })).status).toBe(500);
    expect(app.backend.initiate).not.toHaveBeenCalled();
  });

  test('is the answer for a user without a phone: the screen starts with it, and the adapter is left alone', async () => {
    for (const loginHint of ['nophone@example.com', 'ghost@example.com']) {
      const app = await asked({}, { loginHint });
      expect((await app.page.open(app.id)).body).toMatchObject({ pushed: false, codeAllowed: true });
      expect((await app.page.poll(app.id)).body).toEqual({ status: 'pending' });
      expect(app.backend.poll).not.toHaveBeenCalled();
      expect(app.events[0]).toMatchObject({ type: 'created', pushed: false });
      expect((await app.page.code(app.id, '123456')).body).toMatchObject({ status: 'approved' });
      expect((await app.pay(app.page, app.id, { ask: app.ask })).body).toEqual({ paid: true });
      expect(app.backend.cancel).not.toHaveBeenCalled();
    }
    const app = createApp();
    const noPhone = await app.pay(app.page(), 'ask', { ask: askToPay(1, { loginHint: 'nophone@example.com' }) });
    expect(noPhone).toMatchObject({ status: 403, body: { error: 'noDevice' } });
    const unknown = await app.pay(app.page(), 'ask', { ask: askToPay(1, { loginHint: 'ghost@example.com' }) });
    expect(unknown).toMatchObject({ status: 403, body: { error: 'refused' } });
  });
});
