// @vitest-environment node
import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest';
import type { PollResult } from '../../../src/contract/index.js';
import { createMemoryStore } from '../../../src/server/index.js';
import type { CibaStore } from '../../../src/server/index.js';
import { advance, createApp, deferred, useFakeTime } from '../harness.js';
import type { Session } from '../harness.js';

beforeEach(useFakeTime);
afterEach(() => void vi.useRealTimers());

/** A store that one process loses for a while, and the leases in it. */
function leaseStore() {
  const store = createMemoryStore();
  const leases = new Set<string>();
  const ownStore: CibaStore = {
    ...store,
    batch(steps) {
      for (const [method, key] of steps) if (method === 'setIfAbsent' && key.includes('polling:')) leases.add(key);
      return store.batch(steps);
    },
  };
  const lease = () => store.get<string>([...leases][0] ?? '');
  /** What happens when the process freezes until its lease is over, and another process takes it. */
  async function passOn() {
    await store.delete([...leases][0] ?? '');
    await store.setIfAbsent([...leases][0] ?? '', 'another process', 10);
  }
  return { store: ownStore, lease, passOn };
}

async function polling() {
  const { store, lease, passOn } = leaseStore();
  const app = createApp({ store });
  const page = app.browser();
  const { body } = await page.initiate('ada@example.com');
  const answer = deferred<PollResult<Session>>();
  app.backend.poll.mockReturnValueOnce(answer.promise);
  const poll = page.poll(body['id']);
  await advance(0);
  expect(await lease()).toEqual(expect.any(String));
  return { ...app, page, poll, answer, lease, passOn };
}

describe('S10: a lease that another process has by now', () => {
  test('is not released by the process that lost it', async () => {
    const { poll, answer, lease, passOn } = await polling();
    await passOn();
    answer.resolve({ status: 'pending' });
    await poll;
    expect(await lease()).toBe('another process');
  });

  test('is not renewed by the process that lost it', async () => {
    const { poll, answer, lease, passOn } = await polling();
    await passOn();
    await advance(7);
    expect(await lease()).toBe('another process');
    await advance(4);
    expect(await lease()).toBeUndefined();
    answer.resolve({ status: 'pending' });
    await poll;
  });
});

test('S10: a lease is renewed for as long as its owner works, and free right after', async () => {
  const { poll, answer, lease } = await polling();
  await advance(30);
  expect(await lease()).toEqual(expect.any(String));
  answer.resolve({ status: 'pending' });
  await poll;
  expect(await lease()).toBeUndefined();
  await advance(30);
  expect(await lease()).toBeUndefined();
});
