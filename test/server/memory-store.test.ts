// @vitest-environment node
import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest';
import { createMemoryStore } from '../../src/server/index.js';
import { ADA, advance, createApp, useFakeTime } from './harness.js';
import { describeStore } from './store-suite.js';

beforeEach(useFakeTime);
afterEach(() => void vi.useRealTimers());

describeStore('memory', () => {
  const store = createMemoryStore();
  return { store, other: store, advance };
});

describe('createMemoryStore', () => {
  test('goes by the clock that it is given, in everything', async () => {
    let now = 0;
    const store = createMemoryStore({ now: () => now });
    await store.set('a', 1, 10);
    await store.consume('b', [{ points: 1, duration: 10 }]);
    now = 9_999;
    expect(await store.get('a')).toBe(1);
    expect(await store.consume('b', [{ points: 1, duration: 10 }])).toBe(1);
    now = 10_000;
    expect(await store.get('a')).toBeUndefined();
    expect(await store.consume('b', [{ points: 1, duration: 10 }])).toBe(0);
  });

  test('removes no more than a few entries with each write, and in the end all that are over', async () => {
    const removed = vi.spyOn(Map.prototype, 'delete');
    const store = createMemoryStore();
    const ENTRIES = 1000;
    for (let n = 0; n < ENTRIES; n += 1) await store.set(`old ${n}`, 1, 5);
    await advance(11);
    let most = 0;
    let all = 0;
    for (let n = 0; n < ENTRIES / 2; n += 1) {
      removed.mockClear();
      await store.set('new', n, 5);
      most = Math.max(most, removed.mock.calls.length);
      all += removed.mock.calls.length;
    }
    removed.mockRestore();
    expect(most).toBeLessThanOrEqual(4);
    expect(all).toBe(ENTRIES);
  });

  test('sweeps what is over without a timer', async () => {
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
  test('has neither hints nor cookies nor login ids in its keys, and no id or hint in its values', async () => {
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
