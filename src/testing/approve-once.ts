import { APPROVAL_HEADER, ASK_FOR_APPROVAL } from '../contract/index.js';
import type { Approvals } from '../server/approvals/index.js';

/**
 * Calls a protected route as the page does: once with the order to send the push, and, when the approval has ended, once
 * more with its ID. Returns the first response if it asks for no approval, and otherwise the second one, which is a 403
 * unless the user approved. Use a phone that answers by itself.
 *
 * @param approvals whose `protect` the route calls
 * @param route the handler of your route
 * @param request what the page sends. It must come from a signed-in user; its `signal` ends the wait
 * @throws the signal's own reason when it was aborted; what the route throws
 * @example
 * import { createMemoryAdapter } from 'react-ciba/adapters/memory';
 * import { createApprovals } from 'react-ciba/approvals/server';
 *
 * const origin = 'https://shop.example';
 * const adapter = createMemoryAdapter({ phone: 'approve', after: 0, interval: 0.05 });
 * const approvals = createApprovals({ adapter, origin, requester: () => 'session-of-ada' });
 * const ask = { action: 'pay', subject: 'ada', loginHint: 'ada@example.com', data: null, transaction: { title: 'Pay 1 EUR' } };
 * const pay = (request: Request) => approvals.protect(request, ask, () => Response.json({ paid: true }));
 *
 * const response = await approveOnce(approvals, pay, new Request(origin + '/api/pay', { method: 'POST' }));
 */
export async function approveOnce(
  approvals: Pick<Approvals<unknown>, 'wait'>,
  route: (request: Request) => Response | Promise<Response>,
  request: Request,
): Promise<Response> {
  const send = async (approval: string) => {
    const copy = request.clone();
    copy.headers.set(APPROVAL_HEADER, approval);
    return route(copy);
  };
  const first = await send(ASK_FOR_APPROVAL);
  const id = await approvalOf(first.clone());
  if (id === undefined) return first;
  await approvals.wait(request, id, { signal: request.signal });
  return send(id);
}

/** The approval that a response asks for. Any other response has none, also another 401. */
async function approvalOf(response: Response): Promise<string | undefined> {
  if (response.status !== 401) return undefined;
  const body: unknown = await response.json().catch(() => undefined);
  const { approval } = Object(body) as { readonly approval?: unknown };
  return typeof approval === 'string' ? approval : undefined;
}
