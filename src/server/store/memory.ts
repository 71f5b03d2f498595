import { steadyClock } from '../clock.js';
import { runSteps } from './run-steps.js';
import type { CibaStore } from './store.js';

/**
 * Entries that each write looks at for expired ones. More than one, so that the store sheds more than it takes in; few, so
 * that no single request waits while thousands are removed.
 */
const SWEPT_PER_WRITE = 4;

type Index = Record<string, number>;

interface Slot {
  readonly owner: string;
  readonly member: string;
  readonly until: number;
}

/** A time window of a limit. */
interface Window {
  readonly count: number;
  readonly until: number;
}

/** By limit. */
type Windows = Readonly<Record<string, Window>>;

/**
 * Keeps everything in this process's memory. Use it for a single process, for development and for tests. Its contents are
 * lost when the process ends.
 *
 * @param options.now wall-clock milliseconds. @default Date.now
 * @example
 * const store = createMemoryStore();
 */
export function createMemoryStore(options: { now?: () => number } = {}): CibaStore {
  const now = steadyClock(options.now ?? (() => Date.now()));
  // Values are kept as JSON text. No caller can change them through a reference, and a session that isn't plain JSON fails
  // here already, not only with an external store.
  const entries = new Map<string, { json: string; until: number }>();
  const listeners = new Map<string, Set<() => void>>();
  let sweeping = entries.entries();

  function read<Value>(key: string): Value | undefined {
    const entry = entries.get(key);
    return entry && entry.until > now() ? (JSON.parse(entry.json) as Value) : undefined;
  }

  function write(key: string, value: unknown, ttlSeconds: number): void {
    sweep();
    entries.set(key, { json: JSON.stringify(value), until: now() + ttlSeconds * 1000 });
  }

  /** Runs on writes, and goes round and round. A timer would keep a process or a test alive. */
  function sweep(): void {
    for (let looked = 0; looked < SWEPT_PER_WRITE; looked += 1) {
      const next = sweeping.next();
      if (next.done) {
        sweeping = entries.entries();
        return;
      }
      const [key, { until }] = next.value;
      if (until <= now()) entries.delete(key);
    }
  }

  const store: CibaStore = {
    async get<Value>(key: string) {
      return read<Value>(key);
    },
    async set(key, value, ttlSeconds) {
      write(key, value, ttlSeconds);
    },
    async delete(key) {
      entries.delete(key);
    },
    async setIfAbsent<Value>(key: string, value: Value, ttlSeconds: number) {
      const stored = read<Value>(key);
      if (stored !== undefined) return { claimed: false, value: stored };
      write(key, value, ttlSeconds);
      return { claimed: true, value };
    },
    async deleteIfEquals(key, value) {
      const entry = entries.get(key);
      if (!entry || entry.until <= now() || entry.json !== JSON.stringify(value)) return false;
      return entries.delete(key);
    },
    async setIfEquals(key, expected, value, ttlSeconds) {
      const entry = entries.get(key);
      if (!entry || entry.until <= now() || entry.json !== JSON.stringify(expected)) return false;
      write(key, value, ttlSeconds);
      return true;
    },
    async increment(key, by, ttlSeconds) {
      const count = (read<number>(key) ?? 0) + by;
      write(key, count, ttlSeconds);
      return count;
    },
    async setIfGreater(key, to, ttlSeconds) {
      if (to <= (read<number>(key) ?? -Infinity)) return false;
      write(key, to, ttlSeconds);
      return true;
    },
    async addToIndex(key, member, order, ttlSeconds) {
      const seconds = Math.max(ttlSeconds, ((entries.get(key)?.until ?? 0) - now()) / 1000);
      write(key, { ...read<Index>(key), [member]: order }, seconds);
    },
    async removeFromIndex(key, member) {
      const index = read<Index>(key);
      if (!index || !Object.hasOwn(index, member)) return;
      const { [member]: _, ...others } = index;
      write(key, others, ((entries.get(key)?.until ?? 0) - now()) / 1000);
    },
    async readIndex(key, { upTo, limit }) {
      return Object.entries(read<Index>(key) ?? {})
        .filter(([, order]) => order <= upTo)
        .toSorted(([a, first], [b, second]) => first - second || (a < b ? -1 : 1))
        .slice(0, limit)
        .map(([member]) => member);
    },
    async acquireSlot(key, { owner, member, owners }, ttlSeconds) {
      const others = (read<Slot[]>(key) ?? []).filter((slot) => slot.until > now() && slot.member !== member);
      const names = new Set(others.map((slot) => slot.owner));
      if (!names.has(owner) && names.size >= owners) {
        return Math.max(1, Math.ceil((Math.min(...others.map((slot) => slot.until)) - now()) / 1000));
      }
      const slots = [...others, { owner, member, until: now() + ttlSeconds * 1000 }];
      write(key, slots, (Math.max(...slots.map((slot) => slot.until)) - now()) / 1000);
      return 0;
    },
    async releaseSlot(key, member) {
      const others = (read<Slot[]>(key) ?? []).filter((slot) => slot.until > now() && slot.member !== member);
      if (others.length === 0) entries.delete(key);
      else write(key, others, (Math.max(...others.map((slot) => slot.until)) - now()) / 1000);
    },
    async consume(key, limits) {
      const windows = read<Windows>(key) ?? {};
      const next: Record<string, Window> = {};
      let waitMs = 0;
      for (const { points, duration } of limits) {
        const name = `${points}/${duration}`;
        const { count, until } = windows[name] ?? { count: 0, until: 0 };
        const leftMs = until - now();
        if (leftMs > 0 && count >= points) waitMs = Math.max(waitMs, leftMs);
        next[name] = leftMs > 0 ? { count: count + 1, until } : { count: 1, until: now() + duration * 1000 };
      }
      if (waitMs > 0) return Math.max(1, Math.ceil(waitMs / 1000));
      const latest = Math.max(...Object.values(next).map(({ until }) => until));
      if (limits.length > 0) write(key, { ...windows, ...next }, (latest - now()) / 1000);
      return 0;
    },
    batch: (steps) => runSteps(store, steps),
    async publish(channel) {
      // Listeners run in their own microtask, as messages from another process would.
      for (const listener of listeners.get(channel) ?? []) queueMicrotask(listener);
    },
    async subscribe(channel, onMessage) {
      const own = () => onMessage();
      const channelListeners = listeners.get(channel) ?? new Set();
      listeners.set(channel, channelListeners.add(own));
      return () => {
        channelListeners.delete(own);
        if (channelListeners.size === 0) listeners.delete(channel);
      };
    },
    async ping() {
      // Memory is always available.
    },
  };
  return store;
}
