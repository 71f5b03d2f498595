import { findUser, requireUser, type Shop } from './shop.js';

/** A payout that a second person has to approve. */
export interface Payout {
  readonly id: string;
  readonly wantedBy: string;
  readonly cents: number;
  paid: boolean;
}

/** `POST /api/payouts/approve { payout, approver }`: asks another person than the one who wants it. */
export function createPayoutRoute({ approvals }: Shop, payouts: ReadonlyMap<string, Payout>) {
  return async (request: Request): Promise<Response> => {
    const user = requireUser(request);
    const { payout: id, approver } = (await request.clone().json()) as { payout: string; approver: string };
    const payout = payouts.get(id);
    // The kit compares who approves with `subject`. That the two differ is the app's own rule.
    if (payout?.wantedBy !== user.sub || approver === user.sub) {
      return Response.json({ error: 'refused' }, { status: 403 });
    }
    const { sub, email } = findUser(approver);
    const amount = { value: (payout.cents / 100).toFixed(2), currency: 'EUR' };
    const ask = {
      action: 'payout',
      subject: sub,
      loginHint: email,
      externalId: id,
      data: { payout: id },
      // The approver never sees this page, so the phone has to say everything.
      transaction: { title: `Pay out ${amount.value} EUR for ${user.email}`, amount },
      authorizationDetails: [{ type: 'payout', instructedAmount: amount, wantedBy: user.sub, reference: id }],
    };
    return approvals.protect(request, ask, () => {
      payout.paid = true;
      return Response.json({ paid: true });
    });
  };
}
