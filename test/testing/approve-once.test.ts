// @vitest-environment node
import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest';
import { createPayRoute } from '../../examples/approvals/payment.js';
import { createShop } from '../../examples/approvals/shop.js';
import { createMemoryAdapter } from '../../src/adapters/memory/index.js';
import type { PhoneAnswer } from '../../src/adapters/memory/index.js';
import { createMemoryStore } from '../../src/server/index.js';
import { approveOnce } from '../../src/testing/index.js';

beforeEach(() => void vi.useFakeTimers({ toFake: ['Date', 'setTimeout', 'clearTimeout'], now: 1_800_000_000_000 }));
afterEach(() => void vi.useRealTimers());

function createStore(phone: PhoneAnswer) {
  const shop = createShop(createMemoryStore(), createMemoryAdapter({ phone, after: 0 }));
  const order = { id: 'order-1', buyer: 'ada', cents: 12_000, paymentKey: 'payment-1', paid: false };
  const charge = vi.fn(async () => undefined);
  const pay = vi.fn(createPayRoute(shop, new Map([[order.id, order]]), charge));
  return { shop, charge, pay };
}

function request(order: string, init: RequestInit = {}): Request {
  return new Request('https://shop.example.com/api/pay', {
    method: 'POST',
    headers: { cookie: 'session=ada', origin: 'https://shop.example.com' },
    body: JSON.stringify({ order }),
    ...init,
  });
}

describe('approveOnce', () => {
  test('rings once, sends the same body twice, and returns what the route answers to the receipt', async () => {
    const { shop, charge, pay } = createStore('approve');
    const sent = request('order-1');
    const response = approveOnce(shop.approvals, pay, sent);
    await vi.advanceTimersByTimeAsync(5000);
    expect(await (await response).json()).toEqual({ paid: true });
    expect(charge).toHaveBeenCalledOnce();
    expect(shop.phone.rings).toBe(1);
    const headers = pay.mock.calls.map(([{ headers }]) => headers.get('x-ciba-approval'));
    expect(headers).toEqual(['ask', expect.stringMatching(/^[\w-]{43}$/)]);
    expect(sent.headers.has('x-ciba-approval')).toBe(false);
  });

  test('returns the refusal after a denial, and nothing is done', async () => {
    const { shop, charge, pay } = createStore('deny');
    const response = approveOnce(shop.approvals, pay, request('order-1'));
    await vi.advanceTimersByTimeAsync(5000);
    expect((await response).status).toBe(403);
    expect(charge).not.toHaveBeenCalled();
  });

  test('returns the first response if no approval is asked for, its body unread', async () => {
    const { shop, pay } = createStore('approve');
    const response = await approveOnce(shop.approvals, pay, request('order-2'));
    expect(response.status).toBe(404);
    expect(await response.json()).toEqual({ error: 'notFound' });
    expect(pay).toHaveBeenCalledOnce();
    expect(shop.phone.rings).toBe(0);
  });

  test.each([
    ['without JSON', () => new Response('Sign in first.', { status: 401 })],
    ['with JSON of another kind', () => Response.json(null, { status: 401 })],
    ['that rings nobody', () => Response.json({ approval: null }, { status: 401 })],
  ])('returns a 401 %s', async (_, route) => {
    const { shop } = createStore('approve');
    expect((await approveOnce(shop.approvals, route, request('order-1'))).status).toBe(401);
  });

  test('ends with the signal of the request', async () => {
    const { shop, pay } = createStore('ignore');
    const controller = new AbortController();
    const gone = approveOnce(shop.approvals, pay, request('order-1', { signal: controller.signal }));
    const caught = gone.catch((reason: unknown) => reason);
    await vi.advanceTimersByTimeAsync(5000);
    controller.abort(new Error('The test has ended.'));
    expect(await caught).toMatchObject({ message: 'The test has ended.' });
    expect(pay).toHaveBeenCalledOnce();
  });

  test('throws what the route throws', async () => {
    const { shop, pay } = createStore('approve');
    await expect(approveOnce(shop.approvals, pay, request('order-1', { headers: {} }))).rejects.toThrow(
      'Nobody is signed in.',
    );
  });
});
