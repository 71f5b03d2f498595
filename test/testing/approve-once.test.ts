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
    ['a 401 without JSON', 401, 'Sign in first.'],
    ['a 401 with JSON of another kind', 401, 'null'],
    ['a 401 that rings nobody', 401, '{"approval":null}'],
    ['a success that names an approval', 200, '{"approval":"one"}'],
  ])('returns %s as it is', async (_, status, body) => {
    const { shop } = createStore('approve');
    const response = await approveOnce(shop.approvals, () => new Response(body, { status }), request('order-1'));
    expect(response.status).toBe(status);
    expect(await response.text()).toBe(body);
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
