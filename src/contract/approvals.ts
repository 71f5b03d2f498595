// What the page and the server of an approval have in common.

/** The header that carries {@link ASK_FOR_APPROVAL}, or the ID of an approval, to a protected route. */
export const APPROVAL_HEADER = 'x-ciba-approval';

/** Takes the place of an approval's ID when the user asks for the push. Nothing else sends one. */
export const ASK_FOR_APPROVAL = 'ask';

/** What an approval gives the page. What it is good for stays on the server. */
export interface ApprovedApproval {
  readonly id: string;
}

/** How an approval ended. */
export type ApprovalOutcome = 'approved' | 'denied' | 'expired' | 'cancelled' | 'failed';

/**
 * What `approvals.run` resolves to: the value of the callback; or the ID of the approval that the user has to give first,
 * which is `null` if no push was asked for.
 */
export type ApprovalAnswer<Value> = { readonly value: Value } | { readonly approval: string | null };

/**
 * Why an approval can't be used. `used`: it was used before, and what it was for may have been done. `changed`: it was
 * given for something else. `late`: its time is over. `undecided`: the user has not answered.
 */
export type ApprovalRefusal = 'used' | 'changed' | 'late' | 'undecided';
