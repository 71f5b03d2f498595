import { requireUser, type Shop, type User } from './shop.js';

/** An order in your database. */
export interface Order {
  readonly id: string;
  readonly buyer: string;
  readonly cents: number;
  /** The idempotency key of the payment. It belongs to the order, and is renewed only after a known failure. */
  readonly paymentKey: string;
  paid: boolean;
}

/** What your bank charges. A bank that has seen the key before charges nothing and gives the same answer. */
export type Charge = (payment: { readonly order: string; readonly cents: number }, key: string) => Promise<void>;

const euros = (cents: number) => (cents / 100).toFixed(2);

/** Both requests of a payment build the same ask, so it has no times and no random values. */
function askToPay(user: User, { id, cents }: Order) {
  const amount = { value: euros(cents), currency: 'EUR' };
  return {
    action: 'pay',
    subject: user.sub,
    loginHint: user.email,
    externalId: id,
    data: { order: id, cents },
    transaction: {
      title: `Pay ${amount.value} EUR to Example Shop`,
      amount,
      payee: 'Example Shop',
      details: [{ label: 'Order', value: id }],
    },
    authorizationDetails: [{ type: 'payment', instructedAmount: amount, creditor: 'Example Shop', reference: id }],
  };
}

/** `POST /api/pay { order }` */
export function createPayRoute({ approvals }: Shop, orders: ReadonlyMap<string, Order>, charge: Charge) {
  return async (request: Request): Promise<Response> => {
    const user = requireUser(request);
    const { order: id } = (await request.clone().json()) as { order: string };
    const order = orders.get(id);
    if (order?.buyer !== user.sub) return Response.json({ error: 'notFound' }, { status: 404 });
    // Look at your own state first: a browser that lost the answer asks again.
    if (order.paid) return Response.json({ paid: true });
    return approvals.protect(request, askToPay(user, order), async ({ data }) => {
      await charge(data, order.paymentKey);
      order.paid = true;
      return Response.json({ paid: true });
    });
  };
}
