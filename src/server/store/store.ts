/** How many acts are allowed in how long. */
export interface RateLimit {
  /** Acts allowed within `duration`. */
  readonly points: number;
  /** Seconds. */
  readonly duration: number;
}

/**
 * Where the handler keeps logins, sessions, locks and counts. Values are plain JSON. Every method is one atomic step,
 * also between processes that share the store; all times are seconds. Keys hold no hint, cookie or id, only hashes.
 *
 * @example
 * const store: CibaStore = createMemoryStore();
 */
export interface CibaStore {
  /** The value, or `undefined` when there is none or its time is over. */
  get<Value>(key: string): Promise<Value | undefined>;
  /** Writes the value for `ttl` seconds. */
  set(key: string, value: unknown, ttl: number): Promise<void>;
  delete(key: string): Promise<void>;
  /** Writes the value only where none stands; of several callers one has `claimed`, and all get the value that stands. */
  setIfAbsent<Value>(key: string, value: Value, ttl: number): Promise<{ claimed: boolean; value: Value }>;
  /** Adds `by` (from 0 where nothing stands), renews the time to live, and answers the new count. */
  increment(key: string, by: number, ttl: number): Promise<number>;
  /** Sets the number if it is greater than the one that stands; answers whether it was. */
  setIfGreater(key: string, to: number, ttl: number): Promise<boolean>;
  /**
   * Lets `member` in on behalf of `owner` for `ttl` seconds, if `owner` is in already or fewer than `owners` others are.
   * Answers 0 when let in, else the seconds until a place may be free. The same member again renews its time.
   */
  acquireSlot(key: string, place: { owner: string; member: string; owners: number }, ttl: number): Promise<number>;
  /** Takes `member` out of what it entered. */
  releaseSlot(key: string, member: string): Promise<void>;
  /**
   * Counts one act against a limit; answers 0 when it is allowed, else the seconds to wait. A window opens with the
   * first act and is not prolonged by further ones.
   */
  consume(key: string, limit: RateLimit): Promise<number>;
  /** Calls back all who listen to the channel, in whatever process. Nothing is kept for those who come later. */
  publish(channel: string): Promise<void>;
  /** Listens to a channel; answers the way out. */
  subscribe(channel: string, onMessage: () => void): Promise<() => void>;
  /** Rejects when the store cannot be reached. */
  ping(): Promise<void>;
}
