/** A phone, as a {@link DeviceStore} keeps it. Times are wall-clock milliseconds. */
export interface DeviceRecord {
  readonly id: string;
  /** The user's ID in the app. */
  readonly subject: string;
  readonly name: string;
  /** The hash of the cookie. Unique. */
  readonly cookieHash: string;
  /** The hash of the cookie that replaces it, once the phone sends that one. */
  readonly nextCookieHash?: string | null;
  /** The ID of the passkey. Unique. */
  readonly credentialId: string;
  /** The passkey's public key (COSE), as base64url. */
  readonly publicKey: string;
  readonly signCount: number;
  readonly transports: readonly string[];
  /** The model of the authenticator, or zeros. */
  readonly aaguid: string;
  /** Whether the passkey may be synced, and whether it is. */
  readonly backupEligible: boolean;
  readonly backedUp: boolean;
  readonly addedAt: number;
  readonly usedAt: number;
  /** Until when the phone answers sign-ins only. */
  readonly recoveryUntil?: number | null;
  /** Where notifications go. */
  readonly push?: PushSubscriptionRecord | null;
}

/** A web push subscription. */
export interface PushSubscriptionRecord {
  readonly endpoint: string;
  readonly p256dh: string;
  readonly auth: string;
}

/** What of a phone may change. `null` removes an optional value. */
export type DeviceChange = Partial<Omit<DeviceRecord, 'id' | 'subject' | 'credentialId' | 'publicKey'>>;

/**
 * Keeps the phones of all users. It must outlive restarts. Every method is one atomic step.
 *
 * @throws CibaError `unavailable` from every method, if the store can't be reached
 * @example
 * const devices: DeviceStore = createMemoryDeviceStore();
 */
export interface DeviceStore {
  /** All phones of a user, oldest first. */
  list(subject: string): Promise<readonly DeviceRecord[]>;
  /** Adds a phone, unless the user has `most` already or the passkey belongs to a phone. */
  add(device: DeviceRecord, options: { readonly most: number }): Promise<'added' | 'full' | 'credentialTaken'>;
  /** The phone with this `cookieHash` or `nextCookieHash`, or `null`. */
  findByCookie(cookieHash: string): Promise<DeviceRecord | null>;
  /** Changes a phone. Does nothing if it is gone: a change must not bring it back. */
  update(id: string, change: DeviceChange): Promise<void>;
  /** Removes a phone of this user. Returns whether there was one. */
  remove(subject: string, id: string): Promise<boolean>;
}
