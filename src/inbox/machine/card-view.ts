import type { SnapshotFrom } from 'xstate';
import type { InboxAnswer, InboxCard } from '../../contract/inbox.js';
import type { CardProblem, cardMachine } from './card.machine.js';

/** How a card ended, as the phone tells it. `late` and `unsure`: see `CardDelivery`. */
export type CardEndStatus =
  'approved' | 'denied' | 'reported' | 'mismatched' | 'answeredElsewhere' | 'cancelled' | 'expired' | 'late' | 'unsure';

/** The state of the open card. */
export type CardState =
  | {
      readonly status: 'reviewing';
      readonly problem: CardProblem | null;
      /** Numbers that may still be tried, after a wrong one. */
      readonly attemptsLeft: number | null;
    }
  /** `checking`: the number is compared. `verifying`: the passkey dialog is open. Both can still be denied. */
  | { readonly status: 'checking' | 'verifying' | 'deciding' | 'sending' | 'failed' }
  | {
      readonly status: CardEndStatus;
      /** Whether it had ended when the user reported it. */
      readonly reportedLate: boolean;
      /** Whether a report would tell the app something. */
      readonly canReport: boolean;
    };

/** The open card: what is asked, and how far the answer is. */
export type CardView = CardState &
  Pick<InboxCard, 'id' | 'requester' | 'shown' | 'digits' | 'lifetime'> & {
    /** In wall-clock milliseconds of this phone. */
    readonly expiresAt: number;
  };

/** How the phone tells an answer. */
export function endOf({ status, delivery, mine, reported }: InboxAnswer): CardEndStatus {
  if (reported || status === 'reported') return 'reported';
  if (status !== 'approved') return status === 'denied' && !mine ? 'answeredElsewhere' : status;
  if (!mine) return 'answeredElsewhere';
  return delivery === 'late' || delivery === 'unsure' ? delivery : 'approved';
}

/** The state of the chart as the view has it, or `null` if no card is open. */
export function toCardState({ value, context }: SnapshotFrom<typeof cardMachine>): CardState | null {
  const { card, problem, answer } = context;
  if (typeof value === 'object') {
    const { open: status } = value;
    if (status !== 'reviewing') return { status };
    return { status, problem, attemptsLeft: card?.attemptsLeft ?? null };
  }
  if (value === 'closed' || value === 'settling') return null;
  if (value !== 'ended') return { status: value };
  if (!answer) return null;
  const status = endOf(answer);
  return {
    status,
    reportedLate: status === 'reported' && answer.status !== 'reported',
    canReport: status === 'approved' || status === 'answeredElsewhere' || status === 'unsure',
  };
}
