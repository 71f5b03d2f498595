// What the phone's page and the server of an inbox have in common: the bodies of the routes, and the adapter over them.

import type { JsonValue, TransactionAmount, WatchOptions } from './adapter.js';

/** What is asked. The server decides it, never who sends the request. `device` adds a phone. */
export type AskKind = 'signIn' | 'payment' | 'call' | 'task' | 'other' | 'device';

/** What a card shows. Every text is one line without invisible characters. */
export interface ShownAsk {
  readonly kind: AskKind;
  /** @default the kit's own title for this kind */
  readonly title?: string;
  /** The amount of a payment. It is never cut. */
  readonly amount?: TransactionAmount;
  /** Who receives the amount, at most 70 characters. It is never cut. */
  readonly payee?: string;
  /** Whose account it is about, for example "Ada". */
  readonly account?: string;
  /** Where the request says it comes from, for example "Chrome on macOS, Berlin". The card says who claims it. */
  readonly from?: string;
  readonly details?: readonly { readonly label: string; readonly value: string }[];
}

/** How a card ended. `mismatched`: the third wrong number. The first end is the only one. */
export type CardEnd = 'approved' | 'denied' | 'reported' | 'mismatched' | 'expired' | 'cancelled';

/**
 * Whether the answer reached the one who asked. `late`: it came too late, and nothing was approved. `unsure`: it may or
 * may not have arrived, so the phone must not say that nothing happened.
 */
export type CardDelivery = 'sent' | 'sending' | 'late' | 'unsure';

/** The answer to an approval, a denial or a report. It is repeated for a day. */
export interface InboxAnswer {
  readonly status: CardEnd;
  readonly delivery: CardDelivery;
  /** Whether this phone decided it. */
  readonly mine: boolean;
  /** Whether this card was reported, also after another end. */
  readonly reported?: boolean;
}

/** One card of a list. */
export interface InboxCard {
  readonly id: string;
  /** Who asks: the app, or the name of a channel's client. */
  readonly requester: string;
  readonly shown: ShownAsk;
  readonly status: 'open' | CardEnd;
  /** Wall-clock milliseconds of the server. */
  readonly receivedAt: number;
  /** Seconds left, counted from `now` of the list. */
  readonly expiresIn: number;
  /** Seconds that the card lives in all. */
  readonly lifetime: number;
  /** How many digits must be entered, or `null` if none. */
  readonly digits: number | null;
  /** Numbers that may still be tried, if a wrong one was entered. */
  readonly attemptsLeft?: number;
  /** Absent while the card is open. */
  readonly delivery?: CardDelivery;
  readonly mine?: boolean;
  readonly reported?: boolean;
}

/** A phone that a user added. */
export interface DeviceInfo {
  readonly id: string;
  readonly name: string;
  /** Wall-clock milliseconds. */
  readonly addedAt: number;
  /** Wall-clock milliseconds. */
  readonly usedAt: number;
  /** Until when a recovered phone answers sign-ins only, in wall-clock milliseconds. */
  readonly recoveryUntil?: number;
  /** Whether it is the phone that asks. Only the list of all phones says so. */
  readonly current?: boolean;
  /** Whether it gets notifications. */
  readonly push: boolean;
  /** Whether its passkey is synced to other devices. */
  readonly backedUp: boolean;
}

/**
 * The answer of `GET requests`. `noDevice` (401): this browser is no phone; `removed` if it was one. `locked` (401): the
 * option `view` of the server is `passkey`, and cards are shown after `unlock`.
 */
export type InboxList =
  | {
      readonly status: 'ready';
      /** The server's wall-clock milliseconds. */
      readonly now: number;
      /** Who runs the inbox. */
      readonly app: string;
      readonly device: DeviceInfo;
      /** Until when cards that strangers start ring no bell, in wall-clock milliseconds. */
      readonly quietUntil: number | null;
      /** The key to subscribe to web push with, or `null` if the server sends none. */
      readonly pushKey: string | null;
      /** Open cards, soonest end first, and those that were named in `also`. */
      readonly requests: readonly InboxCard[];
    }
  | { readonly status: 'noDevice'; readonly removed: boolean }
  | { readonly status: 'locked' };

/** Options or answers of WebAuthn, as `@simplewebauthn/browser` takes and returns them. */
export type PasskeyJson = { readonly [field: string]: JsonValue };

/** The answer of `POST challenge`. */
export type InboxChallenge =
  | { readonly status: 'passkey'; readonly passkey: PasskeyJson }
  | { readonly status: 'wrongNumber'; readonly attemptsLeft: number }
  | InboxAnswer;

/** What a phone does besides answering cards. Each needs its passkey, with the challenge for this very act. */
export type DeviceAct =
  { readonly act: 'push' } | { readonly act: 'unlock' } | { readonly act: 'removeDevice'; readonly device: string };

/**
 * The answer of `POST register`. `passkey`: create a passkey with these options and send it. `waiting`: another phone
 * must approve; show the number, and ask again with the code alone. `wrongCode` is the one answer to a code that is
 * wrong, used or out of time, and to a refused card.
 */
export type RegisterAnswer =
  | { readonly status: 'passkey'; readonly app: string; readonly passkey: PasskeyJson }
  | { readonly status: 'waiting'; readonly number: string; readonly expiresIn: number }
  | { readonly status: 'added'; readonly device: DeviceInfo }
  | { readonly status: 'wrongCode' };

/** One step of adding a phone. */
export interface RegisterStep {
  /** The code of the invitation, as typed. */
  readonly code: string;
  /** The passkey that was made, with the second step. */
  readonly response?: PasskeyJson;
  /** The phone's name, for example "Pixel 9". */
  readonly name?: string;
}

/** A phone's side of an inbox. Every method throws `CibaError` if there is no answer, `notFound` for a card of another user. */
export interface InboxAdapter {
  /** `GET requests?also=id,id`: the open cards, and how those in `also` ended. */
  list(options: { readonly also: readonly string[]; readonly signal: AbortSignal }): Promise<InboxList>;
  /** `GET events`: calls `onSignal` when the list changed. Returns the unsubscribe function. */
  watch?(options: WatchOptions): () => void;
  /** `POST challenge { id, number? }` */
  challenge(id: string, number?: string): Promise<InboxChallenge>;
  /** `POST approve { id, assertion }`. @throws CibaError `refused` if the passkey doesn't prove this card on this phone */
  approve(id: string, assertion: PasskeyJson): Promise<InboxAnswer>;
  /** `POST deny { id }` */
  deny(id: string): Promise<InboxAnswer>;
  /** `POST report { id }`, also for a day after any end. */
  report(id: string): Promise<InboxAnswer>;
  /** `POST register { code, response?, name? }` */
  register(step: RegisterStep): Promise<RegisterAnswer>;
  /** `GET devices`: all phones of this user. */
  devices(): Promise<readonly DeviceInfo[]>;
  /** `POST devices/challenge { act, device? }`: what the passkey must sign for this act. */
  deviceChallenge(act: DeviceAct): Promise<PasskeyJson>;
  /** `POST devices/remove { id, assertion }` */
  removeDevice(id: string, assertion: PasskeyJson): Promise<void>;
  /** `POST push { subscription, assertion }`; `null` turns notifications off. */
  push(subscription: PasskeyJson | null, assertion: PasskeyJson): Promise<void>;
  /** `POST unlock { assertion }`: shows cards for 10 minutes, where the list is `locked`. */
  unlock(assertion: PasskeyJson): Promise<void>;
}
