import type { AskKind, DeviceInfo, ShownAsk } from '../../contract/inbox.js';
import type { CallOptions, InitiateRequest, JsonValue, Transaction } from '../../contract/index.js';
import type { CibaStore, RateLimit } from '../../server/store/store.js';
import type { DeviceStore } from './devices/device-store.js';
import type { InboxEvent } from './events.js';

/** A user whom `find` found. */
export interface InboxUser {
  /** The user's ID in your app. It never changes. */
  readonly subject: string;
  /** What the card calls the account, for example "Ada". */
  readonly name: string;
}

/** Who approved, and when. */
export interface InboxApproval {
  readonly subject: string;
  readonly deviceId: string;
  /** Wall-clock milliseconds. */
  readonly approvedAt: number;
  /** How it was approved (RFC 8176). */
  readonly amr: readonly string[];
}

/** What `authRequest` and an approval may say of a card, besides what every backend is asked. */
export interface InboxRequest extends InitiateRequest {
  /** @default 'payment' with an amount, 'other' from `createApprovals`, otherwise 'signIn' */
  readonly kind?: AskKind;
  /** Where the request comes from, for example "Chrome on macOS, Berlin". The card says that your app says so. */
  readonly from?: string;
  /** Seconds until the card expires. @default the option `expiresIn` */
  readonly requestedExpiry?: number;
}

/** What is known of an ask. Never the number, and never what could approve it. */
export interface AskInfo {
  readonly id: string;
  readonly channel: string;
  /** Who signed the channel's call; `null` from the adapter. */
  readonly issuer: string | null;
  readonly clientId: string | null;
  /** The name on the card. */
  readonly requester: string;
  readonly subject: string;
  readonly account: string;
  readonly caller: NonNullable<CallOptions['caller']>;
  /** Wall-clock milliseconds. */
  readonly expiresAt: number;
  /** Your own server's words, from the adapter alone. */
  readonly transaction?: Transaction;
  readonly from?: string;
  /** What a channel sent without a signature. Anyone who may send a request could have made it up. */
  readonly unsigned: { readonly [field: string]: JsonValue };
}

/** What an approval needs besides the passkey; `refuse` ends the ask as if the user had denied. */
export type AskPolicy = { readonly number: 'enter' | 'none' } | 'refuse';

/** What was asked and what a phone signed. It doesn't prove what the user saw. */
export interface ApprovalProof {
  readonly v: 1;
  readonly id: string;
  readonly subject: string;
  readonly deviceId: string;
  readonly decision: 'approve';
  /** Wall-clock milliseconds. */
  readonly decidedAt: number;
  readonly channel: string;
  readonly issuer: string | null;
  readonly jti: string;
  readonly expiresAt: number;
  /** The JSON that the passkey signed by its digest, and that SHA-256 digest as base64url. */
  readonly text: string;
  readonly digest: string;
  readonly keyId: string;
  readonly publicKey: string;
  readonly flags: { readonly userVerified: boolean; readonly backupEligible: boolean; readonly backedUp: boolean };
  readonly authenticatorData: string;
  readonly clientDataJSON: string;
  readonly signature: string;
}

/** Keys for web push. `npx web-push generate-vapid-keys` makes them. */
export interface WebPushOptions {
  readonly publicKey: string;
  readonly privateKey: string;
  /** Whom a push service contacts about problems: a `mailto:` or https address. */
  readonly contact: string;
  /** Hosts that pushes may go to; `*.` stands for any subdomain. @default the services of Google, Mozilla, Apple and Microsoft */
  readonly hosts?: readonly string[];
}

/** Where asks come from, besides `inbox.adapter`: what `keycloakChannel` returns. */
export interface InboxChannel {
  readonly name: 'keycloak';
}

type Maybe<Value> = Value | null | undefined;

/**
 * The options of `createCibaInbox`, which throws `misconfigured` if one of them is invalid.
 *
 * @typeParam Session what a login gets; plain JSON
 */
export interface CibaInboxOptions<Session> {
  /** The public origin of the phone's page: https, or http://localhost. Passkeys belong to its host. */
  readonly origin: string;
  /** Your app's name on cards, notifications and passkey dialogs. */
  readonly app: string;
  /** Where the inbox is mounted. @default '/api/inbox' */
  readonly basePath?: string;
  /** The path of the phone's page. @default '/phone' */
  readonly page?: string;
  /**
   * Finds the user for a login hint. For an unknown user and for one without a phone, no card is made, and the login
   * waits until it expires.
   */
  readonly find: (loginHint: string) => Maybe<InboxUser> | Promise<Maybe<InboxUser>>;
  /** The session of an approved login. It belongs to the user who approved. `null` refuses the login. */
  readonly session: (approval: InboxApproval) => Session | null | Promise<Session | null>;
  /** Whether the account may still be used. Asked when a card is made and when it is approved. @default true */
  readonly active?: (subject: string) => boolean | Promise<boolean>;
  /** Keeps cards; may be the login's store. @default createMemoryStore() */
  readonly store?: CibaStore;
  /** Keeps phones. Required in production. @default createMemoryDeviceStore() */
  readonly devices?: DeviceStore;
  /**
   * Secrets of at least 32 characters. What the store keeps is then encrypted. The first one seals, all of them open.
   * Required in production.
   */
  readonly secrets?: readonly string[];
  /** A secret for events: `subject` and `digest` are HMACs under it. @default events have neither */
  readonly auditKey?: string;
  readonly channels?: readonly InboxChannel[];
  /**
   * Maps a channel's user to the user's ID in your app; all three values are signed. Without a result the ask is refused.
   * @default `sub`
   */
  readonly subject?: (caller: {
    readonly issuer: string;
    readonly clientId: string;
    readonly sub: string;
  }) => Maybe<string> | Promise<Maybe<string>>;
  /** What the card shows. Never take `kind` from `unsigned`. @default the transaction, or the account of a sign-in */
  readonly describe?: (ask: AskInfo) => ShownAsk | Promise<ShownAsk>;
  /**
   * What an approval needs besides the passkey. It sees neither the user nor anything unsigned, so that no sender can
   * weaken it. @default a number for `signIn` and `device`, and `refuse` if one is due but missing
   */
  readonly policy?: (
    ask: Omit<AskInfo, 'subject' | 'account' | 'unsigned'> & { readonly kind: AskKind; readonly hasNumber: boolean },
  ) => AskPolicy;
  /** For banks: no synced passkeys; only these models of authenticators. @default all */
  readonly passkey?: { readonly backedUp?: 'refuse'; readonly aaguids?: readonly string[] };
  /** What reading cards needs: the cookie, or also the passkey, for 10 minutes. @default 'cookie' */
  readonly view?: 'cookie' | 'passkey';
  /** @default the page rings only while it is open */
  readonly push?: WebPushOptions;
  /** Seconds until a card expires. @default 180 */
  readonly expiresIn?: number;
  /** The longest life of any card, in seconds. @default 600 */
  readonly maxLifeSeconds?: number;
  /** For each user, and apart for known browsers, strangers and approvals. @default 5 per minute and 20 per hour; 3 open */
  readonly limits?: { readonly rates?: readonly RateLimit[]; readonly open?: number };
  /** Receives every proof before anything is delivered, again until it resolves or the card's time is over. */
  readonly onProof?: (proof: ApprovalProof) => void | Promise<void>;
  /** A user says that they didn't start this; also after an approval, for a day. End that user's sessions here. */
  readonly onReport?: (subject: string, ask: AskInfo) => void | Promise<void>;
  readonly onDevice?: (subject: string, device: DeviceInfo, change: 'added' | 'removed') => void | Promise<void>;
  readonly onEvent?: (event: InboxEvent) => void;
  /** Wall-clock milliseconds. @default Date.now */
  readonly now?: () => number;
}
