import { maskedKey, PERSONAL_KEYS, scopedKey, SECRET_VALUES } from './keys.js';
import type { Sealing } from './sealing.js';
import type { CibaStore, StoreStep } from './store.js';

/**
 * The same store behind one handler's origin and path. Handlers that share a store can't be confused this way: a cookie
 * of the staging server names nothing on the production server. With `sealing`, an attacker who reads the store finds
 * neither a secret nor who signs in.
 */
export function scopeStore(
  store: CibaStore,
  owner: { readonly origin: string; readonly basePath: string },
  sealing: Sealing | null,
): CibaStore {
  /** The keys that a value may be found under, the one to write first. */
  function keysOf(key: string): readonly string[] {
    if (!sealing || !PERSONAL_KEYS.test(key)) return [scopedKey(owner, key)];
    return sealing.masks(key).map((name) => scopedKey(owner, maskedKey(key, name)));
  }

  const scoped = (key: string) => keysOf(key)[0] ?? key;
  const close = (key: string, value: unknown) =>
    sealing && SECRET_VALUES.test(key) ? sealing.seal(scoped(key), value) : value;
  const open = <Value>(key: string, value: Value | undefined) =>
    sealing && SECRET_VALUES.test(key) && value !== undefined ? sealing.open<Value>(scoped(key), value) : value;

  return {
    async get<Value>(key: string) {
      for (const name of keysOf(key)) {
        const value = open(key, await store.get<Value>(name));
        if (value !== undefined) return value;
      }
      return undefined;
    },
    set: (key, value, ttlSeconds) => store.set(scoped(key), close(key, value), ttlSeconds),
    delete: (key) => store.delete(scoped(key)),
    async setIfAbsent<Value>(key: string, value: Value, ttlSeconds: number) {
      const answer = await store.setIfAbsent<unknown>(scoped(key), close(key, value), ttlSeconds);
      // A value that can't be opened is ignored. This value is used instead, and the stored one expires.
      return { claimed: answer.claimed, value: answer.claimed ? value : (open(key, answer.value as Value) ?? value) };
    },
    deleteIfEquals: (key, value) => store.deleteIfEquals(scoped(key), value),
    increment: (key, by, ttlSeconds) => store.increment(scoped(key), by, ttlSeconds),
    setIfGreater: (key, to, ttlSeconds) => store.setIfGreater(scoped(key), to, ttlSeconds),
    addToIndex: (key, member, order, ttlSeconds) => store.addToIndex(scoped(key), member, order, ttlSeconds),
    async removeFromIndex(key, member) {
      for (const name of keysOf(key)) await store.removeFromIndex(name, member);
    },
    async readIndex(key, range) {
      const members = new Set<string>();
      for (const name of keysOf(key)) for (const member of await store.readIndex(name, range)) members.add(member);
      return [...members].slice(0, range.limit);
    },
    acquireSlot: (key, slot, ttlSeconds) =>
      store.acquireSlot(scoped(key), sealing ? { ...slot, owner: sealing.mask(slot.owner) } : slot, ttlSeconds),
    releaseSlot: (key, member) => store.releaseSlot(scoped(key), member),
    consume: (key, limit) => store.consume(scoped(key), limit),
    async batch(steps) {
      const answers = await store.batch(
        steps.map(([method, key, ...values]) => {
          const writes = method === 'set' || method === 'setIfAbsent';
          const sealed = writes ? [close(key, values[0]), ...values.slice(1)] : values;
          return [method, scoped(key), ...sealed] as unknown as StoreStep;
        }),
      );
      return answers.map((answer, place) => {
        const [method, key] = steps[place] ?? [];
        return method === 'get' && key !== undefined ? open(key, answer) : answer;
      });
    },
    publish: (channel) => store.publish(scoped(channel)),
    subscribe: (channel, onMessage) => store.subscribe(scoped(channel), onMessage),
    ping: () => store.ping(),
  };
}
