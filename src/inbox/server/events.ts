import type { CardEnd } from '../../contract/inbox.js';

/**
 * What happens in the inbox, for logs and metrics. Events contain no number, no bearer, no hint, no account and no shown
 * text. `subject` and `digest` are HMACs under the option `auditKey`, and are absent without it.
 */
export interface InboxEvent {
  readonly type: InboxEventType;
  /** The card, as a hash that appears in all events about it. */
  readonly ask?: string;
  readonly reason?: string;
  /** Of `failed`: what the page shows its user, so that support finds this event. */
  readonly reference?: string;
  /** Seconds. */
  readonly retryAfter?: number;
  /** How often the channel was told. */
  readonly calls?: number;
  readonly subject?: string;
  /** What an approval's passkey signed. */
  readonly digest?: string;
}

export type InboxEventType =
  | 'received'
  | 'rang'
  | 'ringFailed'
  | 'unknownUser'
  | 'noDevice'
  | 'inactive'
  | 'limited'
  | 'full'
  | 'quiet'
  | 'refusedText'
  | 'refusedByPolicy'
  | 'forged'
  | 'repeated'
  | 'wrongNumber'
  | 'passkeyRefused'
  | Exclude<CardEnd, 'reported'>
  | 'reported'
  | 'delivered'
  | 'deliveryFailed'
  | 'deliveryUnsure'
  | 'deliveryLate'
  | 'proofFailed'
  | 'invited'
  | 'wrongCode'
  | 'deviceAdded'
  | 'deviceRemoved'
  | 'deviceRefused'
  | 'refused'
  | 'failed';
