import { describe, expect, test, vi } from 'vitest';
import type { CibaStore } from '../../src/server/index.js';

export interface StoreHarness {
  readonly store: CibaStore;
  /** A second process that shares the store, if the store supports that. */
  readonly other: CibaStore;
  /** Makes the entries of the store older by so many seconds. */
  advance(seconds: number): Promise<void>;
}

/** Tests what every store must do. */
export function describeStore(name: string, getHarness: () => StoreHarness | Promise<StoreHarness>): void {
  describe(`the ${name} store`, () => {
    test('forgets a value when its time is over', async () => {
      const { store, other, advance } = await getHarness();
      await store.set('a', { n: 1, text: 'ü\u0000"' }, 10);
      expect(await other.get('a')).toEqual({ n: 1, text: 'ü\u0000"' });
      await advance(9);
      expect(await store.get('a')).toBeDefined();
      await advance(1.1);
      expect(await other.get('a')).toBeUndefined();
    });

    test.each([[null], [false], [0], [''], [[]], [{ __proto__: null, a: [1, 'b', null] }]])(
      'gives back what it was given: %j',
      async (value) => {
        const { store, other } = await getHarness();
        await store.set('a', value, 10);
        expect(await other.get('a')).toEqual(value);
      },
    );

    test('knows no value by default, and none that was deleted', async () => {
      const { store, other } = await getHarness();
      expect(await store.get('a')).toBeUndefined();
      await store.set('a', 1, 10);
      await other.delete('a');
      expect(await store.get('a')).toBeUndefined();
      await store.delete('never');
    });

    test('keeps no reference to what it was given', async () => {
      const { store } = await getHarness();
      const value = { n: 1 };
      await store.set('a', value, 10);
      value.n = 2;
      expect(await store.get('a')).toEqual({ n: 1 });
    });

    test('lets one of many callers write, and tells all of them the value', async () => {
      const { store, other, advance } = await getHarness();
      const claims = await Promise.all(
        Array.from({ length: 20 }, (_, n) => (n % 2 ? store : other).setIfAbsent('a', { n }, 10)),
      );
      expect(claims.filter(({ claimed }) => claimed)).toHaveLength(1);
      expect(new Set(claims.map(({ value }) => value.n)).size).toBe(1);
      expect(claims.find(({ claimed }) => claimed)?.value).toEqual(await store.get('a'));
      await advance(10.1);
      expect(await other.setIfAbsent('a', { n: 99 }, 10)).toEqual({ claimed: true, value: { n: 99 } });
    });

    test('lets the next caller write after a delete', async () => {
      const { store, other } = await getHarness();
      await store.setIfAbsent('a', 1, 10);
      await store.delete('a');
      expect((await other.setIfAbsent('a', 2, 10)).claimed).toBe(true);
    });

    test('removes a value only for whoever wrote it', async () => {
      const { store, other, advance } = await getHarness();
      await store.setIfAbsent('a', 'mine', 10);
      expect(await other.deleteIfEquals('a', 'theirs')).toBe(false);
      expect(await other.deleteIfEquals('a', 'min')).toBe(false);
      expect(await store.get('a')).toBe('mine');
      const answers = await Promise.all([1, 2, 3].map(() => store.deleteIfEquals('a', 'mine')));
      expect(answers.filter(Boolean)).toHaveLength(1);
      expect(await store.get('a')).toBeUndefined();
      expect(await store.deleteIfEquals('a', 'mine')).toBe(false);
      await store.set('b', { n: [1, null] }, 10);
      expect(await other.deleteIfEquals('b', { n: [1] })).toBe(false);
      expect(await other.deleteIfEquals('b', { n: [1, null] })).toBe(true);
      await store.set('c', 'mine', 10);
      await advance(10.1);
      expect(await store.deleteIfEquals('c', 'mine')).toBe(false);
    });

    test('replaces a value only if it is still the one that was read', async () => {
      const { store, other, advance } = await getHarness();
      expect(await store.setIfEquals('a', { n: 1 }, { n: 2 }, 10)).toBe(false);
      expect(await store.get('a')).toBeUndefined();
      await store.set('a', { n: 1 }, 10);
      expect(await other.setIfEquals('a', { n: 9 }, { n: 2 }, 10)).toBe(false);
      const answers = await Promise.all([2, 3, 4].map((n) => store.setIfEquals('a', { n: 1 }, { n }, 20)));
      expect(answers.filter(Boolean)).toHaveLength(1);
      expect(await other.get('a')).toEqual({ n: answers.indexOf(true) + 2 });
      await advance(19);
      expect(await store.get('a')).toBeDefined();
      await advance(1.1);
      expect(await other.setIfEquals('a', { n: answers.indexOf(true) + 2 }, 1, 10)).toBe(false);
    });

    test('counts, also down and at the same time, and renews the time to live', async () => {
      const { store, other, advance } = await getHarness();
      const counts = await Promise.all(
        Array.from({ length: 10 }, (_, n) => (n % 2 ? store : other).increment('n', 1, 10)),
      );
      expect(counts.toSorted((a, b) => a - b)).toEqual([1, 2, 3, 4, 5, 6, 7, 8, 9, 10]);
      await advance(6);
      expect(await store.increment('n', -1, 10)).toBe(9);
      await advance(6);
      expect(await store.get('n')).toBe(9);
      await advance(4.1);
      expect(await other.increment('n', 1, 10)).toBe(1);
    });

    test('raises a number only', async () => {
      const { store, other, advance } = await getHarness();
      expect(await store.setIfGreater('s', 59_000_000, 10)).toBe(true);
      const answers = await Promise.all([1, 2, 3].map(() => other.setIfGreater('s', 59_000_001, 10)));
      expect(answers.filter(Boolean)).toHaveLength(1);
      expect(await store.setIfGreater('s', 59_000_001, 10)).toBe(false);
      expect(await store.setIfGreater('s', 5, 10)).toBe(false);
      await advance(10.1);
      expect(await store.setIfGreater('s', 5, 10)).toBe(true);
    });

    test('lets as many owners in as there are places, each with any number of members', async () => {
      const { store, other, advance } = await getHarness();
      const acquire = (owner: string, member: string, ttl: number, by = store) =>
        by.acquireSlot('p', { owner, member, owners: 2 }, ttl);
      expect(await acquire('a', '1', 10)).toBe(0);
      expect(await acquire('a', '2', 20, other)).toBe(0);
      expect(await acquire('b', '3', 30)).toBe(0);
      expect(await acquire('c', '4', 10, other)).toBe(10);
      await store.releaseSlot('p', '3');
      await store.releaseSlot('p', 'never in');
      expect(await acquire('c', '4', 10)).toBe(0);
      await advance(20.1);
      expect(await acquire('d', '5', 10)).toBe(0);
      expect(await acquire('e', '6', 10)).toBe(0);
      expect(await acquire('f', '7', 10)).toBe(10);
    });

    test('lets one of many in at the same time', async () => {
      const { store, other } = await getHarness();
      const waits = await Promise.all(
        Array.from({ length: 10 }, (_, n) =>
          (n % 2 ? store : other).acquireSlot('p', { owner: `o${n}`, member: `m${n}`, owners: 1 }, 10),
        ),
      );
      expect(waits.filter((wait) => wait === 0)).toHaveLength(1);
    });

    test('renews the time of a member that enters again', async () => {
      const { store, advance } = await getHarness();
      const acquire = (owner: string, ttl: number) => store.acquireSlot('p', { owner, member: owner, owners: 1 }, ttl);
      await acquire('a', 5);
      await acquire('a', 20);
      await advance(6);
      expect(await acquire('b', 5)).toBe(14);
    });

    test('lists members in order, moves them, and forgets the list when its longest time is over', async () => {
      const { store, other, advance } = await getHarness();
      await store.addToIndex('i', 'late', 1_800_000_000_300, 10);
      await other.addToIndex('i', 'early', 1_800_000_000_100, 20);
      await store.addToIndex('i', 'middle', 1_800_000_000_200, 5);
      const read = (upTo: number, limit = 10, by = store) => by.readIndex('i', { upTo, limit });
      expect(await read(Infinity)).toEqual(['early', 'middle', 'late']);
      expect(await read(1_800_000_000_200, 10, other)).toEqual(['early', 'middle']);
      expect(await read(Infinity, 1)).toEqual(['early']);
      await store.addToIndex('i', 'early', 1_800_000_000_400, 5);
      expect(await read(Infinity)).toEqual(['middle', 'late', 'early']);
      await other.removeFromIndex('i', 'middle');
      await store.removeFromIndex('i', 'never in');
      expect(await read(Infinity)).toEqual(['late', 'early']);
      expect(await read(0)).toEqual([]);
      await advance(19);
      expect(await read(Infinity)).toEqual(['late', 'early']);
      await advance(1.1);
      expect(await read(Infinity)).toEqual([]);
    });

    test('runs the steps of a batch and answers in their order', async () => {
      const { store, other } = await getHarness();
      await store.set('old', 1, 10);
      const answers = await store.batch([
        ['get', 'old'],
        ['set', 'new', { n: 2 }, 10],
        ['setIfAbsent', 'claim', 'x', 10],
        ['increment', 'count', 3, 10],
        ['addToIndex', 'list', 'member', 1, 10],
        ['delete', 'old'],
      ]);
      expect(answers).toEqual([1, undefined, { claimed: true, value: 'x' }, 3, undefined, undefined]);
      expect(
        await other.batch([
          ['get', 'old'],
          ['get', 'new'],
        ]),
      ).toEqual([undefined, { n: 2 }]);
      expect(await other.readIndex('list', { upTo: 1, limit: 1 })).toEqual(['member']);
    });

    test('runs the steps of a batch in their order', async () => {
      const { store, other } = await getHarness();
      const slot = { owner: 'o', member: 'm', owners: 1 };
      const limit = [{ points: 1, duration: 10 }];
      expect(
        await store.batch([
          ['setIfAbsent', 'a', 'first', 10],
          ['get', 'a'],
          ['setIfEquals', 'a', 'first', 'second', 10],
          ['setIfEquals', 'a', 'first', 'third', 10],
          ['deleteIfEquals', 'a', 'second'],
          ['get', 'a'],
          ['acquireSlot', 's', slot, 10],
          ['acquireSlot', 's', { ...slot, owner: 'p', member: 'n' }, 10],
          ['releaseSlot', 's', 'm'],
          ['acquireSlot', 's', { ...slot, owner: 'p', member: 'n' }, 10],
          ['consume', 'l', limit],
          ['consume', 'l', limit],
        ]),
      ).toEqual([{ claimed: true, value: 'first' }, 'first', true, false, true, undefined, 0, 10, undefined, 0, 0, 10]);
      expect(await other.get('a')).toBeUndefined();
    });

    test('limits within a window that further acts do not prolong', async () => {
      const { store, other, advance } = await getHarness();
      const limit = [{ points: 2, duration: 10 }];
      expect(await store.consume('a', limit)).toBe(0);
      await advance(4);
      expect(await other.consume('a', limit)).toBe(0);
      expect(await store.consume('b', limit)).toBe(0);
      expect(await store.consume('a', [{ points: 9, duration: 60 }])).toBe(0);
      expect(await store.consume('a', limit)).toBe(6);
      expect(await other.consume('a', limit)).toBe(6);
      await advance(6.1);
      expect(await store.consume('a', limit)).toBe(0);
    });

    test('counts an act against all limits of a list, or against none', async () => {
      const { store, other, advance } = await getHarness();
      const limits = [
        { points: 1, duration: 10 },
        { points: 3, duration: 100 },
      ];
      for (let round = 0; round < 3; round += 1) {
        expect(await store.consume('a', limits)).toBe(0);
        // What is refused doesn't use up the longer window.
        for (let n = 0; n < 5; n += 1) expect(await other.consume('a', limits)).toBe(round < 2 ? 10 : 80);
        await advance(10);
      }
      expect(await store.consume('a', limits)).toBe(70);
      await advance(70);
      expect(await store.consume('a', limits)).toBe(0);
      expect(await store.consume('a', [])).toBe(0);
    });

    test('never lets more through than the limit, however many come at once', async () => {
      const { store, other } = await getHarness();
      const limit = [{ points: 5, duration: 10 }];
      const waits = await Promise.all(
        Array.from({ length: 40 }, (_, n) => (n % 2 ? store : other).consume('a', limit)),
      );
      expect(waits.filter((wait) => wait === 0)).toHaveLength(5);
    });

    test('calls back who listens, in every process, until they leave', async () => {
      const { store, other } = await getHarness();
      const here = vi.fn();
      const there = vi.fn();
      const elsewhere = vi.fn();
      const leaveHere = await store.subscribe('c', here);
      await store.subscribe('another', elsewhere);
      const leaveThere = await other.subscribe('c', there);
      await other.publish('c');
      await vi.waitFor(() => {
        expect(here).toHaveBeenCalledOnce();
        expect(there).toHaveBeenCalledOnce();
      });
      leaveHere();
      await store.publish('c');
      await vi.waitFor(() => expect(there).toHaveBeenCalledTimes(2));
      leaveThere();
      expect(here).toHaveBeenCalledOnce();
      expect(elsewhere).not.toHaveBeenCalled();
    });

    test('answers that it is there', async () => {
      const { store } = await getHarness();
      await expect(store.ping()).resolves.toBeUndefined();
    });
  });
}
