// @vitest-environment node
import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import type { CibaAdapter, PollResult } from '../../src/contract/index.js';
import { guardAdapter } from '../../src/server/backend.js';
import { ADA, advance, createBackend, deferred, useFakeTime } from './harness.js';
import type { Session } from './harness.js';

beforeEach(useFakeTime);
afterEach(() => void vi.useRealTimers());

const PENDING = { id: 'x', expiresIn: 60, interval: 5, resumable: true };

function poll() {
  const answer = deferred<PollResult<Session>>();
  const revoke = vi.fn(async () => undefined);
  const adapter: CibaAdapter<Session> = { ...createBackend(), poll: () => answer.promise };
  const controller = new AbortController();
  const outcome = guardAdapter(adapter, () => undefined, revoke)
    .poll(PENDING, { signal: controller.signal, actId: 'act' })
    .catch((caught: unknown) => caught);
  return { answer, revoke, controller, outcome };
}

test('an adapter that never settles after its abort is given up, so that its lease becomes free', async () => {
  const { controller, outcome } = poll();
  const settled = vi.fn();
  void outcome.then(settled);
  controller.abort();
  await advance(4);
  expect(settled).not.toHaveBeenCalled();
  await advance(2);
  expect(await outcome).toMatchObject({ code: 'timeout', retryable: true });
});

test('an approval that comes after that is given back', async () => {
  const { answer, revoke, controller, outcome } = poll();
  controller.abort();
  await advance(6);
  await outcome;
  answer.resolve({ status: 'approved', session: ADA });
  await advance(0);
  expect(revoke).toHaveBeenCalledExactlyOnceWith(ADA);
});

test('an approval in time is not given back, and leaves no timer', async () => {
  const { answer, revoke, controller, outcome } = poll();
  answer.resolve({ status: 'approved', session: ADA });
  expect(await outcome).toEqual({ status: 'approved', session: ADA });
  controller.abort();
  expect(vi.getTimerCount()).toBe(0);
  await advance(6);
  expect(revoke).not.toHaveBeenCalled();
});
