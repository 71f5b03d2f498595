import { scopedKey } from './keys.js';
import type { CibaStore, StoreStep } from './store.js';

/**
 * The same store behind one handler's origin and path. Handlers that share a store can't be confused this way: a cookie of
 * the staging server names nothing on the production server.
 */
export function scopeStore(store: CibaStore, owner: { readonly origin: string; readonly basePath: string }): CibaStore {
  const scoped = (key: string) => scopedKey(owner, key);
  return {
    get: (key) => store.get(scoped(key)),
    set: (key, value, ttl) => store.set(scoped(key), value, ttl),
    delete: (key) => store.delete(scoped(key)),
    setIfAbsent: (key, value, ttl) => store.setIfAbsent(scoped(key), value, ttl),
    deleteIfEquals: (key, value) => store.deleteIfEquals(scoped(key), value),
    increment: (key, by, ttl) => store.increment(scoped(key), by, ttl),
    setIfGreater: (key, to, ttl) => store.setIfGreater(scoped(key), to, ttl),
    addToIndex: (key, member, order, ttl) => store.addToIndex(scoped(key), member, order, ttl),
    removeFromIndex: (key, member) => store.removeFromIndex(scoped(key), member),
    readIndex: (key, range) => store.readIndex(scoped(key), range),
    acquireSlot: (key, slot, ttl) => store.acquireSlot(scoped(key), slot, ttl),
    releaseSlot: (key, member) => store.releaseSlot(scoped(key), member),
    consume: (key, limit) => store.consume(scoped(key), limit),
    batch: (steps) =>
      store.batch(steps.map(([method, key, ...values]) => [method, scoped(key), ...values] as StoreStep)),
    publish: (channel) => store.publish(scoped(channel)),
    subscribe: (channel, onMessage) => store.subscribe(scoped(channel), onMessage),
    ping: () => store.ping(),
  };
}
