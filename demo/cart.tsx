import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query';
import { useState } from 'react';
import { createHttpApprovalAdapter } from 'react-ciba/adapters/http';
import { CibaApproval } from 'react-ciba/approvals';

/** An order as the page sees it. */
export interface Order {
  readonly id: string;
  readonly item: string;
  readonly cents: number;
  readonly paid: boolean;
}

async function readOrder(response: Response): Promise<Order> {
  if (!response.ok) throw new Error(`The shop responded with ${response.status}.`);
  return (await response.json()) as Order;
}

/** Pays, or resolves with the ID of the approval that is missing. `approval` is such an ID, or 'ask' to send the push. */
async function sendPayment(path: string, approval: string): Promise<Order | string> {
  const response = await fetch(path, { method: 'POST', headers: { 'x-ciba-approval': approval } });
  if (response.status !== 401) return readOrder(response);
  const challenge = (await response.json()) as { readonly approval?: unknown };
  if (typeof challenge.approval === 'string') return challenge.approval;
  throw new Error('The shop asked for no approval.');
}

const price = new Intl.NumberFormat('en', { style: 'currency', currency: 'EUR' });

/**
 * The cart. A payment waits in the page and not in the dialog of `ApprovalProvider`, which would cover the phone beside it.
 */
export function Cart({ basePath }: { basePath: string }) {
  const queryClient = useQueryClient();
  const [adapter] = useState(() => createHttpApprovalAdapter({ basePath: `${basePath}/approvals` }));
  const [approval, setApproval] = useState<string | null>(null);
  const keep = (order: Order) => queryClient.setQueryData(['order'], order);
  const { data: order } = useQuery({
    queryKey: ['order'],
    queryFn: async () => readOrder(await fetch(`${basePath}/orders/current`)),
  });
  const pay = useMutation({
    mutationFn: (id: string) => sendPayment(`${basePath}/orders/pay`, id),
    onSuccess: (answer) => {
      setApproval(typeof answer === 'string' ? answer : null);
      if (typeof answer !== 'string') keep(answer);
    },
    onError: () => setApproval(null),
  });
  const next = useMutation({
    mutationFn: async () => readOrder(await fetch(`${basePath}/orders/next`, { method: 'POST' })),
    onSuccess: keep,
  });

  if (!order) return null;
  if (approval !== null) {
    return (
      <CibaApproval
        key={approval}
        id={approval}
        adapter={adapter}
        layout="inline"
        messages={{ 'approval.approved.title': 'Payment approved' }}
        onApproved={() => pay.mutate(approval)}
        onRetry={() => pay.mutate('ask')}
        onCancelled={() => setApproval(null)}
      />
    );
  }
  const total = price.format(order.cents / 100);
  return (
    <section className="cart" aria-labelledby="cart">
      <h2 id="cart">{order.paid ? 'Paid. Thank you!' : 'Your cart'}</h2>
      <p className="line">
        <span>{order.item}</span>
        <strong>{total}</strong>
      </p>
      <p className="quiet">Order {order.id}</p>
      {pay.isError && <p role="alert">The payment didn’t go through. Try again.</p>}
      {order.paid ? (
        <button type="button" className="button" disabled={next.isPending} onClick={() => next.mutate()}>
          Order another one
        </button>
      ) : (
        <button type="button" className="button main" disabled={pay.isPending} onClick={() => pay.mutate('ask')}>
          Pay {total}
        </button>
      )}
    </section>
  );
}
