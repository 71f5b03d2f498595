import type { ApprovalMessages, Messages } from '../contract/messages.js';
import { enApproval } from '../locales/en.js';

/** The texts of a login that say what it is for, and that have their like for approvals. */
const PURPOSE = [
  'idle.title',
  'idle.text',
  'idle.start',
  'idle.after.otherTab',
  'approved.finishingText',
  'approved.title',
  'error.sessionRefused.title',
  'error.unauthorized.title',
  'error.unauthorized.text',
  'error.notFound.text',
] as const;

/** They offer a new request, which only an app with `onRetry` can make. */
const OFFERS = ['denied.text', 'expired.text'] as const;

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
  const keys = offersRetry ? PURPOSE : [...PURPOSE, ...OFFERS];
  return {
    messages: { ...overrides, ...Object.fromEntries(keys.map((key) => [key, approval[`approval.${key}`]])) },
    approval,
  };
}
