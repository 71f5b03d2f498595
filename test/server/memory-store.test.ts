// @vitest-environment node
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { createMemoryStore } from '../../src/server/index.js';
import { ADA, advance, createApp, useFakeTime } from './harness.js';

beforeEach(useFakeTime);
afterEach(() => void vi.useRealTimers());

describe('createMemoryStore', () => {
  it('forgets a value when its time is over', async () => {
    const store = createMemoryStore();
    await store.set('a', { n: 1 }, 10);
    expect(await store.get('a')).toEqual({ n: 1 });
    await advance(10);
    expect(await store.get('a')).toBeUndefined();
  });

  it('goes by the clock that it is given', async () => {
    let now = 0;
    const store = createMemoryStore({ now: () => now });
    await store.set('a', 1, 10);
    now = 9_999;
    expect(await store.get('a')).toBe(1);
    now = 10_000;
    expect(await store.get('a')).toBeUndefined();
  });

  it('keeps no reference to what it was given', async () => {
    const store = createMemoryStore();
    const value = { n: 1 };
    await store.set('a', value, 10);
    value.n = 2;
    expect(await store.get('a')).toEqual({ n: 1 });
  });

  it('lets one of many claim', async () => {
    const store = createMemoryStore();
    const claims = await Promise.all([1, 2, 3].map((n) => store.claim('a', n, 10)));
    expect(claims).toEqual([
      { claimed: true, value: 1 },
      { claimed: false, value: 1 },
      { claimed: false, value: 1 },
    ]);
    await advance(10);
    expect((await store.claim('a', 4, 10)).claimed).toBe(true);
  });

  it('counts and raises', async () => {
    const store = createMemoryStore();
    expect(await Promise.all([store.increment('n', 1, 9), store.increment('n', 1, 9)])).toEqual([1, 2]);
    expect(await store.increment('n', -1, 9)).toBe(1);
    expect(await Promise.all([store.raise('s', 5, 9), store.raise('s', 5, 9), store.raise('s', 6, 9)])).toEqual([
      true,
      false,
      true,
    ]);
  });

  it('lets as many owners in as there are places, each with any number of members', async () => {
    const store = createMemoryStore();
    const enter = (owner: string, member: string, ttl: number) => store.enter('p', { owner, member, owners: 2 }, ttl);
    expect(await enter('a', '1', 10)).toBe(0);
    expect(await enter('a', '2', 20)).toBe(0);
    expect(await enter('b', '3', 30)).toBe(0);
    expect(await enter('c', '4', 10)).toBe(10);
    await store.leave('p', '3');
    expect(await enter('c', '4', 10)).toBe(0);
    await advance(20);
    expect(await enter('d', '5', 10)).toBe(0);
    expect(await enter('e', '6', 10)).toBe(0);
  });

  it('limits', async () => {
    const store = createMemoryStore();
    const limit = { points: 2, duration: 10 };
    expect(await store.consume('a', limit)).toBe(0);
    expect(await store.consume('a', limit)).toBe(0);
    expect(await store.consume('b', limit)).toBe(0);
    await advance(4);
    expect(await store.consume('a', limit)).toBe(6);
    await advance(6);
    expect(await store.consume('a', limit)).toBe(0);
  });

  it('sweeps what is over without a timer', async () => {
    const parse = vi.spyOn(Map.prototype, 'delete');
    const store = createMemoryStore();
    await store.set('old', 1, 5);
    expect(vi.getTimerCount()).toBe(0);
    await advance(11);
    parse.mockClear();
    await store.set('new', 1, 5);
    expect(parse).toHaveBeenCalledWith('old');
    parse.mockRestore();
  });
});

describe('what the handler stores', () => {
  it('has neither hints nor cookies nor login ids in its keys, and no id or hint in its values', async () => {
    const store = createMemoryStore();
    const texts: string[] = [];
    const keys: string[] = [];
    const spied = new Proxy(store, {
      get(target, name: keyof typeof store) {
        const method = target[name] as (...values: unknown[]) => unknown;
        return (key: string, ...values: unknown[]) => {
          keys.push(key);
          texts.push(JSON.stringify(values));
          return method(key, ...values);
        };
      },
    });
    const { backend, browser } = createApp({ store: spied, clientAddress: () => '192.0.2.1' });
    const page = browser();
    const { body } = await page.initiate('ada@example.com');
    backend.poll.mockResolvedValueOnce({ status: 'approved', session: ADA });
    await page.poll(body['id']);

    const secrets = ['ada@', '192.0.2.1', String(body['id']), ...page.cookies.values()];
    for (const secret of secrets) expect(keys.join(' ')).not.toContain(secret);
    for (const secret of ['ada@', '192.0.2.1']) expect(texts.join(' ')).not.toContain(secret);
  });
});
