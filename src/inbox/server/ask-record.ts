import type { CardEnd, ShownAsk } from '../../contract/inbox.js';
import type { CallOptions, JsonValue, Transaction } from '../../contract/index.js';
import type { ApprovalProof } from './options.js';

/** One ask, as the store keeps it. Only its end changes. */
export interface AskRecord {
  readonly id: string;
  readonly subject: string;
  readonly account: string;
  readonly channel: string;
  readonly issuer: string | null;
  readonly clientId: string | null;
  readonly requester: string;
  /** Names the ask at its channel. */
  readonly jti: string;
  readonly caller: NonNullable<CallOptions['caller']>;
  readonly shown: ShownAsk;
  /** What must be entered. It is never sent to the phone. */
  readonly number: string | null;
  readonly receivedAt: number;
  readonly expiresAt: number;
  /** What the channel is answered with: anyone who has it can approve. */
  readonly reply: string | null;
  /** Whether there is no card: for unknown users, full inboxes and the like. */
  readonly decoy: boolean;
  readonly transaction?: Transaction;
  readonly from?: string;
  readonly unsigned: { readonly [field: string]: JsonValue };
}

/** How an ask ended. The proof is inside, so that no denied ask can have one. */
export interface AskEnd {
  readonly status: CardEnd;
  readonly at: number;
  readonly device: string | null;
  readonly proof: ApprovalProof | null;
}
