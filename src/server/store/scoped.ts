import { hash } from '../secrets.js';
import { maskedKey, PERSONAL_KEYS, scopedKey, SECRET_VALUES } from './keys.js';
import type { KeyScope } from './keys.js';
import type { Sealing } from './sealing.js';
import type { CibaStore, StoreStep } from './store.js';

/** Characters of a handler's name in the store, 72 bits. No attacker can find another origin with the same name. */
const SCOPE_CHARACTERS = 12;

const nameOf = (...parts: readonly string[]) => hash('scope', ...parts).slice(0, SCOPE_CHARACTERS);

type Slot = Parameters<CibaStore['acquireSlot']>[1];

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
  const scope: KeyScope = { ofOrigin: nameOf(owner.origin), ofPath: nameOf(owner.origin, owner.basePath) };

  /** The keys that a value may be found under, the one to write first. */
  function keysOf(key: string): readonly string[] {
    if (!sealing || !PERSONAL_KEYS.test(key)) return [scopedKey(scope, key)];
    return sealing.masks(key).map((name) => scopedKey(scope, key, maskedKey(key, name)));
  }

  const scoped = (key: string) => keysOf(key)[0] ?? key;
  const close = (key: string, value: unknown) =>
    sealing && SECRET_VALUES.test(key) ? sealing.seal(scoped(key), value) : value;
  const open = <Value>(key: string, value: Value | undefined) =>
    sealing && SECRET_VALUES.test(key) && value !== undefined ? sealing.open<Value>(scoped(key), value) : value;
  const masked = (slot: Slot) => (sealing ? { ...slot, owner: sealing.mask(slot.owner) } : slot);
  /** A value that can't be opened is ignored. The caller's value is used instead, and the stored one expires. */
  const openClaim = (key: string, value: unknown, answer: { claimed: boolean; value: unknown }) => ({
    claimed: answer.claimed,
    value: answer.claimed ? value : (open(key, answer.value) ?? value),
  });

  /** The steps that a step takes in the store: reading and removing take one for each name that the key may have. */
  function stepsOf([method, key, ...values]: StoreStep): readonly StoreStep[] {
    if (method === 'get') return keysOf(key).map((name) => [method, name] as const);
    if (method === 'removeFromIndex') {
      return keysOf(key).map((name) => [method, name, String(values[0])] as const);
    }
    const [first, ...more] = values as readonly unknown[];
    const written =
      method === 'set' || method === 'setIfAbsent'
        ? [close(key, first), ...more]
        : method === 'acquireSlot'
          ? [masked(first as Slot), ...more]
          : values;
    return [[method, scoped(key), ...written] as unknown as StoreStep];
  }

  function readAnswer([method, key, value]: StoreStep, answers: readonly unknown[]): unknown {
    if (method === 'get') return answers.map((answer) => open(key, answer)).find((answer) => answer !== undefined);
    const [answer] = answers;
    return method === 'setIfAbsent' ? openClaim(key, value, answer as { claimed: boolean; value: unknown }) : answer;
  }

  async function batch(steps: readonly StoreStep[]): Promise<readonly unknown[]> {
    // Without secrets, each step is one step, and its answer is the answer.
    if (!sealing) {
      return store.batch(
        steps.map(([method, key, ...values]) => [method, scoped(key), ...values] as unknown as StoreStep),
      );
    }
    const groups = steps.map(stepsOf);
    const answers = (await store.batch(groups.flat())).values();
    return steps.map((step, place) =>
      readAnswer(
        step,
        Array.from(groups[place] ?? [], () => answers.next().value),
      ),
    );
  }

  return {
    async get<Value>(key: string) {
      const [name = key, ...others] = keysOf(key);
      if (others.length > 0) return (await batch([['get', key]]))[0] as Value | undefined;
      return open(key, await store.get<Value>(name));
    },
    set: (key, value, ttlSeconds) => store.set(scoped(key), close(key, value), ttlSeconds),
    delete: (key) => store.delete(scoped(key)),
    async setIfAbsent<Value>(key: string, value: Value, ttlSeconds: number) {
      const answer = await store.setIfAbsent<unknown>(scoped(key), close(key, value), ttlSeconds);
      return openClaim(key, value, answer) as { claimed: boolean; value: Value };
    },
    deleteIfEquals: (key, value) => store.deleteIfEquals(scoped(key), value),
    setIfEquals: (key, expected, value, ttlSeconds) => store.setIfEquals(scoped(key), expected, value, ttlSeconds),
    increment: (key, by, ttlSeconds) => store.increment(scoped(key), by, ttlSeconds),
    setIfGreater: (key, to, ttlSeconds) => store.setIfGreater(scoped(key), to, ttlSeconds),
    addToIndex: (key, member, order, ttlSeconds) => store.addToIndex(scoped(key), member, order, ttlSeconds),
    async removeFromIndex(key, member) {
      await batch([['removeFromIndex', key, member]]);
    },
    async readIndex(key, range) {
      const lists = await Promise.all(keysOf(key).map((name) => store.readIndex(name, range)));
      return [...new Set(lists.flat())].slice(0, range.limit);
    },
    acquireSlot: (key, slot, ttlSeconds) => store.acquireSlot(scoped(key), masked(slot), ttlSeconds),
    releaseSlot: (key, member) => store.releaseSlot(scoped(key), member),
    consume: (key, limits) => store.consume(scoped(key), limits),
    batch,
    publish: (channel) => store.publish(scoped(channel)),
    subscribe: (channel, onMessage) => store.subscribe(scoped(channel), onMessage),
    ping: () => store.ping(),
  };
}
