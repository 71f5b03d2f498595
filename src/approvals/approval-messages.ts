import type { ApprovalMessages, Messages } from '../contract/messages.js';
import { enApproval } from '../locales/en.js';

const PREFIX = 'approval.';

/** They offer a new request, which only an app with `onRetry` can make. */
const OFFERS = ['approval.denied.text', 'approval.expired.text'];

export interface ApprovalTexts {
  /** For the parts that a login has, too. */
  readonly messages: Partial<Messages>;
  /** For what only an approval shows. */
  readonly approval: ApprovalMessages;
}

/**
 * Puts the texts of approvals in the place of those about signing in. What an app sets for its login can't reach into an
 * approval.
 */
export function toApprovalTexts(
  overrides: Partial<Messages & ApprovalMessages> = {},
  offersRetry: boolean,
): ApprovalTexts {
  const approval: ApprovalMessages = { ...enApproval, ...overrides };
  const ownTexts = Object.entries(approval)
    .filter(([key]) => key.startsWith(PREFIX) && !(offersRetry && OFFERS.includes(key)))
    .map(([key, text]) => [key.slice(PREFIX.length), text]);
  return { messages: { ...overrides, ...Object.fromEntries(ownTexts) }, approval };
}
