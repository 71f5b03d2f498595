import { hash } from '../secrets.js';
import { IRREPLACEABLE_VALUES, maskedKey, PERSONAL_KEYS, scopedKey, SECRET_VALUES } from './keys.js';
import type { KeyScope } from './keys.js';
import type { Sealing } from './sealing.js';
import { runSteps } from './run-steps.js';
import type { CibaStore, StoreStep } from './store.js';

/** Characters of a handler's name in the store, 72 bits. No attacker can find another origin with the same name. */
const SCOPE_CHARACTERS = 12;

const nameOf = (...parts: readonly string[]) => hash('scope', ...parts).slice(0, SCOPE_CHARACTERS);

/** Stands for a value that is there, but that none of this process's secrets opens. */
export const UNREADABLE: unique symbol = Symbol('unreadable');

type Slot = Parameters<CibaStore['acquireSlot']>[1];

/** Steps that reach a key under each name that it may have. */
const UNDER_ALL_NAMES: ReadonlySet<string> = new Set([
  'get',
  'delete',
  'deleteIfEquals',
  'removeFromIndex',
  'releaseSlot',
]);

/** Steps that depend on what stands under a key, and where their lifetime is. */
const DEPENDING: ReadonlyMap<string, number> = new Map([
  ['setIfAbsent', 3],
  ['setIfEquals', 4],
  ['increment', 3],
  ['setIfGreater', 3],
]);

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
  function open<Value>(key: string, value: Value | undefined, name = scoped(key)): Value | undefined {
    if (!sealing || !SECRET_VALUES.test(key) || value === undefined) return value;
    const opened = sealing.open<Value>(name, value);
    return opened === undefined && IRREPLACEABLE_VALUES.test(key) ? (UNREADABLE as Value) : opened;
  }
  const masked = (slot: Slot) => (sealing ? { ...slot, owner: sealing.mask(slot.owner) } : slot);
  /** A value that can't be opened is ignored. The caller's value is used instead, and the stored one expires. */
  const openClaim = (key: string, value: unknown, answer: { claimed: boolean; value: unknown }) => ({
    claimed: answer.claimed,
    value: answer.claimed ? value : (open(key, answer.value) ?? value),
  });

  /** The steps that a step takes in the store: reading and removing take one for each name that the key may have. */
  function stepsOf([method, key, ...values]: StoreStep): readonly StoreStep[] {
    if (UNDER_ALL_NAMES.has(method)) {
      return keysOf(key).map((name) => [method, name, ...values] as unknown as StoreStep);
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
    if (method === 'get') {
      return answers.map((answer, place) => open(key, answer, keysOf(key)[place])).find((one) => one !== undefined);
    }
    if (method === 'deleteIfEquals') return answers.includes(true);
    const [answer] = answers;
    return method === 'setIfAbsent' ? openClaim(key, value, answer as { claimed: boolean; value: unknown }) : answer;
  }

  /**
   * Moves what stands under the name by an older secret to the name by the newest one. Counts, lockouts and used codes would
   * otherwise start over with each new secret, and a lockout that is replaced only while it stands could never be replaced.
   */
  async function carryOver(steps: readonly StoreStep[]): Promise<void> {
    await Promise.all(
      steps.flatMap((step) => {
        const [method, key] = step;
        const ttlSeconds = (step as readonly unknown[])[DEPENDING.get(method) ?? -1];
        const [newest = key, ...older] = typeof ttlSeconds === 'number' ? keysOf(key) : [];
        return older.map(async (name) => {
          const stored = await store.get<unknown>(name);
          if (stored === undefined) return;
          const value = close(key, open(key, stored, name));
          if ((await store.setIfAbsent(newest, value, ttlSeconds as number)).claimed) await store.delete(name);
        });
      }),
    );
  }

  /** Takes one step, by itself if its key has only one name. */
  async function take<Answer>(step: StoreStep): Promise<Answer> {
    const [own, ...more] = stepsOf(step);
    if (!own || more.length > 0 || keysOf(step[1]).length > 1) return (await batch([step]))[0] as Answer;
    return readAnswer(step, await runSteps(store, [own])) as Answer;
  }

  async function batch(steps: readonly StoreStep[]): Promise<readonly unknown[]> {
    // Without secrets, each step is one step, and its answer is the answer.
    if (!sealing) {
      return store.batch(
        steps.map(([method, key, ...values]) => [method, scoped(key), ...values] as unknown as StoreStep),
      );
    }
    await carryOver(steps);
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
    get: (key) => take(['get', key]),
    set: (key, value, ttlSeconds) => store.set(scoped(key), close(key, value), ttlSeconds),
    delete: (key) => take(['delete', key]),
    setIfAbsent: (key, value, ttlSeconds) => take(['setIfAbsent', key, value, ttlSeconds]),
    deleteIfEquals: (key, value) => take(['deleteIfEquals', key, value]),
    setIfEquals: (key, expected, value, ttlSeconds) => take(['setIfEquals', key, expected, value, ttlSeconds]),
    increment: (key, by, ttlSeconds) => take(['increment', key, by, ttlSeconds]),
    setIfGreater: (key, to, ttlSeconds) => take(['setIfGreater', key, to, ttlSeconds]),
    addToIndex: (key, member, order, ttlSeconds) => store.addToIndex(scoped(key), member, order, ttlSeconds),
    removeFromIndex: (key, member) => take(['removeFromIndex', key, member]),
    async readIndex(key, range) {
      const lists = await Promise.all(keysOf(key).map((name) => store.readIndex(name, range)));
      return [...new Set(lists.flat())].slice(0, range.limit);
    },
    acquireSlot: (key, slot, ttlSeconds) => store.acquireSlot(scoped(key), masked(slot), ttlSeconds),
    releaseSlot: (key, member) => take(['releaseSlot', key, member]),
    consume: (key, limits) => store.consume(scoped(key), limits),
    batch,
    publish: (channel) => store.publish(scoped(channel)),
    subscribe: (channel, onMessage) => store.subscribe(scoped(channel), onMessage),
    ping: () => store.ping(),
  };
}
