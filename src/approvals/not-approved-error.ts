import type { ApprovalOutcome } from '../contract/approvals.js';

/**
 * The rejection of a call whose approval ended otherwise than approved. Nothing was carried out. A denial and an expiry
 * have been shown to the user already, and a cancel was the user's own, so that most apps show nothing more.
 *
 * @example
 * const retry = (count: number, error: Error) => !(error instanceof NotApprovedError) && count < 3;
 */
export class NotApprovedError extends Error {
  override readonly name = 'NotApprovedError';
  /** How the approval ended. */
  readonly outcome: Exclude<ApprovalOutcome, 'approved'>;

  constructor(outcome: Exclude<ApprovalOutcome, 'approved'>) {
    super(`The approval is ${outcome}: see \`outcome\`.`);
    this.outcome = outcome;
  }
}
