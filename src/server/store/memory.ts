import { steadyClock } from '../clock.js';
import { limitKey } from './keys.js';
import { runSteps } from './run-steps.js';
import type { CibaStore } from './store.js';

/** Milliseconds between two sweeps of expired entries. */
const SWEEP_INTERVAL_MS = 10_000;

type Index = Record<string, number>;

interface Slot {
  readonly owner: string;
  readonly member: string;
  readonly until: number;
}

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
  let sweptAt = now();

  function read<Value>(key: string): Value | undefined {
    const entry = entries.get(key);
    return entry && entry.until > now() ? (JSON.parse(entry.json) as Value) : undefined;
  }

  function write(key: string, value: unknown, ttlSeconds: number): void {
    sweep();
    entries.set(key, { json: JSON.stringify(value), until: now() + ttlSeconds * 1000 });
  }

  /** Runs on writes. A timer would keep a process or a test alive. */
  function sweep(): void {
    if (now() - sweptAt < SWEEP_INTERVAL_MS) return;
    sweptAt = now();
    for (const [key, { until }] of entries) if (until <= sweptAt) entries.delete(key);
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
    async consume(key, { points, duration }) {
      const name = limitKey(points, duration, key);
      const left = ((entries.get(name)?.until ?? 0) - now()) / 1000;
      if (left <= 0) {
        write(name, 1, duration);
        return 0;
      }
      const count = (read<number>(name) ?? 0) + 1;
      write(name, count, left);
      return count > points ? Math.max(1, Math.ceil(left)) : 0;
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
