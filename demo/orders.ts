import { randomUUID } from 'node:crypto';
import type { Approvals } from 'react-ciba/approvals/server';
import type { Order } from './cart.js';
import type { DemoAccount } from './users.js';

/** An order with the key that its payment has at the bank. It belongs to the order, never to an approval. */
interface StoredOrder extends Order {
  readonly paymentKey: string;
}

/** A bank that has seen a key before charges nothing and gives the same answer. */
function createBank() {
  const payments = new Map<string, number>();
  return {
    async charge(cents: number, key: string): Promise<void> {
      if (!payments.has(key)) payments.set(key, cents);
    },
  };
}

const createOrder = (): StoredOrder => ({
  id: randomUUID().slice(0, 8).toUpperCase(),
  item: 'Alpine mug',
  cents: 2490,
  paid: false,
  paymentKey: randomUUID(),
});

export interface OrdersOptions {
  readonly approvals: Approvals<unknown>;
  readonly basePath: string;
  /** The signed-in user of a request. */
  readonly userOf: (request: Request) => Promise<DemoAccount | null>;
}

/**
 * The shop's orders: `GET {basePath}/current`, `POST {basePath}/next` after a payment, and `POST {basePath}/pay`, which
 * needs an approval on the phone. Each user has one open order.
 */
export function createOrders({ approvals, basePath, userOf }: OrdersOptions): (request: Request) => Promise<Response> {
  const orders = new Map<string, StoredOrder>();
  const bank = createBank();

  function orderOf(user: DemoAccount): StoredOrder {
    const order = orders.get(user.id) ?? createOrder();
    orders.set(user.id, order);
    return order;
  }

  function pay(request: Request, user: DemoAccount): Promise<Response> {
    const order = orderOf(user);
    // A browser that lost the answer asks again.
    if (order.paid) return Promise.resolve(Response.json(shown(order)));
    const amount = { value: (order.cents / 100).toFixed(2), currency: 'EUR' };
    const ask = {
      action: 'pay',
      subject: user.id,
      loginHint: user.email,
      externalId: order.id,
      data: { cents: order.cents },
      // What the phone doesn't show isn't approved.
      bindingMessage: `Pay ${amount.value} EUR to Example Shop`,
      transaction: {
        title: `Pay ${amount.value} EUR to Example Shop`,
        amount,
        payee: 'Example Shop',
        details: [{ label: 'Order', value: order.id }],
      },
    };
    return approvals.protect(request, ask, async ({ data }) => {
      await bank.charge(data.cents, order.paymentKey);
      orders.set(user.id, { ...order, paid: true });
      return Response.json(shown(orderOf(user)));
    });
  }

  return async (request) => {
    const user = await userOf(request);
    if (!user) return Response.json({ error: 'unauthorized' }, { status: 401 });
    switch (`${request.method} ${new URL(request.url).pathname}`) {
      case `GET ${basePath}/current`:
        return Response.json(shown(orderOf(user)));
      case `POST ${basePath}/next`:
        if (orderOf(user).paid) orders.set(user.id, createOrder());
        return Response.json(shown(orderOf(user)));
      case `POST ${basePath}/pay`:
        return pay(request, user);
      default:
        return Response.json({ error: 'notFound' }, { status: 404 });
    }
  };
}

function shown({ id, item, cents, paid }: StoredOrder): Order {
  return { id, item, cents, paid };
}
