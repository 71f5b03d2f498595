/** How many acts are allowed per time window. */
export interface RateLimit {
  /** Acts allowed within `duration`. */
  readonly points: number;
  /** Length of the time window, in seconds. */
  readonly duration: number;
}

/** The methods that a batch can run: those that work on one key and don't depend on another step's result. */
type BatchMethod =
  | 'get'
  | 'set'
  | 'delete'
  | 'setIfAbsent'
  | 'setIfEquals'
  | 'deleteIfEquals'
  | 'increment'
  | 'setIfGreater'
  | 'addToIndex'
  | 'removeFromIndex'
  | 'acquireSlot'
  | 'releaseSlot'
  | 'consume';

/** One step of a batch: the method's name and what it is called with, such as `['set', key, value, 60]`. */
export type StoreStep = { [Name in BatchMethod]: readonly [Name, ...Parameters<CibaStore[Name]>] }[BatchMethod];

/**
 * Stores the handler's logins, sessions, lockouts and counts. Values are plain JSON. Every method is one atomic step, even
 * between processes that share the store. All times are in seconds. Keys contain only hashes, never a hint, a cookie or
 * an ID.
 *
 * @throws CibaError `unavailable` from every method, if the store can't be reached
 * @example
 * const store: CibaStore = createMemoryStore();
 */
export interface CibaStore {
  /** Returns the value, or `undefined` if there is none or it has expired. */
  get<Value>(key: string): Promise<Value | undefined>;
  /** Writes the value for `ttlSeconds`. */
  set(key: string, value: unknown, ttlSeconds: number): Promise<void>;
  /** Removes the value, if there is one. */
  delete(key: string): Promise<void>;
  /**
   * Writes the value for `ttlSeconds` if there is none. Only one of several callers gets `claimed: true`; all of them
   * get the stored value.
   */
  setIfAbsent<Value>(key: string, value: Value, ttlSeconds: number): Promise<{ claimed: boolean; value: Value }>;
  /**
   * Removes the value if it equals `value`, as JSON text. Returns whether it did. A caller that wrote a random value
   * can remove it this way, and never removes a value that another caller wrote since.
   */
  deleteIfEquals(key: string, value: unknown): Promise<boolean>;
  /**
   * Writes the value for `ttlSeconds` if the stored one equals `expected`, as JSON text. Returns whether it did. So a late
   * writer never replaces what another one wrote since.
   */
  setIfEquals(key: string, expected: unknown, value: unknown, ttlSeconds: number): Promise<boolean>;
  /** Adds `by` (starting from 0), renews the lifetime to `ttlSeconds`, and returns the new count. */
  increment(key: string, by: number, ttlSeconds: number): Promise<number>;
  /** Writes the number for `ttlSeconds` if it is greater than the stored one. Returns whether it was. */
  setIfGreater(key: string, to: number, ttlSeconds: number): Promise<boolean>;
  /**
   * Puts `member` into an ordered list at the position `order`, or moves it there. The list lasts for at least
   * `ttlSeconds`. Such lists find what belongs to an account, or what is due.
   */
  addToIndex(key: string, member: string, order: number, ttlSeconds: number): Promise<void>;
  /** Takes `member` out of the list, if it is there. */
  removeFromIndex(key: string, member: string): Promise<void>;
  /** Returns the first `limit` members of the list whose order is `upTo` at most, lowest first. */
  readIndex(key: string, range: { readonly upTo: number; readonly limit: number }): Promise<readonly string[]>;
  /**
   * Gives `member` a slot on behalf of `owner` for `ttlSeconds`. It succeeds if `owner` has a slot already, or if fewer
   * than `owners` others have one. Returns 0 on success, otherwise the seconds until a slot may be free. A member that
   * has a slot gets a new time.
   */
  acquireSlot(
    key: string,
    slot: { owner: string; member: string; owners: number },
    ttlSeconds: number,
  ): Promise<number>;
  /** Takes the slot from `member`, if it has one. */
  releaseSlot(key: string, member: string): Promise<void>;
  /**
   * Counts one act against every limit of a list, or against none if one of them is reached. Returns 0 if the act is
   * allowed, otherwise the seconds until all of them allow it. A window opens with the first act, and further acts don't
   * extend it.
   */
  consume(key: string, limits: readonly RateLimit[]): Promise<number>;
  /**
   * Runs several steps in this order and in one round trip, and returns their answers. Each step is atomic by itself, but the
   * batch isn't: other callers can come in between, and if one step fails, the batch rejects and others may have run.
   */
  batch(steps: readonly StoreStep[]): Promise<readonly unknown[]>;
  /** Calls all subscribers of the channel, in every process. Messages aren't kept for later subscribers. */
  publish(channel: string): Promise<void>;
  /** Subscribes to a channel. Returns the unsubscribe function. */
  subscribe(channel: string, onMessage: () => void): Promise<() => void>;
  /** Rejects if the store can't be reached. */
  ping(): Promise<void>;
}
