// @vitest-environment node
import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest';
import { advance, useFakeTime } from '../harness.js';
import { ADA, askToPay, createApp } from './harness.js';

beforeEach(useFakeTime);
afterEach(() => void vi.useRealTimers());

describe('a protected route', () => {
  test('answers as RFC 9470 says and sends no push, until the user asks', async () => {
    const { pay, page, backend } = createApp();
    const reply = await pay(page(), undefined, { ask: askToPay(12_000, { acrValues: 'gold' }) });
    expect(reply.status).toBe(401);
    expect(reply.body).toEqual({ error: 'insufficient_user_authentication', approval: null });
    expect(reply.headers.get('www-authenticate')).toBe(
      'Bearer error="insufficient_user_authentication", acr_values="gold"',
    );
    expect(reply.headers.get('set-cookie')).toBeNull();
    expect(backend.initiate).not.toHaveBeenCalled();
  });

  test('runs once with what was approved', async () => {
    const { pay, page, backend, paid, approve, events } = createApp();
    const tab = page();
    const { body } = await pay(tab, 'ask');
    const id = String(body['approval']);
    expect(backend.initiate).toHaveBeenCalledOnce();
    const [request, options] = backend.initiate.mock.calls[0] ?? [];
    expect(request).toMatchObject({
      loginHint: 'ada@example.com',
      subject: 'ada',
      transaction: { title: 'Pay 120 EUR to Example Shop' },
      authorizationDetails: [{ type: 'payment', amount: 12_000 }],
    });
    for (const field of ['data', 'action', 'externalId', 'codeAllowed', 'useWithin'])
      expect(request).not.toHaveProperty(field);
    expect(options).toMatchObject({ caller: 'approval' });

    const open = await tab.open(id);
    expect(open.status).toBe(200);
    expect(open.body).toEqual({
      ...{ id, expiresIn: 90, interval: 3, deliveredTo: 'Pixel 9', resumable: true },
      displayCode: expect.stringMatching(/^\d{4}$/),
      transaction: { title: 'Pay 120 EUR to Example Shop' },
      ...{ codeAllowed: false, resendAllowed: false },
    });
    expect((await tab.poll(id)).body).toEqual({ status: 'pending' });
    await advance(3);
    approve();
    const approved = await tab.poll(id);
    expect(approved.body).toEqual({ status: 'approved', session: { id } });
    expect(approved.headers.get('set-cookie')).toBeNull();

    expect((await pay(tab, id)).body).toEqual({ paid: true });
    expect(paid).toEqual([{ order: 'order-7', cents: 12_000 }]);
    expect(await pay(tab, id)).toMatchObject({ status: 403, body: { error: 'refused', reason: 'used' } });
    expect(paid).toHaveLength(1);
    expect((await tab.poll(id)).body).toEqual({ status: 'approved', session: { id } });
    const label = { id, action: 'pay', externalId: 'order-7' };
    expect(events).toEqual([
      { type: 'created', pushed: true, approval: label },
      { type: 'approved', method: 'push', authTime: 1_799_999_990, approval: label },
      { type: 'consumed', approval: label },
      { type: 'refused', reason: 'used', message: expect.any(String), approval: label },
    ]);
  });

  test('gives the receipt with the tokens, and the method', async () => {
    const { approvals, page, approved } = createApp();
    const tab = page();
    const id = await approved(tab);
    const { value } = (await approvals.run(tab.request('/'), askToPay(), id, (receipt) => receipt)) as {
      value: unknown;
    };
    expect(value).toEqual({
      ...{ id, action: 'pay', subject: 'ada', data: { order: 'order-7', cents: 12_000 } },
      transaction: { title: 'Pay 120 EUR to Example Shop' },
      ...{ approvedAt: Date.now(), method: 'push', authTime: 1_799_999_990, session: ADA },
    });
  });
});
