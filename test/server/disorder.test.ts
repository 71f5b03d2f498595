// @vitest-environment node
import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import { CibaError } from '../../src/contract/index.js';
import { createMemoryStore } from '../../src/server/index.js';
import type { CibaStore, StoreStep } from '../../src/server/index.js';
import { ADA, advance, createApp, newAttempt, NO_LIMITS, useFakeTime } from './harness.js';
import { sleep } from '../../src/server/timing.js';

beforeEach(useFakeTime);
afterEach(() => void vi.useRealTimers());

/** Pseudorandom numbers from 0 to 1 (mulberry32), so that a failure can be repeated. */
function createRandom(seed: number): () => number {
  let state = seed;
  return () => {
    state = (state + 0x6d2b79f5) | 0;
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state);
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed;
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 4294967296;
  };
}

/**
 * A store behind several connections. Whatever is asked for at once arrives in any order and is answered in any other one,
 * after up to `slowestMs` each way. The steps of a batch keep their order, and others come in between.
 */
function createDisorderedStore(seed: number, slowestMs: number): CibaStore {
  const random = createRandom(seed);
  const inner = createMemoryStore();
  const run = async (name: string, values: readonly unknown[]): Promise<unknown> => {
    await sleep(random() * slowestMs);
    return Reflect.apply(Reflect.get(inner, name) as () => unknown, inner, values);
  };
  return new Proxy(inner, {
    get: (_, name: string) => {
      return async (...values: readonly unknown[]) => {
        const answers = [];
        if (name !== 'batch') answers.push(await run(name, values));
        else for (const [method, ...given] of values[0] as readonly StoreStep[]) answers.push(await run(method, given));
        await sleep(random() * slowestMs);
        return name === 'batch' ? answers : answers[0];
      };
    },
  });
}

/** Waits for acts that need the clock. */
async function settled<Value>(running: Promise<Value>): Promise<Value> {
  let done = false;
  void running.finally(() => (done = true)).catch(() => undefined);
  for (let steps = 0; !done && steps < 2000; steps += 1) await advance(0.02);
  return running;
}

const SEEDS = Array.from({ length: 25 }, (_, seed) => seed + 1);

test.each(SEEDS)('a store that answers slowly and out of order loses no login and rings once (%i)', async (seed) => {
  const app = createApp({ store: createDisorderedStore(seed, 60), limits: NO_LIMITS });
  const page = app.browser();
  const attempt = newAttempt();
  // The page repeats a start whose answer takes too long.
  const starts = await settled(
    Promise.all([page.initiate('ada@example.com', attempt), page.initiate('ada@example.com', attempt)]),
  );
  expect(starts.map(({ status }) => status)).toEqual([200, 200]);
  expect(starts[0].body).toEqual(starts[1].body);
  expect(app.backend.initiate).toHaveBeenCalledTimes(1);

  const { id } = starts[0].body;
  await settled(Promise.all([page.poll(id), page.poll(id)]));
  await advance(4);
  app.backend.poll.mockClear();
  app.backend.poll.mockResolvedValueOnce({ status: 'approved', session: ADA });
  app.backend.poll.mockRejectedValue(new CibaError('refused', 'Redeemed twice.'));
  const polls = await settled(Promise.all([page.poll(id), page.poll(id), page.poll(id)]));
  polls.push(await settled(page.poll(id)));
  expect(polls.at(-1)?.body).toEqual({ status: 'approved', session: { name: 'Ada' } });
  for (const { status, body } of polls)
    expect([status, ['approved', 'pending']]).toEqual([200, expect.arrayContaining([body['status']])]);
  expect(app.backend.poll).toHaveBeenCalledTimes(1);

  const session = new Map(page.cookies);
  expect((await settled(page.get('session'))).body).toEqual({ session: { name: 'Ada' } });
  // A sign-out wins, whatever is asked at the same moment.
  await settled(Promise.all([page.post('sign-out', {}), page.get('session'), page.poll(id)]));
  for (const [name, value] of session) page.cookies.set(name, value);
  expect((await settled(page.get('session'))).body).toEqual({ session: null });
  expect(app.revoke).toHaveBeenCalledExactlyOnceWith(ADA);
  await settled(app.handler.stop());
});

test.each(SEEDS)('a cancel and an approval at one instant end in one of the two (%i)', async (seed) => {
  const app = createApp({ store: createDisorderedStore(seed, 60), limits: NO_LIMITS });
  const page = app.browser();
  const { body } = await settled(page.initiate('ada@example.com'));
  app.backend.poll.mockResolvedValueOnce({ status: 'approved', session: ADA });
  const [poll, cancel] = await settled(Promise.all([page.poll(body['id']), page.post('cancel', { id: body['id'] })]));
  expect(cancel.status).toBe(204);
  const { session } = (await settled(page.get('session'))).body;
  await advance(1);
  if (session === null) expect(app.revoke).toHaveBeenCalledTimes(app.backend.poll.mock.calls.length);
  else expect([poll.body['status'], app.revoke.mock.calls.length]).toEqual(['approved', 0]);
  await settled(app.handler.stop());
});
