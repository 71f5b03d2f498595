/** What a browser says about its device, in names that everyone knows. Both are absent if it says nothing known. */
export interface DeviceName {
  /** Such as `Firefox`. */
  readonly browser?: string;
  /** Such as `Windows` or `iPhone`. */
  readonly system?: string;
}

/** A session of an account, as its user and the app may see it. All times are in milliseconds since 1970. */
export interface AccountSession {
  /** Names the session, to end it. It signs no one in. */
  readonly id: string;
  /** The device, as far as its browser says. */
  readonly device: DeviceName;
  readonly createdAt: number;
  /** Exact to a twentieth of `sessionIdleLifetime`. */
  readonly lastUsedAt: number;
  /** When it ends if it isn't used any more. */
  readonly expiresAt: number;
  /** How the user signed in. */
  readonly method: 'push' | 'code';
  /** The authentication context class that was reached, if the provider says so. */
  readonly acr?: string;
  /** Whether it is the session that asks. */
  readonly current: boolean;
}
